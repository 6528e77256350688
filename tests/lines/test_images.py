"""Reading images as Leptonica and Tesseract see them."""

from __future__ import annotations

import io
import resource
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tessnb.errors import FormatError, InputError, UnsupportedError
from tessnb.lines.images import decode_image, read_image, read_pages
from tests.formats.hexadecimal import bytes_of
from tests.lines.leptonica import Pix

RANDOM = np.random.default_rng(4)
GREY = Image.fromarray(RANDOM.integers(0, 256, (20, 37), np.uint8))
COLOUR = Image.fromarray(RANDOM.integers(0, 256, (20, 37, 3), np.uint8))
CLEAR = Image.fromarray(RANDOM.integers(0, 256, (20, 37, 4), np.uint8))
BITS = GREY.point(lambda value: 255 * (value > 99)).convert("1")
SIXTEEN = Image.fromarray(RANDOM.integers(0, 65536, (20, 37), np.uint16))

INK = Image.fromarray(RANDOM.integers(0, 256, (20, 37, 4), np.uint8), "CMYK")
ORIENTATION = 0x112
HELD_SIDEWAYS = Image.Exif()
HELD_SIDEWAYS[ORIENTATION] = 6

SAMPLES: dict[str, tuple[Image.Image, dict[str, Any]]] = {
    "bits.png": (BITS, {}),
    "grey.png": (GREY, {}),
    "colour.png": (COLOUR, {}),
    "clear.png": (CLEAR, {}),
    "grey-clear.png": (CLEAR.convert("LA"), {}),
    "palette.png": (COLOUR.quantize(17), {}),
    "grey-palette.png": (GREY.quantize(9), {}),
    "sixteen.png": (SIXTEEN, {}),
    "dots.png": (GREY, {"dpi": (200, 300)}),
    "bits.tif": (BITS, {"compression": "group4"}),
    "bits-plain.tif": (BITS, {}),
    "grey.tif": (GREY, {"compression": "tiff_lzw", "dpi": (300, 300)}),
    "colour.tif": (COLOUR, {"compression": "tiff_deflate"}),
    "grey.jpg": (GREY, {"quality": 80}),
    "dots.jpg": (GREY, {"dpi": (150, 150)}),
    "grey.bmp": (GREY, {}),
    "colour.bmp": (COLOUR, {}),
    "bits.pbm": (BITS, {}),
    "grey.pgm": (GREY, {}),
    "colour.ppm": (COLOUR, {}),
    "transparent-palette.png": (COLOUR.quantize(17), {"transparency": 3}),
    "transparent-colour.png": (COLOUR, {"transparency": COLOUR.getpixel((5, 5))}),
    "two-bits.png": (COLOUR.quantize(4), {"bits": 2}),
    "four-bits.png": (COLOUR.quantize(16), {"bits": 4}),
    "sixteen.tif": (SIXTEEN, {}),
    "palette.tif": (COLOUR.quantize(17), {}),
    "ink.tif": (INK, {}),
    "ink.jpg": (INK, {"quality": 95}),
    "grey-jpeg.tif": (GREY, {"compression": "jpeg"}),
    "packed.tif": (BITS, {"compression": "packbits"}),
    "fax.tif": (BITS, {"compression": "group3"}),
    "clear.tif": (CLEAR, {}),
    "grey-clear.tif": (CLEAR.convert("LA"), {}),
    "colour.webp": (COLOUR, {"lossless": True}),
    "lossy.webp": (COLOUR, {"quality": 80}),
    "clear.webp": (CLEAR, {"lossless": True, "exact": True}),
    "grey.gif": (GREY, {}),
    "bits.bmp": (BITS, {}),
    "palette.bmp": (COLOUR.quantize(17), {}),
    "mirrored.tif": (COLOUR, {"tiffinfo": {ORIENTATION: 2}}),
    "upside-down.tif": (GREY, {"tiffinfo": {ORIENTATION: 3}}),
    "camera.jpg": (GREY, {"exif": HELD_SIDEWAYS}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_pixels_and_resolution_are_leptonicas(name: str, tmp_path: Path) -> None:
    image, options = SAMPLES[name]
    image.save(tmp_path / name, **options)
    ours, theirs = read_image(tmp_path / name), Pix.read(tmp_path / name)
    assert ours.pixels.dtype == theirs.image.dtype
    np.testing.assert_array_equal(ours.pixels, theirs.image)
    assert ours.resolution == theirs.resolution
    assert (ours.width, ours.height) == (37, 20)


def test_colour_jpeg_differs_by_rounding_at_most(tmp_path: Path) -> None:
    COLOUR.resize((74, 40)).save(tmp_path / "a.jpg", quality=90)
    ours, theirs = read_image(tmp_path / "a.jpg").pixels, Pix.read(tmp_path / "a.jpg").image
    assert np.abs(ours.astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_scan_on_its_side_is_turned(orientation: int, tmp_path: Path) -> None:
    GREY.save(tmp_path / "a.tif", tiffinfo={ORIENTATION: orientation})
    ours, theirs = read_image(tmp_path / "a.tif").pixels, Pix.read(tmp_path / "a.tif").image
    np.testing.assert_array_equal(ours, theirs)
    assert ours.shape == (37, 20)


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_a_photograph_is_turned_only_when_asked(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    COLOUR.save(path, exif=HELD_SIDEWAYS, **({"lossless": True} if suffix == "webp" else {}))
    as_it_is = read_image(path).pixels
    np.testing.assert_array_equal(as_it_is, np.asarray(COLOUR))
    np.testing.assert_array_equal(read_image(path, upright=True).pixels, np.rot90(as_it_is, -1))


def test_pages_of_a_tiff(tmp_path: Path) -> None:
    pages = [image.copy() for image in (BITS, GREY, COLOUR)]  # Pillow keeps options of earlier savings
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    read = list(read_pages(tmp_path / "a.tif"))
    assert [page.pixels.dtype.name + str(page.pixels.ndim) for page in read] == ["bool2", "uint82", "uint83"]
    for number, page in enumerate(read):
        np.testing.assert_array_equal(page.pixels, Pix.read(tmp_path / "a.tif", number).image)


def test_encoded_bytes() -> None:
    data = io.BytesIO()
    GREY.save(data, "PNG", dpi=(300, 300))
    image = decode_image(data.getvalue())
    np.testing.assert_array_equal(image.pixels, np.asarray(GREY))
    assert image.resolution == (300, 300)


def test_bad_images_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_image(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("not an image at all")
    with pytest.raises(FormatError, match=r"text\.png: not an image; found .*not an i"):
        read_image(tmp_path / "text.png")
    (tmp_path / "empty.png").touch()
    with pytest.raises(FormatError, match="an empty file"):
        read_image(tmp_path / "empty.png")
    COLOUR.save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:700])
    with pytest.raises(FormatError, match="a damaged image"):
        read_image(tmp_path / "cut.png")
    Image.fromarray(np.zeros((3, 4), np.float32)).save(tmp_path / "real.tif")
    with pytest.raises(UnsupportedError, match=r"real\.tif: pixels that are fractions"):
        read_image(tmp_path / "real.tif")
    Image.new("1", (40000, 3)).save(tmp_path / "large.png")
    with pytest.raises(InputError, match="Image too large"):
        read_image(tmp_path / "large.png")


# A PNG that announces 13000 × 13000 pixels with opacity, which would be 676 MB, in 57 bytes.
GIANT = bytes_of("""
    89 'PNG' 0d0a1a0a
    0000000d 'IHDR' 000032c8 000032c8 08 06 00 00 00 e2a2e838
    00000000 'IDAT' 35af061e
    00000000 'IEND' ae426082
""")

# A palette before which there is no room for one: Pillow's own assertion.
ODD = bytes_of("""
    89 'PNG' 0d0a1a0a
    0000000d 'IHDR' 0000000e 00000009 08 03 00 00 00 3593ed5b
    0000018e 'IDAT'
""")


def test_a_size_that_its_file_cannot_hold_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FormatError, match="13000 x 13000 pixels in 57 bytes"):
        decode_image(GIANT)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_what_pillow_did_not_expect_is_told() -> None:
    with pytest.raises(FormatError, match="a damaged image"):
        decode_image(ODD)


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "I;16"])
def test_large_images_are_worked_on_in_parts(mode: str, tmp_path: Path) -> None:
    height, width = 700, 900
    values = np.random.default_rng(2).integers(0, 256, (height, width, 4), np.uint8)
    deep = values[..., 0].astype(np.uint16) * 256 + values[..., 1]
    image = Image.fromarray(deep) if mode == "I;16" else Image.fromarray(values, mode)
    image.save(tmp_path / "whole.tif")
    image.crop((0, 600, width, 640)).save(tmp_path / "part.tif")
    whole, part = (read_image(tmp_path / f"{name}.tif").pixels for name in ("whole", "part"))
    np.testing.assert_array_equal(whole[600:640], part)


def test_warnings_are_as_before_however_many_threads_read() -> None:
    data = io.BytesIO()
    Image.fromarray(RANDOM.integers(0, 256, (400, 3000), np.uint8)).save(data, "PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decode_image, [data.getvalue()] * 80))
    assert list(warnings.filters) == before
