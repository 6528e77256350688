"""The tutorial's command lines with ``tessnb`` in front, smaller: few lines, small networks, Debian's fonts.

Only our tools work here; Tesseract's own and libtesseract 5.5 read and measure the models at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chain.tools import (
    SMALL_NET,
    best_error,
    check_readers_agree,
    error_rate,
    ours,
    read_everywhere,
    real,
    simple_text,
    text_lines,
    write_langdata,
)
from tests.conftest import EnglishSet

pytestmark = pytest.mark.xdist_group("tutorial")

Once = Callable[[str, Callable[[Path], None]], Path]

_TESSTRAIN = (
    "tesstrain --fonts_dir /usr/share/fonts --lang eng --linedata_only --noextract_font_properties "
    "--langdata_dir {langdata} --tessdata_dir ./tessdata --save_box_tiff --output_dir {output}"
)
_TRAIN_FONTS = ("--fontlist", "DejaVu Sans", "Liberation Sans")
_EVAL_FONTS = ("--fontlist", "Impact Condensed")
_TRAIN_LIST = "--train_listfile engtrain/eng.training_files.txt"
_EVAL_LIST = "--eval_listfile engeval/eng.training_files.txt"
_STARTER = "--traineddata engtrain/eng/eng.traineddata"
_NEW = ("±1", "±od")


def _from_scratch(iterations: int, folder: Path) -> str:
    command = f"lstmtraining --debug_interval 100 {_STARTER} --model_output engoutput/base {_TRAIN_LIST}"
    flags = f"{_EVAL_LIST} --learning_rate 10e-3 --max_iterations {iterations}"
    return ours(f"{command} {flags}", "--net_spec", SMALL_NET, cwd=folder).stderr


def _make_tutorial(folder: Path) -> None:
    write_langdata(folder / "langdata", simple_text())
    ours(_TESSTRAIN.format(langdata="langdata", output="engtrain"), *_TRAIN_FONTS, cwd=folder)
    ours(_TESSTRAIN.format(langdata="langdata", output="engeval"), *_EVAL_FONTS, cwd=folder)
    (folder / "engoutput").mkdir()
    for name, iterations in (("first", 200), ("second", 500)):
        (folder / f"{name}.log").write_text(_from_scratch(iterations, folder))
    (folder / "models").mkdir()
    for name, flags in (("eng", ""), ("fast", "--convert_to_int")):
        export = f"lstmtraining --stop_training --continue_from engoutput/base_checkpoint {_STARTER}"
        ours(f"{export} {flags} --model_output models/{name}.traineddata", cwd=folder)


@pytest.fixture(scope="module")
def tutorial(once: Once) -> Path:
    """A folder with the tutorial's first half: two fonts, a model trained in two runs, exported."""
    return once("tutorial", _make_tutorial)


@pytest.fixture
def room(tutorial: Path, tmp_path: Path) -> Path:
    """A folder where the tutorial can be continued without changing it."""
    for entry in tutorial.iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


def test_training_from_scratch_starts_stops_and_goes_on(tutorial: Path) -> None:
    first, second = ((tutorial / f"{name}.log").read_text() for name in ("first", "second"))
    assert "At iteration" in first
    assert "/200/200, " in first
    assert "Iteration 100: GROUND  TRUTH : " in first
    assert "Successfully restored trainer from engoutput/base_checkpoint" in second
    assert "/200/200, " not in second
    assert "/500/500, " in second
    assert best_error(second) < best_error(first) < 99


def test_the_model_has_learnt_its_fonts(tutorial: Path) -> None:
    command = f"lstmeval --model engoutput/base_checkpoint {_STARTER} --eval_listfile "
    result = ours(f"{command} engtrain/eng.training_files.txt", cwd=tutorial)
    assert error_rate(result.stderr) < 15
    unseen = ours(f"{command} engeval/eng.training_files.txt --verbosity 0", cwd=tutorial)
    reference = real(f"{command} engeval/eng.training_files.txt --verbosity 0", cwd=tutorial)
    assert unseen.stderr.splitlines()[-1] == reference.stderr.splitlines()[-1]


@pytest.mark.parametrize("language", ["eng", "fast"])
def test_all_readers_read_the_exported_model_alike(tutorial: Path, tmp_path: Path, language: str) -> None:
    image = tutorial / "engtrain" / "eng.DejaVu_Sans.exp0.tif"
    texts = read_everywhere(image, tutorial / "models" / f"{language}.traineddata", tmp_path)
    check_readers_agree(texts, text_lines(simple_text()))


