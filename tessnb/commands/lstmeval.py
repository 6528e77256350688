"""``lstmeval``: measure a model's error on a list of training lines.

Source: ``src/training/lstmeval.cpp``. As there, all messages go to the standard error stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tessnb.commands._flags import Flag, parse
from tessnb.commands._output import fail, say, write
from tessnb.errors import FormatError, InputError, TessnbError

__all__ = ["FLAGS", "run"]

FLAGS = (
    Flag("model", "", "Name of the model file (training or recognition)"),
    Flag("traineddata", "", "For a training checkpoint: the traineddata that it was trained with"),
    Flag("eval_listfile", "", "File listing sample files in lstmf training format"),
    Flag("max_image_MB", 2000, "Max memory to use for images"),
    Flag("verbosity", 1, "0: the summary, 1: lines with errors, 2: all lines, 3: their figures too"),
    Flag(
        "true_error_rates",
        False,
        "Print character and word error rates by edit distance too",
        "Beyond lstmeval (off unless given)",
    ),
)

_SYNOPSIS = "[OPTION ...]"


def run(arguments: Sequence[str]) -> int:
    """Run the tool; return its exit code."""
    flags, _ = parse("lstmeval", _SYNOPSIS, FLAGS, arguments)
    if not flags.model:
        return fail("Must provide a --model!")
    if not flags.eval_listfile:
        return fail("Must provide a --eval_listfile!")

    from tessnb.events import Event, LineEvaluated, RecognizerLoaded
    from tessnb.lines.sources import read_list
    from tessnb.training.evaluation import evaluate_learner, load_evaluated
    from tessnb.training.log import TextLog, evaluated_line_text, evaluation_text
    from tessnb.training.order import DocumentSamples

    text_log = TextLog(write)

    def log(event: Event) -> None:
        if isinstance(event, LineEvaluated):
            if text := evaluated_line_text(event, flags.verbosity):
                write(text)
        else:
            text_log(event)

    try:
        container = _container(flags)
    except _Failure as failure:
        return fail(str(failure))
    try:
        paths = read_list(flags.eval_listfile)
        samples = DocumentSamples(paths, sequential=True, max_memory=flags.max_image_MB << 20, emit=log)
    except TessnbError as error:
        return fail(f"{error}\nFailed to load eval data from: {flags.eval_listfile}")
    try:
        learner, is_checkpoint = load_evaluated(container, flags.model)
    except TessnbError as error:
        return fail(f"{error}\nDeserialize failed")
    if not is_checkpoint:
        log(RecognizerLoaded())
    finished = evaluate_learner(learner, samples, emit=log)
    say(evaluation_text(finished))
    if flags.true_error_rates:
        say(f"True error rates: CER eval={finished.cer:.3f}%, WER eval={finished.wer:.3f}%")
    return 0


class _Failure(Exception):
    """There is no model; the text is what the reference prints about it."""


def _container(flags: Any) -> Any:
    """Read a traineddata, or put a checkpoint into the one that it was trained with."""
    from tessnb.files import read_bytes
    from tessnb.formats.traineddata import TrainedData

    try:
        container = TrainedData.read(flags.model)
        if container.components:
            return container
    except FormatError:
        pass
    except InputError as error:
        say(str(error))
    if not flags.traineddata:
        raise _Failure("Must supply --traineddata to eval a training checkpoint!")
    say(f"{flags.model} is not a recognition model, trying training checkpoint...")
    try:
        around = TrainedData.read(flags.traineddata)
    except TessnbError as error:
        raise _Failure(f"{error}\nFailed to load language model from {flags.traineddata}!") from None
    try:
        data = read_bytes(flags.model)
    except TessnbError as error:
        raise _Failure(f"{error}\nFailed to load model from: {flags.model}") from None
    return replace(around, components={**around.components, "lstm": data})
