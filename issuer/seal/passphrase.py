"""Where the passphrase of a key store comes from.

The environment, never the command line (which `ps` shows).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "ATESTATS_PASSPHRASE"
# Public on purpose: it opens nothing but stores that are marked as test, whose certificates say TEST.
_DEVELOPMENT: Final = "atestats-development-only"


def passphrase(*, is_test: bool, environment: Mapping[str, str] | None = None) -> str | None:
    """The passphrase from `ATESTATS_PASSPHRASE`.

    For a test store without it a known default, said aloud on stderr.
    """
    given = (os.environ if environment is None else environment).get(VARIABLE)
    if given or not is_test:
        return given
    print(
        f"BRĪDINĀJUMS: {VARIABLE} nav iestatīta; TESTA atslēgu krātuvei lieto zināmo izstrādes paroli.\n"
        f"WARNING: {VARIABLE} is not set; using the well-known development passphrase of a TEST key store.",
        file=sys.stderr,
    )
    return _DEVELOPMENT
