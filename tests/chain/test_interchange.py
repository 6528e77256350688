"""Chains in which our tools and Tesseract's own take turns: each reads what the other has written."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chain.tools import (
    SMALL_NET,
    check_readers_agree,
    error_rate,
    ours,
    read_everywhere,
    real,
    simple_text,
    text_lines,
    write_langdata,
)

#: The chain's steps; a step's files go to the next, or to the one after that.
STEPS = (
    "text2image",
    "lstm.train",
    "unicharset_extractor",
    "set_unicharset_properties",
    "combine_lang_model",
    "begin",
    "continue",
    "export",
    "combine_tessdata",
)

#: Who does which step: in the first chain the real tools begin, in the second ours.
OURS = {
    "real-first": {
        "lstm.train",
        "unicharset_extractor",
        "combine_lang_model",
        "continue",
        "combine_tessdata",
    },
    "ours-first": {"text2image", "set_unicharset_properties", "begin", "export"},
}


def _make_chain(folder: Path, by_us: set[str]) -> None:
    text = simple_text()
    (folder / "text").write_text(text)
    write_langdata(folder / "langdata", text)
    (folder / "eng").mkdir()

    def step(name: str, command: str, *more: object) -> None:
        (ours if name in by_us else real)(command, *more, cwd=folder)

    for font in ("DejaVu Sans", "Liberation Sans"):
        base = f"eng.{font.replace(' ', '_')}.exp0"
        render = "text2image --fonts_dir=/usr/share/fonts --text=text --leading=32 --fontconfig_tmpdir=."
        step("text2image", f"{render} --outputbase={base}", f"--font={font}")
        step("lstm.train", f"tesseract {base}.tif {base} --psm 6 lstm.train")
    pages = sorted(path.stem for path in folder.glob("eng.*.tif"))
    (folder / "list").write_text("".join(f"{page}.lstmf\n" for page in pages))
    boxes = [f"{page}.box" for page in pages]
    step("unicharset_extractor", "unicharset_extractor --output_unicharset extracted --norm_mode 1", *boxes)
    properties = "set_unicharset_properties -U extracted -O complete -X xheights --script_dir=langdata"
    step("set_unicharset_properties", properties)
    words = " ".join(
        f"--{name} langdata/eng/eng.{suffix}"
        for name, suffix in (("words", "wordlist"), ("puncs", "punc"), ("numbers", "numbers"))
    )
    starter = f"--input_unicharset complete --script_dir langdata {words} --output_dir . --lang eng"
    step("combine_lang_model", f"combine_lang_model {starter}")
    train = "lstmtraining --traineddata eng/eng.traineddata --train_listfile list --model_output base"
    train += f" --net_spec {shlex.quote(SMALL_NET)} --learning_rate 0.01"
    step("begin", f"{train} --max_iterations 200")
    step("continue", f"{train} --max_iterations 400")
    export = "lstmtraining --stop_training --traineddata eng/eng.traineddata --continue_from base_checkpoint"
    (folder / "models").mkdir()
    step("export", f"{export} --model_output models/eng.traineddata")
    step("export", f"{export} --model_output models/fast.traineddata --convert_to_int")
    step("combine_tessdata", "combine_tessdata -u models/eng.traineddata models/again")
    step("combine_tessdata", "combine_tessdata models/again")


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"chain-{name}")) for name in OURS],
    scope="module",
)
def chain(request: pytest.FixtureRequest, once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A folder with all that a chain has made, up to its models."""
    name = str(request.param)
    return once(f"chain-{name}", lambda folder: _make_chain(folder, OURS[name]))


def test_both_continue_each_others_checkpoint_and_measure_it_alike(chain: Path) -> None:
    command = "lstmeval --model base_checkpoint --traineddata eng/eng.traineddata --eval_listfile list"
    mine, other = (run(f"{command} --verbosity 0", cwd=chain).stderr for run in (ours, real))
    assert mine.splitlines()[-1] == other.splitlines()[-1]
    assert error_rate(other) < 15


@pytest.mark.parametrize("language", ["eng", "fast"])
def test_all_readers_read_the_model_alike(chain: Path, tmp_path: Path, language: str) -> None:
    model = chain / "models" / f"{language}.traineddata"
    texts = read_everywhere(chain / "eng.DejaVu_Sans.exp0.tif", model, tmp_path)
    check_readers_agree(texts, text_lines(simple_text()))


def test_repacking_keeps_the_model(chain: Path) -> None:
    models = chain / "models"
    assert (models / "again.traineddata").read_bytes() == (models / "eng.traineddata").read_bytes()
