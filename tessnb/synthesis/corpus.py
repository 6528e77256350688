"""Everything that training a language needs, from its text: lines in many fonts and the starter traineddata.

Source: ``tesstrain/generate.py`` (the phases I, UP and E, and ``make_lstmdata``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.properties import set_script_properties, setup_basic_properties
from tessnb.charset.starter import Starter, build_starter
from tessnb.charset.unicharset import add_texts
from tessnb.errors import InputError
from tessnb.files import read_bytes
from tessnb.formats.unicharset import Unicharset
from tessnb.synthesis.folder import TrainingFolder
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.languages import LanguageSettings, language_settings
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.rendering import Rendering, render_many

__all__ = ["Langdata", "TrainingData", "make_training_data", "starter_from_langdata", "write_training_data"]

Say = Callable[[str], object]


def _silent(message: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Langdata:
    """A language's files in a langdata folder.

    Attributes
    ----------
    folder : Path
        Holds a folder per language, the scripts' unicharsets, and ``radical-stroke.txt``.
    language : str
    """

    folder: Path
    language: str

    def path(self, kind: str) -> Path:
        """Return the file of a kind, such as ``training_text`` or ``wordlist``."""
        return self.folder / self.language / f"{self.language}.{kind}"

    def entries(self, kind: str, file: str | os.PathLike[str] | None = None) -> list[str]:
        """Return the lines of a list (or of `file` instead) that are not empty, none if it is missing."""
        path = Path(file) if file else self.path(kind)
        if not path.is_file():
            if file:
                raise InputError("no such file", where=str(path))
            return []
        return [line for line in read_bytes(path).decode("utf-8", "surrogateescape").split("\n") if line]


@dataclass(eq=False)
class TrainingData:
    """What came of a text: renderings, character set and starter."""

    language: str
    renderings: list[Rendering]
    starter: Starter


def starter_from_langdata(
    texts: Sequence[str],
    langdata: Langdata,
    settings: LanguageSettings | None = None,
    *,
    wordlist: str | os.PathLike[str] | None = None,
    say: Say = _silent,
) -> Starter:
    """Make the character set of some texts and the starter traineddata around it.

    Parameters
    ----------
    texts : sequence of str
        Graphemes (the texts of boxes) or lines.
    langdata : Langdata
        For word lists and the properties of scripts.
    settings : LanguageSettings, optional
        By default those of the language.
    wordlist : path, optional
        Instead of langdata's.
    say : callable
        Takes a message for whatever is missing or dropped.
    """
    settings = settings or language_settings(langdata.language)
    unicharset = Unicharset()
    add_texts(unicharset, texts, GraphemeMode(settings.norm_mode), say)
    setup_basic_properties(unicharset, report=say)
    set_script_properties(unicharset, langdata.folder, say)
    radicals, config = langdata.folder / "radical-stroke.txt", langdata.path("config")
    return build_starter(
        unicharset,
        words=langdata.entries("wordlist", wordlist),
        puncs=langdata.entries("punc"),
        numbers=langdata.entries("numbers"),
        radical_stroke_table=read_bytes(radicals).decode("utf-8", "surrogateescape")
        if radicals.is_file()
        else None,
        lang_is_rtl=settings.lang_is_rtl,
        pass_through_recoder=settings.norm_mode >= 2,
        config=config.read_bytes() if config.is_file() else b"",
        report=say,
    )


def make_training_data(
    text: str,
    fonts: Sequence[Font],
    langdata: Langdata,
    *,
    options: RenderOptions | None = None,
    exposures: Sequence[int] | None = None,
    wordlist: str | os.PathLike[str] | None = None,
    keep_pages: bool = False,
    executor: Executor | None = None,
    on_done: Callable[[Rendering], object] | None = None,
    say: Say = _silent,
) -> TrainingData:
    """Render a text in all fonts and make the starter of what the boxes hold.

    Parameters
    ----------
    text : str
    fonts : sequence of Font
    langdata : Langdata
    options : RenderOptions, optional
        Leading, character spacing and ligatures are the language's by default.
    exposures : sequence of int, optional
        By default the language's.
    wordlist : path, optional
        Instead of langdata's.
    keep_pages, executor, on_done
        See `render_many`.
    say : callable
        Takes messages.
    """
    settings = language_settings(langdata.language)
    if options is None:
        options = RenderOptions(
            leading=settings.leading, char_spacing=settings.char_spacing, ligatures=settings.ligatures
        )
    renderings = render_many(
        text,
        fonts,
        options,
        exposures=settings.exposures if exposures is None else exposures,
        language=langdata.language,
        keep_pages=keep_pages,
        executor=executor,
        on_done=on_done,
    )
    texts = [box.text for rendering in renderings for box in rendering.boxes]
    starter = starter_from_langdata(texts, langdata, settings, wordlist=wordlist, say=say)
    return TrainingData(langdata.language, renderings, starter)


def write_training_data(
    data: TrainingData, folder: str | os.PathLike[str], *, save_box_tiff: bool = False, say: Say = _silent
) -> list[Path]:
    """Write a document of lines per font, a list of them, and the starter, as tesstrain does.

    Parameters
    ----------
    data : TrainingData
    folder : path
        Made if need be. It gets ``LANG.FONT.expN.lstmf``, ``LANG.training_files.txt`` (which lists all such
        documents in the folder) and ``LANG/LANG.traineddata`` with its unicharset.
    save_box_tiff : bool
        Write the page images, if they were kept, and box files too.
    say : callable
        Takes messages.

    Returns
    -------
    list of Path
        The documents.
    """
    place = TrainingFolder(folder, data.language, fresh=True, save_box_tiff=save_box_tiff)
    say("=== Moving lstmf files for training data ===")
    for rendering in data.renderings:
        place.add(rendering)
    return place.finish(data.starter, [(rendering.font, rendering.exposure) for rendering in data.renderings])
