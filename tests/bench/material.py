"""What both sides are measured on: one text in five fonts and a starter model, made by the reference."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tessnb.formats.lstmf import Document
from tessnb.resources import english_text

__all__ = ["FONTS", "NET_SPEC", "Material", "prepare", "run", "shuffled"]

FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "Liberation Sans", "Liberation Serif")
NET_SPEC = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"


@dataclass(frozen=True)
class Material:
    """Where the prepared files lie."""

    folder: Path
    data: Path | None

    @property
    def text(self) -> Path:
        return self.folder / "training_text"

    @property
    def starter(self) -> Path:
        return self.folder / "eng/eng.traineddata"

    @property
    def lines(self) -> Path:
        """The list of `documents`."""
        return self.folder / "lines.txt"

    @property
    def documents(self) -> list[Path]:
        """An ``.lstmf`` for each of `FONTS`."""
        return [self.folder / f"{base_name(font)}.lstmf" for font in FONTS]


def run(*command: object, cwd: Path) -> None:
    """Run a tool of the reference quietly, on one thread; its output appears only if it fails."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    arguments = [str(part) for part in command]
    result = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, env=environment)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{result.stdout}{result.stderr}")


def base_name(font: str) -> str:
    """Return what the names of a font's files begin with."""
    return f"eng.{font.replace(' ', '_')}.exp0"


def training_lines(font: str, text: Path, base: str, cwd: Path) -> Path:
    """Let the reference render a text and cut it into training lines; return the ``.lstmf``."""
    run(
        *("text2image", "--fonts_dir=/usr/share/fonts", f"--font={font}", f"--text={text}"),
        *(f"--outputbase={base}", "--xsize=3600", "--leading=32", f"--fontconfig_tmpdir={cwd}"),
        cwd=cwd,
    )
    run("tesseract", f"{base}.tif", base, "--psm", "6", "lstm.train", cwd=cwd)
    return cwd / f"{base}.lstmf"


def prepare(folder: Path) -> Material:
    """Render, cut and combine with the reference's tools, once.

    Parameters
    ----------
    folder : Path
        Where the files are kept from one benchmark to the next. langdata comes from ``TESSNB_TEST_DATA`` if
        that is set, otherwise the text is the one that comes with tessnb.
    """
    given = os.environ.get("TESSNB_TEST_DATA")
    material = Material(folder / ("langdata" if given else "small"), Path(given) if given else None)
    if not material.lines.exists():
        shutil.rmtree(material.folder, ignore_errors=True)
        material.folder.mkdir(parents=True)
        _make(material)
    return material


def _make(material: Material) -> None:
    folder = material.folder
    if material.data:
        material.text.write_bytes((material.data / "langdata/eng/eng.training_text").read_bytes())
        scripts = material.data / "langdata_lstm"
    else:
        material.text.write_text(english_text(), "utf-8")
        scripts = folder / "scripts"
        scripts.mkdir()
        (scripts / "radical-stroke.txt").write_text("13312 1 4 1 4\n")
    for font in FONTS:
        training_lines(font, material.text, base_name(font), folder)
    boxes = [f"{base_name(font)}.box" for font in FONTS]
    run("unicharset_extractor", "--output_unicharset", "raw", "--norm_mode", "1", *boxes, cwd=folder)
    run("set_unicharset_properties", "-U", "raw", "-O", "set", f"--script_dir={scripts}", cwd=folder)
    flags = ["--input_unicharset", "set", "--script_dir", scripts, "--output_dir", folder, "--lang", "eng"]
    run("combine_lang_model", *flags, cwd=folder)
    material.lines.write_text("".join(f"{path}\n" for path in material.documents))


def shuffled(documents: Sequence[Path], seed: int, folder: Path) -> Path:
    """Write documents with their lines in another order, and a list of them in another order.

    Returns
    -------
    Path
        The list.
    """
    generator = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in documents:
        pages = Document.read(path).pages
        generator.shuffle(pages)
        paths.append(folder / path.name)
        Document(pages).write(paths[-1])
    generator.shuffle(paths)
    listed = folder / "list"
    listed.write_text("".join(f"{path}\n" for path in paths))
    return listed
