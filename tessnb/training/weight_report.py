"""How large the weights of a network are: the text of ``lstmtraining --debug_network``.

Source: ``WeightMatrix::Debug2D`` (``weightmatrix.cpp``), ``STATS::print`` (``statistc.cpp``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessnb.formats.network import TYPE_NAMES, FullyConnectedRecord, LSTMRecord, NetworkRecord, PlumbingRecord
from tessnb.network import Layer

__all__ = ["weight_histograms"]

_BUCKETS = 16
_PER_LINE = 8


def weight_histograms(network: Layer) -> Iterator[str]:
    """Yield the lines of ``--debug_network``: how many weights there are of each magnitude.

    Bucket ``n`` counts weights of about ``2**-n``; the last is for all that are smaller.
    """
    yield from _histograms(network.to_record())


def _histograms(record: NetworkRecord) -> Iterator[str]:
    if isinstance(record, PlumbingRecord):
        for layer in record.stack:
            yield from _histograms(layer)
    elif isinstance(record, FullyConnectedRecord):
        yield from _matrix(record.name, record.weights.values)
    elif isinstance(record, LSTMRecord):
        for gate, weights in enumerate(record.gate_weights):
            yield from _matrix(f"{record.name} Gate weights {gate}", weights.values)
        if record.softmax is not None:
            yield from _histograms(record.softmax)
    else:
        yield f"Must override Network::DebugWeights for type {TYPE_NAMES.index(record.type)}"


def _matrix(title: str, values: np.ndarray) -> Iterator[str]:
    yield title
    magnitudes = np.abs(values.ravel().astype(np.float32))
    buckets = np.full(magnitudes.size, _BUCKETS - 1)
    nonzero = magnitudes > 0
    exponents = -np.log2(magnitudes[nonzero])
    rounded = np.where(exponents >= 0, np.floor(exponents + 0.5), -np.floor(0.5 - exponents))
    buckets[nonzero] = np.clip(rounded, 0, _BUCKETS - 1)
    yield from _stats(np.bincount(buckets, minlength=_BUCKETS))


def _stats(counts: np.ndarray) -> Iterator[str]:
    """Yield a histogram and what describes it, as the reference's ``STATS`` prints them."""
    used = np.flatnonzero(counts)
    cells = [f"{bucket:4d}:{counts[bucket]:<3d} " for bucket in used]
    for start in range(0, len(cells), _PER_LINE):
        yield "".join(cells[start : start + _PER_LINE])
    if len(cells) % _PER_LINE == 0:
        yield ""
    total = int(counts.sum())
    low, high = int(used[0]), int(used[-1])
    buckets = np.arange(len(counts))
    mean = float((buckets * counts).sum() / total)
    variance = float((buckets * buckets * counts).sum() / total) - mean * mean
    median = _fractile(counts, 0.5)
    if counts[min(int(median), len(counts) - 1)] == 0 or int(median) >= len(counts):
        median = (used[used <= median].max() + used[used >= int(median)].min(initial=high)) / 2.0
    yield f"Total count={total}"
    yield f"Min={_fractile(counts, 0.0):.2f} Really={low}"
    yield f"Lower quartile={_fractile(counts, 0.25):.2f}"
    yield f"Median={median:.2f}, ile(0.5)={_fractile(counts, 0.5):.2f}"
    yield f"Upper quartile={_fractile(counts, 0.75):.2f}"
    yield f"Max={_fractile(counts, 1.0):.2f} Really={high}"
    yield f"Range={high + 1 - low}"
    yield f"Mean= {mean:.2f}"
    yield f"SD= {max(variance, 0.0) ** 0.5:.2f}"


def _fractile(counts: np.ndarray, fraction: float) -> float:
    """Return the value below which a fraction of all lies, interpolated within a bucket."""
    sums = np.cumsum(counts)
    target = min(max(fraction * float(sums[-1]), 1.0), float(sums[-1]))
    index = int(np.searchsorted(sums, target))
    return index + 1 - float(sums[index] - target) / float(counts[index])
