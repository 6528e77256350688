"""`.lstmf` documents: those of the real tool, and their bytes by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_file import DocumentFile
from tests.conftest import TRAINING_FONTS, EnglishSet
from tests.formats.hexadecimal import bytes_of, every_truncation_fails, no_damage_passes_unseen

BYTES = bytes_of("""
    02000000                    # two pages
    01                          # a page follows:
    07000000 'a.lstmf'          # imagefilename
    05000000                    # page 5
    04000000 89 'PNG'           # image_data
    03000000 'eng'              # language
    03000000 c3a9 'g'           # transcription: é g
    02000000                    # boxes: left, bottom, right, top
      0400 0500 1400 1e00
      feff 0000 ff7f 0080
    02000000                    # box_texts
      02000000 c3a9
      01000000 'g'
    01                          # vertical_text
    00                          # no page
""")
PAGE = ImageData(
    "a.lstmf",
    5,
    b"\x89PNG",
    "eng",
    "ég",
    np.array([[4, 5, 20, 30], [-2, 0, 32767, -32768]], np.int16),
    ["é", "g"],
    1,
)


def read_lazily(data: bytes, folder: Path) -> list[ImageData | None]:
    path = folder / "document.lstmf"
    path.write_bytes(data)
    return list(DocumentFile(path))


def test_record_beside_its_bytes(tmp_path: Path) -> None:
    assert Document([PAGE, None]).to_bytes() == BYTES
    assert Document.from_bytes(BYTES).pages == [PAGE, None]
    assert read_lazily(BYTES, tmp_path) == [PAGE, None]


def test_every_truncation_fails(tmp_path: Path) -> None:
    every_truncation_fails(BYTES, Document.from_bytes)
    every_truncation_fails(BYTES, lambda data: read_lazily(data, tmp_path))


def test_no_damage_passes_unseen() -> None:
    no_damage_passes_unseen(BYTES, lambda data: Document.from_bytes(data).to_bytes())


def test_other_byte_order_and_trailing_bytes_are_kept() -> None:
    document = Document([PAGE, None], big_endian=True, trailing=b"rest")
    data = document.to_bytes()
    assert data[:4] == b"\0\0\0\x02"
    assert Document.from_bytes(data) == document
    assert Document.from_bytes(data).to_bytes() == data


def test_text_that_is_not_utf8_is_kept() -> None:
    data = BYTES.replace("é".encode() + b"g", b"\xff\xfeg")
    assert Document.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize("font", TRAINING_FONTS)
def test_real_documents_keep_their_bytes(english: EnglishSet, font: str, tmp_path: Path) -> None:
    path = english.file(font, ".lstmf")
    document = Document.read(path)
    document.write(tmp_path / "copy.lstmf")
    assert (tmp_path / "copy.lstmf").read_bytes() == path.read_bytes()
    assert not document.trailing
    for page in document.pages:
        assert page is not None
        assert page.image_data.startswith(b"\x89PNG")
        assert page.transcription == "".join(page.box_texts)
        assert len(page.boxes) == len(page.box_texts)


def test_what_is_no_document_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("a.lstmf\nb.lstmf\n")
    (tmp_path / "empty.lstmf").touch()
    for read in (Document.read, DocumentFile):
        with pytest.raises(FormatError, match=r"list\.txt: not an \.lstmf document.*is a list"):
            read(tmp_path / "list.txt")
        with pytest.raises(FormatError, match="truncated"):
            read(tmp_path / "empty.lstmf")
        with pytest.raises(InputError, match="no such file"):
            read(tmp_path / "none.lstmf")
