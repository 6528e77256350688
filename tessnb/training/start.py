"""How a run begins: from a specification, a model or a checkpoint, with the same characters or others.

Source: ``LSTMTrainer::TryLoadingCheckpoint``, ``InitNetwork``, ``MapRecoder`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError, InputError, SpecError
from tessnb.events import (
    CodeRangeChanged,
    Dequantized,
    Event,
    ModelLoading,
    NetworkBuilt,
    NetworkReport,
    NullCharMapped,
    RecognizerLoaded,
)
from tessnb.files import read_bytes
from tessnb.formats.checkpoint import LIGHT, CheckpointRecord
from tessnb.formats.network import TF_INT_MODE, LSTMRecognizerRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.network import Series, TRand, build_network
from tessnb.network.layers.base import LOSS_CTC, LOSS_SOFTMAX
from tessnb.recognition.dequantizing import dequantize_record
from tessnb.training.checkpoints import (
    learner_from_checkpoint,
    learner_from_recognizer,
    restored,
    standing_from_checkpoint,
)
from tessnb.training.learner import Learner
from tessnb.training.standing import Standing, Trial

__all__ = ["Characters", "NetworkOptions", "load_learner", "map_codes", "new_learner"]

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class Characters:
    """A character set and its codes, with the traineddata that they came from."""

    container: TrainedData
    unicharset: Unicharset
    recoder: Recoder

    @classmethod
    def of(cls, source: TrainedData | str | os.PathLike[str]) -> Characters:
        """Take the characters of a traineddata.

        Raises
        ------
        FormatError
            If it has no LSTM character set or recoder.
        """
        container = source if isinstance(source, TrainedData) else TrainedData.read(source)
        missing = [name for name in ("lstm-unicharset", "lstm-recoder") if name not in container.components]
        if missing:
            raise FormatError(
                "Must provide a traineddata containing lstm_unicharset and lstm_recoder!",
                where=container.name,
                found=f"no {' and no '.join(missing)}",
            )
        return cls(
            container,
            Unicharset.from_bytes(container["lstm-unicharset"], f"{container.name}, lstm-unicharset"),
            Recoder.from_bytes(container["lstm-recoder"], f"{container.name}, lstm-recoder"),
        )


@dataclass(frozen=True)
class NetworkOptions:
    """What a new network is to be; the names and defaults are those of ``lstmtraining``'s flags."""

    net_spec: str
    net_mode: int = 192
    weight_range: float = 0.1
    learning_rate: float = 0.001
    momentum: float = 0.5
    adam_beta: float = 0.999
    perfect_sample_delay: int = 0


def new_learner(
    characters: Characters,
    options: NetworkOptions,
    *,
    base: Learner | None = None,
    append_index: int = -1,
    emit: Emit = lambda event: None,
    debug_interval: int = 0,
) -> Learner:
    """Build a network with random weights.

    Parameters
    ----------
    characters : Characters
        They give the number of outputs.
    options : NetworkOptions
    base : Learner, optional
        A learner on whose layers, up to `append_index`, the new ones are put.
    append_index : int
    emit : callable
        Hears `NetworkReport` and `NetworkBuilt`.
    debug_interval : int
        For the report.

    Raises
    ------
    SpecError
        If the specification does not parse or does not fit.
    """
    randomizer = TRand()
    append_to = None
    if base is not None:
        if not isinstance(base.network, Series):
            raise InputError("only a series can be appended to", found=base.network.spec())
        append_to = base.network
    network = build_network(
        options.net_spec,
        characters.recoder.code_range,
        randomizer,
        net_flags=options.net_mode,
        weight_range=options.weight_range,
        append_to=append_to,
        append_index=append_index,
        report=lambda line: emit(NetworkReport(line)),
    )
    if network.no != characters.recoder.code_range:
        raise SpecError(
            "the network does not end in one output for each code",
            where=f"network specification {options.net_spec!r}",
            found=f"{network.no} outputs of {network.spec()}",
            expected=f"{characters.recoder.code_range} outputs of an output layer, as O1c111 makes it",
        )
    learner = Learner(network, characters.unicharset, characters.recoder)
    if learner.loss_type not in (LOSS_CTC, LOSS_SOFTMAX):
        raise SpecError(
            "logistic outputs cannot be trained on text",
            where=f"network specification {options.net_spec!r}",
            hint="End it with O1c (CTC) or O1s (softmax); the reference skips every line for ever",
        )
    learner.randomizer = randomizer
    learner.network_str = (base.network_str if base is not None else "") + options.net_spec
    if base is not None:
        learner.training_flags = base.training_flags
    with np.errstate(over="ignore"):
        for name in ("learning_rate", "momentum", "adam_beta"):
            setattr(learner, name, float(np.float32(getattr(options, name))))
    learner.perfect_delay = options.perfect_sample_delay
    emit(
        NetworkBuilt(
            network.spec(),
            options.net_spec,
            debug_interval,
            options.weight_range,
            options.learning_rate,
            options.momentum,
            learner.null_char,
        )
    )
    return learner


