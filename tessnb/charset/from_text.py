"""A starter straight from text: characters and dictionaries of what is to be read, without any langdata."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Protocol

import icu

from tessnb.charset.characters import script_of
from tessnb.charset.encoder import UnicharSpeller
from tessnb.charset.graphemes import GraphemeMode, Report
from tessnb.charset.measuring import HasFace, measure_unichars
from tessnb.charset.properties import set_script_properties, setup_basic_properties
from tessnb.charset.radicals import find_radical_table
from tessnb.charset.starter import build_starter
from tessnb.charset.unicharset import add_texts, is_major_right_to_left
from tessnb.errors import CharsetError, InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import SPECIAL_CODES, Unicharset

__all__ = ["HasTranscription", "make_starter", "number_patterns", "punctuation_patterns", "words_of"]

#: Scripts that do not put spaces between words; ICU has dictionaries of them.
_UNSPACED = frozenset(["Han", "Hiragana", "Katakana", "Khmer", "Lao", "Myanmar", "Thai"])
_NUMBER = re.compile(r"[^\w\s]*\d[\d.,:/–-]*[^\w\s]*")


@cache
def _word() -> re.Pattern[str]:
    """Return what a word looks like: letters with their marks and joiners, inner apostrophes and hyphens."""
    marks = icu.UnicodeSet("[:M:]")
    places = range(marks.getRangeCount())
    ranges = "".join(f"{marks.getRangeStart(place)}-{marks.getRangeEnd(place)}" for place in places)
    letter = rf"[^\W\d_][{ranges}\u200c\u200d]*"
    return re.compile(rf"(?:{letter})+(?:['’-](?:{letter})+)*")


class HasTranscription(Protocol):
    """Whatever has a text, such as a training line."""

    transcription: str


def words_of(text: str) -> list[str]:
    """Return the words of a text, each once, sorted: letters with inner apostrophes and hyphens.

    Where a script puts no spaces between words (Thai, Khmer, Han …), ICU's dictionaries tell them.
    """
    return sorted({word for found in _word().findall(text) for word in _split(found)})


def _split(text: str) -> list[str]:
    if all(script_of(character) not in _UNSPACED for character in text):
        return [text]
    units = text.encode("utf-16-le", "surrogatepass")
    breaks = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
    breaks.setText(icu.UnicodeString(text))
    ends = [0, *breaks]
    pieces = (units[2 * start : 2 * end] for start, end in pairwise(ends))
    words = (piece.decode("utf-16-le", "surrogatepass") for piece in pieces)
    return [word for word in words if _word().fullmatch(word)]


def punctuation_patterns(text: str) -> list[str]:
    """Return how punctuation stands around words; a space stands for the word, so ``"( )"`` is in brackets.

    The word alone comes first; the others are sorted.
    """
    tokens = (token for token in text.split() if not any(map(str.isdigit, token)))
    patterns = {_word().sub(" ", token) for token in tokens if _word().search(token)}
    return [" ", *sorted(pattern for pattern in patterns if pattern.count(" ") == 1 and pattern != " ")]


def number_patterns(text: str) -> list[str]:
    """Return how numbers are written, sorted; a space stands for each digit, so ``"$ .  "`` is a price."""
    tokens = (token for token in text.split() if _NUMBER.fullmatch(token))
    return sorted({re.sub(r"\d", " ", token) for token in tokens})


def make_starter(
    source: str | Iterable[str | HasTranscription],
    *,
    lang: str = "",
    words: Sequence[str] | None = None,
    puncs: Sequence[str] | None = None,
    numbers: Sequence[str] | None = None,
    norm_mode: GraphemeMode | int = GraphemeMode.COMBINED,
    script_dir: str | os.PathLike[str] | None = None,
    fonts: Sequence[HasFace] = (),
    radical_stroke_table: str | None = None,
    pass_through_recoder: bool = False,
    report: Report | None = None,
) -> TrainedData:
    """Make what training from scratch starts from: a traineddata without a network.

    The characters are those of the text; what kind they are, their scripts, directions, mirrors and other
    cases are Unicode's; how tall and wide they are comes from langdata or is measured in fonts. The
    dictionaries are the text's own words and patterns unless others are given.

    Parameters
    ----------
    source : str, or iterable of str or of training lines
        What the model shall be able to read: a text, or lines (those with a `transcription` count as it).
    lang : str
        The language; it names the result.
    words : sequence of str, optional
        The dictionary. An empty one leaves all dictionaries out.
    puncs, numbers : sequence of str, optional
        Patterns; see `punctuation_patterns` and `number_patterns`.
    norm_mode : GraphemeMode or int
        What is one character: 1 combined graphemes, 2 split ones, 3 code points (``--norm_mode``).
    script_dir : path, optional
        A folder with ``Latin.unicharset`` and so on (langdata), for how tall and wide characters are.
    fonts : sequence of Font, optional
        Fonts to measure the characters in whose size `script_dir` does not tell: best those of the lines.
    radical_stroke_table : str, optional
        The text of ``radical-stroke.txt``, which only Han characters need. By default the one that
        `find_radical_table` finds; an empty one gives each Han character an output of its own.
    pass_through_recoder : bool
        Give every character an output of its own.
    report : callable, optional
        Takes a message for everything noteworthy on the way.

    Returns
    -------
    TrainedData
        With ``lstm-unicharset``, ``lstm-recoder``, ``version`` and, if there are words, the three ``dawg``.

    Raises
    ------
    InputError
        If there is no text, or patterns or words cannot be spelled with its characters.
    CharsetError
        If no character of the text is valid.

    Examples
    --------
    >>> starter = make_starter("Sphinx of black quartz, judge my vow.", lang="eng")
    >>> list(starter)
    ['lstm-punc-dawg', 'lstm-word-dawg', 'lstm-unicharset', 'lstm-recoder', 'version']

    Notes
    -----
    The same as ``unicharset_extractor``, ``set_unicharset_properties`` and ``combine_lang_model`` in a row,
    but for graphemes with white space inside (a joiner or virama before it), which no file can hold: they
    are cut there.
    """
    parts = source.splitlines() if isinstance(source, str) else source
    texts = [part if isinstance(part, str) else part.transcription for part in parts]
    whole = "\n".join(texts)
    if not whole.strip():
        raise InputError("there is no text to make a starter of", found="nothing but white space")
    unicharset = Unicharset()
    add_texts(unicharset, texts, GraphemeMode(norm_mode), report, cut_at_spaces=True)
    if len(unicharset) <= len(SPECIAL_CODES):
        raise CharsetError("no character of the text is valid", found=repr(whole[:60]))
    setup_basic_properties(unicharset, report=report)
    if script_dir is not None:
        set_script_properties(unicharset, script_dir, report)
    if fonts:
        measure_unichars(unicharset, fonts, report=report)
    if radical_stroke_table is None and any(script_of(character) == "Han" for character in set(whole)):
        radical_stroke_table = find_radical_table()
        if radical_stroke_table is None and report is not None:
            report("No table of Han characters: each gets an output of its own")
    speller = UnicharSpeller(unicharset)  # lines with something invalid are in the text, not in the charset
    if words is None:
        words = [word for word in words_of(whole) if speller.unichar_ids(word)]
    if puncs is None:
        puncs = [pattern for pattern in punctuation_patterns(whole) if speller.unichar_ids(pattern) and words]
    if numbers is None:
        numbers = [pattern for pattern in number_patterns(whole) if speller.unichar_ids(pattern) and words]
    starter = build_starter(
        unicharset,
        words=words,
        puncs=puncs,
        numbers=numbers,
        radical_stroke_table=radical_stroke_table,
        lang_is_rtl=is_major_right_to_left(unicharset),
        pass_through_recoder=pass_through_recoder,
        report=report,
    ).traineddata
    starter.name = f"{lang}.traineddata" if lang else ""
    return starter
