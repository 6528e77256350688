"""What an integer model loses and keeps when it is made trainable."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tessnb.analysis.evaluation import evaluate
from tessnb.errors import InputError
from tessnb.lines import TrainingLine
from tessnb.recognition.dequantizing import WeightErrors, dequantize, dequantize_record
from tessnb.recognition.model import Model

__all__ = ["Dequantization", "inspect_dequantization"]


@dataclass(frozen=True)
class Dequantization:
    """An integer model beside the float model made of it.

    Attributes
    ----------
    model : Model
        The float model; `fine_tune` takes it.
    weight_errors : WeightErrors
    cer_before, cer_after : float
        Character error rate of the integer and of the float model, in percent.
    lines : int
        On so many lines.
    changed : int
        Lines that they read differently.
    """

    model: Model
    weight_errors: WeightErrors
    cer_before: float
    cer_after: float
    lines: int
    changed: int

    def __repr__(self) -> str:
        errors = self.weight_errors
        return (
            f"<Dequantization: weights exact to {errors.introduced:.1e} (integers were within "
            f"{errors.inherited:.1e} of their origin); CER {self.cer_before:.3f} % before, "
            f"{self.cer_after:.3f} % after, on {self.lines} lines, {self.changed} of them read otherwise>"
        )


def inspect_dequantization(
    model: Model | str | os.PathLike[str],
    lines: Iterable[TrainingLine] | Sequence[str | os.PathLike[str]],
) -> Dequantization:
    """Make an integer model trainable, and let both read the same lines.

    Parameters
    ----------
    model : Model, path or language
        An integer (fast) model.
    lines : iterable of TrainingLine, or sequence of `.lstmf` paths

    Raises
    ------
    InputError
        If the model is a float model already, or there are no lines.

    Examples
    --------
    >>> tn.inspect_dequantization("eng", lines)  # doctest: +SKIP
    """
    model = model if isinstance(model, Model) else Model.load(model)
    if not model.integer:
        raise InputError("the model has float weights already", where=model.name or "model")
    there = lines if isinstance(lines, Sequence) else list(lines)
    floats = dequantize(model)
    before, after = evaluate(model, there), evaluate(floats, there)
    changed = int((before.lines["read"].to_numpy() != after.lines["read"].to_numpy()).sum())
    errors = dequantize_record(model.record)[1]
    return Dequantization(floats, errors, before.cer, after.cer, len(before.lines), changed)
