"""Which address is answered by which handler."""

from __future__ import annotations

from typing import TypeAlias

from jupyter_server.utils import url_path_join
from tornado.web import Application, RequestHandler

from tessnb.server import launcher, lines, live, logs, models, runs, settings

__all__ = ["ROUTES", "Route", "add_routes"]

#: A pattern below ``…/tessnb/api/``, without a slash before it, and who answers.
Route: TypeAlias = tuple[str, type[RequestHandler]]

#: Of all modules.
ROUTES: tuple[Route, ...] = (
    *launcher.ROUTES,
    *lines.ROUTES,
    *live.ROUTES,
    *logs.ROUTES,
    *models.ROUTES,
    *runs.ROUTES,
    *settings.ROUTES,
)


def add_routes(application: Application) -> None:
    """Let a server answer them, behind whichever base URL it has."""
    base = url_path_join(application.settings["base_url"], "tessnb", "api")
    application.add_handlers(".*$", [(url_path_join(base, pattern), handler) for pattern, handler in ROUTES])
