"""How pages are rendered: every setting of ``text2image`` that concerns the page."""

from __future__ import annotations

from dataclasses import dataclass

from tessnb.errors import InputError

__all__ = ["RenderOptions"]


@dataclass(frozen=True)
class RenderOptions:
    """Settings of a rendering; the defaults are ``text2image``'s.

    Attributes
    ----------
    xsize, ysize : int
        Page size in pixels.
    margin : int
        White space on every side, in pixels.
    ptsize : int
        Font size in points.
    resolution : int
        Pixels per inch.
    leading : int
        Space between lines, in pixels.
    char_spacing : float
        Space between characters, in ems; a whole number of pixels results.
    max_pages : int
        0 is no limit.
    exposure : int
        Darkness of the photocopy, -3 to 3.
    degrade_image, rotate_image : bool
        Blur, noise and uneven light; and a small rotation with them.
    distort_image, invert, white_noise, smooth_noise, blur : bool
        Further distortion, and what belongs to it.
    perspective : bool
        Beyond ``text2image``, and of `distort_image` too: a view from aside, which boxes follow.
    strip_unrenderable_words : bool
        Leave words out that the font cannot draw.
    ligatures : bool
        Rebuild Tesseract's own ligatures, and switch the font's optional ones on.
    output_word_boxes : bool
        A box per word instead of per grapheme.
    box_padding : int
        Pixels added around each box.
    underline_start_prob, underline_continuation_prob : float
        Probability that a word starts an underline, and that the next word continues it.
    writing_mode : str
        ``horizontal``; ``vertical``: columns from right to left, in which letters of horizontal scripts lie
        on their side; or ``vertical-upright``: all characters upright, Latin ones in their wide forms.
    """

    xsize: int = 3600
    ysize: int = 4800
    margin: int = 100
    ptsize: int = 12
    resolution: int = 300
    leading: int = 12
    char_spacing: float = 0.0
    max_pages: int = 0
    exposure: int = 0
    degrade_image: bool = True
    rotate_image: bool = True
    distort_image: bool = False
    invert: bool = True
    white_noise: bool = True
    smooth_noise: bool = True
    blur: bool = True
    perspective: bool = False
    strip_unrenderable_words: bool = True
    ligatures: bool = False
    output_word_boxes: bool = False
    box_padding: int = 0
    underline_start_prob: float = 0.0
    underline_continuation_prob: float = 0.0
    writing_mode: str = "horizontal"

    def __post_init__(self) -> None:
        if self.writing_mode not in ("horizontal", "vertical", "vertical-upright"):
            raise InputError(f"Invalid writing mode: {self.writing_mode}")
        for name in ("xsize", "ysize", "ptsize", "resolution"):
            if getattr(self, name) < 1:
                raise InputError("must be positive", where=name, found=getattr(self, name))
        for name in ("margin", "max_pages"):
            if getattr(self, name) < 0:
                raise InputError("must not be negative", where=name, found=getattr(self, name))
        if self.text_width < 1 or self.text_height < 1:
            raise InputError(
                "the margins leave no room for text",
                found=f"{self.xsize} by {self.ysize} pixels with margins of {self.margin}",
                hint="Make the page larger or the margin smaller",
            )

    @property
    def pixel_size(self) -> float:
        """Pixels per em."""
        return self.ptsize * self.resolution / 72.0

    @property
    def is_vertical(self) -> bool:
        """Whether lines run down the page."""
        return self.writing_mode != "horizontal"

    @property
    def text_width(self) -> int:
        """Width of the text area in pixels."""
        return self.xsize - 2 * self.margin

    @property
    def text_height(self) -> int:
        """Height of the text area in pixels."""
        return self.ysize - 2 * self.margin
