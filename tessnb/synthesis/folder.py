"""A folder of training data in the making: documents as they come, and what need not be made again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tessnb.charset.starter import Starter
from tessnb.files import write_bytes, write_text
from tessnb.formats.boxfile import boxes_to_bytes
from tessnb.lines.cutting import make_document
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.rendering import Rendering, file_name

__all__ = ["TrainingFolder", "missing_jobs", "render_key"]


def render_key(text: str, font: Font, options: RenderOptions) -> str:
    """Return what a rendering depends on, as a short string: text, font file and settings."""
    stamp = os.stat(font.path)
    parts = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), font.index, font.name]
    parts += [stamp.st_size, stamp.st_mtime_ns, sorted(asdict(options).items())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


class TrainingFolder:
    """What `tessnb tesstrain` makes of a language.

    It holds ``LANG.FONT.expN.lstmf`` for each rendering, ``LANG.training_files.txt`` which lists them,
    ``LANG/LANG.traineddata`` with its unicharset, and ``LANG.rendered.json``, which remembers what the
    documents were made of.

    Parameters
    ----------
    folder : path
        Made if need be.
    language : str
    fresh : bool
        Forget what was made before.
    save_box_tiff : bool
        Write page images, if they were kept, and box files too.

    Raises
    ------
    InputError
        If nothing can be written there.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        language: str,
        *,
        fresh: bool = False,
        save_box_tiff: bool = False,
    ) -> None:
        self.folder, self.language, self.save_box_tiff = Path(folder), language, save_box_tiff
        self._manifest = self.folder / f"{language}.rendered.json"
        self._made: dict[str, Any] = {} if fresh else self._read()
        self._write()

    def _read(self) -> dict[str, Any]:
        try:
            made = json.loads(self._manifest.read_text("utf-8"))
            return {str(name): {"key": str(about["key"]), "lines": int(about["lines"]),
                                "graphemes": [str(text) for text in about["graphemes"]]}
                    for name, about in made.items()}  # fmt: skip
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return {}  # what was made is made again

    def _write(self) -> None:
        write_text(self._manifest, json.dumps(self._made, ensure_ascii=False, indent=0, sort_keys=True))

    def _path(self, font: Font, exposure: int) -> Path:
        return self.folder / file_name(self.language, font.name, exposure)

    def has(self, font: Font, exposure: int, key: str) -> bool:
        """Return whether a rendering with this key (see `render_key`) is there."""
        base = self._path(font, exposure)
        kinds = [".lstmf", ".box", ".tif"] if self.save_box_tiff else [".lstmf"]
        made = self._made.get(base.name)
        return (
            made is not None and made["key"] == key and all(Path(f"{base}{kind}").is_file() for kind in kinds)
        )

    def add(self, rendering: Rendering, key: str = "") -> Path:
        """Write a rendering's document and return its path."""
        base = self._path(rendering.font, rendering.exposure)
        if self.save_box_tiff:
            write_bytes(f"{base}.box", boxes_to_bytes(rendering.boxes))
            write_bytes(f"{base}.tif", rendering.tiff)
        path = Path(f"{base}.lstmf")
        make_document([replace(line, source="") for line in rendering.lines], str(path)).write(path)
        self._made[base.name] = {
            "key": key,
            "lines": len(rendering.lines),
            "graphemes": list(dict.fromkeys(box.text for box in rendering.boxes)),
        }
        self._write()
        return path

    def lines(self, font: Font, exposure: int) -> int:
        """Return the number of lines of a rendering that is there."""
        return int(self._made[self._path(font, exposure).name]["lines"])

    def graphemes(self, jobs: Iterable[tuple[Font, int]]) -> list[str]:
        """Return the different texts of all boxes of renderings (font, exposure), in order."""
        names = [self._path(font, exposure).name for font, exposure in jobs]
        return list(dict.fromkeys(text for name in names for text in self._made[name]["graphemes"]))

    def finish(self, starter: Starter, jobs: Sequence[tuple[Font, int]]) -> list[Path]:
        """Write the starter and the list of documents; return the documents of `jobs`."""
        base = self.folder / self.language / self.language
        write_bytes(f"{base}.unicharset", starter.traineddata["lstm-unicharset"])
        table = starter.recoder.to_text(starter.unicharset).encode("utf-8", "surrogateescape")
        write_bytes(f"{base}.charset_size={starter.recoder.code_range}.txt", table)
        write_bytes(f"{base}.traineddata", starter.traineddata.to_bytes())
        listed = sorted(self.folder.glob(f"{self.language}.*.lstmf"))
        names = "".join(f"{path}\n" for path in listed)
        write_text(self.folder / f"{self.language}.training_files.txt", names)
        return [Path(f"{self._path(font, exposure)}.lstmf") for font, exposure in jobs]


def missing_jobs(
    folder: TrainingFolder,
    text: str,
    jobs: Iterable[tuple[Font, RenderOptions]],
    on_kept: Callable[[Font, int, int], object] | None = None,
) -> list[tuple[Font, RenderOptions]]:
    """Return the jobs that a folder lacks; `on_kept` is told font, exposure and lines of the others."""
    left = []
    for font, options in jobs:
        if not folder.has(font, options.exposure, render_key(text, font, options)):
            left.append((font, options))
        elif on_kept is not None:
            on_kept(font, options.exposure, folder.lines(font, options.exposure))
    return left
