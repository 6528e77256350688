"""Texts in many languages without any corpus: what ICU's locales say, spelled numbers, and noise.

Three kinds of lines, the same for the same language: names of languages, scripts, countries and currencies
and the words for numbers, months and days in the language; syllables of its exemplar characters; and any
characters of its script's blocks, marks in illegal orders included.
"""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path

import icu

from tessnb.charset.characters import is_combining, is_grapheme_link

__all__ = ["LOCALES", "block_text", "language_text", "locale_text", "stress_text"]

#: Tesseract's code of a language → ICU's locale.
LOCALES = {
    "eng": "en", "deu": "de", "fra": "fr", "heb": "he", "ara": "ar", "hin": "hi", "kor": "ko",
    "chi_sim": "zh", "tha": "th", "khm": "km", "chi_tra": "zh_Hant", "jpn": "ja", "tam": "ta", "ben": "bn",
    "asm": "as", "mar": "mr", "nep": "ne", "tel": "te", "kan": "kn", "mal": "ml", "guj": "gu", "pan": "pa",
    "ori": "or", "sin": "si", "mya": "my", "lao": "lo", "bod": "bo", "dzo": "dz", "jav": "jv", "rus": "ru",
    "ukr": "uk", "ell": "el", "kat": "ka", "hye": "hy", "yid": "yi", "fas": "fa", "urd": "ur", "pus": "ps",
    "syr": "syr", "amh": "am", "chr": "chr", "vie": "vi", "tur": "tr", "pol": "pl", "hun": "hu", "div": "dv",
    "san": "sa", "snd": "sd", "uig": "ug", "iku": "iu",
}  # fmt: skip
#: What ICU has little or nothing of: characters to make syllables of.
_EXEMPLARS = {
    "bod": "[[:Tibetan:]&[[:L:][:M:]]]", "dzo": "[[:Tibetan:]&[[:L:][:M:]]]", "div": "[:Thaana:]",
    "jav": "[[:Javanese:]&[[:L:][:M:][:N:]]]", "syr": "[[:Syriac:]&[[:L:][:M:]]]", "yid": "[:Hebrew:]",
    "iku": "[[:Canadian_Aboriginal:]&[\\u1400-\\u167f]]",
}  # fmt: skip
_JOINERS = "\u200c\u200d\u200b\u200e\u200f"


def _members(pattern: str) -> list[str]:
    return [str(member) for member in icu.UnicodeSet(pattern)]


@cache
def _exemplars(language: str) -> tuple[str, ...]:
    if language in _EXEMPLARS:
        return tuple(_members(_EXEMPLARS[language]))
    return tuple(str(member) for member in icu.LocaleData(LOCALES[language]).getExemplarSet(0, 0))


def locale_text(language: str) -> list[str]:
    """Return what ICU says in a language: names, numbers in words, months, days."""
    locale = icu.Locale(LOCALES[language])
    names = [icu.Locale(code).getDisplayLanguage(locale) for code in icu.Locale.getISOLanguages()]
    names += [icu.Locale("", code).getDisplayCountry(locale) for code in icu.Locale.getISOCountries()]
    names += [icu.Locale(f"und_{code}").getDisplayScript(locale) for code in ("Latn", "Hant", "Arab", "Deva")]
    spell = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, locale)
    numbers = [spell.format(number) for number in (*range(0, 130, 7), 1984, 27531, 6204819, 10**9)]
    symbols = icu.DateFormatSymbols(locale)
    dates = [*symbols.getMonths(), *symbols.getWeekdays(), *symbols.getAmPmStrings()]
    plain = icu.NumberFormat.createInstance(locale)
    figures = [plain.format(number) for number in (0.5, 1234567.89, -42)]
    named = [name for name in names if not name.isascii()] or names
    words = [word for word in (*named, *dates) if word.strip()]
    lines = [" ".join(words[start : start + 8]) for start in range(0, len(words), 8)]
    return [*lines, *numbers, " ".join(figures)]


def stress_text(language: str, count: int = 120, seed: int = 1) -> list[str]:
    """Return syllables of a language's characters, then lines of any characters of their blocks."""
    choose = random.Random(f"{language}{seed}")
    exemplars = _exemplars(language)
    blocks = sorted({ord(text[0]) & ~0x7F for text in exemplars if ord(text[0]) > 0x7F} or {0x80})
    lines = []
    for number in range(count):
        words = []
        for _ in range(choose.randint(1, 6)):
            size = choose.randint(1, 8)
            if number % 3 == 2:
                word = "".join(chr(choose.choice(blocks) + choose.randrange(128)) for _ in range(size))
            else:
                word = "".join(choose.choices(exemplars, k=size))
            if choose.random() < 0.2:
                place = choose.randint(0, len(word))
                word = word[:place] + choose.choice(_JOINERS) + word[place:]
            words.append(_bare("".join(word.split())))
        lines.append(" ".join(words))
    return lines


def _bare(word: str) -> str:
    """Take off both ends what would make one unichar with the space beside it: joiners, marks, viramas.

    A unichar with white space inside makes a unicharset file that the reference crashes on; behind a virama
    at the end of a Javanese line it reads past its buffer.
    """
    start = 0
    while start < len(word) and (word[start] in _JOINERS or is_combining(word[start])):
        start += 1
    end = len(word)
    while end > start and (word[end - 1] in _JOINERS or is_grapheme_link(word[end - 1])):
        end -= 1
    return word[start:end]


def block_text(first: int, last: int, count: int = 40) -> list[str]:
    """Return lines of random assigned characters of a range, with joiners and characters from elsewhere."""
    choose = random.Random(first)
    lines = []
    for _ in range(count):
        size = choose.randint(1, 12)
        line = "".join(chr(choose.randint(first, last)) for _ in range(size))
        place = choose.randint(0, size)
        lines.append(line[:place] + choose.choice(["", "", " ", "a", *_JOINERS]) + line[place:])
    return lines


def language_text(language: str) -> list[str]:
    """Return the training text of langdata where it is at hand (``TESSNB_TEST_DATA``), and all the above."""
    folder = os.environ.get("TESSNB_TEST_DATA")
    path = Path(folder or "/nonexistent") / "langdata" / language / f"{language}.training_text"
    corpus = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [*corpus, *locale_text(language), *stress_text(language)]
