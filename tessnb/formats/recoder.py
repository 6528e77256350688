"""The ``lstm-recoder`` component: how each unichar-id is spelled as a sequence of network outputs.

On disk: ``uint32`` count, then per unichar-id ``int8`` self_normalized, ``int32`` length and so many
``int32`` codes. Source: ``src/ccutil/unicharcompress.h``, ``RecodedCharID::Serialize`` and
``UnicharCompress::Serialize``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tessnb.formats._binary import Reader, Writer

__all__ = ["MAX_CODE_LENGTH", "RecodedCharID", "RecoderRecord", "read_recoder", "write_recoder"]

#: The longest code that the reference holds (``RecodedCharID::kMaxCodeLen``).
MAX_CODE_LENGTH = 9
#: No network has more outputs: the sides of its matrices are bounded.
_MAX_CODE = 0xFFFE


class RecodedCharID(NamedTuple):
    """The code of one unichar-id.

    Attributes
    ----------
    code : tuple of int
        Indices of network outputs, at most `MAX_CODE_LENGTH`.
    self_normalized : int
        A byte that the reference writes as 1 and never uses.
    """

    code: tuple[int, ...]
    self_normalized: int = 1


@dataclass
class RecoderRecord:
    """The codes of all unichar-ids, in their order; `trailing` bytes behind them are kept as they are."""

    codes: list[RecodedCharID] = field(default_factory=list)
    trailing: bytes = b""

    @classmethod
    def from_bytes(
        cls, data: bytes, name: str = "lstm-recoder", *, big_endian: bool = False
    ) -> RecoderRecord:
        """Parse a whole component.

        Raises
        ------
        FormatError
            If it is truncated or a length is impossible.
        """
        reader = Reader(data, name, big_endian=big_endian)
        record = read_recoder(reader)
        record.trailing = bytes(reader.take(reader.remaining))
        return record

    def to_bytes(self, *, big_endian: bool = False) -> bytes:
        """Return what `from_bytes` parsed."""
        writer = Writer(big_endian=big_endian)
        write_recoder(writer, self)
        writer.raw(self.trailing)
        return writer.getvalue()


def read_recoder(reader: Reader) -> RecoderRecord:
    """Read a recoder at the cursor (it also stands inside old ``lstm`` components)."""
    codes = []
    for _ in range(reader.count(5, "recoder")):
        self_normalized = reader.number("b", "self_normalized flag")
        length = reader.number("i", "code length")
        if not 0 <= length <= MAX_CODE_LENGTH:
            raise reader.fail("impossible code length", found=length, expected=f"0 to {MAX_CODE_LENGTH}")
        at = reader.offset
        code = tuple(reader.array("i4", length, "code").tolist())
        if code and not 0 <= min(code) <= max(code) <= _MAX_CODE:
            raise reader.fail("impossible code", found=code, expected=f"0 to {_MAX_CODE}", offset=at)
        codes.append(RecodedCharID(code, self_normalized))
    return RecoderRecord(codes)


def write_recoder(writer: Writer, record: RecoderRecord) -> None:
    """Write what `read_recoder` reads."""
    writer.number("I", len(record.codes))
    for code, self_normalized in record.codes:
        writer.number("b", self_normalized)
        writer.number("i", len(code))
        writer.array("i4", np.asarray(code, "i4"))
