"""What both sides are measured on: one text in five fonts and a starter model, made by the reference."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tessnb.resources import english_text

FONTS = ("DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif", "FreeSerif")
NET_SPEC = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"


@dataclass(frozen=True)
class Material:
    """Where the prepared files lie."""

    folder: Path
    text: Path
    starter: Path
    lines: Path


def run(*command: str | Path, cwd: Path) -> None:
    """Run a tool of the reference quietly; its output appears only if it fails."""
    result = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{result.stdout}{result.stderr}")


def prepare(folder: Path) -> Material:
    """Render, cut and combine with the reference's tools; langdata comes from ``TESSNB_TEST_DATA`` if set.

    Parameters
    ----------
    folder : Path
        An empty folder.
    """
    data = os.environ.get("TESSNB_TEST_DATA")
    text = folder / "training_text"
    if data:
        text.write_bytes((Path(data) / "langdata/eng/eng.training_text").read_bytes())
        scripts = Path(data) / "langdata_lstm"
    else:
        text.write_text(english_text(), "utf-8")
        scripts = folder / "scripts"
        scripts.mkdir()
        (scripts / "radical-stroke.txt").write_text("13312 1 4 1 4\n")
    bases = []
    for font in FONTS:
        base = f"eng.{font.replace(' ', '_')}.exp0"
        run(
            "text2image",
            "--fonts_dir=/usr/share/fonts",
            f"--font={font}",
            f"--text={text}",
            f"--outputbase={base}",
            "--xsize=3600",
            "--leading=32",
            f"--fontconfig_tmpdir={folder}",
            cwd=folder,
        )
        run("tesseract", f"{base}.tif", base, "--psm", "6", "lstm.train", cwd=folder)
        bases.append(base)
    run(
        "unicharset_extractor",
        "--output_unicharset",
        "raw.unicharset",
        "--norm_mode",
        "1",
        *[f"{base}.box" for base in bases],
        cwd=folder,
    )
    run(
        "set_unicharset_properties",
        "-U",
        "raw.unicharset",
        "-O",
        "eng.unicharset",
        f"--script_dir={scripts}",
        cwd=folder,
    )
    run(
        "combine_lang_model",
        "--input_unicharset",
        "eng.unicharset",
        "--script_dir",
        scripts,
        "--output_dir",
        folder,
        "--lang",
        "eng",
        cwd=folder,
    )
    lines = folder / "lines.txt"
    lines.write_text("".join(f"{folder / base}.lstmf\n" for base in bases))
    return Material(folder, text, folder / "eng/eng.traineddata", lines)
