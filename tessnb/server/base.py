"""What every handler has in common: who may ask, which files may be asked for, how errors are said."""

from __future__ import annotations

import asyncio
import json
import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, ParamSpec, TypeVar

from jupyter_core.paths import is_hidden
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from tessnb.errors import TessnbError, visible

__all__ = ["Handler", "Root", "root_of", "run_in_thread"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: Work on files happens here, so that the server goes on answering; more at once would only slow it down.
_threads = ThreadPoolExecutor(4, thread_name_prefix="tessnb-server")


async def run_in_thread(
    function: Callable[_P, _R], seconds: float, /, *args: _P.args, **kwargs: _P.kwargs
) -> _R:
    """Call a function beside the event loop.

    Raises
    ------
    TimeoutError
        If it takes longer than `seconds`; it is left to itself then.
    """
    work = asyncio.get_running_loop().run_in_executor(_threads, partial(function, *args, **kwargs))
    return await asyncio.wait_for(work, seconds)


class Root:
    """The folder that a server shows, and what of it may be seen.

    Parameters
    ----------
    folder : path
    shows_hidden : bool
        Whether names that begin with a dot may be asked for.
    """

    def __init__(self, folder: str | os.PathLike[str], *, shows_hidden: bool = False) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.shows_hidden = shows_hidden

    def inside(self, path: str, *, new: bool = False) -> Path:
        """Return the real path of a file or folder, as it is called in the file browser.

        Parameters
        ----------
        path : str
            Relative to the folder, with slashes; one at the beginning means nothing.
        new : bool
            Whether it may be a file that is not there yet, in a folder that is.

        Raises
        ------
        PermissionError
            If it is not there, lies outside, also by a link, is hidden, or is neither a file nor a folder.
        """
        try:
            parts = PurePosixPath(path.lstrip("/")).parts
            if ".." in parts:
                raise PermissionError(path)
            named = self.folder.joinpath(*parts)
            is_new = new and not os.path.lexists(named)
            real = named.parent.resolve(strict=True) / named.name if is_new else named.resolve(strict=True)
            visible = self.shows_hidden or not (
                any(part.startswith(".") for part in parts) or is_hidden(real, self.folder)
            )
            plain = is_new or real.is_file() or real.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            raise PermissionError(path) from error
        if not (visible and plain and real.is_relative_to(self.folder)):
            raise PermissionError(path)
        return real

    def name_of(self, path: str | os.PathLike[str]) -> str:
        """Return what the file browser calls a path inside the folder; "" if it lies outside."""
        real = Path(os.path.abspath(path))
        return real.relative_to(self.folder).as_posix() if real.is_relative_to(self.folder) else ""

    def shown(self, sentence: str) -> str:
        """Return a sentence with paths as the file browser has them."""
        return sentence.replace(f"{self.folder}{os.sep}", "")

    def said(self, error: TessnbError) -> dict[str, str]:
        """Return what an error says as pages are told it: ``message``, and ``hint``, what to do about it."""
        hint = visible(error.hint or "")
        message = str(error).removesuffix(f". {hint}" if hint else "")
        return {"message": self.shown(message), "hint": self.shown(hint)}


def root_of(handler: JupyterHandler) -> Root:
    """Return the folder that the server of a handler shows."""
    manager = handler.contents_manager
    folder = getattr(manager, "root_dir", "") or handler.settings["server_root_dir"]
    return Root(folder, shows_hidden=bool(getattr(manager, "allow_hidden", False)))


class Handler(APIHandler):
    """Answers only who is logged in and allowed to, with JSON; a `TessnbError` becomes status 400."""

    #: What the server's authorizer is asked about.
    auth_resource = "contents"

    async def prepare(self) -> None:  # type: ignore[override]
        """Let in who may; nothing that a handler does comes before this."""
        await super().prepare()
        if self.request.method == "OPTIONS" or self._finished:
            return
        if self.current_user is None:
            raise HTTPError(403)
        action = "read" if self.request.method in ("GET", "HEAD") else "write"
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            raise HTTPError(403)

    @property
    def root(self) -> Root:
        """The folder that the server shows."""
        return root_of(self)

    def path_of(self, argument: str = "path") -> Path:
        """Return the real path that an argument of the address names; see `inside`."""
        return self.inside(self.get_query_argument(argument))

    def inside(self, path: str, *, new: bool = False) -> Path:
        """Return the real path of what the file browser calls `path`; see `Root.inside`.

        Raises
        ------
        HTTPError
            404, if it may not be seen, whether it is there or not.
        """
        try:
            return self.root.inside(path, new=new)
        except PermissionError:
            raise HTTPError(404, "There is no such file here") from None

    async def off_thread(
        self, function: Callable[..., _R], *args: Any, seconds: float = 20.0, **kwargs: Any
    ) -> _R:
        """Call a function beside the event loop.

        Raises
        ------
        HTTPError
            504, if it takes too long.
        """
        try:
            return await run_in_thread(function, seconds, *args, **kwargs)
        except TimeoutError:
            raise HTTPError(504, f"This took longer than {seconds:g} seconds and was given up") from None

    def body(self) -> Mapping[str, Any]:
        """Return what was posted.

        Raises
        ------
        HTTPError
            400, if it is no object.
        """
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise HTTPError(400, "The request must be an object")
        return body

    def reply(self, answer: Any) -> None:
        """Answer with JSON; numbers that are not finite become null."""
        self.finish(json.dumps(_plain(answer), ensure_ascii=False, allow_nan=False, separators=(",", ":")))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Write unexpected errors alone to the server's log."""
        if not isinstance(error, TessnbError):
            super().log_exception(kind, error, trace)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say an error of this package in its words; paths as the file browser has them."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if not isinstance(error, TessnbError):
            super().write_error(status_code, **kwargs)
            return
        self.set_status(400)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(self.root.said(error)))


def _plain(value: Any) -> Any:
    """Return what JSON can say: NumPy's numbers as Python's, null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
