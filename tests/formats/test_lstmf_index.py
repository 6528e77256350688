"""Looking into `.lstmf` documents without reading them whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_index import DocumentIndex
from tests.conftest import TRAINING_FONTS, EnglishSet
from tests.formats.hexadecimal import every_truncation_fails
from tests.formats.test_lstmf import BYTES, PAGE


def look(data: bytes, folder: Path) -> list[ImageData | None]:
    path = folder / "document.lstmf"
    path.write_bytes(data)
    index = DocumentIndex(path)
    return index.pages(0, len(index))


def test_pages_beside_their_bytes(tmp_path: Path) -> None:
    assert look(BYTES, tmp_path) == [PAGE, None]
    assert look(Document([PAGE, None, PAGE], big_endian=True).to_bytes(), tmp_path) == [PAGE, None, PAGE]
    assert look(Document([PAGE], trailing=b"rest").to_bytes(), tmp_path) == [PAGE]
    assert look(b"\0\0\0\0", tmp_path) == []


def test_every_truncation_fails(tmp_path: Path) -> None:
    every_truncation_fails(BYTES, lambda data: look(data, tmp_path))


@pytest.mark.parametrize("byte", [4, 4 + 1 + 4 + 7 + 4])
def test_damage_is_told(byte: int, tmp_path: Path) -> None:
    """A page flag that is none, and a size that no file has."""
    with pytest.raises(FormatError, match=r"page flag|truncated or damaged"):
        look(BYTES[:byte] + b"\xff\xff\xff\xff" + BYTES[byte + 4 :], tmp_path)


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.lstmf"
    pages = [ImageData(image_data=os.urandom(40_000), transcription=f"line {n}") for n in range(100)]
    data = Document([*pages]).to_bytes()
    path.write_bytes(data)
    index = DocumentIndex(path)
    assert len(index) == 100
    assert [page.transcription for page in index.pages(98, 9) if page] == ["line 98", "line 99"]
    assert index.pages(40, 2) == pages[40:42]
    assert index.pages(100, 5) == []
    path.write_bytes(data[:2_000_000])  # the first lines come although the rest is missing
    cut = DocumentIndex(path)
    assert cut.pages(0, 3) == pages[:3]
    with pytest.raises(FormatError, match="line 49: truncated"):
        cut.pages(60, 1)


def test_a_page_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    large = ImageData(image_data=bytes(3_000_000), transcription="large")
    assert look(Document([PAGE, large, PAGE]).to_bytes(), tmp_path) == [PAGE, large, PAGE]


def test_another_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "document.lstmf"
    path.write_bytes(BYTES)
    index = DocumentIndex(path)
    stamp = index.stamp
    assert index.is_current()
    Document([PAGE, PAGE]).write(path)
    assert not index.is_current()
    with pytest.raises(InputError, match="changed on disk"):
        index.pages(0, 1)
    assert DocumentIndex(path).stamp != stamp
    path.unlink()
    assert not index.is_current()
    with pytest.raises(InputError, match="cannot be read"):
        DocumentIndex(path)


@pytest.mark.parametrize("font", TRAINING_FONTS)
def test_documents_of_the_real_tool(english: EnglishSet, font: str) -> None:
    path = english.file(font, ".lstmf")
    index = DocumentIndex(path)
    assert index.pages(0, len(index)) == Document.read(path).pages
