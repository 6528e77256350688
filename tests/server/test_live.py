"""Widgets that live in the server: boxes opened, corrected and saved through the socket alone."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import logging
import math
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import websocket

import tessnb as tn
from tessnb.formats.boxfile import BoxChar, read_boxes, write_boxes
from tessnb.server.base import Root
from tessnb.server.live_widgets import Kind, LiveWidget, LiveWidgets, pack
from tests.server.conftest import Server

PNG = b"\x89PNG\r\n\x1a\n"


def take(data: str | bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Take a message apart, as the browser does."""
    if isinstance(data, str):
        return json.loads(data), []
    length = int.from_bytes(data[:4], "little")
    message, at, parts = json.loads(data[4 : 4 + length]), 4 + length, []
    for size in message["buffers"]:
        parts.append(data[at : at + size])
        at += size
    assert at == len(data)
    return message, parts


class Talk:
    """What a page of the browser says and hears."""

    def __init__(
        self,
        server: Server,
        kind: str,
        path: object = "",
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> None:
        address = server.address.replace("http", "ws", 1)
        url = f"{address}tessnb/api/live/{kind}?{urlencode(query or {'path': path})}"
        headers = dict({"Authorization": f"token {server.token}"} if headers is None else headers)
        origin = headers.pop("Origin", None)
        self.line = websocket.create_connection(
            url, 60, header=headers, origin=origin, suppress_origin=origin is None
        )

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self.line.close()
        self.drop()  # also where the other side was first

    def drop(self) -> None:
        """Break the connection, without a word."""
        self.line.shutdown()

    def say(self, method: str, **more: object) -> None:
        self.line.send(json.dumps({"method": method, **more}))

    def ask(self, **content: object) -> None:
        self.say("custom", content=content)

    def hear(self, *, method: str = "custom", **content: object) -> tuple[dict[str, Any], list[bytes]]:
        """Return the next message of a kind, with the bytes that came with it; pass over others."""
        while True:
            message, parts = take(self.line.recv())
            said = message.get("content", message)
            if message["method"] == method and content.items() <= said.items():
                return said, parts


def refusal(
    server: Server, kind: str, path: object, headers: Mapping[str, str] | None = None, **query: object
) -> int:
    """Return the status with which a socket is not opened."""
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        Talk(server, kind, path, headers, **query)
    return int(caught.value.status_code)


@pytest.fixture(scope="module")
def boxes(server: Server) -> Path:
    """A line's image with its boxes."""
    (line,) = tn.render("one two", ["DejaVu Sans"], xsize=700, ysize=600)
    folder = server.root / "live"
    folder.mkdir()
    (folder / "line.png").write_bytes(line.to_image_data().image_data)
    places = zip(line.box_texts, line.boxes.tolist(), strict=True)
    write_boxes(folder / "line.box", [BoxChar(text, *place) for text, place in places])
    (folder / "alone.box").write_bytes((folder / "line.box").read_bytes())
    return folder / "line.box"


def test_boxes_are_corrected(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        opened, _ = page.hear(method="open")
        assert opened["state"] == {
            "page": 0,
            "level": "characters",
            "text_order": "logical",
            "selection": [0, 0],
        }
        page.ask(kind="open")
        shown, _ = page.hear(kind="page")
        assert (shown["title"], shown["file"], len(shown["boxes"])) == ("line.png", "line.box", 7)
        page.ask(kind="tiles", page=0, tiles=[[0, 0, 0]])
        tile, parts = page.hear(kind="tile")
        assert tile["tile"] == [0, 0, 0]
        assert len(parts) == 1
        assert parts[0].startswith(PNG)

        edit = {"kind": "edit", "op": "text", "page": 0, "start": 0, "stop": 1, "level": "characters"}
        page.ask(**edit, text="½", order="logical")
        change, _ = page.hear(kind="splice")
        assert change["changed"] is True
        page.ask(kind="save")
        state, _ = page.hear(kind="state")
        assert (state["changed"], state["note"]) == (False, "Saved line.box")

    assert [box.text for box in read_boxes(boxes)] == ["½", "n", "e", " ", "t", "w", "o"]


def test_traits_are_shared_as_far_as_they_are_to_be(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        page.hear(method="open")
        page.say("update", state={"level": "words", "selection": [0, 2]})
        page.say("update", state={"_esm": "alert(1)", "layout": "IPY_MODEL_x", "comm": None})
        page.say("update", state={"level": "pages"})
        back, _ = page.hear(method="update")
        assert back["state"] == {
            "page": 0,
            "level": "words",
            "text_order": "logical",
            "selection": [0, 2],
        }
        said, _ = page.hear(method="problem")
        assert "level" in said["message"]
        page.say("update", state={"page": 7})
        said, _ = page.hear(method="problem")
        assert "there is no page 7" in said["message"]


def test_what_cannot_be_opened_is_told(server: Server, boxes: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes((boxes.parent / "line.png").read_bytes())
    (boxes.parent / "away.box").write_bytes(boxes.read_bytes())
    (boxes.parent / "away.png").symlink_to(tmp_path / "secret.png")
    (boxes.parent / "bad.box").write_text("no box at all\n")
    (boxes.parent / "bad.png").write_bytes((boxes.parent / "line.png").read_bytes())

    heard = []
    for name in ("alone", "away", "bad"):
        with Talk(server, "boxes", f"live/{name}.box") as page:
            said, _ = page.hear(method="problem")
            assert str(server.root) not in said["message"] + said["hint"]
            heard.append(said["message"])
    assert "no image beside this box file" in heard[0]
    assert "leads out of the folder" in heard[1]
    assert "bad.box" in heard[2]


def test_only_who_may_is_let_in(server: Server, boxes: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.box").write_bytes(boxes.read_bytes())
    (boxes.parent / "link.box").symlink_to(tmp_path / "secret.box")
    path = "live/line.box"
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.open(f"{server.address}api/status?token={server.token}", timeout=60).close()
    logged_in = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in jar)}
    here = server.address.split("/user")[0]
    Talk(server, "boxes", path, {**logged_in, "Origin": here}).close()
    assert refusal(server, "boxes", path, {**logged_in, "Origin": "http://elsewhere.example"}) == 403
    assert refusal(server, "boxes", path, {}) == 403
    assert refusal(server, "boxes", path, {"Authorization": "token wrong"}) == 403
    for other in ("live/none.box", "../secret.box", tmp_path / "secret.box", "live/link.box"):
        assert refusal(server, "boxes", other) in (400, 404)
    assert refusal(server, "nothing", path) == 404


@pytest.mark.parametrize(
    "message",
    [
        "nonsense",
        "[]",
        '{"method": "open"}',
        '{"method": "custom"}',
        '{"method": "update", "state": []}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_ends_the_talk(server: Server, boxes: Path, message: str) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        page.hear(method="open")
        page.line.send(message)
        while True:
            code_of_frame, data = page.line.recv_data()
            if code_of_frame == websocket.ABNF.OPCODE_CLOSE:
                break
    assert int.from_bytes(data[:2], "big") == 1003


def test_no_message_is_very_long(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        page.hear(method="open")
        with pytest.raises((ConnectionError, websocket.WebSocketConnectionClosedException)):  # noqa: PT012
            page.line.send("x" * 2_000_000)
            while True:
                page.line.recv()


def test_a_message_that_a_widget_cannot_take_does_no_harm(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        page.hear(method="open")
        page.ask(kind="edit", op="none")
        page.ask(kind="tiles", page="x", tiles=7)
        page.ask(kind="open")
        page.hear(kind="page")


def test_so_many_are_open_at_a_time_and_closing_makes_room(server: Server) -> None:
    (server.root / "few.unicharset").write_bytes(tn.make_starter("ab")["lstm-unicharset"])

    pages = [Talk(server, "charset", "few.unicharset") for _ in range(64)]
    assert refusal(server, "charset", "few.unicharset") == 503
    for page in pages:
        page.close()
    for _ in range(100):
        try:
            last = Talk(server, "charset", "few.unicharset")
            break
        except websocket.WebSocketBadStatusException:
            time.sleep(0.1)
    with last:
        last.hear(method="open")
        last.ask(kind="hello")
        shown, _ = last.hear(kind="charset")
    assert [row[0] for row in shown["rows"]][-2:] == ["a", "b"]


def test_a_character_set_is_saved_beside_its_file(server: Server) -> None:
    folder = server.root / "charset"
    folder.mkdir()
    (folder / "few.unicharset").write_bytes(tn.make_starter("ab")["lstm-unicharset"])

    with Talk(server, "charset", "charset/few.unicharset") as page:
        page.hear(method="open")
        page.ask(kind="add", characters="", text="½")
        page.ask(kind="save", name="more.unicharset")
        said, _ = page.hear(kind="result", failed=False)
        while "Written" not in said["text"]:
            said, _ = page.hear(kind="result")
        assert said["text"] == "Written: charset/more.unicharset"
        page.ask(kind="save", name="more.unicharset")
        said, _ = page.hear(kind="result", failed=True)
        assert said["text"].startswith("charset/more.unicharset: there is such a file already")
        page.ask(kind="save", name="../../more.unicharset")
        page.hear(kind="result", failed=True)

    assert "½" in (folder / "more.unicharset").read_text(encoding="utf-8")
    assert not (server.root.parent / "more.unicharset").exists()


EDIT = {"kind": "edit", "op": "text", "page": 0, "start": 0, "stop": 1, "level": "characters", "text": "¾"}


def test_what_was_not_saved_outlives_its_connection(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        key = page.hear(method="open")[0]["key"]
        page.ask(kind="open")
        page.hear(kind="page")
        page.ask(**EDIT, order="logical")
        page.hear(method="heard", count=2)
        page.drop()

    # What was said meanwhile is heard, and nothing else again.
    with Talk(server, "boxes", key=key, heard=2) as page:
        message, _ = take(page.line.recv())
        assert message == {"method": "again", "count": 2}
        message, _ = take(page.line.recv())
        assert message["content"]["kind"] == "splice"
        assert message["content"]["changed"] is True
        page.ask(kind="save")
        page.hear(kind="state", changed=False)
        page.say("heard", count=4)

    assert read_boxes(boxes)[0].text == "¾"
    with Talk(server, "boxes", key=key, heard=4) as page:  # it was closed as one closes a tab
        assert json.loads(page.line.recv()) == {"method": "gone"}


def test_a_page_goes_on_where_another_has_not_told_that_it_is_lost(server: Server, boxes: Path) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        key = page.hear(method="open")[0]["key"]
        with Talk(server, "boxes", key=key, heard=1) as other:
            other.hear(method="again", count=0)
            assert page.line.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
            other.ask(**EDIT, order="logical")
            other.hear(kind="splice")


@pytest.mark.parametrize("heard", ["-1", "99", "one", ""])
def test_what_cannot_have_been_heard_ends_the_talk(server: Server, boxes: Path, heard: str) -> None:
    with Talk(server, "boxes", "live/line.box") as page:
        key = page.hear(method="open")[0]["key"]
        page.drop()
    with Talk(server, "boxes", key=key, heard=heard) as page:
        page.hear(method="again")
        assert page.line.recv_data()[1][:2] == (1003).to_bytes(2, "big")
    for kind, wrong in (("boxes", key), ("charset", key), ("boxes", "wrong")):
        with Talk(server, kind, key=wrong, heard=1) as page:
            page.hear(method="gone")


def test_few_widgets_are_kept_without_a_page(server: Server) -> None:
    """The one that was lost first goes first."""
    (server.root / "lost.unicharset").write_bytes(tn.make_starter("ab")["lstm-unicharset"])
    keys = []
    for _ in range(9):
        with Talk(server, "charset", "lost.unicharset") as page:
            keys.append(page.hear(method="open")[0]["key"])
            page.drop()
    for key, method in ((keys[0], "gone"), (keys[1], "again"), (keys[8], "again")):
        with Talk(server, "charset", key=key, heard=1) as page:
            page.hear(method=method)
    assert refusal(server, "charset", "", {}, key=keys[2], heard=1) == 403


def test_widgets_are_not_kept_for_ever() -> None:
    async def lose() -> None:
        kept = LiveWidgets(most=2, most_lost=2, seconds=0.05)
        one, other, unheard = (
            LiveWidget(Kind(print), Path("none"), Root("."), logging.getLogger()) for _ in range(3)
        )
        kept.add(one)
        kept.add(other)
        assert not kept.has_room
        kept.lose(one.key)
        assert kept.has_room
        for _ in range(600):
            await asyncio.sleep(0.05)
            if one.has_ended:
                break
        assert kept.find(one.key) is None
        assert kept.find(other.key) is other
        kept.end(other.key)
        assert other.has_ended
        kept.add(unheard)
        unheard.end()  # as one does by itself when too much of it is unheard
        unheard.take({"method": "custom", "content": {}})
        kept.lose(unheard.key)
        assert kept.find(unheard.key) is None

    asyncio.run(lose())


def test_a_message_as_it_is_sent() -> None:
    assert pack({"method": "custom", "content": {"text": "é\udcff"}}) == (
        '{"method": "custom", "content": {"text": "\\u00e9\\udcff"}}'
    )
    assert json.loads(pack({"content": {"error": math.nan}})) == {"content": {"error": "nan"}}
    message, parts = take(pack({"content": {}}, [b"one", memoryview(b""), b"\0"]))
    assert message == {"content": {}, "buffers": [3, 0, 1]}
    assert parts == [b"one", b"", b"\0"]
