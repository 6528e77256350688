"""Random unicharset files in every column layout, some lines odd; the same for the same seed."""

from __future__ import annotations

import random

__all__ = ["measured_unicharset", "random_unicharset"]

_UNICHARS = (
    *(
        "a",
        "b",
        "c",
        "A",
        "B",
        "Z",
        "é",
        "ﬁ",
        "ﬂ",
        "fi",
        "fl",
        "f",
        "i",
        "ab",
        "ae",
        "ｘ",
        "\u0640",
        "א",
        "(",
        ")",
    ),
    *(
        "क्ष",
        "क",
        "्",
        "ष",
        "|a|0|2",
        "|a|1n2",
        "|b|0|1",
        "|Broken|0|1",
        "Joined",
        "標",
        "\ue003",
        "7",
        "1",
        "ſi",
    ),
    *("||", "|abc||"),
)
_KINDS = ("0", "1", "3", "5", "8", "10", "1f", "0x1f")
_SCRIPTS = ("Latin", "Latin", "Common", "Han", "NULL", "Arabic", "x" * 70, "12", "#")
_FIGURES = (
    "0",
    "0",
    "1.5",
    "104.123456789",
    "88",
    "1e3",
    "0.0001234",
    "123456.789",
    "1234567.8",
    "1e50",
    "1e",
    ".5",
)
_NUMBERS = ("300", "-3", "99999999999", "x", "")


def _line(choose: random.Random, size: int) -> str:
    def byte() -> str:
        return choose.choice(_NUMBERS) if choose.random() < 0.01 else str(choose.randint(0, 255))

    box = ",".join(byte() for _ in range(4))
    figures = ",".join(choose.choice(_FIGURES) for _ in range(6))
    other_case, mirror = (str(choose.randint(0, size + 1)) for _ in range(2))
    direction = str(choose.randint(0, 22))
    tail = [choose.choice(_SCRIPTS), other_case, direction, mirror, choose.choice((*_UNICHARS, "n" * 80))]
    columns = choose.choice(
        [
            tail[:1],
            tail[:2],
            [box, *tail[:2]],
            [box, *tail[:4]],
            [f"{box},{figures}", *tail[:4]],
            [f"{box},{figures}", *tail],
        ]
    )
    if choose.random() < 0.05:
        columns = columns[: choose.randint(0, len(columns))]
    line = " ".join([choose.choice(_KINDS), *columns])
    line += choose.choice(("", "", "\t# c [63 ]a", "\r"))
    return line.replace(" ", "\t") if choose.random() < 0.05 else line


def random_unicharset(seed: int) -> bytes:
    """A unicharset that reads, however odd its lines."""
    choose = random.Random(seed)
    unichars = choose.sample(_UNICHARS, choose.randint(1, 20))
    if choose.random() < 0.7:
        unichars.insert(0, "NULL")
    lines = [f"{unichar} {_line(choose, len(unichars))}" for unichar in unichars]
    return "\n".join([str(len(unichars)), *lines]).encode()


def measured_unicharset(seed: int, script: str, unichars: str) -> bytes:
    """A script's unicharset with random sizes, as langdata has them."""
    choose = random.Random(seed)
    lines = [f"{len(unichars) + 1}", "NULL 0 NULL 0"]
    for number, unichar in enumerate(unichars, 1):
        other = unichars.find(unichar.swapcase()) + 1 or number
        bottoms = sorted(choose.choices(range(256), k=2))
        tops = sorted(choose.choices(range(256), k=2))
        figures = [choose.randint(0, 300) / choose.choice((1, 3, 7)) for _ in range(6)]
        columns = ",".join([*map(str, bottoms + tops), *(f"{figure:g}" for figure in figures)])
        kind = 1 + 2 * unichar.islower() + 4 * unichar.isupper()
        lines.append(f"{unichar} {kind:x} {columns} {script} {other} 0 {number} {unichar}\t# {unichar}")
    return "\n".join([*lines, ""]).encode()
