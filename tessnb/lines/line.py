"""A training line: an image of one line of text with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tessnb.errors import visible
from tessnb.formats.lstmf import ImageData
from tessnb.lines._png import encode_png
from tessnb.lines.images import decode_image
from tessnb.lines.scaling import to_grey

__all__ = ["TrainingLine"]


@dataclass(eq=False)
class TrainingLine:
    """One line of text: its image, its transcription, its boxes, and where it came from.

    Attributes
    ----------
    image : ndarray of uint8 or bool, shape (height, width) or (height, width, 3)
        Grey levels, 0 is black; or colours; or bits, True is black.
    transcription : str
        The text of the line.
    boxes : ndarray of int, shape (n, 4)
        Left, bottom, right, top in pixels; y grows upwards from the image's lower edge.
    box_texts : list of str
        The text of each box; only the transcription where there are no boxes.
    source : str
        The file that the line comes from.
    page : int
        Its page in that file, or its place in a document, from 0.
    language, font : str
        What is known of them, or empty.
    resolution : tuple of int
        Horizontal and vertical dots per inch, or 0.
    vertical : bool
        The image was turned from vertical text.
    """

    image: np.ndarray
    transcription: str
    boxes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.int16))
    box_texts: list[str] = field(default_factory=list)
    source: str = ""
    page: int = 0
    language: str = ""
    font: str = ""
    resolution: tuple[int, int] = (0, 0)
    vertical: bool = False

    @property
    def height(self) -> int:
        return int(self.image.shape[0])

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    def __repr__(self) -> str:
        origin = ", ".join(filter(None, (self.font, self.source)))
        return (
            f"<TrainingLine {self.transcription!r}, {self.width} x {self.height}"
            f"{origin and f', {visible(origin)}'}>"
        )

    def _repr_png_(self) -> bytes:
        """Show the image in a notebook."""
        return self.to_image_data().image_data

    @classmethod
    def from_image_data(cls, page: ImageData, source: str = "", number: int | None = None) -> TrainingLine:
        """Decode a page of an `.lstmf` document.

        Parameters
        ----------
        page : ImageData
            The page.
        source : str
            What to call the document.
        number : int, optional
            The line's place in the document; otherwise the page's own number is kept.

        Raises
        ------
        FormatError
            If its image cannot be decoded.
        """
        place = page.page_number if number is None else number
        picture = decode_image(page.image_data, f"{source or page.imagefilename} line {place}")
        return cls(
            picture.pixels,
            page.transcription,
            page.boxes,
            list(page.box_texts),
            source=source or page.imagefilename,
            page=place,
            language=page.language,
            resolution=picture.resolution,
            vertical=bool(page.vertical_text),
        )

    def to_image_data(self) -> ImageData:
        """Return the line as a fresh page of an `.lstmf` document, its image as PNG."""
        image = to_grey(self.image) if self.image.dtype == np.bool_ else self.image
        return ImageData(
            page_number=self.page,
            image_data=encode_png(image, self.resolution),
            language=self.language,
            transcription=self.transcription,
            boxes=np.asarray(self.boxes, np.int16).reshape(-1, 4),
            box_texts=list(self.box_texts) or [self.transcription],
            vertical_text=int(self.vertical),
        )
