"""Checkpoints on disk: found, exported as the real tool does, put aside and brought back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tessnb.errors import FormatError, InputError
from tessnb.formats import TrainedData
from tessnb.training.checkpoint_files import (
    ASIDE,
    bring_back,
    export_checkpoint,
    find_checkpoints,
    find_starter,
    put_aside,
)


@pytest.fixture
def folder(trained: Path, english: object, tmp_path: Path) -> Path:
    """A folder with a run of the real ``lstmtraining``, and a checkpoint named as it names its best."""
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(trained / "base_checkpoint", run / "base_checkpoint")
    shutil.copy(trained / "base_checkpoint", run / "base_91.250000_90_100.checkpoint")
    shutil.copy(trained / "base_checkpoint", run / "other_1.500000_7_9.checkpoint")
    shutil.copy(english.starter, tmp_path / "eng.traineddata")  # type: ignore[attr-defined]
    (run / "notes_checkpoint").write_text("not one")
    return run


def test_names_and_records_tell_of_checkpoints(folder: Path) -> None:
    kept, current, other = find_checkpoints(folder)
    assert (kept.run, kept.bcer, kept.learning_iteration, kept.training_iteration) == ("base", 91.25, 90, 100)
    assert not kept.is_current
    assert kept.size == kept.path.stat().st_size
    assert current.is_current
    assert current.training_iteration == 200
    assert 50 < current.bcer <= 100
    assert other.run == "other"
    assert find_checkpoints(folder / "base") == [kept, current]
    assert find_checkpoints(folder / "nobody") == []
    with pytest.raises(InputError, match="no such folder"):
        find_checkpoints(folder / "nowhere" / "base")


@pytest.mark.parametrize(("integer", "reference"), [(False, "float"), (True, "int")])
def test_an_export_is_that_of_the_real_tool(
    folder: Path, trained: Path, integer: bool, reference: str
) -> None:
    starter = find_starter(folder / "base_checkpoint")
    assert starter.resolve() == folder.parent / "eng.traineddata"
    made = export_checkpoint(folder / "base_checkpoint", starter, folder / "mine", integer=integer)
    assert made == folder / "mine.traineddata"
    expected = TrainedData.read(trained / f"{reference}.traineddata")
    assert TrainedData.read(made)["lstm"] == expected["lstm"]


def test_an_export_replaces_nothing_and_refuses_bad_names(folder: Path) -> None:
    starter, source = folder.parent / "eng.traineddata", folder / "base_checkpoint"
    taken = folder / "taken.traineddata"
    taken.write_text("mine")
    with pytest.raises(InputError, match="such a model already"):
        export_checkpoint(source, starter, taken)
    assert taken.read_text() == "mine"
    for name in ("a b", "-flag", "ü/", ".hidden", "a\nb"):
        with pytest.raises(InputError, match="will not do"):
            export_checkpoint(source, starter, folder / name if "/" not in name else folder / "a b")
    with pytest.raises(FormatError):
        export_checkpoint(folder / "notes_checkpoint", starter, folder / "new")
    assert not (folder / "new.traineddata").exists()


def test_a_starter_is_not_guessed(folder: Path) -> None:
    starter = folder.parent / "eng.traineddata"
    twin = TrainedData.read(starter)
    changed = twin["lstm-unicharset"].replace(b"e ", b"E ", 1)
    assert changed != twin["lstm-unicharset"]
    twin.components["lstm-unicharset"] = changed
    twin.write(folder / "twin.traineddata")
    with pytest.raises(InputError, match="Give it as traineddata="):
        find_starter(folder / "base_checkpoint")
    starter.unlink()
    (folder / "twin.traineddata").unlink()
    with pytest.raises(InputError, match="none with"):
        find_starter(folder / "base_checkpoint")


def test_what_is_put_aside_comes_back(folder: Path) -> None:
    path = folder / "base_91.250000_90_100.checkpoint"
    data = path.read_bytes()
    aside = put_aside(path)
    assert aside.parent.name == ASIDE
    assert path not in [each.path for each in find_checkpoints(folder)]
    path.write_text("another meanwhile")
    with pytest.raises(InputError, match="another file of this name"):
        bring_back(aside)
    path.unlink()
    assert bring_back(aside) == path
    assert path.read_bytes() == data
    with pytest.raises(InputError, match="cannot be moved"):
        put_aside(folder / "nothing.checkpoint")
