"""From text to labels: normalization, graphemes, unicharsets and their properties.

Texts are normalized and cut into graphemes by their script's rules; the graphemes make a unicharset, whose
properties come from Unicode and from the scripts' own unicharsets.
"""

from __future__ import annotations

from tessnb.charset.dictionary import Dictionary, Permuter
from tessnb.charset.dropped import DroppedText, dropped_text, dropped_texts
from tessnb.charset.encoder import Encoder, describe_character, nearest_encodable
from tessnb.charset.from_text import make_starter
from tessnb.charset.graphemes import GraphemeMode, segment_graphemes
from tessnb.charset.measuring import measure_unichars
from tessnb.charset.normalization import (
    is_whitespace_only,
    normalize_clean_and_segment,
    normalize_utf8,
    ocr_normalize,
)
from tessnb.charset.properties import set_script_properties, setup_basic_properties, xheights_of
from tessnb.charset.radicals import find_radical_table, radical_table_from_unihan
from tessnb.charset.recoder import Recoder, build_recoder
from tessnb.charset.starter import Starter, build_starter
from tessnb.charset.unicharset import (
    add_texts,
    append_unicharset,
    is_major_right_to_left,
    normed_ids,
    properties_of,
    set_properties_from,
)
from tessnb.charset.word_pages import WordPages
from tessnb.charset.wordlist import ReversePolicy, build_dawg, dawg_words, longest_first, read_word_list

__all__ = [
    "Dictionary",
    "DroppedText",
    "Encoder",
    "GraphemeMode",
    "Permuter",
    "Recoder",
    "ReversePolicy",
    "Starter",
    "WordPages",
    "add_texts",
    "append_unicharset",
    "build_dawg",
    "build_recoder",
    "build_starter",
    "dawg_words",
    "describe_character",
    "dropped_text",
    "dropped_texts",
    "find_radical_table",
    "is_major_right_to_left",
    "is_whitespace_only",
    "longest_first",
    "make_starter",
    "measure_unichars",
    "nearest_encodable",
    "normalize_clean_and_segment",
    "normalize_utf8",
    "normed_ids",
    "ocr_normalize",
    "properties_of",
    "radical_table_from_unihan",
    "read_word_list",
    "segment_graphemes",
    "set_properties_from",
    "set_script_properties",
    "setup_basic_properties",
    "xheights_of",
]
