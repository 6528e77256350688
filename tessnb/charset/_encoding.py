"""How the codes of a unicharset are computed: Han, Hangul, and everything else.

Source: ``src/ccutil/unicharcompress.cpp``, ``UnicharCompress::ComputeEncoding``, ``DefragmentCodeValues``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tessnb.errors import CharsetError, FormatError
from tessnb.formats.recoder import MAX_CODE_LENGTH
from tessnb.formats.unicharset import SPECIAL_CODES, Unicharset, cleanup

__all__ = ["compute_encoding", "decompose_hangul", "parse_radical_table"]

FIRST_HANGUL, HANGUL_COUNT = 0xAC00, 11172
LEADING, VOWELS, TRAILING = 19, 21, 28
#: Distinguishes Han characters of the same radical and strokes (``kRadicalRadix``).
RADICAL_RADIX = 29


def parse_radical_table(text: str) -> dict[int, tuple[int, ...]]:
    """Parse ``radical-stroke.txt`` into code point → radical and stroke numbers.

    Raises
    ------
    FormatError
        With the number of the malformed line.
    """
    table = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        try:
            unicode, *radicals = map(int, filter(None, line.split(" ")))
            if not 0 < len(radicals) < MAX_CODE_LENGTH:
                raise ValueError
        except ValueError:
            raise FormatError(
                "not a line of a radical table",
                where=f"radical-stroke table line {number}",
                found=repr(line),
                expected="a code point, a radical and stroke counts, as decimal numbers between spaces",
            ) from None
        table[unicode] = tuple(radicals)
    return table


def decompose_hangul(unicode: int) -> tuple[int, int, int] | None:
    """Return the indices of the leading consonant, the vowel and the trailing consonant of a syllable."""
    offset = unicode - FIRST_HANGUL
    if not 0 <= offset < HANGUL_COUNT:
        return None
    return offset // (VOWELS * TRAILING), offset % (VOWELS * TRAILING) // TRAILING, offset % TRAILING


class _DirectCodes:
    """The codes of single code points outside of Han and Hangul, numbered as they come; 0 is the space."""

    def __init__(self, limit: int) -> None:
        self._codes = {" ": 0, None: 1}
        self._limit = limit

    def spell(self, unichar: str, unichar_id: int) -> list[int]:
        if len(unichar) > MAX_CODE_LENGTH:
            raise CharsetError(
                f"unichar {unichar_id} {unichar!r} is too long to encode",
                found=f"{len(unichar)} code points",
                expected=f"at most {MAX_CODE_LENGTH}",
            )
        code = [self._codes.setdefault(character, len(self._codes)) for character in unichar]
        if len(self._codes) > self._limit:
            raise CharsetError(
                "the codes would outnumber the unichars",
                where=f"unichar {unichar_id} {unichar!r}",
                hint="Use a pass-through recoder",
            )
        return code


class _HanCodes:
    """The codes of Han characters: radical and strokes, and a count where characters share them."""

    def __init__(self, table: dict[int, tuple[int, ...]], offset: int) -> None:
        self._table = table
        self._offset = offset
        self._seen: Counter[int] = Counter()

    def spell(self, unicode: int) -> list[int] | None:
        radicals = self._table.get(unicode)
        if radicals is None:
            return None
        key = 0
        for radical in radicals:
            key = key * RADICAL_RADIX + radical
        code = [self._offset + radical for radical in radicals]
        if self._seen[key]:
            code.append(self._offset + self._seen[key] + RADICAL_RADIX)
        self._seen[key] += 1
        return code


def compute_encoding(
    unicharset: Unicharset, null_id: int, radical_stroke_table: str | None
) -> list[tuple[int, ...]]:
    """Return the code of every unichar-id, and of `null_id` if that is one behind the last.

    The null gets the highest code, the space code 0.
    """
    size = len(unicharset)
    special = len(SPECIAL_CODES) if unicharset.has_special_codes else 0
    hangul_offset = size
    han_offset = hangul_offset + LEADING + VOWELS + TRAILING
    direct = _DirectCodes(size + (not special))
    han = _HanCodes(parse_radical_table(radical_stroke_table or ""), han_offset)

    codes: list[list[int]] = []
    for unichar_id, unichar in enumerate(map(cleanup, unicharset)):
        code = _spell_cjk(unichar, han, hangul_offset)
        if code is None:
            if unichar_id == 0:
                code = [0]
            elif unichar_id == null_id or unichar_id < special:
                code = [1]
            else:
                code = direct.spell(unichar, unichar_id)
        codes.append(code)
    _separate_positions(codes, han_offset)
    if null_id == size:
        codes.append([1])
    return _defragment(codes, encoded_null=1)


def _spell_cjk(unichar: str, han: _HanCodes, hangul_offset: int) -> list[int] | None:
    """Return the code of a single Han or Hangul character, or None."""
    if len(unichar) != 1:
        return None
    code = han.spell(ord(unichar))
    jamo = decompose_hangul(ord(unichar))
    if code is None and jamo is not None:
        leading, vowel, trailing = jamo
        code = [
            hangul_offset + leading,
            hangul_offset + LEADING + vowel,
            hangul_offset + LEADING + VOWELS + trailing,
        ]
    return code


def _separate_positions(codes: Iterable[list[int]], han_offset: int) -> None:
    """Give each position of the Han codes numbers of its own, in place.

    As in the reference the shift applies to every code that is long enough, Han or not.
    """
    codes = list(codes)
    shift = 0
    for position in range(MAX_CODE_LENGTH):
        longer = [code for code in codes if len(code) > position]
        highest = max((code[position] - han_offset for code in longer), default=0)
        for code in longer:
            code[position] += shift
        if highest <= 0:
            return
        shift += highest + 1


def _defragment(codes: list[list[int]], encoded_null: int) -> list[tuple[int, ...]]:
    """Renumber the codes without gaps, in their order, and the null behind all others."""
    used = sorted({value for code in codes for value in code} - {encoded_null})
    final = {value: index for index, value in enumerate(used)}
    final[encoded_null] = len(used)
    return [tuple(final[value] for value in code) for code in codes]
