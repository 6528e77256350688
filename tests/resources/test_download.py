"""Downloads from a real server: whole, broken off and taken up again, changed on the way."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tessnb.resources import BEST, DownloadError, Entry, cache_folder, catalogue, download, find_entry
from tessnb.resources.download import blob_id

CONTENT = bytes(range(256)) * 8000


class Site:
    """A server of files under ``repository/commit/path``; `limit` breaks answers off after so many bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.limit = 0
        self.ranges = True
        self.asked: list[str | None] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = site.files.get(self.path.lstrip("/"))
                asked = self.headers.get("Range")
                site.asked.append(asked)
                if data is None:
                    self.send_error(404)
                    return
                start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and site.ranges else 0
                if start >= len(data):
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                end = start + site.limit if site.limit else len(data)
                self.wfile.write(data[start:end])

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, entry: Entry, content: bytes) -> None:
        self.files[f"{entry.repository}/{entry.commit}/{entry.path}"] = content


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()
    monkeypatch.setenv("TESSNB_SITE", site.url)
    monkeypatch.setenv("TESSNB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TESSNB_OFFLINE", raising=False)
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """A file that is not in the catalogue; its hash is git's own."""
    (tmp_path / "content").write_bytes(CONTENT)
    told = subprocess.run(
        ["git", "hash-object", tmp_path / "content"], capture_output=True, text=True, check=True
    )
    return Entry("someone/models", "c" * 40, "folder/xyz.traineddata", told.stdout.strip())


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")


def test_a_file_comes_once(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT)
    told: list[tuple[int, int]] = []
    path = download(entry, progress=lambda *figures: told.append(figures))
    assert path.read_bytes() == CONTENT
    assert blob_id(path) == entry.blob
    assert path.is_relative_to(cache_folder())
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [there for there, _ in told] == sorted(there for there, _ in told)
    assert download(entry) == path
    assert site.asked == [None]


def test_what_broke_off_goes_on(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT)
    site.limit = 1_500_000
    with pytest.raises(DownloadError, match=r"failed.*Call again"):
        download(entry)
    assert left(cache_folder()) == ["xyz.traineddata.part"]
    assert download(entry).read_bytes() == CONTENT
    assert site.asked == [None, "bytes=1500000-"]
    assert left(cache_folder()) == ["xyz.traineddata"]


def test_a_server_that_cannot_continue_sends_the_whole(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT)
    site.limit, site.ranges = 1000, False
    with pytest.raises(DownloadError):
        download(entry)
    site.limit = 0
    assert download(entry).read_bytes() == CONTENT


def test_a_whole_part_is_only_checked(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT)
    path = download(entry)
    path.rename(path.with_name(path.name + ".part"))
    assert download(entry).read_bytes() == CONTENT


def test_other_content_is_not_believed(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT[:-1] + b"!")
    with pytest.raises(DownloadError, match=f"expected {entry.blob}"):
        download(entry)
    assert left(cache_folder()) == []


def test_what_is_not_there(site: Site, entry: Entry) -> None:
    with pytest.raises(DownloadError, match="Not Found"):
        download(entry)
    assert left(cache_folder()) == []


def test_no_network(entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSNB_CACHE", str(tmp_path))
    with pytest.raises(DownloadError, match="refused"):
        download(entry, site="http://127.0.0.1:9")


def test_several_at_once_fetch_it_once(site: Site, entry: Entry) -> None:
    site.add(entry, CONTENT)
    threads = [threading.Thread(target=download, args=(entry,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.asked == [None]
    assert left(cache_folder()) == ["xyz.traineddata"]


def test_a_cache_that_cannot_be_written(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TESSNB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match="cache cannot be written"):
        download(entry, site="http://127.0.0.1:9")


def test_the_catalogue_is_of_real_files(test_data: Path) -> None:
    places = {
        "tessdata_best": BEST,
        "langdata": "tesseract-ocr/langdata",
        "langdata_lstm": "tesseract-ocr/langdata_lstm",
    }
    compared = 0
    for folder, repository in places.items():
        for path in (test_data / folder).rglob("*"):
            known = catalogue().get((repository, path.relative_to(test_data / folder).as_posix()))
            if known is not None and path.is_file():
                assert blob_id(path) == known.blob, path
                compared += 1
    assert compared > 100


def test_a_near_miss_is_named() -> None:
    assert find_entry(BEST, "eng.traineddata").blob == "176dc3220de7db34d3b3aecbfa42043a6038348b"
    with pytest.raises(Exception, match=r"Did you mean eng\.traineddata"):
        find_entry(BEST, "engl.traineddata")
