"""Images and text → training lines: cutting by boxes, line finding, imports; scaling and network input.

Everything that Tesseract does with pixels between a page and the first layer of a network is here, pixel for
pixel: a line that we cut, scale and normalize enters the network as it enters Tesseract's.
"""

from __future__ import annotations

from tessnb.lines._blobs import Blobs, find_blobs, to_binary
from tessnb.lines.augmenting import Augmenter
from tessnb.lines.cutting import Cut, DroppedLine, box_path_of, cut_file, cut_page, make_document
from tessnb.lines.finding import PAGE_SEGMENTATION_MODES, FoundLine, find_lines
from tessnb.lines.images import PageImage, decode_image, read_image, read_pages
from tessnb.lines.imports import read_layout
from tessnb.lines.lazy import LazyLines
from tessnb.lines.line import TrainingLine
from tessnb.lines.network_input import input_height, network_input, prepare_line
from tessnb.lines.preparing import PreparedLines, prepare_lines
from tessnb.lines.scaling import scale, scale_to_height, to_colour, to_grey
from tessnb.lines.sources import (
    DocumentLines,
    ImageTextLines,
    TrainingLines,
    find_image_text_pairs,
    open_lines,
    read_image_text,
    read_list,
)

__all__ = [
    "PAGE_SEGMENTATION_MODES",
    "Augmenter",
    "Blobs",
    "Cut",
    "DocumentLines",
    "DroppedLine",
    "FoundLine",
    "ImageTextLines",
    "LazyLines",
    "PageImage",
    "PreparedLines",
    "TrainingLine",
    "TrainingLines",
    "box_path_of",
    "cut_file",
    "cut_page",
    "decode_image",
    "find_blobs",
    "find_image_text_pairs",
    "find_lines",
    "input_height",
    "make_document",
    "network_input",
    "open_lines",
    "prepare_line",
    "prepare_lines",
    "read_image",
    "read_image_text",
    "read_layout",
    "read_list",
    "read_pages",
    "scale",
    "scale_to_height",
    "to_binary",
    "to_colour",
    "to_grey",
]
