"""The Jupyter server extension: what JupyterLab asks about Tesseract's files and trainings."""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell Jupyter where the extension is."""
    return [{"module": "tessnb.server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Add the addresses of `tessnb.server.routes` to a Jupyter server, and take over what is set."""
    from tessnb.server.routes import add_routes
    from tessnb.server.settings import take_saved

    add_routes(app.web_app)
    take_saved(app)
