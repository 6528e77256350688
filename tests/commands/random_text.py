"""Random texts of many scripts: valid and invalid sequences alike, the same for the same seed."""

from __future__ import annotations

import random

__all__ = ["BLOCKS", "balanced_lines", "random_lines"]

#: Unicode blocks (first, last) and the virama of those scripts that have one.
BLOCKS: dict[str, tuple[int, int, int | None]] = {
    "Latin": (0x20, 0x17F, None),
    "Combining": (0x300, 0x36F, None),
    "Hebrew": (0x590, 0x5FF, None),
    "Arabic": (0x600, 0x6FF, None),
    "Devanagari": (0x900, 0x97F, 0x94D),
    "Bengali": (0x980, 0x9FF, 0x9CD),
    "Gurmukhi": (0xA00, 0xA7F, 0xA4D),
    "Gujarati": (0xA80, 0xAFF, 0xACD),
    "Oriya": (0xB00, 0xB7F, 0xB4D),
    "Tamil": (0xB80, 0xBFF, 0xBCD),
    "Telugu": (0xC00, 0xC7F, 0xC4D),
    "Kannada": (0xC80, 0xCFF, 0xCCD),
    "Malayalam": (0xD00, 0xD7F, 0xD4D),
    "Sinhala": (0xD80, 0xDFF, 0xDCA),
    "Thai": (0xE00, 0xE7F, None),
    "Lao": (0xE80, 0xEFF, None),
    "Tibetan": (0xF00, 0xFFF, None),
    "Myanmar": (0x1000, 0x109F, 0x1039),
    "Khmer": (0x1780, 0x17FF, 0x17D2),
    "Vedic": (0x1CD0, 0x1CFF, None),
    "Punctuation": (0x2000, 0x206F, None),
    "Kana": (0x3040, 0x30FF, None),
    "Javanese": (0xA980, 0xA9DF, 0xA9C0),
    "MyanmarExtended": (0xAA60, 0xAA7F, 0x1039),
    "Hangul": (0xAC00, 0xD7A3, None),
    "Emoji": (0x1F300, 0x1F5FF, None),
}
_JOINERS = "\u200c\u200d"
_SINHALA_SPECIAL = "\u0dba\u0dbb"


def _character(choose: random.Random, name: str) -> str:
    first, last, _ = BLOCKS[name]
    return chr(choose.randint(first, last))


def random_lines(seed: int, count: int, names: tuple[str, ...]) -> list[str]:
    """Lines of mostly one script each, with many viramas, joiners and spaces."""
    choose = random.Random(seed)
    lines = []
    for _ in range(count):
        name = choose.choice(names)
        virama = BLOCKS[name][2]
        line = ""
        for _ in range(choose.randint(1, 14)):
            kind = choose.random()
            if kind < 0.62:
                line += _character(choose, name)
            elif kind < 0.74 and virama:
                line += chr(virama)
            elif kind < 0.84:
                line += choose.choice(_JOINERS)
            elif kind < 0.9:
                line += " "
            elif name == "Sinhala":
                line += choose.choice(_SINHALA_SPECIAL)
            else:
                line += _character(choose, choose.choice(list(BLOCKS)))
        if name == "Javanese":  # with a virama at its end the original reads past its buffer
            line = line.rstrip("\ua9c0" + _JOINERS)
        lines.append(line)
    return lines


def balanced_lines(seed: int, count: int) -> list[str]:
    """Lines whose characters are spread over many blocks, so that several scripts are the most frequent."""
    choose = random.Random(seed)
    starts = [first for first, _, virama in BLOCKS.values() if virama and first < 0xA980]
    lines = []
    for _ in range(count):
        size = choose.choice((2, 3, 5, 16, 35, 70, 140))
        characters = []
        for _ in range(size):
            start = choose.choice(starts) if choose.random() < 0.3 else choose.randrange(0x900, 0xA980, 128)
            characters.append(
                chr(start + choose.choice((0x15, 0x16, 0x3E, 0x3F, 0x41))) * (2 if size < 10 else 1)
            )
        lines.append(" ".join(characters))
    return lines
