"""``tesstrain`` beside the chain of the real tools, and its errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.commands import main
from tessnb.formats.boxfile import read_boxes
from tessnb.lines.sources import open_lines
from tessnb.synthesis import find_fonts, language_settings
from tessnb.synthesis.folder import TrainingFolder
from tessnb.synthesis.languagefonts import language_fonts
from tests.conftest import HERE, run_tool
from tests.synthesis.text2image import FONTS_DIR

FONTS = ("DejaVu Sans", "Liberation Sans Narrow Bold Condensed")


@pytest.fixture
def langdata(tmp_path: Path) -> Path:
    folder = tmp_path / "langdata"
    (folder / "eng").mkdir(parents=True)
    text = (HERE / "data" / "english.txt").read_text("utf-8")
    (folder / "eng" / "eng.training_text").write_text(text, encoding="utf-8")
    (folder / "eng" / "eng.wordlist").write_text((HERE / "data" / "english.words").read_text("utf-8"))
    (folder / "eng" / "eng.punc").write_text(" \n ,\n .\n? \n")
    (folder / "eng" / "eng.numbers").write_text(" \n , \n")
    (folder / "radical-stroke.txt").write_text("19968 1 0 0 0\n")
    return folder


def tesstrain(langdata: Path, *flags: object) -> int:
    common = ["--fonts_dir", FONTS_DIR, "--lang", "eng", "--noextract_font_properties"]
    return main(["tesstrain", *common, "--langdata_dir", str(langdata), *map(str, flags)])


def test_same_files_as_the_real_chain(langdata: Path, tmp_path: Path) -> None:
    out, base = tmp_path / "out", tmp_path / "real"
    base.mkdir()
    flags = ["--linedata_only", "--tessdata_dir", "./tessdata", "--save_box_tiff", "--output_dir", out]
    assert tesstrain(langdata, *flags, "--fontlist", *FONTS, "--exposures", "0") == 0

    names = [f"eng.{font.replace(' ', '_')}.exp0" for font in FONTS]
    for font, name in zip(FONTS, names, strict=True):
        flags = [f"--fonts_dir={FONTS_DIR}", f"--fontconfig_tmpdir={tmp_path}", f"--outputbase={base / name}"]
        text = langdata / "eng" / "eng.training_text"
        run_tool("text2image", *flags, f"--font={font}", "--leading=32", f"--text={text}", "--exposure=0")
        assert (out / f"{name}.box").read_bytes() == (base / f"{name}.box").read_bytes()
        lines = open_lines(out / f"{name}.lstmf")
        wanted = {line.strip() for line in text.read_text("utf-8").splitlines()}
        assert {line.transcription for line in lines} == wanted
    unicharset = base / "eng.unicharset"
    run_tool(
        "unicharset_extractor", "--output_unicharset", unicharset, *(base / f"{name}.box" for name in names)
    )
    flags = ["-U", unicharset, "-O", unicharset, f"--script_dir={langdata}"]
    run_tool("set_unicharset_properties", *flags)
    flags = [
        "--input_unicharset",
        unicharset,
        "--script_dir",
        langdata,
        "--output_dir",
        base,
        "--lang",
        "eng",
    ]
    for flag, kind in (("words", "wordlist"), ("puncs", "punc"), ("numbers", "numbers")):
        flags += [f"--{flag}", langdata / "eng" / f"eng.{kind}"]
    run_tool("combine_lang_model", *flags)
    theirs = {path.name: path.read_bytes() for path in (base / "eng").iterdir()}
    assert {path.name: path.read_bytes() for path in (out / "eng").iterdir()} == theirs

    listed = (out / "eng.training_files.txt").read_text().splitlines()
    assert listed == [str(out / f"{name}.lstmf") for name in names]
    command = ["lstmtraining", "--traineddata", out / "eng" / "eng.traineddata", "--model_output", base / "m"]
    spec = ["--net_spec", "[1,36,0,1 Ct3,3,4 Mp3,3 Lfys8 Lfx8 O1c1]", "--max_iterations", "10"]
    log = run_tool(*command, *spec, "--train_listfile", out / "eng.training_files.txt").stderr
    assert "Finished! Selected model" in log
    assert "skip" not in log.lower() or "skip ratio=0" in log


def test_stand_in_for_a_missing_font(
    langdata: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    flags = ["--linedata_only", "--output_dir", out, "--maxpages", "1", "--ptsize", "10"]
    assert tesstrain(langdata, *flags, "--fontlist", "Impact Condensed", "--exposures", "-1,1") == 0
    assert "'Impact Condensed' is not installed" in capfd.readouterr().err
    stem = "eng.Liberation_Sans_Narrow_Bold_Condensed"
    assert sorted(path.name for path in out.glob("*.lstmf")) == [f"{stem}.exp-1.lstmf", f"{stem}.exp1.lstmf"]
    assert not list(out.glob("*.tif"))


def test_boxes_are_of_the_pages(langdata: Path, tmp_path: Path) -> None:
    flags = [
        "--linedata_only",
        "--output_dir",
        tmp_path / "out",
        "--save_box_tiff",
        "--fontlist",
        "FreeSerif",
    ]
    assert tesstrain(langdata, *flags) == 0
    boxes = read_boxes(tmp_path / "out" / "eng.FreeSerif.exp0.box")
    assert "".join(box.text for box in boxes).split("\t")[0].startswith("The ferry left")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ((), "--linedata_only is required"),
        (("--linedata_only", "--fontlist"), "--fontlist needs at least one font"),
        (("--linedata_only", "--fontlist", "Liberation Sanz"), "Did you mean 'Liberation Sans'"),
        (("--linedata_only", "--exposures", "dark"), "not an exposure level"),
        (("--linedata_only", "--langdata_dir", "/no/such/folder"), "no such folder"),
        (("--linedata_only", "--training_text", "/no/such/text"), "no such file"),
        (("--linedata_only", "--extract_font_properties"), "is not available"),
        (("--linedata_only", "surplus"), "unexpected argument"),
    ],
)
def test_bad_input(
    flags: tuple[str, ...], message: str, langdata: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tesstrain(langdata, "--output_dir", tmp_path / "out", *flags) == 1
    assert message in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_only_what_is_missing_is_made(
    langdata: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A second run renders what is new, gone or changed, and makes the same starter."""
    out = tmp_path / "out"
    flags = ["--linedata_only", "--output_dir", out, "--maxpages", "1", "--fontlist"]
    assert tesstrain(langdata, *flags, *FONTS) == 0
    first = {path.name: path.read_bytes() for path in (out / "eng").iterdir()}
    documents = {path.name: path.stat().st_mtime_ns for path in out.glob("*.lstmf")}
    gone, kept = sorted(documents)
    (out / gone).unlink()
    capfd.readouterr()
    assert tesstrain(langdata, *flags, *FONTS) == 0
    err = capfd.readouterr().err
    assert err.count("Rendered using") == err.count("Rendered before using") == 1
    assert (out / kept).stat().st_mtime_ns == documents[kept]
    assert {path.name: path.read_bytes() for path in (out / "eng").iterdir()} == first

    assert tesstrain(langdata, "--overwrite", *flags, *FONTS) == 0
    assert capfd.readouterr().err.count("Rendered using") == 2
    text = langdata / "eng" / "eng.training_text"
    text.write_text(text.read_text("utf-8") + "Quite new.\n", encoding="utf-8")
    assert tesstrain(langdata, *flags, *FONTS) == 0
    assert capfd.readouterr().err.count("Rendered using") == 2


