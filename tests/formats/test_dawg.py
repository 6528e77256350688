"""The dawg components: bytes beside what they mean, look-ups, damage, and every model at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tessnb.errors import FormatError
from tessnb.formats.dawg import NO_EDGE, SquishedDawg
from tessnb.formats.traineddata import TrainedData
from tests.conftest import run_tool, tessdata_folders
from tests.formats.hexadecimal import bytes_of, every_truncation_fails

# The words 1, 1 2 and 3 2 of a unicharset of 5: three bits of letter, three of flags, then the next node.
SMALL = bytes_of("""
    2a00                  # magic number 42
    05000000 03000000     # unichars, edges
    a100000000000000      # edge 0: letter 1, a word may end, on to edge 2
    8b00000000000000      # edge 1: letter 3, last of its node, on to edge 2
    2a00000000000000      # edge 2: letter 2, last of its node, a word ends, nothing follows
""")

DAWGS = {
    f"{path.parent.name}/{path.stem} {component}": (path, component)
    for folder in tessdata_folders()
    for path in folder.glob("*.traineddata")
    for component in TrainedData.read(path)
    if component.endswith("-dawg")
}


def test_small_dawg() -> None:
    dawg = SquishedDawg.from_bytes(SMALL)
    assert dawg.unicharset_size == 5
    assert dawg.letters.tolist() == [1, 3, 2]
    assert dawg.next_nodes.tolist() == [2, 2, 0]
    assert dawg.word_ends.tolist() == [True, False, True]
    assert dawg.last_edges.tolist() == [False, True, True]
    assert list(dawg.words()) == [(1,), (1, 2), (3, 2)]
    assert dawg.to_bytes() == SMALL


def test_look_ups() -> None:
    dawg = SquishedDawg.from_bytes(SMALL)
    assert dawg.edge_of(0, 3) == 1
    assert dawg.edge_of(0, 3, word_end=True) == NO_EDGE
    assert dawg.edge_of(2, 1) == NO_EDGE
    assert list(dawg.node_edges(0)) == [0, 1]
    for word in [(1,), (1, 2), (3, 2)]:
        assert word in dawg
    for word in [(), (3,), (2,), (1, 2, 2), (4, 1)]:
        assert word not in dawg


def test_the_other_byte_order() -> None:
    dawg = SquishedDawg.from_bytes(SMALL)
    swapped = dawg.to_bytes(big_endian=True)
    assert swapped[:10] == bytes_of("002a 00000005 00000003")
    again = SquishedDawg.from_bytes(swapped, big_endian=True)
    assert np.array_equal(again.edges, dawg.edges)
    with pytest.raises(FormatError, match="not a dawg"):
        SquishedDawg.from_bytes(swapped)


def test_what_follows_is_kept() -> None:
    assert SquishedDawg.from_bytes(SMALL + b"more").to_bytes() == SMALL + b"more"


def test_truncation() -> None:
    every_truncation_fails(SMALL, SquishedDawg.from_bytes)


@pytest.mark.parametrize(
    ("offset", "byte", "message"),
    [
        (0, 0x2B, "not a dawg .bad magic number.; found 43; expected 42"),
        (5, 0xFF, "impossible unicharset size"),
        (9, 0x7F, "impossible size of edges; found 2130706435; expected at most 3"),
        (10, 0xE1, "at byte 10: edge leads outside of the dawg; found 3; expected below 3"),
        (26, 0x22, "at byte 26: last edge does not close its node"),
    ],
)
def test_damage(offset: int, byte: int, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        SquishedDawg.from_bytes(SMALL[:offset] + bytes([byte]) + SMALL[offset + 1 :])


def test_no_edges() -> None:
    with pytest.raises(FormatError, match="empty dawg"):
        SquishedDawg.from_bytes(bytes_of("2a00 05000000 00000000"))


@pytest.mark.parametrize("name", sorted(DAWGS))
def test_models_stay_as_they_are(name: str) -> None:
    path, component = DAWGS[name]
    data = TrainedData.read(path)[component]
    dawg = SquishedDawg.from_bytes(data)
    assert dawg.to_bytes() == data
    assert dawg.trailing == b""


def test_a_dawg_of_the_legacy_engine(tmp_path: Path) -> None:
    """Made by the real tool with the special codes among its unichars, as the legacy engine's are."""
    container = TrainedData.read(tessdata_folders()[0] / "osd.traineddata")
    (tmp_path / "unicharset").write_bytes(container["unicharset"])
    (tmp_path / "words").write_text("one\ntwo\nten\n")
    run_tool("wordlist2dawg", "words", "word-dawg", "unicharset", cwd=tmp_path)
    data = (tmp_path / "word-dawg").read_bytes()
    dawg = SquishedDawg.from_bytes(data)
    assert dawg.to_bytes() == data
    assert sum(1 for _ in dawg.words()) == 3


CIRCLE = bytes_of("""
    2a00                  # magic number 42
    05000000 02000000     # unichars, edges
    4900000000000000      # edge 0: letter 1, last of its node, on to edge 1
    4a00000000000000      # edge 1: letter 2, last of its node, back to edge 1
""")


def test_a_circle_has_no_words() -> None:
    with pytest.raises(FormatError, match="dawg at byte 18: edges lead in a circle"):
        next(SquishedDawg.from_bytes(CIRCLE).words())


def test_ways_without_an_end_are_not_walked() -> None:
    """Two edges from each of 40 nodes to the next, and nowhere the end of a word: 2 ** 40 ways."""
    edges = []
    for node in range(2, 82, 2):
        target = node if node < 80 else 0
        edges += [1 | target << 6, 2 | 1 << 3 | target << 6]
    data = bytes_of("2a00 05000000 50000000") + b"".join(edge.to_bytes(8, "little") for edge in edges)
    assert list(SquishedDawg.from_bytes(data).words()) == []
