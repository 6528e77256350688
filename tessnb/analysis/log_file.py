"""Logs of any size: read part by part in bounded memory, and read on when they have grown."""

from __future__ import annotations

import copy
import os
import threading
import time
from pathlib import Path

from tessnb.analysis.log_outline import LogOutline, Outliner
from tessnb.analysis.logs import events_in, generation_of, not_a_log
from tessnb.errors import InputError

__all__ = ["LogFile"]

#: Bytes that are read at once; of the last that were read, those by which a file is known again.
_BLOCK, _KNOWN = 1 << 20, 1024


class LogFile:
    """What is drawn of a log that may be long and may grow; safe from any thread.

    Parameters
    ----------
    path : path

    Attributes
    ----------
    generation : str
        As in `TrainingLog`.
    part : float
        How much of the file was read, from 0 to 1.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self.generation, self.part = "", 0.0
        self._outliner, self._place, self._last, self._rest = Outliner(), 0, b"", b""

    def read(self, seconds: float = 5.0) -> LogOutline:
        """Read on, for a while, and return the outline of what was read.

        Parameters
        ----------
        seconds : float
            How long; what is left then is for the next time.

        Raises
        ------
        InputError
            If there is no such file.
        FormatError
            If nothing in it is of a training or evaluation.
        """
        with self._lock:
            try:
                self._read(time.monotonic() + seconds)
            except OSError as error:
                raise InputError("cannot be read", where=self.path.name, found=error.strerror) from None
            outliner = self._outliner
            if self._rest:  # a last line that has no end yet
                outliner = copy.deepcopy(outliner)
                self._take(outliner, self._rest)
            if not outliner.found:
                raise not_a_log(self.path.name)
            return outliner.outline()

    def _read(self, deadline: float) -> None:
        with self.path.open("rb") as file:
            file.seek(self._place - len(self._last))
            if file.read(len(self._last)) != self._last:  # another log; many begin alike
                self._begin()
            file.seek(self._place)
            while block := file.read(_BLOCK):
                self._place += len(block)
                self._last = (self._last + block)[-_KNOWN:]
                block = self._rest + block
                end = block.rfind(b"\n") + 1 or (len(block) if len(block) > _BLOCK else 0)
                self._rest = block[end:]
                self._take(self._outliner, block[:end])
                if time.monotonic() > deadline:
                    break
            size = file.seek(0, os.SEEK_END)
            self.part = min(self._place / size, 1.0) if size else 1.0

    def _take(self, outliner: Outliner, data: bytes) -> None:
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        outliner.take(events_in(text, outliner.after, Outliner.KINDS))
        self.generation = max(self.generation, generation_of(text))
