"""Which lines of the package have run: what tells a fuzzer that an input reached something new.

Where Python has ``sys.monitoring`` (3.12) a line costs once; before, functions are traced until each of
their lines has run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import tessnb

__all__ = ["LinesSeen"]

_ROOT = str(Path(tessnb.__file__).parent)


class LinesSeen:
    """Counts lines of the package that had not run before; one at a time in a process."""

    def __init__(self) -> None:
        self.count = 0
        self._left: dict[CodeType, set[int]] = {}
        self._monitoring: Any = getattr(sys, "monitoring", None)
        if self._monitoring is not None:
            self._tool = self._monitoring.COVERAGE_ID
            self._monitoring.use_tool_id(self._tool, "tessnb stress")
            self._monitoring.register_callback(self._tool, self._monitoring.events.LINE, self._on_line)

    def watch(self, function: Callable[[], object]) -> int:
        """Call a function; return how many lines it was the first to reach."""
        before = self.count
        if self._monitoring is not None:
            self._monitoring.set_events(self._tool, self._monitoring.events.LINE)
        else:
            sys.settrace(self._on_call)
        try:
            function()
        finally:
            if self._monitoring is not None:
                self._monitoring.set_events(self._tool, 0)
            else:
                sys.settrace(None)
        return self.count - before

    def close(self) -> None:
        """Make room for another."""
        if self._monitoring is not None:
            self._monitoring.free_tool_id(self._tool)

    def _on_line(self, code: CodeType, line: int) -> Any:
        self.count += code.co_filename.startswith(_ROOT)
        return self._monitoring.DISABLE

    def _on_call(self, frame: FrameType, event: str, argument: object) -> Any:
        code = frame.f_code
        left = self._left.get(code)
        if left is None:
            left = self._left[code] = self._lines_of(code)
        return self._trace if left else None

    @staticmethod
    def _lines_of(code: CodeType) -> set[int]:
        if not code.co_filename.startswith(_ROOT):
            return set()
        return {line for _, _, line in code.co_lines() if line is not None and line > code.co_firstlineno}

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            left = self._left[frame.f_code]
            if frame.f_lineno in left:
                left.discard(frame.f_lineno)
                self.count += 1
        return self._trace