def test_an_unwritable_folder_is_noticed_before_rendering(
    langdata: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out"
    assert tesstrain(langdata, "--linedata_only", "--output_dir", out, "--fontlist", FONTS[0]) == 1
    err = capfd.readouterr().err
    assert "cannot be written" in err
    assert "Phase I" not in err


def test_vertical_fonts(langdata: Path, tmp_path: Path) -> None:
    """Lines of vertical text are turned so that they run to the right."""
    if not find_fonts("字Ｖ"):
        pytest.skip("Noto Sans CJK JP is not installed")
    text = langdata / "eng" / "eng.training_text"
    text.write_text("Vertical letters\n", encoding="utf-8")
    font = "Noto Sans CJK JP"
    flags = ["--linedata_only", "--output_dir", tmp_path / "out", "--vertical_fontlist", font]
    assert tesstrain(langdata, *flags, "--fontlist", font, "FreeSerif") == 0
    (upright,) = open_lines(tmp_path / "out" / "eng.Noto_Sans_CJK_JP.exp0.lstmf")
    (lying,) = open_lines(tmp_path / "out" / "eng.FreeSerif.exp0.lstmf")
    assert upright.transcription == lying.transcription == "Vertical letters"
    assert upright.vertical
    assert not lying.vertical
    assert upright.width > 5 * upright.height
    assert (upright.boxes[1:, 0] > upright.boxes[:-1, 0]).all()


@pytest.mark.parametrize(
    ("language", "norm_mode", "right_to_left", "font"),
    [("eng", 1, False, "Arial Bold"), ("heb", 2, True, "Arial Bold"), ("hin", 2, False, "FreeSans")],
)
def test_settings_of_languages(language: str, norm_mode: int, right_to_left: bool, font: str) -> None:
    settings = language_settings(language)
    assert (settings.norm_mode, settings.lang_is_rtl) == (norm_mode, right_to_left)
    assert font in language_fonts(language)
    assert language_settings("tha").leading == 48
    assert language_settings("tam").char_spacing == 0.5
    assert language_settings("grc").exposures == (-3, -2, -1, 0, 1, 2, 3)
    assert language_fonts("chr")[-1] == "Noto Sans Cherokee"


def test_fonts_that_have_the_letters_replace_the_usual_ones(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Javanese is usually rendered in a font that nobody has."""
    if not find_fonts("ꦱ"):
        pytest.skip("Noto Sans Javanese is not installed")
    langdata = tmp_path / "langdata"
    (langdata / "jav_java").mkdir(parents=True)
    (langdata / "jav_java" / "jav_java.training_text").write_text("ꦱꦧꦼꦤ꧀ꦮꦺꦴꦁ\n", encoding="utf-8")
    out = tmp_path / "out"
    flags = ["--fonts_dir", FONTS_DIR, "--langdata_dir", langdata, "--linedata_only", "--output_dir", out]
    assert main(["tesstrain", "--lang", "jav_java", *map(str, flags)]) == 0
    assert "none of the usual fonts of 'jav_java' is installed; rendering in '" in capfd.readouterr().err
    assert (out / "jav_java.Noto_Sans_Javanese.exp0.lstmf").is_file()
    assert (out / "jav_java" / "jav_java.traineddata").is_file()


@pytest.mark.parametrize(
    "noted", ["", "[", "[1]", "5", '{"eng.x.exp0": 5}', '{"x": {"key": 1}}', "[" * 100_000, "\0"]
)
def test_what_was_noted_of_earlier_renderings_may_be_damaged(noted: str, tmp_path: Path) -> None:
    (tmp_path / "eng.rendered.json").write_text(noted)
    font = next(iter(find_fonts("a")))
    assert not TrainingFolder(tmp_path, "eng").has(font, 0, "key")
    assert (tmp_path / "eng.rendered.json").read_text() == "{}"
