"""The examples in docstrings hold."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable

import pytest

import tessnb as tn


@pytest.mark.parametrize(
    "name",
    [
        "tessnb.widgets.box_viewer",
        "tessnb.widgets.ctc_plot",
        "tessnb.widgets.dashboard",
        "tessnb.widgets.error_table",
        "tessnb.widgets.font_picker",
        "tessnb.widgets.layer_viewer",
        "tessnb.widgets.charset_editor",
        "tessnb.widgets.net_spec",
        "tessnb.analysis.differences",
        "tessnb.charset.from_text",
    ],
)
def test_examples_hold(name: str, make_run: Callable[..., tn.TrainingRun]) -> None:
    result = doctest.testmod(importlib.import_module(name), extraglobs={"run": make_run()})
    assert result.attempted > 0
    assert result.failed == 0
