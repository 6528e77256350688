"""Changing which characters a character set has: what is kept keeps its measures, dictionaries follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from tessnb.charset import GraphemeMode
from tessnb.charset.clusters import graphemes
from tessnb.charset.properties import setup_basic_properties
from tessnb.charset.radicals import find_radical_table
from tessnb.charset.recoder import Recoder, build_recoder
from tessnb.charset.starter import build_starter
from tessnb.charset.unicharset import add_texts
from tessnb.charset.wordlist import ReversePolicy, build_dawg, dawg_words
from tessnb.errors import CharsetError, InputError
from tessnb.formats.dawg import SquishedDawg
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import SPECIAL_CODES, Unicharset, cleanup

__all__ = ["CharsetDraft"]

_MEASURES = (
    *("min_bottom", "max_bottom", "min_top", "max_top"),
    *("width", "width_sd", "bearing", "bearing_sd", "advance", "advance_sd"),
)
_DAWGS = ("lstm-punc-dawg", "lstm-word-dawg", "lstm-number-dawg")


class CharsetDraft:
    """A character set under change. Steps can be taken back.

    Parameters
    ----------
    source : Unicharset
        What it was at first; never changed itself.
    recoder : Recoder, optional
        Its codes; computed if they are not given.
    container : TrainedData, optional
        What it came from: its dictionaries and configuration go into a new starter.

    Attributes
    ----------
    unichars : tuple of str
        What there is now, without the special codes.

    Examples
    --------
    >>> from tessnb.charset import make_starter
    >>> starter = make_starter("tea")
    >>> draft = CharsetDraft.of(starter)
    >>> draft.add("cat ½")
    ['c', '½']
    >>> draft.unichars
    ('t', 'e', 'a', 'c', '½')
    >>> draft.undo()
    >>> dict(draft.missing("tea for two"))
    {'f': 1, 'o': 2, 'r': 1, 'w': 1}
    """

    def __init__(
        self, source: Unicharset, recoder: Recoder | None = None, container: TrainedData | None = None
    ) -> None:
        self.source, self.container = source, container
        self._special = SPECIAL_CODES if source.has_special_codes else SPECIAL_CODES[:1]
        self._first = tuple(each.unichar for each in source.entries if each.unichar not in self._special)
        self._passes_through = recoder is not None and _passes_through(recoder, source)
        self._first_recoder = recoder
        self._steps, self._at = [self._first], 0

    @classmethod
    def of(cls, traineddata: TrainedData) -> CharsetDraft:
        """Begin with the characters of a starter or a model.

        Raises
        ------
        FormatError
            If its character set is damaged.
        InputError
            If it has none for the LSTM engine.
        """
        data = traineddata.get("lstm-unicharset")
        if data is None:
            raise InputError("there is no character set in this traineddata", where=traineddata.name)
        codes = traineddata.get("lstm-recoder")
        recoder = None if codes is None else Recoder.from_bytes(codes, big_endian=traineddata.big_endian)
        return cls(Unicharset.from_bytes(data), recoder, traineddata)

    @property
    def unichars(self) -> tuple[str, ...]:
        """The characters as they are now, in order."""
        return self._steps[self._at]

    @property
    def added(self) -> list[str]:
        """What was not there at first."""
        first = set(self._first)
        return [unichar for unichar in self.unichars if unichar not in first]

    @property
    def removed(self) -> list[str]:
        """What was there at first and is not now."""
        now = set(self.unichars)
        return [unichar for unichar in self._first if unichar not in now]

    # Steps.

    def add(self, text: str, mode: GraphemeMode | int = GraphemeMode.COMBINED) -> list[str]:
        """Add the characters of a text that are not there, and return them.

        Parameters
        ----------
        text : str
            What was removed before comes back to its place.
        mode : GraphemeMode or int
            What is one character; see `make_starter`.

        Raises
        ------
        CharsetError
            If the text has something that cannot be a character.
        """
        problems: list[str] = []
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise CharsetError("this cannot be a character", found=repr(text[:60]), expected="Unicode text")
        found = Unicharset()
        add_texts(found, text.split(), GraphemeMode(mode), problems.append, cut_at_spaces=True)
        if problems:
            raise CharsetError("this cannot be a character", found=repr(text[:60]), hint=problems[0])
        now = set(self.unichars)
        fresh = [each.unichar for each in found.entries[len(SPECIAL_CODES) :] if each.unichar not in now]
        first = set(self._first)
        whole = now | set(fresh)
        others = [unichar for unichar in (*self.unichars, *fresh) if unichar not in first]
        self._go((*(unichar for unichar in self._first if unichar in whole), *others))
        return fresh

    def remove(self, unichars: Iterable[str]) -> list[str]:
        """Take characters away, and return those that were there.

        Raises
        ------
        InputError
            If nothing would be left.
        """
        unwanted = set(unichars)
        kept = tuple(unichar for unichar in self.unichars if unichar not in unwanted)
        if not kept:
            raise InputError("a character set needs a character", hint="Leave one, or add others first")
        gone = [unichar for unichar in self.unichars if unichar in unwanted]
        self._go(kept)
        return gone

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._steps)

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        self._turn(max(self._at - 1, 0))

    def redo(self) -> None:
        """Take the step that was taken back last, if there is one."""
        self._turn(min(self._at + 1, len(self._steps) - 1))

    def _go(self, unichars: tuple[str, ...]) -> None:
        if unichars != self.unichars:
            self._steps = [*self._steps[: self._at + 1], unichars]
            self._turn(self._at + 1)

    def _turn(self, at: int) -> None:
        self._at = at
        self.__dict__.pop("unicharset", None)
        self.__dict__.pop("recoder", None)

    # What comes of it.

    @cached_property
    def unicharset(self) -> Unicharset:
        """The character set as it is now.

        Unchanged it is the source's; otherwise all properties are Unicode's, and what was there at first
        keeps its measures.
        """
        if self.unichars == self._first:
            return self.source
        made = Unicharset(special_codes=False)
        for unichar in (*self._special, *self.unichars):
            made.insert(unichar) if unichar == " " else made.insert_compatible(unichar)
        setup_basic_properties(made)
        for entry in made.entries:
            known = self.source.find(entry.unichar)
            if known is not None:
                for name in _MEASURES:
                    setattr(entry, name, getattr(self.source.entries[known], name))
        return made

    @cached_property
    def recoder(self) -> Recoder:
        """The codes of the character set as it is now.

        Raises
        ------
        CharsetError
            If the characters cannot be recoded.
        """
        if self.unichars == self._first and self._first_recoder is not None:
            return self._first_recoder
        if self._passes_through:
            return Recoder.pass_through(self.unicharset)
        return build_recoder(self.unicharset, self._radicals())

    def _radicals(self) -> str | None:
        has_han = any(entry.script == "Han" for entry in self.unicharset.entries)
        return find_radical_table() if has_han else None

    def missing(self, text: str) -> Counter[str]:
        """Return what of a text cannot be encoded, as a reader sees it, with how often it is there."""
        counts = Counter(graphemes(cleanup(text)))
        unicharset = self.unicharset
        return Counter(
            {
                grapheme: counts[grapheme]
                for grapheme in sorted(counts)
                if grapheme.strip() and unicharset.encode(grapheme)[2] < len(grapheme)
            }
        )

    def starter(self, lang: str = "") -> TrainedData:
        """Return a starter with these characters, for training from scratch and for fine-tuning.

        Dictionaries keep the words that can still be spelled; there is no network in it.

        Parameters
        ----------
        lang : str
            Names the result.

        Raises
        ------
        CharsetError
            If the characters cannot be recoded.
        """
        name = f"{lang}.traineddata" if lang else ""
        source = self.container
        if source is None:
            return replace(self._bare(), name=name)
        if self.unichars == self._first:
            kept = {key: data for key, data in source.components.items() if key != "lstm"}
            return replace(source, components=kept, name=name)
        made = self._bare(source.get("config") or b"")
        components = dict(made.components)
        for dictionary in _DAWGS:
            data = source.get(dictionary)
            if data is None:
                continue
            old = SquishedDawg.from_bytes(data, dictionary, big_endian=source.big_endian)
            words = dawg_words(old, self.source)  # as they are stored, so nothing is turned round again
            dawg = build_dawg(words, self.unicharset, ReversePolicy.DO_NO_REVERSE)
            if dawg is not None:
                components[dictionary] = dawg.to_bytes()
        return replace(made, components=components, name=name)

    def _bare(self, config: bytes = b"") -> TrainedData:
        """Return a starter without dictionaries."""
        return build_starter(
            self.unicharset,
            radical_stroke_table=self._radicals(),
            pass_through_recoder=self._passes_through,
            config=config,
        ).traineddata


def _passes_through(recoder: Recoder, unicharset: Unicharset) -> bool:
    """Return whether a recoder gives each character an output of its own where computed codes would not."""
    plain = Recoder.pass_through(unicharset).codes
    return list(recoder.codes) == list(plain) and list(build_recoder(unicharset).codes) != list(plain)
