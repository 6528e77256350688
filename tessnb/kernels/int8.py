"""Products of int8 matrices with the processor's own instruction for them (AVX-512 VNNI).

It multiplies unsigned by signed bytes, four at a time, and adds up in int32: 64 products an instruction,
where float32 has 16. Signed inputs are therefore shifted by 128, and 128 times the sum of the weights is
taken off the result.

Source: ``intSimdMatrix`` in ``src/arch``, which does the same with other instructions.
"""

from __future__ import annotations

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from tessnb.kernels.options import OPTIONS

__all__ = ["AVAILABLE", "QUAD", "ROWS", "WIDE", "pack", "project_int8", "shifted_product"]

#: Whether this processor has the instruction.
AVAILABLE = bool(llvm.get_host_cpu_features().get("avx512vnni", False))

#: Bytes that are multiplied and added together; rows of inputs at a time; outputs at a time.
QUAD, ROWS, WIDE = 4, 8, 32
_LANES = 16
_VECTORS = WIDE // _LANES
_LINE = 64  # bytes of a vector, and of a line of the cache


def pack(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay weights out for `shifted_product`.

    Parameters
    ----------
    weights : numpy.ndarray, shape=(inputs, outputs)
        Integers from -127 to 127 of any type.

    Returns
    -------
    packed : numpy.ndarray, shape=(blocks, quads, 32, 4), dtype=int8
        Output ``32 b + i`` and input ``4 q + j`` at ``[b, q, i, j]``; zeros beyond.
    shift : numpy.ndarray, shape=(outputs,), dtype=int32
        What takes the shift of the inputs off the sums.
    """
    inputs, outputs = weights.shape
    quads, blocks = -(-inputs // QUAD), -(-outputs // WIDE)
    padded = np.zeros((quads * QUAD, blocks * WIDE), np.int8)
    padded[:inputs, :outputs] = weights
    parts = padded.reshape(quads, QUAD, blocks, WIDE).transpose(2, 0, 3, 1)
    memory = np.empty(parts.size + _LINE, np.int8)
    begin = -memory.ctypes.data % _LINE
    packed = memory[begin : begin + parts.size].reshape(parts.shape)
    packed[:] = parts
    return packed, -128 * padded.sum(axis=0, dtype=np.int32)[:outputs]


@intrinsic
def _multiply_block(typingctx, x, x_stride, weights, quads, out, out_stride):  # type: ignore[no-untyped-def]
    """Fill 8 rows and 32 columns of sums; the arguments are addresses, strides in bytes and a count."""
    signature = types.void(*[types.intp] * 6)

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        x, x_stride, weights, quads, out, out_stride = arguments
        word, long = ir.IntType(32), ir.IntType(64)
        sums_type, bytes_type = ir.VectorType(word, _LANES), ir.VectorType(ir.IntType(8), _LINE)
        # LLVM 22 takes the bytes as bytes, those before as words.
        factor = bytes_type if llvm.llvm_version_info[0] >= 22 else sums_type
        multiply = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(sums_type, [sums_type, factor, factor]),
            "llvm.x86.avx512.vpdpbusd.512",
        )

        def at(base, offset, kind):  # type: ignore[no-untyped-def]
            return builder.inttoptr(builder.add(base, offset), kind.as_pointer())

        before = builder.block
        loop, done = builder.append_basic_block("quads"), builder.append_basic_block("done")
        builder.branch(loop)
        builder.position_at_end(loop)
        index = builder.phi(long)
        index.add_incoming(long(0), before)
        sums = [builder.phi(sums_type) for _ in range(ROWS * _VECTORS)]
        for each in sums:
            each.add_incoming(sums_type(None), before)
        row_of_weights = builder.add(weights, builder.mul(index, long(_LINE * _VECTORS)))
        factors = []
        for vector in range(_VECTORS):
            loaded = builder.load(at(row_of_weights, long(_LINE * vector), sums_type))
            loaded.align = 4
            factors.append(builder.bitcast(loaded, factor))
        column = builder.add(x, builder.mul(index, long(QUAD)))
        added = []
        for row in range(ROWS):
            four = builder.load(at(column, builder.mul(x_stride, long(row)), word))
            four.align = 1
            undefined = sums_type(ir.Undefined)
            first = builder.insert_element(undefined, four, word(0))
            spread = builder.bitcast(builder.shuffle_vector(first, undefined, sums_type(None)), factor)
            for vector in range(_VECTORS):
                so_far = sums[row * _VECTORS + vector]
                added.append(builder.call(multiply, [so_far, spread, factors[vector]]))
        following = builder.add(index, long(1))
        index.add_incoming(following, loop)
        for each, new in zip(sums, added, strict=True):
            each.add_incoming(new, loop)
        builder.cbranch(builder.icmp_signed("<", following, quads), loop, done)
        builder.position_at_end(done)
        for place, new in enumerate(added):
            row, vector = divmod(place, _VECTORS)
            offset = builder.add(builder.mul(out_stride, long(row)), long(_LINE * vector))
            builder.store(new, at(out, offset, sums_type)).align = 4
        return context.get_dummy_value()

    return signature, generate


@numba.njit(**OPTIONS)
def shifted_product(x, weights, out):  # type: ignore[no-untyped-def]
    """Fill `out` with the product of shifted inputs and weights.

    Parameters
    ----------
    x : numpy.ndarray, shape=(a multiple of 8, 4 * quads), dtype=uint8
        Inputs plus 128, in C order.
    weights : numpy.ndarray, shape=(blocks, quads, 32, 4), dtype=int8
        From `pack`.
    out : numpy.ndarray, shape=(rows of x, 32 * blocks), dtype=int32
        In C order.
    """
    blocks, quads = weights.shape[0], weights.shape[1]
    for block in range(blocks):
        packed = weights.ctypes.data + block * weights.strides[0]
        for row in range(0, x.shape[0], ROWS):
            _multiply_block(
                x.ctypes.data + row * x.strides[0],
                x.strides[0],
                packed,
                quads,
                out.ctypes.data + row * out.strides[0] + block * WIDE * out.itemsize,
                out.strides[0],
            )


@numba.njit(**OPTIONS)
def project_int8(x, weights, shift, scales, rows, sums, out):  # type: ignore[no-untyped-def]
    """Fill `out` with ``(x W + shift) * scales``.

    Parameters
    ----------
    x : numpy.ndarray, shape=(n, inputs), dtype=int8
    weights, shift
        From `pack`, the bias times 127 added to the shift.
    scales : numpy.ndarray, shape=(outputs,), dtype=float32
    rows : numpy.ndarray, shape=(a multiple of 8, 4 * quads), dtype=uint8
        Scratch.
    sums : numpy.ndarray, shape=(rows, 32 * blocks), dtype=int32
        Scratch.
    out : numpy.ndarray, shape=(n, outputs), dtype=float32
    """
    inputs, outputs = x.shape[1], out.shape[1]
    for begin in range(0, x.shape[0], rows.shape[0]):
        count = min(rows.shape[0], x.shape[0] - begin)
        for s in range(count):
            source, row = x[begin + s], rows[s]
            for i in range(inputs):
                row[i] = np.uint8(np.int16(source[i]) + np.int16(128))
        shifted_product(rows, weights, sums)
        for s in range(count):
            total, result = sums[s], out[begin + s]
            for i in range(outputs):
                result[i] = np.float32(total[i] + shift[i]) * scales[i]
