"""Files of models: traineddata, networks and checkpoints, character sets, dictionaries.

===================== ======= ==============================================================================
address               method  answer
===================== ======= ==============================================================================
``models/directory``  GET     of a traineddata (``path``): its components, from its table of offsets alone
``models/text``       GET     a ``component`` that is text
``models/network``    GET     the network of a traineddata, component or checkpoint, with its training
``models/characters`` GET     ``count`` characters from ``first`` on that a ``search`` means
``models/words``      GET     as many words that begin with ``search``, of a ``component`` or of a dawg's file
``models/compare``    GET     what differs from another traineddata (``other``)
``models/starters``   GET     traineddata around a network that have its characters
``models/extract``    POST    a ``component`` as a file beside the traineddata
``models/export``     POST    a model (``name``) of a network and a ``traineddata`` with its characters
===================== ======= ==============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

from tessnb.errors import InputError, TessnbError
from tessnb.files import read_bytes
from tessnb.formats.directory import TrainedDataFile
from tessnb.server.base import Handler, Root

if TYPE_CHECKING:
    from tessnb.analysis.character_table import CharacterFacts
    from tessnb.charset.word_pages import WordPages
    from tessnb.formats.checkpoint import CheckpointRecord

__all__ = ["ROUTES"]

#: Bytes of files of which parts are read: larger ones are no models, and would take the memory of others.
_MOST_BYTES = 1 << 30
#: Rows that are told of at once; letters of a search; bytes of a text; entries that a comparison names.
_MOST_ROWS, _MOST_LETTERS, _MOST_TEXT, _MOST_NAMED = 200, 100, 100_000, 40
#: Components that are text.
_TEXTS = ("config", "version", "unicharambigs", "params-model")


def _directory(path: Path) -> dict[str, Any]:
    file = TrainedDataFile.open(path)
    components = [
        {"name": name, "offset": place.offset, "size": place.size} for name, place in file.places.items()
    ]
    return {
        "name": path.name,
        "size": file.size,
        "version": file.load("version").version,
        "big_endian": file.big_endian,
        "components": components,
    }


def _text(path: Path, component: str) -> dict[str, str]:
    if component not in _TEXTS:
        raise InputError("not a component of text", found=component, expected=", ".join(_TEXTS))
    data = TrainedDataFile.open(path)[component]
    more = "\n…" if len(data) > _MOST_TEXT else ""
    return {"text": data[:_MOST_TEXT].decode("utf-8", "replace") + more}


def _network(path: Path) -> dict[str, Any]:
    from tessnb.formats.network_file import read_network_file
    from tessnb.network.outline import outline

    record, checkpoint = read_network_file(path)
    return {
        "name": path.name,
        "size": path.stat().st_size,
        "spec": record.network_str,
        "integer": record.int_mode,
        "weights": record.network.num_weights,
        "outputs": record.network.no,
        "null_char": record.null_char,
        "training_iteration": record.training_iteration,
        "sample_iteration": record.sample_iteration,
        "learning_rate": record.learning_rate,
        "momentum": record.momentum,
        "adam_beta": record.adam_beta,
        "layers": [asdict(layer) for layer in outline(record.network, record.learning_rate)],
        "training": None if checkpoint is None else _training(checkpoint),
    }


def _training(record: CheckpointRecord) -> dict[str, Any]:
    return {
        "learning_iteration": record.learning_iteration,
        "rates": record.error_rates,
        "best": record.best_error_rates,
        "best_iteration": record.best_iteration,
        "worst": record.worst_error_rates,
        "worst_iteration": record.worst_iteration,
        "stall_iteration": record.stall_iteration,
        "stage": record.training_stage,
        "perfect_delay": record.perfect_delay,
        "improvement_steps": record.improvement_steps,
        "trial": bool(record.sub_trainer),
        "history": list(zip(record.best_error_iterations, record.best_error_history, strict=False)),
    }


def _visible(root: Root) -> Callable[[Path], bool]:
    """Return what says whether a file beside another may be looked at."""

    def visible(path: Path) -> bool:
        name = root.name_of(path)
        try:
            return bool(name) and root.inside(name).stat().st_size <= _MOST_BYTES
        except PermissionError:
            return False

    return visible


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file does."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _all_characters(path: Path, stamp: tuple[int, int]) -> list[CharacterFacts]:
    from tessnb.analysis.character_table import character_facts
    from tessnb.charset.recoder import Recoder
    from tessnb.formats.unicharset import Unicharset

    if path.suffix != ".traineddata":
        return character_facts(Unicharset.read(path))
    parts = TrainedDataFile.open(path).load("lstm-unicharset", "lstm-recoder", "unicharset")
    data, codes = parts.get("lstm-unicharset"), parts.get("lstm-recoder")
    unicharset = Unicharset.from_bytes(data or parts["unicharset"], str(path))
    return character_facts(unicharset, Recoder.from_bytes(codes).codes if data and codes else ())


def _characters(path: Path, search: str, first: int, count: int) -> dict[str, Any]:
    from tessnb.analysis.character_table import find_characters

    every = _all_characters(path, _stamp(path))
    found = find_characters(every, search)
    rows = [asdict(each) | {"unichar": _shown(each.unichar)} for each in found[first : first + count]]
    return {"total": len(every), "found": len(found), "rows": rows}


@lru_cache(maxsize=4)
def _pages(
    path: Path, component: str, stamp: tuple[int, int], folder: Path, shows_hidden: bool
) -> tuple[WordPages, str]:
    """Return the words of a component, or of a dawg's own file, and what they are spelled in."""
    from tessnb.charset.unicharset_beside import find_unicharset_beside
    from tessnb.charset.word_pages import WordPages
    from tessnb.formats.dawg import SquishedDawg
    from tessnb.formats.unicharset import Unicharset

    if not component:
        dawg = SquishedDawg.from_bytes(read_bytes(path), str(path))
        found = find_unicharset_beside(
            path, dawg.unicharset_size, allowed=_visible(Root(folder, shows_hidden=shows_hidden))
        )
        return (WordPages(dawg), "") if found is None else (WordPages(dawg, found[0]), found[1].name)
    spelled = "lstm-unicharset" if component.startswith("lstm-") else "unicharset"
    parts = TrainedDataFile.open(path).load(component, spelled)
    dawg = SquishedDawg.from_bytes(parts[component], f"{path}, {component}", big_endian=parts.big_endian)
    return WordPages(dawg, Unicharset.from_bytes(parts[spelled], str(path))), spelled


