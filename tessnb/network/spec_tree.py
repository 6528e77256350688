"""The tree that a VGSL specification is parsed to: a frozen record for each kind of element.

`tessnb.network.spec` has the grammar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "FUNCTIONS",
    "ConvolveSpec",
    "FullyConnectedSpec",
    "InputSpec",
    "LSTMSpec",
    "MaxpoolSpec",
    "OutputSpec",
    "ParallelSpec",
    "ReconfigSpec",
    "ReplicatedSpec",
    "ReversedSpec",
    "SeriesSpec",
    "Spec",
]

#: Letter of a non-linearity → the name of the layer type.
FUNCTIONS = {
    "s": "Logistic",
    "t": "Tanh",
    "r": "Relu",
    "l": "Linear",
    "m": "Softmax",
    "p": "LinLogistic",
    "n": "LinTanh",
}


@dataclass(frozen=True, kw_only=True)
class _Node:
    """What every element has: its own text and where it starts in the whole specification."""

    text: str
    at: int


@dataclass(frozen=True, kw_only=True)
class InputSpec(_Node):
    """``b,h,w,d``: a batch of images; zero means variable."""

    batch: int
    height: int
    width: int
    depth: int


@dataclass(frozen=True, kw_only=True)
class SeriesSpec(_Node):
    """``[…]``: one element after the other."""

    items: tuple[Spec, ...]


@dataclass(frozen=True, kw_only=True)
class ParallelSpec(_Node):
    """``(…)``: all elements on the same input, their depths added."""

    items: tuple[Spec, ...]


@dataclass(frozen=True, kw_only=True)
class ReversedSpec(_Node):
    """``Rx…``, ``Ry…``: the element on the reversed input, its output reversed back."""

    dimension: Literal["x", "y"]
    item: Spec


@dataclass(frozen=True, kw_only=True)
class ReplicatedSpec(_Node):
    """``R<n>…``: n copies of the element in parallel."""

    count: int
    item: Spec


@dataclass(frozen=True, kw_only=True)
class ReconfigSpec(_Node):
    """``S<y>,<x>``: shrink by stacking a rectangle of positions into the depth."""

    y: int
    x: int


@dataclass(frozen=True, kw_only=True)
class MaxpoolSpec(_Node):
    """``Mp<y>,<x>``: shrink by the maximum over a rectangle."""

    y: int
    x: int


@dataclass(frozen=True, kw_only=True)
class ConvolveSpec(_Node):
    """``C<f><y>,<x>,<d>``: a sliding window, then a non-linear map to depth d."""

    function: str
    y: int
    x: int
    depth: int


@dataclass(frozen=True, kw_only=True)
class LSTMSpec(_Node):
    """``L…<n>``: a long short-term memory of n states."""

    kind: Literal["plain", "summary", "softmax", "encoded", "2d"]
    direction: Literal["f", "r", "b"]
    dimension: Literal["x", "y"]
    states: int


@dataclass(frozen=True, kw_only=True)
class FullyConnectedSpec(_Node):
    """``F<f><d>``: connects every position of the input to d outputs at a single position."""

    function: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class OutputSpec(_Node):
    """``O<dims><loss><n>``: the output layer; n is checked against the character set by the builder."""

    dimensions: Literal[0, 1, 2]
    loss: Literal["l", "s", "c"]
    classes: int


Spec = (
    InputSpec
    | SeriesSpec
    | ParallelSpec
    | ReversedSpec
    | ReplicatedSpec
    | ReconfigSpec
    | MaxpoolSpec
    | ConvolveSpec
    | LSTMSpec
    | FullyConnectedSpec
    | OutputSpec
)
