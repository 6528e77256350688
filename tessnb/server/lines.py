"""Lines of text: those of an `.lstmf` document, and transcriptions (``.gt.txt``) beside their images.

============== ======= ====================================================================================
address        method  answer
============== ======= ====================================================================================
``lines``      GET     of a document (``path``): how many lines, and ``count`` of them from ``first`` on
``lines/line`` GET     one line (``row``) with its boxes
``lines/image`` GET    its image, as PNG
``truth``      GET     of the folder of a transcription: how many there are, where it is among them, and some
``truth``      POST    another text for one of them
``truth/image`` GET    the image of one of them, as PNG
============== ======= ====================================================================================
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from tessnb.errors import InputError, TessnbError
from tessnb.files import read_bytes
from tessnb.formats.lstmf import ImageData
from tessnb.formats.lstmf_file import DocumentFile
from tessnb.server.base import Handler

__all__ = ["ROUTES"]

#: Lines that are told of at once.
_MOST = 200
#: What an image is made to fit into, in pixels: line images are smaller as a rule, and sent as they are.
_HEIGHT, _WIDTH = 320, 8192
#: Documents of which it is remembered where their lines begin.
_REMEMBERED = 16

_opened: OrderedDict[Path, DocumentFile] = OrderedDict()
_lock = threading.Lock()


def _current(path: Path, stamp: str = "") -> DocumentFile:
    """Return where the lines of a document are; with a stamp, of that state of the file alone."""
    with _lock:
        document = _opened.get(path)
    if document is None or not document.is_current():
        document = DocumentFile(path, whole=False, name=path.name)
    with _lock:
        _opened[path] = document
        _opened.move_to_end(path)
        while len(_opened) > _REMEMBERED:
            _opened.popitem(last=False)
    if stamp and stamp != document.stamp:
        raise InputError("changed on disk since it was opened", where=path.name, hint="Open it again")
    return document


def _document(path: Path, first: int, count: int) -> dict[str, Any]:
    document = _current(path)
    return {
        "count": len(document),
        "bytes": path.stat().st_size,
        "stamp": document.stamp,
        "first": first,
        "rows": [_row(page) for page in document.pages(first, count)],
    }


def _row(page: ImageData | None) -> dict[str, Any]:
    if page is None:
        return {"text": "", "problem": "Announced in the document, but absent"}
    return {"text": _shown(page.transcription), "problem": "" if page.image_data else "Without an image"}


def _line(path: Path, row: int, stamp: str) -> dict[str, Any]:
    page = _page(path, row, stamp)
    return {
        "text": _shown(page.transcription),
        "language": _shown(page.language),
        "source": _shown(Path(page.imagefilename).name),
        "page": page.page_number,
        "vertical": bool(page.vertical_text),
        "boxes": page.boxes,
        "texts": [_shown(text) for text in page.box_texts],
    }


def _page(path: Path, row: int, stamp: str) -> ImageData:
    for page in _current(path, stamp).pages(row, 1):
        if page is not None:
            return page
    raise InputError("there is no such line", where=path.name, found=row)


def _picture(path: Path, row: int, stamp: str) -> bytes:
    return _fitted(_page(path, row, stamp).image_data, f"{path.name} line {row}")


def _fitted(data: bytes, name: str) -> bytes:
    from tessnb.analysis.thumbnails import file_thumbnail

    return file_thumbnail(data, name, height=_HEIGHT, width=_WIDTH)


def _shown(text: str) -> str:
    """Return a text that can be sent: bytes that are no UTF-8 become replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _LinesHandler(Handler):
    """What the handlers of lines share."""

    def number(self, name: str, default: int = 0) -> int:
        """Return a number that is not negative, from the address."""
        try:
            number = int(self.get_query_argument(name, str(default)))
        except ValueError:
            number = -1
        if not 0 <= number < 1 << 40:
            raise HTTPError(400, f"{name} is not a number from 0 on")
        return number

    @property
    def stamp(self) -> str:
        return self.get_query_argument("stamp", "")

    def send_png(self, data: bytes) -> None:
        """Answer with a picture, which no browser shall take for anything else."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(data, set_content_type="image/png")


class DocumentHandler(_LinesHandler):
    """Some lines of a document."""

    async def get(self) -> None:
        count = min(self.number("count", 50), _MOST)
        self.reply(await self.off_thread(_document, self.path_of(), self.number("first"), count))


class LineHandler(_LinesHandler):
    """One line of a document."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_line, self.path_of(), self.number("row"), self.stamp))


class LineImageHandler(_LinesHandler):
    """The image of a line of a document."""

    async def get(self) -> None:
        self.send_png(await self.off_thread(_picture, self.path_of(), self.number("row"), self.stamp))


class TruthHandler(_LinesHandler):
    """Transcriptions of a folder."""

    async def get(self) -> None:
        path = self.path_of()
        first = self.number("first") if self.get_query_argument("first", "") else None
        count = min(self.number("count", 50), _MOST)
        self.reply(await self.off_thread(self._folder, path, first, count))

    async def post(self) -> None:
        from tessnb.lines.transcriptions import save_transcription

        body = self.body()
        path, text, stamp = (body.get(name) for name in ("path", "text", "stamp"))
        if not (isinstance(path, str) and isinstance(text, str) and isinstance(stamp, str)):
            raise HTTPError(400, "path, text and stamp must be given")
        real = self.inside(path)
        if not real.name.endswith(".gt.txt"):
            raise HTTPError(400, "Only transcriptions (.gt.txt) are written")
        saved = await self.off_thread(save_transcription, real, text, stamp)
        self.reply({"text": saved.text, "stamp": saved.stamp})

    def _folder(self, path: Path, first: int | None, count: int) -> dict[str, Any]:
        from tessnb.lines.transcriptions import find_transcriptions

        names = find_transcriptions(path.parent)
        place = names.index(path.name) if path.name in names else 0
        begin = place // count * count if first is None and count else first or 0
        folder = self.root.name_of(path.parent)
        rows = [self._transcription(folder, name) for name in names[begin : begin + count]]
        return {"folder": folder, "count": len(names), "place": place, "first": begin, "rows": rows}

    def _transcription(self, folder: str, name: str) -> dict[str, Any]:
        from tessnb.lines.transcriptions import read_transcription

        row = {"name": name, "path": f"{folder}/{name}".removeprefix("./"), "text": "", "stamp": ""}
        try:
            found = read_transcription(self.root.inside(row["path"]))
        except TessnbError as error:
            hint = f". {error.hint}" if error.hint else ""
            return {**row, "problem": f"{error.message[:1].upper()}{error.message[1:]}{hint}"}
        except PermissionError:
            return {**row, "problem": "Leads out of the folder that this server shows"}
        return {**row, "text": found.text, "stamp": found.stamp, "problem": ""}


class TruthImageHandler(_LinesHandler):
    """The image of a transcription."""

    async def get(self) -> None:
        self.send_png(await self.off_thread(self._image, self.path_of()))

    def _image(self, path: Path) -> bytes:
        from tessnb.lines.sources import image_beside

        found = image_beside(path)
        if found is None:
            expected = f"{path.name.removesuffix('.gt.txt')}.png or another image"
            raise InputError("no image beside this transcription", where=path.name, expected=expected)
        image = self.inside(self.root.name_of(found))
        return _fitted(read_bytes(image), image.name)


ROUTES = (
    ("lines", DocumentHandler),
    ("lines/line", LineHandler),
    ("lines/image", LineImageHandler),
    ("truth", TruthHandler),
    ("truth/image", TruthImageHandler),
)
