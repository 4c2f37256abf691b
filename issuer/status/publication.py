"""The lists of a store, signed by the operator in three forms with the same values.

    files = publish(store, operator, signer, Terms(base_url, at))        # {"9472.cwt": b"…", "9472.jwt": …}

Per list, by its number: `.cwt` and `.jwt`, the IETF Token Status List, whose address is `<base_url>/<number>`; and
`.vc.json`, a W3C Bitstring Status List credential secured as a VC-JOSE `vc+jwt` and enveloped (VCDM 2.0, 4.13), whose
address is `<base_url>/<number>.vc.json`. Every list is signed anew each time, also if nothing changed in it: its age
is what a verifier judges.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from issuer.seal.key import SealKey
from issuer.status import bitstring_list, packed
from issuer.status.compact_jws import Unsigned, unsigned_compact
from issuer.status.states import BITS, NUMBERS
from issuer.status.store import ListSize, StatusStore
from issuer.status.token_list import Claims, StatusList, unsigned_cwt, unsigned_jwt
from issuer.trust.publication import DigestSigner

DEFAULT_BASE_URL: Final = "https://atestats.lv/status"
VC_TYPE: Final = "vc+jwt"


@dataclass(frozen=True)
class Terms:
    """What is particular to one publication. `at` is aware.

    `ttl`: after this a verifier calls the list stale; `lifetime`: after this nobody may use it.
    """

    base_url: str
    at: dt.datetime
    ttl: dt.timedelta = dt.timedelta(days=1)
    lifetime: dt.timedelta = dt.timedelta(days=30)

    def address(self, number: int) -> str:
        """The address of a list: `sub` of its tokens, `uri` in the documents that point to it."""
        return f"{self.base_url}/{number}"


def publish(store: StatusStore, key: SealKey, signer: DigestSigner, terms: Terms) -> dict[str, bytes]:
    """File name -> content for all lists of the store; signed in one batch."""
    unsigned: dict[str, Unsigned] = {}
    for each in store.lists():
        values = {slot: NUMBERS[state] for slot, state in store.states(each.number).items()}
        claims = _claims(each, values, terms)
        unsigned[f"{each.number}.cwt"] = unsigned_cwt(claims, key)
        unsigned[f"{each.number}.jwt"] = unsigned_jwt(claims, key)
        unsigned[f"{each.number}.vc.json"] = _unsigned_credential(each, values, terms, key)
    signatures = signer.sign_many(key, [each.digest for each in unsigned.values()])
    return {
        name: each.assemble(signature)
        for (name, each), signature in zip(unsigned.items(), signatures, strict=True)
    }


def _claims(each: ListSize, values: Mapping[int, int], terms: Terms) -> Claims:
    issued_at = int(terms.at.timestamp())
    return Claims.of(
        terms.address(each.number),
        issued_at,
        issued_at + int(terms.lifetime.total_seconds()),
        int(terms.ttl.total_seconds()),
        StatusList(BITS, packed.low_first(values, each.slots, BITS)),
    )


def _unsigned_credential(each: ListSize, values: Mapping[int, int], terms: Terms, key: SealKey) -> Unsigned:
    issued_at = terms.at.replace(microsecond=0)
    credential = bitstring_list.list_credential(
        f"{terms.address(each.number)}.vc.json",
        terms.base_url,
        bitstring_list.encoded(values, each.slots, BITS),
        issued_at,
        issued_at + terms.lifetime,
    )
    header = {
        "alg": key.algorithm,
        "typ": VC_TYPE,
        "cty": "vc",
        "iss": terms.base_url,  # VC-JOSE-COSE, 3.1.1: the issuer, and the name of its key
        "kid": f"{terms.base_url}#{key.kid8.hex()}",
        "x5c": [b64encode(der).decode("ascii") for der in key.certificate_chain],
    }
    unsigned = unsigned_compact(header, orjson.dumps(credential))
    return Unsigned(unsigned.digest, lambda signature: _enveloped(unsigned.assemble(signature)))


def _enveloped(jws: bytes) -> bytes:
    envelope: dict[str, Any] = {
        "@context": bitstring_list.CONTEXT,
        "id": f"data:application/{VC_TYPE},{jws.decode('ascii')}",
        "type": "EnvelopedVerifiableCredential",
    }
    return orjson.dumps(envelope)


def token_status_claim(terms: Terms, number: int, slot: int) -> dict[str, Any]:
    """The `status` claim with which an SD-JWT VC points to its slot (Token Status List, 6.2)."""
    return {"status_list": {"idx": slot, "uri": terms.address(number)}}
