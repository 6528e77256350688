"""Every reader of files, with inputs to begin from and what must hold whatever it is given."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

import tessnb as tn
from tessnb.analysis import read_log, read_marks
from tessnb.charset.recoder import Recoder
from tessnb.errors import TessnbError
from tessnb.formats import (
    CheckpointRecord,
    Document,
    DocumentFile,
    LSTMRecognizerRecord,
    RecoderRecord,
    SquishedDawg,
    TrainedData,
    TrainedDataFile,
    Unicharset,
)
from tessnb.formats._archives import is_archive
from tessnb.formats.boxfile import boxes_from_bytes, boxes_to_bytes
from tessnb.lines import (
    cut_page,
    decode_image,
    prepare_line,
    read_image_text,
    read_layout,
    read_list,
    read_pages,
)
from tessnb.lines.sources import DocumentLines
from tessnb.network import from_record
from tessnb.network.spec import parse
from tessnb.recognition import Recognizer
from tessnb.training import Characters, ListSamples, Trainer, load_learner
from tessnb.training.listing import runs
from tessnb.training.mailbox import take
from tests.stress import material, seeds

__all__ = ["READERS", "NotExact", "Reader"]


class NotExact(Exception):
    """What was read and written again is something else."""


@dataclass(frozen=True)
class Reader:
    """A reader of files.

    Attributes
    ----------
    read : callable
        Takes the bytes and a folder that it may write to; it may raise a `TessnbError` and nothing else.
    seeds : callable
        Returns valid inputs.
    tokens : tuple of bytes
        Words of the format.
    is_text : bool
    share : float
        Of the time; slow readers get more, so that all get inputs by the ten thousand in some minutes.
    memory : int
        MiB that reading one input may take.
    largest : int
        Bytes of an input at most.
    repair : callable
        Puts checksums right after a change.
    """

    read: Callable[[bytes, Path], object]
    seeds: Callable[[], Sequence[bytes]]
    tokens: tuple[bytes, ...] = ()
    is_text: bool = False
    share: float = 1.0
    memory: int = 64
    largest: int = 1 << 14
    repair: Callable[[bytes], bytes] = bytes


def _exact(made: bytes, data: bytes) -> None:
    if made != data:
        if len(made) == len(data) and all(
            one ^ other in (0, 0x40) for one, other in zip(made, data, strict=True)
        ):
            return  # Python's own numbers make signalling NaNs quiet
        raise NotExact(f"{len(data)} bytes came back as {len(made)}")


def _file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# Models.


def _traineddata(data: bytes, folder: Path) -> None:
    path = _file(folder, "xyz.traineddata", data)
    with suppress(TessnbError):
        opened = TrainedDataFile.open(path)
        if (
            not is_archive(data)
            and {name: opened[name] for name in opened} != TrainedData.read(path).components
        ):
            raise NotExact("the directory shows something else")
    model = TrainedData.from_bytes(data)
    assert model.version is not None
    if not is_archive(data):
        _exact(model.to_bytes(), data)


def _network(data: bytes, folder: Path) -> None:
    record = LSTMRecognizerRecord.from_bytes(data)
    _exact(record.to_bytes(), data)
    from_record(record.network).spec()


def _checkpoint(data: bytes, folder: Path) -> None:
    record = CheckpointRecord.from_bytes(data)
    _exact(record.to_bytes(), data)
    for inner in (record.best_trainer, record.sub_trainer):
        if inner:
            CheckpointRecord.from_bytes(inner)


def _model(data: bytes, folder: Path) -> None:
    model = tn.load_model(_file(folder, "xyz.traineddata", data))
    with np.errstate(all="ignore"):  # weights that are no numbers make noise
        Recognizer(model).read(material.line(1).image)


def _resume(data: bytes, folder: Path) -> None:
    learner, standing, record = load_learner(
        _file(folder, "m_checkpoint", data), Characters.of(material.starter())
    )
    trainer = Trainer(learner, material.starter(), ListSamples(material.lines(2)), standing=standing)
    if record is not None:
        trainer.resume_batch(record)
        trainer.accompany(())
    with np.errstate(all="ignore"):
        trainer.train_batch(trainer.counters.training + 1)


# Characters.


def _unicharset(data: bytes, folder: Path) -> None:
    unicharset = Unicharset.from_bytes(data)
    _exact(unicharset.to_bytes(), data)
    unicharset.to_bytes(canonical=True)
    unicharset.encode("the cat", partial=True)


def _recoder(data: bytes, folder: Path) -> None:
    _exact(RecoderRecord.from_bytes(data).to_bytes(), data)
    recoder = Recoder.from_bytes(data)
    for code in recoder.codes[:50]:
        recoder.decode(code)


def _dawg(data: bytes, folder: Path) -> None:
    dawg = SquishedDawg.from_bytes(data)
    _exact(dawg.to_bytes(), data)
    for word in itertools.islice(dawg.words(), 200):
        dawg.__contains__(word)


# Lines.


def _lstmf(data: bytes, folder: Path) -> None:
    path = _file(folder, "a.lstmf", data)
    with suppress(TessnbError):
        DocumentFile(path, whole=False).pages(0, 100)
    try:
        document = Document.from_bytes(data)
    except TessnbError:
        with suppress(TessnbError):
            list(DocumentFile(path))
            raise NotExact("the lazy reader takes what the other refuses") from None
        raise
    _exact(document.to_bytes(), data)
    if list(DocumentFile(path)) != document.pages:
        raise NotExact("the lazy reader reads something else")
    if DocumentFile(path, whole=False).pages(0, len(document.pages)) != document.pages:
        raise NotExact("read as it is asked for, it is something else")


def _lines(data: bytes, folder: Path) -> None:
    lines = DocumentLines(_file(folder, "a.lstmf", data))
    shape = material.trained().learner.network.input_shape()
    for number in range(min(len(lines), 3)):
        prepare_line(lines[number].image, shape)


def _boxes(data: bytes, folder: Path) -> None:
    errors: list[TessnbError] = []
    boxes = boxes_from_bytes(data, on_error=errors.append)
    cut_page(np.full((40, 60), 255, np.uint8), boxes, vertical=None)
    boxes_to_bytes(boxes)
    boxes_from_bytes(data)


def _image_text(data: bytes, folder: Path) -> None:
    _file(folder, "line.png", _picture())
    _file(folder, "line.gt.txt", data)
    read_image_text(folder / "line.png")


def _list(data: bytes, folder: Path) -> None:
    read_list(_file(folder, "list", data))


@cache
def _picture() -> bytes:
    return material.image("PNG")


def _layout(suffix: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        picture = folder / "page.png"
        if not picture.exists():
            picture.write_bytes(material.image("PNG"))
        read_layout(_file(folder, f"page{suffix}", data), picture)

    return read


# Images.


def _image(data: bytes, folder: Path) -> None:
    decode_image(data)


def _pages(data: bytes, folder: Path) -> None:
    for _ in itertools.islice(read_pages(_file(folder, "page.tif", data)), 5):
        pass


def _with_sums(data: bytes) -> bytes:
    """Put the checksums of a PNG right."""
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + size]
        if at + 12 + size > len(data):
            break
        parts.append(data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)))
        at += 12 + size
    return b"".join(parts) + data[at:]


# Texts that people and programs leave.


def _to_the_end(data: bytes, seed: bytes) -> bool:
    """Return whether tables are made of what was read, too: of an input in eight, for they take long."""
    return data == seed or zlib.crc32(data) % 8 == 0


def _log(data: bytes, folder: Path) -> None:
    log = read_log(_file(folder, "log", data))
    if not _to_the_end(data, seeds.LOG):
        return
    for frame in (log.progress, log.evaluations, log.lines, log.skipped, log.events):
        len(frame)
    assert log.best_bcer is not None
    log._repr_html_()


def _record(data: bytes, folder: Path) -> None:
    _file(folder, "m.run.jsonl", data)
    if _to_the_end(data, seeds.ENTRIES):
        found = runs(folder)
        assert found.frame is not None
        found._repr_html_()
    record = tn.RunRecord(folder / "m")
    if _to_the_end(data, seeds.ENTRIES):
        for told in (record.progress, record.metrics, record.evaluations, record.layer_rates, record.marks):
            assert told is not None
    assert len(record.checkpoints) >= 0
    if record.state.is_over:
        list(record.follow())


def _mailbox(data: bytes, folder: Path) -> None:
    take(_file(folder, "m.run.command", data), "r")


def _marks(suffix: str) -> Callable[[bytes, Path], None]:
    return lambda data, folder: read_marks(_file(folder, f"marks{suffix}", data)) and None


def _spec(data: bytes, folder: Path) -> None:
    parse(data.decode("utf-8", "replace"))


_LAYOUT_TOKENS = (
    *(
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"</",
        b"/>",
        b"&#0;",
    ),
    *(b"points=", b"1e308,1e308", b'index="', b"TextLine", b"TextRegion", b"TextEquiv", b"Coords", b"Page"),
)
_HTML_TOKENS = (
    *(
        b"<div class='ocr_page'>",
        b"<span class='ocr_line' title='bbox 0 0 9 9'>",
        b"</span>",
        b"</div>",
        b'"',
        b"'",
    ),
    *(b"title=", b"baseline", b"poly", b"bbox", b"<script>", b"<!--", b"&amp;", b"\xff\xfe", b"<br/>"),
)
_LAYERS = (
    b"Series",
    b"LSTM",
    b"LSTMSoftmax",
    b"Convolve",
    b"Maxpool",
    b"Parallel",
    b"RTLReversed",
    b"TensorFlow",
)


#: All readers.
READERS = {
    "traineddata": Reader(_traineddata, lambda: [material.starter().to_bytes()]),
    "archive": Reader(
        _traineddata, material.archives, (b"PK\x03\x04", b"PK\x01\x02", b"ustar", b"xyz.lstm"), share=1.5
    ),
    "network": Reader(_network, seeds.networks, _LAYERS, share=2),
    "checkpoint": Reader(
        _checkpoint,
        lambda: [material.checkpoint(small=True), material.checkpoint()],
        _LAYERS,
        largest=1 << 18,
        share=2.5,
    ),
    "unicharset": Reader(
        _unicharset,
        lambda: [material.starter()["lstm-unicharset"]],
        (b"NULL", b"Joined", b"|Broken|0|1", b"|a|0|2"),
        is_text=True,
        share=3,
    ),
    "recoder": Reader(_recoder, lambda: [material.starter()["lstm-recoder"]]),
    "dawg": Reader(_dawg, seeds.dawgs, (b"\x2a\x00",)),
    "lstmf": Reader(_lstmf, seeds.documents, share=1.5),
    "lstmf lines": Reader(_lines, seeds.documents, memory=256, share=1.5),
    "box": Reader(
        _boxes,
        lambda: [seeds.BOX_LINES],
        (b"WordStr", b" #", b"\xef\xbb\xbf", b"\0", b"\xff", b"\t"),
        is_text=True,
        share=2,
    ),
    "transcription": Reader(_image_text, lambda: [b"tea\n", b"\xef\xbb\xbft\xc3\xa9a\r\n"], is_text=True),
    "list": Reader(_list, lambda: [b"a.lstmf\nb.lstmf\n"], is_text=True),
    "PAGE": Reader(_layout(".xml"), seeds.page_xml, _LAYOUT_TOKENS, is_text=True, share=2.5),
    "ALTO": Reader(
        _layout(".xml"),
        seeds.alto,
        (*_LAYOUT_TOKENS, b"inch1200", b"HPOS=", b"BASELINE="),
        is_text=True,
        share=1.5,
    ),
    "hOCR": Reader(_layout(".hocr"), seeds.hocr, _HTML_TOKENS, is_text=True, share=4),
    "log": Reader(
        _log,
        lambda: [seeds.LOG],
        (b"At iteration ", b"nan", b"inf", b"wrote best model:"),
        is_text=True,
        share=5,
    ),
    "run record": Reader(
        _record,
        lambda: [seeds.ENTRIES],
        (b'"kind":"start"', b"1e999", b"NaN", b"null", b"[", b"{}"),
        is_text=True,
        share=4,
    ),
    "command": Reader(_mailbox, lambda: [b'{"run":"r","command":"set","learning_rate":0.1}\n'], is_text=True),
    "marks as CSV": Reader(_marks(".csv"), lambda: [seeds.MARK_ROWS], (b'"', b"\r"), is_text=True),
    "marks as JSON": Reader(
        _marks(".json"), lambda: [seeds.MARK_ENTRIES], (b"[", b"{", b"null"), is_text=True
    ),
    "specification": Reader(
        _spec,
        lambda: [material.TINY_NET.encode(), b"[1,36,0,1[C5,5Ft8(Lfx8Lrx8)]R2Rx[Fr3]O1c9]"],
        (b"[", b"(", b"Rx", b"Lfys"),
        is_text=True,
    ),
    "PNG": Reader(
        _image,
        seeds.pngs,
        (b"tRNS", b"PLTE", b"acTL", b"IDAT", b"zTXt", b"iCCP"),
        memory=256,
        repair=_with_sums,
        share=2,
    ),
    "TIFF": Reader(_pages, seeds.tiffs, (b"II*\0", b"MM\0*"), memory=256, share=2.5),
    "other images": Reader(
        _image,
        seeds.others,
        (b"\xff\xd8", b"\xff\xc0", b"\xff\xda", b"BM", b"GIF89a", b"VP8L", b"P5"),
        memory=256,
        share=2,
    ),
    "model": Reader(_model, material.models, _LAYERS, memory=512, share=4),
    "resumed training": Reader(
        _resume,
        lambda: [material.checkpoint(), material.checkpoint(small=True)],
        memory=512,
        largest=1 << 18,
        share=5,
    ),
}
