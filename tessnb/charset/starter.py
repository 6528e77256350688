"""The starter traineddata: everything about the characters and words of a language, before any network.

Source: ``src/training/unicharset/lang_model_helpers.cpp``, ``CombineLangModel``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tessnb.charset.recoder import Recoder, build_recoder, null_unichar_id
from tessnb.charset.wordlist import ReversePolicy, build_dawg
from tessnb.errors import InputError
from tessnb.formats.traineddata import TESSERACT_VERSION, TrainedData
from tessnb.formats.unicharset import Unicharset

__all__ = ["Starter", "build_starter"]


@dataclass(frozen=True)
class Starter:
    """A starter, and what it was made of.

    Attributes
    ----------
    traineddata : TrainedData
        What ``lstmtraining --traineddata`` wants.
    unicharset : Unicharset
    recoder : Recoder
        Its ``code_range`` is the number of outputs that a network needs (``O1c…`` of a specification).
    """

    traineddata: TrainedData
    unicharset: Unicharset
    recoder: Recoder


def build_starter(
    unicharset: Unicharset,
    *,
    words: Sequence[str] = (),
    puncs: Sequence[str] = (),
    numbers: Sequence[str] = (),
    radical_stroke_table: str | None = None,
    lang_is_rtl: bool = False,
    pass_through_recoder: bool = False,
    version_str: str = "",
    config: bytes = b"",
    report: Callable[[str], object] | None = None,
) -> Starter:
    """Combine unicharset, recoder and dictionaries into a starter traineddata.

    Parameters
    ----------
    unicharset : Unicharset
        With its properties set (`setup_basic_properties`, `set_script_properties`).
    words : sequence of str
        The dictionary, in an order that is kept as far as the bytes depend on it.
    puncs : sequence of str
        Punctuation patterns, with a space for the word: ``"( )"``. Needed if there are words or numbers.
    numbers : sequence of str
        Number patterns, with a space for each digit.
    radical_stroke_table : str, optional
        The text of ``radical-stroke.txt``, for Han characters.
    lang_is_rtl : bool
        Whether the language is written from right to left: punctuation is stored backwards then. (Words are
        if they have right-to-left letters, numbers never.)
    pass_through_recoder : bool
        Give every unichar an output of its own.
    version_str : str
        Something to add to the version.
    config : bytes
        The language's configuration file.
    report : callable, optional
        Takes a message for each step.

    Returns
    -------
    Starter

    Raises
    ------
    CharsetError
        If the unicharset cannot be recoded.
    InputError
        If there are words or numbers but no punctuation, or a list has no word that the unicharset can spell.
    """
    report = report or (lambda message: None)
    version = f"{TESSERACT_VERSION}:{version_str}" if version_str else TESSERACT_VERSION
    data = {
        "version": version.encode("utf-8", "surrogateescape"),
        "lstm-unicharset": unicharset.to_bytes(canonical=True),
    }
    if config:
        data["config"] = config
    if pass_through_recoder:
        recoder = Recoder.pass_through(unicharset)
    else:
        report(f"Null char={null_unichar_id(unicharset)}")
        recoder = build_recoder(unicharset, radical_stroke_table)
    data["lstm-recoder"] = recoder.to_bytes()

    if (words or numbers) and not puncs:
        raise InputError(
            "Must have non-empty puncs list to use language models!!",
            hint="Give punctuation patterns: a line with one space is the word alone",
        )
    punc_policy = ReversePolicy.FORCE_REVERSE if lang_is_rtl else ReversePolicy.DO_NO_REVERSE
    lists = (
        ("lstm-word-dawg", "words", words, ReversePolicy.REVERSE_IF_HAS_RTL),
        ("lstm-punc-dawg", "punctuation patterns", puncs, punc_policy),
        ("lstm-number-dawg", "number patterns", numbers, ReversePolicy.DO_NO_REVERSE),
    )
    for component, what, entries, policy in lists:
        if not entries:
            continue
        report("Reducing Trie to SquishedDawg")
        dawg = build_dawg(entries, unicharset, policy)
        if dawg is None:
            carriage = any(entry.endswith("\r") for entry in entries)
            hint = (
                "The lines end in CRLF: convert them to LF" if carriage else "Are they of another language?"
            )
            raise InputError(
                f"none of the {what} can be spelled with the unicharset",
                found=f"{len(entries)} lines",
                hint=hint,
            )
        data[component] = dawg.to_bytes()
    return Starter(TrainedData(data), unicharset, recoder)
