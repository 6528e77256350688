"""The editor of character sets: what can be written with it, what of my text cannot, and a new starter."""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from tessnb.analysis.characters import character_class
from tessnb.charset.clusters import graphemes
from tessnb.charset.editing import CharsetDraft
from tessnb.errors import InputError, TessnbError
from tessnb.formats import TrainedData, Unicharset
from tessnb.formats.unicharset import cleanup
from tessnb.recognition import Model
from tessnb.recognition.tessdata import find_traineddata
from tessnb.widgets._front_end import script, style
from tessnb.widgets._still import Still

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CharsetEditor"]

Source = Unicharset | TrainedData | Model | str | os.PathLike[str]
_COLUMNS = ("character", "code_points", "name", "script", "type", "codes", "count", "change")
_SUFFIXES = (".traineddata", ".unicharset")
_NAME = re.compile(r"\w[\w.+-]*")
#: Missing characters that are offered; rows of the static table.
_MISSING_SHOWN, _STATIC_ROWS = 60, 40


class CharsetEditor(Still, anywidget.AnyWidget):
    """The characters of a starter, a model or a unicharset, to look through and to change.

    Each has its code points, name, script, type, codes of the recoder, and how often it is in my text; what
    of the text cannot be encoded is offered to be added. Space chooses, Delete removes what is chosen,
    ``Ctrl Z`` and ``Ctrl Y`` go back and forth.

    Parameters
    ----------
    source : TrainedData, Model, Unicharset, path or language
        A path is that of a traineddata or of a unicharset file. It is never changed.
    text : str
        What shall be written with it.
    export_dir : path, optional
        Where what is named on the page is written; by default the working folder.

    Attributes
    ----------
    text : str
        As above; may be changed.
    draft : CharsetDraft
        The characters under change.

    Raises
    ------
    InputError
        If there is no such file or language, or it has no character set.
    FormatError
        If the file is damaged.

    Examples
    --------
    >>> import tessnb as tn
    >>> editor = tn.CharsetEditor(tn.make_starter("tea"), text="tea for ½")
    >>> editor.add(editor.missing)
    ['f', 'o', 'r', '½']
    >>> editor.remove("t")
    ['t']
    >>> dict(editor.missing)
    {'t': 1}
    >>> editor.undo()
    >>> editor.starter()["lstm-unicharset"].splitlines()[0]
    b'10'
    >>> editor.close()
    """

    _esm = script("charset")
    _css = style("charset")

    text = traitlets.Unicode("", help="What shall be written with the characters.")

    def __init__(self, source: Source, *, text: str = "", export_dir: str | os.PathLike[str] = "") -> None:
        self.draft, self._title = _draft(source)
        self._lock = threading.RLock()
        self._export_dir = Path(export_dir)
        self._worker = ThreadPoolExecutor(1, "tessnb-charset")
        self._counts: Counter[str] = _counted(text)
        super().__init__(text=text)
        self.on_msg(self._on_message)
        self.observe(self._take_text, "text")

    @property
    def unicharset(self) -> Unicharset:
        """The character set as it is now."""
        with self._lock:
            return self.draft.unicharset

    @property
    def missing(self) -> Counter[str]:
        """What of the text cannot be encoded, with how often it is there."""
        with self._lock:
            return self.draft.missing(self.text)

    @property
    def table(self) -> pd.DataFrame:
        """A row per character, also those that were removed: ``character``, ``code_points``, ``name``,
        ``script``, ``type``, ``codes`` (of the recoder), ``count`` (in the text), ``change`` (``added``,
        ``removed`` or empty)."""
        import pandas as pd

        with self._lock:
            return pd.DataFrame(self._rows(), columns=list(_COLUMNS))

    def add(self, text: Iterable[str]) -> list[str]:
        """Add the characters of a text that are not there; return them.

        Raises
        ------
        CharsetError
            If something of it cannot be a character.
        """
        with self._lock:
            added = self.draft.add(" ".join([text] if isinstance(text, str) else text))
        self._submit()
        return added

    def remove(self, characters: Iterable[str]) -> list[str]:
        """Take characters away; return those that were there.

        Raises
        ------
        InputError
            If none would be left.
        """
        with self._lock:
            removed = self.draft.remove(characters)
        self._submit()
        return removed

    def undo(self) -> None:
        """Take the last change back."""
        with self._lock:
            self.draft.undo()
        self._submit()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        with self._lock:
            self.draft.redo()
        self._submit()

    def starter(self, lang: str = "") -> TrainedData:
        """Return a starter with the characters as they are now; see `CharsetDraft.starter`."""
        with self._lock:
            return self.draft.starter(lang)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the characters as a new file; one that is there is never replaced.

        Parameters
        ----------
        path : path
            ``….traineddata`` is a starter, ``….unicharset`` the character set alone.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the name will not do, there is such a file, or it cannot be written.
        """
        target = Path(path)
        if target.suffix not in _SUFFIXES or not _NAME.fullmatch(target.stem):
            raise InputError(
                "this will not do as a name",
                where=target.name,
                expected="letters, digits, _ . + or -, and .traineddata or .unicharset at the end",
            )
        if target.exists():
            raise InputError("there is such a file already", where=str(target), hint="Choose another name")
        if target.suffix == ".traineddata":
            self.starter(target.stem).write(target)
        else:
            self.unicharset.write(target, canonical=True)
        return target

    def close(self) -> None:
        """Take the display away and end its thread."""
        if hasattr(self, "_worker"):
            self._worker.shutdown(wait=True, cancel_futures=True)
        super().close()

    def _still(self) -> tuple[str, str]:
        return self._static_html(), f"CharsetEditor: {self._title}, {len(self.draft.unichars)} characters"

    def _take_text(self, change: Any) -> None:
        with self._lock:
            self._counts = _counted(change["new"])
        self._submit()

    def _rows(self) -> list[tuple[Any, ...]]:
        draft = self.draft
        unicharset, recoder = draft.unicharset, draft.recoder
        added = set(draft.added)
        rows: list[tuple[Any, ...]] = []
        for unichar in draft.unichars:
            number = unicharset.find(unichar)
            script = unicharset.entries[number].script if number is not None else ""
            codes = recoder.encode(number) if number is not None else ()
            rows.append(self._row(unichar, script, codes, "added" if unichar in added else ""))
        for unichar in draft.removed:
            rows.append(self._row(unichar, "", (), "removed"))
        return rows

    def _row(self, unichar: str, script: str, codes: tuple[int, ...], change: str) -> tuple[Any, ...]:
        points = " ".join(f"U+{ord(char):04X}" for char in unichar)
        name = " + ".join(unicodedata.name(char, "no name").lower() for char in unichar)
        kind = character_class(unichar)
        return unichar, points, name, script, kind, list(codes), self._counts.get(unichar, 0), change

    # What the browser asks for, on whichever thread; the worker does it.

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        with suppress(RuntimeError):  # closed
            self._worker.submit(self._answer, content)

    def _submit(self) -> None:
        with suppress(RuntimeError):  # closed
            self._worker.submit(self._answer, {"kind": "hello"})

    def _answer(self, content: Any) -> None:
        told, failed = "", False
        try:
            told = self._act(content)
        except (TessnbError, OSError) as error:
            told, failed = str(error), True
        if told:
            self.send({"kind": "result", "text": told, "failed": failed})
        self._tell()

    def _act(self, content: Any) -> str:
        """Do what was asked for; return what to say of it."""
        kind = content.get("kind")
        with self._lock:
            if kind == "add":
                added = self.draft.add(str(content["text"]))
                return f"Added {len(added)}: {' '.join(added)}" if added else "All of that is there already."
            if kind == "remove":
                gone = self.draft.remove([str(each) for each in content["characters"]])
                return f"Removed {len(gone)}."
            if kind == "undo":
                self.draft.undo()
            elif kind == "redo":
                self.draft.redo()
            elif kind == "save":
                name = Path(str(content["name"]))
                if name.name != str(name):
                    raise InputError("give a name without a folder", found=str(name))
                return f"Written: {self.save(self._export_dir / name)}"
        return ""

    def _tell(self) -> None:
        with self._lock:
            missing = self.draft.missing(self.text)
            try:
                rows, outputs, problem = self._rows(), self.draft.recoder.code_range, ""
            except TessnbError as error:
                rows, outputs, problem = [], 0, str(error)
            message = {
                "kind": "charset",
                "title": self._title,
                "rows": rows,
                "outputs": outputs,
                "problem": problem,
                "text": bool(self.text.strip()),
                "missing": missing.most_common(_MISSING_SHOWN),
                "missing_count": len(missing),
                "undo": self.draft.can_undo,
                "redo": self.draft.can_redo,
            }
        self.send(message)

    # Without a browser.

    def _static_html(self) -> str:
        with self._lock:
            rows, missing = self._rows(), self.draft.missing(self.text)
        lacking = " ".join(f"{unichar}\u202f×{count}" for unichar, count in missing.most_common())
        sentence = (
            f"Not to be encoded of the text: {lacking}" if lacking else "All of the text can be encoded."
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
        body = "".join(_row_html(row) for row in rows[:_STATIC_ROWS])
        more = f"<p>… and {len(rows) - _STATIC_ROWS} more</p>" if len(rows) > _STATIC_ROWS else ""
        return (
            f"<p>{escape(self._title)}: {len(self.draft.unichars)} characters, "
            f"{self.draft.recoder.code_range} outputs. {escape(sentence) if self.text.strip() else ''}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
        )


def _row_html(row: Iterable[Any]) -> str:
    texts = (" ".join(map(str, value)) if isinstance(value, list) else str(value) for value in row)
    return "<tr>" + "".join(f'<td dir="auto">{escape(text)}</td>' for text in texts) + "</tr>"


def _counted(text: str) -> Counter[str]:
    """Return how often each character is in a text, as a character set spells it."""
    return Counter(graphemes(cleanup(text)))


def _draft(source: Source) -> tuple[CharsetDraft, str]:
    """Return the characters of whatever has some, and what to call them."""
    if isinstance(source, Unicharset):
        return CharsetDraft(source), "unicharset"
    if isinstance(source, Model):
        return CharsetDraft(source.unicharset, source.recoder, source.container), source.name or "model"
    if not isinstance(source, TrainedData):
        path = Path(source)
        if path.suffix in (".unicharset", ".lstm-unicharset"):
            return CharsetDraft(Unicharset.read(path)), path.name
        source = TrainedData.read(path if path.is_file() else find_traineddata(source))
    return CharsetDraft.of(source), Path(source.name).name.removesuffix(".traineddata") or "starter"