def load_learner(
    path: str | os.PathLike[str],
    characters: Characters,
    *,
    old_traineddata: str | os.PathLike[str] | None = None,
    appending: bool = False,
    dequantize: bool = False,
    emit: Emit = lambda event: None,
) -> tuple[Learner, Standing, CheckpointRecord | None]:
    """Read a checkpoint or a recognizer (``.lstm``) to train on.

    Parameters
    ----------
    path : path
    characters : Characters
        Those to train with.
    old_traineddata : path, optional
        The traineddata with the file's own characters, if they are others: the outputs are then mapped.
    appending : bool
        The top of the network will be replaced, so its outputs need not fit.
    dequantize : bool
        Make the weights of an integer recognizer floats.
    emit : callable

    Returns
    -------
    learner : Learner
    standing : Standing
        That of the checkpoint; a fresh one for a recognizer.
    record : CheckpointRecord or None
        The checkpoint as read.

    Raises
    ------
    InputError
        If there is no such file; if it is an integer model, and not to be dequantized; if its characters
        are others and `old_traineddata` is not given.
    FormatError
        If it is neither a checkpoint nor a recognizer.
    """
    path = os.fspath(path)
    data = read_bytes(path)
    emit(ModelLoading(path))
    learner, standing, record = _parse(data, path, characters, emit, dequantize)
    if learner.is_integer:
        raise InputError(f"Error, {path} is an integer (fast) model, cannot continue training")
    fits = learner.network.no == characters.recoder.code_range
    if appending or (old_traineddata is None and fits):
        return learner, standing, record
    emit(CodeRangeChanged(learner.network.no, characters.recoder.code_range))
    if old_traineddata is None:
        raise InputError("Must supply the old traineddata for code conversion!")
    old = Characters.of(old_traineddata)
    if old.recoder.code_range != learner.network.no:
        raise InputError(
            "not the characters that the model was trained with",
            where=os.fspath(old_traineddata),
            found=f"{old.recoder.code_range} codes",
            expected=f"{learner.network.no}, one for each output of {path}",
        )
    code_map = map_codes(characters, old)
    learner.network.remap_outputs(old.recoder.code_range, code_map)
    if isinstance(learner.network, Series):
        for line in learner.network.weights_report("Num (Extended) outputs,weights in Series:"):
            emit(NetworkReport(line))
    old_null_char = learner.null_char
    learner.set_characters(characters.unicharset, characters.recoder)
    emit(NullCharMapped(old_null_char, learner.null_char))
    return learner, standing, record


def _parse(
    data: bytes, path: str, characters: Characters, emit: Emit, dequantize: bool
) -> tuple[Learner, Standing, CheckpointRecord | None]:
    recognizer = LSTMRecognizerRecord.from_bytes(data, include_charsets=False, name=path)
    unicharset, recoder = characters.unicharset, characters.recoder
    if not recognizer.rest:
        emit(RecognizerLoaded())
        if dequantize and recognizer.training_flags & TF_INT_MODE:
            recognizer, errors = dequantize_record(recognizer)
            emit(Dequantized(path, errors.introduced, errors.inherited))
        return learner_from_recognizer(recognizer, unicharset, recoder), Standing(), None
    record = CheckpointRecord.from_bytes(data, path)
    learner = learner_from_checkpoint(record, unicharset, recoder)
    if record.amount == LIGHT:
        return learner, Standing(), record
    standing = standing_from_checkpoint(record)
    standing.best_trainer = record.best_trainer
    if record.sub_trainer:
        trial = CheckpointRecord.from_bytes(record.sub_trainer, f"{path}, sub-trainer")
        standing.sub_trainer = Trial(restored(trial, learner), Standing())
    return learner, standing, record


def map_codes(new: Characters, old: Characters) -> list[int]:
    """Return, for each new code, the old code that stands for the same part of the same character, or -1."""
    size = len(new.unicharset)
    code_map = [-1] * new.recoder.code_range
    for unichar_id in range(min(size + 1, len(new.recoder))):
        if unichar_id < size:
            old_id = old.unicharset.find(new.unicharset.unichar_of(unichar_id))
        else:
            # One behind the last is the null; the reference looks for it at the end of the old set.
            old_id = len(old.unicharset) - 1
        if old_id is None or not 0 <= old_id < len(old.recoder):
            continue
        old_code = old.recoder.encode(old_id)
        seen: set[int] = set()
        for place, code in enumerate(new.recoder.encode(unichar_id)):
            if code not in seen and code_map[code] < 0 and place < len(old_code):
                code_map[code] = old_code[place]
            seen.add(code)
    return code_map
