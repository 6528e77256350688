"""How kernels are compiled: for speed when they run, and with nothing that only takes time to compile.

Numba optimizes every function, makes machine code of it, and does both again in each function that calls it,
with all that it calls itself. What is only called from kernels needs no machine code of its own: `INSIDE`
leaves it as it is until a kernel has taken it in.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

__all__ = ["INSIDE", "OPTIONS"]


class _Ingredient(JITCodeLibrary):
    """The code of a function that only becomes machine code as a part of others."""

    def finalize(self) -> None:
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: there is nothing to call."""
        return 0

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Do nothing: an environment is for code that raises errors."""


class _Inside(Compiler):
    """Numba's compiler, but for its end."""

    def __init__(
        self, typing: Any, target: Any, library: Any, args: Any, result: Any, flags: Any, types: Any
    ) -> None:
        library = library or _Ingredient(target.codegen(), "ingredient")
        super().__init__(typing, target, library, args, result, flags, types)


#: Kernels allocate nothing and keep nothing, so that nothing needs to count who holds an array.
_ALL: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
#: Of what is called from Python.
OPTIONS: dict[str, Any] = {**_ALL, "cache": True}
#: Of what is called from kernels only.
INSIDE: dict[str, Any] = {**_ALL, "no_cpython_wrapper": True, "pipeline_class": _Inside}
