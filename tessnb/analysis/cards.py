"""What a traineddata is, on a card."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.analysis._html import frame_table, shown
from tessnb.analysis.characters import character_class
from tessnb.charset import dawg_words
from tessnb.errors import FormatError, visible
from tessnb.formats import SquishedDawg
from tessnb.formats.network import FullyConnectedRecord, LSTMRecord, NetworkRecord, PlumbingRecord
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.recognition import Model, find_traineddata
from tessnb.training import Characters

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ModelCard", "model_card", "weight_matrices"]

_DAWGS = ("lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg")


@dataclass(frozen=True, eq=False)
class ModelCard:
    """What a traineddata is.

    Attributes
    ----------
    name : str
        Its file or language.
    container : TrainedData
    model : Model or None
        None for a starter, which has no network, and for models of the old engine.
    file_date : datetime or None
        When the file was written, if it is one.
    """

    name: str
    container: TrainedData
    model: Model | None
    file_date: datetime | None = None

    @cached_property
    def unicharset(self) -> Unicharset | None:
        """The characters, if it has any for the LSTM engine."""
        if self.model is not None:
            return self.model.unicharset
        data = self.container.get("lstm-unicharset")
        return None if data is None else Unicharset.from_bytes(data)

    @cached_property
    def components(self) -> pd.DataFrame:
        """A row per component, in the order on disk: ``bytes``, ``sha256``."""
        import pandas as pd

        rows = [(name, len(data), sha256(data).hexdigest()) for name, data in self._parts()]
        return pd.DataFrame(rows, columns=["component", "bytes", "sha256"]).set_index("component")

    def _parts(self) -> Iterator[tuple[str, bytes]]:
        yield from ((name, self.container.components[name]) for name in self.container)

    @cached_property
    def facts(self) -> pd.Series:
        """Everything that is a number or a word, by its name."""
        import pandas as pd

        facts: dict[str, Any] = {
            "name": self.name,
            "version": self.container.version,
            "file date": f"{self.file_date:%Y-%m-%d %H:%M:%S} UTC" if self.file_date else "",
            "bytes": int(self.components.bytes.sum()),
            "byte order": "big endian" if self.container.big_endian else "little endian",
            **self._network_facts(),
            **self._character_facts(),
        }
        for name in _DAWGS:
            data = self.container.get(name)
            label = f"{name.removeprefix('lstm-').removesuffix('-dawg')} dictionary"
            facts[label] = f"{len(self._dawg(name, data).edges)} edges" if data else "none"
        facts["config"] = (self.container.get("config") or b"").decode("utf-8", "replace").strip()
        return pd.Series(facts, dtype=object, name="model")

    def _network_facts(self) -> dict[str, Any]:
        model = self.model
        if model is None:
            return {"network": "none"}
        shape = model.network.input_shape()
        return {
            "network": model.network.spec(),
            "requested as": model.network_str,
            "weights": model.network.num_weights,
            "weights are": "int8" if model.integer else "float",
            "input height": shape.height,
            "outputs": model.record.network.no,
            "null": model.null_char,
            "training iterations": model.training_iteration,
            "sample iterations": model.sample_iteration,
            "learning rate": model.learning_rate,
            "momentum": model.momentum,
            "adam beta": model.adam_beta,
        }

    def _character_facts(self) -> dict[str, Any]:
        unicharset = self.unicharset
        if unicharset is None:
            return {"characters": "none"}
        scripts = Counter(entry.script for entry in unicharset.entries)
        codes = self._codes()
        lengths = Counter(map(len, codes))
        return {
            "characters": len(unicharset),
            "scripts": ", ".join(f"{name} {count}" for name, count in scripts.most_common()),
            "codes": 1 + max((value for code in codes for value in code), default=-1),
            "code lengths": ", ".join(f"{length}: {count}" for length, count in sorted(lengths.items())),
        }

    def _codes(self) -> list[tuple[int, ...]]:
        if self.model is not None:
            return self.model.recoder.codes
        try:
            return Characters.of(self.container).recoder.codes
        except FormatError:
            return []

    @cached_property
    def characters(self) -> pd.DataFrame:
        """A row per character: ``character``, ``code_points``, ``script``, ``class``, ``codes``."""
        import pandas as pd

        columns = ["character", "code_points", "script", "class", "codes"]
        if self.unicharset is None:
            return pd.DataFrame([], columns=columns)
        codes = self._codes()
        rows = [
            (
                entry.unichar,
                " ".join(f"U+{ord(char):04X}" for char in entry.unichar),
                entry.script,
                character_class(entry.unichar),
                codes[unichar_id] if unichar_id < len(codes) else (),
            )
            for unichar_id, entry in enumerate(self.unicharset.entries)
        ]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def layers(self) -> pd.DataFrame:
        """Layers with weights: ``layer``, ``type``, ``inputs``, ``outputs``, ``weights``, ``rms``."""
        import pandas as pd

        rows = []
        if self.model is not None:
            for record, matrices in weight_matrices(self.model.record.network):
                values = np.concatenate([values.ravel() for values in matrices])
                rms = float(np.sqrt(np.mean(values**2)))
                rows.append((record.name, record.type, record.ni, record.no, values.size, rms))
        return pd.DataFrame(rows, columns=["layer", "type", "inputs", "outputs", "weights", "rms"])

    def _dawg(self, name: str, data: bytes) -> SquishedDawg:
        return SquishedDawg.from_bytes(data, name, big_endian=self.container.big_endian)

    def words(self, dictionary: str = "word") -> list[str]:
        """Return the entries of a dictionary: ``word``, ``punc`` or ``number``; none if there is none."""
        name = f"lstm-{dictionary}-dawg"
        data = self.container.get(name)
        if data is None or self.unicharset is None:
            return []
        return list(dawg_words(self._dawg(name, data), self.unicharset))

    def to_text(self) -> str:
        """Return the card as lines of text."""
        rows = [(name, shown(value)) for name, value in self.facts.items() if shown(value)]
        width = max(len(name) for name, _ in rows)
        parts = [f"{name:<{width}}  {value}" for name, value in rows]
        parts += [
            f"{name:<{width}}  {row.bytes} bytes, sha256 {row.sha256}"
            for name, row in self.components.iterrows()
        ]
        return "\n".join(parts) + "\n"

    def __repr__(self) -> str:
        facts = self.facts
        about = visible(f"{self.name}: {facts['network']}")
        return f"<ModelCard {about}, {facts['characters']} characters>"

    def _repr_html_(self) -> str:
        facts = self.facts[[bool(shown(value)) for value in self.facts]]
        return "".join(
            frame_table(frame, 40) for frame in (facts.to_frame(), self.components, self.layers) if len(frame)
        )


def model_card(source: Model | TrainedData | str | os.PathLike[str]) -> ModelCard:
    """Look at a model or starter.

    Parameters
    ----------
    source : Model, TrainedData, path or language

    Returns
    -------
    ModelCard

    Raises
    ------
    InputError
        If there is no such file or language.
    FormatError
        If it is not a traineddata.

    Examples
    --------
    >>> print(model_card("eng").to_text())  # doctest: +SKIP
    >>> model_card("eng").characters.query("script == 'Latin'")  # doctest: +SKIP
    """
    if isinstance(source, Model):
        container = source.to_traineddata()
        return ModelCard(source.name or "model", container, source)
    if isinstance(source, TrainedData):
        name, container, date = source.name, source, None
    else:
        path = find_traineddata(source)
        name, container = path.name, TrainedData.read(path)
        date = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    model = Model.from_traineddata(container) if container.get("lstm") else None
    return ModelCard(name, container, model, date)


def weight_matrices(record: NetworkRecord) -> Iterator[tuple[NetworkRecord, list[np.ndarray]]]:
    """Yield the layers that have weights, with these as float64; int8 ones scaled to what they stand for."""
    if isinstance(record, PlumbingRecord):
        for inner in record.stack:
            yield from weight_matrices(inner)
    weights = []
    if isinstance(record, FullyConnectedRecord):
        weights = [record.weights]
    elif isinstance(record, LSTMRecord):
        weights = [matrix for matrix in record.gate_weights if matrix.values.size]
    if weights:
        yield (
            record,
            [
                matrix.values.astype(np.float64)
                * (
                    1.0
                    if matrix.scales is None
                    else matrix.scales[: len(matrix.values), None].astype(np.float64)
                )
                for matrix in weights
            ],
        )
    if isinstance(record, LSTMRecord) and record.softmax is not None:
        yield from weight_matrices(record.softmax)
