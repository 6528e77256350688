"""Bad input to each tool: one clear error on standard error, exit code 1, and the folder as it was before."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.commands import TOOLS, main
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.training import RunState, follow_run
from tests.chain.tools import simple_text, write_langdata
from tests.conftest import SMALL_NET, EnglishSet

#: What is in the folder in which the commands below run; see `_fill`.
MISSING, EMPTY, FOLDER, JUNK = "missing", "empty", "folder", "junk"

#: Each command line with a part of the line that must say what is wrong.
TEXT2IMAGE = "text2image --outputbase out/page --xsize 1000 --ysize 600 "
PROPERTIES = "set_unicharset_properties -O out/u --script_dir langdata "
COMBINE = "combine_lang_model --lang eng --script_dir langdata "
STARTER = COMBINE + "--input_unicharset u --output_dir "
TESSTRAIN = "tesstrain --lang eng --linedata_only "
LISTED = "lstmtraining --model_output out/m --max_iterations 2 --net_spec [1,36,0,1Lfx8O1c1] "
TRAIN = LISTED + "--traineddata eng.traineddata "
CONTINUE = "lstmtraining --model_output out/m --max_iterations 2 --train_listfile list "
OTHER = CONTINUE + "--traineddata other.traineddata --continue_from "
SPEC = CONTINUE + "--traineddata eng.traineddata --net_spec "
STOP = "lstmtraining --stop_training --traineddata eng.traineddata "
EVAL = "lstmeval --model float.traineddata --eval_listfile "
MODEL = "lstmeval --eval_listfile list --traineddata eng.traineddata --model "
READ = "tesseract page.tif out/page --psm 6 --tessdata-dir . "

CASES = [
    # text2image
    (TEXT2IMAGE + "--font DejaVu_Sans --text missing", "missing: no such file"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text folder", "folder: cannot be read"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text empty", "empty: the text is empty"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text junk", "junk, line 2: not UTF-8"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text text --ptsize big", "Could not parse int from big"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text text --ptsize -3", "ptsize: must be positive"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text text --margin 900", "the margins leave no room"),
    (TEXT2IMAGE + "--font DejaVu_Sans --text text --fonts_dir missing", "missing: no such folder"),
    (TEXT2IMAGE + "--font junk --text text", "junk: not an OpenType font"),
    ("text2image --text text --font DejaVu_Sans --outputbase u/page", "u/page.tif: cannot be written"),
    # The unicharset tools
    ("unicharset_extractor --output_unicharset out/u missing", "missing: no such file"),
    ("unicharset_extractor --output_unicharset out/u folder", "folder: cannot be read"),
    ("unicharset_extractor --output_unicharset u/u text", "u/u: cannot be written"),
    ("unicharset_extractor --output_unicharset out/u --norm_mode 7 text", "no such normalization mode"),
    (PROPERTIES + "-U missing", "missing: no such file"),
    (PROPERTIES + "-U junk", "junk line 1: not a unicharset"),
    (PROPERTIES + "-U empty", "empty line 1: not a unicharset"),
    (PROPERTIES + "-U folder", "folder: cannot be read"),
    (PROPERTIES + "-U cut.u", "cut.u: truncated unicharset"),
    ("set_unicharset_properties -U u -O text/u --script_dir langdata", "text/u: cannot be written"),
    ("merge_unicharsets u missing out/u", "missing: no such file"),
    ("merge_unicharsets cut.u u out/u", "cut.u: truncated unicharset"),
    ("merge_unicharsets u u text/u", "text/u: cannot be written"),
    # The dictionary tools
    ("wordlist2dawg missing out/d u", "missing: no such file"),
    ("wordlist2dawg words out/d missing", "missing: no such file"),
    ("wordlist2dawg words out/d junk", "junk line 1: not a unicharset"),
    ("wordlist2dawg words text/d u", "text/d: cannot be written"),
    ("dawg2wordlist u missing out/w", "missing: no such file"),
    ("dawg2wordlist u junk out/w", "junk at byte 0: not a dawg"),
    ("dawg2wordlist u empty out/w", "empty at byte 0: truncated"),
    ("dawg2wordlist u folder out/w", "folder: cannot be read"),
    # Starters and containers
    (COMBINE + "--output_dir out --input_unicharset missing", "missing: no such file"),
    (COMBINE + "--output_dir out --input_unicharset cut.u", "cut.u: truncated unicharset"),
    (STARTER + "out --words missing --puncs missing --numbers missing", "missing: no such file"),
    (STARTER + "text", "cannot be written"),
    (
        "combine_lang_model --lang eng --script_dir folder --input_unicharset u --output_dir out",
        "folder/radical-stroke.txt: no such file",
    ),
    ("combine_tessdata -d missing", "missing: no such file"),
    ("combine_tessdata -d junk", "junk: not a traineddata"),
    ("combine_tessdata -d empty", "empty at byte 0: truncated"),
    ("combine_tessdata -u cut.traineddata out/x", "cut.traineddata at byte"),
    ("combine_tessdata -e eng.traineddata out/eng.lstm-recoder out/eng.lstm", "not present"),
    ("combine_tessdata -e eng.traineddata text/eng.lstm-recoder", "cannot be written"),
    ("combine_tessdata -o eng.traineddata missing.lstm", "missing.lstm: no such file"),
    ("combine_tessdata -c eng.traineddata", "No LSTM Component"),
    ("combine_tessdata out/nothing", "must contain at least"),
    # tesstrain
    (TESSTRAIN + "--langdata_dir missing --output_dir out/t", "missing: no such folder"),
    (TESSTRAIN + "--langdata_dir folder --output_dir out/t", "eng.training_text: no such file"),
    (TESSTRAIN + "--langdata_dir langdata --output_dir out/t --training_text junk", "not UTF-8"),
    (
        TESSTRAIN + "--langdata_dir langdata --output_dir out/t --fontlist No_Such_Font",
        "Could not find font named 'No Such Font'",
    ),
    (TESSTRAIN + "--langdata_dir langdata --output_dir text/t --fontlist DejaVu_Sans", "cannot be written"),
    # lstmtraining
    (LISTED + "--train_listfile list --traineddata missing", "missing: no such file"),
    (LISTED + "--train_listfile list --traineddata junk", "junk: not a traineddata"),
    (LISTED + "--train_listfile list --traineddata folder", "folder: cannot be read"),
    (LISTED + "--train_listfile list --traineddata cut.traineddata", "cut.traineddata at byte"),
    (TRAIN + "--train_listfile missing", "missing: no such file"),
    (TRAIN + "--train_listfile empty", "empty: an empty list"),
    (TRAIN + "--train_listfile a.lstmf", "An .lstmf file cannot stand for a list"),
    (TRAIN + "--train_listfile windows", "a list with Windows line ends"),
    (TRAIN + "--train_listfile list.missing", "Deserialize header failed: missing.lstmf"),
    (TRAIN + "--train_listfile list.cut", "Deserialize header failed: cut.lstmf"),
    (TRAIN + "--train_listfile list --eval_listfile a.lstmf", "An .lstmf file cannot stand for a list"),
    (TRAIN + "--train_listfile list --model_output text/m", "model output cannot be written"),
    (SPEC + "nonsense", "network specification 'nonsense', column 1"),
    (SPEC + "[1,36,0,1Lfz8O1c1]", "column 10: this is not an LSTM"),
    (SPEC + "[1,36,0,1Lfx8O1c1", "missing ] at the end"),
    (SPEC + "[1,36,0,1Lfx99999999O1c1]", "ERROR: not enough memory"),
    (SPEC + "[1,36,0,1Lfx8]", "does not end in one output for each code"),
    (CONTINUE + "--traineddata eng.traineddata --continue_from missing", "missing: no such file"),
    (CONTINUE + "--traineddata eng.traineddata --continue_from junk", "junk at byte"),
    (CONTINUE + "--traineddata eng.traineddata --continue_from empty", "empty at byte 0: truncated"),
    (CONTINUE + "--traineddata eng.traineddata --continue_from cut.checkpoint", "cut.checkpoint at byte"),
    (CONTINUE + "--traineddata eng.traineddata --continue_from int.lstm", "is an integer (fast) model"),
    (
        CONTINUE + "--traineddata other.traineddata --continue_from checkpoint",
        "Must supply the old traineddata",
    ),
    (
        OTHER + "checkpoint --old_traineddata other.traineddata",
        "other.traineddata: not the characters that the model was trained with",
    ),
    (SPEC + "[Lfx8O1c1] --append_index 99 --continue_from checkpoint", "no layer has this index"),
    (STOP + "--model_output out/m --continue_from missing", "missing: no such file"),
    (STOP + "--model_output out/m --continue_from cut.checkpoint", "cut.checkpoint at byte"),
    (STOP + "--model_output folder --continue_from checkpoint", "folder: cannot be written"),
    # lstmeval
    (EVAL + "missing", "missing: no such file"),
    (EVAL + "a.lstmf", "An .lstmf file cannot stand for a list"),
    (EVAL + "windows", "a list with Windows line ends"),
    (EVAL + "list.cut", "Deserialize header failed: cut.lstmf"),
    (MODEL + "missing", "Failed to load model from: missing"),
    (MODEL + "junk", "junk at byte"),
    (MODEL + "cut.checkpoint", "cut.checkpoint at byte"),
    (
        "lstmeval --eval_listfile list --traineddata other.traineddata --model checkpoint",
        "the network and the character set do not belong together",
    ),
    # tesseract
    ("tesseract missing out/page --psm 6", "missing: no such file"),
    ("tesseract junk out/page --psm 6", "junk: not an image"),
    ("tesseract folder out/page --psm 6", "folder: cannot be read"),
    ("tesseract cut.tif out/page --psm 6 lstm.train", "cut.tif: a damaged image"),
    ("tesseract page.tif out/page --psm 3", "a page segmentation mode"),
    ("tesseract page.tif out/page --psm 99", "Invalid PSM value"),
    (READ + "-l missing", "there is no language data missing.traineddata"),
    (READ + "-l cut", "cut.traineddata at byte"),
    (READ + "-l eng", "there is no LSTM model in this traineddata"),
    (READ + "-l mixed", "the network and the recoder do not belong together"),
    (READ + "-l float missing", "missing: there is no such config file"),
    ("tesseract alone.tif out/page --psm 6 lstm.train", "alone.box: no such file"),
]


def _fill(folder: Path, english: EnglishSet, trained: Path) -> None:
    font = english.training_fonts[0]
    for source, name in {
        english.starter: "eng.traineddata",
        trained / "float.traineddata": "float.traineddata",
        trained / "base_checkpoint": "checkpoint",
        english.file(font, ".lstmf"): "a.lstmf",
        english.file(font, ".tif"): "page.tif",
        english.file(font, ".box"): "page.box",
        english.unicharset: "u",
        english.text: "text",
        english.text.with_suffix(".words"): "words",
    }.items():
        shutil.copy(source, folder / name)
    shutil.copy(folder / "page.tif", folder / "alone.tif")
    shutil.copy(folder / "page.box", folder / "cut.box")
    for whole in ("eng.traineddata", "checkpoint", "a.lstmf", "page.tif", "u"):
        data = (folder / whole).read_bytes()
        (folder / f"cut.{whole.rpartition('.')[2].replace('a.', '')}").write_bytes(data[: len(data) * 2 // 3])
    (folder / EMPTY).touch()
    (folder / FOLDER).mkdir()
    (folder / "out").mkdir()
    (folder / JUNK).write_bytes(bytes(range(256)) * 4)
    for name, content in {
        "list": "a.lstmf\n",
        "windows": "a.lstmf\r\n",
        "list.missing": "missing.lstmf\n",
        "list.cut": "cut.lstmf\n",
    }.items():
        (folder / name).write_bytes(content.encode())
    write_langdata(folder / "langdata", simple_text())
    (folder / "few.text").write_text("again\n")
    here = os.getcwd()
    os.chdir(folder)
    try:
        for command in (
            "unicharset_extractor --output_unicharset few.u few.text",
            "combine_lang_model --input_unicharset few.u --script_dir langdata --output_dir . --lang few",
            f"combine_tessdata -e {trained}/int.traineddata int.lstm",
        ):
            assert main(command.split()) == 0
        shutil.move("few/few.traineddata", "other.traineddata")
        shutil.copy("other.traineddata", "mixed.traineddata")
        assert main(["combine_tessdata", "-o", "mixed.traineddata", "int.lstm"]) == 0
    finally:
        os.chdir(here)


@pytest.fixture(scope="module")
def bad(
    once: Callable[[str, Callable[[Path], None]], Path], english: EnglishSet, trained: Path
) -> Callable[[Path], None]:
    """Fill a folder with good and bad input, by links."""
    source = once("bad-input", lambda folder: _fill(folder, english, trained))

    def fill(folder: Path) -> None:
        shutil.copytree(source, folder, copy_function=os.link, dirs_exist_ok=True)

    return fill


def _listing(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.xdist_group("bad-input")
@pytest.mark.parametrize(("command", "says"), CASES, ids=[command for command, _ in CASES])
def test_bad_input_gets_one_clear_error_and_changes_nothing(
    bad: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    command: str,
    says: str,
) -> None:
    bad(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = _listing(tmp_path)
    names = {"DejaVu_Sans": "DejaVu Sans", "No_Such_Font": "No Such Font"}
    code = main([names.get(part, part) for part in command.split()])
    lines = capfd.readouterr().err.splitlines()
    assert code == 1
    assert _listing(tmp_path) == before
    said = [number for number, line in enumerate(lines) if says in line]
    assert len(said) == 1, lines
    # Behind it at most what the reference says of it, in its own words.
    assert len(lines) - said[0] <= 3, lines


@pytest.mark.parametrize("tool", TOOLS)
def test_unknown_flags_are_refused(tool: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([tool, "--no_such_flag", "1"]) == 1
    shown = capfd.readouterr()
    assert len(shown.err.splitlines()) == 1
    assert "--no_such_flag" in shown.err
    assert not shown.out or shown.out.startswith("Usage")


def test_a_missing_font_names_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("again\n")
    arguments = ["text2image", "--text", "text", "--outputbase", "x", "--font", "DejaVu Sens"]
    assert main(arguments) == 1
    assert capfd.readouterr().err.splitlines() == [
        "Could not find font named 'DejaVu Sens'.",
        "Pango suggested font 'DejaVu Sans'.",
        "Please correct --font arg.",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


def test_text_that_cannot_be_encoded_is_named_and_left_out(
    bad: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    bad(tmp_path)
    monkeypatch.chdir(tmp_path)
    arguments = CONTINUE + "--traineddata other.traineddata --net_spec [1,36,0,1Lfx8O1c1]"
    main(arguments.split())
    lines = capfd.readouterr().err.splitlines()
    assert any(line.startswith("Encoding of string failed! Failure bytes: ") for line in lines)
    assert any(line.startswith("Can't encode transcription: '") for line in lines)


def test_an_interrupt_leaves_a_whole_checkpoint_or_none(english: EnglishSet, tmp_path: Path) -> None:
    train = [sys.executable, "-m", "tessnb", "lstmtraining", "--model_output", str(tmp_path / "base")]
    train += ["--traineddata", str(english.starter), "--train_listfile", str(english.train_list)]
    train += ["--net_spec", SMALL_NET, "--debug_interval", "-1"]
    # What runs in a shell's background ignores interrupts, and its children inherit that.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(train, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Iteration 5:"):
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read()
        assert process.wait(60) == 130
    assert "Traceback" not in said
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names in (["base.run.jsonl"], ["base.run.jsonl", "base_checkpoint"])
    for name in names[1:]:
        CheckpointRecord.read(tmp_path / name)
    assert follow_run(tmp_path / "base").state is RunState.STOPPED
