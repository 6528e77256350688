"""The text that ``lstmtraining`` and ``lstmeval`` print for an event, letter for letter as 5.3.0.

A line of progress is composed of several events: from `Progress` to `MaintenanceDone` their texts follow each
other; everything else is printed at once, so that it appears before the line that it interrupts.

Source: what ``lstmtrainer.cpp``, ``lstmtester.cpp``, ``lstmtraining.cpp``, ``imagedata.cpp`` and
``lstmrecognizer.cpp`` print and log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tessnb import events as ev
from tessnb.training.history import WINDOW
from tessnb.training.true_errors import RecentErrors

__all__ = ["TextLog", "TrueErrorLog", "evaluated_line_text", "evaluation_text", "skip_text"]


def _iterations(intro: str, counters: ev.Counters) -> str:
    return f"{intro} iteration {counters.learning}/{counters.training}/{counters.sample}"


def _progress(counters: ev.Counters, means: ev.ErrorRates) -> str:
    return (
        f"{_iterations('At', counters)}, Mean rms={means.rms:f}%, delta={means.delta:f}%, "
        f"BCER train={means.bcer:f}%, BWER train={means.bwer:f}%, skip ratio={means.skip_ratio:f}%, "
    )


def skip_text(event: ev.SampleSkipped) -> str:
    """Return what the reference prints about a line that it skips."""
    reason = event.reason
    unencodable = f"Can't encode transcription: '{event.transcription}' in language '{event.language}'\n"
    untrainable = f"Image {event.source} not trainable\n"
    return {
        ev.SkipReason.MISSING: "",
        ev.SkipReason.EMPTY_TRUTH: f"Empty truth string!\n{unencodable}",
        ev.SkipReason.UNENCODABLE: f"Encoding of string failed! Failure bytes:{event.detail}\n{unencodable}",
        ev.SkipReason.BLANK: f"Blank transcription: {event.transcription}\n",
        ev.SkipReason.UNREADABLE: f"Bad pix from ImageData!\nLine cannot be recognized!!\n{untrainable}",
        ev.SkipReason.TOO_SMALL: (
            f"Image too small to scale!! ({event.detail})\nLine cannot be recognized!!\n{untrainable}"
        ),
        ev.SkipReason.TOO_LARGE: f"Image too large to learn!! Size = {event.detail}\n{untrainable}",
        ev.SkipReason.TOO_SHORT: (
            f"Error: {event.detail}\nCompute simple targets failed for {event.source}!\n"
            if event.detail
            else f"Compute CTC targets failed for {event.source}!\n"
        ),
        ev.SkipReason.NO_TRUTH: f"Empty truth string at decode time!\nInput width was {event.detail}\n",
    }[reason]


def _document_loaded(event: ev.DocumentLoaded) -> str:
    if event.total <= 1:
        return ""
    last = event.first + event.lines
    return f"Loaded {event.lines}/{event.total} lines ({event.first + 1}-{last}) of document {event.path}\n"


def _network_built(event: ev.NetworkBuilt) -> str:
    return (
        f"Built network:{event.spec} from request {event.request}\n"
        f"Training parameters:\n  Debug interval = {event.debug_interval}, weights = {event.weight_range:g}, "
        f"learning rate = {event.learning_rate:g}, momentum={event.momentum:g}\n"
        f"null char={event.null_char}\n"
    )


def _layer_rate(event: ev.LayerRateTried) -> str:
    return (
        f"Layer {event.index}={event.layer}: lr {event.lower_rate:g}->{100 * event.lower_alternations:g}%, "
        f"lr {event.rate:g}->{100 * event.alternations:g}% {'REDUCED' if event.reduced else 'SAME'}\n"
    )


def _best_saved(event: ev.BestModelSaved) -> str:
    return f" {'wrote' if event.written else 'failed to write'} best model:{event.path}"


def _checkpoint_saved(event: ev.CheckpointSaved) -> str:
    return f" {'wrote' if event.written else 'failed to write'} checkpoint."


def _line_trained(event: ev.LineTrained) -> str:
    iteration = event.counters.training - 1
    found = f"Iteration {iteration}: BEST OCR TEXT : {event.found}\n" if event.found != event.truth else ""
    perfect = "(Perfect)" if event.errors.delta == 0 else ""
    means = event.means
    return (
        f"{found}File {event.source} line {event.page} {perfect}:\n"
        f"Mean rms={means.rms:g}%, delta={means.delta:g}%, train={means.bcer:g}%({means.bwer:g}%), "
        f"skip ratio={means.skip_ratio:g}%\n"
    )


def _truth_aligned(event: ev.TruthAligned) -> str:
    text = f"Iteration {event.iteration}: GROUND  TRUTH : {event.truth}\n"
    if event.truth != event.aligned:
        text += f"Iteration {event.iteration}: ALIGNED TRUTH : {event.aligned}\n"
    return text


def _activation_path(event: ev.ActivationPath) -> str:
    title = "" if event.truth is None else f"TRAINING activation path for truth string {event.truth}\n"
    return title + "".join(f"{row}\n" for row in event.rows)


def _continuing(event: ev.Continuing) -> str:
    return "Appending a new network to an old one!!" if event.appending else f"Continuing from {event.path}\n"


def _held_out(event: ev.HeldOutEvaluated) -> str:
    best = ", the best so far" if event.is_best else ""
    return (
        f"At iteration {event.iteration}, {event.lines} held-out lines: CER={event.cer:.3f}%, "
        f"WER={event.wer:.3f}%, BCER={event.bcer:.3f}%, BWER={event.bwer:.3f}%{best}\n"
    )


def _layers(event: ev.LayersMeasured) -> str:
    rows = (
        f"  {layer.name} ({layer.layer_id}): learning rate={layer.learning_rate:g}, "
        f"gradient={layer.gradient_norm:.4g}, weights={layer.weight_norm:.4g}, "
        f"largest={layer.largest_weight:.4g}{', frozen' if layer.frozen else ''}\n"
        for layer in event.layers
    )
    return f"At iteration {event.iteration}, layers:\n{''.join(rows)}"


def _run_ended(event: ev.RunEnded) -> str:
    if event.reason is ev.StopReason.NO_GAIN:
        return f"Stopped early: {event.detail}\n"
    if event.reason not in (ev.StopReason.TARGET_REACHED, ev.StopReason.MAX_ITERATIONS):
        return ""
    return f"Finished! Selected model with minimal training error rate (BCER) = {event.best_bcer:g}\n"


_IMMEDIATE: dict[type[ev.Event], Callable[[Any], str]] = {
    ev.ModelLoading: lambda event: f"Loaded file {event.path}, unpacking...\n",
    ev.RecognizerLoaded: lambda event: "Warning: LSTMTrainer deserialized an LSTMRecognizer!\n",
    ev.CodeRangeChanged: lambda event: f"Code range changed from {event.old} to {event.new}!\n",
    ev.NullCharMapped: lambda event: f"Previous null char={event.old} mapped to {event.new}\n",
    ev.NetworkReport: lambda event: f"{event.line}\n",
    ev.NetworkBuilt: _network_built,
    ev.Restored: lambda event: f"Successfully restored trainer from {event.path}\n",
    ev.Continuing: _continuing,
    ev.LearningRateSet: lambda event: f"Set learning rate to {event.learning_rate:f}\n",
    ev.DocumentLoaded: _document_loaded,
    ev.DocumentUnloaded: lambda event: f"Unloaded document {event.path}, saving {event.bytes_saved} memory\n",
    ev.DocumentFailed: lambda event: f"Deserialize header failed: {event.path}\n",
    ev.SampleSkipped: skip_text,
    ev.ImprovementTime: lambda event: (
        f"2 Percent improvement time={event.steps}, "
        f"best error was {event.old_bcer:g} @ {event.old_iteration}\n"
    ),
    ev.LayerRateTried: _layer_rate,
    ev.SubtrainerProgress: lambda event: f"UpdateSubtrainer:Sub:{_progress(event.counters, event.means)}\n",
    ev.RunEnded: _run_ended,
    # What the reference does not have is heard only where it was asked for.
    ev.Dequantized: lambda event: (
        f"Dequantized {event.path}: largest weight error introduced {event.introduced:.2g}, "
        f"inherited from its rounding at most {event.inherited:.2g}\n"
    ),
    ev.HeldOutEvaluated: _held_out,
    ev.LayersMeasured: _layers,
    ev.RecordFailed: lambda event: f"Failed to write the run's record {event.path}: {event.problem}\n",
}

_DEBUGGING: dict[type[ev.Event], Callable[[Any], str]] = {
    ev.TruthAligned: _truth_aligned,
    ev.ActivationPath: _activation_path,
    ev.LineTrained: _line_trained,
}

_COMPOSED: dict[type[ev.Event], Callable[[Any], str]] = {
    ev.Progress: lambda event: _progress(event.counters, event.means),
    ev.NewBest: lambda event: f" New best BCER = {event.bcer:f}",
    ev.NewWorst: lambda event: f" New worst BCER = {event.bcer:f}",
    ev.EvaluationReport: lambda event: event.text,
    ev.StageReached: lambda event: f" Transitioned to stage {event.stage}",
    ev.BestModelSaved: _best_saved,
    ev.CheckpointSaved: _checkpoint_saved,
    ev.Diverged: lambda event: "\nDivergence! ",
    ev.Reverted: lambda event: _iterations("Reverted to", event.counters),
    ev.LayerRatesReduced: lambda event: f"\nReduced learning rate on layers: {event.layers}\n",
    ev.LearningRateReduced: lambda event: f"\nReduced learning rate to :{event.learning_rate:f}\n",
    ev.SubtrainerStarted: lambda event: f" Trial sub_trainer_ from iteration {event.iteration}",
    ev.SubtrainerCompared: lambda event: f" sub_trainer={event.bcer:f} margin={event.margin:f}\n",
    ev.SubtrainerProgress: lambda event: f"Sub:{_progress(event.counters, event.means)}\n",
    ev.SubtrainerWon: lambda event: f" Sub trainer wins at iteration {event.iteration}\n",
}


def evaluation_text(event: ev.EvaluationFinished) -> str:
    """Return the reference's summary of an evaluation, without a line end."""
    at = ""
    if event.iteration or event.stage:
        at = f"At iteration {event.iteration}, stage {event.stage}, "
    return f"{at}BCER eval={event.bcer:f}, BWER eval={event.bwer:f}"


