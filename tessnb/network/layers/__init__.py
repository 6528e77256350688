"""The layers: forward beside backward, a file per family."""

from __future__ import annotations

from tessnb.network.layers.base import Layer, TrainingState
from tessnb.network.layers.fully_connected import FullyConnected
from tessnb.network.layers.lstm import LSTM
from tessnb.network.layers.plumbing import Parallel, Plumbing, Reversed, Series
from tessnb.network.layers.simple import Convolve, Input, Maxpool, Reconfig

__all__ = [
    "LSTM",
    "Convolve",
    "FullyConnected",
    "Input",
    "Layer",
    "Maxpool",
    "Parallel",
    "Plumbing",
    "Reconfig",
    "Reversed",
    "Series",
    "TrainingState",
]