def _words(path: Path, component: str, root: Root, search: str, first: int, count: int) -> dict[str, Any]:
    pages, spelled = _pages(path, component, _stamp(path), root.folder, root.shows_hidden)
    rows = [_shown(word) for word in pages.words(search, first, count)]
    return {"total": len(pages), "found": pages.count(search), "rows": rows, "spelled": spelled}


def _shown(text: str) -> str:
    """Return a text that can be sent: bytes that are no UTF-8 become replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _comparison(left: Path, right: Path) -> dict[str, Any]:
    from tessnb.analysis import compare_models
    from tessnb.analysis._html import shown

    found = compare_models(left, right)
    facts = [
        (name, shown(ours), shown(theirs))
        for name, ours, theirs in found.facts.itertuples(name=None)
        if name != "name"
    ]
    components = [
        {"name": name, "change": row.change, "left": _whole(row.bytes_left), "right": _whole(row.bytes_right)}
        for name, row in found.components.iterrows()
    ]
    layers = [
        {
            "layer": row.layer,
            "left": _whole(row.weights_left),
            "right": _whole(row.weights_right),
            "changed": row.changed,
            "relative": row.relative,
        }
        for row in found.layers.itertuples()
    ]
    words = [
        {"dictionary": f"lstm-{name}-dawg", **_sides(zip(rows.word, rows.only, strict=True))}
        for name, rows in found.words.groupby("dictionary", sort=False)
    ]
    characters = _sides(zip(found.characters.character, found.characters.only, strict=True))
    same = left.name == right.name
    names = (f"{left.name} (this)", f"{right.name} (other)") if same else (left.name, right.name)
    return {
        "left": names[0],
        "right": names[1],
        "facts": facts,
        "components": components,
        "characters": characters,
        "words": words,
        "layers": layers,
    }


def _whole(value: Any) -> int | None:
    """Return a whole number of a DataFrame, None where there is none."""
    import pandas as pd

    return None if pd.isna(value) else int(value)


def _sides(rows: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return how many texts only one side has, and the first of them."""
    sides: dict[str, list[str]] = {"left": [], "right": []}
    for text, only in rows:
        sides[only].append(_shown(text))
    return {side: {"count": len(texts), "some": texts[:_MOST_NAMED]} for side, texts in sides.items()}


