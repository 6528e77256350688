"""Trying settings: a run for each combination, wherever there is room, and a table of what came of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.errors import InputError, TessnbError
from tessnb.files import read_bytes, write_text
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine, TrainingLines
from tessnb.lines.sources import find_sources, state_of
from tessnb.recognition.model import Model
from tessnb.training.held_out import HeldOut
from tessnb.training.recorded import RunRecord
from tessnb.training.run import TrainingRun
from tessnb.training.splitting import SplitLines

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sweep"]

#: What a run leaves, with `ended` for why there is nothing else.
_FIGURES = ("iterations", "bcer", "best_bcer", "cer", "best_cer", "seconds", "ended", "model")
_RESULT, _MODEL = ".result.json", ".traineddata"
#: What `sweep` itself decides.
_OURS = ("model_output", "rounds")


def sweep(
    train: Callable[..., TrainingRun],
    settings: Mapping[str, Sequence[Any]],
    /,
    *,
    folder: str | os.PathLike[str],
    executor: Executor | None = None,
    **fixed: Any,
) -> pd.DataFrame:
    """Train once with each combination of settings.

    Parameters
    ----------
    train : callable
        `fine_tune`, `train_from_scratch`, or a function of your own that returns a `TrainingRun` and takes
        the settings and a ``model_output``.
    settings : mapping of str to sequence
        The values to try of each of its parameters.
    folder : path
        For the runs, their best models and what came of them; on a cluster, one that all machines have under
        the same name.
    executor : concurrent.futures.Executor, optional
        Where to train: a process pool or a cluster's. By default here, one run after the other.
    **fixed
        What all runs are given: the model or the starter, the lines, …

    Returns
    -------
    DataFrame
        A row per combination, the last setting changing fastest: the settings; ``iterations``; ``bcer`` at
        the end and ``best_bcer``; ``cer`` and ``best_cer`` of the held-out lines, if there are any;
        ``seconds`` of training, since it was last begun; ``ended``, why; ``model``, the path of the best
        network as a traineddata, empty if there is none.

    Raises
    ------
    InputError
        If there is nothing to try, a name is given twice or is not to be set here, or a value cannot be told
        from others by its ``repr``.

    Examples
    --------
    >>> rates = {"learning_rate": [0.0005, 0.002, 0.008]}
    >>> tn.sweep(tn.fine_tune, rates, model=model, lines=lines, folder="rates")  # doctest: +SKIP

    Notes
    -----
    What is done is not done again: the same call takes it from the folder, and goes on with runs that were
    left behind, as a worker does with those of one that has died. Other lines, another model or other
    settings make other runs. While it trains, ``tn.runs(folder)`` tells how far each is. One that cannot be
    trained has the reason in ``ended``, and is tried again the next time. A folder is for one `train`.

    Lines in memory travel to the workers with every run; where they are many, give the paths of documents.
    """
    import pandas as pd

    _check(settings, fixed)
    folder = Path(folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    same = {name: _stated(name, value) for name, value in fixed.items()}
    combinations = [dict(zip(settings, values, strict=True)) for values in product(*settings.values())]
    outputs = [str(folder / _name(each, same)) for each in combinations]
    if len(set(outputs)) < len(outputs):
        raise InputError("a value is to be tried twice", found=dict(settings))
    jobs = [(train, {**fixed, **each}, output) for each, output in zip(combinations, outputs, strict=True)]
    if executor is None:
        results = [_train(*job) for job in jobs]
    else:
        futures = [executor.submit(_train, *job) for job in jobs]
        try:
            results = [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()
    rows = [[*each.values(), *result.values()] for each, result in zip(combinations, results, strict=True)]
    return pd.DataFrame(rows, columns=[*settings, *_FIGURES])


def _check(settings: Mapping[str, Sequence[Any]], fixed: Mapping[str, Any]) -> None:
    if not settings or not all(len(values) for values in settings.values()):
        raise InputError("there is nothing to try", found=dict(settings), expected="values of each setting")
    for name in (*settings, *fixed):
        if name in _OURS:
            raise InputError("a sweep's runs have their own", where=name, hint="Leave it out")
    if twice := sorted(settings.keys() & fixed.keys()):
        raise InputError("both to be tried and the same for all", found=", ".join(twice))


# What tells runs apart.


def _name(setting: Mapping[str, Any], same: Mapping[str, str]) -> str:
    """Return what the names of a run's files begin with: to be read, and another for everything else."""
    stated = {**same, **{name: _stated(name, value) for name, value in setting.items()}}
    digest = hashlib.sha256(repr(sorted(stated.items())).encode("utf-8", "surrogatepass")).hexdigest()
    readable = ",".join(f"{name}={value}" for name, value in setting.items())
    return f"{re.sub(r'[^A-Za-z0-9_=.,+-]+', '', readable)[:80].strip('.')}-{digest[:12]}"


