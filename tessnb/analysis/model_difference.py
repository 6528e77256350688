"""What differs between two models: facts, components, characters, words, weights."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tessnb.analysis._html import frame_table, shown
from tessnb.analysis.cards import ModelCard, model_card, weight_matrices
from tessnb.errors import visible
from tessnb.formats.network import NetworkRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.recognition import Model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ModelDifference", "compare_models"]

_SAMPLE = 20


@dataclass(frozen=True, eq=False)
class ModelDifference:
    """What differs between two models.

    Attributes
    ----------
    left, right : ModelCard
    """

    left: ModelCard = field(repr=False)
    right: ModelCard = field(repr=False)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """The facts that are not the same, by name: ``left``, ``right``."""
        import pandas as pd

        names = list(dict.fromkeys([*self.left.facts.index, *self.right.facts.index]))
        rows = [(name, self.left.facts.get(name, ""), self.right.facts.get(name, "")) for name in names]
        frame = pd.DataFrame(rows, columns=["fact", "left", "right"]).set_index("fact")
        return frame[[left != right for left, right in frame.itertuples(index=False)]]

    @cached_property
    def components(self) -> pd.DataFrame:
        """A row per component: ``change`` (``same``, ``changed``, ``only left``, ``only right``), sizes in
        bytes."""
        import pandas as pd

        sides = [
            dict(zip(card.components.index, card.components.itertuples(), strict=True))
            for card in (self.left, self.right)
        ]
        rows = []
        for name in dict.fromkeys([*sides[0], *sides[1]]):
            left, right = (side.get(name) for side in sides)
            if left is None or right is None:
                change = "only right" if left is None else "only left"
            else:
                change = "same" if left.sha256 == right.sha256 else "changed"
            rows.append((name, change, *(None if side is None else side.bytes for side in (left, right))))
        columns = ["component", "change", "bytes_left", "bytes_right"]
        frame = pd.DataFrame(rows, columns=columns).set_index("component")
        return frame.astype({"bytes_left": "Int64", "bytes_right": "Int64"})

    @cached_property
    def characters(self) -> pd.DataFrame:
        """Characters that only one has: ``character``, ``code_points``, ``script``, ``class``, ``only``."""
        import pandas as pd

        frames = []
        for side, mine, other in (("left", self.left, self.right), ("right", self.right, self.left)):
            chosen = mine.characters[~mine.characters.character.isin(set(other.characters.character))]
            frames.append(chosen.drop(columns="codes").assign(only=side))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def words(self) -> pd.DataFrame:
        """Entries that only one's dictionaries have: ``dictionary``, ``word``, ``only``."""
        import pandas as pd

        rows = []
        for name in ("word", "punc", "number"):
            change = self.components.change.get(f"lstm-{name}-dawg", "same")
            if change == "same" and not len(self.characters):
                continue
            left, right = set(self.left.words(name)), set(self.right.words(name))
            rows += [(name, word, "left") for word in sorted(left - right)]
            rows += [(name, word, "right") for word in sorted(right - left)]
        return pd.DataFrame(rows, columns=["dictionary", "word", "only"])

    @cached_property
    def layers(self) -> pd.DataFrame:
        """A row per layer with weights: ``layer``, ``weights_left``, ``weights_right``, ``changed`` (percent
        of the weights), ``difference`` (root mean square), ``relative`` (to the left's). Weights that are
        not of the same shape have no difference."""
        import pandas as pd

        sides = [
            dict(_numbered(card.model.record.network)) if card.model is not None else {}
            for card in (self.left, self.right)
        ]
        rows = []
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            left, right = (side.get(key) for side in sides)
            sizes = [None if side is None else sum(m.size for m in side) for side in (left, right)]
            figures = (float("nan"),) * 3
            if left is not None and right is not None and [m.shape for m in left] == [m.shape for m in right]:
                a, b = (np.concatenate([m.ravel() for m in side]) for side in (left, right))
                rms = float(np.sqrt(np.mean((a - b) ** 2)))
                size = float(np.sqrt(np.mean(a**2)))
                figures = 100.0 * float(np.mean(a != b)), rms, rms / size if size else float("nan")
            rows.append((key, *sizes, *figures))
        columns = ["layer", "weights_left", "weights_right", "changed", "difference", "relative"]
        return pd.DataFrame(rows, columns=columns)

    def to_text(self) -> str:
        """Return the differences as lines of text."""
        lines = [f"{self.left.name} | {self.right.name}"]
        lines += [f"{name}: {shown(a)} | {shown(b)}" for name, a, b in self.facts.itertuples(name=None)]
        for name, row in self.components.iterrows():
            if row.change != "same":
                lines.append(f"component {name}: {row.change}")
        for side in ("left", "right"):
            own = self.characters.character[self.characters.only == side].tolist()
            if own:
                more = " …" if len(own) > _SAMPLE else ""
                lines.append(f"characters only {side} ({len(own)}): {' '.join(own[:_SAMPLE])}{more}")
            words = self.words.word[self.words.only == side].tolist()
            if words:
                more = ", …" if len(words) > _SAMPLE else ""
                lines.append(f"words only {side} ({len(words)}): {', '.join(words[:_SAMPLE])}{more}")
        for row in self.layers.itertuples():
            if row.changed > 0:
                lines.append(
                    f"layer {row.layer}: {row.changed:.1f} % of weights changed, {row.relative:.2%} of size"
                )
        return "\n".join(lines if len(lines) > 1 else [*lines, "no difference"]) + "\n"

    def __repr__(self) -> str:
        changed = self.components.index[self.components.change != "same"]
        names = visible(f"{self.left.name} | {self.right.name}: {', '.join(changed) or 'none'}")
        return f"<ModelDifference {names}>"

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(repr(self)[1:-1])}</p>"]
        for frame, index in (
            (self.facts, True),
            (self.components, True),
            (self.characters, False),
            (self.words, False),
            (self.layers, False),
        ):
            if len(frame):
                parts.append(frame_table(frame, _SAMPLE, index=index))
        return "".join(parts)


def _numbered(network: NetworkRecord) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield layers with weights under names that are unique."""
    seen: Counter[str] = Counter()
    for record, matrices in weight_matrices(network):
        seen[record.name] += 1
        number = seen[record.name]
        yield record.name if number == 1 else f"{record.name} ({number})", matrices


def compare_models(
    left: Model | TrainedData | str | os.PathLike[str], right: Model | TrainedData | str | os.PathLike[str]
) -> ModelDifference:
    """Say what differs between two models.

    Parameters
    ----------
    left, right : Model, TrainedData, path or language

    Returns
    -------
    ModelDifference

    Examples
    --------
    >>> compare_models("eng", run.best()).layers  # doctest: +SKIP
    """
    return ModelDifference(model_card(left), model_card(right))
