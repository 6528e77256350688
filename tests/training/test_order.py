"""The order of samples, and which documents are in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tessnb.errors import InputError
from tessnb.events import (
    DocumentFailed,
    DocumentLoaded,
    DocumentUnloaded,
    Event,
    SampleSkipped,
    SkipReason,
)
from tessnb.formats.lstmf import Document, ImageData
from tessnb.lines import open_lines
from tessnb.training import DocumentSamples, ListSamples


def _documents(folder: Path, *sizes: int, image: int = 1000) -> list[Path]:
    paths = []
    for number, size in enumerate(sizes):
        pages = [
            ImageData(image_data=bytes(image), transcription=f"{number}.{page}", page_number=page)
            for page in range(size)
        ]
        path = folder / f"{number}.lstmf"
        Document(list(pages)).write(path)
        paths.append(path)
    return paths


def _texts(samples: DocumentSamples, count: int) -> list[str]:
    return [line.transcription for serial in range(count) if (line := samples.line(serial))]


def test_round_robin_takes_a_line_of_each_and_wraps_each_by_itself(tmp_path: Path) -> None:
    samples = DocumentSamples(_documents(tmp_path, 2, 3))
    assert _texts(samples, 8) == ["0.0", "1.0", "0.1", "1.1", "0.0", "1.2", "0.1", "1.0"]
    assert samples.total() == 5


def test_sequential_takes_the_first_document_s_size_for_all(tmp_path: Path) -> None:
    samples = DocumentSamples(_documents(tmp_path, 2, 3, 1), sequential=True)
    assert _texts(samples, 7) == ["0.0", "0.1", "1.0", "1.1", "2.0", "2.0", "0.0"]
    assert samples.total() == 6


def test_a_document_larger_than_its_share_is_read_in_windows(tmp_path: Path) -> None:
    events: list[Event] = []
    samples = DocumentSamples(_documents(tmp_path, 6), max_memory=1500, emit=events.append)
    assert _texts(samples, 7) == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.0"]
    loaded = [(event.first, event.lines) for event in events if isinstance(event, DocumentLoaded)]
    assert loaded == [(0, 2), (2, 2), (4, 2), (0, 2)]


def test_sequential_stays_within_its_memory(tmp_path: Path) -> None:
    events: list[Event] = []
    samples = DocumentSamples(
        _documents(tmp_path, *[2] * 6), sequential=True, max_memory=5000, emit=events.append
    )
    held = most = 0
    for serial in range(24):
        samples.line(serial)
        for event in events:
            if isinstance(event, DocumentLoaded):
                held += 1000 * event.lines
            elif isinstance(event, DocumentUnloaded):
                held -= event.bytes_saved
        events.clear()
        most = max(most, held)
    assert most <= 5000 + 2000  # the limit may be passed by the document that is read ahead


def test_missing_and_empty_documents_have_no_lines(tmp_path: Path) -> None:
    good, empty = _documents(tmp_path, 2, 0)
    events: list[Event] = []
    samples = DocumentSamples([good, empty, tmp_path / "none"], emit=events.append)
    assert [samples.line(serial) is None for serial in range(6)] == [False, True, True, False, True, True]
    failed = [event.path for event in events if isinstance(event, DocumentFailed)]
    assert failed == [str(empty), str(tmp_path / "none")]
    assert samples.total() == 2


def test_nothing_to_begin_with_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Load of page 0 failed"):
        DocumentSamples([tmp_path / "none"])
    with pytest.raises(InputError, match="empty"):
        DocumentSamples([])
    with pytest.raises(InputError, match="no lines"):
        ListSamples([])


def test_a_list_goes_round() -> None:
    samples = ListSamples("abc")
    assert "".join(samples.line(serial) or "" for serial in range(7)) == "abcabca"
    assert samples.total() == 3


def test_lines_that_have_gone_are_left_out_and_told(tmp_path: Path) -> None:
    for name in "abc":
        Image.new("L", (20, 10), 255).save(tmp_path / f"{name}.png")
        (tmp_path / f"{name}.gt.txt").write_text(name)
    events: list[Event] = []
    samples = ListSamples(open_lines(tmp_path), emit=events.append)
    (tmp_path / "b.png").write_bytes(b"no image any more")
    found = [samples.line(serial) for serial in range(6)]
    assert [line and line.transcription for line in found] == ["a", None, "c"] * 2
    assert found[0] is found[3] is samples.peek(6)
    (event,) = events
    assert isinstance(event, SampleSkipped)
    assert (event.iteration, event.reason, event.source) == (
        1,
        SkipReason.UNREADABLE,
        str(tmp_path / "b.png"),
    )
