"""The cost of a line as a chart: a panel for each size, training and reading, all of it to scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.cost import Cost

__all__ = ["draw_costs"]

#: Name, colour, marker, and how far from it the figures stand.
_SERIES = (("training", "#0072B2", "o", 7), ("reading", "#D55E00", "s", -15))

_TITLES = {
    "list of": "Lines in the list",
    "width": "Width of a line",
    "character set of": "Outputs of the network",
    "LSTM of": "Units of the last LSTM",
}


def draw_costs(costs: Sequence[Cost], subtitle: str, path: Path) -> None:
    """Write the chart as SVG; both axes are logarithmic, and every panel has the same milliseconds."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.fonttype"] = "none"
    names = list(dict.fromkeys(each.of for each in costs))
    figure, axes = plt.subplots(
        1, len(names), figsize=(3.2 * len(names), 3.8), sharey=True, layout="constrained"
    )
    for name, panel in zip(names, axes, strict=True):
        points = [each for each in costs if each.of == name]
        sizes = [each.size for each in points]
        for series, colour, marker, away in _SERIES:
            values = [getattr(each, series) for each in points]
            panel.plot(sizes, values, marker=marker, color=colour, label=series)
            for place in (0, -1):
                panel.annotate(
                    f"{values[place]:.3g}",
                    (sizes[place], values[place]),
                    (0, away),
                    textcoords="offset points",
                    ha="center",
                    color=colour,
                )
        panel.set(xscale="log", yscale="log", xlabel=points[0].unit, title=_TITLES[name])
        panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
        panel.minorticks_off()
        panel.margins(x=0.15, y=0.1)
        panel.grid(axis="y", color="#DDDDDD")
        panel.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("ms a line")
    axes[0].yaxis.set_major_formatter("{x:g}")
    axes[-1].legend(frameon=False, loc="lower right")
    figure.suptitle(f"What a line costs ({subtitle})", fontsize="medium")
    figure.savefig(path)
    plt.close(figure)
