"""Verification: from the bytes of a document and a bundle alone to a verdict with its reasons.

Evidence and policy are kept apart. `edc` and `qr` read bytes; `evidence` gathers what they prove (time stamps in
`timestamps` and `time_proof`, revocation data in `revocation`); `policy`, `revocation_policy`, `authority` and
`register_checks` say what is acceptable; `verdict` is what comes out and `explain` puts the evidence into words.
Nothing here knows a database, a network or a clock.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer.verify.verdict import Check, Verdict
    from issuer.verify.verifier import stale_verdict, verify

_HOMES = {"Check": "verdict", "Verdict": "verdict", "stale_verdict": "verifier", "verify": "verifier"}

__all__ = ["Check", "Verdict", "stale_verdict", "verify"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
