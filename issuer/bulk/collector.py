"""The garbage collector steps aside while a range is worked on.

Composing makes some hundred thousand small dicts a second and no reference cycles: reference counting frees them all.
The cyclic collector, woken by their number, walks them again and again and takes as long as the composing itself
(measured: 54 µs a document without it, 108 µs with it). It runs once between ranges instead.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_aside() -> Iterator[None]:
    """Disable the cyclic garbage collector for a while; afterwards collect the young generations once."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect(1)
