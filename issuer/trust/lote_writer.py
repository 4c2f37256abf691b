"""The register of institutions written as a list of trusted entities (ETSI TS 119 602, JSON).

    content = write(bodies, Scheme(operator), Edition(sequence, issued_at, next_update))

One entity per body; in it one service per document type and period of accreditation, one per mandate, and one per
key. What a service is now stands in ServiceInformation, what it was in ServiceHistory, so the list answers "might X
issue type T at time t" without another source. Days of the register become the midnights in Latvia at which they begin
or end. The end of an accreditation that is still to come is announced in an extension, `GrantedUntil`; once it has come
the service is `withdrawn` from then on.

A key's service carries its certificate. The services of rights point at the seal keys by their subject key identifiers:
the same certificate in every one of them would make a list of megabytes.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from cryptography import x509

from issuer.catalogue.authorities import Authority
from issuer.catalogue.page_content import Bilingual
from issuer.trust import lote_terms as terms
from issuer.trust.certificates import Certificate
from issuer.trust.entity import Period, local_day, start_of_local_day
from issuer.trust.lote import VERSION
from issuer.trust.register import Body
from issuer.trust.register_keys import states_of
from issuer.trust.times import format_time

# An authority awards by law, since ever: a date-time that every reader can read.
EVER: Final = "0001-01-01T00:00:00Z"
Texts: TypeAlias = "Bilingual | Mapping[str, str]"

_NO_ADDRESS: Final = {"street": "–", "place": "", "postal_code": ""}


@dataclass(frozen=True)
class Scheme:
    """Who keeps the list, and what its document types are called: code -> {"lv": …, "en": …}."""

    operator: Authority
    type_names: Mapping[str, Bilingual]


@dataclass(frozen=True)
class Edition:
    """What is particular to one issue of the list; times are aware."""

    sequence: int
    issued_at: dt.datetime
    next_update: dt.datetime


def write(bodies: Iterable[Body], scheme: Scheme, edition: Edition) -> dict[str, Any]:
    """The list as a JSON value, ready to be signed (`lote_file.sign`)."""
    entities = [_entity(body, scheme, edition) for body in bodies]
    lote: dict[str, Any] = {"ListAndSchemeInformation": _scheme_information(scheme, edition)}
    if entities:
        lote["TrustedEntitiesList"] = entities
    return {"LoTE": lote}


def _scheme_information(scheme: Scheme, edition: Edition) -> dict[str, Any]:
    operator = scheme.operator
    return {
        "LoTEVersionIdentifier": VERSION,
        "LoTESequenceNumber": edition.sequence,
        "LoTEType": terms.LIST_TYPE,
        "SchemeOperatorName": _words(operator.legal_name),
        "SchemeOperatorAddress": {
            "SchemeOperatorPostalAddress": [
                _postal(
                    {"street": operator.street, "place": operator.place, "postal_code": operator.postal_code}
                )
            ],
            "SchemeOperatorElectronicAddress": _uri(terms.BASE),
        },
        "SchemeName": _words(terms.SCHEME_NAME),
        "SchemeInformationURI": _uri(terms.BASE),
        "StatusDeterminationApproach": terms.APPROACH,
        "SchemeTypeCommunityRules": _uri(terms.RULES),
        "SchemeTerritory": "LV",
        "PolicyOrLegalNotice": [{"LoTEPolicy": {"lang": "lv", "uriValue": terms.POLICY}}],
        "HistoricalInformationPeriod": terms.KEEPS_HISTORY_FOR_EVER,
        "ListIssueDateTime": format_time(edition.issued_at),
        "NextUpdate": format_time(edition.next_update),
    }


def _entity(body: Body, scheme: Scheme, edition: Edition) -> dict[str, Any]:
    address = body.get("address") or _NO_ADDRESS
    place = _uri(f"{terms.REGISTER}/{body['key']}")
    registered = {
        name: body[name]
        for name in ("key", "kind", "closed_on", "successor", "former_identifiers")
        if body.get(name)
    }
    return {
        "TrustedEntityInformation": {
            "TEName": _words(body["name"]),
            # As the EU's lists do: the number of the legal entity is its trade name (TS 119 612, 5.4.2).
            "TETradeName": [{"lang": "en", "value": body["organization_identifier"]}],
            "TEAddress": {"TEPostalAddress": [_postal(address)], "TEElectronicAddress": place},
            "TEInformationURI": place,
            "TEInformationExtensions": [{terms.BODY: registered}],
        },
        "TrustedEntityServices": _services(body, scheme, edition),
    }


def _services(body: Body, scheme: Scheme, edition: Edition) -> list[dict[str, Any]]:
    """The services of a body; one without rights and keys gets a single one that says so: the schema wants one."""
    identity = _identity_of(body)
    services = [
        _right(terms.AWARD + code, _type_name(code, scheme), identity, period, edition)
        for code, periods in body["rights"].items()
        for period in map(Period.from_list, periods)
    ]
    for code, entries in body.get("mandates", {}).items():
        for awarding, period in entries:
            name = _type_name(code, scheme)
            days = Period.from_list(period)
            services.append(_right(terms.MANDATE + code, name, identity, days, edition, awarding))
    services += [_key_service(key) for key in body["keys"]]
    return services or [
        {"ServiceInformation": {"ServiceName": _words(body["name"]), "ServiceDigitalIdentity": identity}}
    ]


def _type_name(code: str, scheme: Scheme) -> Texts:
    """The name of a document type; one that this program no longer knows is named by its code."""
    return scheme.type_names.get(code) or {"lv": code}


def _right(
    service_type: str,
    name: Texts,
    identity: Mapping[str, Any],
    period: Period,
    edition: Edition,
    awarding: str | None = None,
) -> dict[str, Any]:
    """The service of one right in one period: granted from its first day, withdrawn after its last one."""
    extensions: list[dict[str, str]] = [{terms.FOR: awarding}] if awarding else []
    granted = {
        "ServiceName": _words(name),
        "ServiceTypeIdentifier": service_type,
        "ServiceStatus": terms.GRANTED,
        "StatusStartingTime": _midnight(period.start),
        "ServiceDigitalIdentity": dict(identity),
    }
    over = period.end is not None and period.end < local_day(edition.issued_at)
    if period.end is not None and not over:
        extensions.append({terms.UNTIL: period.end.isoformat()})
    if extensions:
        granted["ServiceInformationExtensions"] = extensions
    if period.end is None or not over:
        return {"ServiceInformation": granted}
    after = _midnight(period.end + dt.timedelta(days=1))
    return {
        "ServiceInformation": {
            **granted,
            "ServiceStatus": terms.WITHDRAWN,
            "StatusStartingTime": after,
        },
        "ServiceHistory": [granted],
    }


def _key_service(key: Mapping[str, Any]) -> dict[str, Any]:
    about = {"id": key["key_id"], "algorithm": key["algorithm"]}
    if "certificate" in key:
        identity: dict[str, Any] = {"X509Certificates": [{"val": key["certificate"]}]}
    else:  # a key that only an earlier bundle knew: what it said is all there is
        identity = {"OtherIds": [key["key_id"]]}
        known = ("not_before", "not_after", "sha256", "kid", "spki")
        about |= {name: key[name] for name in known if name in key}
    *earlier, current = [
        {
            "ServiceName": _words(terms.KEY_NAMES[key["purpose"]]),
            "ServiceTypeIdentifier": terms.KEY_TYPES[key["purpose"]],
            "ServiceStatus": terms.KEY_STATUSES[state],
            "StatusStartingTime": format_time(since),
            "ServiceDigitalIdentity": identity,
        }
        for state, since in states_of(key)
    ]
    service: dict[str, Any] = {
        "ServiceInformation": {**current, "ServiceInformationExtensions": [{terms.KEY: about}]}
    }
    if earlier:
        service["ServiceHistory"] = [
            {**each, "ServiceDigitalIdentity": _by_name(identity, key)} for each in reversed(earlier)
        ]
    return service


def _identity_of(body: Body) -> dict[str, Any]:
    """How the services of rights name the body: its usable seal keys, else the number of its legal entity."""
    identifiers = [
        identifier
        for key in body["keys"]
        if key["purpose"] == "seal" and key["state"] != "compromised" and "certificate" in key
        for identifier in _subject_key_identifier(base64.b64decode(key["certificate"]))
    ]
    return {"X509SKIs": identifiers} if identifiers else {"OtherIds": [body["organization_identifier"]]}


def _by_name(identity: dict[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """The identity in the history of a key: the identifier in place of the certificate (TS 119 612, 5.6.3)."""
    if "certificate" not in key:
        return identity
    found = _subject_key_identifier(base64.b64decode(key["certificate"]))
    return {"X509SKIs": found} if found else identity


def _subject_key_identifier(der: bytes) -> list[str]:
    try:
        extensions = Certificate.from_der(der).x509.extensions
        value = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return []
    return [base64.b64encode(value).decode()]


def _midnight(day: dt.date) -> str:
    return EVER if day == dt.date.min else format_time(start_of_local_day(day))


def _words(texts: Texts) -> list[dict[str, str]]:
    return [{"lang": language, "value": str(text)} for language, text in texts.items()]


def _uri(uri: str) -> list[dict[str, str]]:
    return [{"lang": "lv", "uriValue": uri}]


def _postal(address: Mapping[str, str]) -> dict[str, str]:
    members = {"Locality": address["place"], "PostalCode": address["postal_code"]}
    return {
        "lang": "lv",
        "StreetAddress": address["street"],
        **{name: value for name, value in members.items() if value},
        "Country": "LV",
    }
