"""Vectors of sixteen float32 for Numba functions: what LLVM's own vectorizer does not find.

A `Vector` lives in one register (or in several narrower ones, where a machine has not such wide ones) and
knows ``+ - * /``, also with a float32 on either side. `load` and `store` move it, the other functions take
scalars as well as vectors, so that a formula is written once for both. Nothing is checked: an offset outside
its array reads or ruins other memory.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

__all__ = [
    "WIDTH",
    "absolute",
    "floor",
    "larger",
    "load",
    "smaller",
    "spread",
    "store",
    "where_equal",
    "where_greater",
]

#: Elements of a vector.
WIDTH = 16

_F32 = ir.FloatType()
_LLVM = ir.VectorType(_F32, WIDTH)
_LANES = ir.VectorType(ir.IntType(32), WIDTH)
#: Let LLVM join a product and a sum.
CONTRACT = ("contract",)


class VectorType(types.Type):
    """Numba's type of a vector."""

    def __init__(self) -> None:
        super().__init__("Vector16")


VECTOR = VectorType()


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type: VectorType) -> None:
        super().__init__(manager, type, _LLVM)


def splat(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """Return a vector with the scalar `value` in every place."""
    one = builder.insert_element(ir.Constant(_LLVM, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, ir.Constant(_LLVM, ir.Undefined), ir.Constant(_LANES, [0] * WIDTH))


def element_pointer(
    context: Any, builder: ir.IRBuilder, type_: Any, array: ir.Value, at: ir.Value
) -> ir.Value:
    """Return the address of element `at` of a flat float32 array, as one of a float."""
    data = context.make_array(type_)(context, builder, array).data
    return builder.gep(builder.bitcast(data, _F32.as_pointer()), [at])


def load_vector(builder: ir.IRBuilder, pointer: ir.Value) -> ir.Value:
    """Load a vector from a pointer to its first float."""
    loaded = builder.load(builder.bitcast(pointer, _LLVM.as_pointer()))
    loaded.align = 4
    return loaded


def store_vector(builder: ir.IRBuilder, vector: ir.Value, pointer: ir.Value) -> None:
    """Store a vector from a pointer to its first float on."""
    builder.store(vector, builder.bitcast(pointer, _LLVM.as_pointer())).align = 4


def _define(operation: Any, instruction: str) -> None:
    """Let `operation` work on vectors and mixtures of vectors and float32."""

    @infer_global(operation)
    class Template(AbstractTemplate):
        def generic(self, args: tuple[Any, ...], kws: object) -> Any:
            if len(args) == 2 and VECTOR in args and all(each in (VECTOR, types.float32) for each in args):
                return signature(VECTOR, *args)
            return None

    def lower(context: Any, builder: ir.IRBuilder, sig: Any, args: tuple[ir.Value, ir.Value]) -> ir.Value:
        both = (
            value if type_ == VECTOR else splat(builder, value)
            for type_, value in zip(sig.args, args, strict=True)
        )
        return getattr(builder, instruction)(*both, flags=CONTRACT)

    for kinds in ((VECTOR, VECTOR), (VECTOR, types.float32), (types.float32, VECTOR)):
        lower_builtin(operation, *kinds)(lower)


for _operation, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _define(_operation, _instruction)


@intrinsic
def load(typingctx, array, at):  # type: ignore[no-untyped-def]
    """Return the vector that begins at element `at` of a flat C-order float32 array."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return load_vector(builder, element_pointer(context, builder, sig.args[0], *args))

    return VECTOR(array, types.int64), code


@intrinsic
def store(typingctx, vector, array, at):  # type: ignore[no-untyped-def]
    """Store a vector from element `at` of a flat C-order float32 array on."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        vector, array, at = args
        store_vector(builder, vector, element_pointer(context, builder, sig.args[1], array, at))
        return context.get_dummy_value()

    return types.void(VECTOR, array, types.int64), code


def _call(builder: ir.IRBuilder, name: str, *args: ir.Value) -> ir.Value:
    suffix = "v16f32" if args[0].type == _LLVM else "f32"
    kind = ir.FunctionType(args[0].type, [arg.type for arg in args])
    function = builder.module.globals.get(f"llvm.{name}.{suffix}")
    if function is None:
        function = ir.Function(builder.module, kind, f"llvm.{name}.{suffix}")
    return builder.call(function, args)


@intrinsic
def floor(typingctx, x):  # type: ignore[no-untyped-def]
    """Return the largest integer not above a vector's elements, or a float32."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return _call(builder, "floor", *args)

    return x(x), code


@intrinsic
def absolute(typingctx, x):  # type: ignore[no-untyped-def]
    """Return the absolute value of a vector's elements, or of a float32."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return _call(builder, "fabs", *args)

    return x(x), code


def _choice(comparison: str) -> Any:
    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        x, bound = args
        if sig.args[0] == VECTOR and sig.args[1] != VECTOR:
            bound = splat(builder, bound)
        return builder.select(builder.fcmp_ordered(comparison, x, bound), x, bound)

    return code


@intrinsic
def smaller(typingctx, x, bound):  # type: ignore[no-untyped-def]
    """Return the smaller of a vector's elements, or a float32, and `bound`, a float32 or a vector too."""
    return x(x, bound), _choice("<")


@intrinsic
def larger(typingctx, x, bound):  # type: ignore[no-untyped-def]
    """Return the larger of a vector's elements, or a float32, and `bound`, a float32 or a vector too."""
    return x(x, bound), _choice(">")


@intrinsic
def spread(typingctx, x):  # type: ignore[no-untyped-def]
    """Return a vector with the float32 `x` in every place."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return splat(builder, args[0])

    return VECTOR(types.float32), code


def _where(comparison: str) -> Any:
    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        one, other, yes, no = args
        return builder.select(builder.fcmp_ordered(comparison, one, other), yes, no)

    return code


@intrinsic
def where_greater(typingctx, one, other, yes, no):  # type: ignore[no-untyped-def]
    """Return the elements of the vector `yes` where `one` is greater than `other`, else those of `no`."""
    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), _where(">")


@intrinsic
def where_equal(typingctx, one, other, yes, no):  # type: ignore[no-untyped-def]
    """Return the elements of the vector `yes` where `one` equals `other`, else those of `no`."""
    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), _where("==")
