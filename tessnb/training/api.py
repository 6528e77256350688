"""Training in a call: from scratch, or from a model.

These functions make a `TrainingRun` out of lines and a starter or a model; ``.start()`` begins it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine
from tessnb.network.random import TRand
from tessnb.recognition.model import Model
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.evaluation import AsyncTester
from tessnb.training.forward import Sample
from tessnb.training.learner import Learner
from tessnb.training.log import evaluation_text
from tessnb.training.order import DocumentSamples, ListSamples, Samples
from tessnb.training.rates import set_learning_rate
from tessnb.training.run import TrainingRun
from tessnb.training.start import Characters, NetworkOptions, load_learner, map_codes, new_learner
from tessnb.training.trainer import Trainer

__all__ = ["Lines", "fine_tune", "hold_out", "resume_run", "samples_of", "train_from_scratch"]

#: Lines in memory, or `.lstmf` documents by their names.
Lines = Sequence[TrainingLine] | Sequence[str | os.PathLike[str]] | Samples[Sample]

_MAX_MEMORY = 6000 << 20


def samples_of(lines: Lines, *, sequential: bool = False, max_memory: int = _MAX_MEMORY) -> Samples[Sample]:
    """Return lines in the order in which training takes them.

    Parameters
    ----------
    lines : sequence of TrainingLine, sequence of path, or Samples
        Lines in memory are taken in turn; `.lstmf` documents as ``lstmtraining`` takes them.
    sequential : bool
        Documents one after the other instead of a line of each in turn.
    max_memory : int
        Bytes of encoded images of documents to keep in memory.

    Raises
    ------
    InputError
        If there are no lines.
    """
    if not isinstance(lines, Sequence):
        return lines
    if not len(lines):
        raise InputError("there are no lines to train on")
    if isinstance(lines[0], str | os.PathLike):
        return DocumentSamples(lines, sequential=sequential, max_memory=max_memory)  # type: ignore[arg-type]
    return ListSamples(lines)  # type: ignore[arg-type]


def hold_out(
    lines: Sequence[TrainingLine], share: float, seed: int = 1
) -> tuple[list[TrainingLine], list[TrainingLine]]:
    """Split lines into those to train on and a random share to keep out, both in their old order.

    Parameters
    ----------
    lines : sequence of TrainingLine
    share : float
        Between 0 and 1; at least one line is kept out and one is not.
    seed : int

    Raises
    ------
    InputError
        If there are fewer than two lines or the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise InputError("a held-out share must be between 0 and 1", found=share)
    if len(lines) < 2:
        raise InputError("too few lines to keep any out", found=len(lines), expected="at least 2")
    count = min(max(round(share * len(lines)), 1), len(lines) - 1)
    order = sorted(range(len(lines)), key=TRand(seed).int_rands(len(lines)).tolist().__getitem__)
    chosen = set(order[:count])
    return (
        [line for index, line in enumerate(lines) if index not in chosen],
        [line for index, line in enumerate(lines) if index in chosen],
    )


def train_from_scratch(
    starter: TrainedData | str | os.PathLike[str],
    lines: Lines,
    *,
    net_spec: str,
    held_out: float | Lines | None = None,
    model_output: str | os.PathLike[str] | None = None,
    max_iterations: int = 0,
    target_error_rate: float = 0.01,
    sequential: bool = False,
    **network: Any,
) -> TrainingRun:
    """Prepare to train a new network.

    Parameters
    ----------
    starter : TrainedData or path
        Characters, codes and dictionaries.
    lines : sequence of TrainingLine, or of `.lstmf` paths
    net_spec : str
        The network, such as ``[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c1]``.
    held_out : float or lines, optional
        A share of the lines, or other lines, on which best and worst models are evaluated meanwhile.
    model_output : path, optional
        What the names of checkpoints begin with; without it nothing is written.
    max_iterations, target_error_rate
        When to end; see `TrainingRun`.
    sequential : bool
        See `samples_of`.
    **network
        Other fields of `NetworkOptions`: ``learning_rate``, ``net_mode``, ``momentum``, …

    Returns
    -------
    TrainingRun
        ``.start()`` begins it.

    Raises
    ------
    SpecError
        If the specification does not parse.
    FormatError
        If the starter lacks characters or codes.
    InputError
        If there are no lines.
    """
    characters = Characters.of(starter)
    learner = new_learner(characters, NetworkOptions(net_spec, **network))
    return _run(
        learner,
        characters.container,
        lines,
        held_out=held_out,
        sequential=sequential,
        model_output=model_output,
        max_iterations=max_iterations,
        target_error_rate=target_error_rate,
    )


