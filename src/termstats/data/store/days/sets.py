"""Reads the sets and lists that day tables hold as bytes; files come from others."""

from __future__ import annotations

import math
import sys
from array import array
from typing import Any

from pyroaring import BitMap

from termstats.data.model.errors import StoreError
from termstats.data.store.settings import ANEW


def damaged(what: str) -> StoreError:
    """Return the error that says what is wrong with a day table."""
    return StoreError(f"the day tables of the store are damaged ({what}); {ANEW}")


def read_bitmap(cell: Any, below: int | None = None) -> BitMap:
    """Return a stored set of numbers, all smaller than `below`.

    Raises:
        StoreError: no such set.
    """
    try:
        numbers = BitMap.deserialize(cell)
    except (TypeError, ValueError, IndexError):
        raise damaged("a set is none") from None
    if below is not None and numbers and numbers.max() >= below:
        raise damaged("a set holds events that are not there")
    return numbers


def read_numbers(kind: str, cell: Any) -> array[Any]:
    """Return a stored list of numbers, each 8 bytes of the `kind` of an array: `d` or `q`.

    Raises:
        StoreError: no such list, or numbers that cannot be counted with.
    """
    numbers: array[Any] = array(kind)
    try:
        numbers.frombytes(cell)
    except (TypeError, ValueError):
        raise damaged("a list of numbers is none") from None
    if sys.byteorder == "big":
        numbers.byteswap()
    if kind == "d" and not math.isfinite(sum(numbers)):
        raise damaged("a duration is no number")
    return numbers
