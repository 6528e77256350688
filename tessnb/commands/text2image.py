"""``tessnb text2image``: render a text in a font: page images and their box file.

Source: ``src/training/text2image.cpp``.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from tessnb.commands._flags import Flag, parse
from tessnb.commands._ignored import ignored_flags
from tessnb.commands._output import say, stripped_text
from tessnb.errors import FlagError
from tessnb.files import write_bytes, write_text
from tessnb.formats.boxfile import boxes_to_bytes
from tessnb.formats.unicharset import Unicharset
from tessnb.network.random import TRand
from tessnb.synthesis.finding import FontNotFoundError, find_font
from tessnb.synthesis.fonts import installed_fonts
from tessnb.synthesis.glyphimages import glyph_images
from tessnb.synthesis.ngrams import ngram_text
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import RANDOM_SEED, Page, PageRenderer, page_boxes
from tessnb.synthesis.samples import font_samples
from tessnb.synthesis.spacing import fontinfo, letter_spacings
from tessnb.synthesis.text import read_text
from tessnb.synthesis.tiff import TiffPages, write_tiff

__all__ = ["run"]

_PAGE_FLAGS = (
    Flag("exposure", 0, "Exposure level in photocopier"),
    Flag("resolution", 300, "Pixels per inch"),
    Flag("xsize", 3600, "Width of output image"),
    Flag("ysize", 4800, "Height of output image"),
    Flag("max_pages", 0, "Maximum number of pages to output (0=unlimited)"),
    Flag("margin", 100, "Margin round edges of image"),
    Flag("ptsize", 12, "Size of printed text"),
    Flag("leading", 12, "Inter-line space (in pixels)"),
    Flag("box_padding", 0, "Padding around produced bounding boxes"),
    Flag("char_spacing", 0.0, "Inter-character space in ems"),
    Flag("underline_start_prob", 0.0, "Fraction of words to underline (value in [0,1])"),
    Flag(
        "underline_continuation_prob",
        0.0,
        "Fraction of underlines that go on to the next word (value in [0,1])",
    ),
    Flag("degrade_image", True, "Degrade rendered image with speckle noise, dilation/erosion and rotation"),
    Flag("rotate_image", True, "Rotate the image in a random way"),
    Flag("distort_image", False, "Degrade rendered image with noise, blur, invert"),
    Flag("invert", True, "Invert the image (with --distort_image)"),
    Flag("white_noise", True, "Add Gaussian noise (with --distort_image)"),
    Flag("smooth_noise", True, "Smoothen noise (with --distort_image)"),
    Flag("blur", True, "Blur the image (with --distort_image)"),
    Flag("perspective", False, "Beyond Tesseract: view the page from aside (with --distort_image)"),
    Flag("strip_unrenderable_words", True, "Remove unrenderable words from source text"),
    Flag("ligatures", False, "Rebuild and render ligatures"),
    Flag("output_word_boxes", False, "Output word bounding boxes instead of character boxes"),
    Flag(
        "writing_mode",
        "horizontal",
        "'horizontal', 'vertical' (letters of horizontal scripts lie on their side), or 'vertical-upright'",
    ),
)
_TOOL_FLAGS = (
    Flag("text", "", "File name of text input to process"),
    Flag("outputbase", "", "Basename for output image/box file"),
    Flag("font", "Arial", "Font to use: its Pango description, full, PostScript or family name, or its file"),
    Flag("fonts_dir", "", "Folder with fonts, instead of the system's"),
    Flag("fontconfig_tmpdir", "", "Accepted and not needed: fonts are read from their files"),
    Flag("list_available_fonts", False, "List available fonts and quit"),
    Flag("find_fonts", False, "Search for all fonts that can render the text"),
    Flag(
        "render_per_font", True, "With --find_fonts, render each font to its own image, OUTPUTBASE.FONT.tif"
    ),
    Flag(
        "min_coverage",
        1.0,
        "With --find_fonts, the fraction of the characters of the text that a font must have",
    ),
    Flag(
        "render_ngrams",
        False,
        "Put each space-separated entity, in random order, into a bounding box of its own",
    ),
    Flag(
        "unicharset_file",
        "",
        "With --render_ngrams, omit what has characters that are not in this unicharset",
    ),
    Flag("bidirectional_rotation", False, "Render every page a second time, rotated the other way"),
)
_GLYPH_FLAGS = (
    Flag(
        "only_extract_font_properties",
        False,
        "Measure the spaces around and between the letters of a text of bigrams, into OUTPUTBASE.fontinfo",
    ),
    Flag("output_individual_glyph_images", False, "Write an image of each box too, OUTPUTBASE_N.jpg"),
    Flag("glyph_resized_size", 0, "Side of these images in pixels"),
    Flag("glyph_num_border_pixels_to_pad", 0, "White pixels around them"),
    Flag(
        "known_line_ends",
        False,
        "Beyond Tesseract: end lines in the box file where they end, instead of guessing it from the boxes",
    ),
)
_SYNOPSIS = "--text FILE --outputbase NAME --font NAME [OPTION ...]"
FLAGS = (
    *(_PAGE_FLAGS + _TOOL_FLAGS + _GLYPH_FLAGS),
    *ignored_flags("tlog_level", "X", "O", "U"),
)


def run(arguments: list[str]) -> int:
    """Run the tool; 1 for missing flags and an unknown font."""
    flags, _ = parse("text2image", _SYNOPSIS, FLAGS, arguments or ["--help"])
    if flags.list_available_fonts:
        for number, font in enumerate(installed_fonts(flags.fonts_dir)):
            print(f"{number:3}: {font.name}")
        return 0
    for name in ("text", "outputbase"):
        if not getattr(flags, name):
            say(f"'--{name}' option is missing!")
            return 1
    if flags.unicharset_file and not flags.render_ngrams:
        raise FlagError("--unicharset_file needs --render_ngrams")
    names = {field.name for field in dataclasses.fields(RenderOptions)}
    options = RenderOptions(**{name: value for name, value in vars(flags).items() if name in names})
    if flags.find_fonts:
        return _find_fonts(flags, options)
    return _render(flags, options)


def _say_stripped(stripped: Sequence[str]) -> None:
    if stripped:
        say(stripped_text(stripped))


def _render(flags: Any, options: RenderOptions) -> int:
    try:
        font = find_font(flags.font, flags.fonts_dir)
    except FontNotFoundError as error:
        say(f"{error.message}.")
        for suggestion in error.suggestions[:1]:
            say(f"Pango suggested font '{suggestion}'.")
        say("Please correct --font arg.")
        return 1
    text = read_text(flags.text)
    if flags.render_ngrams:
        options = dataclasses.replace(options, output_word_boxes=True)
        text = ngram_text(text, options.ptsize, _encodable(flags.unicharset_file))
    renderer = PageRenderer(font.path, font.index, options, guess_lines=not flags.known_line_ends)
    if flags.only_extract_font_properties:
        say("Extracting font properties only")
        pairs = text if flags.render_ngrams else ngram_text(text, options.ptsize, shuffled=False)
        write_bytes(f"{flags.outputbase}.fontinfo", fontinfo(letter_spacings(renderer, pairs)))
        say("Done!")
        return 0
    glyphs = _GlyphFiles(flags) if flags.output_individual_glyph_images else None
    random, tiff = TRand(RANDOM_SEED), TiffPages()
    pages: list[Page] = []

    def add(rotations: list[float] | None) -> None:
        for page in renderer.pages(text, random, rotations):
            _say_stripped(page.stripped)
            if page.dropped:
                say(f"WARNING: Dropped {page.dropped} uncovered characters")
            tiff.add(page.image)
            say(f"Rendered page {len(tiff) - 1} to file {flags.outputbase}.tif")
            if glyphs is not None:
                glyphs.write(page)
            pages.append(dataclasses.replace(page, image=page.image[:0]))

    add(None)
    if flags.bidirectional_rotation:
        add([-page.rotation for page in pages])
    boxes = boxes_to_bytes(page_boxes(pages, options.ysize, guess_lines=not flags.known_line_ends))
    write_bytes(f"{flags.outputbase}.tif", tiff.to_bytes())
    write_bytes(f"{flags.outputbase}.box", boxes)
    return 0


class _GlyphFiles:
    """Writes the glyphs of pages, numbered through."""

    def __init__(self, flags: Any) -> None:
        self.base, self.count = flags.outputbase, 0
        self.size, self.border = flags.glyph_resized_size, flags.glyph_num_border_pixels_to_pad

    def write(self, page: Page) -> None:
        if self.size <= 0:
            say("ERROR: --glyph_resized_size must be positive")
        elif self.border < 0:
            say("ERROR: --glyph_num_border_pixels_to_pad must be 0 or positive")
        before = self.count
        if self.size > 0 and self.border >= 0:
            for image in glyph_images(page.image, page.boxes, self.size, self.border):
                file = io.BytesIO()
                Image.fromarray(image).save(file, "JPEG", quality=100)
                write_bytes(f"{self.base}_{self.count}.jpg", file.getvalue())
                self.count += 1
        if self.count > before:
            say(f"Total number of characters saved = {self.count - before}")
        else:
            say("ERROR: Individual glyphs not saved")


def _encodable(path: str) -> Callable[[str], bool] | None:
    if not path:
        return None
    unicharset = Unicharset.read(path)
    return lambda word: None not in unicharset.encode(word, partial=True)[0]


def _find_fonts(flags: Any, options: RenderOptions) -> int:
    text = read_text(flags.text)
    say(f"Total chars = {len(text)}")
    found: list[str] = []
    for sample in font_samples(text, installed_fonts(flags.fonts_dir), options, flags.min_coverage):
        name = sample.font.name
        if sample.image is None:
            share = 100.0 * sample.covered / sample.total
            say(f"Font {name} failed with {sample.covered} hits = {share:.2f}%")
            continue
        _say_stripped(sample.stripped)
        say(sample.title)
        if flags.render_per_font:
            file = f"{flags.outputbase}.{name.replace(' ', '_')}.tif"
            write_tiff(file, [sample.image])
            say(f"Rendered page {len(found)} to file {file}")
        found.append(name)
    if not flags.render_per_font and found:
        write_text(f"{flags.outputbase}.fontlist.txt", "".join(f"{name}\n" for name in found))
    return 0
