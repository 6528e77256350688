"""What training starts from: models, langdata, and the small English set that the package ships.

`tessnb.resources.finding`, which looks for all of it, is loaded when used.
"""

from __future__ import annotations

from tessnb.resources.catalogue import BEST, FAST, LANGDATA, LANGDATA_LSTM, Entry, catalogue, find_entry
from tessnb.resources.download import DownloadError, cache_folder, download
from tessnb.resources.english import (
    english_numbers,
    english_punctuation,
    english_text,
    english_words,
    shipped_langdata,
)
from tessnb.resources.tutorial import copy_tutorial, shipped_tutorial

__all__ = [
    "BEST",
    "FAST",
    "LANGDATA",
    "LANGDATA_LSTM",
    "DownloadError",
    "Entry",
    "cache_folder",
    "catalogue",
    "copy_tutorial",
    "download",
    "english_numbers",
    "english_punctuation",
    "english_text",
    "english_words",
    "find_entry",
    "shipped_langdata",
    "shipped_tutorial",
]
