"""Trust: who may issue which document, when, and with which key; the signed bundle that says so.

`open_bundle` turns a bundle file into a `Bundle`, or refuses it; `CertificateStore` finds the way from a seal
certificate to an anchor; `publication` makes the bundle on the operator's side. Institutions, rights and keys have a
history, because a document is judged by the day it was awarded and the time it was sealed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer.trust.bundle import Bundle, BundleError, open_bundle
    from issuer.trust.certificates import CertificateError, CertificateStore
    from issuer.trust.publication import Issue, Publication, sign

_HOMES = {
    "Bundle": "bundle",
    "BundleError": "bundle",
    "CertificateError": "certificates",
    "CertificateStore": "certificates",
    "Issue": "publication",
    "Publication": "publication",
    "open_bundle": "bundle",
    "sign": "publication",
}

__all__ = [
    "Bundle",
    "BundleError",
    "CertificateError",
    "CertificateStore",
    "Issue",
    "Publication",
    "open_bundle",
    "sign",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