def evaluated_line_text(event: ev.LineEvaluated, verbosity: int) -> str:
    """Return what ``lstmeval`` prints of a line: nothing, those with errors (1), all (2), all figures (3)."""
    perfect = event.verdict is ev.Verdict.PERFECT
    if verbosity <= 0 or (verbosity == 1 and perfect):
        return ""
    text = f"Truth:{event.transcription}\nOCR  :{event.found}\n"
    if verbosity > 2 or (verbosity > 1 and not perfect):
        text += f"Line BCER={event.bcer:f}, BWER={event.bwer:f}\n\n"
    return text


class TextLog:
    """An observer that writes the reference's text.

    Parameters
    ----------
    write : callable
        Takes text, line ends included.
    debug : bool
        Whether every line trained is printed too (``--debug_interval`` other than 0).
    """

    def __init__(self, write: Callable[[str], object], *, debug: bool = False) -> None:
        self._write = write
        self._immediate = {**_IMMEDIATE, **_DEBUGGING} if debug else _IMMEDIATE
        self._composed: list[str] = []

    def __call__(self, event: ev.Event) -> None:
        kind = type(event)
        if kind in self._immediate and (text := self._immediate[kind](event)):
            self._write(text)
        if kind in _COMPOSED:
            self._composed.append(_COMPOSED[kind](event))
        elif kind is ev.MaintenanceDone:
            self._write("".join(self._composed) + "\n\n")
            self._composed.clear()


class TrueErrorLog:
    """An observer that writes the true error rates of the last 1000 lines after each line of progress.

    Parameters
    ----------
    write : callable
        Takes text, line ends included.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._recent = RecentErrors(WINDOW)

    def __call__(self, event: ev.Event) -> None:
        if isinstance(event, ev.LineTrained):
            self._recent.add(event.truth, event.found)
        elif isinstance(event, ev.MaintenanceDone):
            total = self._recent.total
            self._write(f"True error rates: CER train={total.cer:.3f}%, WER train={total.wer:.3f}%\n")
