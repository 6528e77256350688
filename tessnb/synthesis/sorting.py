"""The order in which GNU's ``std::sort`` leaves items, also where their comparison contradicts itself.

Source: libstdc++'s ``bits/stl_algo.h`` (``__introsort_loop``, ``__final_insertion_sort``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["gnu_sort"]

T = TypeVar("T")
_SHORT = 16


def gnu_sort(items: list[T], less: Callable[[T, T], bool]) -> None:
    """Sort `items` in place.

    Parameters
    ----------
    items : list
    less : callable
        Whether its first argument comes before its second. It need not be a consistent order.
    """
    _partition_all(items, 0, len(items), less)
    for index in range(1, len(items)):
        item = items[index]
        if index < _SHORT and less(item, items[0]):
            items[1 : index + 1] = items[:index]
            items[0] = item
            continue
        hole = index
        while hole and less(item, items[hole - 1]):
            items[hole] = items[hole - 1]
            hole -= 1
        items[hole] = item


def _partition_all(items: list[T], start: int, end: int, less: Callable[[T, T], bool]) -> None:
    while end - start > _SHORT:
        _median_first(items, start, start + 1, start + (end - start) // 2, end - 1, less)
        pivot, low, high = items[start], start + 1, end
        while True:
            while low < end and less(items[low], pivot):
                low += 1
            high -= 1
            while high > start and less(pivot, items[high]):
                high -= 1
            if low >= high:
                break
            items[low], items[high] = items[high], items[low]
            low += 1
        _partition_all(items, low, end, less)
        end = low


def _median_first(items: list[T], target: int, a: int, b: int, c: int, less: Callable[[T, T], bool]) -> None:
    if less(items[a], items[b]):
        middle = b if less(items[b], items[c]) else c if less(items[a], items[c]) else a
    else:
        middle = a if less(items[a], items[c]) else c if less(items[b], items[c]) else b
    items[target], items[middle] = items[middle], items[target]
