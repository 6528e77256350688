"""JupyterLab's settings that reach kernels and terminals: as the environment that the server hands down."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from tessnb.errors import InputError
from tessnb.server.base import Handler

__all__ = ["ROUTES", "Environment"]

#: A setting → the variable that it becomes.
_FOLDERS = {"tessdata": "TESSDATA_PREFIX", "langdata": "TESSNB_LANGDATA"}
_THREADS = "OMP_THREAD_LIMIT"


class Environment:
    """The environment, as the settings have it; what is not set is as it was at first.

    Parameters
    ----------
    variables : mutable mapping, optional
        By default the environment of this process, which kernels and terminals inherit.
    """

    def __init__(self, variables: MutableMapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        names = (*_FOLDERS.values(), _THREADS)
        self._first = {name: self._variables.get(name) for name in names}

    def set(self, settings: Mapping[str, Any], root: Path) -> None:
        """Take over settings: ``tessdata``, ``langdata``, ``threads``.

        Parameters
        ----------
        settings : mapping
            Empty texts and 0 stand for what was there at first.
        root : Path
            What relative folders belong to.

        Raises
        ------
        InputError
            If a value is of another kind; nothing is changed then.
        """
        values = {variable: _folder(settings, name, root) for name, variable in _FOLDERS.items()}
        values[_THREADS] = _threads(settings.get("threads", 0))
        for variable, value in values.items():
            value = value or self._first[variable]
            if value is None:
                self._variables.pop(variable, None)
            else:
                self._variables[variable] = value


def _folder(settings: Mapping[str, Any], name: str, root: Path) -> str | None:
    value = settings.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise InputError("a folder must be a text", where=name, found=repr(value))
    return str(root / Path(value.strip()).expanduser()) if value.strip() else None


def _threads(value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1024:
        raise InputError("impossible number of threads", found=repr(value), expected="0 to 1024")
    return str(value) if value else None


_environment = Environment()


class SettingsHandler(Handler):
    """``POST settings``: kernels and terminals that start from now on have them; see `Environment.set`."""

    auth_resource = "kernels"

    def post(self) -> None:
        _environment.set(self.body(), self.root.folder)
        self.reply({})


ROUTES = (("settings", SettingsHandler),)
