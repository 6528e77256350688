"""`.lstmf` documents that stay on disk, found whole at once or as far as is asked for."""

from __future__ import annotations

import os
import pickle
import re
import threading
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_file import DocumentFile
from tests.conftest import TRAINING_FONTS, EnglishSet
from tests.formats.hexadecimal import every_truncation_fails
from tests.formats.test_lstmf import BYTES, PAGE


def look(data: bytes, folder: Path) -> list[ImageData | None]:
    path = folder / "document.lstmf"
    path.write_bytes(data)
    document = DocumentFile(path, whole=False)
    return document.pages(0, len(document))


def test_pages_beside_their_bytes(tmp_path: Path) -> None:
    assert look(BYTES, tmp_path) == [PAGE, None]
    assert look(Document([PAGE, None, PAGE], big_endian=True).to_bytes(), tmp_path) == [PAGE, None, PAGE]
    assert look(Document([PAGE], trailing=b"rest").to_bytes(), tmp_path) == [PAGE]
    assert look(b"\0\0\0\0", tmp_path) == []


def test_every_truncation_fails(tmp_path: Path) -> None:
    every_truncation_fails(BYTES, lambda data: look(data, tmp_path))


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("byte", "told"),
    [
        (4, "line 0 at byte 4: not a page flag; found 255"),
        (4 + 1 + 4 + 7 + 4, "line 0 at byte 20: impossible size of image_data; found 4294967295"),
    ],
)
def test_damage_is_told(byte: int, told: str, whole: bool, tmp_path: Path) -> None:
    """A page flag that is none, and a size that no file has: where it is, however the file was opened."""
    path = tmp_path / "document.lstmf"
    path.write_bytes(BYTES[:byte] + b"\xff\xff\xff\xff" + BYTES[byte + 4 :])
    with pytest.raises(FormatError, match=re.escape(told)):
        list(DocumentFile(path, whole=whole))


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.lstmf"
    pages = [ImageData(image_data=os.urandom(40_000), transcription=f"line {n}") for n in range(100)]
    data = Document([*pages]).to_bytes()
    path.write_bytes(data)
    document = DocumentFile(path, whole=False)
    assert len(document) == 100
    assert [page.transcription for page in document.pages(98, 9) if page] == ["line 98", "line 99"]
    assert document.pages(40, 2) == pages[40:42]
    assert document.pages(100, 5) == []
    path.write_bytes(data[:2_000_000])  # the first lines come although the rest is missing
    cut = DocumentFile(path, whole=False, name="cut")
    assert cut.pages(0, 3) == pages[:3]
    with pytest.raises(FormatError, match=r"^cut line 49 at byte \d+: impossible size of image_data"):
        cut.pages(60, 1)
    with pytest.raises(FormatError, match=r"long\.lstmf line 49"):  # the whole is not
        DocumentFile(path)


def test_a_page_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    large = ImageData(image_data=bytes(3_000_000), transcription="large")
    assert look(Document([PAGE, large, PAGE]).to_bytes(), tmp_path) == [PAGE, large, PAGE]


def test_another_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "document.lstmf"
    path.write_bytes(BYTES)
    document = DocumentFile(path, whole=False)
    stamp = document.stamp
    assert document.is_current()
    Document([PAGE, PAGE]).write(path)
    assert not document.is_current()
    with pytest.raises(InputError, match="changed on disk"):
        document.pages(0, 1)
    assert DocumentFile(path).stamp != stamp
    path.unlink()
    assert not document.is_current()
    with pytest.raises(InputError, match="no such file"):
        DocumentFile(path)


def test_several_threads_may_find_pages(tmp_path: Path) -> None:
    path = tmp_path / "document.lstmf"
    pages = [ImageData(image_data=bytes(30_000), transcription=f"line {n}") for n in range(300)]
    Document([*pages]).write(path)
    document = DocumentFile(path, whole=False)
    found: dict[int, list[str]] = {}

    def read(thread: int) -> None:
        found[thread] = [page.transcription for n in range(thread, 300, 8) if (page := document[n])]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: [page.transcription for page in pages[n::8]] for n in range(8)}


@pytest.mark.parametrize("font", TRAINING_FONTS)
def test_documents_of_the_real_tool(english: EnglishSet, font: str) -> None:
    path = english.file(font, ".lstmf")
    document = DocumentFile(path, whole=False)
    assert document.pages(0, len(document)) == Document.read(path).pages


def test_lazy_reading_gives_the_same_pages(english: EnglishSet) -> None:
    path = english.file(TRAINING_FONTS[0], ".lstmf")
    pages = Document.read(path).pages
    document = DocumentFile(path)
    assert len(document) == len(pages) > 3
    assert document[-1] == pages[-1]
    assert document[1:3] == pages[1:3]
    assert list(pickle.loads(pickle.dumps(document))) == pages
    with pytest.raises(IndexError):
        document[len(pages)]


def test_a_document_that_is_cut_while_it_is_open_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.lstmf"
    path.write_bytes(BYTES)
    document = DocumentFile(path)
    with path.open("r+b") as file:  # in place, as a copying tool does
        file.truncate(40)
    with pytest.raises(InputError, match=r"a\.lstmf: changed on disk since it was opened"):
        document[0]
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        document[0]


def test_the_pages_of_another_document_are_not_taken_for_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.lstmf"
    Document([PAGE, PAGE]).write(path)
    document = DocumentFile(path)
    Document([None, PAGE]).write(path)
    with pytest.raises(InputError, match="changed on disk"):
        document[1]


def test_a_document_takes_no_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "a.lstmf"
    path.write_bytes(BYTES)
    before = len(os.listdir("/proc/self/fd"))
    documents = [DocumentFile(path) for _ in range(50)]
    assert len(os.listdir("/proc/self/fd")) == before
    assert documents[-1][0] == PAGE


def test_long_pages_are_walked_over_unread(tmp_path: Path) -> None:
    long = ImageData(image_data=bytes(20_000), transcription="x" * 9000, box_texts=["y" * 5000])
    Document([PAGE, long, PAGE]).write(tmp_path / "a.lstmf")
    assert list(DocumentFile(tmp_path / "a.lstmf")) == [PAGE, long, PAGE]
