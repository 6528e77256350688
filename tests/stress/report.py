"""What was tried and what came of it: rows of a table, kept as JSON beside those of earlier runs."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["RESULTS", "Row", "save", "show"]

#: Where results are kept.
RESULTS = Path("build/stress").resolve()


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what : str
        What was tried.
    tried : int
        How often.
    held : int
        How often it went as it should.
    seconds : float
    note : str
        Further figures.
    problems : list of str
        One for each time that it did not, or one for several of a kind; no row may have any.
    """

    what: str
    tried: int
    held: int
    seconds: float
    note: str = ""
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        state = "" if not self.problems else f"  {len(self.problems)} PROBLEMS"
        return f"{self.what:44}{self.tried:>12,}{self.held:>12,}{self.seconds:>9.1f} s  {self.note}{state}"


def show(part: str, rows: Iterable[Row]) -> None:
    """Print the rows of a part, their sum, and what went wrong."""
    rows = list(rows)
    print(f"\n{part:44}{'tried':>12}{'held':>12}{'time':>11}")
    total = Row("all", sum(row.tried for row in rows), sum(row.held for row in rows), _seconds(rows))
    for row in [*rows, total]:
        print(row)
    for row in rows:
        for problem in row.problems:
            print(f"  {row.what}: {problem}")


def _seconds(rows: Iterable[Row]) -> float:
    return sum(row.seconds for row in rows)


def save(part: str, seed: int, rows: Iterable[Row]) -> Path:
    """Put the rows of a part in place of those of the same names of an earlier run; return the file."""
    path = RESULTS / "stress.json"
    RESULTS.mkdir(parents=True, exist_ok=True)
    record = json.loads(path.read_text()) if path.exists() else {}
    machine = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    fresh = {row.what: {"seed": seed, **asdict(row)} for row in rows}
    earlier = {row["what"]: row for row in record.get(part, {}).get("rows", [])}
    record[part] = {"machine": machine, "rows": [*{**earlier, **fresh}.values()]}
    path.write_text(json.dumps(record, indent=1))
    return path
