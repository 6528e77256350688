"""The weight matrix of a layer as Tesseract stores it, in the current and in the oldest layout.

Source: ``src/lstm/weightmatrix.cpp``, ``WeightMatrix::Serialize``, ``DeSerialize`` and ``DeSerializeOld``;
``src/ccstruct/matrix.h``, ``GENERIC_2D_ARRAY``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tessnb.formats._binary import Reader, Writer

__all__ = ["ADAM_FLAG", "DOUBLE_FLAG", "INT8_FLAG", "WeightMatrixRecord", "read_weights", "write_weights"]

INT8_FLAG = 1
ADAM_FLAG = 4
DOUBLE_FLAG = 128

#: The reference's bound on both sides of a stored matrix.
_MAX_SIDE = 0xFFFF


@dataclass(kw_only=True, eq=False)
class WeightMatrixRecord:
    """A weight matrix: a row per output, a column per input, and the bias as the last column.

    Attributes
    ----------
    mode : int
        The byte on disk: `INT8_FLAG`, `ADAM_FLAG` and `DOUBLE_FLAG`. Without `DOUBLE_FLAG` it is the layout
        of Tesseract 4.00 alpha: numbers are float32, and the training state has another matrix, `errs`.
    values : ndarray, shape (no, ni + 1), float64, or int8 in int mode, or float32 in the old layout
        The weights.
    scales : ndarray, shape (>= no,), float64 (float32 in the old layout), optional
        Int mode only, as on disk: row ``i`` stands for the weights ``values[i] * scales[i]``. The reference
        pads the vector to the vector units of the machine that wrote it, so it may be longer than `no`.
    updates, dw_sq_sum : ndarray, shape (no, ni + 1), float64 (float32 in the old layout), optional
        The momentum and, with Adam, the running sum of squared gradients; only in a layer that trains.
    errs : ndarray, shape (no, ni + 1), float32, optional
        A matrix that only the old layout has; it meant something to a kind of training that is gone.
    unused : dict
        The cells "outside the matrix" that are stored before each matrix, where they are not zero.
    """

    values: np.ndarray
    mode: int = DOUBLE_FLAG
    scales: np.ndarray | None = None
    updates: np.ndarray | None = None
    dw_sq_sum: np.ndarray | None = None
    errs: np.ndarray | None = None
    unused: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of_floats(
        cls,
        values: np.ndarray,
        *,
        use_adam: bool = False,
        updates: np.ndarray | None = None,
        dw_sq_sum: np.ndarray | None = None,
    ) -> WeightMatrixRecord:
        """A float matrix in the current layout."""
        mode = DOUBLE_FLAG | (ADAM_FLAG if use_adam else 0)
        return cls(values=values, mode=mode, updates=updates, dw_sq_sum=dw_sq_sum if use_adam else None)

    @classmethod
    def of_integers(
        cls, values: np.ndarray, scales: np.ndarray, *, use_adam: bool = False
    ) -> WeightMatrixRecord:
        """An int8 matrix in the current layout; `scales` as on disk (see the class)."""
        return cls(
            values=values, scales=scales, mode=DOUBLE_FLAG | INT8_FLAG | (ADAM_FLAG if use_adam else 0)
        )

    @property
    def int_mode(self) -> bool:
        return bool(self.mode & INT8_FLAG)

    @property
    def use_adam(self) -> bool:
        return bool(self.mode & ADAM_FLAG)

    @property
    def old_layout(self) -> bool:
        return not self.mode & DOUBLE_FLAG

    def matrices(self, training: bool) -> list[tuple[str, str]]:
        """Name and dtype of what is stored, in order: matrices, and the vector `scales` among them."""
        real = "f4" if self.old_layout else "f8"
        stored = [("values", "i1" if self.int_mode else real)]
        if self.int_mode:
            stored.append(("scales", real))
        if training and self.old_layout:
            stored += [("updates", real), ("errs", real)]
        elif training and not self.int_mode:
            stored += [("updates", real), ("dw_sq_sum", real)] if self.use_adam else [("updates", real)]
        return stored


def read_weights(reader: Reader, *, training: bool) -> WeightMatrixRecord:
    """Read a weight matrix of a layer that is, or is not, in training."""
    record = WeightMatrixRecord(values=np.empty((0, 0)), mode=reader.number("B", "mode of weights"))
    for name, dtype in record.matrices(training):
        at = reader.offset
        if name == "scales":
            record.scales = reader.array(dtype, reader.count(int(dtype[1]), name), name)
            if len(record.scales) < len(record.values):
                raise reader.fail(
                    "too few scales", found=len(record.scales), expected=len(record.values), offset=at
                )
            continue
        matrix = _read_matrix(reader, record, name, dtype)
        if name != "values" and matrix.shape != record.values.shape:
            raise reader.fail(
                f"{name} do not fit the weights", found=matrix.shape, expected=record.values.shape, offset=at
            )
        setattr(record, name, matrix)
    return record


def _read_matrix(reader: Reader, record: WeightMatrixRecord, name: str, dtype: str) -> np.ndarray:
    at = reader.offset
    rows, columns = reader.number("i", f"size of {name}"), reader.number("i", f"size of {name}")
    if not (0 <= rows <= _MAX_SIDE and 0 <= columns <= _MAX_SIDE):
        raise reader.fail(
            f"impossible size of {name}", found=f"{rows} x {columns}", expected=f"0 to {_MAX_SIDE}", offset=at
        )
    unused = reader.array(dtype, 1, f"unused cell of {name}")
    if any(unused.tobytes()):
        record.unused[name] = unused
    return reader.array(dtype, (rows, columns), name)


def write_weights(writer: Writer, record: WeightMatrixRecord, *, training: bool) -> None:
    """Write a weight matrix; the training state that a layer in training lacks is written as zeros."""
    writer.number("B", record.mode)
    for name, dtype in record.matrices(training):
        matrix = getattr(record, name)
        if name == "scales":
            writer.number("I", len(matrix))
        else:
            if matrix is None:
                matrix = np.zeros(record.values.shape)
            writer.number("i", matrix.shape[0])
            writer.number("i", matrix.shape[1])
            writer.array(dtype, record.unused.get(name, np.zeros(1)))
        writer.array(dtype, matrix)
