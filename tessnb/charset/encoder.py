"""Text to network labels and back.

Source: ``LSTMTrainer::EncodeString`` (``src/training/unicharset/lstmtrainer.cpp``) and
``LSTMRecognizer::DecodeLabels`` (``src/lstm/lstmrecognizer.cpp``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from tessnb.charset.recoder import Recoder
from tessnb.errors import CharsetError
from tessnb.formats.recoder import MAX_CODE_LENGTH
from tessnb.formats.unicharset import Unicharset, cleanup

__all__ = ["Encoder", "UnicharSpeller", "describe_character", "nearest_encodable"]

#: What `Encoder.decode` puts where labels spell no unichar.
UNDECODABLE = "<Undecodable>"

#: Characters that look or mean alike, for suggestions only; each may stand for any other of its group.
_ALIKE = (
    "'‘’‚‛′`´ʼ",
    '"“”„‟″«»',
    "-‐‑‒–—―−",
    "…⋯",
    "•·∙●▪■",
    ".․",
    "×x",
    "€£$¥¢",
    " \u00a0\u2009\u202f\u3000\t",
)


def describe_character(character: str) -> str:
    """Return ``U+XXXX NAME`` (and the character itself where it can be shown)."""
    if "\udc80" <= character <= "\udcff":
        return f"byte 0x{ord(character) - 0xDC00:02x} (no UTF-8)"
    name = unicodedata.name(character, "(no name)")
    shown = f" {character!r}" if character.isprintable() and not character.isspace() else ""
    return f"U+{ord(character):04X} {name}{shown}"


def nearest_encodable(character: str, unicharset: Unicharset) -> str | None:
    """Return what the unicharset has instead of a character, or None.

    Tried in this order: its compositions and decompositions, look-alikes, its base letter, its other case.
    """
    for candidate in _candidates(character):
        clean = cleanup(candidate)
        if clean and candidate != character and unicharset.encode(clean)[2] == len(clean):
            return candidate
    return None


def _candidates(character: str) -> Iterator[str]:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield unicodedata.normalize(form, character)
    for group in _ALIKE:
        if character in group:
            yield from group
    base = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    yield base
    for text in (character, base):
        yield text.swapcase()


class UnicharSpeller:
    """Spells text in unichar-ids, quickly.

    Parameters
    ----------
    unicharset : Unicharset
        Later changes to it are not seen.
    """

    def __init__(self, unicharset: Unicharset) -> None:
        self.unicharset = unicharset
        self._singles = {
            entry.unichar: unichar_id
            for unichar_id, entry in enumerate(unicharset.entries)
            if len(entry.unichar) == 1 and unicharset.find(entry.unichar) == unichar_id
        }

    def unichar_ids(self, text: str) -> list[int] | None:
        """Return the unichar-ids of a text, or None if some of it is not in the unicharset.

        The text is cleaned up first (fi, fl ligatures, kashidas). Of several ways to cut it the one with
        the shortest pieces is taken, as in ``UNICHARSET::encode_string``.
        """
        text = cleanup(text)
        try:
            return [self._singles[character] for character in text]
        except KeyError:
            ids, _, encoded = self.unicharset.encode(text)
            return (
                [unichar_id for unichar_id in ids if unichar_id is not None] if encoded == len(text) else None
            )


class Encoder:
    """Turns text into the labels that a network is trained on, and labels into text.

    Parameters
    ----------
    unicharset : Unicharset
    recoder : Recoder
        For this unicharset.
    null_char : int, optional
        The label of the null (CTC's blank); by default as the recoder has it.
    simple_text : bool
        Whether labels stand next to each other, without nulls between (networks whose output layer is a
        plain softmax).

    Attributes
    ----------
    num_labels : int
        How many outputs a network needs.
    """

    def __init__(
        self,
        unicharset: Unicharset,
        recoder: Recoder,
        *,
        null_char: int | None = None,
        simple_text: bool = False,
    ) -> None:
        self.unicharset = unicharset
        self.recoder = recoder
        self.null_char = recoder.null_char(unicharset) if null_char is None else null_char
        self.simple_text = simple_text
        self._speller = UnicharSpeller(unicharset)

    @property
    def num_labels(self) -> int:
        return self.recoder.code_range

    def unichar_ids(self, text: str) -> list[int] | None:
        """Return the unichar-ids of a text, or None if it does not encode; see `UnicharSpeller`."""
        return self._speller.unichar_ids(text)

    def encode_text(self, text: str) -> list[int]:
        """Return the labels of a transcription.

        Parameters
        ----------
        text : str
            Normalized as the unicharset is.

        Returns
        -------
        list of int
            The codes of all characters in turn; unless `simple_text`, with the null before, between and
            behind them.

        Raises
        ------
        CharsetError
            If the text is empty or has characters that the unicharset lacks; the message names each of
            them and what could stand for it.
        """
        if not text:
            raise CharsetError("empty transcription", hint="Every line image needs a text")
        ids = self.unichar_ids(text)
        if ids is None:
            raise self._unencodable(text)
        labels = [] if self.simple_text else [self.null_char]
        for unichar_id in ids:
            for value in self.recoder.encode(unichar_id):
                labels.append(value)
                if not self.simple_text:
                    labels.append(self.null_char)
        return labels

    def missing(self, text: str) -> list[str]:
        """Return the characters of a text that do not encode, each once, in the order of appearance."""
        ids, pieces, _ = self.unicharset.encode(cleanup(text), partial=True)
        return list(
            dict.fromkeys(piece for piece, unichar_id in zip(pieces, ids, strict=True) if unichar_id is None)
        )

    def failure_bytes(self, text: str) -> bytes:
        """Return the rest of the (cleaned) text from the first place on that does not encode, in UTF-8.

        The reference prints it with "Encoding of string failed!".
        """
        clean = cleanup(text)
        return clean[self.unicharset.encode(clean)[2] :].encode("utf-8", "surrogateescape")

    def _unencodable(self, text: str) -> CharsetError:
        descriptions = []
        for character in self.missing(text):
            nearest = nearest_encodable(character, self.unicharset)
            remedy = f" (nearest encodable: {nearest!r})" if nearest else ""
            descriptions.append(describe_character(character) + remedy)
        return CharsetError(
            "text has characters that the unicharset lacks",
            where=repr(text if len(text) <= 60 else text[:57] + "…"),
            found=", ".join(descriptions),
            hint="Change the text, or train with a unicharset that has them",
        )

    def decode_ids(self, labels: Sequence[int]) -> list[int | None]:
        """Return the unichar-ids that labels spell, None where they spell nothing; nulls are dropped."""
        ids: list[int | None] = []
        start = 0
        while start < len(labels):
            if labels[start] == self.null_char:
                start += 1
                continue
            unichar_id, start = self.decode_one(labels, start)
            ids.append(unichar_id)
        return ids

    def decode_one(self, labels: Sequence[int], start: int) -> tuple[int | None, int]:
        """Decode the unichar that begins at `start`; return it and where the next begins."""
        code: tuple[int, ...] = ()
        index = start
        while index < len(labels) and len(code) < MAX_CODE_LENGTH:
            code += (labels[index],)
            index += 1
            while index < len(labels) and labels[index] == self.null_char:
                index += 1
            unichar_id = self.recoder.decode(code)
            # A complete code goes on nevertheless where the next label cannot begin another.
            if unichar_id is not None and (
                index == len(labels)
                or len(code) == MAX_CODE_LENGTH
                or self.recoder.is_valid_first_code(labels[index])
            ):
                return unichar_id, index
        return None, start + 1

    def decode(self, labels: Sequence[int]) -> str:
        """Return the (normalized) text of labels, with or without nulls between them.

        Equal neighbours are not merged: that is the decoder's work. Labels that spell no unichar become
        ``<Undecodable>``.
        """
        return "".join(self.text_of(unichar_id) for unichar_id in self.decode_ids(labels))

    def spell(self, labels: Sequence[int]) -> str:
        """Return the text of labels in the unicharset's own characters, as Tesseract gives it out.

        That of `decode` is normalized: a long s may be an s there. What spells nothing is left out.
        """
        ids = self.decode_ids(labels)
        return "".join(self.unicharset.unichar_of(each) for each in ids if each is not None)

    def text_of(self, unichar_id: int | None) -> str:
        """Return the normalized text of a unichar-id, ``<Undecodable>`` for None."""
        return UNDECODABLE if unichar_id is None else self.unicharset.normed_of(unichar_id)

    def label_name(self, label: int) -> str:
        """Return what to call one network output: its text, ``<null>``, or ``..`` for a part of a code.

        Source: ``LSTMRecognizer::DecodeSingleLabel``.
        """
        if label == self.null_char:
            return "<null>"
        unichar_id = self.recoder.decode((label,))
        return ".." if unichar_id is None else self.text_of(unichar_id)
