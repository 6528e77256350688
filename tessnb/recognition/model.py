"""A model: the network, its character set and its dictionaries, as a traineddata or a checkpoint holds them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tessnb.charset.encoder import Encoder
from tessnb.charset.recoder import Recoder
from tessnb.errors import FormatError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.recognition.tessdata import find_traineddata

if TYPE_CHECKING:
    from tessnb.network import Layer

__all__ = ["TF_COMPRESS_UNICHARSET", "TF_INT_MODE", "Model"]

#: Bits of ``training_flags`` (Tesseract: ``lstmrecognizer.h``, ``TrainingFlags``).
TF_INT_MODE = 1
TF_COMPRESS_UNICHARSET = 64

_DAWGS = ("lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg")


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
        If the character set or the recoder is missing.

    Notes
    -----
    Source: ``lstmrecognizer.cpp``, ``LSTMRecognizer::DeSerialize``, ``LoadCharsets``, ``LoadRecoder``.
    """

    def __init__(self, record: LSTMRecognizerRecord, container: TrainedData, name: str = "") -> None:
        where = name or "model"
        self.record, self.container, self.name = record, container, name
        unicharset = record.unicharset or container.components.get("lstm-unicharset")
        if unicharset is None:
            raise FormatError("there is no character set", where=where, expected="a component lstm-unicharset")
        self.unicharset = Unicharset.from_bytes(unicharset)
        if record.training_flags & TF_COMPRESS_UNICHARSET:
            recoder = record.recoder or container.components.get("lstm-recoder")
            if recoder is None:
                raise FormatError("there is no recoder", where=where, expected="a component lstm-recoder")
            self.recoder = Recoder.from_bytes(recoder)
        else:
            self.recoder = Recoder.pass_through(self.unicharset)
        self.encoder = Encoder(self.unicharset, self.recoder)
        self.network_str = record.network_str
        self.null_char = record.null_char
        self.training_flags = record.training_flags | TF_COMPRESS_UNICHARSET
        self.training_iteration = record.training_iteration
        self.sample_iteration = record.sample_iteration
        self.adam_beta, self.learning_rate, self.momentum = record.adam_beta, record.learning_rate, record.momentum

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
            A language (``"eng"``), the path of a traineddata, of a raw ``lstm`` component or of a checkpoint, or a
            traineddata in memory.
        folder : path, optional
            Where to look for a language (``--tessdata-dir``); else ``$TESSDATA_PREFIX`` and the system's folders.
        charsets : path or TrainedData, optional
            The traineddata with character set, recoder and dictionaries for a raw component or a checkpoint, which
            usually hold none (``--traineddata`` of lstmtraining).

        Raises
        ------
        InputError
            If there is no such file or language.
        FormatError
            If a file is not what it should be, or a traineddata has no ``lstm`` component.
        """
        if isinstance(source, TrainedData):
            return cls.from_traineddata(source)
        ...

    @classmethod
    def from_traineddata(cls, container: TrainedData, name: str = "") -> Model:
        """Make a model of a traineddata that has an ``lstm`` component."""
        ...

    @cached_property
    def network(self) -> Layer:
        """The network, assembled on first use; shared, not copied."""
        ...

    @property
    def integer(self) -> bool:
        """Whether the weights are int8 (a "fast" model): it recognizes, but cannot be trained on."""
        return bool(self.training_flags & TF_INT_MODE)

    @cached_property
    def dawgs(self) -> dict[str, SquishedDawg]:
        """The dictionaries by component name (``lstm-punc-dawg``, ``lstm-word-dawg``, ``lstm-number-dawg``)."""
        ...

    def to_record(self, *, integer: bool = False) -> LSTMRecognizerRecord:
        """Return the ``lstm`` component for recognition, as ``lstmtraining --stop_training`` writes it.

        Parameters
        ----------
        integer : bool
            Convert the weights to int8 (``--convert_to_int``). A model that is integer already stays so.
        """
        ...

    def to_traineddata(self, *, integer: bool = False) -> TrainedData:
        """Return `container` with its ``lstm`` component replaced by this model's; the rest stays byte for byte."""
        ...

    def save(self, path: str | os.PathLike[str], *, integer: bool = False) -> None:
        """Write a traineddata that Tesseract reads; see `to_record` and `to_traineddata`."""
        write_bytes(path, self.to_traineddata(integer=integer).to_bytes())
