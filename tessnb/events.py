"""What a training run tells: frozen events, and the observers that hear them.

The trainer knows nobody. It emits events in its own thread; an observer is any callable that takes one
event, and should return quickly. What ``lstmtraining`` prints is made from events by `tessnb.training.log`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

__all__ = [
    "ActivationPath",
    "BestModelSaved",
    "CheckpointSaved",
    "CodeRangeChanged",
    "Continuing",
    "Counters",
    "Dequantized",
    "Diverged",
    "DocumentFailed",
    "DocumentLoaded",
    "DocumentUnloaded",
    "Emitter",
    "ErrorRates",
    "EvaluationFinished",
    "EvaluationReport",
    "Event",
    "HeldOutEvaluated",
    "ImprovementTime",
    "LayerRate",
    "LayerRateTried",
    "LayerRatesChanged",
    "LayerRatesReduced",
    "LayerStatistic",
    "LayersMeasured",
    "LearningRateReduced",
    "LearningRateSet",
    "LineEvaluated",
    "LineTrained",
    "MaintenanceDone",
    "ModelLoading",
    "NetworkBuilt",
    "NetworkReport",
    "NewBest",
    "NewWorst",
    "NullCharMapped",
    "Observer",
    "Progress",
    "RecognizerLoaded",
    "RecordFailed",
    "Restored",
    "Reverted",
    "RunEnded",
    "RunPaused",
    "RunResumed",
    "RunStarted",
    "SampleSkipped",
    "SkipReason",
    "SnapshotSaved",
    "StageReached",
    "StopReason",
    "SubtrainerCompared",
    "SubtrainerProgress",
    "SubtrainerStarted",
    "SubtrainerWon",
    "TruthAligned",
    "Verdict",
]


class Verdict(Enum):
    """What a line was good for (``Trainability``)."""

    TRAINABLE = "trainable"
    PERFECT = "perfect"
    UNENCODABLE = "unencodable"
    HI_PRECISION_ERR = "contradicts a confident output"


class SkipReason(Enum):
    """Why a line cannot be used."""

    MISSING = "there is no line"
    EMPTY_TRUTH = "the transcription is empty"
    UNENCODABLE = "the character set cannot encode the transcription"
    BLANK = "the transcription is blank"
    UNREADABLE = "the image cannot be decoded"
    TOO_SMALL = "the image is too small"
    TOO_LARGE = "the image is too wide"
    TOO_SHORT = "the line has too few time steps for its text"
    NO_TRUTH = "nothing is left of the transcription"


class StopReason(Enum):
    """Why a run ended."""

    TARGET_REACHED = "the target error rate is reached"
    MAX_ITERATIONS = "the largest number of iterations is reached"
    NO_GAIN = "the error on held-out lines no longer falls"
    STOPPED = "it was stopped"
    FAILED = "an error occurred"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}.{self.name}: {self.value}>"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Counters:
    """The three iteration counters.

    Attributes
    ----------
    learning : int
        Lines that taught something: those with a delta error.
    training : int
        Lines that were usable.
    sample : int
        Lines that were looked at, unusable ones included; the seed of everything random.
    """

    learning: int
    training: int
    sample: int


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """The five error figures, in the reference's order; means are percentages, single lines are fractions.

    Attributes
    ----------
    rms : float
        Root mean square of the output deltas.
    delta : float
        Outputs that are off by at least one half, per time step.
    bwer : float
        Bag-of-words error: words of the truth that are missing.
    bcer : float
        Bag-of-characters error.
    skip_ratio : float
        Lines skipped per line used.
    """

    rms: float
    delta: float
    bwer: float
    bcer: float
    skip_ratio: float


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all events."""


@dataclass(frozen=True, slots=True)
class ModelLoading(Event):
    """A model or checkpoint file was read and is about to be unpacked."""

    path: str


@dataclass(frozen=True, slots=True)
class RecognizerLoaded(Event):
    """The file held a recognizer rather than a trainer's checkpoint."""


@dataclass(frozen=True, slots=True)
class Dequantized(Event):
    """The file held integer weights, and they were made floats.

    Attributes
    ----------
    introduced, inherited : float
        See `WeightErrors`.
    """

    path: str
    introduced: float
    inherited: float


@dataclass(frozen=True, slots=True)
class CodeRangeChanged(Event):
    """The number of output codes differs between the old and the new character set."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class NullCharMapped(Event):
    """The code of the null character, before and after a change of character set."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class NetworkReport(Event):
    """A line of what a network consists of, while it is built."""

    line: str


@dataclass(frozen=True, slots=True)
class NetworkBuilt(Event):
    """A network was built from a specification."""

    spec: str
    request: str
    debug_interval: int
    weight_range: float
    learning_rate: float
    momentum: float
    null_char: int