def test_fine_tuning_for_a_font(room: Path) -> None:
    (room / "impact_from_small").mkdir()
    flags = f"--continue_from engoutput/base_checkpoint {_STARTER} --max_iterations 100"
    lines = "--train_listfile engeval/eng.training_files.txt"
    log = ours(f"lstmtraining --model_output impact_from_small/impact {flags} {lines}", cwd=room).stderr
    assert "Continuing from engoutput/base_checkpoint" in log
    before, after = (
        error_rate(ours(f"lstmeval --model {model} {_STARTER} {_EVAL_LIST}", cwd=room).stderr)
        for model in ("engoutput/base_checkpoint", "impact_from_small/impact_checkpoint")
    )
    assert after < max(before, 2)


def test_adding_a_character(room: Path) -> None:
    write_langdata(room / "plusminus", simple_text(also=_NEW))
    make = _TESSTRAIN.format(langdata="plusminus", output="trainplusminus")
    ours(make, "--fontlist", "DejaVu Sans", cwd=room)
    ours("combine_tessdata -e models/eng.traineddata trainplusminus/eng.lstm", cwd=room)
    new, old = "trainplusminus/eng/eng.traineddata", "models/eng.traineddata"
    lines = "trainplusminus/eng.training_files.txt"
    train = f"--traineddata {new} --old_traineddata {old} --train_listfile {lines} --max_iterations 200"
    flags = "--continue_from trainplusminus/eng.lstm --learning_rate 10e-3 --reset_learning_rate"
    log = ours(f"lstmtraining --model_output trainplusminus/plusminus {flags} {train}", cwd=room).stderr
    assert "Code range changed from" in log
    command = f"lstmeval --model trainplusminus/plusminus_checkpoint --traineddata {new} --verbosity 2"
    result = ours(f"{command} --eval_listfile {lines}", cwd=room)
    read = [line for line in result.stderr.splitlines() if line.startswith("OCR") and "±" in line]
    assert len(read) >= 10
    assert error_rate(result.stderr) < 25


def test_replacing_the_last_layers(room: Path) -> None:
    (room / "cut").mkdir()
    ours("combine_tessdata -e models/eng.traineddata cut/eng.lstm", cwd=room)
    command = f"lstmtraining --debug_interval 100 --continue_from cut/eng.lstm {_STARTER} --append_index 4"
    spec = ("--net_spec", "[Lfx24 O1c111]")
    flags = f"--model_output cut/base {_TRAIN_LIST} {_EVAL_LIST} --learning_rate 10e-3 --max_iterations 100"
    log = ours(f"{command} {flags}", *spec, cwd=room).stderr
    assert "Appending a new network to an old one!!" in log
    export = f"lstmtraining --stop_training --continue_from cut/base_checkpoint {_STARTER}"
    ours(f"{export} --model_output cut/eng.traineddata", cwd=room)
    described = real("combine_tessdata -l cut/eng.traineddata", cwd=room).stdout
    assert ":4(Lfx48)=" in described
    assert ":5(Lfx24)=0.01, :6(Output)=0.01" in described
    assert error_rate(real(f"lstmeval --model cut/eng.traineddata {_EVAL_LIST}", cwd=room).stderr) < 100


def _float_models() -> list[Path]:
    folder = os.environ.get("TESSNB_TEST_DATA")
    models = [Path(folder) / "tessdata_best" / "fra.traineddata"] if folder else []
    return [model for model in models if model.is_file()]


@pytest.mark.parametrize("model", _float_models(), ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("limit", "starter", "change"),
    [
        (2, "{model}", ()),
        (5, "{starter}", ("--old_traineddata", "{model}")),
        (100, "{starter}", ("--append_index", "5", "--net_spec", "[Lfx32 O1c111]")),
    ],
    ids=["font", "characters", "layers"],
)
def test_fine_tuning_a_large_model(
    english: EnglishSet,
    tmp_path: Path,
    model: Path,
    limit: float,
    starter: str,
    change: tuple[str, ...],
) -> None:
    names = {"model": model, "starter": english.starter}
    around = ("--traineddata", starter.format(**names))
    ours(f"combine_tessdata -e {model} full.lstm", cwd=tmp_path)
    train = "lstmtraining --model_output full --continue_from full.lstm --max_iterations 4"
    more = (*around, "--train_listfile", english.eval_list, *(part.format(**names) for part in change))
    assert best_error(ours(train, *more, cwd=tmp_path).stderr) <= limit
    evaluate = f"lstmeval --model full_checkpoint --eval_listfile {english.eval_list} --verbosity 0"
    measured = [run(evaluate, *around, cwd=tmp_path).stderr.splitlines()[-1] for run in (ours, real)]
    assert measured[0] == measured[1]
