"""The register of institutions read back from the trust list: what the bundle for verifiers is made from.

    bodies = bodies_of(lote.read(content))

The opposite of `lote_writer`; the two agree on every register. Only lists of our own type have a meaning here: another
scheme's statuses and service types say nothing about education documents, so an unknown one is refused, not skipped.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.trust import lote_terms as terms
from issuer.trust.certificates import Certificate, CertificateError
from issuer.trust.entity import Period, local_day
from issuer.trust.lote import LoteError, Service, ServiceStatus, TrustedEntity, TrustList
from issuer.trust.lote_writer import EVER
from issuer.trust.register import Body
from issuer.trust.register_keys import KeyEntry, put_states
from issuer.trust.times import format_time, parse_time

_STATES: Final = {uri: state for state, uri in terms.KEY_STATUSES.items()}
_PURPOSES: Final = {uri: purpose for purpose, uri in terms.KEY_TYPES.items()}


def bodies_of(trust_list: TrustList) -> list[Body]:
    """The bodies of the list (shape: `register`), in its order.

    Raises `LoteError` LOTE_SCHEME for a list of another scheme, or one that says what this program cannot read.
    """
    if trust_list.type != terms.LIST_TYPE:
        raise _unknown(trust_list.type or "LoTEType")
    bodies = []
    for entity in trust_list.entities:
        try:
            bodies.append(_body(entity))
        except (KeyError, TypeError, ValueError, AttributeError, CertificateError):
            raise _unknown(entity.trade_name.get("en", "TEInformationExtensions")) from None
    if len({body["key"] for body in bodies}) != len(bodies):
        raise _unknown(terms.BODY)
    return bodies


def _body(entity: TrustedEntity) -> Body:
    about = entity.extension(terms.BODY)
    body: Body = {
        "key": about["key"],
        "kind": about["kind"],
        "organization_identifier": entity.trade_name["en"],
        "name": dict(entity.name),
        "rights": {},
        "keys": [],
        "address": _address(entity.address),
    }
    if body["kind"] == "institution":
        body |= {"closed_on": about.get("closed_on"), "successor": about.get("successor")}
    else:
        body["mandates"] = {}
    if "former_identifiers" in about:
        body["former_identifiers"] = list(about["former_identifiers"])
    for service in entity.services:
        _put(service, body)
    return body


def _put(service: Service, body: Body) -> None:
    kind = service.type or ""
    if kind.startswith(terms.AWARD):
        body["rights"].setdefault(kind.removeprefix(terms.AWARD), []).append(_period(service).as_list())
    elif kind.startswith(terms.MANDATE):
        entry = [service.current.extension(terms.FOR), _period(service).as_list()]
        if not isinstance(entry[0], str):
            raise TypeError(terms.FOR)
        body.setdefault("mandates", {}).setdefault(kind.removeprefix(terms.MANDATE), []).append(entry)
    elif kind in _PURPOSES:
        body["keys"].append(_key(service, _PURPOSES[kind]))
    elif kind or service.current.status is not None:
        raise ValueError(kind)


def _period(service: Service) -> Period:
    """Granted from … until …: one grant, and at most one withdrawal after it."""
    granted, *withdrawn = service.statuses
    if granted.status != terms.GRANTED or any(each.status != terms.WITHDRAWN for each in withdrawn):
        raise ValueError(service.type)
    if not withdrawn:
        until = granted.extension(terms.UNTIL)
        return Period(_day(granted), dt.date.fromisoformat(until) if until is not None else None)
    [end] = withdrawn
    return Period(_day(granted), _day(end) - dt.timedelta(days=1))


def _day(status: ServiceStatus) -> dt.date:
    if status.since is None:
        raise ValueError("StatusStartingTime")
    return dt.date.min if status.since == parse_time(EVER) else local_day(status.since)


def _key(service: Service, purpose: str) -> KeyEntry:
    about = service.current.extension(terms.KEY)
    entry: KeyEntry = {"key_id": about["id"], "purpose": purpose, "algorithm": about["algorithm"]}
    certificates = service.current.identity.get("X509Certificates")
    if certificates:
        [certificate] = certificates
        entry |= _from_certificate(certificate["val"], purpose)
    else:
        known = ("not_before", "not_after", *(("sha256",) if purpose == "seal" else ("kid", "spki")))
        entry |= {name: about[name] for name in known}
    put_states(entry, [(_STATES[each.status or ""], _since(each)) for each in service.statuses])
    return entry


def _since(status: ServiceStatus) -> dt.datetime:
    if status.since is None:
        raise ValueError("StatusStartingTime")
    return status.since


def _from_certificate(text: str, purpose: str) -> KeyEntry:
    certificate = Certificate.from_der(base64.b64decode(text, validate=True))
    entry: KeyEntry = {
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "certificate": text,
    }
    if purpose == "seal":
        return entry | {"sha256": certificate.sha256.hex()}
    spki = certificate.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return entry | {
        "kid": hashlib.sha256(spki).digest()[:8].hex(),
        "spki": base64.b64encode(spki).decode(),
    }


def _address(address: Mapping[str, Any]) -> dict[str, str]:
    postal = address["TEPostalAddress"][0]
    return {
        "street": postal["StreetAddress"],
        "place": postal.get("Locality", ""),
        "postal_code": postal.get("PostalCode", ""),
    }


def _unknown(place: str) -> LoteError:
    return LoteError(
        "LOTE_SCHEME",
        f"Uzticamības saraksts nav izglītības iestāžu saraksts, vai tajā ir kas nezināms ({place}).",
        f"The trust list is not one of education institutions, or says something unknown ({place}).",
        next_lv="Atjauniniet programmu vai norādiet pareizo sarakstu.",
        next_en="Update this program, or give the right list.",
    )
