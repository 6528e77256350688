"""The small English set that the package ships: enough to train with when nothing else is at hand."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["english_numbers", "english_punctuation", "english_text", "english_words", "shipped_langdata"]


def shipped_langdata() -> Path:
    """Return the package's own langdata folder."""
    return Path(str(files("tessnb.resources"))) / "data" / "langdata"


def _read(kind: str) -> str:
    return (shipped_langdata() / "eng" / f"eng.{kind}").read_text("utf-8")


def english_text() -> str:
    """Return 64 lines of English that cover printable ASCII and the usual typographic signs."""
    return _read("training_text")


def english_words() -> list[str]:
    """Return the words of `english_text`, each once, sorted: letters and inner apostrophes or hyphens."""
    return _read("wordlist").splitlines()


def english_punctuation() -> list[str]:
    """Return punctuation patterns; a space stands for the word."""
    return _read("punc").splitlines()


def english_numbers() -> list[str]:
    """Return number patterns; a space stands for a digit."""
    return _read("numbers").splitlines()
