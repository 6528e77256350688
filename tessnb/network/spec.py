"""The VGSL network specification language: text to a tree, with errors that point at the place.

The grammar (``y`` before ``x`` throughout, as in TensorFlow)::

    spec     = "[" input element* "]" | input "[" element* "]"
    input    = batch "," height "," width "," depth
    element  = "[" element+ "]"  series       | "(" element+ ")"  parallel
             | "Rx" element | "Ry" element    | "R" count element
             | "S" y "," x                    | "Mp" y "," x
             | "C" function y "," x "," depth | "F" function depth
             | "L" ("f"|"r"|"b") ("x"|"y") ["s"] states
             | "LS" states | "LE" states | "L2xy" states | "L2yx" states
             | "O" ("0"|"1"|"2") ("l"|"s"|"c") classes
    function = "s" logistic | "t" tanh | "r" relu | "l" linear | "m" softmax | "p" posclip | "n" symclip

Source: ``src/training/common/networkbuilder.{h,cpp}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tessnb.errors import SpecError
from tessnb.network.spec_tree import (
    FUNCTIONS,
    ConvolveSpec,
    FullyConnectedSpec,
    InputSpec,
    LSTMSpec,
    MaxpoolSpec,
    OutputSpec,
    ParallelSpec,
    ReconfigSpec,
    ReplicatedSpec,
    ReversedSpec,
    SeriesSpec,
    Spec,
)

__all__ = ["parse", "spec_error"]


def spec_error(
    spec: str, at: int, message: str, expected: str | None = None, hint: str | None = None
) -> SpecError:
    """Return the error for `spec` whose trouble is at offset `at`: the token is quoted, its column named."""
    token = re.match(r"[\[\]()]|[^\s\[\]()]*", spec[at:])
    found = repr(token.group()) if token and token.group() else "the end of the specification"
    error = SpecError(
        message,
        where=f"network specification {spec!r}, column {at + 1}",
        found=found,
        expected=expected,
        hint=hint,
    )
    error.span = (at, token.end() + at if token else at)
    return error


#: More digits make no number any more too large than it is; no network is nested deeper.
_DIGITS, _DEEPEST = 20, 60


class _Parser:
    """A recursive-descent parser over `spec`; `at` is the next offset."""

    _OPENERS: dict[str, str] = {  # noqa: RUF012 - filled below the methods it names
        "[": "_series",
        "(": "_parallel",
        "R": "_reversed_or_replicated",
        "S": "_reconfig",
        "C": "_convolve",
        "M": "_maxpool",
        "L": "_lstm",
        "F": "_fully_connected",
        "O": "_output",
    }

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self.at = 0
        self.depth = 0

    def fail(
        self, message: str, expected: str | None = None, hint: str | None = None, at: int | None = None
    ) -> SpecError:
        return spec_error(self.spec, self.at if at is None else at, message, expected, hint)

    def space(self) -> None:
        while self.at < len(self.spec) and self.spec[self.at] in " \t\r\n":
            self.at += 1

    def match(self, pattern: str, what: str, expected: str) -> re.Match[str]:
        found = re.compile(pattern).match(self.spec, self.at)
        if found is None:
            raise self.fail(f"this is not {what}", expected)
        self.at = found.end()
        return found

    def positive(self, text: str, what: str, at: int) -> int:
        value = int(text[:_DIGITS])
        if not 0 < value < 2**31:
            raise self.fail(f"{what} must be positive", at=at)
        return value

    def whole(self) -> Spec:
        self.space()
        if self.spec[self.at : self.at + 1] == "[":
            tree: Spec = self._series(first_is_input=self._input_follows(self.at + 1))
        elif self._input_follows(self.at):
            start = self.at
            first = self._input()
            self.space()
            if self.spec[self.at : self.at + 1] != "[":
                raise self.fail("the input must be followed by a series", "'['")
            series = self._series(first_is_input=False)
            tree = SeriesSpec(items=(first, *series.items), text=self.spec[start : self.at], at=start)
        else:
            raise self.fail("a network specification starts with its input or a bracket", "'[1,36,0,1 …]'")
        self.space()
        if self.at < len(self.spec):
            raise self.fail("text after the end of the network", "nothing")
        return tree

    def _input_follows(self, at: int) -> bool:
        return re.compile(r"\s*-?\d").match(self.spec, at) is not None

    def _input(self) -> InputSpec:
        self.space()
        start = self.at
        found = self.match(
            r"(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)",
            "an input layer",
            "batch,height,width,depth as in 1,36,0,1",
        )
        batch, height, width, depth = (int(each[:_DIGITS]) for each in found.groups())
        if not 0 < depth < 2**31 or max(batch, height, width) >= 2**31:
            raise self.fail("the input's depth must be positive", "1 (grey) or 3 (colour)", at=start)
        return InputSpec(batch=batch, height=height, width=width, depth=depth, text=found.group(), at=start)

    def element(self) -> Spec:
        self.space()
        opener = self._OPENERS.get(self.spec[self.at : self.at + 1])
        if opener is None:
            raise self.fail(
                "no network element starts like this", "one of [ ( R S C M L F O", "See the VGSL grammar."
            )
        if self.depth >= _DEEPEST:
            raise self.fail("nested too deep", f"at most {_DEEPEST} levels")
        method: Callable[[], Spec] = getattr(self, opener)
        self.depth += 1
        found = method()
        self.depth -= 1
        return found

    def _items(self, closer: str) -> tuple[Spec, ...]:
        items: list[Spec] = []
        while True:
            self.space()
            if self.at >= len(self.spec):
                raise self.fail(f"missing {closer} at the end", repr(closer))
            if self.spec[self.at] == closer:
                self.at += 1
                return tuple(items)
            items.append(self.element())

    def _series(self, first_is_input: bool = False) -> SeriesSpec:
        start = self.at
        self.at += 1
        first = (self._input(),) if first_is_input else ()
        items = (*first, *self._items("]"))
        if not items:
            raise self.fail("an empty series", "at least one element", at=start)
        return SeriesSpec(items=items, text=self.spec[start : self.at], at=start)

    def _parallel(self) -> ParallelSpec:
        start = self.at
        self.at += 1
        items = self._items(")")
        if not items:
            raise self.fail("an empty parallel", "at least one element", at=start)
        return ParallelSpec(items=items, text=self.spec[start : self.at], at=start)

    def _reversed_or_replicated(self) -> ReversedSpec | ReplicatedSpec:
        start = self.at
        found = self.match(
            r"R(?:([xy])|\s*(\d+))", "a reversal or replication", "Rx, Ry or R<count>, then an element"
        )
        dimension, count = found.groups()
        copies = None if dimension else self.positive(count, "the number of replicas", start)
        item = self.element()
        text = self.spec[start : self.at]
        if copies is None:
            return ReversedSpec(dimension=dimension, item=item, text=text, at=start)  # type: ignore[arg-type]
        return ReplicatedSpec(count=copies, item=item, text=text, at=start)

    def _rectangle(self, pattern: str, what: str, expected: str) -> tuple[int, int, str, int]:
        start = self.at
        found = self.match(pattern + r"(\d+),(\d+)", what, expected)
        y, x = (self.positive(number, "a scale", start) for number in found.groups())
        return y, x, found.group(), start

    def _reconfig(self) -> ReconfigSpec:
        y, x, text, start = self._rectangle("S", "a reconfiguration", "S<y>,<x> as in S2,2")
        return ReconfigSpec(y=y, x=x, text=text, at=start)

    def _maxpool(self) -> MaxpoolSpec:
        y, x, text, start = self._rectangle("Mp", "a maxpool", "Mp<y>,<x> as in Mp3,3")
        return MaxpoolSpec(y=y, x=x, text=text, at=start)

    def _convolve(self) -> ConvolveSpec:
        start = self.at
        found = self.match(
            r"C([strlmpn])(\d+),(\d+),(\d+)",
            "a convolution",
            "C(s|t|r|l|m|p|n)<y>,<x>,<depth> as in Ct3,3,16",
        )
        y, x, depth = (self.positive(number, "a size", start) for number in found.groups()[1:])
        return ConvolveSpec(function=FUNCTIONS[found[1]], y=y, x=x, depth=depth, text=found.group(), at=start)

    def _lstm(self) -> LSTMSpec:
        start = self.at
        found = self.match(
            r"L(?:([SE])|2(xy|yx)|([frb])([xy])(s?))\s*(\d+)",
            "an LSTM",
            "L(f|r|b)(x|y)[s]<states>, LS<states>, LE<states> or L2xy<states>, as in Lfx96",
        )
        softmax, both, direction, dimension, summary, number = found.groups()
        kind = {"S": "softmax", "E": "encoded"}.get(
            softmax or "", "2d" if both else "summary" if summary else "plain"
        )
        return LSTMSpec(
            kind=kind,  # type: ignore[arg-type]
            direction=direction or "f",  # type: ignore[arg-type]
            dimension=both[1] if both else dimension or "x",  # type: ignore[arg-type]
            states=self.positive(number, "the number of states", start),
            text=found.group(),
            at=start,
        )

    def _fully_connected(self) -> FullyConnectedSpec:
        start = self.at
        found = self.match(
            r"F([strlmpn])(\d+)", "a fully connected layer", "F(s|t|r|l|m|p|n)<depth> as in Ft64"
        )
        depth = self.positive(found[2], "the depth", start)
        return FullyConnectedSpec(function=FUNCTIONS[found[1]], depth=depth, text=found.group(), at=start)

    def _output(self) -> OutputSpec:
        start = self.at
        found = self.match(
            r"O([012])([lsc])(\d*)", "an output layer", "O(2|1|0)(l|s|c)<classes> as in O1c111"
        )
        classes = int((found[3] or "0")[:_DIGITS])
        return OutputSpec(
            dimensions=int(found[1]),  # type: ignore[arg-type]
            loss=found[2],  # type: ignore[arg-type]
            classes=classes,
            text=found.group(),
            at=start,
        )


def parse(spec: str) -> Spec:
    """Parse a whole VGSL specification.

    Parameters
    ----------
    spec : str
        As in ``"[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"``; without its input
        (``"[Lfx256 O1c111]"``) where it is to be appended to a network.

    Returns
    -------
    Spec
        The tree; its root is a `SeriesSpec`.

    Raises
    ------
    SpecError
        If `spec` does not follow the grammar; the message names the column and what was expected there.
    """
    return _Parser(spec).whole()
