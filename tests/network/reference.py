"""One step of the real ``lstmtraining``, small enough to leave the weights as they were, and ours beside
it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tessnb.charset.encoder import Encoder
from tessnb.charset.recoder import Recoder
from tessnb.formats.checkpoint import CheckpointRecord
from tessnb.formats.lstmf import Document
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tessnb.lines import TrainingLine, network_input, prepare_line
from tessnb.network import Activations, Layer, TRand, from_record
from tessnb.network.layers.base import LOSS_CTC
from tessnb.training.targets import ctc_targets, normalize_outputs, text_targets
from tests.conftest import EnglishSet, run_tool

#: Adam's decay of the squared gradients.
BETA = 0.999


@dataclass
class FirstStep:
    """What ``lstmtraining`` did in its first iteration: its log, and the network with its squared
    gradients."""

    log: str
    network: Layer
    null_char: int


def first_step(folder: Path, english: EnglishSet, net_spec: str) -> FirstStep:
    """Run a single iteration of ``lstmtraining`` with a learning rate that changes no weight."""
    flags = ["--traineddata", english.starter, "--train_listfile", english.train_list, "--net_mode", "192"]
    flags += ["--net_spec", net_spec, "--max_iterations", "1", "--learning_rate", "1e-30"]
    result = run_tool("lstmtraining", *flags, "--model_output", folder / "first")
    record = CheckpointRecord.from_bytes((folder / "first_checkpoint").read_bytes()).recognizer
    return FirstStep(result.stdout + result.stderr, from_record(record.network), record.null_char)


def weighted(network: Layer) -> list[Layer]:
    """The layers that have weights, in order."""
    return [layer for layer in network.walk() if hasattr(layer, "weights")]


def reference_gradients(network: Layer) -> list[np.ndarray]:
    """The gradients that the reference left with Adam: their size in the squares, their sign in the
    updates."""
    gradients = []
    for layer in weighted(network):
        weights = layer.weights  # type: ignore[attr-defined]
        size = np.sqrt(weights.squares / (1 - np.float32(BETA)))
        gradients.append(size * np.sign(weights.updates))
    return gradients


def our_gradients(network: Layer, english: EnglishSet, null_char: int) -> list[np.ndarray]:
    """The gradients of the first line of the first document, as the reference takes it in its first
    iteration."""
    starter = TrainedData.read(english.starter).components
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    simple = network.output_shape(network.input_shape()).loss_type != LOSS_CTC
    recoder = Recoder.from_bytes(starter["lstm-recoder"])
    encoder = Encoder(unicharset, recoder, null_char=null_char, simple_text=simple)
    page = Document.read(english.file(english.training_fonts[0], ".lstmf")).pages[0]
    assert page is not None
    line = TrainingLine.from_image_data(page)
    image, _ = prepare_line(line.image, network.input_shape())
    randomizer = TRand(0)
    randomizer.int_rand()
    values, widths = network_input(image, network.input_shape(), randomizer=randomizer)
    x = Activations(values, np.array([values.shape[1]]), widths.astype(np.int64))
    y = network.forward(x, training=True, randomizer=randomizer)
    outputs = normalize_outputs(y.line())
    labels = encoder.encode_text(line.transcription)
    targets = (
        text_targets(*outputs.shape, labels, null_char) if simple else ctc_targets(outputs, labels, null_char)
    )
    assert targets is not None
    network.backward(y.like((targets - outputs)[None, None]))
    return [layer.weights.gradient.copy() for layer in weighted(network)]  # type: ignore[attr-defined]
