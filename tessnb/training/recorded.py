"""Runs as their records tell of them: of this process or another, living or long over."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError, visible
from tessnb.events import HeldOutEvaluated
from tessnb.training.mailbox import MAILBOX_SUFFIX, send
from tessnb.training.progress import RunProgress, RunState
from tessnb.training.record import RECORD_SUFFIX
from tessnb.training.record_file import LARGEST, Entry, is_held, open_plain, parse_entries
from tessnb.training.story import Story
from tessnb.training.whereabouts import is_process

if TYPE_CHECKING:
    import pandas as pd

    from tessnb.training.api import Lines
    from tessnb.training.run import TrainingRun

__all__ = ["RunRecord"]

#: Bytes by which it is known whether a record was only added to since it was read.
_TAIL = 256

#: Seconds between two looks while it is followed.
_LOOK = 0.25


class RunRecord:
    """A run as its record tells of it; what it tells is as new as the record whenever it is asked.

    Parameters
    ----------
    source : path
        The record, or what its name begins with: the run's `model_output`.

    Attributes
    ----------
    path : Path
        The record.
    model_output : str
        What the names of the run's files begin with.

    Raises
    ------
    InputError
        If there is no record.

    Examples
    --------
    >>> record = RunRecord(model_output)
    >>> record.state
    <RunState.FINISHED: 'finished'>
    >>> record.progress.counters.training
    130
    """

    def __init__(self, source: str | os.PathLike[str]) -> None:
        name = os.path.abspath(source).removesuffix(RECORD_SUFFIX)
        self.path, self.model_output = Path(name + RECORD_SUFFIX), name
        self._lock = threading.Lock()
        self._offset, self._tail, self._rest = 0, b"", b""
        self._story = Story()
        self._read()
        if not self._story.start:
            found = "no beginning of a run" if self.path.exists() else "no such file"
            raise InputError("there is no record of a run", where=str(self.path), found=found)

    def __repr__(self) -> str:
        progress = self.progress
        why = f"; {progress.reason}" if progress.reason else ""
        return visible(
            f"<RunRecord {self.name}: {progress.state.value}, iteration {progress.counters.training}, "
            f"BCER {progress.means.bcer:.2f}% (best {progress.best_bcer:.2f}%){why}>"
        )

    # What it tells.

    @property
    def name(self) -> str:
        """The run's name: the last part of its `model_output`."""
        return os.path.basename(self.model_output)

    @property
    def about(self) -> Entry:
        """What the run said of itself at its start: process, host, kernel or command, network, material."""
        return dict(self._newest().start)

    @property
    def state(self) -> RunState:
        """What it is doing; a run whose process has gone before its end is left behind."""
        self._read()
        if self._story.state is None and not self._is_alive():
            self._read()  # the end may have come meanwhile
            return self._story.state or RunState.LEFT_BEHIND
        going_on = RunState.PAUSED if self._story.is_paused else RunState.RUNNING
        return self._story.state or going_on

    @property
    def progress(self) -> RunProgress:
        """How far it is."""
        state = self.state  # which may bring another story
        return self._story.progress(state)

    @property
    def saved_iteration(self) -> int | None:
        """The training iteration of its newest checkpoint, if it has written one."""
        return self._newest().saved

    @property
    def characters(self) -> str:
        """The path of the traineddata that it is trained with.

        Raises
        ------
        InputError
            If the record does not say.
        """
        characters = self._newest().material.get("characters")
        if not isinstance(characters, str):
            raise InputError(
                "the record does not say which characters the run has",
                where=str(self.path),
                hint="Give the traineddata that it was trained with: record.resume(starter=…)",
            )
        return characters

    @property
    def updated(self) -> float:
        """When it last said something, in seconds since 1970."""
        return self._newest().time

    @property
    def rows(self) -> list[tuple[float, ...]]:
        """The rows of `metrics`, for who does without pandas."""
        return self._newest().rows

    @property
    def readings(self) -> list[HeldOutEvaluated]:
        """The readings of the held-out lines."""
        return self._newest().readings

    @property
    def checkpoint_rows(self) -> list[tuple[int, str, str, float, bool]]:
        """The rows of `checkpoints`, for who does without pandas."""
        return self._newest().happenings.checkpoints

    @property
    def metrics(self) -> pd.DataFrame:
        """A row about every second; see `Story.metrics_frame`."""
        return self._newest().metrics_frame()

    @property
    def evaluations(self) -> pd.DataFrame:
        """A row per reading of the held-out lines: the fields of `HeldOutEvaluated`."""
        return self._newest().evaluations_frame()

    @property
    def layer_rates(self) -> pd.DataFrame:
        """A row per layer and change of its learning rate; see `Happenings.layer_rates_frame`."""
        return self._newest().happenings.layer_rates_frame()

    @property
    def checkpoints(self) -> pd.DataFrame:
        """A row per checkpoint that stays; see `Happenings.checkpoints_frame`."""
        return self._newest().happenings.checkpoints_frame()

    @property
    def marks(self) -> pd.DataFrame:
        """A row per best, stage, divergence, trial, pause …; see `Happenings.marks_frame`."""
        return self._newest().happenings.marks_frame()

    # What to tell it, from whichever process.

    def pause(self, *, timeout: float = 30.0) -> None:
        """Let it wait after its current line, until `resume`; see `tell`."""
        self.tell("pause", timeout=timeout)

    def stop(self, *, timeout: float = 30.0) -> bool:
        """End it after its current line; return whether it has ended in time.

        Raises
        ------
        InputError
            If it is over or does not answer; see `tell`.
        """
        deadline = time.monotonic() + timeout
        self.tell("stop", timeout=timeout)
        while not self.state.is_over:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def checkpoint(self, *, timeout: float = 30.0) -> None:
        """Let it write a checkpoint of the present moment, which stays; see `tell`."""
        self.tell("checkpoint", timeout=timeout)

    def set(
        self,
        *,
        learning_rate: float | None = None,
        max_iterations: int | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Change something from its next line on; see `TrainingRun.set` and `tell`."""
        values: dict[str, Any] = {"learning_rate": learning_rate, "max_iterations": max_iterations}
        self.tell("set", timeout=timeout, **{name: each for name, each in values.items() if each is not None})

    def tell(self, command: str, *, timeout: float = 30.0, **values: float) -> None:
        """Tell a living run something, and wait until it has heard it.

        Parameters
        ----------
        command : str
            pause, resume, stop, checkpoint or set.
        timeout : float
            Seconds to wait.
        **values
            For ``set``.

        Raises
        ------
        InputError
            If it is over, does not answer, or its folder cannot be written.
        """
        state = self.state
        if state.is_over:
            raise InputError("the run is over", where=self.model_output, found=state.value)
        mailbox = f"{self.model_output}{MAILBOX_SUFFIX}"
        run_id = str(self._story.start.get("run", ""))
        send(mailbox, run_id, command, is_alive=self._is_alive, timeout=timeout, **values)

    def resume(
        self, lines: Lines | None = None, *, timeout: float = 30.0, **options: Any
    ) -> TrainingRun | None:
        """Let it go on: a paused run at once, one that is over from its last checkpoint, in this process.

        Parameters
        ----------
        lines : lines, optional
            For a run that is over and whose lines were neither documents nor kept.
        timeout : float
            Seconds that a paused run has to answer.
        **options
            For a run that is over: ``starter``, ``held_out``, ``recipe``, ``rounds``,
            ``max_iterations``, ``target_error_rate``; by default as before.

        Returns
        -------
        TrainingRun or None
            What was over, to be started: ``record.resume().start()``; None for a run that was paused.

        Raises
        ------
        InputError
            If it is running, there is no checkpoint, or its lines are gone.
        """
        state = self.state
        if state is RunState.PAUSED:
            self.tell("resume", timeout=timeout)
            return None
        if not state.is_over:
            raise InputError("the run is going on", where=self.model_output, found=self._place())
        from tessnb.training.resuming import resume_recorded

        return resume_recorded(self, lines, **options)

    # Following.

    def follow(self) -> Iterator[Entry]:
        """Yield its entries, those that are there and then those that come, until it is over."""
        for news in self._follow():
            if news is None:
                time.sleep(_LOOK)
            else:
                yield news

    async def __aiter__(self) -> AsyncIterator[Entry]:
        """Do the same as `follow` in an event loop."""
        for news in self._follow():
            if news is None:
                await asyncio.sleep(_LOOK)
            else:
                yield news

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over; return whether it is.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.state.is_over:
            if deadline is not None and time.monotonic() > deadline:
                return False
            time.sleep(_LOOK)
        return True

    def _follow(self) -> Iterator[Entry | None]:
        """Yield entries, and None where there is nothing but to wait."""
        entries, place = self._newest().entries, 0
        while True:
            is_over = self.state.is_over
            old, entries = entries, self._newest().entries
            if entries is not old:  # the record was replaced: what is older was told
                known = set(map(repr, old[:place]))  # not by time: the clock may have been set back
                place = next((at for at in range(len(entries), 0, -1) if repr(entries[at - 1]) in known), 0)
            for entry in entries[place:]:
                place += 1
                yield entry
            if is_over:
                return
            yield None

    # Reading.

    def _newest(self) -> Story:
        self._read()
        return self._story

    def _read(self) -> None:
        """Take in what the record has more than before; from any thread."""
        with self._lock, suppress(OSError):
            descriptor = open_plain(self.path, os.O_RDONLY)
            try:
                size = os.fstat(descriptor).st_size
                before = self._offset - len(self._tail)
                if size < self._offset or os.pread(descriptor, len(self._tail), before) != self._tail:
                    self._offset, self._tail, self._rest = 0, b"", b""
                    self._story = Story()
                if size == self._offset or size > LARGEST:
                    return
                news = os.pread(descriptor, size - self._offset, self._offset)
            finally:
                os.close(descriptor)
            self._offset += len(news)
            self._tail = (self._tail + news)[-_TAIL:]
            whole, _, self._rest = (self._rest + news).rpartition(b"\n")
            for entry in parse_entries(whole):
                self._story.take(entry)

    def _is_alive(self) -> bool:
        start = self._story.start
        return is_held(self.path) if start.get("locked", True) else is_process(start)

    def _place(self) -> str:
        start = self._story.start
        return f"process {start.get('pid')} on {start.get('host')}"
