"""The house's rules, read off the source: who may import whom, and what a room never does."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "tessnb"

#: The rooms, lowest first: a room imports from lines above its own, never from its own line or below.
LINES = (
    ("errors",),
    ("files", "events", "_types"),
    ("formats", "kernels"),
    ("charset", "network"),
    ("lines",),
    ("synthesis", "recognition"),
    ("training",),
    ("analysis", "resources"),
    ("commands", "widgets", "server"),
)
LEVEL = {room: level for level, line in enumerate(LINES) for room in line}

#: What only some rooms may import.
RESERVED = {
    "numba": {"kernels"},
    "ipywidgets": {"widgets"},
    "bqplot": {"widgets"},
    "IPython": {"widgets", "server"},
    "jupyter_server": {"server"},
}

HEAVY = ("bqplot", "ipywidgets", "numba", "numpy", "pandas", "scipy")

SOURCES = sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room that a source file belongs to; "" is the front of the package, above all rooms."""
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if first in ("__init__", "__main__") else first


def imports(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, also inside functions and through ``import_module``.

    `package` are the parts of the name of the package that the file belongs to.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            argument = node.args[0]
            start = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
            if isinstance(start, ast.Constant):
                yield node.lineno, str(start.value)


def offences(source: str, path: Path) -> list[str]:
    """The imports in a file that break a rule, in words."""
    room = room_of(path)
    package = ["tessnb", *path.relative_to(ROOT).parent.parts]
    found = []
    for line, name in imports(ast.parse(source), package):
        first, *rest = name.split(".")
        allowed = RESERVED.get(first)
        if allowed is not None and room not in allowed:
            found.append(f"{path.name}:{line} imports {name}, which is for {', '.join(sorted(allowed))}")
        if first != "tessnb" or not room:
            continue
        other = rest[0] if rest else ""
        if other not in LEVEL:
            # ``import tessnb`` and its own names (__version__): for the doors, which nobody imports.
            wrong = LEVEL[room] < len(LINES) - 1
        else:
            wrong = other != room and LEVEL[other] >= LEVEL[room]
        if wrong:
            found.append(f"{path.name}:{line} ({room}) imports {name}")
    return found


def test_every_room_has_its_line() -> None:
    assert {room_of(path) for path in SOURCES} - {""} <= set(LEVEL)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    assert offences(path.read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize(
    ("room", "source", "count"),
    [
        ("lines", "from tessnb.formats.lstmf import Document", 0),
        ("lines", "from .line import TrainingLine", 0),
        ("lines", "from tessnb.training import run", 1),
        ("lines", "def late():\n    from tessnb.commands import main", 1),
        ("lines", "from ..recognition import model", 1),
        ("lines", "import importlib\nimportlib.import_module('tessnb.training.run')", 1),
        ("lines", "import importlib\nimportlib.import_module(f'tessnb.training.{name}')", 1),
        ("lines", "from tessnb import training", 1),
        ("lines", "import tessnb", 1),
        ("commands", "import tessnb", 0),
        ("charset", "import tessnb.network.layers", 1),
        ("synthesis", "from tessnb.recognition.model import Model", 1),
        ("formats", "import numba", 1),
        ("training", "import ipywidgets as widgets", 1),
        ("widgets", "import ipywidgets as widgets", 0),
    ],
)
def test_the_rules_bite(room: str, source: str, count: int) -> None:
    assert len(offences(source, ROOT / room / "example.py")) == count


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_commands_print(path: Path) -> None:
    calls = (
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    )
    prints = [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
    assert room_of(path) in ("commands", "") or prints == []


def modules_after(statement: str) -> set[str]:
    """What is loaded in a fresh interpreter after a statement."""
    program = f"{statement}\nimport sys; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT.parent, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def test_importing_the_package_is_light() -> None:
    assert modules_after("import tessnb").isdisjoint(HEAVY)


def test_the_command_line_is_light() -> None:
    assert modules_after("import tessnb.commands").isdisjoint(HEAVY)
