"""Lines, transcriptions and logs as the server tells of them."""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image

from tessnb.formats.lstmf import Document, ImageData
from tests.analysis.test_logs import OLD
from tests.formats.test_lstmf import BYTES, PAGE
from tests.server.conftest import Server


def encoded(width: int, height: int, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width), 200, np.uint8)).save(file, kind)
    return file.getvalue()


def picture(server: Server, path: str, query: Mapping[str, object]) -> tuple[Mapping[str, str], bytes]:
    """Return headers and bytes of a picture."""
    url = f"{server.address}tessnb/api/{path}?{urlencode(query)}"
    request = urllib.request.Request(url, headers={"Authorization": f"token {server.token}"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return dict(answer.headers), answer.read()


@pytest.fixture
def folder(server: Server, request: pytest.FixtureRequest) -> Path:
    """A folder of its own for each test."""
    folder = server.root / "lines" / request.node.name.replace("[", "-").replace("]", "").replace("/", "")
    folder.mkdir(parents=True)
    return folder


def test_a_page_of_a_document(server: Server, folder: Path) -> None:
    name = folder.relative_to(server.root) / "long.lstmf"
    pages = [
        ImageData(
            image_data=encoded(50 + n, 30),
            transcription=f"line {n} שלום",
            boxes=PAGE.boxes,
            box_texts=["é", "g"],
        )
        for n in range(70)
    ]
    Document([*pages, None, ImageData(transcription="blind")]).write(server.root / name)
    status, answer = server.ask("lines", {"path": name, "first": 60, "count": 50})
    assert status == 200
    assert (answer["count"], answer["first"], len(answer["rows"])) == (72, 60, 12)
    assert answer["rows"][0] == {"text": "line 60 שלום", "problem": ""}
    assert "absent" in answer["rows"][10]["problem"]
    assert "Without an image" in answer["rows"][11]["problem"]
    assert answer["bytes"] == (server.root / name).stat().st_size

    query = {"path": name, "row": 60, "stamp": answer["stamp"]}
    status, line = server.ask("lines/line", query)
    assert (status, line["text"]) == (200, "line 60 שלום")
    assert (line["boxes"], line["texts"]) == (PAGE.boxes.tolist(), ["é", "g"])
    headers, data = picture(server, "lines/image", query)
    assert data == pages[60].image_data
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"

    # Another file in its place is another document.
    Document([pages[0]]).write(server.root / name)
    assert server.ask("lines", {"path": name})[1]["count"] == 1
    assert "changed on disk" in server.ask("lines/line", query)[1]["message"]


def test_the_first_lines_of_many_come_soon(server: Server, folder: Path) -> None:
    name = folder.relative_to(server.root) / "many.lstmf"
    line = ImageData(
        image_data=encoded(900, 40),
        transcription="x" * 45,
        boxes=np.zeros((45, 4), np.int16),
        box_texts=["x"] * 45,
    )
    Document([line] * 10_000).write(server.root / name)
    begun = time.perf_counter()
    _, answer = server.ask("lines", {"path": name, "count": 50})
    picture(server, "lines/image", {"path": name, "row": 3})
    first = time.perf_counter() - begun
    _, end = server.ask("lines", {"path": name, "first": 9990, "count": 50})
    print(
        f"first content after {first:.3f} s, the end after {time.perf_counter() - begun - first:.3f} s more"
    )
    assert (answer["count"], len(answer["rows"]), len(end["rows"])) == (10_000, 50, 10)
    (server.root / name).unlink()


@pytest.mark.parametrize("size", [0, 3, 30, 60])
def test_a_damaged_document_is_told(server: Server, folder: Path, size: int) -> None:
    name = folder.relative_to(server.root) / "cut.lstmf"
    (server.root / name).write_bytes(BYTES[:size])
    status, answer = server.ask("lines", {"path": name})
    assert status == 400
    assert "cut.lstmf" in answer["message"]
    assert str(server.root) not in answer["message"]


def test_what_is_outside_is_not_there(server: Server, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.lstmf").write_bytes(BYTES)
    (tmp_path / "secret.gt.txt").write_text("secret\n")
    (tmp_path / "secret.png").write_bytes(encoded(9, 9))
    for suffix in ("lstmf", "gt.txt", "png"):
        (folder / f"link.{suffix}").symlink_to(tmp_path / f"secret.{suffix}")
    (folder / "own.gt.txt").write_text("own\n")
    (folder / "own.png").symlink_to(tmp_path / "secret.png")
    here = folder.relative_to(server.root)
    for path in (here / "link.lstmf", here / "none.lstmf", tmp_path / "secret.lstmf", "../secret.lstmf"):
        for address in ("lines", "lines/line", "lines/image", "log", "truth", "truth/image"):
            assert server.ask(address, {"path": path})[0] == 404
    # A folder's own file, whose image leads away; a text that leads away says nothing of itself.
    assert server.ask("truth/image", {"path": here / "own.png"})[0] in (400, 404)
    assert server.ask("truth/image", {"path": here / "own.gt.txt"})[0] == 404
    _, answer = server.ask("truth", {"path": here / "own.gt.txt"})
    assert [(row["name"], row["text"]) for row in answer["rows"]] == [
        ("link.gt.txt", ""),
        ("own.gt.txt", "own"),
    ]
    assert "Leads out" in answer["rows"][0]["problem"]
    status, _ = server.ask("truth", body={"path": f"{here}/link.gt.txt", "text": "x", "stamp": "x"})
    assert status == 404
    assert (tmp_path / "secret.gt.txt").read_text() == "secret\n"


@pytest.mark.parametrize("address", ["lines", "lines/line", "lines/image", "log", "truth", "truth/image"])
def test_nobody_is_answered_without_the_token(server: Server, address: str, folder: Path) -> None:
    (folder / "a.lstmf").write_bytes(BYTES)
    query = {"path": folder.relative_to(server.root) / "a.lstmf"}
    assert server.ask(address, query, headers={})[0] == 403
    assert server.ask(address, query, headers={"Authorization": "token wrong"})[0] == 403


def test_a_text_is_corrected(server: Server, folder: Path) -> None:
    for number in range(60):
        (folder / f"line{number:02}.gt.txt").write_bytes(f"text {number}\r\n".encode())
    (folder / "line55.tif").write_bytes(encoded(90, 30, "TIFF"))
    here = folder.relative_to(server.root)
    _, answer = server.ask("truth", {"path": here / "line55.gt.txt", "count": 20})
    assert (answer["count"], answer["place"], answer["first"], len(answer["rows"])) == (60, 55, 40, 20)
    row = answer["rows"][15]
    assert (row["name"], row["path"], row["text"]) == ("line55.gt.txt", f"{here}/line55.gt.txt", "text 55")
    _, data = picture(server, "truth/image", {"path": row["path"]})
    assert data.startswith(b"\x89PNG")
    assert server.ask("truth/image", {"path": here / "line54.gt.txt"})[0] == 400

    body = {"path": row["path"], "text": "text ½", "stamp": row["stamp"]}
    status, saved = server.ask("truth", body=body)
    assert (status, saved["text"]) == (200, "text ½")
    assert (folder / "line55.gt.txt").read_bytes() == "text ½\r\n".encode()
    status, said = server.ask("truth", body=body)  # with the stamp of what is not there any more
    assert (status, "changed on disk" in said["message"]) == (400, True)
    assert server.ask("truth", body={**body, "stamp": saved["stamp"], "text": "one\ntwo"})[0] == 400
    assert (folder / "line55.gt.txt").read_bytes() == "text ½\r\n".encode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"path": "a.gt.txt"},
        {"path": 1, "text": "", "stamp": ""},
        [],
        {"path": "a", "text": "", "stamp": ""},
    ],
)
def test_what_is_no_correction_is_refused(server: Server, body: object) -> None:
    assert server.ask("truth", body=body)[0] in (400, 404)


