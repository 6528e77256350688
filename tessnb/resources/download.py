"""Downloads that can break off, be taken up again, and are believed only when their hash is right."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tessnb.errors import TessnbError
from tessnb.resources.catalogue import Entry

__all__ = ["DownloadError", "Progress", "blob_id", "cache_folder", "cached", "download"]

#: Called with the bytes that are there and the bytes that there will be (0 if that is not known).
Progress = Callable[[int, int], object]

_SITE = "https://raw.githubusercontent.com"
_CHUNK = 1 << 18
_SECONDS = 15.0
#: No file of the catalogue is nearly as large.
_LARGEST = 1 << 30


class DownloadError(TessnbError):
    """A file that could not be downloaded, or that came with other content than it should have."""


def cache_folder() -> Path:
    """Return where downloads are kept: ``$TESSNB_CACHE``, or ``tessnb`` in the user's folder for caches."""
    if named := os.environ.get("TESSNB_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tessnb"


def blob_id(path: Path) -> str:
    """Return the git blob id of a file: 40 hexadecimal digits."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _place(entry: Entry) -> Path:
    return cache_folder() / entry.repository / entry.commit[:12] / entry.path


def cached(entry: Entry) -> Path | None:
    """Return where a file lies that was downloaded earlier, or None."""
    path = _place(entry)
    return path if path.is_file() else None


def download(entry: Entry, *, progress: Progress | None = None, site: str | None = None) -> Path:
    """Download a file into the cache, unless it is there; return its path.

    A download that broke off goes on where it stopped. A file gets its name only after its hash was found
    right. Two processes that want the same file wait for each other.

    Parameters
    ----------
    entry : Entry
        The file.
    progress : callable, optional
        Told how far it is.
    site : str, optional
        The address in front of repository, commit and path; by default ``$TESSNB_SITE`` or GitHub's.

    Raises
    ------
    DownloadError
        If it cannot be reached, breaks off, or has not the content that it should have.
    """
    path = _place(entry)
    part = path.with_name(path.name + ".part")
    url = f"{site or os.environ.get('TESSNB_SITE') or _SITE}/{entry.repository}/{entry.commit}/{entry.path}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.with_name(path.name + ".lock")):
            if path.is_file():
                return path
            try:
                _continue(url, part, progress)
            except (OSError, http.client.HTTPException) as error:
                raise DownloadError(
                    f"the download failed: {_reason(error)}",
                    where=url,
                    hint="Call again to go on with it, or work offline with what is installed",
                ) from error
            found = blob_id(part)
            if found != entry.blob:
                part.unlink()
                raise DownloadError(
                    "the downloaded file is not the one that it should be; it was deleted",
                    where=url,
                    found=found,
                    expected=f"{entry.blob} (git blob id)",
                    hint="Try again; if it comes out the same, something on the way changes files (a proxy?)",
                )
            os.replace(part, path)
    except OSError as error:
        raise DownloadError(f"the cache cannot be written: {error.strerror}", where=str(path)) from error
    return path


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _continue(url: str, part: Path, progress: Progress | None) -> None:
    """Append what is missing to a part."""
    there = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        answer = urllib.request.urlopen(request, timeout=_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing is missing: only the hash was not looked at
            return
        raise
    with answer:
        begins = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        if answer.status != 206 or begins is None or int(begins[1]) != there:
            there = 0  # the server sends the whole
        length = answer.headers.get("Content-Length")
        total = there + int(length) if length else 0
        with part.open("r+b" if there else "wb") as file:
            file.seek(there)
            while chunk := answer.read(_CHUNK):
                there += len(chunk)
                if there > _LARGEST:
                    raise OSError(f"more than {_LARGEST >> 20} MiB came")
                file.write(chunk)
                if progress is not None:
                    progress(there, total)
            file.flush()
            os.fsync(file.fileno())
    if there < total:
        raise OSError(f"only {there:,} of {total:,} bytes came")


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
