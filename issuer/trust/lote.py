"""A list of trusted entities, read: ETSI TS 119 602 v1.1.1 (LoTE) in its JSON form, any scheme's.

    trust_list = lote.read(content)                     # content: the JSON value; LoteError if it is no such list
    service = trust_list.entities[0].services[0]
    service.at(moment)                                  # its status at that time, out of status and history

The structure is closed, as in the standard's JSON Schema: what it does not name is refused, because a list read by
halves says something else. What a scheme may add freely (extensions, addresses) is kept as it is; what the services
of our own scheme mean is in `lote_register`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from issuer.errors import AtestatsError

VERSION: Final = 1  # LoTEVersionIdentifier of TS 119 602 v1.1.1

_SCHEME_REQUIRED = frozenset(
    {
        "LoTEVersionIdentifier",
        "LoTESequenceNumber",
        "SchemeOperatorName",
        "ListIssueDateTime",
        "NextUpdate",
    }
)
_SCHEME_KNOWN = _SCHEME_REQUIRED | {
    "LoTEType", "SchemeOperatorAddress", "SchemeName", "SchemeInformationURI", "StatusDeterminationApproach",
    "SchemeTypeCommunityRules", "SchemeTerritory", "PolicyOrLegalNotice", "HistoricalInformationPeriod",
    "PointersToOtherLoTE", "DistributionPoints", "SchemeExtensions",
}  # fmt: skip
_ENTITY_REQUIRED = frozenset({"TEName", "TEAddress", "TEInformationURI"})
_ENTITY_KNOWN = _ENTITY_REQUIRED | {"TETradeName", "TEInformationExtensions"}
_SERVICE_REQUIRED = frozenset({"ServiceName", "ServiceDigitalIdentity"})
_HISTORY_REQUIRED = _SERVICE_REQUIRED | {"ServiceStatus", "StatusStartingTime"}
_HISTORY_KNOWN = _HISTORY_REQUIRED | {"ServiceTypeIdentifier", "ServiceInformationExtensions"}
_SERVICE_KNOWN = _HISTORY_KNOWN | {
    "SchemeServiceDefinitionURI", "ServiceSupplyPoints", "ServiceDefinitionURI",
}  # fmt: skip


class LoteError(AtestatsError):
    """The list is refused. LOTE_FORMAT: not a LoTE, with the place in it; the codes of files: `lote_file`."""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """What a service was from `since` on: the members of ServiceInformation or of one instance of its history."""

    status: str | None  # URI
    since: dt.datetime | None  # aware; None: the list does not say
    name: Mapping[str, str]  # language -> text
    identity: Mapping[str, Any]  # ServiceDigitalIdentity as it is
    extensions: Sequence[Any]

    def extension(self, name: str) -> Any:
        """The value of the member `name` in the extensions, or None."""
        return _extension(self.extensions, name)


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its type (URI) and its statuses, the oldest first, the last one current."""

    type: str | None
    statuses: tuple[ServiceStatus, ...]

    @property
    def current(self) -> ServiceStatus:
        """The status that the list states as the present one."""
        return self.statuses[-1]

    def at(self, moment: dt.datetime) -> ServiceStatus | None:
        """The status at `moment` (aware), or None when the service did not exist yet (TS 119 612, 5.5.5)."""
        begun = [each for each in self.statuses if each.since is None or each.since <= moment]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class TrustedEntity:
    """A body on the list. `name` and `trade_name`: language -> text; the rest is as in the file."""

    name: Mapping[str, str]
    trade_name: Mapping[str, str]
    address: Mapping[str, Any]
    extensions: Sequence[Any]
    services: tuple[Service, ...]

    def extension(self, name: str) -> Any:
        """The value of the member `name` in the extensions, or None."""
        return _extension(self.extensions, name)


@dataclass(frozen=True, slots=True)
class TrustList:
    """A LoTE. Times are aware; `type` is a URI or None."""

    sequence: int
    type: str | None
    operator_name: Mapping[str, str]
    territory: str | None
    issued_at: dt.datetime
    next_update: dt.datetime
    entities: tuple[TrustedEntity, ...]
    scheme: Mapping[str, Any]  # ListAndSchemeInformation as it is


def read(content: object) -> TrustList:
    """The list in `content`, a JSON value; raises `LoteError` LOTE_FORMAT that names the place.

    A list without entities is one (TS 119 602, 6.1: TrustedEntitiesList is optional).
    """
    root = _object(content, "", {"LoTE"}, {"LoTE"})
    parts = {"ListAndSchemeInformation", "TrustedEntitiesList"}
    lote = _object(root["LoTE"], "LoTE", {"ListAndSchemeInformation"}, parts)
    place = "LoTE.ListAndSchemeInformation"
    scheme = _object(lote["ListAndSchemeInformation"], place, _SCHEME_REQUIRED, _SCHEME_KNOWN)
    if scheme["LoTEVersionIdentifier"] != VERSION or type(scheme["LoTESequenceNumber"]) is not int:
        raise _wrong(f"{place}.LoTEVersionIdentifier")
    entities = _list(lote, "TrustedEntitiesList", "LoTE", required=False)
    return TrustList(
        sequence=scheme["LoTESequenceNumber"],
        type=_text(scheme, "LoTEType", place),
        operator_name=_words(scheme, "SchemeOperatorName", place),
        territory=_text(scheme, "SchemeTerritory", place),
        issued_at=_must_time(scheme, "ListIssueDateTime", place),
        next_update=_must_time(scheme, "NextUpdate", place),
        entities=tuple(
            _entity(each, f"LoTE.TrustedEntitiesList[{number}]") for number, each in enumerate(entities)
        ),
        scheme=scheme,
    )


