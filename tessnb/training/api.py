"""Training in a call: from scratch, or from a model.

These functions make a `TrainingRun` out of lines and a starter or a model; ``.start()`` begins it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine, open_lines, read_list
from tessnb.recognition.model import Model
from tessnb.training.characters import extended_characters, map_look_alikes
from tessnb.training.checkpoints import learner_from_recognizer
from tessnb.training.forward import Sample
from tessnb.training.learner import Learner
from tessnb.training.order import DocumentSamples, ListSamples, Samples
from tessnb.training.rates import set_learning_rate
from tessnb.training.recipe import FEW_LINES, Recipe
from tessnb.training.recorded import RunRecord
from tessnb.training.rounds import Rounds
from tessnb.training.run import TrainingRun
from tessnb.training.splitting import hold_out
from tessnb.training.start import Characters, NetworkOptions, load_learner, map_codes, new_learner
from tessnb.training.streaming import StreamSamples
from tessnb.training.trainer import Trainer

__all__ = ["Lines", "fine_tune", "resume_run", "samples_of", "train_from_scratch"]

#: Lines in memory, `.lstmf` documents by their names, lines as they come, or what `open_lines` opens.
Lines = (
    Sequence[TrainingLine]
    | Sequence[str | os.PathLike[str]]
    | Samples[Sample]
    | Iterable[TrainingLine]
    | str
    | os.PathLike[str]
)

_MAX_MEMORY = 6000 << 20


def samples_of(lines: Lines, *, sequential: bool = False, max_memory: int = _MAX_MEMORY) -> Samples[Sample]:
    """Return lines in the order in which training takes them.

    Parameters
    ----------
    lines : sequence of TrainingLine, sequence of path, Samples, iterable of TrainingLine, or path
        Lines in memory are taken in turn; `.lstmf` documents, and a file that lists them, as ``lstmtraining``
        takes them; those of another iterable, such as a generator, as they come (see `StreamSamples`). A
        folder or another file is opened by `open_lines`.
    sequential : bool
        Documents one after the other instead of a line of each in turn.
    max_memory : int
        Bytes of encoded images of documents to keep in memory.

    Raises
    ------
    InputError
        If there are no lines.
    """
    lines = _opened(lines)
    if not isinstance(lines, Sequence):
        if hasattr(lines, "line"):
            return cast(Samples[Sample], lines)
        return StreamSamples(cast(Iterable[Sample], lines))
    if not len(lines):
        raise InputError("there are no lines to train on")
    if isinstance(lines[0], str | os.PathLike):
        return DocumentSamples(lines, sequential=sequential, max_memory=max_memory)  # type: ignore[arg-type]
    return ListSamples(lines)


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
    recipe: Recipe | None = None,
    rounds: Rounds | None = None,
    **network: Any,
) -> TrainingRun:
    """Prepare to train a new network.

    Parameters
    ----------
    starter : TrainedData or path
        Characters, codes and dictionaries.
    lines : sequence of TrainingLine, or of `.lstmf` paths, or path
        See `samples_of`.
    net_spec : str
        The network, such as ``[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c1]``.
    held_out : float or lines, optional
        A share of the lines, or other lines, that are not trained on but read now and then: `run.evaluations`
        has the figures, and `run.best` returns the network that read them best.
    model_output : path, optional
        What the names of checkpoints begin with; without it nothing is written.
    max_iterations, target_error_rate
        When to end; see `TrainingRun`.
    sequential : bool
        See `samples_of`.
    recipe : Recipe, optional
        What to do beyond ``lstmtraining``.
    rounds : Rounds, optional
        Train on a cluster, with the rounds' batches instead of the recipe's.
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
    if recipe is not None:
        recipe.prepare(learner)
    return _run(
        learner,
        characters.container,
        lines,
        held_out=held_out,
        sequential=sequential,
        model_output=model_output,
        max_iterations=max_iterations,
        target_error_rate=target_error_rate,
        recipe=recipe or Recipe(),
        rounds=rounds,
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
    recipe: Recipe | None = FEW_LINES,
    rounds: Rounds | None = None,
) -> TrainingRun:
    """Prepare to train a model further.

    Characters of the lines that the model lacks are added to it, if the lines are in memory.

    Parameters
    ----------
    model : Model, str or path
        A float model; it stays as it is.
    lines : sequence of TrainingLine, or of `.lstmf` paths, iterable of TrainingLine, or path
        See `samples_of`.
    held_out : float or lines, optional
        See `train_from_scratch`.
    starter : TrainedData or path, optional
        Other characters to train with: the outputs of characters that both have are kept.
    learning_rate : float, optional
        For all layers, instead of the recipe's.
    model_output, max_iterations, target_error_rate, sequential
        See `train_from_scratch`. Without `max_iterations` the recipe says when it ends.
    recipe : Recipe, optional
        How to learn; by default what teaches most from a few corrected lines. None does what
        ``lstmtraining --continue_from`` does.
    rounds : Rounds, optional
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
            hint="Take the float model of tessdata_best, or load_model(…, trainable=True)",
        )
    recipe, lines = recipe or Recipe(), _opened(lines)
    learner = learner_from_recognizer(model.record, model.unicharset, model.recoder)
    learner.reset_counters()
    old = Characters(model.container, model.unicharset, model.recoder)
    if starter is not None:
        characters = Characters.of(starter)
    elif _in_memory(lines):
        characters = extended_characters(model, [line.transcription for line in lines])  # type: ignore[union-attr]
    else:
        characters = old
    if characters.recoder is not old.recoder:
        mapping = map_look_alikes if recipe.look_alikes else map_codes
        learner.network.remap_outputs(model.recoder.code_range, mapping(characters, old))
        learner.set_characters(characters.unicharset, characters.recoder)
    recipe.prepare(learner)
    if learning_rate is not None:
        set_learning_rate(learner, learning_rate)
    return _run(
        learner,
        characters.container,
        lines,
        held_out=held_out,
        sequential=sequential,
        model_output=model_output,
        max_iterations=max_iterations,
        target_error_rate=target_error_rate,
        recipe=recipe,
        rounds=rounds,
    )


def resume_run(
    checkpoint: str | os.PathLike[str] | RunRecord,
    starter: TrainedData | str | os.PathLike[str] | None = None,
    lines: Lines | None = None,
    *,
    model_output: str | os.PathLike[str] | None = None,
    max_iterations: int = 0,
    target_error_rate: float = 0.01,
    sequential: bool = False,
    held_out: Lines | None = None,
    recipe: Recipe | None = None,
    rounds: Rounds | None = None,
) -> TrainingRun:
    """Prepare to go on from a checkpoint, exactly where it was taken.

    Parameters
    ----------
    checkpoint : path or RunRecord
        Ours or that of the real ``lstmtraining``; or a run that is over or was left behind, whose record says
        all the rest.
    starter : TrainedData or path
        The traineddata that it was trained with.
    lines : sequence of TrainingLine, or of `.lstmf` paths
        The same as before, in the same order.
    model_output, max_iterations, target_error_rate, sequential
        See `train_from_scratch`.
    held_out : lines, optional
        As before.
    recipe : Recipe, optional
        As before. The learning rates are those of the checkpoint.
    rounds : Rounds, optional
        As before; another executor will do.

    Raises
    ------
    InputError
        If something is missing, or the run of a record is going on.
    """
    if isinstance(checkpoint, RunRecord):
        from tessnb.training.resuming import resume_recorded

        return resume_recorded(
            checkpoint,
            lines,
            starter=starter,
            held_out=held_out,
            recipe=recipe,
            rounds=rounds,
            max_iterations=max_iterations or None,
        )
    if starter is None or lines is None:
        raise InputError(
            "a checkpoint alone is not enough to go on",
            where=os.fspath(checkpoint),
            expected="the traineddata that it was trained with, and the lines",
        )
    characters = Characters.of(starter)
    learner, standing, record = load_learner(checkpoint, characters)
    samples = samples_of(lines, sequential=sequential)
    recipe = replace(recipe or Recipe(), learning_rate=None)
    trainer = Trainer(
        learner,
        characters.container,
        samples,
        standing=standing,
        model_output=model_output,
        batch_size=recipe.batch_size,
        rounds=rounds,
    )
    if record is not None:
        trainer.resume_batch(record)
    recipe.prepare(learner)
    kept_out = None if held_out is None else samples_of(held_out, sequential=True)
    max_iterations = max_iterations or recipe.iterations(samples.total())
    trainer.accompany(recipe.companions(kept_out, max_iterations, _best_path(trainer)))
    return TrainingRun(
        trainer,
        target_error_rate=target_error_rate,
        max_iterations=max_iterations,
        held_out=held_out,
        recipe=recipe,
    )


def _opened(lines: Lines) -> Lines:
    """Return what a single path stands for; documents stay files, as ``lstmtraining`` keeps them."""
    if not isinstance(lines, str | os.PathLike):
        return lines
    path = Path(lines)
    if path.suffix == ".lstmf":
        return [path]
    if path.suffix in ("", ".txt") and not path.is_dir():
        names = read_list(path)
        if all(name.endswith(".lstmf") for name in names):
            return names
    return open_lines(path)


def _best_path(trainer: Trainer) -> str | None:
    """Return where the network that reads held-out lines best is kept."""
    return None if trainer.model_output is None else f"{trainer.model_output}_best.checkpoint"


def _in_memory(lines: Lines) -> bool:
    return isinstance(lines, Sequence) and len(lines) > 0 and isinstance(lines[0], TrainingLine)


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
    recipe: Recipe,
    rounds: Rounds | None,
) -> TrainingRun:
    lines = _opened(lines)
    if isinstance(held_out, float):
        if not _in_memory(lines):
            raise InputError(
                "a share can be held out of lines in memory only",
                hint="Open the documents with open_lines, or give other documents as held_out",
            )
        lines, held_out = hold_out(cast(Sequence[TrainingLine], lines), held_out)
    samples = samples_of(lines, sequential=sequential)
    max_iterations = max_iterations or recipe.iterations(samples.total())
    trainer = Trainer(
        learner,
        container,
        samples,
        model_output=model_output,
        batch_size=recipe.batch_size,
        rounds=rounds,
    )
    if isinstance(samples, ListSamples):
        samples.emit = trainer.emit
    kept_out = None if held_out is None else samples_of(held_out, sequential=True)
    trainer.accompany(recipe.companions(kept_out, max_iterations, _best_path(trainer)))
    return TrainingRun(
        trainer,
        target_error_rate=target_error_rate,
        max_iterations=max_iterations,
        held_out=held_out,
        recipe=recipe,
    )
