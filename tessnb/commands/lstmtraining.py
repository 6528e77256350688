"""``lstmtraining``: train a network from scratch, continue, fine-tune, export.

Source: ``src/training/lstmtraining.cpp``. As there, all messages go to the standard error stream.

Beside its checkpoints, whose names and contents are the reference's, a training leaves one more file:
``MODEL_OUTPUT.run.jsonl``, the record by which ``tessnb runs`` and other processes list and follow it. It
also keeps a second training from writing the same files at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import fail, say, write
from tessnb.errors import InputError, TessnbError

__all__ = ["FLAGS", "run"]

_BEYOND = "Beyond lstmtraining (off unless given)"

FLAGS = (
    Flag("debug_interval", 0, "How often to display the alignment; -1 prints every line's text and errors"),
    Flag("net_spec", "", "Network specification"),
    Flag("net_mode", 192, "Network behaviour: 64 a learning rate per layer, 128 Adam"),
    Flag("perfect_sample_delay", 0, "How many imperfect samples between perfect ones"),
    Flag("target_error_rate", 0.01, "Final error rate in percent"),
    Flag("weight_range", 0.1, "Range of initial random weights"),
    Flag("learning_rate", 0.001, "Weight factor for new deltas"),
    Flag("reset_learning_rate", False, "Set all stored learning rates to the value of --learning_rate"),
    Flag("momentum", 0.5, "Decay factor for repeating deltas"),
    Flag("adam_beta", 0.999, "Decay factor for the sum of squared deltas (Adam)"),
    Flag("max_image_MB", 6000, "Max memory to use for images"),
    Flag("continue_from", "", "Existing model (.lstm) or checkpoint to extend"),
    Flag("model_output", "lstmtrain", "Basename for output models"),
    Flag("train_listfile", "", "File listing training files in lstmf training format"),
    Flag("eval_listfile", "", "File listing eval files in lstmf training format"),
    Flag("debug_float", False, "Raise an error on certain float errors"),
    Flag("stop_training", False, "Just convert the training model to a runtime model"),
    Flag("convert_to_int", False, "Convert the recognition model to an integer model"),
    Flag("sequential_training", False, "Use the training files sequentially instead of round-robin"),
    Flag("append_index", -1, "Index in the network of --continue_from at which to attach --net_spec"),
    Flag("debug_network", False, "Get info on the distribution of weight values"),
    Flag("max_iterations", 0, "If set, exit after this many iterations; negative: so many epochs"),
    Flag("traineddata", "", "Starter traineddata: unicharset, recoder and optional dictionaries"),
    Flag("old_traineddata", "", "When the character set changes: the traineddata with the old one"),
    Flag("randomly_rotate", False, "Train orientation: randomly turn training samples upside down"),
    Flag("dequantize", False, "Let --continue_from be an integer (fast) model, made float", _BEYOND),
    Flag("batch_size", 1, "The most lines to an update, taken once few errors are made", _BEYOND),
    Flag("early_stopping", 0, "Stop after so many readings of --eval_listfile without a gain", _BEYOND),
    Flag("minimum_gain", 0.0, "By how many points of CER a reading must be better to be a gain", _BEYOND),
    Flag("evaluate_every", 0, "Iterations between two readings of --eval_listfile; keeps the best", _BEYOND),
    Flag("schedule", "constant", "Learning rates until --max_iterations: constant, linear, cosine", _BEYOND),
    Flag("warm_up", 0, "Iterations over which the learning rates rise at first", _BEYOND),
    Flag("freeze", "", "Layers that keep their weights, by name or id, separated by commas", _BEYOND),
    Flag("augment", 0.0, "Change the images each time they are seen; 1 is the usual strength", _BEYOND),
    Flag("layer_statistics", 0, "Iterations between two reports of gradients and weights", _BEYOND),
    Flag("true_error_rates", False, "Print character and word error rates by edit distance too", _BEYOND),
)

_SYNOPSIS = "[OPTION ...]"


def run(arguments: Sequence[str]) -> int:
    """Run the tool; return its exit code."""
    flags, _ = parse("lstmtraining", _SYNOPSIS, FLAGS, arguments)
    if not flags.model_output:
        return fail("Must provide a --model_output!")
    if not flags.traineddata:
        return fail("Must provide a --traineddata see training documentation")
    if (problem := _write_problem(flags.model_output)) is not None:
        return fail(f"Error, model output cannot be written: {problem}")

    import numpy as np

    from tessnb.training.start import Characters

    if flags.debug_float:
        np.seterr(divide="raise", over="raise", invalid="raise")
    try:
        characters = Characters.of(flags.traineddata)
    except TessnbError as error:
        return fail(f"{error}\nError, failed to read {flags.traineddata}")
    if flags.stop_training or flags.debug_network:
        return _convert(flags, characters)
    return _train(flags, characters)


def _write_problem(model_output: str) -> str | None:
    """Return why files beginning with a name cannot be written, or None."""
    probe = Path(f"{model_output}_wtest")
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)
    return None


def _log(flags: Any) -> Any:
    from tessnb.training.log import TextLog

    return TextLog(write, debug=flags.debug_interval != 0)


def _convert(flags: Any, characters: Any) -> int:
    """Export a checkpoint, or show its weights."""
    from tessnb.training.export import export_traineddata
    from tessnb.training.start import load_learner
    from tessnb.training.weight_report import weight_histograms

    try:
        learner, _, _ = load_learner(flags.continue_from, characters, emit=_log(flags))
    except TessnbError as error:
        return fail(f"{error}\nFailed to read continue from: {flags.continue_from}")
    if flags.debug_network:
        for line in weight_histograms(learner.network):
            say(line)
        return 0
    container = export_traineddata(learner, characters.container, integer=flags.convert_to_int)
    try:
        container.write(flags.model_output)
    except TessnbError as error:
        return fail(f"{error}\nFailed to write recognition model : {flags.model_output}")
    return 0


def _train(flags: Any, characters: Any) -> int:
    from tessnb.events import Emitter
    from tessnb.lines.sources import read_list
    from tessnb.training.evaluation import AsyncTester, report_evaluations
    from tessnb.training.log import TrueErrorLog, evaluation_text
    from tessnb.training.order import DocumentSamples
    from tessnb.training.run import TrainingRun
    from tessnb.training.trainer import Trainer

    if not flags.train_listfile:
        return fail("Must supply a list of training filenames! --train_listfile")
    try:
        paths = read_list(flags.train_listfile)
    except TessnbError as error:
        return fail(f"{error}\nFailed to load list of training filenames from {flags.train_listfile}")
    log = _log(flags)
    memory = flags.max_image_MB << 20
    try:
        learner, standing, record = _begin(flags, characters, log)
    except _Failure as failure:
        return fail(str(failure))
    learner.debug_interval = flags.debug_interval
    learner.randomly_rotate = flags.randomly_rotate
    try:
        samples = DocumentSamples(paths, sequential=flags.sequential_training, max_memory=memory, emit=log)
    except TessnbError as error:
        return fail(f"{error}\nLoad of images failed!!")
    try:
        recipe = _recipe(flags)
        recipe.prepare(learner)
    except TessnbError as error:
        return fail(str(error))
    eval_samples = None
    if flags.eval_listfile:
        try:
            eval_paths = read_list(flags.eval_listfile)
            eval_samples = DocumentSamples(eval_paths, sequential=True, max_memory=memory, emit=log)
        except TessnbError as error:
            return fail(f"{error}\nFailed to load eval data from: {flags.eval_listfile}")
    trainer = Trainer(
        learner,
        characters.container,
        samples,
        standing=standing,
        model_output=flags.model_output,
        batch_size=flags.batch_size,
    )
    if record is not None:
        trainer.resume_batch(record)
    trainer.observe(log)
    if eval_samples is not None and not (flags.early_stopping or flags.evaluate_every):
        evaluations = Emitter()
        evaluations.observe(log)
        evaluations.observe(report_evaluations(trainer.emit))
        trainer.tester = AsyncTester(eval_samples, evaluation_text, evaluations.emit)
        eval_samples = None
    if flags.true_error_rates:
        trainer.observe(TrueErrorLog(write))
    iterations = flags.max_iterations if flags.max_iterations >= 0 else -flags.max_iterations * len(paths)
    try:
        best_path = f"{flags.model_output}_best.checkpoint"
        trainer.accompany(recipe.companions(eval_samples, iterations, best_path))
    except TessnbError as error:
        return fail(str(error))
    run = TrainingRun(
        trainer, target_error_rate=flags.target_error_rate, max_iterations=iterations, recipe=recipe
    )
    run.execute()
    return 0


def _recipe(flags: Any) -> Any:
    """Return what the flags beyond the reference's ask for."""
    from tessnb.lines import Augmenter
    from tessnb.training.held_out import EarlyStopping
    from tessnb.training.recipe import Recipe

    if (flags.early_stopping or flags.evaluate_every) and not flags.eval_listfile:
        raise InputError(
            "there are no held-out lines to read",
            hint="Give --eval_listfile with --early_stopping or --evaluate_every",
        )
    return Recipe(
        decay=flags.schedule,
        warm_up=flags.warm_up,
        augment=Augmenter().scaled(flags.augment) if flags.augment else None,
        freeze=tuple(name for name in flags.freeze.split(",") if name),
        early_stopping=EarlyStopping(flags.early_stopping, flags.minimum_gain)
        if flags.early_stopping
        else None,
        evaluate_every=flags.evaluate_every or None,
        layer_statistics=flags.layer_statistics,
    )


