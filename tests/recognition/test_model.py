"""Models: found, loaded, and exported with the same bytes as ``lstmtraining --stop_training``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError, InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.recognition import Model, available_languages, find_traineddata, tessdata_folders
from tests.conftest import EnglishSet, run_tool
from tests.conftest import tessdata_folders as model_folders


@pytest.mark.parametrize("integer", [False, True])
def test_export_has_the_bytes_of_the_reference(
    english: EnglishSet, trained: Path, tmp_path: Path, integer: bool
) -> None:
    model = Model.load(trained / "base_checkpoint", charsets=english.starter)
    model.save(tmp_path / "mine.traineddata", integer=integer)
    reference = trained / ("int.traineddata" if integer else "float.traineddata")
    assert (tmp_path / "mine.traineddata").read_bytes() == reference.read_bytes()


@pytest.mark.parametrize(
    "path", [path for folder in model_folders() for path in sorted(folder.glob("*.traineddata"))], ids=str
)
def test_loading_and_saving_changes_nothing(path: Path) -> None:
    container = TrainedData.read(path)
    if "lstm" not in container:
        with pytest.raises(FormatError, match="no LSTM model"):
            Model.load(path)
        return
    assert Model.load(path).to_traineddata().to_bytes() == path.read_bytes()


def test_integer_models_stay_as_they_are(trained: Path) -> None:
    path = trained / "int.traineddata"
    model = Model.load(path)
    assert model.integer
    assert model.to_traineddata(integer=True).to_bytes() == path.read_bytes()


def test_parts_of_a_model(trained: Path) -> None:
    model = Model.load(trained / "float.traineddata")
    assert not model.integer
    assert model.network.x_scale_factor() == 3
    assert model.recoder.code_range == model.network.no
    assert model.null_char == model.encoder.null_char
    assert sorted(model.dawgs) == ["lstm-number-dawg", "lstm-punc-dawg", "lstm-word-dawg"]
    assert "float" in repr(model)


def test_languages_are_those_that_the_reference_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    folder, languages = available_languages()
    listed = run_tool("tesseract", "--list-langs").stdout.splitlines()
    assert listed == [f'List of available languages in "{folder}/" ({len(languages)}):', *languages]


def test_where_models_are_looked_for(tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.traineddata").symlink_to(trained / "int.traineddata")
    assert find_traineddata("mine", tmp_path) == tmp_path / "mine.traineddata"
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert next(tessdata_folders()) == tmp_path
    assert Model.load("mine").integer
    assert find_traineddata("eng").name == "eng.traineddata"
    with pytest.raises(InputError, match=r"no language data eng\.traineddata"):
        find_traineddata("eng", tmp_path)


def test_what_is_no_model(tmp_path: Path, english: EnglishSet, trained: Path) -> None:
    with pytest.raises(FormatError, match="no LSTM model"):
        Model.load(english.starter)
    with pytest.raises(InputError, match="no character set"):
        Model.load(trained / "base_checkpoint")
    (tmp_path / "cut.traineddata").write_bytes((trained / "int.traineddata").read_bytes()[:-999])
    with pytest.raises(FormatError):
        Model.load(tmp_path / "cut.traineddata")
    container = TrainedData.read(trained / "int.traineddata")
    recoder = Recoder.from_bytes(container["lstm-recoder"])
    codes = [*recoder.codes, recoder.codes[3], recoder.codes[4]]  # characters that the character set lacks
    container.components["lstm-recoder"] = Recoder(codes).to_bytes()
    with pytest.raises(FormatError, match="the recoder and the character set do not belong together"):
        Model.from_traineddata(container)
    del container.components["lstm-recoder"]
    with pytest.raises(FormatError):
        Model.from_traineddata(container)
