"""Leptonica itself, through ctypes: what our scaling and reading of images must equal."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path

import numpy as np

PNG = 3


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(ctypes.util.find_library("lept") or "liblept.so.5")
    pointer, number = ctypes.c_void_p, ctypes.c_int
    signatures = {
        "pixCreate": (pointer, [number, number, number]),
        "pixScale": (pointer, [pointer, ctypes.c_float, ctypes.c_float]),
        "pixConvertTo8": (pointer, [pointer, number]),
        "pixConvertTo32": (pointer, [pointer]),
        "pixRemoveAlpha": (pointer, [pointer]),
        "pixRemoveColormap": (pointer, [pointer, number]),
        "pixRead": (pointer, [ctypes.c_char_p]),
        "pixReadTiff": (pointer, [ctypes.c_char_p, number]),
        "pixGetData": (pointer, [pointer]),
        "pixGetColormap": (pointer, [pointer]),
        "pixGetWidth": (number, [pointer]),
        "pixGetHeight": (number, [pointer]),
        "pixGetDepth": (number, [pointer]),
        "pixGetSpp": (number, [pointer]),
        "pixGetWpl": (number, [pointer]),
        "pixGetXRes": (number, [pointer]),
        "pixGetYRes": (number, [pointer]),
        "pixSetResolution": (number, [pointer, number, number]),
        "pixWriteMem": (number, [pointer, pointer, pointer, number]),
        "setMsgSeverity": (number, [number]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.setMsgSeverity(6)  # say nothing
    return library


LIBRARY = _library()


class Pix:
    """A Leptonica image, made from or turned into an array of one of our three kinds."""

    def __init__(self, pointer: int | None) -> None:
        self.pointer = pointer

    @classmethod
    def of(cls, image: np.ndarray) -> Pix:
        height, width = image.shape[:2]
        depth = 1 if image.dtype == np.bool_ else 8 if image.ndim == 2 else 32
        pix = cls(LIBRARY.pixCreate(width, height, depth))
        if depth == 1:
            rows = np.packbits(image, axis=1)
        elif depth == 8:
            rows = image
        else:
            rows = np.concatenate([image, np.zeros((height, width, 1), np.uint8)], axis=2).reshape(height, -1)
        words = pix._words()
        padded = np.zeros((height, words.shape[1] * 4), np.uint8)
        padded[:, : rows.shape[1]] = rows
        words[:] = padded.view(">u4")
        return pix

    @classmethod
    def read(cls, path: Path, page: int = 0) -> Pix:
        """Read an image as Tesseract's ``SetImage`` leaves it: without transparency, 1, 8 or 32 bits."""
        name = str(path).encode()
        pix = cls(LIBRARY.pixReadTiff(name, page) if path.suffix == ".tif" else LIBRARY.pixRead(name))
        if LIBRARY.pixGetSpp(pix.pointer) == 4:
            pix = cls(LIBRARY.pixRemoveAlpha(pix.pointer))
        if LIBRARY.pixGetColormap(pix.pointer):
            pix = cls(LIBRARY.pixRemoveColormap(pix.pointer, 4))
        if LIBRARY.pixGetDepth(pix.pointer) in (2, 4, 16):
            pix = cls(LIBRARY.pixConvertTo8(pix.pointer, 0))
        return pix

    def _words(self) -> np.ndarray:
        shape = LIBRARY.pixGetHeight(self.pointer), LIBRARY.pixGetWpl(self.pointer)
        data = ctypes.cast(LIBRARY.pixGetData(self.pointer), ctypes.POINTER(ctypes.c_uint32))
        return np.ctypeslib.as_array(data, shape)

    @property
    def image(self) -> np.ndarray:
        width, depth = LIBRARY.pixGetWidth(self.pointer), LIBRARY.pixGetDepth(self.pointer)
        rows = self._words().astype(">u4").view(np.uint8)
        if depth == 1:
            return np.unpackbits(rows, axis=1)[:, :width].astype(bool)
        if depth == 8:
            return rows[:, :width].copy()
        return rows.reshape(len(rows), -1, 4)[:, :width, :3].copy()

    @property
    def resolution(self) -> tuple[int, int]:
        return LIBRARY.pixGetXRes(self.pointer), LIBRARY.pixGetYRes(self.pointer)

    def scaled(self, factor: float) -> np.ndarray | None:
        pointer = LIBRARY.pixScale(self.pointer, factor, factor)
        return Pix(pointer).image if pointer else None

    def png(self, resolution: tuple[int, int]) -> bytes:
        LIBRARY.pixSetResolution(self.pointer, *resolution)
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        assert LIBRARY.pixWriteMem(ctypes.byref(data), ctypes.byref(size), self.pointer, PNG) == 0
        return ctypes.string_at(data, size.value)


def convert_to_8(image: np.ndarray) -> np.ndarray:
    return Pix(LIBRARY.pixConvertTo8(Pix.of(image).pointer, 0)).image


def convert_to_32(image: np.ndarray) -> np.ndarray:
    return Pix(LIBRARY.pixConvertTo32(Pix.of(image).pointer)).image