@dataclass(frozen=True, slots=True)
class Restored(Event):
    """Training resumes from its own checkpoint."""

    path: str


@dataclass(frozen=True, slots=True)
class Continuing(Event):
    """Training starts from an existing model; `appending` if a new top will be put on it."""

    path: str
    appending: bool = False


@dataclass(frozen=True, slots=True)
class LearningRateSet(Event):
    """All learning rates were set to one value."""

    learning_rate: float


@dataclass(frozen=True, slots=True)
class DocumentLoaded(Event):
    """Lines `first` to `first + lines - 1` (from zero) of the `total` in a document were read."""

    path: str
    first: int
    lines: int
    total: int


@dataclass(frozen=True, slots=True)
class DocumentUnloaded(Event):
    """A document was dropped from memory."""

    path: str
    bytes_saved: int


@dataclass(frozen=True, slots=True)
class DocumentFailed(Event):
    """A document could not be read, and why."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class SampleSkipped(Event):
    """A line could not be used.

    Attributes
    ----------
    iteration : int
        The sample iteration.
    reason : SkipReason
    source : str
        The image or document that the line came from.
    page : int
    transcription, language : str
    detail : str
        The particulars: the bytes that cannot be encoded, or the sizes.
    """

    iteration: int
    reason: SkipReason
    source: str = ""
    page: int = 0
    transcription: str = ""
    language: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TruthAligned(Event):
    """For debugging: the truth as encoded, and the text that the targets spell."""

    iteration: int
    truth: str
    aligned: str


@dataclass(frozen=True, slots=True)
class ActivationPath(Event):
    """For debugging: the scores along a path of labels; `truth` is None for the path through the outputs."""

    truth: str | None
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineTrained(Event):
    """A line was used.

    Attributes
    ----------
    counters : Counters
        After this line.
    verdict : Verdict
    source : str
    page : int
    truth, found : str
        The transcription as encoded, and what the network read.
    errors : ErrorRates
        Of this line, as fractions.
    means : ErrorRates
        Over the last 1000 lines, in percent.
    backpropagated : bool
        False if the line was perfect and held back by the perfect-sample delay.
    serial : int
        Its number among the samples, from 0; in a batch, lines of similar width come out of turn.
    """

    counters: Counters
    verdict: Verdict
    source: str
    page: int
    truth: str
    found: str
    errors: ErrorRates
    means: ErrorRates
    backpropagated: bool
    serial: int


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """The state at the end of a batch of lines; what belongs to it follows, up to `MaintenanceDone`."""

    counters: Counters
    means: ErrorRates


@dataclass(frozen=True, slots=True)
class NewBest(Event):
    """The mean BCER is lower than ever before."""

    bcer: float


@dataclass(frozen=True, slots=True)
class NewWorst(Event):
    """The mean BCER is the highest since the last best."""

    bcer: float


@dataclass(frozen=True, slots=True)
class ImprovementTime(Event):
    """How many learning iterations the last two percentage points of improvement took."""

    steps: int
    old_bcer: float
    old_iteration: int


@dataclass(frozen=True, slots=True)
class StageReached(Event):
    """Training moved on to its next stage."""

    stage: int


@dataclass(frozen=True, slots=True)
class BestModelSaved(Event):
    """A checkpoint of the best model was written, or not."""

    path: str
    written: bool


@dataclass(frozen=True, slots=True)
class CheckpointSaved(Event):
    """The current checkpoint was written, or not."""

    path: str
    written: bool


@dataclass(frozen=True, slots=True)
class SnapshotSaved(Event):
    """A checkpoint was written that stays: because it was asked for, or held-out lines were read best."""

    path: str
    written: bool
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationReport(Event):
    """What the background evaluation has to say when it is polled; may be empty."""

    text: str


@dataclass(frozen=True, slots=True)
class LineEvaluated(Event):
    """A line was evaluated; the errors are fractions.

    Attributes
    ----------
    index : int
        Which reading it was.
    source : str
    page : int
    transcription : str
        As the line has it.
    found : str
        What was read, normalized, as ``lstmeval`` prints it.
    bcer, bwer : float
    verdict : Verdict
    spelled : str
        What was read, in the characters that Tesseract gives out.
    """

    index: int
    source: str
    page: int
    transcription: str
    found: str
    bcer: float
    bwer: float
    verdict: Verdict
    spelled: str


@dataclass(frozen=True, slots=True)
class EvaluationFinished(Event):
    """An evaluation is complete; figures are percentages: means over lines, then true error rates."""

    iteration: int
    stage: int
    bcer: float
    bwer: float
    lines: int
    cer: float
    wer: float


@dataclass(frozen=True, slots=True)
class HeldOutEvaluated(Event):
    """Lines that are not trained on were read; figures are percentages.

    Attributes
    ----------
    iteration : int
        The training iteration.
    bcer, bwer : float
        Bag-of-characters and bag-of-words error: the mean over lines, blind to order.
    cer, wer : float
        Character and word error: edits per grapheme and per word of the truth.
    lines : int
        How many were read.
    is_best : bool
        Whether it is the lowest CER so far.
    """

    iteration: int
    bcer: float
    bwer: float
    cer: float
    wer: float
    lines: int
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class LayerStatistic:
    """The weights of a layer at one moment.

    Attributes
    ----------
    layer_id, name : str
        The id as ``":1:0"``, and the layer's name.
    learning_rate : float
        The layer's own, or the common one.
    gradient_norm, weight_norm : float
        Euclidean lengths of the newest gradient and of the weights, biases included.
    weight_mean, weight_deviation, largest_weight : float
        Mean, standard deviation and largest magnitude of the weights.
    frozen : bool
    """

    layer_id: str
    name: str
    learning_rate: float
    gradient_norm: float
    weight_norm: float
    weight_mean: float
    weight_deviation: float
    largest_weight: float
    frozen: bool


@dataclass(frozen=True, slots=True)
class LayersMeasured(Event):
    """The weights and gradients of all layers that have any, after a training iteration."""

    iteration: int
    layers: tuple[LayerStatistic, ...]


@dataclass(frozen=True, slots=True)
class LayerRate:
    """The learning rate that a layer with weights was last updated with.

    Attributes
    ----------
    layer_id, name : str
        The id as ``":1:0"``, and the layer's name.
    learning_rate : float
    """

    layer_id: str
    name: str
    learning_rate: float


@dataclass(frozen=True, slots=True)
class LayerRatesChanged(Event):
    """The learning rates at the first line, and whenever one of them has become another by some percent."""

    iteration: int
    rates: tuple[LayerRate, ...]


@dataclass(frozen=True, slots=True)
class Diverged(Event):
    """The error has risen so far that training goes back to the best model."""


@dataclass(frozen=True, slots=True)
class Reverted(Event):
    """Training went back to the best model."""

    counters: Counters


@dataclass(frozen=True, slots=True)
class LayerRateTried(Event):
    """Two learning rates of a layer were compared by how often its updates would change sign (fractions)."""

    index: int
    layer: str
    lower_rate: float
    lower_alternations: float
    rate: float
    alternations: float
    reduced: bool


@dataclass(frozen=True, slots=True)
class LayerRatesReduced(Event):
    """The learning rates of so many layers were reduced."""

    layers: int


@dataclass(frozen=True, slots=True)
class LearningRateReduced(Event):
    """The common learning rate was reduced."""

    learning_rate: float


@dataclass(frozen=True, slots=True)
class SubtrainerStarted(Event):
    """Progress has stalled: a trial begins from the best model, with lower learning rates."""

    iteration: int


@dataclass(frozen=True, slots=True)
class SubtrainerCompared(Event):
    """The trial is ahead by `margin` percent and will catch up."""

    bcer: float
    margin: float


@dataclass(frozen=True, slots=True)
class SubtrainerProgress(Event):
    """The trial has done another batch."""

    counters: Counters
    means: ErrorRates


@dataclass(frozen=True, slots=True)
class SubtrainerWon(Event):
    """The trial replaced the trainer."""

    iteration: int


@dataclass(frozen=True, slots=True)
class MaintenanceDone(Event):
    """The end of what belongs to the last `Progress`."""


@dataclass(frozen=True, slots=True)
class RunPaused(Event):
    """A run waits until it is told to go on."""

    counters: Counters


@dataclass(frozen=True, slots=True)
class RunResumed(Event):
    """A run that was paused goes on."""

    counters: Counters


@dataclass(frozen=True, slots=True)
class RecordFailed(Event):
    """The record that a run keeps of itself cannot be written, and why; the run goes on without."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A training loop begins."""

    counters: Counters


@dataclass(frozen=True, slots=True)
class RunEnded(Event):
    """A training loop has ended, and why; `detail` says it in figures where there are any."""

    counters: Counters
    best_bcer: float
    reason: StopReason
    detail: str = ""


#: Whoever wants to hear events.
Observer = Callable[[Event], None]


class Emitter:
    """Keeps observers and hands them events, in the emitting thread, in the order in which they joined."""

    def __init__(self) -> None:
        self._observers: tuple[Observer, ...] = ()

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who hears events now."""
        return self._observers

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Add an observer; the returned function removes it (calling it again does nothing)."""
        self._observers = (*self._observers, observer)

        def remove() -> None:
            self._observers = tuple(other for other in self._observers if other is not observer)

        return remove

    def emit(self, event: Event) -> None:
        """Hand an event to all observers."""
        for observer in self._observers:
            observer(event)
