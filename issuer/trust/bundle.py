"""The bundle: one signed file that lets a verifier work without a network.

    bundle = open_bundle(data, anchors=[operator_der], now=now, min_sequence=41)
    bundle.seal_key(certificate.sha256)       # whose certificate is this, and may it be used?
    bundle.entity("9937900001").may_award("APL_VPI", day)

`open_bundle` is the only way from bytes to trust. It refuses, in this order, what the operator did not sign,
what it cannot understand, what is older than a bundle that was seen before, and what is out of date. The
anchors are the operator's own certificates, pinned; not their CA, because the same CA certifies the schools,
and a school must not be able to sign the list of who may issue. Everything about
`docs/adr/0006-offline-bundle.md`.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, cast

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import jades_document
from issuer.trust.bundle_content import Bundle
from issuer.trust.operator_seal import OperatorFile, sealed_payload
from issuer.trust.times import format_time, parse_time

__all__ = [
    "FORMAT",
    "Bundle",
    "BundleError",
    "format_time",
    "open_bundle",
    "operator_of_test_bundle",
    "parse_time",
    "read_content",
    "read_signed",
]

FORMAT: Final = "atestats-bundle/1"
MAX_BYTES: Final = 16 * 1024 * 1024  # 640 schools take about half a megabyte
_MAX_DEPTH = 12


class BundleError(AtestatsError):
    """The bundle is refused.

    BUNDLE_UNREADABLE, BUNDLE_NOT_SIGNED_BY_OPERATOR, BUNDLE_ALTERED, BUNDLE_FORMAT, BUNDLE_ROLLED_BACK,
    BUNDLE_STALE, and BUNDLE_ANCHOR for an anchor that is no operator certificate.
    """


_KIND: Final = OperatorFile(BundleError, "BUNDLE", "Uzticamības datne", "bundle", MAX_BYTES)


def open_bundle(data: bytes, anchors: Iterable[bytes], now: dt.datetime, min_sequence: int = 0) -> Bundle:
    """The bundle in `data`, or `BundleError`.

    `anchors` are DER certificates of the operator (two during a change of keys). `now` is aware;
    `min_sequence` is the highest sequence number that this verifier has accepted from the same operator.
    """
    bundle = read_signed(data, anchors)
    if bundle.sequence < min_sequence:
        raise BundleError(
            "BUNDLE_ROLLED_BACK",
            f"Uzticamības datne (Nr. {bundle.sequence}) ir vecāka par jau redzētu (Nr. {min_sequence}).",
            f"The bundle (No {bundle.sequence}) is older than one seen before (No {min_sequence}).",
            next_lv="Iegūstiet jaunāko uzticamības datni.",
            next_en="Fetch the newest bundle.",
        )
    if now > bundle.next_update:
        until = bundle.next_update.date().isoformat()
        raise BundleError(
            "BUNDLE_STALE",
            f"Uzticamības datne ir novecojusi (derīga līdz {until}).",
            f"The bundle is out of date (valid until {until}).",
            next_lv="Iegūstiet jaunāko uzticamības datni.",
            next_en="Fetch the newest bundle.",
        )
    return bundle


def read_signed(data: bytes, anchors: Iterable[bytes]) -> Bundle:
    """The bundle in `data` whatever its age: what a new bundle takes over from the one before it.

    Raises `BundleError` BUNDLE_ANCHOR, BUNDLE_UNREADABLE, BUNDLE_NOT_SIGNED_BY_OPERATOR, BUNDLE_ALTERED or
    BUNDLE_FORMAT.
    """
    operators = tuple(anchors)
    return Bundle(read_content(data, operators), operators)


def read_content(data: bytes, anchors: Iterable[bytes]) -> dict[str, Any]:
    """The signed content as plain JSON, verified and of a known format; see `read_signed` for the errors."""
    payload, operator = sealed_payload(data, anchors, _KIND)
    try:
        content = strict_json.loads(payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("format")
        issued_at = parse_time(content["issued_at"])
        Bundle(content).look_at_everything()
    except (AtestatsError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _KIND.refused(
            "FORMAT", "formātā, ko šī programma nepazīst", "has a format that this program does not know"
        ) from error
    if not operator.not_before <= issued_at <= operator.not_after:
        raise _KIND.out_of_validity()
    return cast(dict[str, Any], content)


def operator_of_test_bundle(data: bytes) -> bytes | None:
    """The DER certificate that a bundle marked as TEST names as its operator's; None for every other bundle.

    Nothing is proven by it: a development machine has no installed anchor, and what TEST keys seal has no legal force
    and says so. A real bundle is never believed about its own operator.
    """
    try:
        document = jades_document.parse(data, max_bytes=MAX_BYTES)
        content = strict_json.loads(document.payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
        if not isinstance(content, dict) or content.get("test") is not True:
            return None
        return base64.b64decode(document.signatures[0].protected["x5c"][0], validate=True)
    except (AtestatsError, KeyError, IndexError, TypeError, ValueError):
        return None
