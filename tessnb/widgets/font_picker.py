"""The font picker: which fonts there are, how my text looks in them, and what of it they lack."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from tessnb.errors import InputError, TessnbError
from tessnb.synthesis import Font, find_font, fonts_of_file, installed_fonts
from tessnb.synthesis.specimens import different_graphemes, telling_line
from tessnb.widgets._font_facts import (
    FontFacts,
    details_message,
    fonts_message,
    look_into,
    specimen,
)
from tessnb.widgets._front_end import script, style
from tessnb.widgets._pictures import data_url, png
from tessnb.widgets._still import Still

__all__ = ["FontPicker"]

#: Shown where there is no text.
_PANGRAM = "Quick wafting zephyrs vex bold Jim 0123456789"
#: Pixels per em in the browser; fonts in the static table.
_PIXELS, _STATIC_ROWS = 22.0, 12

Places = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None


class FontPicker(Still, anywidget.AnyWidget):
    """Fonts to choose from, each with a sample of my text and what of the text it lacks.

    The list can be searched by any name a font has and sifted by kind, weight and script. A click or Space
    chooses, with Shift a whole stretch; ``Ctrl A`` chooses all that are shown, ``/`` goes to the search.

    Parameters
    ----------
    text : str
        What the fonts are wanted for.
    fonts_dir : path or sequence of paths, optional
        Folders and font files to choose from, instead of the system's fonts.
    value : iterable of Font or str
        What is chosen at first: fonts or names, as `tessnb.find_fonts` takes them.
    sample : str
        The line that is shown in every font; by default the one of the text that shows most.

    Attributes
    ----------
    text, fonts_dir, sample
        As above; may be changed.
    value : tuple of Font
        What is chosen, in the order of choosing; may be set, also by names.
    fonts : list of Font
        All that there are to choose from, sorted by name.
    names : tuple of str
        The names of what is chosen.

    Raises
    ------
    InputError
        If there is no such folder, or a file is not a font.
    FontNotFoundError
        If a name is nobody's, with the nearest names.

    Examples
    --------
    >>> import tessnb as tn
    >>> picker = tn.FontPicker(text="Straße 5", value=["DejaVu Sans Bold"])
    >>> picker.names
    ('DejaVu Sans Bold',)
    >>> lines = tn.render(picker.text, picker.value)
    >>> picker.missing("DejaVu Sans Bold")
    []
    >>> picker.close()

    Notes
    -----
    Samples are drawn by the renderer that makes training lines, in a thread, for the fonts in sight only.
    """

    _esm = script("fonts")
    _css = style("fonts")

    text = traitlets.Unicode("", help="What the fonts are wanted for.")
    fonts_dir = traitlets.Any(None, allow_none=True, help="Folders and font files, instead of the system's.")
    sample = traitlets.Unicode("", help="The line that is shown in every font.").tag(sync=True)
    value = traitlets.Tuple(help="The chosen fonts, in the order of choosing.")
    _chosen = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self, text: str = "", *, fonts_dir: Places = None, value: Iterable[Font | str] = (), sample: str = ""
    ) -> None:
        self.fonts: list[Font] = _fonts_in(fonts_dir)
        self._facts: list[FontFacts] = []
        self._wanted: list[int] = []
        self._wanted_sample = ""
        self._scale = 1.0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._worker = ThreadPoolExecutor(1, "tessnb-fonts")
        self._drawn = lru_cache(2048)(specimen)
        super().__init__(
            text=text, fonts_dir=fonts_dir, sample=sample or telling_line(text) or _PANGRAM, value=value
        )
        self.on_msg(self._on_message)
        self.observe(self._take_text, "text")
        self.observe(self._take_places, "fonts_dir")
        self._study()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the chosen fonts."""
        return tuple(font.name for font in self.value)

    def missing(self, font: Font | str) -> list[str]:
        """Return which characters of the text, as a reader sees them, a font cannot draw.

        Raises
        ------
        FontNotFoundError
            If there is no such font.
        """
        found = font if isinstance(font, Font) else find_font(font, fonts=self.fonts)
        return look_into(found, different_graphemes(self.text)).missing

    def close(self) -> None:
        """Take the display away and end its thread."""
        if hasattr(self, "_closed"):
            self._closed.set()
            self._worker.shutdown(wait=True, cancel_futures=True)
        super().close()

    def _still(self) -> tuple[str, str]:
        return self._static_html(), f"FontPicker: {len(self.value)} of {len(self.fonts)} fonts chosen"

    # What is chosen: fonts in Python, their numbers in the browser.

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> tuple[Font, ...]:
        return tuple(dict.fromkeys(self._font(item) for item in proposal["value"]))

    def _font(self, item: Any) -> Font:
        if isinstance(item, str):
            return find_font(item, fonts=self.fonts)
        if item not in self.fonts:
            raise InputError(
                "this is not one of the fonts to choose from",
                where="value",
                found=str(item),
                expected="fonts of FontPicker.fonts, or their names",
            )
        return item

    @traitlets.observe("value")
    def _tell_chosen(self, change: Any) -> None:
        self._chosen = [self.fonts.index(font) for font in change["new"]]

    @traitlets.observe("_chosen")
    def _take_chosen(self, change: Any) -> None:
        self.value = tuple(self.fonts[number] for number in change["new"] if 0 <= number < len(self.fonts))

    # What else may change.

    def _take_text(self, change: Any) -> None:
        if self.sample == (telling_line(change["old"]) or _PANGRAM):
            self.sample = telling_line(change["new"]) or _PANGRAM
        self._study()

    @traitlets.validate("fonts_dir")
    def _check_places(self, proposal: Any) -> Any:
        _fonts_in(proposal["value"])
        return proposal["value"]

    def _take_places(self, change: Any) -> None:
        kept = self.value
        with self._lock:
            self.fonts = _fonts_in(change["new"])
        self.value = tuple(font for font in kept if font in self.fonts)
        self._chosen = [self.fonts.index(font) for font in self.value]
        self._study()

    # What the browser asks for, on whichever thread; the answers come from the worker.

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        kind = content.get("kind")
        if kind == "fonts":
            self._submit(self._tell)
        elif kind == "draw":
            with self._lock:
                self._wanted = [int(number) for number in content["fonts"]]
                self._wanted_sample = str(content.get("sample") or self.sample)
                self._scale = min(max(float(content.get("scale") or 1.0), 1.0), 4.0)
            self._submit(self._draw_wanted)

    def _submit(self, work: Any, *arguments: Any) -> None:
        with suppress(RuntimeError):  # closed
            self._worker.submit(self._tried, work, *arguments)

    def _tried(self, work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except Exception as error:  # the thread goes on; whoever runs the kernel sees what was wrong
            threading.excepthook(
                threading.ExceptHookArgs(
                    (type(error), error, error.__traceback__, threading.current_thread())
                )
            )

    def _study(self) -> None:
        self._facts = []
        self._submit(self._look_into_all, list(self.fonts), self.text)

    def _look_into_all(self, fonts: list[Font], text: str) -> None:
        wanted, facts = different_graphemes(text), []
        for font in fonts:
            if self._closed.is_set() or text != self.text:
                return
            facts.append(look_into(font, wanted))
        if fonts == self.fonts:
            self._facts = facts
            self._tell()

    def _tell(self) -> None:
        self.send(fonts_message(self.fonts))
        if self._facts:
            self.send(details_message(self._facts, len(different_graphemes(self.text))))

    def _draw_wanted(self) -> None:
        while not self._closed.is_set():
            with self._lock:
                if not self._wanted:
                    return
                number, sample = self._wanted.pop(0), self._wanted_sample
                scale, fonts = self._scale, self.fonts
            if not 0 <= number < len(fonts):
                continue
            with suppress(TessnbError, OSError):  # its row stays without a sample
                image, own = self._drawn(fonts[number], sample, _PIXELS * scale)
                about = {"kind": "specimen", "font": number, "sample": sample, "own": own}
                self.send({**about, "width": image.shape[1]}, [png(image)])

    # Without a browser.

    def _static_html(self) -> str:
        shown = self.value or tuple(self.fonts)
        rows = []
        for font in shown[:_STATIC_ROWS]:
            lacking = self.missing(font)
            words = f"lacks {' '.join(lacking)}" if lacking else "has all of the text"
            picture = ""
            with suppress(TessnbError, OSError):
                image, _ = self._drawn(font, self.sample, _PIXELS)
                picture = f'<img alt="{escape(self.sample)}" src="{data_url(image)}">'
            words = f"<bdi>{escape(words)}</bdi>" if self.text else ""
            rows.append(f"<tr><td>{escape(font.name)}</td><td>{picture}</td><td>{words}</td></tr>")
        more = f"<p>… and {len(shown) - len(rows)} more</p>" if len(shown) > len(rows) else ""
        head = "".join(f'<th scope="col">{name}</th>' for name in ("font", "sample", "text"))
        return (
            f"<p>{len(self.value)} of {len(self.fonts)} fonts chosen.</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"
        )


def _fonts_in(places: Places) -> list[Font]:
    """Return the fonts of folders and files, or the system's."""
    if places is None:
        return installed_fonts()
    fonts: list[Font] = []
    for place in [places] if isinstance(places, (str, os.PathLike)) else places:
        if not Path(place).is_file():
            fonts += installed_fonts(place)
            continue
        inside = fonts_of_file(place)
        if not inside:
            raise InputError(
                "not an OpenType font", where=str(place), expected="a .ttf, .otf, .ttc or .otc file"
            )
        fonts += inside
    return sorted(dict.fromkeys(fonts), key=lambda font: (font.name, font.path))
