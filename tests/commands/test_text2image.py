"""``text2image`` beside the real one: files, messages, exit codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.commands import main
from tessnb.formats.boxfile import read_boxes
from tests.conftest import HERE, run_tool
from tests.synthesis.text2image import FONTS_DIR, read_tiff

ENGLISH = HERE / "data" / "english.txt"
SMALL = ("--xsize=1400", "--ysize=700", "--margin=50")


def both(tmp_path: Path, capfd: pytest.CaptureFixture[str], *flags: object) -> tuple[Path, Path]:
    """Run both with the same flags; check code and messages; return the folders of their files."""
    folders = tmp_path / "theirs", tmp_path / "ours"
    common = [f"--fonts_dir={FONTS_DIR}", f"--fontconfig_tmpdir={tmp_path}", *map(str, flags)]
    for folder in folders:
        folder.mkdir()
    reference = run_tool("text2image", *common, "--outputbase=out", cwd=folders[0], check=False)
    capfd.readouterr()
    code = main(["text2image", *common, f"--outputbase={folders[1]}/out"])
    out, err = capfd.readouterr()
    assert (code, out) == (reference.returncode, reference.stdout)
    assert err.replace(f"{folders[1]}/", "") == reference.stderr
    assert sorted(path.name for path in folders[0].iterdir()) == sorted(
        path.name for path in folders[1].iterdir()
    )
    return folders


def assert_same_files(theirs: Path, ours: Path) -> None:
    for path in sorted(theirs.iterdir()):
        if path.suffix == ".tif":
            pairs = list(zip(read_tiff(path), read_tiff(ours / path.name), strict=True))
            wrong = sum((a != b).sum() for a, b in pairs) / max(1, sum((a == 0).sum() for a, _ in pairs))
            assert wrong <= 1e-4, path.name
        else:
            assert (ours / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--bidirectional_rotation",),
        ("-exposure", "1", "--distort_image=false"),
    ],
    ids=" ".join,
)
def test_same_files(flags: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert_same_files(*both(tmp_path, capfd, *SMALL, "--font=FreeSans", f"--text={ENGLISH}", *flags))


@pytest.mark.parametrize(
    "flags",
    [("--render_ngrams",), ("--render_ngrams", "--ptsize=24"), ("--output_word_boxes", "--degrade_image=0")],
    ids=" ".join,
)
def test_word_boxes(flags: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The reference joins some words across lines and misplaces line ends on page 0; the rest is the same."""
    theirs, ours = both(tmp_path, capfd, *SMALL, "--font=FreeSans", f"--text={ENGLISH}", *flags)
    words = [
        {str(box) for box in read_boxes(folder / "out.box") if box.text not in (" ", "\t")}
        for folder in (theirs, ours)
    ]
    assert len(words[0] & words[1]) >= 0.97 * len(words[0])
    for folder in (theirs, ours):
        (folder / "out.box").unlink()
    assert_same_files(theirs, ours)


def test_stripped_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "mixed.txt"
    text.write_bytes("\ufeffHello Жук wörld 漢字 ☃ end\n".encode())
    assert_same_files(*both(tmp_path, capfd, *SMALL, "--font=Caladea", f"--text={text}"))


@pytest.mark.parametrize("per_font", ["true", "false"])
def test_find_fonts(per_font: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A sample per font that has the characters, with its name on it; or a list of names."""
    fonts = Path(FONTS_DIR) / "truetype/dejavu"
    text = tmp_path / "text.txt"
    text.write_text("abc ẞ Ж\n", encoding="utf-8")
    flags = [
        *SMALL,
        "--find_fonts",
        f"--render_per_font={per_font}",
        "--min_coverage=0.8",
        f"--fonts_dir={fonts}",
    ]
    assert_same_files(*both(tmp_path, capfd, f"--text={text}", *flags))


def test_list_available_fonts(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    both(tmp_path, capfd, "--list_available_fonts")


def test_ngrams_of_a_unicharset(tmp_path: Path, english) -> None:  # type: ignore[no-untyped-def]
    text = tmp_path / "words.txt"
    text.write_text("ferry ЖЖ harbour\n", encoding="utf-8")
    flags = [f"--text={text}", f"--outputbase={tmp_path}/out", "--font=FreeSans", *SMALL]
    assert main(["text2image", *flags, "--render_ngrams", f"--unicharset_file={english.unicharset}"]) == 0
    words = {line.split(" ")[0] for line in (tmp_path / "out.box").read_text("utf-8").splitlines()}
    assert words >= {"ferry", "harbour"}
    assert "ЖЖ" not in words


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ((), "'--text' option is missing!"),
        ((f"--text={ENGLISH}",), "'--outputbase' option is missing!"),
        ((f"--text={ENGLISH}", "--outputbase=OUT", "--font=Liberation Sanz"), "Could not find font named"),
        (("--text=/no/such", "--outputbase=OUT", "--font=FreeSans"), "no such file"),
        ((f"--text={ENGLISH}", "--outputbase=OUT", "--writing_mode=up"), "Invalid writing mode: up"),
        ((f"--text={ENGLISH}", "--outputbase=OUT", "--xsize=100"), "the margins leave no room"),
        ((f"--text={ENGLISH}", "--outputbase=OUT", "--unicharset_file=u"), "needs --render_ngrams"),
        ((f"--text={ENGLISH}", "--outputbase=OUT", "--colour"), "Non-existent flag --colour"),
        (("--text=LATIN1", "--outputbase=OUT", "--font=DejaVu Sans"), "line 2: not UTF-8; found byte 0xE9"),
        (("--text=EMPTY", "--outputbase=OUT", "--font=DejaVu Sans"), "the text is empty"),
    ],
)
def test_bad_input(
    flags: tuple[str, ...], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """One clear error, exit code 1, and nothing written."""
    (tmp_path / "LATIN1").write_bytes("caf\ncaf\xe9".encode("latin-1"))
    (tmp_path / "EMPTY").write_bytes(b"")
    given = [
        flag.replace("=OUT", f"={tmp_path}/out").replace("--text=", f"--text={tmp_path}/")
        if flag.isupper() or "=OUT" in flag or flag[7:] in ("LATIN1", "EMPTY")
        else flag
        for flag in flags
    ]
    before = sorted(tmp_path.iterdir())
    assert main(["text2image", "--tlog_level=0", *given]) == 1
    err = capfd.readouterr().err
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before


def test_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["text2image", "--help"]) == 0
    shown = capfd.readouterr().out
    known = {
        line.split()[0] for line in run_tool("text2image", "--help").stdout.splitlines() if "  --" in line
    }
    assert known <= {line.split()[0] for line in shown.splitlines() if "  --" in line}


def test_pages_are_black_and_white(tmp_path: Path) -> None:
    flags = [f"--text={ENGLISH}", f"--outputbase={tmp_path}/out", "--font=FreeSans", *SMALL]
    assert main(["text2image", *flags]) == 0
    for page in read_tiff(tmp_path / "out.tif"):
        assert page.shape == (700, 1400)
        assert set(np.unique(page)) == {0, 255}
