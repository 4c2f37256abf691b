"""The trust list as a file: a compact JAdES seal of the operator (ETSI TS 119 602, 6.8; TS 119 182-1).

    data = sign(content, operator_key, signer)
    trust_list = open_trust_list(data, anchors=[operator_der], now=now)

Compact serialisation, level B-B, the payload being the list in base64url as RFC 7515 has it: what the readers of other
lists expect. The anchors are the operator's own certificates, pinned, as for the bundle.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import base64url
from issuer.seal.key import SealKey
from issuer.trust import lote
from issuer.trust.digest_signer import DigestSigner
from issuer.trust.lote import LoteError, TrustList
from issuer.trust.operator_seal import OperatorFile, sealed_payload

MAX_BYTES: Final = 32 * 1024 * 1024  # 666 schools with two keys each take about 4 MB
_MAX_DEPTH = 24
_KIND: Final = OperatorFile(LoteError, "LOTE", "Uzticamības saraksta datne", "trust list", MAX_BYTES)


def sign(content: Mapping[str, Any], operator: SealKey, signer: DigestSigner) -> bytes:
    """The file of the list `content`: compact JAdES B-B, ASCII. Raises `LoteError` for content that is no list."""
    issued_at = lote.read(content).issued_at
    chain = [base64.b64encode(der).decode() for der in operator.certificate_chain]
    header = {
        "alg": operator.algorithm,
        "cty": "json",
        "iat": int(issued_at.timestamp()),
        "typ": "jose",
        "x5c": chain,
        "x5t#S256": base64url.encode(hashlib.sha256(operator.certificate).digest()),
    }
    parts = [base64url.encode(orjson.dumps(each)) for each in (header, content)]
    signing_input = ".".join(parts).encode()
    [signature] = signer.sign_many(operator, [hashlib.sha256(signing_input).digest()])
    return signing_input + b"." + base64url.encode(signature).encode()


def open_trust_list(data: bytes, anchors: Iterable[bytes], now: dt.datetime) -> TrustList:
    """The list in `data`; `anchors` are DER certificates of the operator, `now` is aware.

    Raises `LoteError`: LOTE_UNREADABLE, LOTE_NOT_SIGNED_BY_OPERATOR, LOTE_ALTERED, LOTE_FORMAT, LOTE_STALE, and
    BUNDLE_ANCHOR for an anchor that is no operator's certificate.
    """
    trust_list = read_signed(data, anchors)
    if now > trust_list.next_update:
        until = trust_list.next_update.date().isoformat()
        raise _KIND.refused(
            "STALE", f"novecojusi (derīga līdz {until})", f"is out of date (valid until {until})"
        )
    return trust_list


def read_signed(data: bytes, anchors: Iterable[bytes]) -> TrustList:
    """The list in `data` whatever its age: what the next one takes its history from."""
    payload, operator = sealed_payload(data, anchors, _KIND)
    try:
        content = strict_json.loads(payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
    except AtestatsError as error:
        raise _KIND.refused("UNREADABLE", "nav nolasāma", "cannot be read") from error
    trust_list = lote.read(content)
    if not operator.not_before <= trust_list.issued_at <= operator.not_after:
        raise _KIND.out_of_validity()
    return trust_list