def test_only_transcriptions_are_written(server: Server, folder: Path) -> None:
    (folder / "a.txt").write_text("mine\n")
    path = str((folder / "a.txt").relative_to(server.root))
    assert server.ask("truth", body={"path": path, "text": "x", "stamp": "x"})[0] == 400
    assert (folder / "a.txt").read_text() == "mine\n"


@pytest.mark.parametrize("query", [{"first": -1}, {"first": "x"}, {"count": 1 << 50}])
def test_numbers_are_looked_at(server: Server, folder: Path, query: dict[str, object]) -> None:
    (folder / "a.lstmf").write_bytes(BYTES)
    path = folder.relative_to(server.root) / "a.lstmf"
    assert server.ask("lines", {"path": path, **query})[0] == 400


def test_a_log_is_told_once_until_it_grows(server: Server, folder: Path) -> None:
    (folder / "a.log").write_text(OLD)
    path = folder.relative_to(server.root) / "a.log"
    _, answer = server.ask("log", {"path": path})
    assert (answer["name"], answer["generation"], answer["iterations"]) == ("a.log", "4", [100, 200, 300])
    assert answer["figures"]["rms"] == [4.514, 4.2, None]
    assert server.ask("log", {"path": path, "stamp": answer["stamp"]})[1] == {"stamp": answer["stamp"]}
    (folder / "a.log").write_text(OLD * 2)
    _, grown = server.ask("log", {"path": path, "stamp": answer["stamp"]})
    assert len(grown["iterations"]) == 6
    (folder / "no.log").write_text("nothing of the kind")
    status, said = server.ask("log", {"path": folder.relative_to(server.root) / "no.log"})
    assert (status, "not a log" in said["message"]) == (400, True)
