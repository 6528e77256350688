"""Recoding: unichar-ids spelled as short sequences of network outputs.

Most characters are one code each. Han characters are spelled by radical and stroke count, Hangul syllables
by their three jamo, and graphemes of several code points by those code points, so that a network needs
hundreds of outputs where a unicharset has thousands of entries.
Source: ``src/ccutil/unicharcompress.cpp``, ``UnicharCompress``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tessnb.charset._encoding import compute_encoding
from tessnb.errors import CharsetError
from tessnb.formats.recoder import RecodedCharID, RecoderRecord
from tessnb.formats.unicharset import SPECIAL_CODES, UNICHAR_BROKEN, Unicharset

__all__ = ["Recoder", "build_recoder", "null_unichar_id"]

Code = tuple[int, ...]


def null_unichar_id(unicharset: Unicharset) -> int:
    """Return the unichar-id whose code is the network's null: a special code, or one behind the last."""
    return UNICHAR_BROKEN if unicharset.has_special_codes else len(unicharset)


def build_recoder(unicharset: Unicharset, radical_stroke_table: str | None = None) -> Recoder:
    """Compute the codes of a unicharset.

    Parameters
    ----------
    unicharset : Unicharset
    radical_stroke_table : str, optional
        The text of ``radical-stroke.txt``: a line per Han character, its code point and then radical and
        stroke numbers, all decimal. Without it a Han character gets a code of its own.

    Returns
    -------
    Recoder

    Raises
    ------
    CharsetError
        If a grapheme has more than nine code points, or the unicharset has graphemes of so many different
        code points that spelling them would not save anything.
    FormatError
        If the table is malformed.

    Notes
    -----
    Source: ``UnicharCompress::ComputeEncoding``, with the null as ``combine_lang_model`` places it.
    """
    return Recoder(compute_encoding(unicharset, null_unichar_id(unicharset), radical_stroke_table))


class Recoder:
    """The codes of all unichar-ids, and the way back.

    Parameters
    ----------
    codes : sequence of tuple of int
        For each unichar-id its code.

    Attributes
    ----------
    codes : list of tuple of int
        As given.
    code_range : int
        One more than the largest number in any code: how many outputs the network needs.
    valid_first : list of bool
        For each number below `code_range` whether a code may begin with it.
    next_codes : dict of tuple to list of int
        For each beginning of a code, the numbers that continue but do not complete it.
    final_codes : dict of tuple to list of int
        For each beginning of a code, the numbers that complete it. The order in these lists is that of the
        unichar-ids, as in the reference: a beam search depends on it.
    """

    def __init__(self, codes: Sequence[Code]) -> None:
        self.codes: list[Code] = [tuple(code) for code in codes]
        self.code_range = 1 + max((value for code in self.codes for value in code), default=-1)
        self.valid_first = [False] * self.code_range
        self.next_codes: dict[Code, list[int]] = {}
        self.final_codes: dict[Code, list[int]] = {}
        self._ids: dict[Code, int] = {}
        for unichar_id, code in enumerate(self.codes):
            if code:
                self._ids[code] = unichar_id
                self._index(code)

    def _index(self, code: Code) -> None:
        """Enter a code into the tables of continuations (``UnicharCompress::SetupDecoder``)."""
        self.valid_first[code[0]] = True
        prefix, last = code[:-1], code[-1]
        if prefix in self.final_codes:
            if last not in self.final_codes[prefix]:
                self.final_codes[prefix].append(last)
            return
        self.final_codes[prefix] = [last]
        while prefix:
            prefix, last = prefix[:-1], prefix[-1]
            known = self.next_codes.setdefault(prefix, [])
            seen = bool(known)
            if last not in known:
                known.append(last)
            if seen:
                return

    @classmethod
    def from_record(cls, record: RecoderRecord) -> Recoder:
        """Make the recoder that a record describes."""
        return cls([entry.code for entry in record.codes])

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "lstm-recoder", *, big_endian: bool = False) -> Recoder:
        """Read an ``lstm-recoder`` component.

        Raises
        ------
        FormatError
            If the component is malformed.
        """
        return cls.from_record(RecoderRecord.from_bytes(data, name, big_endian=big_endian))

    @classmethod
    def pass_through(cls, unicharset: Unicharset) -> Recoder:
        """Make the recoder that leaves unichar-ids as they are (``UnicharCompress::SetupPassThrough``)."""
        return cls([(index,) for index in range(len(unicharset) + (not unicharset.has_special_codes))])

    def to_record(self) -> RecoderRecord:
        """Return what is stored on disk."""
        return RecoderRecord([RecodedCharID(code) for code in self.codes])

    def to_bytes(self) -> bytes:
        """Return the ``lstm-recoder`` component."""
        return self.to_record().to_bytes()

    def __len__(self) -> int:
        return len(self.codes)

    def encode(self, unichar_id: int) -> Code:
        """Return the code of a unichar-id.

        Raises
        ------
        CharsetError
            If there is no such unichar-id.
        """
        if not 0 <= unichar_id < len(self.codes):
            raise CharsetError("no such unichar-id", found=unichar_id, expected=f"0 to {len(self.codes) - 1}")
        return self.codes[unichar_id]

    def decode(self, code: Sequence[int]) -> int | None:
        """Return the unichar-id of a complete code, or None. Of several with one code, the last."""
        return self._ids.get(tuple(code))

    def is_valid_first_code(self, value: int) -> bool:
        """Whether a code may begin with this number."""
        return 0 <= value < self.code_range and self.valid_first[value]

    def get_next_codes(self, prefix: Sequence[int] = ()) -> list[int]:
        """Return the numbers that continue, but do not complete, a code that begins with `prefix`."""
        return self.next_codes.get(tuple(prefix), [])

    def get_final_codes(self, prefix: Sequence[int] = ()) -> list[int]:
        """Return the numbers that complete a code that begins with `prefix`."""
        return self.final_codes.get(tuple(prefix), [])

    def null_char(self, unicharset: Unicharset) -> int:
        """Return the label of the null (CTC's blank) (``LSTMTrainer::SetNullChar``)."""
        return self.encode(null_unichar_id(unicharset))[0]

    def to_text(self, unicharset: Unicharset) -> str:
        """Return the table that ``combine_lang_model`` writes for people: codes, tab, unichar.

        Source: ``UnicharCompress::GetEncodingAsString``.
        """
        special = unicharset.has_special_codes
        lines = []
        for unichar_id, code in enumerate(self.codes):
            reserved = 0 < unichar_id < len(SPECIAL_CODES)
            if reserved and code == self.codes[unichar_id - 1]:
                continue
            is_null = unichar_id >= len(unicharset) or (reserved and special)
            text = "<nul>" if is_null else unicharset.unichar_of(unichar_id)
            lines.append(f"{','.join(map(str, code))}\t{text}\n")
        return "".join(lines)
