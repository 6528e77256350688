"""The ``lstm`` component: a network, and the recognizer's tail behind it.

A record that was read and is written again gives the same bytes.

Source: ``src/lstm/lstmrecognizer.cpp``, ``LSTMRecognizer::Serialize`` and ``DeSerialize``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tessnb.formats._binary import Reader, Writer
from tessnb.formats._fields import Fields, read_fields, write_fields
from tessnb.formats._layers import (
    NF_ADAM,
    NF_LAYER_SPECIFIC_LR,
    TYPE_NAMES,
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
    LSTMRecord,
    MaxpoolRecord,
    NetworkRecord,
    PlumbingRecord,
    ReconfigRecord,
    StaticShape,
    read_network,
    write_network,
)
from tessnb.formats._weights import WeightMatrixRecord

__all__ = [
    "NF_ADAM",
    "NF_LAYER_SPECIFIC_LR",
    "TF_COMPRESS_UNICHARSET",
    "TF_INT_MODE",
    "TYPE_NAMES",
    "ConvolveRecord",
    "FullyConnectedRecord",
    "InputRecord",
    "LSTMRecognizerRecord",
    "LSTMRecord",
    "MaxpoolRecord",
    "NetworkRecord",
    "PlumbingRecord",
    "ReconfigRecord",
    "StaticShape",
    "WeightMatrixRecord",
    "read_network",
    "write_network",
]

#: Training flags: the network is integer; labels are recoded.
TF_INT_MODE = 1
TF_COMPRESS_UNICHARSET = 64

#: What Tesseract's line buffer takes of a unicharset's line, at most.
_LINE_SIZE = 255


@dataclass(kw_only=True, eq=False)
class LSTMRecognizerRecord:
    """A recognizer: the network, and what it needs to be run and trained on.

    Attributes
    ----------
    network : NetworkRecord
        The tree of layers.
    network_str : str
        The VGSL specification that the network was built from.
    training_flags : int
        `TF_INT_MODE` and `TF_COMPRESS_UNICHARSET`.
    training_iteration, sample_iteration : int
        Lines trained on so far; lines looked at so far (see `tessnb.training`).
    null_char : int
        The label that means "no character here".
    adam_beta, learning_rate, momentum : float
        Stored as float32.
    unicharset, recoder : bytes, optional
        The character set inside the component, as the first models of 4.00 alpha have it; later ones keep it
        in the components ``lstm-unicharset`` and ``lstm-recoder``. The recoder is here only where
        `TF_COMPRESS_UNICHARSET` is set.
    rest : bytes
        Whatever follows; Tesseract ignores it. A checkpoint, read as a recognizer, has its trainer here.
    """

    NUMBERS: ClassVar[Fields] = (
        ("network_str", "str"),
        ("training_flags", "i"),
        ("training_iteration", "i"),
        ("sample_iteration", "i"),
        ("null_char", "i"),
        ("adam_beta", "f"),
        ("learning_rate", "f"),
        ("momentum", "f"),
    )

    network: NetworkRecord
    network_str: str = ""
    training_flags: int = TF_COMPRESS_UNICHARSET
    training_iteration: int = 0
    sample_iteration: int = 0
    null_char: int = 0
    adam_beta: float = 0.0
    learning_rate: float = 0.0
    momentum: float = 0.0
    unicharset: bytes | None = None
    recoder: bytes | None = None
    rest: bytes = b""

    @property
    def int_mode(self) -> bool:
        return bool(self.training_flags & TF_INT_MODE)

    @property
    def recoding(self) -> bool:
        return bool(self.training_flags & TF_COMPRESS_UNICHARSET)

    @classmethod
    def read(cls, reader: Reader, include_charsets: bool | None = None) -> LSTMRecognizerRecord:
        """Read a recognizer and leave the reader behind it; see `from_bytes`."""
        network = read_network(reader)
        if include_charsets is None:
            # A unicharset starts with digits and a line end; a string's length has a zero in its four bytes.
            start = bytes(reader.data[reader.offset : reader.offset + 4])
            include_charsets = len(start) == 4 and 0 not in start
        unicharset = _take_unicharset(reader) if include_charsets else None
        record = cls(network=network, unicharset=unicharset, **read_fields(reader, cls.NUMBERS))
        if include_charsets and record.recoding:
            record.recoder = _take_recoder(reader)
        return record

    def write(self, writer: Writer) -> None:
        """Write the recognizer without its `rest`."""
        write_network(writer, self.network)
        writer.raw(self.unicharset or b"")
        write_fields(writer, self.NUMBERS, self)
        writer.raw(self.recoder or b"")

    @classmethod
    def from_bytes(
        cls,
        data: bytes,
        include_charsets: bool | None = None,
        *,
        name: str = "lstm",
        big_endian: bool = False,
    ) -> LSTMRecognizerRecord:
        """Read the component.

        Parameters
        ----------
        data : bytes
            The component.
        include_charsets : bool, optional
            Whether a character set is inside. Without it the bytes tell.
        name : str
            What to call it in errors.
        big_endian : bool
            The byte order; that of the traineddata around it.

        Raises
        ------
        FormatError
            If it is not a recognizer, or damaged.
        UnsupportedError
            If its network is TensorFlow's.
        """
        reader = Reader(data, name, big_endian=big_endian)
        record = cls.read(reader, include_charsets)
        record.rest = bytes(reader.take(reader.remaining))
        return record

    def to_bytes(self, *, big_endian: bool = False) -> bytes:
        """Return the component."""
        writer = Writer(big_endian=big_endian)
        self.write(writer)
        writer.raw(self.rest)
        return writer.getvalue()


def _take_unicharset(reader: Reader) -> bytes:
    """Step over a unicharset's text the way the reference does: a count, then so many lines."""
    start = reader.offset
    first = _take_line(reader)
    if not first.strip().isdigit():
        raise reader.fail("no unicharset", found=first[:20], expected="a number of characters", offset=start)
    for _ in range(int(first)):
        _take_line(reader)
    return bytes(reader.data[start : reader.offset])


def _take_line(reader: Reader) -> bytes:
    """One line, or its first 255 bytes (``TFile::FGets`` with Tesseract's buffer)."""
    window = bytes(reader.data[reader.offset : reader.offset + _LINE_SIZE])
    if not window:
        raise reader.fail("truncated unicharset")
    end = window.find(b"\n") + 1
    return bytes(reader.take(end or len(window)))


def _take_recoder(reader: Reader) -> bytes:
    """Step over a recoder: a count, and per character a flag, a length and so many codes."""
    start = reader.offset
    for _ in range(reader.count(5, "recoder")):
        reader.take(1, "recoder")
        reader.take(4 * reader.count(4, "recoder's code", code="i"), "recoder's code")
    return bytes(reader.data[start : reader.offset])
