"""Warnings are off while any thread is silent, and on again after the last."""

from __future__ import annotations

import os
import warnings

from tessnb.lines._silence import silence


def test_who_leaves_first_does_not_decide() -> None:
    before = list(warnings.filters)
    first, second = silence(), silence()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    warnings.warn("nobody hears this", stacklevel=1)
    second.__exit__(None, None, None)
    assert list(warnings.filters) == before


def test_a_forked_child_is_not_silent() -> None:
    before = list(warnings.filters)
    with silence():
        child = os.fork()
        if not child:
            os._exit(list(warnings.filters) != before)
    assert os.waitpid(child, 0)[1] == 0
