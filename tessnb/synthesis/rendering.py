"""Text and fonts into training lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.errors import InputError
from tessnb.formats.boxfile import BoxChar
from tessnb.lines.cutting import cut_page
from tessnb.lines.images import PageImage
from tessnb.lines.line import TrainingLine
from tessnb.lines.sources import TrainingLines
from tessnb.network.threads import cores
from tessnb.synthesis.entries import box_entries, reading_of_text
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import PageRenderer
from tessnb.synthesis.tiff import NOTED_RESOLUTION, TiffPages

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RenderedLines", "Rendering", "file_name", "render", "render_font", "render_jobs", "render_many"]


@dataclass(eq=False)
class Rendering:
    """A text in one font at one exposure.

    Attributes
    ----------
    font : Font
    exposure : int
    lines : list of TrainingLine
        In reading order; `TrainingLine.source` is the name that the page image would have as a file.
    boxes : list of BoxChar
        Of all pages.
    tiff : bytes
        The pages as a TIFF file, if they were kept.
    stripped : list of str
        Words left out because the font lacks characters of theirs.
    dropped : int
        Characters left out for the same reason.
    """

    font: Font
    exposure: int
    lines: list[TrainingLine] = field(default_factory=list)
    boxes: list[BoxChar] = field(default_factory=list)
    tiff: bytes = b""
    stripped: list[str] = field(default_factory=list)
    dropped: int = 0


class RenderedLines(TrainingLines):
    """The lines of several renderings, one after the other.

    Attributes
    ----------
    renderings : list of Rendering
        What was made in which font, and what could not be.
    """

    def __init__(self, renderings: Iterable[Rendering]) -> None:
        self.renderings = list(renderings)
        super().__init__([rendering.lines for rendering in self.renderings])

    @property
    def unrendered(self) -> pd.DataFrame:
        """What fonts could not draw: a row per font and word.

        The columns are ``font``, ``exposure``, ``word``, ``count``, and ``missing``, the characters that the
        font lacks; it is empty where a font has all characters but cannot put them together.
        """
        import pandas as pd

        rows = [
            (
                rendering.font.name,
                rendering.exposure,
                word,
                count,
                "".join(sorted(rendering.font.missing(word))),
            )
            for rendering in self.renderings
            for word, count in Counter(rendering.stripped).items()
        ]
        return pd.DataFrame(rows, columns=["font", "exposure", "word", "count", "missing"])

    @property
    def left_out(self) -> dict[str, list[str]]:
        """The words that fonts could not draw, by the font's name."""
        return {
            rendering.font.name: rendering.stripped for rendering in self.renderings if rendering.stripped
        }


def file_name(language: str, font: str, exposure: int) -> str:
    """Return the name that training files of a font begin with: ``eng.DejaVu_Sans.exp0``."""
    return f"{language}.{font.replace(' ', '_').replace(',', '')}.exp{exposure}"


def render_font(
    text: str, font: Font, options: RenderOptions | None = None, language: str = "", keep_pages: bool = False
) -> Rendering:
    """Render a text in one font and cut its lines.

    Parameters
    ----------
    text : str
    font : Font
    options : RenderOptions
    language : str
        Noted in the lines.
    keep_pages : bool
        Whether to keep the page images, as a TIFF file.
    """
    options = options or RenderOptions()
    renderer = PageRenderer(font.path, font.index, options)
    rendering, tiff = Rendering(font, options.exposure), TiffPages()
    source = f"{file_name(language or 'und', font.name, options.exposure)}.tif"
    reading = reading_of_text(text, options.is_vertical)
    content = []
    for number, page in enumerate(renderer.pages(text)):
        if keep_pages:
            tiff.add(page.image)
        image = PageImage(page.image < 128, (NOTED_RESOLUTION, NOTED_RESOLUTION))
        cut = cut_page(
            image,
            box_entries([page.boxes], options.ysize, reading, first_page=number),
            number=number,
            source=source,
            language=language,
            font=font.name,
        )
        rendering.lines += map(_turned, cut.lines) if options.is_vertical else cut.lines
        rendering.stripped += page.stripped
        rendering.dropped += page.dropped
        content.append(page.boxes)
    rendering.boxes = box_entries(content, options.ysize, reading)
    rendering.tiff = tiff.to_bytes() if keep_pages else b""
    return rendering


