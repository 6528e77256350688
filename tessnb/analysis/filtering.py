"""Conditions on tables as people type them: pandas' `query`, less everything that could run code.

A condition is read as an expression, and only what is named here is taken from it: columns, numbers, texts,
comparisons, arithmetic, ``and``, ``or``, ``not``, membership, and a few questions about texts. What a browser
sends can therefore do nothing but choose rows.
"""

from __future__ import annotations

import ast
import io
import operator
import re
import token
import tokenize
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["choose_rows", "filter_column", "search_texts"]

_LONGEST = 2000
#: What goes wrong in reading and in comparing what cannot be compared.
_FAILURES = (
    SyntaxError,
    tokenize.TokenError,
    RecursionError,
    MemoryError,
    TypeError,
    ValueError,
    OverflowError,
)
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_SYMBOLS = {"==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
#: Questions about a column of texts, as in ``truth.str.contains("x")``; texts are meant as they stand.
_QUESTIONS: dict[str, Callable[[Any, str], Any]] = {
    "contains": lambda texts, part: texts.str.contains(part, regex=False),
    "startswith": lambda texts, part: texts.str.startswith(part),
    "endswith": lambda texts, part: texts.str.endswith(part),
}
_HINT = "For example: cer > 5 and font == 'DejaVu Sans', or truth.str.contains('x')"
_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)"
_INTERVAL = re.compile(rf"\s*({_NUMBER})?\s*\.\.\s*({_NUMBER})?\s*")
_BOUND = re.compile(rf"\s*(<=|>=|==|!=|<|>|=)?\s*({_NUMBER})\s*")


def choose_rows(frame: pd.DataFrame, condition: str) -> np.ndarray:
    """Return which rows fulfil a condition.

    Parameters
    ----------
    frame : DataFrame
        Its columns can be named, and its index if that has a name.
    condition : str
        As `DataFrame.query` takes it; names with spaces in back-ticks. An empty one chooses all.

    Returns
    -------
    ndarray of bool, shape (rows,)

    Raises
    ------
    InputError
        If it is no condition, or asks for more than comparing.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"cer": [0.0, 7.5], "font": ["Serif", "Sans"]})
    >>> choose_rows(frame, "cer > 5 and font in ['Sans', 'Mono']").tolist()
    [False, True]
    """
    if not condition.strip():
        return np.ones(len(frame), bool)
    names: dict[str, str] = {}
    try:
        if len(condition) > _LONGEST:
            raise SyntaxError("it is too long")
        tree = ast.parse(_prepared(condition.strip(), names), mode="eval")
        result = _Evaluator(frame, names).value(tree.body)
    except InputError:
        raise
    except _FAILURES as error:
        reason = error.args[0] if error.args else type(error).__name__
        raise InputError(
            "not a condition on this table", found=f"{condition[:200]!r}: {reason}", hint=_HINT
        ) from None
    shape, kind = getattr(result, "shape", None), getattr(result, "dtype", None)
    if shape != (len(frame),) or str(kind) not in ("bool", "boolean"):
        raise InputError("not a condition on this table", found=condition[:200], hint=_HINT)
    return np.asarray(result.fillna(False) if hasattr(result, "fillna") else result, bool)


