"""The four steps of the fine tuner as they stand on the page. Only the publisher's thread changes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from tessnb.analysis import Preflight
from tessnb.lines import TrainingLine
from tessnb.resources import english_text
from tessnb.synthesis import Font
from tessnb.widgets._fine_tuner_job import Tried
from tessnb.widgets._fine_tuner_parts import problems_html, progress_html, tried_html, troubles_of
from tessnb.widgets._fine_tuner_work import Doing
from tessnb.widgets._order import in_order
from tessnb.widgets._parts import image_html
from tessnb.widgets._summary import counted, number
from tessnb.widgets.font_picker import FontPicker

__all__ = ["MaterialStep", "ResultStep", "SoundnessStep", "Step", "TrainingStep", "button"]

#: Lines that are corrected at once.
_ROWS = 12
SOURCES = {"fonts": "A font", "scans": "A folder of scans", "characters": "Characters to add"}
GIVEN = ("given", "Lines given in Python")


def button(
    label: str, act: Callable[[], None], *, icon: str = "", tooltip: str = "", first: bool = False
) -> widgets.Button:
    """Return a button; `first` is what is usually pressed."""
    made = widgets.Button(
        description=label,
        icon=icon,
        tooltip=tooltip or label,
        button_style="primary" if first else "",
        layout=widgets.Layout(width="auto", min_width="104px"),
    )
    made.on_click(lambda _: act())
    return made


def entry(kind: Callable[..., Any], label: str, *, width: str = "100%", **options: Any) -> Any:
    """Return a field with its label before it."""
    return kind(
        description=label,
        style={"description_width": "128px"},
        layout=widgets.Layout(width=width, max_width="100%", margin="4px 0"),
        **options,
    )


def row_of(*children: widgets.Widget) -> widgets.HBox:
    """Return widgets in a row that breaks where there is no room."""
    layout = widgets.Layout(flex_flow="row wrap", grid_gap="8px", align_items="center", margin="4px 0")
    return widgets.HBox(children, layout=layout)


def soft(words: str) -> widgets.HTML:
    """Return a sentence that explains."""
    return widgets.HTML(f'<div class="tessnb-soft">{words}</div>', layout=widgets.Layout(width="100%"))


class Step:
    """A step: its head, which opens and closes it, its body, and what is said below.

    Parameters
    ----------
    place : int
        From 1.
    title : str
    toggle : callable
        Called with the place by a click on the head.
    cancel : callable, optional
        Called by a click on the button that is there while something is done.
    """

    def __init__(
        self,
        place: int,
        title: str,
        toggle: Callable[[int], None],
        cancel: Callable[[], None] | None = None,
    ) -> None:
        self.place, self.title = place, title
        self.head = button(f"{place}   {title}", lambda: toggle(place), icon="caret-right")
        self.head.layout.min_width = "232px"
        self._about = widgets.HTML()
        head = row_of(self.head, self._about)
        head.add_class("tessnb-step-head")
        self.said = widgets.HTML(layout=widgets.Layout(flex="1 1 320px", width="auto"))
        self._cancel = None if cancel is None else button("Cancel", cancel, icon="times")
        self.below = row_of(*([] if self._cancel is None else [self._cancel]), self.said)
        self.body = widgets.VBox(
            layout=widgets.Layout(padding="0 0 12px 20px", display="none", overflow="visible")
        )
        self.box = widgets.VBox([head, self.body], layout=widgets.Layout(overflow="visible"))
        self.box.add_class("tessnb-step")
        self.busy: list[widgets.Widget] = []

    def show(
        self, *, reached: bool, opened: bool, about: str, doing: Doing | None, problem: str, words: str = ""
    ) -> None:
        """Show the head, and what is being done or went wrong in this step."""
        self.head.disabled = not reached
        self.head.icon = "caret-down" if opened else "caret-right"
        self.head.tooltip = f"{'Close' if opened else 'Open'} step {self.place}: {self.title}"
        self._about.value = f'<span class="tessnb-soft tessnb-tabular">{escape(about)}</span>'
        self.body.layout.display = None if opened else "none"
        here = doing if doing is not None and doing.step == self.place else None
        self.said.value = progress_html(here, problem, words)
        if self._cancel is not None:
            self._cancel.layout.display = "none" if here is None else None
        for each in self.busy:
            each.disabled = doing is not None


class MaterialStep(Step):
    """What should it read?"""

    def __init__(
        self,
        toggle: Callable[[int], None],
        cancel: Callable[[], None],
        *,
        base: str,
        fixed: bool,
        given: Sequence[TrainingLine] | None,
        text: str,
        changed: Callable[[], None],
        prepare: Callable[[], None],
    ) -> None:
        super().__init__(1, "What should it read?", toggle, cancel)
        self.base = entry(widgets.Text, "Base model", value=base, disabled=fixed, width="480px")
        sources = {**dict([GIVEN] if given is not None else []), **SOURCES}
        self.source = widgets.ToggleButtons(
            options=[(words, name) for name, words in sources.items()],
            tooltips=[f"Learn from: {words}" for words in sources.values()],
            style={"button_width": "auto"},
        )
        self.source.observe(lambda change: changed(), "value")
        self.text = entry(
            widgets.Textarea,
            "Text",
            value=text,
            rows=3,
            placeholder="What is written in it. Empty: a usual text of the language",
        )
        self.count = entry(widgets.BoundedIntText, "Lines, about", value=200, min=2, max=5000, width="248px")
        self.place_of_scans = entry(widgets.Text, "Folder", placeholder="scans", width="480px")
        self.characters = entry(widgets.Text, "Characters", placeholder="₹ ± ⅓", width="480px")
        self.picker: FontPicker | None = None
        self._fonts = widgets.VBox(layout=widgets.Layout(overflow="visible", margin="4px 0"))
        many = len(given) if given is not None else 0
        self._panels = {
            "given": widgets.VBox([soft(f"{counted(many, 'line')}, as they were given.")]),
            "fonts": widgets.VBox([self._fonts, self.text], layout=widgets.Layout(overflow="visible")),
            "scans": widgets.VBox(
                [
                    self.place_of_scans,
                    soft(
                        "Line images with their texts beside them (<code>a.png</code>, "
                        "<code>a.gt.txt</code>), pages as PAGE XML, ALTO or hOCR, or "
                        "<code>.lstmf</code> files."
                    ),
                ]
            ),
            "characters": widgets.VBox(
                [
                    self.characters,
                    soft("Lines with them are made of the model's own words, in fonts that have them."),
                ]
            ),
        }
        self._prepare = button("Prepare the lines", prepare, icon="check", first=True)
        self.busy = [self._prepare]
        hint = soft("a language such as <code>eng</code>, or a <code>.traineddata</code> file")
        hint.layout.width = "auto"
        self.body.children = (
            row_of(self.base, hint),
            row_of(self.source),
            *self._panels.values(),
            self.count,
            row_of(self._prepare),
            self.below,
        )

    @property
    def fonts(self) -> tuple[Font, ...]:
        """What is chosen."""
        return self.picker.value if self.picker is not None else ()

    def show_panel(self) -> None:
        """Show what belongs to the chosen source; the fonts are looked for when they are wanted."""
        source = self.source.value
        if source == "fonts" and self.picker is None and self.body.layout.display != "none":
            self.picker = FontPicker(self.text.value or english_text())
            self._fonts.children = (self.picker,)
        for name, panel in self._panels.items():
            panel.layout.display = None if name == source else "none"
        self.count.layout.display = None if source in ("fonts", "characters") else "none"

    def close(self) -> None:
        """End what has a thread."""
        if self.picker is not None:
            self.picker.close()


class SoundnessStep(Step):
    """Is the material sound?"""

    def __init__(
        self,
        toggle: Callable[[int], None],
        cancel: Callable[[], None],
        *,
        fix: Callable[[], None],
        check: Callable[[], None],
        accept: Callable[[], None],
        correct: Callable[[Preflight, int, str], None],
        leave_out: Callable[[Preflight, int, bool], None],
    ) -> None:
        super().__init__(2, "Is the material sound?", toggle, cancel)
        self._correct, self._leave_out = correct, leave_out
        self._table = widgets.HTML(layout=widgets.Layout(width="100%"))
        self._fix = button("Fix all", fix, icon="wrench", tooltip="Mend all that can be mended")
        self._check = button("Look again", check, icon="refresh", tooltip="Apply corrections and look again")
        self._accept = button("Train with these lines", accept, icon="arrow-right", first=True)
        self._rows = widgets.VBox(layout=widgets.Layout(overflow="visible", width="100%"))
        self._more = widgets.HTML()
        self._shown: Preflight | None = None
        self.busy = [self._fix, self._check, self._accept]
        buttons = row_of(self._fix, self._check, self._accept)
        self.body.children = (self._table, buttons, self.below, self._rows, self._more)
        self._arrange(None, {})

    def show_report(self, report: Preflight | None, lines: Sequence[TrainingLine]) -> None:
        """Show a new report, if there is one, and the lines that need a look, to be corrected."""
        if report is self._shown:
            return
        self._shown = report
        troubles = troubles_of(report.problems) if report is not None else {}
        shown = list(troubles.items())[:_ROWS]
        old = self._rows.children
        self._table.value = problems_html(report) if report is not None else ""
        self._rows.children = tuple(
            self._row(report, place, lines[place], words) for place, words in shown if report is not None
        )
        in_order(self._rows)
        for row in old:
            close_inside(row)
        left = len(troubles) - len(shown)
        self._more.value = (
            f'<div class="tessnb-soft">… and {number(left)} more, after “Look again”.</div>' if left else ""
        )
        self._arrange(report, troubles)

    def _arrange(self, report: Preflight | None, troubles: Mapping[int, str]) -> None:
        """Show the buttons that are of use."""
        useful = {
            self._fix: report is not None and bool(report.remedies) and not report.ok,
            self._check: report is None or bool(troubles),
            self._accept: report is not None,
        }
        for each, is_useful in useful.items():
            each.layout.display = None if is_useful else "none"

    def _row(self, report: Preflight, place: int, line: TrainingLine, words: str) -> widgets.VBox:
        picture = widgets.HTML(
            f'{image_html(line, line.transcription)}<div class="tessnb-soft">line {place} '
            f"<span dir='auto'>{escape(words)}</span></div>",
            layout=widgets.Layout(width="100%"),
        )
        text = widgets.Text(
            line.transcription,
            placeholder="What is written in the image",
            tooltip=f"Text of line {place}",
            continuous_update=False,
            layout=widgets.Layout(flex="1 1 320px", width="auto"),
        )
        text.observe(lambda change: self._correct(report, place, str(change["new"])), "value")
        out = widgets.ToggleButton(
            description="Leave out",
            tooltip=f"Train without line {place}",
            layout=widgets.Layout(width="auto"),
        )
        out.observe(lambda change: self._leave_out(report, place, bool(change["new"])), "value")
        row = widgets.VBox([picture, row_of(text, out)], layout=widgets.Layout(overflow="visible"))
        row.add_class("tessnb-tuner-line")
        return row


class TrainingStep(Step):
    """Train."""

    def __init__(
        self, toggle: Callable[[int], None], cancel: Callable[[], None], *, train: Callable[[], None]
    ) -> None:
        super().__init__(3, "Train", toggle, cancel)
        narrow = "280px"
        self.held_out = entry(
            widgets.BoundedFloatText, "Kept out, %", min=1.0, max=90.0, step=1.0, width=narrow
        )
        self.max_iterations = entry(
            widgets.BoundedIntText, "Iterations, most", min=0, max=10_000_000, width=narrow
        )
        self.may_forget = entry(
            widgets.BoundedFloatText, "May forget, points", min=0.0, max=100.0, step=0.1, width=narrow
        )
        self._train = button("Train", train, icon="play", first=True)
        self._dashboard = widgets.VBox(layout=widgets.Layout(overflow="visible", width="100%"))
        self._shown: widgets.Widget | None = None
        self.busy = [self._train]
        words = (
            "Lines that are kept out of the training tell when it is enough: it ends by itself when they "
            "get no better, or when the model reads worse by more than so many percentage points what it "
            "could read before. 0 iterations: as many as do good."
        )
        self.body.children = (
            row_of(self.held_out, self.max_iterations, self.may_forget),
            soft(words),
            row_of(self._train),
            self.below,
            self._dashboard,
        )

    def show_dashboard(self, dashboard: widgets.Widget | None, *, goes_on: bool) -> None:
        """Show the run."""
        self._train.description = "Train again" if dashboard is not None else "Train"
        self._train.disabled = self._train.disabled or goes_on
        if dashboard is not self._shown:
            self._shown = dashboard
            self._dashboard.children = () if dashboard is None else (dashboard,)


class ResultStep(Step):
    """Before and after."""

    def __init__(
        self, toggle: Callable[[int], None], *, try_image: Callable[[], None], export: Callable[[], None]
    ) -> None:
        super().__init__(4, "Before and after", toggle)
        self._figures = widgets.HTML(layout=widgets.Layout(width="100%"))
        self.image = entry(widgets.Text, "Your image", placeholder="page.png", width="480px")
        read = button("Read with both", try_image, icon="eye")
        self._tried = widgets.HTML(layout=widgets.Layout(width="100%"))
        self._compare = widgets.VBox(layout=widgets.Layout(overflow="visible", width="100%"))
        self._was: tuple[Tried | None, widgets.Widget | None] = (None, None)
        self.name = entry(widgets.Text, "Export as", width="480px")
        self.weights = widgets.ToggleButtons(
            options=[("Float, to train on", False), ("Integer, small and fast", True)],
            tooltips=["Exact weights, which can be trained further", "Weights in a byte each"],
            style={"button_width": "auto"},
        )
        save = button("Export", export, icon="save", first=True)
        self.busy = [read, save]
        self.body.children = (
            self._figures,
            row_of(self.image, read),
            self._tried,
            self._compare,
            row_of(self.name, self.weights, save),
            self.below,
        )

    def show_result(self, figures: str, tried: Tried | None, compare: widgets.Widget | None) -> None:
        """Show the errors, the image that was tried, and the lines that were kept out."""
        self._figures.value = figures
        if tried is not self._was[0]:
            self._tried.value = tried_html(tried) if tried is not None else ""
        if compare is not self._was[1]:
            self._compare.children = () if compare is None else (compare,)
        self._was = tried, compare


def close_inside(widget: widgets.Widget) -> None:
    """Close a widget and all that it is made of, which Jupyter would keep for ever."""
    for child in getattr(widget, "children", ()):
        close_inside(child)
    widget.close()
