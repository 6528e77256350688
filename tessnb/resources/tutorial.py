"""The tutorial's notebooks, copied out of the package to where they can be run and changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from tessnb.errors import InputError
from tessnb.files import read_bytes, write_bytes, write_text

__all__ = ["copy_tutorial", "shipped_tutorial"]

_log = logging.getLogger("tessnb")

#: What was copied into a folder: by this a changed notebook is told from one of an older tessnb.
_RECORD = ".tessnb-tutorial.json"


def shipped_tutorial() -> Path:
    """Return the folder of the tutorial's notebooks: in the installed package, or in a checkout beside it.

    Raises
    ------
    InputError
        If there is none.
    """
    package = Path(str(files("tessnb.resources")))
    installed, checkout = package / "data" / "tutorial", package.parents[1] / "notebooks"
    for folder in (installed, checkout):
        if (folder / "tutorial.py").is_file():
            return folder
    raise InputError(
        "this installation has no notebooks",
        where=str(installed),
        hint="Install tessnb again, from its wheel",
    )


def copy_tutorial(folder: Path, tell: Callable[[str], object] = _log.info) -> Path:
    """Copy the tutorial's notebooks, and the module that they share, into a folder.

    A file that is there already is replaced only if it is what an older tessnb put there. What was changed
    since, even by running it, stays as it is. Copying again adds what is missing.

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    tell : callable, optional
        Called with sentences that say what was copied and what was not; by default they are logged.

    Returns
    -------
    Path
        The first notebook, in `folder`.

    Raises
    ------
    InputError
        If the folder cannot be written, or this installation has no notebooks.
    """
    source = shipped_tutorial()
    shipped = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    first = folder / next(iter(shipped))
    if folder.resolve() == source.resolve():
        tell(f"The notebooks are in {folder}")
        return first
    shipped["tutorial.py"] = read_bytes(source / "tutorial.py")
    known = _read_record(folder)
    copied, kept = _copy(shipped, folder, known)
    record = known | {name: _digest(data) for name, data in shipped.items() if name not in kept}
    if record != known:
        write_text(folder / _RECORD, json.dumps(record, indent=1) + "\n")
    if copied:
        tell(f"{len(copied)} of the tutorial's {len(shipped)} files copied to {folder}")
    else:
        tell(f"The tutorial is in {folder} already")
    if kept:
        tell(f"Changed since they were copied, so left as they are: {', '.join(kept)}")
    return first


def _copy(
    shipped: Mapping[str, bytes], folder: Path, known: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Write what is missing or old; return the names of what was written, and of what was left as it is."""
    copied, kept = [], []
    for name, data in shipped.items():
        path = folder / name
        if path.exists():
            there = read_bytes(path)
            if there == data:
                continue
            if _digest(there) != known.get(name):
                kept.append(name)
                continue
        write_bytes(path, data)
        copied.append(name)
    return copied, kept


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _read_record(folder: Path) -> dict[str, str]:
    """Return the digests of what was copied before; nothing where that is not known."""
    path = folder / _RECORD
    if not path.is_file():
        return {}
    try:
        record = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return dict(record) if isinstance(record, dict) else {}
