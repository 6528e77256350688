"""What training starts from when nothing else is at hand: the small English set that the package ships."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["english_numbers", "english_punctuation", "english_text", "english_words"]


def _read(name: str) -> str:
    return (files(__name__) / "data" / name).read_text("utf-8")


def english_text() -> str:
    """Return 64 lines of English that cover printable ASCII and the usual typographic signs."""
    return _read("english.txt")


def english_words() -> list[str]:
    """Return the words of `english_text`, each once, sorted: letters and inner apostrophes or hyphens."""
    import re

    return sorted(set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", english_text())))


def english_punctuation() -> list[str]:
    """Return punctuation patterns; a space stands for the word."""
    return _read("english.punc").splitlines()


def english_numbers() -> list[str]:
    """Return number patterns; a space stands for a digit."""
    return _read("english.numbers").splitlines()
