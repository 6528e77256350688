"""Functions inside kernels: compiled once, for one signature, and called instead of copied.

Numba compiles a function anew for every mixture of literal and other arguments, and LLVM copies what is
called into the caller. For the few functions that many kernels call at many places, that makes most of the
time that compiling takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.core import types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = ["ARRAY", "INT", "inner"]

INT = types.int64
#: A flat array.
ARRAY = types.Array(types.float32, 1, "C")


def inner(*arguments: types.Type) -> Callable[[Callable[..., None]], Any]:
    """Return a decorator for a function of arguments of these types that returns nothing.

    Where arguments have other types, they are converted. From Python it can be called too.
    """

    def decorate(function: Callable[..., None]) -> Any:
        dispatcher = numba.njit(**INSIDE)(function)
        from_python = numba.njit(**OPTIONS)(function)

        def called(*args: Any) -> None:
            from_python(*args)

        called.__doc__, called.__name__, called.__module__ = (
            function.__doc__,
            function.__name__,
            function.__module__,
        )

        @infer_global(called, typing_key=function)
        class Template(AbstractTemplate):
            def generic(self, args: tuple[Any, ...], kws: object) -> Any:
                dispatcher.compile(arguments)
                return signature(types.none, *arguments)

        @lower_builtin(function, *arguments)
        def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            compiled = dispatcher.overloads[arguments]
            context.active_code_library.add_linking_library(compiled.library)
            callee = context.declare_function(builder.module, compiled.fndesc)
            context.call_conv.call_function(builder, callee, types.none, arguments, args, attrs=("noinline",))
            return context.get_dummy_value()

        return called

    return decorate
