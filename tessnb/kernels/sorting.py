"""The unstable sort of the GNU C++ library, step by step.

Tesseract's dawgs depend on the order in which ``std::sort`` leaves equal elements, so this repeats its
algorithm: quicksort with the median of three down to runs of 16, heapsort where that goes too deep, and one
insertion sort at the end.
Source: the published behaviour of libstdc++'s ``bits/stl_algo.h`` and ``bits/stl_heap.h``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["std_sort"]

_THRESHOLD = 16


@njit(cache=True, nogil=True)
def std_sort(keys: np.ndarray, values: np.ndarray, count: int) -> None:
    """Sort the first `count` pairs of `keys` and `values` by ascending keys, in place.

    Parameters
    ----------
    keys : ndarray of int32, shape (capacity,)
    values : ndarray of int32, shape (capacity,)
    count : int
    """
    if count <= 1:
        return
    depth = 0
    while count >> (depth + 1):
        depth += 1
    # Parts still to be cut: at most one per level of depth.
    starts = np.empty(130, np.int64)
    ends = np.empty(130, np.int64)
    depths = np.empty(130, np.int64)
    starts[0], ends[0], depths[0] = 0, count, 2 * depth
    parts = 1
    while parts:
        parts -= 1
        start, end, allowed = starts[parts], ends[parts], depths[parts]
        while end - start > _THRESHOLD:
            if allowed == 0:
                _heap_sort(keys, values, start, end)
                break
            allowed -= 1
            _median_to_front(keys, values, start, start + 1, start + (end - start) // 2, end - 1)
            cut = _partition(keys, values, start + 1, end, keys[start])
            # The right part and the left one do not touch, so their order does not matter.
            starts[parts], ends[parts], depths[parts] = start, cut, allowed
            parts += 1
            start = cut
    _insertion_sort(keys, values, count)


@njit(nogil=True, no_cpython_wrapper=True)
def _swap(keys, values, a, b):  # type: ignore[no-untyped-def]
    keys[a], keys[b] = keys[b], keys[a]
    values[a], values[b] = values[b], values[a]


@njit(nogil=True, no_cpython_wrapper=True)
def _median_to_front(keys, values, front, a, b, c):  # type: ignore[no-untyped-def]
    """Swap the median of three into `front`."""
    if keys[a] < keys[b]:
        if keys[b] < keys[c]:
            median = b
        elif keys[a] < keys[c]:
            median = c
        else:
            median = a
    elif keys[a] < keys[c]:
        median = a
    elif keys[b] < keys[c]:
        median = c
    else:
        median = b
    _swap(keys, values, front, median)


@njit(nogil=True, no_cpython_wrapper=True)
def _partition(keys, values, first, last, pivot):  # type: ignore[no-untyped-def]
    """Bring what is not above the pivot before what is not below it; return where the second part begins."""
    while True:
        while keys[first] < pivot:
            first += 1
        last -= 1
        while pivot < keys[last]:
            last -= 1
        if first >= last:
            return first
        _swap(keys, values, first, last)
        first += 1


@njit(nogil=True, no_cpython_wrapper=True)
def _insertion_sort(keys, values, count):  # type: ignore[no-untyped-def]
    for index in range(1, count):
        key, value = keys[index], values[index]
        place = index
        while place > 0 and key < keys[place - 1]:
            keys[place], values[place] = keys[place - 1], values[place - 1]
            place -= 1
        keys[place], values[place] = key, value


@njit(nogil=True, no_cpython_wrapper=True)
def _sift(keys, values, start, hole, size, key, value):  # type: ignore[no-untyped-def]
    """Let the hole sink to a leaf along the larger children, then let (key, value) rise from there."""
    top = hole
    child = hole
    while child < (size - 1) // 2:
        child = 2 * (child + 1)
        if keys[start + child] < keys[start + child - 1]:
            child -= 1
        keys[start + hole], values[start + hole] = keys[start + child], values[start + child]
        hole = child
    if size & 1 == 0 and child == (size - 2) // 2:
        child = 2 * child + 1
        keys[start + hole], values[start + hole] = keys[start + child], values[start + child]
        hole = child
    while hole > top:
        parent = (hole - 1) // 2
        if keys[start + parent] >= key:
            break
        keys[start + hole], values[start + hole] = keys[start + parent], values[start + parent]
        hole = parent
    keys[start + hole], values[start + hole] = key, value


@njit(nogil=True, no_cpython_wrapper=True)
def _heap_sort(keys, values, start, end):  # type: ignore[no-untyped-def]
    size = end - start
    for parent in range((size - 2) // 2, -1, -1):
        _sift(keys, values, start, parent, size, keys[start + parent], values[start + parent])
    for last in range(size - 1, 0, -1):
        key, value = keys[start + last], values[start + last]
        keys[start + last], values[start + last] = keys[start], values[start]
        _sift(keys, values, start, 0, last, key, value)
