"""Qualified issuers and time stamps from the EU's trusted lists (ETSI TS 119 612): anchors for real certificates.

    pointers = read_lotl(lotl_xml, lotl_certificates, at)           # the list of the lists, its seal checked
    services = read_national_list(lv_xml, pointers["LV"], at)       # a national list, sealed by whom the LOTL names
    for service in services:
        service.kind, service.certificate, service.grants           # "seals" or "time stamps"; DER; when it was granted

The operator reads the lists when it makes a bundle (`atestats bundle --lotl … --eu-list …`); verifiers get the extract,
with its history, and need neither network nor XML. Parsing and XML signatures are pyHanko's (extra `eutl`).

pyHanko knows the status `granted` only, which is what services have had since eIDAS applied (2016-07-01); periods
under the statuses before it are not read, so nothing older is vouched for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from issuer.errors import AtestatsError
from issuer.trust.certificates import Grants

if TYPE_CHECKING:
    from pyhanko.sign.validation.qualified.tsp import QualifiedServiceInformation

MAX_BYTES: Final = 32 * 1024 * 1024  # the largest national list has about 6 MB
_NAMESPACE: Final = "{http://uri.etsi.org/02231/v2#}"
_ROOT: Final = f"{_NAMESPACE}TrustServiceStatusList"


class EuListError(AtestatsError):
    """EU_LIST_READER_MISSING, EU_LIST_UNREADABLE, EU_LIST_NOT_SEALED, EU_LIST_STALE, EU_LIST_EMPTY."""


@dataclass(frozen=True)
class EuService:
    """One qualified service: certificates for electronic seals, or time stamps. `certificate` is DER."""

    kind: Literal["seals", "time stamps"]
    name: str
    certificate: bytes
    grants: Grants


def read_lotl(xml: bytes, certificates: Iterable[bytes], at: dt.datetime) -> Mapping[str, Sequence[bytes]]:
    """Territory -> DER certificates that may seal its list. `certificates`: of the LOTL's operator (DER); none: those
    that came with pyHanko. `at`: the time of reading (aware).
    """
    reader = _reader()
    text = _current(xml, at)
    try:
        result = reader.validate_and_parse_lotl(text, _loaded(certificates), at)
    except _errors() as error:
        raise _not_sealed() from error
    found: dict[str, list[bytes]] = {}
    for reference in result.references:
        known = found.setdefault(reference.territory, [])
        known += [certificate.dump() for certificate in reference.tlso_certs]
    return found


def read_national_list(xml: bytes, certificates: Iterable[bytes], at: dt.datetime) -> list[EuService]:
    """The services of a national list for electronic seals and time stamps, with the periods in which each was granted.

    `certificates`: DER, of those who may seal this list (from `read_lotl`). Raises `EuListError`.
    """
    reader = _reader()
    text = _current(xml, at)
    try:
        registry, faults = reader.trust_list_to_registry(text, _loaded(certificates))
    except _errors() as error:
        raise _not_sealed() from error
    services = [
        service
        for known in (registry.known_certificate_authorities, registry.known_timestamp_authorities)
        for authority in known
        for service in _services(registry.applicable_service_definitions(authority, None))
    ]
    if not services or faults:  # a service that could not be read is not left out in silence
        raise EuListError(
            "EU_LIST_EMPTY",
            "Valsts uzticamības sarakstā nav zīmogu vai laika zīmogu pakalpojumu, vai kāds nav saprotams.",
            "The national trusted list has no services for seals or time stamps, or one that cannot be understood.",
            next_lv="Pārbaudiet, vai tas ir īstais saraksts.",
            next_en="Check that it is the right list.",
        )
    return _united(services)


def territory_of(xml: bytes) -> str:
    """The territory that a list says it is of, such as `LV`; nothing about it is proven yet."""
    return (_root(xml).findtext(f"{_NAMESPACE}SchemeInformation/{_NAMESPACE}SchemeTerritory") or "").strip()


def _services(definitions: Iterable[QualifiedServiceInformation]) -> Iterator[EuService]:
    from pyhanko.sign.validation.qualified.tsp import QTST_URI, QcCertType

    for definition in definitions:
        info = definition.base_info
        purposes = info.additional_info_certificate_type
        is_time = info.service_type == QTST_URI
        # TS 119 612, 5.5.9.4: without a stated purpose a CA/QC service of eIDAS is for any of them.
        if not is_time and purposes and QcCertType.QC_ESEAL not in purposes:
            continue
        for certificate in info.provider_certs:
            yield EuService(
                "time stamps" if is_time else "seals",
                info.service_name,
                certificate.dump(),
                ((info.valid_from, info.valid_until),),
            )


def _united(services: Iterable[EuService]) -> list[EuService]:
    """One entry per kind and certificate, with all its periods in order."""
    found: dict[tuple[str, bytes], EuService] = {}
    for each in services:
        before = found.get((each.kind, each.certificate))
        grants = {*each.grants, *(before.grants if before is not None else ())}
        ordered = tuple(sorted(grants, key=lambda period: period[0]))
        found[each.kind, each.certificate] = EuService(each.kind, each.name, each.certificate, ordered)
    return sorted(found.values(), key=lambda each: (each.kind, each.name))


def _current(xml: bytes, at: dt.datetime) -> str:
    """The text of a list that has not expired at `at`; its seal is still to be checked.

    The root is the list itself and the only one in the file, so that what is read here is what the seal covers.
    """
    root = _root(xml)
    if root.tag != _ROOT or len(list(root.iter(_ROOT))) != 1:
        raise _unreadable()
    path = f"{_NAMESPACE}SchemeInformation/{_NAMESPACE}NextUpdate/{_NAMESPACE}dateTime"
    try:
        until = dt.datetime.fromisoformat((root.findtext(path) or "").strip())
        text = xml.decode()
    except ValueError:
        raise _unreadable() from None
    if until.tzinfo is None or at > until:
        raise EuListError(
            "EU_LIST_STALE",
            f"ES uzticamības saraksts ir novecojis (derīgs līdz {until.date().isoformat()}).",
            f"The EU trusted list is out of date (valid until {until.date().isoformat()}).",
            next_lv="Lejupielādējiet to vēlreiz.",
            next_en="Download it again.",
        )
    return text


def _root(xml: bytes) -> Any:
    from lxml import etree

    if len(xml) > MAX_BYTES:
        raise _unreadable()
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise _unreadable() from None


def _loaded(certificates: Iterable[bytes]) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    return [certificate for der in certificates for certificate in load_certs_from_pemder_data(der)]


def _reader() -> Any:
    try:
        from pyhanko.sign.validation.qualified import eutl_parse
    except ImportError:
        raise EuListError(
            "EU_LIST_READER_MISSING",
            "ES uzticamības sarakstu lasītājs nav uzstādīts.",
            "The reader of EU trusted lists is not installed.",
            next_lv="Uzstādiet: pip install 'atestats[eutl]'.",
            next_en="Install it: pip install 'atestats[eutl]'.",
        ) from None
    return eutl_parse


def _errors() -> tuple[type[Exception], ...]:
    """What pyHanko and the libraries under it raise for a bad list."""
    from pyhanko.sign.validation.errors import SignatureValidationError
    from xsdata.exceptions import ConverterError, ParserError, XmlContextError

    return (SignatureValidationError, ParserError, ConverterError, XmlContextError, ValueError, TypeError)


def _unreadable() -> EuListError:
    return EuListError(
        "EU_LIST_UNREADABLE",
        "Datne nav ES uzticamības saraksts (ETSI TS 119 612).",
        "The file is not an EU trusted list (ETSI TS 119 612).",
        next_lv="Lejupielādējiet to vēlreiz.",
        next_en="Download it again.",
    )


def _not_sealed() -> EuListError:
    return EuListError(
        "EU_LIST_NOT_SEALED",
        "ES uzticamības saraksta paraksts neder, vai to parakstījis kāds, ko augstāks saraksts nemin.",
        "The seal of the EU trusted list is not good, or is of somebody whom the list above it does not name.",
        next_lv="Lejupielādējiet sarakstu un sarakstu sarakstu (LOTL) vēlreiz.",
        next_en="Download the list and the list of the lists (LOTL) again.",
    )
