"""What concerns the credential as a whole: its context, its profile, its dates, its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.elm import lexical
from issuer.elm.concept_lists import LISTS
from issuer.elm.messages import Findings
from issuer.elm.terms import ELM_CONTEXT, STATUS_CONTEXT, STATUS_TYPE, W3C_CONTEXT, Rule, Variant, variants

CONTEXTS = [W3C_CONTEXT, ELM_CONTEXT]
"""`@context` of every European Digital Credential, in this order (elm-edc: `credentials/v1` first)."""

_TWINS = (("issued", "issuanceDate"), ("validUntil", "expirationDate"))


def check_envelope(document: dict[str, Any], findings: Findings) -> None:
    """Note what is wrong with context, profile, dates and status."""
    _check_context(document, findings)
    _check_profile(document, findings)
    _check_dates(document, findings)
    _check_status(document, findings)


def profiles(document: dict[str, Any]) -> list[Variant]:
    """The application profiles that the credential names, by concept or by schema, in the order of the table."""
    return [each for each in variants().values() if each in (*_by_concept(document), *_by_schema(document))]


def narrowed(of: list[Variant]) -> Mapping[str, Mapping[str, Rule]]:
    """The rules of several profiles together: of two rules for one key the narrower."""
    merged: dict[str, dict[str, Rule]] = {}
    for variant in of:
        for name, rules in variant.narrows.items():
            for key, rule in rules.items():
                known = merged.setdefault(name, {}).get(key)
                if known is None or (rule.least, -(rule.most or 10**6)) > (
                    known.least,
                    -(known.most or 10**6),
                ):
                    merged[name][key] = rule
    return merged


def _check_context(document: dict[str, Any], findings: Findings) -> None:
    said = document.get("@context")
    expected = [*CONTEXTS, STATUS_CONTEXT] if "credentialStatus" in document else CONTEXTS
    if said is None:
        findings.note("CONTEXT_MISSING", "@context")
    elif said in (CONTEXTS, expected):
        return
    elif isinstance(said, list) and said[:2] == CONTEXTS:
        findings.note("CONTEXT_EXTRA", "@context")
    else:
        findings.note("CONTEXT_WRONG", "@context", expected=f'["{CONTEXTS[0]}", "{CONTEXTS[1]}"]')


def _check_profile(document: dict[str, Any], findings: Findings) -> None:
    by_concept, by_schema = _by_concept(document), _by_schema(document)
    if "credentialSchema" in document and not by_schema:
        findings.note("PROFILE_UNKNOWN", "credentialSchema")
    elif "credentialProfiles" in document and by_concept != by_schema:
        findings.note("PROFILE_DIFFERS", "credentialProfiles")


def _check_dates(document: dict[str, Any], findings: Findings) -> None:
    if "issuanceDate" not in document:
        findings.note("MISSING_VCDM", "issuanceDate", key="issuanceDate")
    for key, other in _TWINS:
        if other in document and document[other] != _text(document.get(key)):
            findings.note("DATES_DIFFER", other, key=key, other=other)
    if "validUntil" in document and "expirationDate" not in document:
        findings.note("DATES_DIFFER", "expirationDate", key="validUntil", other="expirationDate")
    start, end = _text(document.get("validFrom")), _text(document.get("validUntil"))
    both = lexical.is_date_time(start) and lexical.is_date_time(end)
    if both and lexical.moment(end) < lexical.moment(start):
        findings.note("DATES_INVERTED", "validUntil")


def _check_status(document: dict[str, Any], findings: Findings) -> None:
    status = document.get("credentialStatus")
    if not isinstance(status, dict):
        return
    types = {_text(each) for each in _many(status.get("type"))}
    members = ("statusPurpose", "statusListIndex", "statusListCredential")
    complete = all(isinstance(status.get(member), str) for member in members)
    context = document.get("@context")
    known = isinstance(context, list) and STATUS_CONTEXT in context
    if types != set(STATUS_TYPE) or not complete or not known:
        findings.note("STATUS_BAD", "credentialStatus")


def _by_concept(document: dict[str, Any]) -> list[Variant]:
    said = {_identifier(each) for each in _many(document.get("credentialProfiles"))}
    return [each for each in variants().values() if LISTS["credential"].base + each.code in said]


def _by_schema(document: dict[str, Any]) -> list[Variant]:
    said = {_identifier(each) for each in _many(document.get("credentialSchema"))}
    return [variant for variant in variants().values() if not said.isdisjoint(variant.schemas)]


def _identifier(node: object) -> str:
    return _text(node.get("id")) if isinstance(node, dict) else _text(node)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