def fine_tune(
    model: Model | str | os.PathLike[str],
    lines: Lines,
    *,
    held_out: float | Lines | None = None,
    starter: TrainedData | str | os.PathLike[str] | None = None,
    learning_rate: float | None = None,
    model_output: str | os.PathLike[str] | None = None,
    max_iterations: int = 0,
    target_error_rate: float = 0.01,
    sequential: bool = False,
) -> TrainingRun:
    """Prepare to train a model further.

    Parameters
    ----------
    model : Model, str or path
        A float model; it stays as it is.
    lines : sequence of TrainingLine, or of `.lstmf` paths
    held_out : float or lines, optional
        See `train_from_scratch`.
    starter : TrainedData or path, optional
        Other characters to train with: the outputs of characters that both have are kept.
    learning_rate : float, optional
        For all layers; by default they keep theirs.
    model_output, max_iterations, target_error_rate, sequential
        See `train_from_scratch`.

    Returns
    -------
    TrainingRun
        ``.start()`` begins it.

    Raises
    ------
    InputError
        If the model is an integer (fast) model, or there are no lines.
    """
    model = model if isinstance(model, Model) else Model.load(model)
    if model.integer:
        raise InputError(
            "an integer (fast) model cannot be trained",
            where=model.name or "model",
            hint="Take the float model of tessdata_best",
        )
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    learner.reset_counters()
    container = model.container
    if starter is not None:
        characters = Characters.of(starter)
        old = Characters(container, model.unicharset, model.recoder)
        learner.network.remap_outputs(model.recoder.code_range, map_codes(characters, old))
        learner.set_characters(characters.unicharset, characters.recoder)
        container = characters.container
    if learning_rate is not None:
        set_learning_rate(learner, learning_rate)
    return _run(
        learner,
        container,
        lines,
        held_out=held_out,
        sequential=sequential,
        model_output=model_output,
        max_iterations=max_iterations,
        target_error_rate=target_error_rate,
    )


def resume_run(
    checkpoint: str | os.PathLike[str],
    starter: TrainedData | str | os.PathLike[str],
    lines: Lines,
    *,
    model_output: str | os.PathLike[str] | None = None,
    max_iterations: int = 0,
    target_error_rate: float = 0.01,
    sequential: bool = False,
) -> TrainingRun:
    """Prepare to go on from a checkpoint, exactly where it was taken.

    Parameters
    ----------
    checkpoint : path
        Ours or that of the real ``lstmtraining``.
    starter : TrainedData or path
        The traineddata that it was trained with.
    lines : sequence of TrainingLine, or of `.lstmf` paths
        The same as before, in the same order.
    model_output, max_iterations, target_error_rate, sequential
        See `train_from_scratch`.
    """
    characters = Characters.of(starter)
    learner, standing, record = load_learner(checkpoint, characters)
    samples = samples_of(lines, sequential=sequential)
    trainer = Trainer(learner, characters.container, samples, standing=standing, model_output=model_output)
    if record is not None:
        trainer.resume_batch(record)
    return TrainingRun(trainer, target_error_rate=target_error_rate, max_iterations=max_iterations)


def _run(
    learner: Learner,
    container: TrainedData,
    lines: Lines,
    *,
    held_out: float | Lines | None,
    sequential: bool,
    model_output: str | os.PathLike[str] | None,
    max_iterations: int,
    target_error_rate: float,
) -> TrainingRun:
    if isinstance(held_out, float):
        if not isinstance(lines, Sequence) or not lines or not isinstance(lines[0], TrainingLine):
            raise InputError(
                "a share can be held out of lines in memory only", hint="Give other documents as held_out"
            )
        lines, held_out = hold_out(lines, held_out)  # type: ignore[arg-type]
    tester = None
    if held_out is not None:
        tester = AsyncTester(samples_of(held_out, sequential=True), evaluation_text)
    trainer = Trainer(
        learner, container, samples_of(lines, sequential=sequential), model_output=model_output, tester=tester
    )
    return TrainingRun(
        trainer, target_error_rate=target_error_rate, max_iterations=max_iterations, held_out=held_out
    )
