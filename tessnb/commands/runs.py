"""``runs``: list the trainings in a folder, follow one, tell it something; whatever process it goes on in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import fail, say, write

__all__ = ["FLAGS", "run"]

FLAGS = (
    Flag("follow", "", "Print the figures of a run as they come, until it is over"),
    Flag("pause", "", "Let a run wait after its current line"),
    Flag("resume", "", "Let a paused run go on; or go on here with one that is over or was left behind"),
    Flag("stop", "", "End a run after its current line, with a checkpoint of that moment"),
    Flag("checkpoint", "", "Let a run write a checkpoint of the present moment, which stays"),
    Flag("timeout", 30.0, "Seconds that a run has to answer"),
)

_SYNOPSIS = "[FOLDER] [OPTION ...]      (a run is called by its name in the list, or by its path)"

_HEADS = ("NAME", "STATE", "ITERATION", "BCER", "BEST", "RATE", "LEFT", "REASON")


def run(arguments: Sequence[str]) -> int:
    """Run the tool; return its exit code."""
    folders = list(arguments[:1]) if arguments and not arguments[0].startswith("-") else []
    flags, rest = parse("runs", _SYNOPSIS, FLAGS, [*arguments[len(folders) :], "."])
    folders += rest[:-1]
    if len(folders) > 1:
        return fail(f"one folder at most; found {len(folders)}: {' '.join(folders)}")

    from tessnb.training.listing import runs

    found = runs(*folders)
    asked = [(getattr(flags, name), command) for name, command in _COMMANDS.items() if getattr(flags, name)]
    for name, command in asked:
        if code := command(_named(found, name), flags.timeout):
            return code
    if not asked:
        _print_table(found)
    return 0


def _named(found: Any, name: str) -> Any:
    """Return the run of a name in the list, or of a path."""
    from tessnb.training.listing import follow_run

    return follow_run(name) if "/" in name else found.named(name)


def _pause(record: Any, timeout: float) -> int:
    record.pause(timeout=timeout)
    say(f"{record.name}: paused")
    return 0


def _stop(record: Any, timeout: float) -> int:
    if not record.stop(timeout=timeout):
        return fail(f"{record.name}: it was told to stop, and has not yet")
    say(f"{record.name}: {record.state.value} at iteration {record.progress.counters.training}")
    return 0


def _checkpoint(record: Any, timeout: float) -> int:
    record.checkpoint(timeout=timeout)
    say(f"{record.name}: writes a checkpoint")
    return 0


def _resume(record: Any, timeout: float) -> int:
    from tessnb.training.log import TextLog

    going_on = record.resume(timeout=timeout)
    if going_on is None:
        say(f"{record.name}: goes on")
        return 0
    say(f"{record.name}: goes on here, from iteration {going_on.trainer.counters.training}")
    going_on.trainer.observe(TextLog(write))
    going_on.execute()
    return 0


def _follow(record: Any, timeout: float) -> int:
    for entry in record.follow():
        if text := _entry_text(entry):
            print(text, flush=True)
    return 1 if record.state.value in ("failed", "left behind") else 0


#: Flag → what to do with the run that it names, in this order.
_COMMANDS: dict[str, Callable[[Any, float], int]] = {
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "checkpoint": _checkpoint,
    "follow": _follow,
}


def _entry_text(entry: dict[str, Any]) -> str:
    """Return a line of text about an entry, or "" if there is nothing to say."""
    kind, iteration = entry["kind"], entry.get("training", entry.get("learning", ""))
    if kind == "figures":
        parts = (
            f"{name} {entry[key]:.3f}%"
            for name, key in (("BCER", "bcer"), ("BWER", "bwer"), ("CER", "cer"), ("best", "best"))
            if isinstance(entry.get(key), int | float)
        )
        return f"{iteration:>9}  {'  '.join(parts)}  {entry.get('rate') or 0:.1f}/s"
    if kind == "held_out":
        return f"{iteration:>9}  held out: CER {entry['cer']:.3f}%  WER {entry['wer']:.3f}%"
    if kind == "checkpoint":
        return f"{iteration:>9}  {'wrote' if entry['written'] else 'failed to write'} {entry['file']}"
    if kind == "mark":
        return f"{iteration:>9}  {entry['mark']} {entry.get('detail', '')}".rstrip()
    if kind == "start":
        return f"{iteration:>9}  started: process {entry.get('pid')} on {entry.get('host')}"
    return f"           {entry['state']}: {entry.get('reason', '')}" if kind == "end" else ""


def _print_table(found: Sequence[Any]) -> None:
    if not found:
        say("No runs here. A training leaves a record of itself beside its checkpoints.")
        return
    rows = [_HEADS, *map(_row, found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADS))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _row(record: Any) -> tuple[str, ...]:
    progress = record.progress
    limit = f"/{progress.max_iterations}" if progress.max_iterations else ""
    going_on = not progress.state.is_over
    return (
        record.name,
        progress.state.value,
        f"{progress.counters.training}{limit}",
        f"{progress.means.bcer:.2f}%",
        f"{progress.best_bcer:.2f}%",
        f"{progress.rate:.1f}/s" if going_on else "",
        "" if progress.eta is None else _duration(progress.eta),
        progress.reason,
    )


def _duration(seconds: float) -> str:
    """Return hours, minutes and seconds."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
