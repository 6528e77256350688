"""Networks: layers with forward beside backward, the VGSL language, and assembling layers from records."""

from __future__ import annotations

from tessnb.network.activations import Activations, Scratch
from tessnb.network.assemble import from_record, to_integer, to_record
from tessnb.network.build import build_network
from tessnb.network.layers import (
    LSTM,
    Convolve,
    FullyConnected,
    Input,
    Layer,
    Maxpool,
    Parallel,
    Plumbing,
    Reconfig,
    Reversed,
    Series,
    TrainingState,
)
from tessnb.network.outline import LayerOutline, outline
from tessnb.network.random import TRand
from tessnb.network.summary import LayerSummary, summarize
from tessnb.network.threads import blas_threads

__all__ = [
    "LSTM",
    "Activations",
    "Convolve",
    "FullyConnected",
    "Input",
    "Layer",
    "LayerOutline",
    "LayerSummary",
    "Maxpool",
    "Parallel",
    "Plumbing",
    "Reconfig",
    "Reversed",
    "Scratch",
    "Series",
    "TRand",
    "TrainingState",
    "blas_threads",
    "build_network",
    "from_record",
    "outline",
    "summarize",
    "to_integer",
    "to_record",
]
