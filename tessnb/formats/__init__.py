"""Bytes to plain records and back, exactly: one module per file format of Tesseract's training chain.

A record holds what is on disk and nothing else. Reading and writing it again gives the same bytes; what a
reader does not understand it keeps. Damaged data raises `tessnb.errors.FormatError`, before memory is taken
for it.
"""

from __future__ import annotations

from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.network import (
    NF_ADAM,
    NF_LAYER_SPECIFIC_LR,
    TF_COMPRESS_UNICHARSET,
    TF_INT_MODE,
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
    LSTMRecognizerRecord,
    LSTMRecord,
    MaxpoolRecord,
    NetworkRecord,
    PlumbingRecord,
    ReconfigRecord,
    StaticShape,
    WeightMatrixRecord,
    read_network,
    write_network,
)
from tessnb.formats.traineddata import COMPONENTS, TESSERACT_VERSION, TrainedData

__all__ = [
    "COMPONENTS",
    "NF_ADAM",
    "NF_LAYER_SPECIFIC_LR",
    "TESSERACT_VERSION",
    "TF_COMPRESS_UNICHARSET",
    "TF_INT_MODE",
    "CheckpointRecord",
    "ConvolveRecord",
    "FullyConnectedRecord",
    "InputRecord",
    "LSTMRecognizerRecord",
    "LSTMRecord",
    "MaxpoolRecord",
    "NetworkRecord",
    "PlumbingRecord",
    "ReconfigRecord",
    "StaticShape",
    "TrainedData",
    "WeightMatrixRecord",
    "read_network",
    "write_network",
]
