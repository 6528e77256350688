"""Documents ten times larger than the memory for them stay on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tessnb.formats.lstmf import Document, ImageData
from tessnb.training import DocumentSamples
from tessnb.training.batches import Batches

_MEBIBYTE = 1 << 20
_LIMIT = 3 * _MEBIBYTE
_DOCUMENTS, _PAGES, _PAGE = 30, 8, _MEBIBYTE // 8


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Documents of 30 MiB in all."""
    folder = tmp_path_factory.mktemp("large")
    paths = []
    for number in range(_DOCUMENTS):
        paths.append(folder / f"{number}.lstmf")
        pages: list[ImageData | None] = [
            ImageData(image_data=os.urandom(_PAGE), transcription=f"{number}.{page}", page_number=page)
            for page in range(_PAGES)
        ]
        Document(pages).write(paths[-1])
    return paths


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's figures")
@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_a_list_ten_times_larger_than_its_memory(
    large: list[Path], *, sequential: bool, batch_size: int
) -> None:
    samples = DocumentSamples(large, sequential=sequential, max_memory=_LIMIT)
    batches = Batches(batch_size)
    most = before = _resident()
    for serial in range(_DOCUMENTS * _PAGES):
        if batch_size > 1:
            assert batches.turns(samples, serial, 1)[0][0] is not None
        else:
            assert samples.line(serial) is not None
        most = max(most, _resident())
    # In turns each document may pass its share by a page, else the limit by the document read ahead; a
    # window of batches holds its own lines beside.
    spare = _DOCUMENTS * _PAGE if not sequential else 2 * _PAGES * _PAGE
    window = 0 if batch_size == 1 else 2 * batches.window * _PAGE
    assert most - before < _LIMIT + spare + window + 3 * _MEBIBYTE
