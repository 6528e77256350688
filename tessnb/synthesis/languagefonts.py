"""The fonts that languages are rendered in if none are named.

Source: ``tesstrain/language_specific.py`` (the lists ``…_FONTS``).
"""

from __future__ import annotations

__all__ = ["VERTICAL_FONTS", "language_fonts"]

#: Lists of fonts: entries are separated by semicolons, a family's styles by bars; ``-`` is the plain style.
_LISTS = {
    "fraktur": (
        "CaslonishFraxx: Medium; Cloister Black: , Light; Proclamate: Light; UnifrakturMaguntia; "
        "Walbaum-Fraktur"
    ),
    "latin": (
        "Arial: Bold|Bold Italic|Italic|-; Courier New: Bold|Bold Italic|Italic|-; Times New Roman: , "
        "Bold|, Bold Italic|, Italic|,; Georgia: Bold|Italic|-|Bold Italic; Trebuchet MS: Bold|Bold "
        "Italic|Italic|-; Verdana: Bold|Italic|-|Bold Italic; Tex Gyre Bonum: Bold|Italic|Bold Italic; Tex "
        "Gyre Schola: Bold|Italic|Bold Italic|Regular; DejaVu Sans: Ultra-Light"
    ),
    "neolatin": (
        "GFS Bodoni: -|Bold|Italic|Bold Italic; GFS Didot: -|Bold|Italic|Bold Italic; Cardo: -|Bold|Italic; "
        "Wyld: -|Italic; EB Garamond: -|Italic; Junicode: -|Bold|Italic|Bold Italic; IM FELL DW Pica PRO; "
        "IM FELL English PRO; IM FELL Double Pica PRO; IM FELL French Canon PRO; IM FELL Great Primer PRO; "
        "IM FELL DW Pica PRO: Italic; IM FELL English PRO: Italic; IM FELL Double Pica PRO: Italic; IM FELL "
        "French Canon PRO: Italic; IM FELL Great Primer PRO: Italic"
    ),
    "irish_uncial": (
        "Bunchlo Arsa Dubh GC; Bunchlo Arsa GC: -|Bold; Bunchlo Dubh GC; Bunchlo GC: -|Bold; Bunchlo Nua "
        "GC: Bold; Bunchló na Nod GC; Gadelica; Glanchlo Dubh GC; Glanchlo GC: -|Bold; Seanchló Dubh GC; "
        "Seanchló GC: -|Bold; Seanchló na Nod GC; Seanchló Ársa Dubh GC; Seanchló Ársa GC: -|Bold; Tromchlo "
        "Beag GC; Tromchlo Mor GC; Urchlo GC: -|Bold"
    ),
    "vietnamese": (
        "Arial Unicode MS: Bold; Arial: Bold Italic|Italic; Arial Unicode MS; FreeMono: Bold; Courier New: "
        "Bold Italic; FreeMono: Italic|-; GentiumAlt: Italic|-; Palatino Linotype: Bold|Bold "
        "Italic|Italic|-; Really No 2 LT W2G: Light|Light Italic|Medium|Medium Italic|Semi-Bold|Semi-Bold "
        "Italic|Ultra-Bold|Ultra-Bold Italic; Times New Roman: , Bold|, Bold Italic|, Italic|,; Verdana: "
        "Bold|Italic|-|Bold Italic; VL Gothic; VL PGothic"
    ),
    "devanagari": (
        "FreeSans; Chandas; Kalimati; Uttara; Lucida Sans; gargi: Medium; Lohit Devanagari; Arial Unicode "
        "MS: Bold; Ascender Uni; Noto Sans Devanagari: Bold|-; Samyak Devanagari: Medium; Sarai; Saral LT: "
        "Bold|Light; Nakula; Sahadeva; Samanata; Santipur OT: Medium"
    ),
    "kannada": (
        "Kedage: Bold|Italic|-|Bold Italic; Mallige: Bold|Italic|-|Bold Italic; Arial Unicode MS: -|Bold; "
        "Ascender Uni; cheluvi: Medium; Noto Sans Kannada: Bold|-; Lohit Kannada; Tunga: -|Bold"
    ),
    "telugu": (
        "Pothana2000; Vemana2000; Lohit Telugu; Arial Unicode MS: Bold; Ascender Uni; Dhurjati; Gautami: "
        "Bold; Gidugu; Gurajada; Lakki Reddy; Mallanna; Mandali; NATS; NTR; Noto Sans Telugu: Bold|-; "
        "Peddana; Ponnala; Ramabhadra; Ravi Prakash; Sree Krushnadevaraya; Suranna; Suravaram; Tenali "
        "Ramakrishna; Gautami"
    ),
    "tamil": (
        "TAMu_Kadambri; TAMu_Kalyani; TAMu_Maduram; TSCu_Paranar; TSCu_Times; TSCu_Paranar: Bold; FreeSans; "
        "FreeSerif; Lohit Tamil; Arial Unicode MS: Bold; Ascender Uni; Droid Sans Tamil: Bold|-; Karla "
        "Tamil Inclined: Bold Italic|Italic; Karla Tamil Upright: Bold|-; Noto Sans Tamil: Bold|-; Noto "
        "Sans Tamil UI: Bold|-; TSCu_Comic Normal; Lohit Tamil Classical"
    ),
    "thai": (
        "FreeSerif: -|Italic; Garuda; Norasi; Lucida Sans Typewriter; Lucida Sans; Garuda: Oblique; Norasi: "
        "Oblique|Italic; Garuda: Bold; Norasi: Bold; Lucida Sans Typewriter: Bold; Lucida Sans: Semi-Bold; "
        "Garuda: Bold Oblique; Norasi: Bold Italic|Bold Oblique; AnuParp LT Thai; Arial Unicode MS: Bold|-; "
        "Ascender Uni; Loma; Noto Serif Thai: Bold|-; Purisa: Light; Sirichana LT: Bold|-; Sukothai LT: "
        "Bold|-; UtSaHaGumm LT Thai; Tahoma"
    ),
    "korean": (
        "Arial Unicode MS: -|Bold; Baekmuk Batang Patched; Baekmuk Batang; Baekmuk Dotum; Baekmuk Gulim; "
        "Baekmuk Headline"
    ),
    "chi_sim": (
        "AR PL UKai CN; AR PL UMing Patched: Light; Arial Unicode MS: -|Bold; WenQuanYi Zen Hei: Medium"
    ),
    "chi_tra": (
        "AR PL UKai TW; AR PL UMing TW MBE: Light; AR PL UKai Patched; AR PL UMing Patched: Light; Arial "
        "Unicode MS: -|Bold; WenQuanYi Zen Hei: Medium"
    ),
    "jpn": (
        "TakaoExGothic; TakaoExMincho; TakaoGothic; TakaoMincho; TakaoPGothic; TakaoPMincho; VL Gothic; VL "
        "PGothic; Noto Sans Japanese: Bold|Light"
    ),
    "russian": (
        "Arial: Bold|Bold Italic|Italic|-; Courier New: Bold|Bold Italic|Italic|-; Times New Roman: , "
        "Bold|, Bold Italic|, Italic|,; Georgia: Bold|Italic|-|Bold Italic; Trebuchet MS: Bold|Bold "
        "Italic|Italic|-; Verdana: Bold|Italic|-|Bold Italic; DejaVu Serif: -|Oblique|Bold|Bold Oblique; "
        "Lucida Bright; FreeSerif: Bold|Bold Italic; DejaVu Sans: Ultra-Light"
    ),
    "greek": (
        "Arial Unicode MS: -|Bold; DejaVu Sans Mono: -|Oblique|Bold|Bold Oblique; DejaVu Serif: "
        "-|Semi-Condensed|Oblique|Bold|Bold Oblique|Bold Semi-Condensed; FreeSerif: Bold|Bold "
        "Italic|Italic|-; GentiumAlt: -|Italic; Linux Biolinum O: Bold|-; Linux Libertine O: Bold|-|Bold "
        "Italic|Italic; Palatino Linotype: Bold|Bold Italic|Italic|-; UmePlus P Gothic; VL PGothic"
    ),
    "ancient_greek": (
        "GFS Artemisia: -|Bold|Bold Italic|Italic; GFS Bodoni: -|Bold|Bold Italic|Italic; GFS Didot: "
        "-|Bold|Bold Italic|Italic; GFS DidotClassic; GFS Neohellenic: -|Bold|Bold Italic|Italic; GFS "
        "Philostratos; GFS Porson; GFS Pyrsos; GFS Solomos"
    ),
    "arabic": (
        "Arabic Transparent: Bold|-; Arab; Arial Unicode MS: Bold|-; ASVCodar LT: Bold|Light; Badiya LT: "
        "Bold|-; Badr LT: Bold|-; Dimnah; Frutiger LT Arabic: Bold|-; Furat; Hassan LT: Bold|Light; Jalal "
        "LT: Bold|Light; Midan: Bold|-; Mitra LT: Bold|Light; Palatino LT Arabic; Palatino Sans Arabic: "
        "Bold|-; Simplified Arabic: Bold|-; Times New Roman: , Bold|,; Traditional Arabic: Bold|-"
    ),
    "hebrew": (
        "Arial: Bold|Bold Italic|Italic|-; Courier New: Bold|Bold Italic|Italic|-; Ergo Hebrew: "
        "Semi-Bold|Semi-Bold Italic|-|Italic; Really No 2 LT W2G: Light|Light Italic|Medium|Medium "
        "Italic|Semi-Bold|Semi-Bold Italic|Ultra-Bold|Ultra-Bold Italic; Times New Roman: , Bold|, Bold "
        "Italic|, Italic|,; Lucida Sans; Tahoma"
    ),
    "bengali": (
        "Bangla: Medium; Lohit Bengali; Mukti Narrow: -|Bold; Jamrul Medium Semi-Expanded; Likhan: Medium; "
        "Arial Unicode MS: Bold; Ascender Uni; FreeSans: -|Oblique; FreeSerif: -|Italic; Noto Sans Bengali: "
        "Bold|-; Ani; Lohit Assamese; Lohit Bengali; Mitra Mono"
    ),
    "kyrgyz": (
        "Arial: -|Bold|Italic|Bold Italic; Courier New: -|Bold|Italic|Bold Italic; Times New Roman: ,|, "
        "Bold|, Bold Italic|, Italic; DejaVu Serif: -|Oblique|Bold|Bold Oblique; Lucida Bright; FreeSerif: "
        "Bold|Bold Italic"
    ),
    "persian": (
        "Amiri: Bold Italic|Bold|Italic|-; Andale Sans Arabic Farsi; Arial Unicode MS: -|Bold; Lateef; "
        "Lucida Bright; Lucida Sans: Oblique|Semi-Bold|-; Lucida Sans Typewriter: Bold|Oblique|-; "
        "Scheherazade; Tahoma; Times New Roman: ,|, Bold|, Bold Italic|, Italic; Yakout Linotype: Bold|-"
    ),
    "amharic": ("Abyssinica SIL; Droid Sans Ethiopic: Bold|-; FreeSerif; Noto Sans Ethiopic: Bold|-"),
    "armenian": ("Arial Unicode MS: -|Bold; Ascender Uni; FreeMono: -|Italic; FreeSans: -|Bold|Oblique"),
    "burmese": ("Myanmar Sans Pro; Noto Sans Myanmar: Bold|-; Padauk: Bold|-; TharLon"),
    "javanese": ("Prada"),
    "north_american_aboriginal": (
        "Aboriginal Sans: -|Bold Italic|Italic|Bold; Aboriginal Serif: Bold|Bold Italic|Italic|-"
    ),
    "georgian": (
        "Arial Unicode MS: Bold|-; BPG Algeti GPL&GNU; BPG Chveulebrivi GPL&GNU; BPG Courier GPL&GNU; "
        "BPG Courier S GPL&GNU; BPG DejaVu Sans 2011 GNU-GPL; BPG Elite GPL&GNU; BPG Excelsior GPL&GNU; "
        "BPG Glaho GPL&GNU; BPG Gorda GPL&GNU; BPG Ingiri GPL&GNU; BPG Mrgvlovani Caps GNU&GPL; BPG "
        "Mrgvlovani GPL&GNU; BPG Nateli Caps GPL&GNU: Light; BPG Nateli Condenced GPL&GNU: Light; BPG "
        "Nateli GPL&GNU: Light; BPG Nino Medium Cond GPL&GNU; BPG Nino Medium GPL&GNU: Medium; BPG Sans "
        "GPL&GNU; BPG Sans Medium GPL&GNU; BPG Sans Modern GPL&GNU; BPG Sans Regular GPL&GNU; BPG Serif "
        "GPL&GNU; BPG Serif Modern GPL&GNU; FreeMono: -|Bold Italic; FreeSans; FreeSerif: -|Bold|Bold "
        "Italic|Italic"
    ),
    "old_georgian": (
        "Arial Unicode MS: Bold|-; BPG Algeti GPL&GNU; BPG Courier S GPL&GNU; BPG DejaVu Sans 2011 "
        "GNU-GPL; BPG Elite GPL&GNU; BPG Excelsior GPL&GNU; BPG Glaho GPL&GNU; BPG Ingiri GPL&GNU; BPG "
        "Mrgvlovani Caps GNU&GPL; BPG Mrgvlovani GPL&GNU; BPG Nateli Caps GPL&GNU: Light; BPG Nateli "
        "Condenced GPL&GNU: Light; BPG Nateli GPL&GNU: Light; BPG Nino Medium Cond GPL&GNU; BPG Nino "
        "Medium GPL&GNU: Medium; BPG Sans GPL&GNU; BPG Sans Medium GPL&GNU; BPG Sans Modern GPL&GNU; "
        "BPG Sans Regular GPL&GNU; BPG Serif GPL&GNU; BPG Serif Modern GPL&GNU; FreeSans; FreeSerif: "
        "-|Bold|Bold Italic|Italic"
    ),
    "khmer": (
        "Khmer OS; Khmer OS System; Khmer OS Battambang; Khmer OS Bokor; Khmer OS Content; Khmer OS "
        "Fasthand; Khmer OS Freehand; Khmer OS Metal Chrieng; Khmer OS Muol: Light; Khmer OS Muol Pali; "
        "Khmer OS Muol; Khmer OS Siemreap; Noto Sans: Bold|-; Noto Serif Khmer: Bold|Light"
    ),
    "kurdish": (
        "Amiri: Bold Italic|Bold|Italic|-; Arial Unicode MS: -|Bold; Lateef; Lucida Bright; Lucida Sans: "
        "Oblique|Semi-Bold|-; Lucida Sans Typewriter: Bold|Oblique|-; Scheherazade; Tahoma; Times New "
        "Roman: ,|, Bold|, Bold Italic|, Italic; Unikurd Web; Yakout Linotype: Bold|-"
    ),
    "laothian": (
        "Phetsarath OT; Arial Unicode MS: -|Bold; Ascender Uni; Dhyana: Bold|-; Lao Muang Don; Lao Muang "
        "Khong; Lao Sans Pro; Noto Sans Lao: Bold|-; Noto Sans Lao UI: Bold|-; Noto Serif Lao: Bold|-; "
        "Phetsarath: Bold|-; Souliyo Unicode"
    ),
    "gujarati": (
        "Lohit Gujarati; Rekha: Medium; Samyak Gujarati: Medium; aakar: Medium; padmaa: Bold|Medium; Arial "
        "Unicode MS: -|Bold; Ascender Uni; FreeSans; Noto Sans Gujarati: Bold|-; Shruti: -|Bold"
    ),
    "malayalam": (
        "AnjaliOldLipi; Arial Unicode MS: -|Bold; Ascender Uni; Dyuthi; FreeSerif; Kalyani; Kartika: "
        "-|Bold; Lohit Malayalam; Meera; Noto Sans Malayalam: Bold|-; Rachana; Rachana_w01; RaghuMalayalam; "
        "suruma"
    ),
    "oriya": ("Arial Unicode MS: -|Bold; Ascender Uni; ori1Uni: Medium; Samyak Oriya: Medium; Lohit Oriya"),
    "punjabi": (
        "Arial Unicode MS: -|Bold; Ascender Uni; Saab; Lohit Punjabi; Noto Sans Gurmukhi: -|Bold; FreeSans: "
        "-|Bold; FreeSerif"
    ),
    "sinhala": ("Noto Sans Sinhala: Bold|-; OCRUnicode; Yagpo; LKLUG; FreeSerif"),
    "syriac": (
        "East Syriac Adiabene; East Syriac Ctesiphon; Estrangelo Antioch; Estrangelo Edessa; Estrangelo "
        "Midyat; Estrangelo Nisibin; Estrangelo Quenneshrin; Estrangelo Talada; Estrangelo TurAbdin; Serto "
        "Batnan: Bold|-; Serto Jerusalem: Bold|Italic|-; Serto Kharput; Serto Malankara; Serto Mardin: "
        "Bold|-; Serto Urhoy: Bold|-; FreeSans"
    ),
    "thaana": ("FreeSerif"),
    "tibetan": (
        "Arial Unicode MS: -|Bold; Ascender Uni; DDC Uchen; Jomolhari; Kailasa; Kokonor; Tibetan Machine "
        "Uni; TibetanTsugRing; Yagpo"
    ),
    "vertical": (
        "TakaoExGothic; TakaoExMincho; AR PL UKai Patched; AR PL UMing Patched: Light; Baekmuk Batang Patched"
    ),
}
#: List → languages that use it; all others use ``latin``.
_USERS = {
    "early_latin": "enm frm ita_old lat_lid spa_old",
    "fraktur": "frk",
    "neolatin": "lat",
    "vietnamese": "vie",
    "irish_uncial": "gle_uncial",
    "russian": "aze_cyrl bel bul cyr_lid kaz mkd rus srp tgk ukr uzb_cyrl",
    "bengali": "asm ben",
    "devanagari": "bih hin mar nep san",
    "tibetan": "bod dzo",
    "gujarati": "guj",
    "kannada": "kan",
    "malayalam": "mal",
    "oriya": "ori",
    "punjabi": "pan",
    "sinhala": "sin",
    "tamil": "tam",
    "telugu": "tel",
    "javanese": "jav_java",
    "khmer": "khm",
    "laothian": "lao",
    "burmese": "mya",
    "thai": "tha",
    "chi_sim": "chi_sim",
    "chi_tra": "chi_tra",
    "jpn": "jpn",
    "korean": "kor",
    "arabic": "ara",
    "thaana": "div",
    "persian": "fas pus snd uig urd",
    "hebrew": "heb yid",
    "syriac": "syr",
    "amharic": "amh tir",
    "greek": "ell",
    "ancient_greek": "grc",
    "armenian": "hye",
    "north_american_aboriginal": "iku",
    "georgian": "kat",
    "old_georgian": "kat_old",
    "kyrgyz": "kir",
    "kurdish": "kur_ara",
}


def _names(entries: str) -> list[str]:
    """Return the font names of a list."""
    found = []
    for entry in entries.split("; "):
        family, colon, styles = entry.partition(": ")
        for style in styles.split("|") if colon else ["-"]:
            separator = "" if style.startswith(",") else " "
            found.append(family if style == "-" else f"{family}{separator}{style}")
    return found


VERTICAL_FONTS = frozenset(_names(_LISTS["vertical"]))
"""Fonts that are rendered in vertical lines."""


def language_fonts(language: str) -> list[str]:
    """Return the names of the fonts that a language is usually rendered in, by its code."""
    script = next((name for name, users in _USERS.items() if language in users.split()), "latin")
    if script == "early_latin":
        return [*_names(_LISTS["fraktur"]), *_names(_LISTS["latin"]), "Wyld", "Wyld Italic", "GentiumAlt"]
    if language == "chr":
        return [*_names(_LISTS["north_american_aboriginal"]), "Noto Sans Cherokee"]
    return _names(_LISTS[script])