def _starters(path: Path, root: Root) -> dict[str, Any]:
    from tessnb.training.checkpoint_files import find_starters

    try:
        found: Sequence[Path] = find_starters(path, allowed=_visible(root))
        problem = "" if found else "No traineddata around here has as many codes as this network outputs."
    except TessnbError as error:
        found, problem = (), str(error)
    return {"found": [root.name_of(each) for each in found], "problem": problem}


def _export(network: Path, traineddata: Path, name: str, integer: bool) -> Path:
    from tessnb.training.checkpoint_files import export_checkpoint

    if Path(name).name != name:
        raise InputError("give a name without a folder", found=name)
    return export_checkpoint(network, traineddata, network.parent / name, integer=integer)


class _ModelHandler(Handler):
    """What the handlers of models share."""

    def page(self) -> tuple[str, int, int]:
        """Return what is looked for, from which row on, and how many rows are wanted."""
        try:
            first, count = (int(self.get_query_argument(name, "0")) for name in ("first", "count"))
        except ValueError:
            first = count = -1
        if first < 0 or count < 0:
            raise HTTPError(400, "first and count must be numbers from 0 on")
        search = self.get_query_argument("search", "", strip=False)
        return search[:_MOST_LETTERS], min(first, 1 << 40), min(count, _MOST_ROWS)

    def model(self, path: str) -> Path:
        """Return the real path of a file that is to be read; see `inside`.

        Raises
        ------
        InputError
            If it is too large.
        """
        real = self.inside(path)
        if (size := real.stat().st_size) > _MOST_BYTES:
            raise InputError(
                "too large to be a model", where=real.name, found=f"{size} bytes", expected="at most 1 GiB"
            )
        return real

    def model_of(self, argument: str = "path") -> Path:
        """Return the real path that an argument of the address names; see `model`."""
        return self.model(self.get_query_argument(argument))

    def texts(self, *names: str) -> list[str]:
        """Return texts of what was posted."""
        body = self.body()
        values = [body.get(name) for name in names]
        if not all(isinstance(value, str) and value for value in values):
            raise HTTPError(400, f"{', '.join(names)} must be given")
        return [str(value) for value in values]


class DirectoryHandler(_ModelHandler):
    """The components of a traineddata."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_directory, self.path_of()))


class TextHandler(_ModelHandler):
    """A component that is text."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_text, self.model_of(), self.get_query_argument("component")))


class NetworkHandler(_ModelHandler):
    """A network, without its weights."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_network, self.model_of()))


class CharactersHandler(_ModelHandler):
    """Some characters."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_characters, self.model_of(), *self.page()))


class WordsHandler(_ModelHandler):
    """Some words."""

    async def get(self) -> None:
        component = self.get_query_argument("component", "")
        path = self.model_of()
        self.reply(await self.off_thread(_words, path, component, self.root, *self.page()))


class CompareHandler(_ModelHandler):
    """What differs between two models."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_comparison, self.model_of(), self.model_of("other"), seconds=60))


class StartersHandler(_ModelHandler):
    """Traineddata with the characters of a network."""

    async def get(self) -> None:
        self.reply(await self.off_thread(_starters, self.model_of(), self.root))


class ExtractHandler(_ModelHandler):
    """Writes a component beside its traineddata."""

    async def post(self) -> None:
        path, component = self.texts("path", "component")
        file = await self.off_thread(TrainedDataFile.open, self.model(path))
        made = await self.off_thread(file.extract, component)
        self.set_status(201)
        self.reply({"path": self.root.name_of(made)})


class ExportHandler(_ModelHandler):
    """Writes a model beside its network or checkpoint."""

    async def post(self) -> None:
        path, traineddata, name = self.texts("path", "traineddata", "name")
        integer = self.body().get("integer") is True
        files = self.model(path), self.model(traineddata)
        made = await self.off_thread(_export, *files, name, integer, seconds=60)
        self.set_status(201)
        self.reply({"path": self.root.name_of(made)})


ROUTES = (
    ("models/directory", DirectoryHandler),
    ("models/text", TextHandler),
    ("models/network", NetworkHandler),
    ("models/characters", CharactersHandler),
    ("models/words", WordsHandler),
    ("models/compare", CompareHandler),
    ("models/starters", StartersHandler),
    ("models/extract", ExtractHandler),
    ("models/export", ExportHandler),
)