def _entity(raw: object, place: str) -> TrustedEntity:
    names = {"TrustedEntityInformation", "TrustedEntityServices"}
    entity = _object(raw, place, names, names)
    inner = f"{place}.TrustedEntityInformation"
    about = _object(entity["TrustedEntityInformation"], inner, _ENTITY_REQUIRED, _ENTITY_KNOWN)
    address = {"TEPostalAddress", "TEElectronicAddress"}
    _list(about, "TEInformationURI", inner)
    return TrustedEntity(
        name=_words(about, "TEName", inner),
        trade_name=_words(about, "TETradeName", inner) if "TETradeName" in about else {},
        address=_object(about["TEAddress"], f"{inner}.TEAddress", address, address),
        extensions=_list(about, "TEInformationExtensions", inner, required=False),
        services=tuple(
            _service(each, f"{place}.TrustedEntityServices[{number}]")
            for number, each in enumerate(_list(entity, "TrustedEntityServices", place))
        ),
    )


def _service(raw: object, place: str) -> Service:
    service = _object(raw, place, {"ServiceInformation"}, {"ServiceInformation", "ServiceHistory"})
    inner = f"{place}.ServiceInformation"
    current = _object(service["ServiceInformation"], inner, _SERVICE_REQUIRED, _SERVICE_KNOWN)
    statuses = [_status(current, inner)]
    for number, each in enumerate(_list(service, "ServiceHistory", place, required=False)):
        where = f"{place}.ServiceHistory[{number}]"
        statuses.append(_status(_object(each, where, _HISTORY_REQUIRED, _HISTORY_KNOWN), where))
    # TS 119 612, 5.5.4: the newest instance first, the current status before all of them.
    statuses.reverse()
    times = [each.since for each in statuses if each.since is not None]
    if times != sorted(times):
        raise _wrong(f"{place}.ServiceHistory")
    return Service(_text(current, "ServiceTypeIdentifier", inner), tuple(statuses))


def _status(raw: Mapping[str, Any], place: str) -> ServiceStatus:
    identity = raw["ServiceDigitalIdentity"]
    if not isinstance(identity, dict):
        raise _wrong(f"{place}.ServiceDigitalIdentity")
    return ServiceStatus(
        status=_text(raw, "ServiceStatus", place),
        since=_time(raw, "StatusStartingTime", place),
        name=_words(raw, "ServiceName", place),
        identity=identity,
        extensions=_list(raw, "ServiceInformationExtensions", place, required=False),
    )


def _object(raw: object, place: str, required: Set[str], known: Set[str]) -> dict[str, Any]:
    if not isinstance(raw, dict) or not required <= raw.keys() <= known:
        raise _wrong(place)
    return raw


def _list(raw: Mapping[str, Any], name: str, place: str, *, required: bool = True) -> list[Any]:
    """A list of at least one; an absent one is empty when it is not `required`."""
    value = raw.get(name)
    if value is None and name not in raw and not required:
        return []
    if not isinstance(value, list) or not value:
        raise _wrong(f"{place}.{name}")
    return value


def _words(raw: Mapping[str, Any], name: str, place: str) -> dict[str, str]:
    """A multilingual text: language -> text (TS 119 602, 6.1: the first of a language counts)."""
    words: dict[str, str] = {}
    for each in _list(raw, name, place):
        pair = _object(each, f"{place}.{name}", {"lang", "value"}, {"lang", "value"})
        if not isinstance(pair["lang"], str) or not isinstance(pair["value"], str):
            raise _wrong(f"{place}.{name}")
        words.setdefault(pair["lang"], pair["value"])
    return words


def _text(raw: Mapping[str, Any], name: str, place: str) -> str | None:
    value = raw.get(name)
    if name in raw and not isinstance(value, str):
        raise _wrong(f"{place}.{name}")
    return value


def _time(raw: Mapping[str, Any], name: str, place: str) -> dt.datetime | None:
    text = _text(raw, name, place)
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(f"{place}.{name}") from None
    if moment.tzinfo is None:
        raise _wrong(f"{place}.{name}")
    return moment


def _must_time(raw: Mapping[str, Any], name: str, place: str) -> dt.datetime:
    moment = _time(raw, name, place)
    if moment is None:
        raise _wrong(f"{place}.{name}")
    return moment


def _extension(extensions: Sequence[Any], name: str) -> Any:
    return next((each[name] for each in extensions if isinstance(each, dict) and name in each), None)


def _wrong(place: str) -> LoteError:
    return LoteError(
        "LOTE_FORMAT",
        f"Datne nav ETSI TS 119 602 uzticamības saraksts (vieta: {place or '/'}).",
        f"The file is not an ETSI TS 119 602 list of trusted entities (place: {place or '/'}).",
        next_lv="Iegūstiet sarakstu no operatora vēlreiz.",
        next_en="Fetch the list from the operator again.",
    )
