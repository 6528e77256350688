"""Two cores on one kernel: work in two parts, a helper that waits for it, and a place to meet.

The helper is a thread that sits in `serve` without the interpreter's lock. `share` hands it the second part
of some work through a few words of memory, and does the first part itself; where there is no helper, or it is
elsewhere, it does both. What a part computes never depends on who does it.

All waiting spins for a while and then gives the core away, so that busy machines lose little.
"""

from __future__ import annotations

import platform
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from tessnb.kernels.options import INSIDE, OPTIONS

__all__ = ["ABSENT", "PARKED", "READY", "STATE", "TEAM_WORDS", "meet", "serve", "share"]


#: Words of a team's memory, each alone on its cache line.
STATE, _OWNED, _JOB, _ARGUMENTS, _ARRIVED, _YIELDS, _CROWDED = 0, 8, 16, 24, 32, 48, 64
#: Size of a team's memory, an int64 array on a cache line's beginning.
TEAM_WORDS = 72

#: States: there is no helper; it waits outside `serve`; it waits inside; there is work for it; it is at work.
ABSENT, PARKED, READY, _POSTED, _TAKEN = range(5)

#: Looks at a word before a wait gives the core away.
_LOOKS = 2000
#: Looks before work to be done at the same time goes on without the helper: it should be there at once.
_PATIENCE = 400
#: So often at most may the cores be given away while they work together; else each works alone for a while.
_MANY_YIELDS = 1000
_ALONE_FOR = 12

_I64 = ir.IntType(64)
_BYTES = ir.IntType(8).as_pointer()
_WORK = ir.FunctionType(ir.VoidType(), [_BYTES, _I64, _I64])
_X86 = platform.machine() in ("x86_64", "AMD64")


def _word(context: Any, builder: ir.IRBuilder, type_: Any, array: ir.Value, at: ir.Value) -> ir.Value:
    return builder.gep(context.make_array(type_)(context, builder, array).data, [at])


@intrinsic
def _read(typingctx, words, at):  # type: ignore[no-untyped-def]
    """Load a word, and see all that was written before it was stored."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return builder.load_atomic(_word(context, builder, sig.args[0], *args), "acquire", 8)

    return types.int64(words, types.int64), code


@intrinsic
def _write(typingctx, words, at, value):  # type: ignore[no-untyped-def]
    """Store a word, after all that was written before."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        words, at, value = args
        builder.store_atomic(value, _word(context, builder, sig.args[0], words, at), "release", 8)
        return context.get_dummy_value()

    return types.void(words, types.int64, types.int64), code


@intrinsic
def _exchange(typingctx, words, at, old, new):  # type: ignore[no-untyped-def]
    """Replace a word's value `old` by `new`; return whether it was `old`."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        words, at, old, new = args
        pointer = _word(context, builder, sig.args[0], words, at)
        return builder.extract_value(builder.cmpxchg(pointer, old, new, "seq_cst", "seq_cst"), 1)

    return types.boolean(words, types.int64, types.int64, types.int64), code


@intrinsic
def _pause(typingctx):  # type: ignore[no-untyped-def]
    """Tell the core that this is a waiting loop."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        if _X86:
            name = "llvm.x86.sse2.pause"
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(builder.module.globals.get(name) or ir.Function(builder.module, kind, name), [])
        return context.get_dummy_value()

    return types.void(), code


_sched_yield = types.ExternalFunction("sched_yield", types.int32())


@intrinsic
def _work(typingctx, address, arguments, first, last):  # type: ignore[no-untyped-def]
    """Do the parts from `first` to before `last` of the work at an address."""

    def code(context, builder, sig, args):  # type: ignore[no-untyped-def]
        address, arguments, first, last = args
        function = builder.inttoptr(address, _WORK.as_pointer())
        builder.call(function, [builder.inttoptr(arguments, _BYTES), first, last])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 4), code


@numba.njit(**INSIDE)
def meet(team, part, step):  # type: ignore[no-untyped-def]
    """Wait until the other part has come to the same step too; steps count up from 1."""
    _write(team, _ARRIVED + 8 * part, step)
    other = _ARRIVED + 8 * (1 - part)
    looks = 0
    while _read(team, other) < step:
        looks += 1
        if looks > _LOOKS:
            _sched_yield()
            team[_YIELDS + 8 * part] += 1
        elif looks > 50:
            _pause()


