"""Training lines from documents, lists, images with texts and images with boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tessnb.errors import FormatError, InputError
from tessnb.formats.lstmf import Document
from tessnb.lines.sources import DocumentLines, TrainingLines, open_lines, read_image_text, read_list
from tests.conftest import TRAINING_FONTS, EnglishSet


def write_pair(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    Image.new("L", (60, 20), 255).save(folder / name)
    base = name.removesuffix(".png").removesuffix(".bin")
    (folder / f"{base}.gt.txt").write_text(text, encoding="utf-8")
    return folder / name


def test_documents_are_decoded_when_asked_for(english: EnglishSet) -> None:
    path = english.file(TRAINING_FONTS[0], ".lstmf")
    lines = DocumentLines(path)
    pages = Document.read(path).pages
    assert [line.transcription for line in lines] == [page.transcription for page in pages if page]
    assert lines[2].image.dtype == np.uint8
    assert lines[-1].source == str(path)
    assert lines[-1].page == len(pages) - 1
    fresh = lines[2].to_image_data()
    assert pages[2] is not None
    assert fresh.image_data == pages[2].image_data
    assert fresh.box_texts == pages[2].box_texts


def test_all_kinds_of_sources_in_a_row(english: EnglishSet, tmp_path: Path) -> None:
    write_pair(tmp_path / "pairs", "b.png", "zwei\n")
    write_pair(tmp_path / "pairs", "a.bin.png", "eins")
    (tmp_path / "pairs" / "alone.png").write_bytes((tmp_path / "pairs" / "b.png").read_bytes())
    document, page = english.file(TRAINING_FONTS[0], ".lstmf"), english.file(TRAINING_FONTS[1], ".tif")
    (tmp_path / "list").write_text(f"{document}\n\n{tmp_path}/pairs/b.png\n")
    lines = open_lines(tmp_path / "pairs", tmp_path / "list", page)
    size = len(DocumentLines(document))
    assert [line.transcription for line in lines[:2]] == ["eins", "zwei"]
    assert lines[2 + size].transcription == "zwei"
    assert lines[3 + size].source == str(page)
    assert lines[-1].transcription == lines[len(lines) - 1].transcription
    assert len(lines) == len(list(lines)) > size + 3
    with pytest.raises(IndexError):
        lines[len(lines)]
    assert len(TrainingLines([])) == 0


def test_a_line_image_with_its_text(tmp_path: Path) -> None:
    image = write_pair(tmp_path, "é.png", "\ufeffGrüße, 日本\r\n")
    line = read_image_text(image, language="deu", font="Some Font")
    assert line.transcription == "Grüße, 日本"
    assert line.box_texts == [line.transcription]
    assert (line.width, line.height, line.language, line.font) == (60, 20, "deu", "Some Font")
    page = line.to_image_data()
    assert len(page.boxes) == 0
    assert page.box_texts == [line.transcription]


def test_bad_lists_are_told(english: EnglishSet, tmp_path: Path) -> None:
    document = english.file(TRAINING_FONTS[0], ".lstmf")
    with pytest.raises(InputError, match=r"not a list of files.*An \.lstmf file cannot stand for a list"):
        read_list(document)
    (tmp_path / "crlf").write_bytes(f"{document}\r\n".encode())
    with pytest.raises(InputError, match="Windows line ends"):
        read_list(tmp_path / "crlf")
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(InputError, match="an empty list"):
        read_list(tmp_path / "empty")
    (tmp_path / "missing").write_text("nowhere.lstmf\n")
    with pytest.raises(InputError, match=r"nowhere\.lstmf, named in .*missing: no such file"):
        open_lines(tmp_path / "missing")
    (tmp_path / "odd").write_text(f"{tmp_path}/empty\n")
    with pytest.raises(InputError, match="may not name such a file"):
        open_lines(tmp_path / "odd")
    with pytest.raises(InputError, match="no such file"):
        open_lines(tmp_path / "none.lstmf")
    with pytest.raises(InputError, match="no training lines named"):
        open_lines()


def test_bad_pairs_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no images with transcriptions"):
        open_lines(tmp_path)
    image = write_pair(tmp_path, "a.png", "  \n")
    with pytest.raises(InputError, match="an empty transcription"):
        read_image_text(image)
    write_pair(tmp_path, "a.png", "two\nlines\n")
    with pytest.raises(InputError, match="several lines; found 2 lines"):
        read_image_text(image)
    (tmp_path / "a.gt.txt").write_bytes(b"caf\xe9")
    with pytest.raises(FormatError, match="not UTF-8"):
        read_image_text(image)
    (tmp_path / "a.gt.txt").unlink()
    with pytest.raises(InputError, match=r"without boxes and without transcription.*a\.gt\.txt"):
        open_lines(image)


def test_absent_pages_are_told(tmp_path: Path) -> None:
    Document([None]).write(tmp_path / "a.lstmf")
    with pytest.raises(FormatError, match="line 0: a line without content"):
        DocumentLines(tmp_path / "a.lstmf")[0]
