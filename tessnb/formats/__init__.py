"""Bytes to plain records and back, exactly: one module per file format of Tesseract's training chain.

A record holds what is on disk and nothing else. Reading and writing it again gives the same bytes; what a
reader does not understand it keeps. Damaged data raises `tessnb.errors.FormatError`, before memory is taken
for it.
"""

from __future__ import annotations

from tessnb.formats.boxfile import BoxChar, read_boxes, write_boxes
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.directory import ComponentPlace, TrainedDataFile
from tessnb.formats.lstmf import Document, ImageData
from tessnb.formats.lstmf_file import DocumentFile
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
from tessnb.formats.network_file import read_network_file
from tessnb.formats.recoder import RecodedCharID, RecoderRecord
from tessnb.formats.traineddata import COMPONENTS, TESSERACT_VERSION, TrainedData
from tessnb.formats.unicharset import UnicharEntry, Unicharset

__all__ = [
    "COMPONENTS",
    "NF_ADAM",
    "NF_LAYER_SPECIFIC_LR",
    "TESSERACT_VERSION",
    "TF_COMPRESS_UNICHARSET",
    "TF_INT_MODE",
    "BoxChar",
    "CheckpointRecord",
    "ComponentPlace",
    "ConvolveRecord",
    "Document",
    "DocumentFile",
    "FullyConnectedRecord",
    "ImageData",
    "InputRecord",
    "LSTMRecognizerRecord",
    "LSTMRecord",
    "MaxpoolRecord",
    "NetworkRecord",
    "PlumbingRecord",
    "RecodedCharID",
    "RecoderRecord",
    "ReconfigRecord",
    "SquishedDawg",
    "StaticShape",
    "TrainedData",
    "TrainedDataFile",
    "UnicharEntry",
    "Unicharset",
    "WeightMatrixRecord",
    "read_boxes",
    "read_network",
    "read_network_file",
    "write_boxes",
    "write_network",
]
