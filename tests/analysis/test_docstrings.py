"""The examples in docstrings hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import tessnb as tn
import tessnb.analysis as analysis

MODULES = [f"tessnb.analysis.{module.name}" for module in pkgutil.iter_modules(analysis.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(
        importlib.import_module(name), extraglobs={"tn": tn, "compare_texts": tn.compare_texts}
    )
    assert result.failed == 0


def test_whatever_is_public_has_an_example() -> None:
    for name in analysis.__all__:
        thing = getattr(analysis, name)
        if callable(thing) and not isinstance(thing, type):
            assert ">>>" in (thing.__doc__ or ""), name
        assert name in tn.__all__