def _turned(line: TrainingLine) -> TrainingLine:
    """Return a line of vertical text turned so that it runs to the right."""
    left, bottom, right, top = line.boxes.T
    boxes = np.stack([line.height - top, left, line.height - bottom, right], axis=1)
    return replace(line, image=np.ascontiguousarray(np.rot90(line.image)), boxes=boxes, vertical=True)


def render_many(
    text: str,
    fonts: Sequence[Font],
    options: RenderOptions | None = None,
    *,
    exposures: Sequence[int] = (0,),
    language: str = "",
    keep_pages: bool = False,
    executor: Executor | None = None,
    on_done: Callable[[Rendering], object] | None = None,
) -> list[Rendering]:
    """Render a text in several fonts and exposures at once.

    Parameters
    ----------
    text : str
    fonts : sequence of Font
    options : RenderOptions
        Its exposure is replaced.
    exposures : sequence of int
    language : str
    keep_pages : bool
        Whether to keep the page images.
    executor : concurrent.futures.Executor, optional
        Where the work is done: any executor, a process pool or a cluster's. By default threads; nearly all
        of the time goes into code that runs beside Python.
    on_done : callable, optional
        Called, on this thread, with every rendering as it is finished.

    Returns
    -------
    list of Rendering
        By exposure, then by font, in the order given.
    """
    options = options or RenderOptions()
    jobs = [(font, replace(options, exposure=exposure)) for exposure in exposures for font in fonts]
    found: dict[int, Rendering] = {}
    done = render_jobs(text, jobs, language=language, keep_pages=keep_pages, executor=executor)
    with closing(done):  # what was not begun is not done if somebody is not pleased
        for number, rendering in done:
            found[number] = rendering
            if on_done is not None:
                on_done(rendering)
    return [found[number] for number in range(len(jobs))]


def render_jobs(
    text: str,
    jobs: Sequence[tuple[Font, RenderOptions]],
    *,
    language: str = "",
    keep_pages: bool = False,
    executor: Executor | None = None,
) -> Generator[tuple[int, Rendering], None, None]:
    """Render a text with several fonts and settings at once, and yield (number of the job, its rendering).

    They come as they are finished, and are not kept. The parameters are those of `render_many`.
    """
    workers = min(len(jobs), cores()) or 1
    with ThreadPoolExecutor(workers) if executor is None else nullcontext(executor) as pool:
        pending: dict[Future[Rendering], int] = {
            pool.submit(render_font, text, *job, language, keep_pages): number
            for number, job in enumerate(jobs)
        }
        try:
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                while done:
                    future = done.pop()
                    yield pending.pop(future), future.result()
        except BaseException:
            for future in pending:
                future.cancel()
            raise


def render(
    text: str,
    fonts: Font | str | Iterable[Font | str],
    *,
    exposures: Sequence[int] | None = None,
    language: str = "",
    executor: Executor | None = None,
    on_done: Callable[[Rendering], object] | None = None,
    **settings: Any,
) -> RenderedLines:
    """Render a text in some fonts, as pages, and return the lines.

    Parameters
    ----------
    text : str
    fonts : Font, str, or iterable of them
        From `find_fonts`, or names.
    exposures : sequence of int, optional
        Each font is rendered at each of these; by default at the setting ``exposure``, which is 0.
    language : str
        A language code, noted in the lines.
    executor : concurrent.futures.Executor, optional
        See `render_many`.
    on_done : callable, optional
        Called with every `Rendering` as it is finished.
    **settings
        Fields of `RenderOptions`, such as ``xsize=3600`` or ``leading=32``.

    Returns
    -------
    RenderedLines
        A sequence of `TrainingLine`, font after font.

    Raises
    ------
    InputError
        If there is no text or no font, a setting does not exist, or a font is unknown.
    """
    if not text.strip():
        raise InputError("there is no text to render")
    if isinstance(fonts, (Font, str)):
        fonts = [fonts]
    found = [font if isinstance(font, Font) else find_font(font) for font in fonts]
    if not found:
        raise InputError("there is no font to render in", hint="find_fonts() lists the fonts there are")
    try:
        options = RenderOptions(**settings)
    except TypeError:
        known = RenderOptions.__dataclass_fields__
        unknown = next(name for name in settings if name not in known)
        raise InputError("no such setting", where=unknown, expected=", ".join(known)) from None
    exposures = (options.exposure,) if exposures is None else exposures
    return RenderedLines(
        render_many(
            text, found, options, exposures=exposures, language=language, executor=executor, on_done=on_done
        )
    )
