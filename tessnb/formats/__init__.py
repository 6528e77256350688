"""Bytes to plain records and back, exactly: one module per file format of Tesseract's training chain.

A record holds what is on disk and nothing else. Reading and writing it again gives the same bytes; what a reader
does not understand it keeps. Damaged data raises `tessnb.errors.FormatError`, before memory is taken for it.
"""

from __future__ import annotations

from tessnb.formats.network import (
    NF_ADAM,
    NF_LAYER_SPECIFIC_LR,
    ConvolveRecord,
    FullyConnectedRecord,
    InputRecord,
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

__all__ = [
    "NF_ADAM",
    "NF_LAYER_SPECIFIC_LR",
    "ConvolveRecord",
    "FullyConnectedRecord",
    "InputRecord",
    "LSTMRecord",
    "MaxpoolRecord",
    "NetworkRecord",
    "PlumbingRecord",
    "ReconfigRecord",
    "StaticShape",
    "WeightMatrixRecord",
    "read_network",
    "write_network",
]
