"""What every handler keeps to: who is answered, and which files there are for it."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tornado.web import HTTPError

from tessnb.server.base import Handler, Root
from tests.server.conftest import Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to be served, with a secret beside it and every way that could lead there."""
    folder = tmp_path / "served"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file ü%2e").write_text("here")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "file").touch()
    (folder / "to hidden").symlink_to(".hidden")
    (folder / "inside").symlink_to("deep")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "served too").mkdir()
    (folder / "outside").symlink_to("../secret")
    (folder / "above").symlink_to("..")
    (folder / "round").symlink_to("round")
    os.mkfifo(folder / "pipe")
    return folder


def test_a_server_starts_without_what_it_may_never_need() -> None:
    code = "import sys, tessnb.server.routes; print({'numba', 'pandas', 'scipy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


@pytest.mark.parametrize(
    "path", ["deep/file ü%2e", "/deep/file ü%2e", "//deep//file ü%2e", "inside/file ü%2e"]
)
def test_what_is_inside_is_found(folder: Path, path: str) -> None:
    assert Root(folder).inside(path) == folder / "deep" / "file ü%2e"
    assert Root(folder).inside(path, new=True) == folder / "deep" / "file ü%2e"


def test_a_served_folder_may_itself_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    root = Root(tmp_path / "link")
    assert root.inside("deep") == folder / "deep"
    assert root.name_of(folder / "deep" / "x") == "deep/x"
    assert root.name_of(tmp_path / "secret") == ""


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../secret",
            "deep/../../secret",
            "deep/..",
            "..",
            "/../secret",
            "outside",
            "above/secret",
            "above",
        ),
        *("%2e%2e/secret", "..%2fsecret", "deep/..\\secret", "nothing", "deep/nothing", "deep/file ü%2e/x"),
        *("\0", "deep\0", "x" * 5000, "x/" * 5000, "pipe", "round", ".hidden", ".hidden/file", "to hidden"),
        *("to hidden/file", "\ud800"),
    ],
)
def test_nothing_else_is(folder: Path, path: str) -> None:
    with pytest.raises(PermissionError):
        Root(folder).inside(path)


@pytest.mark.parametrize(
    "path",
    [
        "../new",
        "above/new",
        "nothing/new",
        ".new",
        ".hidden/new",
        "outside",
        "deep/..",
        "a\0",
        "inside/../..",
    ],
)
def test_no_new_file_outside(folder: Path, path: str) -> None:
    with pytest.raises(PermissionError):
        Root(folder).inside(path, new=True)


def test_new_files_and_hidden_ones_where_they_are_shown(folder: Path) -> None:
    assert Root(folder).inside("inside/new", new=True) == folder / "deep" / "new"
    assert Root(folder, shows_hidden=True).inside(".hidden/file") == folder / ".hidden" / "file"
    assert Root(folder, shows_hidden=True).inside(".new", new=True) == folder / ".new"


def test_what_takes_too_long_is_given_up() -> None:
    handler = object.__new__(Handler)
    assert asyncio.run(handler.off_thread(max, 3, 4)) == 4
    with pytest.raises(HTTPError) as caught:
        asyncio.run(handler.off_thread(time.sleep, 0.5, seconds=0.01))
    assert caught.value.status_code == 504


ADDRESSES = [("runs", None), ("runs/one?path=x", None), ("runs/tell", {"path": "x", "command": "stop"})]


@pytest.mark.parametrize(("path", "body"), ADDRESSES)
@pytest.mark.parametrize("token", ["", "token ", "token 0123456789abcdef0123456789abcdef"])
def test_only_who_may_is_answered(server: Server, path: str, body: object, token: str) -> None:
    status, answer = server.ask(path, body=body, headers={"Authorization": token} if token else {})
    assert status == 403
    assert "runs" not in answer


def test_other_sites_are_not_answered(server: Server) -> None:
    """A browser that is logged in sends its cookie along wherever a page asks it to."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    browser.open(f"{server.address}api/status?token={server.token}", timeout=60).close()

    def status(path: str, body: object = None, **headers: str) -> int:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{server.address}tessnb/api/{path}", data, headers)
        try:
            with browser.open(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    here = server.address.split("/user")[0]
    assert status("runs", Origin=here, Referer=f"{here}/") == 200
    assert status("runs", Origin="http://elsewhere.example") == 404
    assert status("runs/tell", {"command": "stop"}, Origin="http://elsewhere.example") in (403, 404)
    assert status("runs/tell", {"command": "stop"}, Origin=here) == 403  # no XSRF token


@pytest.mark.parametrize("path", ["../x", "%2e%2e/x", "/etc/passwd", "x\0", ".x", "nothing", "x" * 9000])
def test_what_is_not_to_be_seen_is_not_there(server: Server, path: str) -> None:
    """All are answered alike, so that nobody learns what lies outside."""
    status, answer = server.ask("runs/one", {"path": path})
    assert (status, answer["message"]) == (404, "There is no such file here")


def test_errors_are_said_in_words(server: Server) -> None:
    (server.root / "broken.run.jsonl").write_text("no record")
    status, answer = server.ask("runs/tell", body={"path": "x", "command": "explode"})
    assert status == 400
    assert answer["message"] == 'no such command; found "explode"; expected pause, resume, stop, checkpoint'
    status, answer = server.ask("runs/one", {"path": "broken"})
    assert (status, answer["hint"]) == (400, "")
    assert answer["message"].startswith("broken.run.jsonl: there is no record of a run")
    assert server.ask("runs/tell", body=[])[0] == 400
    assert server.ask("runs/one")[0] == 400