def _stated(name: str, value: Any) -> str:
    """Return a text that is the same for the same value, today and tomorrow."""
    if isinstance(value, Model):
        return _digest(value.record.to_bytes(), value.container.to_bytes())
    if isinstance(value, TrainedData):
        return _digest(value.to_bytes())
    if isinstance(value, str | os.PathLike):
        path = os.fspath(value)
        if os.path.isdir(path):
            with suppress(InputError):  # it has no lines in it
                return _of_sources(path)
        with suppress(OSError, ValueError):
            stamp = os.stat(path)
            return repr((os.path.abspath(path), stamp.st_size, stamp.st_mtime_ns))
        return repr(path)
    if isinstance(value, TrainingLines) and value.sources:
        return _of_sources(*value.sources)
    if isinstance(value, SplitLines):
        return repr((value.split, _stated(name, value.lines)))
    if isinstance(value, Sequence):
        lines = len(value) and isinstance(value[0], TrainingLine)
        return repr([_of_line(each) if lines else _stated(name, each) for each in value])
    text = repr(value)
    if " at 0x" in text:
        raise InputError(
            "a value that cannot be told from others tomorrow", where=name, found=text,
            hint="Give numbers, texts, paths, lines, models or dataclasses of these",
        )  # fmt: skip
    return text


def _of_sources(*sources: str) -> str:
    return repr([state_of(source) for source in find_sources(*sources)])


def _of_line(line: TrainingLine) -> str:
    image = line.image
    about = repr((image.shape, str(image.dtype), line.transcription, line.boxes.tolist(), line.box_texts))
    return _digest(image.tobytes(), about.encode("utf-8", "surrogatepass"))


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


# A run; on a worker.


def _train(train: Callable[..., TrainingRun], given: Mapping[str, Any], output: str) -> dict[str, Any]:
    """Return the figures of a run: of one that is done, or after training."""
    if done := _done(output):
        return done
    try:
        run = _left_behind(output) or train(**given, model_output=output)
        run.execute()
        run.best().save(f"{output}{_MODEL}")
        result = _figures(run, output)
        write_text(f"{output}{_RESULT}", json.dumps(result))
    except TessnbError as error:
        result = {**dict.fromkeys(_FIGURES, float("nan")), "iterations": 0, "ended": str(error), "model": ""}
    return result


def _done(output: str) -> dict[str, Any] | None:
    """Return the figures of a run that is over, if its result and its model are there."""
    if not os.path.isfile(f"{output}{_MODEL}"):
        return None
    with suppress(InputError, ValueError, KeyError, TypeError):
        result = json.loads(read_bytes(f"{output}{_RESULT}"))
        return {**{name: result[name] for name in _FIGURES}, "model": f"{output}{_MODEL}"}
    return None


def _left_behind(output: str) -> TrainingRun | None:
    """Return the run that somebody has begun and not ended, ready to go on; None if it has to begin anew."""
    with suppress(TessnbError):  # no record, no checkpoint yet, or not all that it needs
        return RunRecord(output).resume()
    return None


def _figures(run: TrainingRun, output: str) -> dict[str, Any]:
    progress = run.progress
    reader = next((each for each in run.trainer.companions if isinstance(each, HeldOut)), None)
    readings = (None, None) if reader is None else (reader.latest, reader.best)
    cer, best_cer = (float("nan") if reading is None else reading.cer for reading in readings)
    values = (
        *(progress.counters.training, progress.means.bcer, progress.best_bcer, cer, best_cer),
        *(progress.seconds, progress.reason, f"{output}{_MODEL}"),
    )
    return dict(zip(_FIGURES, values, strict=True))