class _Failure(Exception):
    """The run cannot begin; the text is what the reference prints about it."""


def _begin(flags: Any, characters: Any, log: Any) -> tuple[Any, Any, Any]:
    """Restore the checkpoint if there is one; otherwise continue from a model or build a network."""
    from tessnb.events import Restored
    from tessnb.training.start import load_learner

    checkpoint = f"{flags.model_output}_checkpoint"
    for path in (checkpoint, f"{checkpoint}.bak"):
        if not Path(path).is_file():
            continue
        try:
            restored = load_learner(path, characters, emit=log)
        except TessnbError as error:
            say(str(error))
            continue
        log(Restored(checkpoint))
        return restored
    return _begin_anew(flags, characters, log)


def _begin_anew(flags: Any, characters: Any, log: Any) -> tuple[Any, Any, Any]:
    from tessnb.events import Continuing, LearningRateSet
    from tessnb.training.rates import set_learning_rate
    from tessnb.training.standing import Standing
    from tessnb.training.start import NetworkOptions, load_learner, new_learner

    learner, standing = None, Standing()
    appending = flags.append_index >= 0
    if flags.continue_from:
        old = flags.old_traineddata or None
        try:
            learner, standing, _ = load_learner(
                flags.continue_from,
                characters,
                old_traineddata=old,
                appending=appending,
                dequantize=flags.dequantize,
                emit=log,
            )
        except TessnbError as error:
            raise _Failure(f"{_message(error)}\nFailed to continue from: {flags.continue_from}") from None
        log(Continuing(flags.continue_from))
        if flags.reset_learning_rate:
            set_learning_rate(learner, flags.learning_rate)
            log(LearningRateSet(flags.learning_rate))
        learner.reset_counters()
        standing.restart()
    if learner is None or appending:
        if appending:
            log(Continuing(flags.continue_from, appending=True))
            if learner is None:
                raise _Failure("Must set --continue_from for appending!")
        names = ("net_spec", "net_mode", "weight_range", "learning_rate", "momentum", "adam_beta")
        values = {name: getattr(flags, name) for name in (*names, "perfect_sample_delay")}
        try:
            learner = new_learner(
                characters,
                NetworkOptions(**values),
                base=learner,
                append_index=flags.append_index,
                emit=log,
                debug_interval=flags.debug_interval,
            )
        except TessnbError as error:
            raise _Failure(f"{error}\nFailed to create network from spec: {flags.net_spec}") from None
    return learner, standing, None


def _message(error: TessnbError) -> str:
    """Return the reference's own sentence where an error is one of its refusals, else the whole message."""
    return error.message if isinstance(error, InputError) and error.where is None else str(error)
