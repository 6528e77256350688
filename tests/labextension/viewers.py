"""Our viewers in a real JupyterLab: files are opened, and are open again after a reload."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from tests.elsewhere import until
from tests.lab import Lab, get

__all__ = ["VIEWER", "is_dirty", "open_file", "reload", "shown"]

#: The viewer in the tab that is seen.
VIEWER = ".lm-DockPanel-widget:not(.lm-mod-hidden) .tessnb-viewer"


def open_file(page: Page, name: str) -> Locator:
    """Double-click on a file; return what is shown of it."""
    page.locator(f".jp-DirListing-item:has-text('{name}')").first.dblclick()
    return shown(page, name)


def shown(page: Page, name: str) -> Locator:
    """Wait until a file is drawn in the tab that is seen; return its viewer."""
    expect(page.locator(".lm-DockPanel .lm-TabBar-tab.jp-mod-current")).to_contain_text(name)
    viewer = page.locator(VIEWER)
    expect(viewer.locator(".tessnb-viewer-body:not(.tessnb-mod-coming) > :not(:empty)").first).to_be_visible()
    return viewer


def is_dirty(page: Page, dirty: bool) -> None:
    """Wait until the tab says that something is, or is not, to be saved."""
    count = int(dirty)
    expect(page.locator(".lm-DockPanel .lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(count)


def reload(page: Page, lab: Lab, *paths: str) -> None:
    """Load the page again, once the server has kept that files are open: the page tells it after a rest."""

    def are_kept() -> bool:
        answer = get(f"{lab.address}/lab/api/workspaces/default?token={lab.token}")
        layout = json.dumps(json.loads(answer)["data"].get("layout-restorer:data", {}).get("main"))
        return all(f':{path}"' in layout for path in paths)

    until(are_kept)
    page.goto(f"{lab.address}/lab?token={lab.token}")
