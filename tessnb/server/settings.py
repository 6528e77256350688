"""JupyterLab's settings that reach kernels and terminals: as the environment that the server hands down."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from tessnb.errors import InputError, TessnbError
from tessnb.server.base import Handler, Root

__all__ = ["ROUTES", "Environment", "take_saved"]

#: A setting → the variable that it becomes.
_FOLDERS = {"tessdata": "TESSDATA_PREFIX", "langdata": "TESSNB_LANGDATA"}
_THREADS = "OMP_THREAD_LIMIT"
#: What the settings are saved under.
_PLUGIN = "@tessnb/labextension:settings"


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


def take_saved(app: Any) -> None:
    """Take over what was saved with a JupyterLab, before a first page of it tells the settings.

    Parameters
    ----------
    app : ServerApp
        As it loads its extensions.
    """
    from jupyterlab_server import LabServerApp
    from jupyterlab_server.settings_utils import get_settings

    folder = getattr(app.contents_manager, "root_dir", "") or app.root_dir
    for lab in (each for apps in app.extension_manager.extension_apps.values() for each in apps):
        if not isinstance(lab, LabServerApp):
            continue
        paths = [*lab.extra_labextensions_path, *lab.labextensions_path]
        try:
            found, _ = get_settings(
                lab.app_settings_dir,
                lab.schemas_dir,
                lab.user_settings_dir,
                _PLUGIN,
                labextensions_path=paths,
            )
            values = {name: each["default"] for name, each in found["schema"]["properties"].items()}
            _environment.set({**values, **found["settings"]}, Root(folder).folder)
        except (TessnbError, HTTPError, OSError, LookupError) as error:
            app.log.warning("The settings of Tesseract are not read: %s", error)


class SettingsHandler(Handler):
    """``POST settings``: kernels and terminals that start from now on have them; see `Environment.set`."""

    auth_resource = "kernels"

    def post(self) -> None:
        _environment.set(self.body(), self.root.folder)
        self.reply({})


ROUTES = (("settings", SettingsHandler),)
