"""Matrix products: the tile of a result that is held in registers while it sums up, and products made of
tiles.

Every number is summed in the order of k, one term after the other, whatever the tile's size. So a row's
result does not depend on its neighbours, nor a line's on the batch that it is in or on the core that computes
it.

The right factor is *packed*: cut into panels of 64 columns (the last may be narrower, of 16, 32 or 48), each
stored row by row on its own, so that it is read from its beginning to its end.
"""

from __future__ import annotations

import numba
import numpy as np
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba.core import types
from numba.extending import intrinsic

from tessnb.kernels.inner import ARRAY, INT, inner
from tessnb.kernels.options import INSIDE
from tessnb.kernels.vectors import (
    CONTRACT,
    WIDTH,
    element_pointer,
    load,
    load_vector,
    splat,
    store,
    store_vector,
)

__all__ = ["PANEL", "TALL", "multiply", "pack", "pack_tall", "padded"]


#: Columns of a panel.
PANEL = 64
#: Rows of the largest tile.
TALL = 8

_I64 = ir.IntType(64)
_ARGUMENTS = (INT, INT, ARRAY, INT, INT, INT, INT, ARRAY, INT, ARRAY, INT, INT, ARRAY, INT, INT)


@numba.njit(**INSIDE)
def padded(size):  # type: ignore[no-untyped-def]
    """Return `size` rounded up to whole vectors."""
    return (size + WIDTH - 1) // WIDTH * WIDTH


@intrinsic
def tile(typingctx, rows, vectors, a, a_at, a_row, a_k, count, b, b_at, b_k, i, i_at, i_row, c, c_at, c_row):  # type: ignore[no-untyped-def]
    """``c[r, n] = i[r, n] + sum over k of a[r, k] b[k, n]`` for one tile.

    Parameters
    ----------
    rows, vectors : int
        Height, and width in vectors; literal.
    a, b, i, c : numpy.ndarray, ndim=1, dtype=float32
        Where they begin, and the distances of their rows (and of A's columns), follow them.
    count : int
        Values of k.
    """
    if not isinstance(rows, types.IntegerLiteral) or not isinstance(vectors, types.IntegerLiteral):
        return None
    height, across = rows.literal_value, vectors.literal_value

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        a, a_at, a_row, a_k, count, b, b_at, b_k, i, i_at, i_row, c, c_at, c_row = args[2:]
        a_start = element_pointer(context, builder, sig.args[2], a, a_at)
        b_start = element_pointer(context, builder, sig.args[7], b, b_at)
        i_start = element_pointer(context, builder, sig.args[10], i, i_at)
        c_start = element_pointer(context, builder, sig.args[13], c, c_at)

        def places(start: ir.Value, row: ir.Value) -> list[ir.Value]:
            return [
                builder.gep(start, [builder.add(builder.mul(row, _I64(r)), _I64(v * WIDTH))])
                for r in range(height)
                for v in range(across)
            ]

        initials = [load_vector(builder, place) for place in places(i_start, i_row)]
        begin = builder.block
        loop, end = builder.append_basic_block("k"), builder.append_basic_block("end")
        builder.cbranch(builder.icmp_signed(">", count, _I64(0)), loop, end)

        builder.position_at_end(loop)
        k = builder.phi(_I64)
        k.add_incoming(_I64(0), begin)
        sums = [builder.phi(initial.type) for initial in initials]
        b_now = builder.gep(b_start, [builder.mul(k, b_k)])
        panel = [load_vector(builder, builder.gep(b_now, [_I64(v * WIDTH)])) for v in range(across)]
        a_now = builder.gep(a_start, [builder.mul(k, a_k)])
        totals = []
        for r in range(height):
            factor = splat(builder, builder.load(builder.gep(a_now, [builder.mul(a_row, _I64(r))])))
            for v in range(across):
                product = builder.fmul(factor, panel[v], flags=CONTRACT)
                totals.append(builder.fadd(sums[r * across + v], product, flags=CONTRACT))
        following = builder.add(k, _I64(1))
        k.add_incoming(following, loop)
        for running, initial, total in zip(sums, initials, totals, strict=True):
            running.add_incoming(initial, begin)
            running.add_incoming(total, loop)
        builder.cbranch(builder.icmp_signed("<", following, count), loop, end)

        builder.position_at_end(end)
        finals = [builder.phi(total.type) for total in totals]
        for final, initial, total in zip(finals, initials, totals, strict=True):
            final.add_incoming(initial, begin)
            final.add_incoming(total, loop)
        for final, place in zip(finals, places(c_start, c_row), strict=True):
            store_vector(builder, final, place)
        return context.get_dummy_value()

    flat, at = types.Array(types.float32, 1, "C"), types.int64
    factors = flat, at, at, at, at, flat, at, at
    return types.void(rows, vectors, *factors, flat, at, at, flat, at, at), code


