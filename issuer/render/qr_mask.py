"""Which of the eight masks a QR symbol bears: the one with the lowest penalty (ISO/IEC 18004, 7.8.3).

The encoder makes all eight symbols and scores them one by one, which is nine tenths of its time. Here it makes one;
the others differ from it in modules that do not depend on the text, and all eight are scored at once, one bit
of a byte each. A test compares the symbols with those of the encoder's own choice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]  # rows × columns; bit k of a byte is the module under mask k, 1 is dark
MASKS = 8
_FINDER = (1, 0, 1, 1, 1, 0, 1)
_LIGHT = 4  # modules of it before or after a finder-like pattern
_BITS_OF_BYTE = np.array([[byte >> bit & 1 for bit in range(MASKS)] for byte in range(256)], np.int64)

_differences: dict[int, Bits] = {}  # by side of the symbol; one level of error correction only


def best_masked(make: Callable[[int], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """The symbol with the lowest penalty. `make(mask)` gives the symbol (side × side, True is dark) under a mask.

    All symbols of a process must have the same level of error correction.
    """
    symbol = make(0)
    side = symbol.shape[0]
    if side not in _differences:
        _differences[side] = _difference(symbol, make)
    all_masks = np.where(symbol, ~_differences[side], _differences[side])
    mask = int(np.argmin(penalties(all_masks)))
    chosen: NDArray[np.bool_] = (all_masks >> mask & 1).astype(np.bool_)
    return chosen


def _difference(symbol: NDArray[np.bool_], make: Callable[[int], NDArray[np.bool_]]) -> Bits:
    """Which modules differ from the symbol under mask 0: the mask itself, and the format information."""
    bits = np.zeros(symbol.shape, np.uint8)
    for mask in range(1, MASKS):
        bits |= (make(mask) ^ symbol).astype(np.uint8) << mask
    return bits


def penalties(modules: Bits) -> NDArray[np.int64]:
    """The eight penalties of a symbol, by mask (ISO/IEC 18004, table 11)."""
    upright = np.ascontiguousarray(modules.T)
    return _of_lines(modules) + _of_lines(upright) + _of_blocks(modules) + _of_balance(modules)


def _count(found: Bits) -> NDArray[np.int64]:
    """How often each of the eight bits is set."""
    total: NDArray[np.int64] = np.bincount(found.ravel(), minlength=256) @ _BITS_OF_BYTE
    return total


def _of_lines(rows: Bits) -> NDArray[np.int64]:
    """3 for five of a colour in a row and 1 for each one more; 40 for what looks like a finder pattern."""
    same: Bits = ~(rows[:, 1:] ^ rows[:, :-1])
    pairs: Bits = same[:, 1:] & same[:, :-1]
    fives: Bits = pairs[:, 2:] & pairs[:, :-2]
    begun = fives.copy()
    begun[:, 1:] &= ~fives[:, :-1]
    total: NDArray[np.int64] = _count(fives) + 2 * _count(begun) + 40 * _finder_like(rows)
    return total


def _finder_like(rows: Bits) -> NDArray[np.int64]:
    """1:1:3:1:1 with four light modules before or after it; beyond the edge is the quiet zone, which is light."""
    side = rows.shape[1]
    dark = np.zeros((rows.shape[0], side + 2 * _LIGHT), np.uint8)
    dark[:, _LIGHT:-_LIGHT] = rows
    light: Bits = ~dark
    pair: Bits = light[:, 1:] & light[:, :-1]
    quiet = pair[:, 2:] & pair[:, :-2]  # four light modules from here on
    starts = side - 6
    beside: Bits = (
        quiet[:, :starts] | quiet[:, 11:]
    )  # the eleven: four before the pattern and the pattern's seven
    here = range(_LIGHT, _LIGHT + 7)
    parts = [(dark if module else light)[:, i : i + starts] for i, module in zip(here, _FINDER, strict=True)]
    found: Bits = reduce(and_, parts, beside)
    return _count(found)


def _of_blocks(modules: Bits) -> NDArray[np.int64]:
    """3 for every 2 × 2 modules of one colour."""
    beside = ~(modules[:, 1:] ^ modules[:, :-1])
    below = ~(modules[1:, 1:] ^ modules[:-1, 1:])
    return 3 * _count(beside[1:] & beside[:-1] & below)


def _of_balance(modules: Bits) -> NDArray[np.int64]:
    """10 for every full 5 per cent by which dark and light differ from half and half."""
    percent = 100 * _count(modules) / modules.size
    return 10 * (np.abs(percent - 50) // 5).astype(np.int64)
