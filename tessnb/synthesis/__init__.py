"""Text and fonts → pages and boxes: finding fonts, shaping, typesetting, drawing and degrading.

Pages, boxes and text flow are those of ``text2image``, pixel for pixel: the same shaping (HarfBuzz), line
filling (Pango's), glyph images (FreeType as cairo uses it) and noise (its generator and seed). `render` gives
training lines; `PageRenderer` gives pages; `make_training_data` gives all that training a language needs.
"""

from __future__ import annotations

from tessnb.synthesis.corpus import (
    Langdata,
    TrainingData,
    make_training_data,
    starter_from_langdata,
    write_training_data,
)
from tessnb.synthesis.covering import Cover, covering_fonts, font_coverage
from tessnb.synthesis.degrading import degrade, distort
from tessnb.synthesis.finding import FontNotFoundError, find_font, find_fonts, find_stand_in
from tessnb.synthesis.fonts import Font, font_folders, fonts_of_file, installed_fonts
from tessnb.synthesis.languages import LanguageSettings, language_settings
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import Page, PageRenderer, page_boxes
from tessnb.synthesis.perspective import Perspective
from tessnb.synthesis.rendering import RenderedLines, Rendering, render, render_font, render_many
from tessnb.synthesis.samples import FontSample, font_samples
from tessnb.synthesis.text import read_text
from tessnb.synthesis.tiff import TiffPages, write_tiff

__all__ = [
    "Cover",
    "Font",
    "FontNotFoundError",
    "FontSample",
    "Langdata",
    "LanguageSettings",
    "Page",
    "PageRenderer",
    "Perspective",
    "RenderOptions",
    "RenderedLines",
    "Rendering",
    "TiffPages",
    "TrainingData",
    "covering_fonts",
    "degrade",
    "distort",
    "find_font",
    "find_fonts",
    "find_stand_in",
    "font_coverage",
    "font_folders",
    "font_samples",
    "fonts_of_file",
    "installed_fonts",
    "language_settings",
    "make_training_data",
    "page_boxes",
    "read_text",
    "render",
    "render_font",
    "render_many",
    "starter_from_langdata",
    "write_tiff",
    "write_training_data",
]