# Tiles of sixteen vectors and more need registers of 512 bits; else a tile is one vector wide.
if get_host_cpu_features().get("avx512f", False):

    @inner(*_ARGUMENTS)
    def multiply(height, vectors, a, a_at, a_row, a_k, count, b, b_at, i, i_at, i_row, c, c_at, c_row):  # type: ignore[no-untyped-def]
        """``C = I + A B`` for one panel of B, which is `vectors` vectors wide.

        Parameters
        ----------
        height, vectors, count : int
            Rows of A, vectors of B's rows, rows of B.
        a, b, i, c : numpy.ndarray, ndim=1, dtype=float32
            Where in them A, B, I and C begin, and the distances of rows (and of A's columns), follow them. I
            may be C itself, or a single row at a distance of 0.
        """
        k, done = vectors * WIDTH, 0
        if vectors == 4:
            # Half a panel at a time: sixteen sums are enough, and less of B must be near.
            while done + 8 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(8, 2, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                tile(8, 2, a, a_d, a_row, a_k, count, b, b_at + 32, k, i, i_d + 32, i_row, c, c_d + 32, c_row)
                done += 8
            while done + 4 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(4, 4, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 4
            while done + 2 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(2, 4, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 2
            while done + 1 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(1, 4, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 1
        elif vectors == 3:
            while done + 8 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(8, 3, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 8
            while done + 2 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(2, 3, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 2
            while done + 1 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(1, 3, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 1
        elif vectors == 2:
            while done + 8 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(8, 2, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 8
            while done + 2 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(2, 2, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 2
            while done + 1 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(1, 2, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 1
        else:
            while done + 8 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(8, 1, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 8
            while done + 1 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(1, 1, a, a_d, a_row, a_k, count, b, b_at, k, i, i_d, i_row, c, c_d, c_row)
                done += 1

else:

    @inner(*_ARGUMENTS)
    def multiply(height, vectors, a, a_at, a_row, a_k, count, b, b_at, i, i_at, i_row, c, c_at, c_row):  # type: ignore[no-untyped-def]
        """As above, on machines with shorter vectors."""
        k = vectors * WIDTH
        for v in range(0, k, WIDTH):
            done = 0
            while done + 4 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(4, 1, a, a_d, a_row, a_k, count, b, b_at + v, k, i, i_d + v, i_row, c, c_d + v, c_row)
                done += 4
            while done + 1 <= height:
                a_d, i_d, c_d = a_at + done * a_row, i_at + done * i_row, c_at + done * c_row
                tile(1, 1, a, a_d, a_row, a_k, count, b, b_at + v, k, i, i_d + v, i_row, c, c_d + v, c_row)
                done += 1


@inner(ARRAY, *[INT] * 7, ARRAY, INT)
def pack(m, at, k_step, n_step, rows, columns, first, last, out, out_at):  # type: ignore[no-untyped-def]
    """Pack the panels from `first` to before `last` of a matrix, with zeros where the last one is too wide.

    Parameters
    ----------
    m : numpy.ndarray, ndim=1, dtype=float32
        The matrix begins at `at`; its rows are `k_step` apart and its columns `n_step`.
    rows, columns : int
    out : numpy.ndarray, ndim=1, dtype=float32
        Filled from `out_at` on, where panel 0 begins, each panel at its own place.
    """
    for panel in range(first, last):
        begin = panel * PANEL
        inside = min(columns - begin, PANEL)
        wide = padded(inside)
        to = out_at + begin * rows
        source = at + begin * n_step
        if n_step == 1:
            whole = inside // WIDTH * WIDTH
            for _ in range(rows):
                for n in range(0, whole, WIDTH):
                    store(load(m, source + n), out, to + n)
                for n in range(whole, wide):
                    out[to + n] = m[source + n] if n < inside else np.float32(0.0)
                source += k_step
                to += wide
        else:
            for n in range(inside):
                for k in range(rows):
                    out[np.uint64(to + k * wide + n)] = m[np.uint64(source + k * k_step + n * n_step)]
            for k in range(rows):
                for n in range(inside, wide):
                    out[to + k * wide + n] = np.float32(0.0)


@inner(ARRAY, INT, INT, INT, INT, ARRAY, INT, INT)
def pack_tall(m, at, step, count, features, out, k_first, k_count):  # type: ignore[no-untyped-def]
    """Cut the transpose of a matrix into strips of `TALL` rows, each stored column by column.

    Element ``(f, k)`` of the transpose goes to ``out[f // TALL, k_first + k, f % TALL]``; what is missing in
    the last strip becomes zero.

    Parameters
    ----------
    m : numpy.ndarray, ndim=1, dtype=float32
        The matrix begins at `at`, has `count` rows at a distance of `step`, and `features` columns.
    out : numpy.ndarray, ndim=1, dtype=float32
        Strips of `k_count` columns each.
    """
    for strip in range((features + TALL - 1) // TALL):
        to = (strip * k_count + k_first) * TALL
        source = at + strip * TALL
        if (strip + 1) * TALL <= features:
            for _ in range(count):
                into, values = out[to : to + TALL], m[source : source + TALL]
                for f in range(TALL):
                    into[f] = values[f]
                to += TALL
                source += step
        else:
            for _ in range(count):
                for f in range(TALL):
                    out[to + f] = m[source + f] if strip * TALL + f < features else np.float32(0.0)
                to += TALL
                source += step
