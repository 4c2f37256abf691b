"""Checks on the education document: may it be issued, does it fit the programme, numbers, what it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from issuer.catalogue.document_type import DocumentType
from issuer.findings import Finding
from issuer.records.facts import REPORT, Facts
from issuer.records.messages import say
from issuer.records.numbers import lacks_numbers

_REASONS: Final = {
    "duplicate": frozenset({"nozaudets", "nozagts", "bojats"}),
    "correction": frozenset({"kluda_datos"}),
}
_NUMBERS: Final = ("series", "number", "registration_no")


def check_document(facts: Facts, findings: list[Finding]) -> None:
    """The document against the result, the programme and the days."""
    document = facts.document
    if document is None:
        if facts.result in ("completed", "not_completed"):
            findings.append(say("REQUIRED.document", "document"))
        return
    _check_type(facts, document, findings)
    _check_numbers(facts, document, findings)
    _check_issue(facts, findings)
    _check_replaces(facts, document, findings)


def check_document_of(facts: Facts, each: DocumentType, findings: list[Finding]) -> None:
    """The same for a document whose record is no school record: `each` says what it is called and what it needs."""
    document = facts.document
    if document is None:
        return
    name = document.get("name")
    if name is not None and name != each.name["lv"]:
        findings.append(say("DOC_NAME", "document.name", expected=each.name["lv"]))
    needed = _NUMBERS if each.numbering.registration else _NUMBERS[:2]
    if each.numbering.given_by == "source" and not (facts.numbers_later and lacks_numbers(document)):
        _need_numbers(document, needed, findings)
    _check_issue(facts, findings)
    _check_replaces(facts, document, findings)


def _check_type(facts: Facts, document: dict[str, Any], findings: list[Finding]) -> None:
    given, result = facts.document_type, facts.result
    if result in ("expelled", "transferred") or (result == "not_completed" and given not in (REPORT, None)):
        findings.append(say("NOT_ELIGIBLE", "completion.result"))
    if given is None:
        return
    types = facts.registers.reference.document_type_names
    if given not in types or (given == REPORT and facts.completed):
        findings.append(say("DOC_TYPE", "document.type"))
    elif given != REPORT and facts.level is not None and given != facts.level.document_type:
        findings.append(say("DOC_PROG", "document.type", expected=facts.level.document_type))
    name, expected = document.get("name"), types.get(given, {}).get("name_lv")
    if name is not None and expected and name != expected:
        findings.append(say("DOC_NAME", "document.name", expected=expected))


def _check_numbers(facts: Facts, document: dict[str, Any], findings: list[Finding]) -> None:
    if facts.document_type == REPORT:
        findings += [
            say("DOC_NUMBER_FORMAT.unexpected", f"document.{name}")
            for name in _NUMBERS
            if document.get(name) is not None
        ]
        return
    if not (facts.numbers_later and lacks_numbers(document)):
        _need_numbers(document, _NUMBERS, findings)
    expected = facts.registers.reference.document_type_names.get(facts.document_type or "", {}).get("series")
    if expected and document.get("series") not in (None, expected):
        findings.append(say("DOC_SERIES", "document.series", expected=expected))


def _need_numbers(document: dict[str, Any], names: Sequence[str], findings: list[Finding]) -> None:
    for name in names:
        path = f"document.{name}"
        if document.get(name) is None and not any(finding.path == path for finding in findings):
            key = "REQUIRED.registration" if name == "registration_no" else "DOC_NUMBER_FORMAT"
            findings.append(say(key, path))


def _check_issue(facts: Facts, findings: list[Finding]) -> None:
    issued, done = facts.issued, facts.completion.get("date")
    if issued is None:
        return
    if issued > facts.as_of:
        findings.append(say("DATE_FUTURE", "document.issue_date", as_of=facts.as_of))
    if done is not None and issued < done:
        findings.append(say("DATE_ORDER.issue", "document.issue_date"))
    order = facts.completion.get("order_date")
    if order is not None and order > issued:
        findings.append(say("DATE_ORDER.order", "completion.order_date"))


def _check_replaces(facts: Facts, document: dict[str, Any], findings: list[Finding]) -> None:
    kind, replaces, path = document.get("issue_kind"), document.get("replaces"), "document.replaces"
    if kind is None:
        return
    if replaces is None:
        if kind != "original" and not any(finding.path == path for finding in findings):
            findings.append(say("REPLACES_MISSING", path))
        return
    if kind == "original":
        findings.append(say("REPLACES_UNEXPECTED", path))
        return
    if replaces.get("reason") is not None and replaces["reason"] not in _REASONS[kind]:
        findings.append(say("REPLACES_REASON", f"{path}.reason"))
    numbers = (replaces.get("series"), replaces.get("number"))
    if None not in numbers and numbers == (document.get("series"), document.get("number")):
        findings.append(say("REPLACES_SELF", f"{path}.number"))
    earlier, done = replaces.get("issue_date"), facts.completion.get("date")
    if earlier is not None and (
        (facts.issued is not None and earlier >= facts.issued) or (done is not None and earlier < done)
    ):
        findings.append(say("REPLACES_ORDER", f"{path}.issue_date"))
    issuer = replaces.get("institution_reg_no")
    if issuer is not None and facts.school is not None and issuer not in facts.school.succeeds:
        findings.append(say("REPLACES_ISSUER", f"{path}.institution_reg_no"))
