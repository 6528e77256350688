"""A model: a network, its character set and its dictionaries, as a traineddata or a checkpoint has them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessnb.charset.encoder import Encoder
from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError, InputError, visible
from tessnb.files import read_bytes
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.network import (
    TF_COMPRESS_UNICHARSET,
    TF_INT_MODE,
    LSTMRecognizerRecord,
    LSTMRecord,
    NetworkRecord,
    PlumbingRecord,
)
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.recognition.tessdata import find_traineddata

if TYPE_CHECKING:
    from tessnb.network import Layer

__all__ = ["Model"]

_DAWGS = ("lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg")
_TS_ENABLED, _TS_TEMP_DISABLE = 1, 2


class Model:
    """What recognizes, and what training starts from.

    `Model.load` reads a traineddata; a trainer makes one of its live network with the constructor.

    Parameters
    ----------
    record : LSTMRecognizerRecord
        The ``lstm`` component.
    container : TrainedData
        The traineddata around it: character set, recoder, dictionaries, version, config. Its own ``lstm``
        component, if any, is not looked at.
    name : str
        The language or file name, for messages.

    Attributes
    ----------
    unicharset : Unicharset
        The characters.
    recoder : Recoder
        Unichar-id ⇄ codes; a code is an output of the network.
    encoder : Encoder
        Text ⇄ labels.
    network_str : str
        The network's specification as printed into the file.
    null_char : int
        The label that stands for "nothing", the blank of CTC.
    training_flags, training_iteration, sample_iteration : int
        As stored. `integer` is a bit of the flags.
    adam_beta, learning_rate, momentum : float
        As stored (float32).

    Raises
    ------
    FormatError
        If the character set or the recoder is missing or belongs to another network.

    Notes
    -----
    Source: ``lstmrecognizer.cpp``, ``LSTMRecognizer::DeSerialize``, ``LoadCharsets``, ``LoadRecoder``.
    """

    def __init__(self, record: LSTMRecognizerRecord, container: TrainedData, name: str = "") -> None:
        where = name or "model"
        self.record, self.container, self.name = record, container, name
        unicharset = record.unicharset or container.get("lstm-unicharset")
        if unicharset is None:
            raise FormatError(
                "there is no character set", where=where, expected="a component lstm-unicharset"
            )
        self.unicharset = Unicharset.from_bytes(unicharset)
        if record.training_flags & TF_COMPRESS_UNICHARSET:
            recoder = record.recoder or container.get("lstm-recoder")
            if recoder is None:
                raise FormatError("there is no recoder", where=where, expected="a component lstm-recoder")
            self.recoder = Recoder.from_bytes(recoder)
        else:
            self.recoder = Recoder.pass_through(self.unicharset)
        if record.network.no != self.recoder.code_range:
            raise FormatError(
                "the network and the recoder do not belong together",
                where=where,
                found=f"{record.network.no} outputs",
                expected=f"{self.recoder.code_range}, one for each code",
            )
        known = len(self.unicharset)
        if any(code and code != (record.null_char,) for code in self.recoder.codes[known:]):
            raise FormatError(
                "the recoder and the character set do not belong together",
                where=where,
                found=f"codes of {len(self.recoder)} characters",
                expected=f"of {known}",
            )
        self.encoder = Encoder(self.unicharset, self.recoder)
        self.network_str = record.network_str
        self.null_char = record.null_char
        self.training_flags = record.training_flags | TF_COMPRESS_UNICHARSET
        self.training_iteration = record.training_iteration
        self.sample_iteration = record.sample_iteration
        self.adam_beta, self.learning_rate, self.momentum = (
            record.adam_beta,
            record.learning_rate,
            record.momentum,
        )

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str] | TrainedData,
        *,
        folder: str | os.PathLike[str] | None = None,
        charsets: str | os.PathLike[str] | TrainedData | None = None,
    ) -> Model:
        """Load a model.

        Parameters
        ----------
        source : str, path or TrainedData
            A language (``"eng"``), the path of a traineddata, of a raw ``lstm`` component or of a checkpoint,
            or a traineddata in memory.
        folder : path, optional
            Where to look for a language (``--tessdata-dir``), instead of ``$TESSDATA_PREFIX`` and the
            system's folders.
        charsets : path or TrainedData, optional
            The traineddata with character set, recoder and dictionaries for a raw component or a checkpoint,
            which usually have none (``--traineddata`` of lstmtraining).

        Raises
        ------
        InputError
            If there is no such file or language.
        FormatError
            If a file is not what it should be, or a traineddata has no ``lstm`` component.
        """
        if isinstance(source, TrainedData):
            return cls.from_traineddata(source)
        text = os.fspath(source)
        path = Path(text) if Path(text).is_file() else find_traineddata(text, folder)
        data = read_bytes(path)
        name = path.name.removesuffix(".traineddata")
        try:
            container = TrainedData.from_bytes(data, str(path))
        except FormatError:
            if charsets is None and path.suffix == ".traineddata":
                raise
            if charsets is None:
                raise InputError(
                    "a component or checkpoint by itself has no character set",
                    where=str(path),
                    hint="Give the traineddata that it was trained with as charsets",
                ) from None
            around = charsets if isinstance(charsets, TrainedData) else TrainedData.read(charsets)
            return cls(LSTMRecognizerRecord.from_bytes(data, name=str(path)), around, name)
        return cls.from_traineddata(container, name)

    @classmethod
    def from_traineddata(cls, container: TrainedData, name: str = "") -> Model:
        """Make a model of a traineddata that has an ``lstm`` component.

        Raises
        ------
        FormatError
            If it has none: a starter without a network, or a model for the old engine only.
        """
        data = container.get("lstm")
        if data is None:
            raise FormatError(
                "there is no LSTM model in this traineddata",
                where=container.name,
                found=", ".join(container) or "nothing",
                expected="a component lstm",
            )
        record = LSTMRecognizerRecord.from_bytes(
            data, name=f"{container.name}, component lstm", big_endian=container.big_endian
        )
        return cls(record, container, name or Path(container.name).name.removesuffix(".traineddata"))

    def __repr__(self) -> str:
        kind = "int8" if self.integer else "float"
        name, network = visible(self.name or "?"), visible(self.network_str)
        return f"<Model {name} {network} {kind}, {len(self.unicharset)} characters>"

    @cached_property
    def network(self) -> Layer:
        """The network, assembled on first use and shared from then on."""
        from tessnb.network import from_record

        return from_record(self.record.network)

    @property
    def integer(self) -> bool:
        """Whether the weights are int8 (a "fast" model): it recognizes, but cannot be trained on."""
        return bool(self.training_flags & TF_INT_MODE)

    @cached_property
    def dawgs(self) -> dict[str, SquishedDawg]:
        """The dictionaries that there are: ``lstm-punc-dawg``, ``lstm-word-dawg``, ``lstm-number-dawg``."""
        big_endian = self.container.big_endian
        return {
            name: SquishedDawg.from_bytes(data, f"{self.name}, component {name}", big_endian=big_endian)
            for name in _DAWGS
            if (data := self.container.get(name)) is not None
        }

    def to_record(self, *, integer: bool = False) -> LSTMRecognizerRecord:
        """Return the ``lstm`` component for recognition, as ``lstmtraining --stop_training`` writes it.

        Parameters
        ----------
        integer : bool
            Convert the weights to int8 (``--convert_to_int``). An integer model stays as it is.

        Notes
        -----
        Source: ``lstmtrainer.cpp``, ``LSTMTrainer::SaveRecognitionDump``: layers that train are marked as not
        doing it now, and their training state is left out.
        """
        network, flags = _at_rest(self.record.network), self.record.training_flags
        if integer and not self.integer:
            from tessnb.network import TrainingState, from_record, to_record

            layer = from_record(self.record.network)
            layer.convert_to_int()
            layer.set_training(TrainingState.TEMP_DISABLE)
            network, flags = to_record(layer), flags | TF_INT_MODE
        separate = self.container.get("lstm-recoder") and self.container.get("lstm-unicharset")
        charsets: dict[str, Any] = {"unicharset": None, "recoder": None} if separate else {}
        return replace(self.record, network=network, training_flags=flags, rest=b"", **charsets)

    def to_traineddata(self, *, integer: bool = False) -> TrainedData:
        """Return `container` with `to_record` as its ``lstm`` component; the rest stays byte for byte."""
        data = self.to_record(integer=integer).to_bytes(big_endian=self.container.big_endian)
        return replace(self.container, components={**self.container.components, "lstm": data})

    def save(self, path: str | os.PathLike[str], *, integer: bool = False) -> None:
        """Write a traineddata that Tesseract reads; see `to_record` and `to_traineddata`."""
        self.to_traineddata(integer=integer).write(path)


def _at_rest(network: NetworkRecord) -> NetworkRecord:
    """Return a copy of a tree in which no layer trains."""
    changes: dict[str, Any] = {"training": _TS_TEMP_DISABLE} if network.training == _TS_ENABLED else {}
    if isinstance(network, PlumbingRecord):
        changes["stack"] = [_at_rest(layer) for layer in network.stack]
    if isinstance(network, LSTMRecord) and network.softmax is not None:
        changes["softmax"] = _at_rest(network.softmax)
    return replace(network, **changes)