def _prepared(condition: str, names: dict[str, str]) -> str:
    """Return Python's spelling of a condition: quoted names by others, ``&`` and ``|`` as words.

    Source: pandas does the same before it evaluates (``_replace_booleans`` in its ``expr.py``).
    """

    def renamed(found: re.Match[str]) -> str:
        if found[2] is None:
            return found[0]
        names[stand_in := f"_quoted_{len(names)}"] = found[2]
        return stand_in

    plain = re.sub(r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|`([^`]*)`""", renamed, condition)
    pieces = []
    for kind, text, *_ in tokenize.generate_tokens(io.StringIO(plain).readline):
        if kind == token.OP and text in "&|":
            kind, text = token.NAME, "and" if text == "&" else "or"
        pieces.append((kind, text))
    return tokenize.untokenize(pieces).strip()


class _Evaluator:
    """Takes the value of an expression's parts, of those that are allowed."""

    def __init__(self, frame: pd.DataFrame, names: dict[str, str]) -> None:
        self._frame, self._names = frame, names

    def value(self, node: ast.expr) -> Any:
        """Return a column, or a constant."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
            return node.value
        if isinstance(node, ast.Name):
            return self._column(self._names.get(node.id, node.id))
        if isinstance(node, ast.List | ast.Tuple):
            return [self._constant(each) for each in node.elts]
        if isinstance(node, ast.BoolOp):
            return self._joined(node)
        if isinstance(node, ast.UnaryOp):
            return self._signed(node)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            left, right = self._number(node.left), self._number(node.right)
            return _ARITHMETIC[type(node.op)](left, right)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        if isinstance(node, ast.Call):
            return self._asked(node)
        raise SyntaxError(f"{ast.unparse(node)} is more than a comparison")

    def _column(self, name: str) -> Any:
        if name in self._frame:
            return self._frame[name]
        if name and name == self._frame.index.name:
            return self._frame.index.to_series()
        known = [
            *map(str, self._frame.columns),
            *([self._frame.index.name] if self._frame.index.name else []),
        ]
        raise InputError("there is no such column", found=name, expected=", ".join(known))

    def _constant(self, node: ast.expr) -> Any:
        value = self.value(node)
        if not isinstance(value, str | int | float | None):
            raise SyntaxError(f"{ast.unparse(node)} is not a number or a text")
        return value

    def _number(self, node: ast.expr) -> Any:
        value = self.value(node)
        kind = getattr(value, "dtype", np.asarray(value).dtype)
        if getattr(kind, "kind", "O") not in "biuf":
            raise SyntaxError(f"{ast.unparse(node)} is not a number")
        return float(value) if isinstance(value, int) else value

    def _truths(self, node: ast.expr) -> Any:
        value = self.value(node)
        if not hasattr(value, "index") or str(getattr(value, "dtype", "")) not in ("bool", "boolean"):
            raise SyntaxError(f"{ast.unparse(node)} is not a condition")
        return value

    def _joined(self, node: ast.BoolOp) -> Any:
        first, *others = map(self._truths, node.values)
        for other in others:
            first = first & other if isinstance(node.op, ast.And) else first | other
        return first

    def _signed(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not | ast.Invert):
            return ~self._truths(node.operand)
        value = self._number(node.operand)
        return -value if isinstance(node.op, ast.USub) else value

    def _compared(self, node: ast.Compare) -> Any:
        parts = [node.left, *node.comparators]
        result = None
        for left, kind, right in zip(parts, node.ops, parts[1:], strict=False):
            one = self._one(left, kind, right)
            result = one if result is None else result & one
        return result

    def _one(self, left: ast.expr, kind: ast.cmpop, right: ast.expr) -> Any:
        a, b = self.value(left), self.value(right)
        if isinstance(a, list) and not isinstance(b, list):
            a, b = b, a
        if isinstance(b, list) and isinstance(kind, ast.In | ast.Eq | ast.NotIn | ast.NotEq):
            if not hasattr(a, "isin"):
                raise SyntaxError(f"{ast.unparse(left)} is not a column")
            return ~a.isin(b) if isinstance(kind, ast.NotIn | ast.NotEq) else a.isin(b)
        compare = _COMPARISONS.get(type(kind))
        if compare is None or isinstance(a, list) or isinstance(b, list):
            raise SyntaxError("this cannot be compared so")
        a, b = (value.astype(object) if _is_category(value) else value for value in (a, b))
        return compare(a, b)

    def _asked(self, node: ast.Call) -> Any:
        """Return the answer to ``column.str.contains("x")``, ``column.isna()`` and their like."""
        ask = node.func
        if isinstance(ask, ast.Attribute) and not node.keywords:
            if ask.attr in ("isna", "notna", "isnull", "notnull") and not node.args:
                column = self.value(ask.value)
                if hasattr(column, "isna"):
                    return column.isna() if ask.attr in ("isna", "isnull") else column.notna()
            about, question = ask.value, _QUESTIONS.get(ask.attr)
            if question and len(node.args) == 1 and isinstance(about, ast.Attribute) and about.attr == "str":
                part = self._constant(node.args[0])
                if isinstance(part, str):
                    return question(_texts(self.value(about.value)), part)
        raise SyntaxError(f"{ast.unparse(node)} is more than a comparison")


def _is_category(value: Any) -> bool:
    return str(getattr(value, "dtype", "")) == "category"


def _texts(column: Any) -> pd.Series:
    if not hasattr(column, "astype"):
        raise SyntaxError("only a column has texts")
    return column.astype(object).where(column.notna(), "").astype(str)


def search_texts(frame: pd.DataFrame, words: str) -> np.ndarray:
    """Return which rows have all words somewhere in their texts, whatever their case.

    Parameters
    ----------
    frame : DataFrame
    words : str
        Separated by spaces; an empty one chooses all.

    Returns
    -------
    ndarray of bool, shape (rows,)
    """
    found = np.ones(len(frame), bool)
    columns = [_texts(frame[name]).str.lower() for name in frame if frame[name].dtype.kind not in "biuf"]
    for word in words.lower().split():
        has = np.zeros(len(frame), bool)
        for texts in columns:
            has |= texts.str.contains(word, regex=False).to_numpy(bool)
        found &= has
    return found


def filter_column(column: pd.Series, wanted: str) -> np.ndarray:
    """Return which rows have in a column what is typed above it.

    Parameters
    ----------
    column : Series
    wanted : str
        For numbers ``5``, ``> 5``, ``2..8``, ``2..``; for texts a part of them, or ``=`` and the whole.

    Returns
    -------
    ndarray of bool, shape (rows,)

    Raises
    ------
    InputError
        If a column of numbers is asked for something else.
    """
    if not wanted.strip():
        return np.ones(len(column), bool)
    if column.dtype.kind not in "biuf":
        texts = _texts(column)
        if wanted.startswith("="):
            return (texts == wanted[1:]).to_numpy(bool)
        return texts.str.lower().str.contains(wanted.lower(), regex=False).to_numpy(bool)
    values = column.to_numpy(float)
    if (interval := _INTERVAL.fullmatch(wanted)) and (interval[1] or interval[2]):
        low, high = float(interval[1] or "-inf"), float(interval[2] or "inf")
        return (values >= low) & (values <= high)
    if bound := _BOUND.fullmatch(wanted):
        compare = _COMPARISONS[_SYMBOLS[bound[1] if bound[1] in _SYMBOLS else "=="]]
        return np.asarray(compare(values, float(bound[2])), bool)
    raise InputError(
        "not a condition on numbers", found=wanted[:100], expected="5, > 5, 2..8 or 2.. for 2 and more"
    )