@numba.njit(**OPTIONS)
def serve(team, patience):  # type: ignore[no-untyped-def]
    """Do the second parts of what `share` posts; return after `patience` looks at nothing."""
    idle = 0
    while True:
        state = _read(team, STATE)
        if state == _POSTED:
            if _exchange(team, STATE, _POSTED, _TAKEN):
                _work(team[_JOB], team[_ARGUMENTS], 1, 2)
                _write(team, STATE, READY)
                idle = 0
        elif state == PARKED:
            _exchange(team, STATE, PARKED, READY)
        else:
            idle += 1
            _pause()
            if idle > _LOOKS and idle % 64 == 0:
                _sched_yield()
            if idle > patience and _exchange(team, STATE, READY, PARKED):
                return


@numba.njit(**INSIDE)
def _wait_while(team, state, looks):  # type: ignore[no-untyped-def]
    """Wait until the state is another, or for so many looks; 0 means for ever."""
    count = 0
    while _read(team, STATE) == state:
        count += 1
        if count == looks:
            return
        _pause()
        if count > _LOOKS:
            _sched_yield()


@numba.njit(**INSIDE)
def _divide(team, address, arguments, together):  # type: ignore[no-untyped-def]
    """Do both parts of the work at an address, with the helper's help if it can be had."""
    if _read(team, STATE) == ABSENT or not _exchange(team, _OWNED, 0, 1):
        _work(address, arguments, 0, 2)
        return
    if together and team[_CROWDED] > 0:
        team[_CROWDED] -= 1
        _work(address, arguments, 0, 2)
        _write(team, _OWNED, 0)
        return
    team[_JOB], team[_ARGUMENTS] = address, arguments
    for part in range(2):
        team[_ARRIVED + 8 * part] = team[_YIELDS + 8 * part] = 0
    _write(team, STATE, _POSTED)
    if together:
        _wait_while(team, _POSTED, _PATIENCE)
        if _exchange(team, STATE, _POSTED, PARKED):
            _work(address, arguments, 0, 2)
            _write(team, _OWNED, 0)
            return
    _work(address, arguments, 0, 1)
    if _exchange(team, STATE, _POSTED, PARKED):
        _work(address, arguments, 1, 2)
    else:
        _wait_while(team, _TAKEN, 0)
        if team[_YIELDS] + team[_YIELDS + 8] > _MANY_YIELDS:
            team[_CROWDED] = _ALONE_FOR
    _write(team, _OWNED, 0)


@intrinsic
def share(typingctx, team, function, args, together):  # type: ignore[no-untyped-def]
    """Do ``function(*args, 0, 1)`` and ``function(*args, 1, 2)`` on two cores, or ``function(*args, 0, 2)``.

    Parameters
    ----------
    team : numpy.ndarray, shape=(TEAM_WORDS,), dtype=int64
    function : Numba function
        Its last two arguments say which parts to do: from which to before which. It must not raise.
    args : tuple
    together : bool
        Whether the parts wait for each other with `meet`, so that they can only be done at the same time, or
        by one.
    """
    called = function.get_call_type(typingctx, (*args, types.int64, types.int64), {})
    dividing = team, types.int64, types.int64, types.boolean
    _divide.compile(dividing)

    def code(context, builder, sig, values):  # type: ignore[no-untyped-def]
        team, _, arguments, together = values
        compiled = function.dispatcher.get_compile_result(called)
        context.active_code_library.add_linking_library(compiled.library)
        name = f"parts.{compiled.fndesc.mangled_name}"
        wrapper = builder.module.globals.get(name)
        if wrapper is None:
            wrapper = ir.Function(builder.module, _WORK, name)
            wrapper.linkage = "internal"
            inside = ir.IRBuilder(wrapper.append_basic_block())
            packed, first, last = wrapper.args
            packed = inside.load(inside.bitcast(packed, arguments.type.as_pointer()))
            unpacked = [inside.extract_value(packed, i) for i in range(len(sig.args[2]))]
            callee = context.declare_function(builder.module, compiled.fndesc)
            context.call_conv.call_function(
                inside, callee, called.return_type, called.args, [*unpacked, first, last]
            )
            inside.ret_void()
        kept = cgutils.alloca_once_value(builder, arguments)
        addresses = builder.ptrtoint(wrapper, _I64), builder.ptrtoint(kept, _I64)
        divide = _divide.overloads[dividing]
        context.active_code_library.add_linking_library(divide.library)
        callee = context.declare_function(builder.module, divide.fndesc)
        context.call_conv.call_function(
            builder, callee, types.none, dividing, (team, *addresses, together), attrs=("noinline",)
        )
        return context.get_dummy_value()

    return types.void(team, function, args, types.boolean), code


def new_team() -> np.ndarray:
    """Return the memory of a team without a helper."""
    words = np.zeros(TEAM_WORDS + 8, np.int64)
    start = -words.ctypes.data % 64 // 8
    return words[start : start + TEAM_WORDS]
