"""Records that are not a graduate's: the forms that document types declare for themselves (`[[record]]` in TOML).

    forms = other_forms(document_types)
    form = forms.get("APL_VVP")
    record, findings = form.examine(value)

Institution, learner and document are those of the school record; programme, completion, marks and examinations are not
there, the citizenship neither; the head of the institution is there where the document names one (`director = true`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.record_form import RecordField
from issuer.catalogue.template import look_up
from issuer.findings import Finding
from issuer.records.check_document import check_document_of
from issuer.records.check_learner import check_learner
from issuer.records.check_school import check_institution
from issuer.records.facts import Facts
from issuer.records.fields import DATE, RECORD, Group, Leaf, Listing
from issuer.records.messages import say
from issuer.records.structure import Record, examine_group

_RECORD_ID: Final = "[A-Z][A-Z0-9]{1,9}-[0-9]{4}-[0-9]{4,9}"
_UNUSED: Final = {"institution": {"director"}, "learner": {"citizenship"}}


class OtherForm:
    """The record of one document type: what it holds, and what must hold in it."""

    def __init__(self, document_type: DocumentType) -> None:
        self.document_type = document_type
        self._group = _record_group(document_type)
        self._dates = [field.path for field in document_type.record if field.kind == "date"]

    def examine(self, value: Mapping[str, Any]) -> tuple[Record, list[Finding]]:
        """The record with all its known fields, unusable ones as None, and what is wrong with each."""
        return examine_group(self._group, value)

    def check(self, facts: Facts, record: Record, findings: list[Finding], *, code_given: bool) -> None:
        """What must hold between the fields, and against the registers and the reference date."""
        check_institution(facts, findings)
        check_learner(facts, findings, code_given=code_given)
        check_document_of(facts, self.document_type, findings)
        for path in self._dates:
            day = look_up(record, path)
            if day is not None and day > facts.as_of:
                findings.append(say("DATE_FUTURE", path, as_of=facts.as_of))
        done = look_up(record, self.document_type.completed)
        if done is not None and facts.issued is not None and facts.issued < done:
            findings.append(say("DATE_ORDER.issue", "document.issue_date"))
        birth = facts.learner.get("birth_date")
        if done is not None and birth is not None and done < birth:
            findings.append(say("DATE_ORDER.before_birth", self.document_type.completed))


def other_forms(document_types: Mapping[str, DocumentType]) -> dict[str, OtherForm]:
    """Document type -> form, for the types that declare one."""
    return {code: OtherForm(each) for code, each in document_types.items() if each.record}


def _record_group(document_type: DocumentType) -> Group:
    members: list[Leaf | Group | Listing] = []
    for member in RECORD.members:
        if isinstance(member, Group) and member.name in ("institution", "learner", "document"):
            unused = _UNUSED.get(member.name, set())
            if document_type.director:
                unused = unused - {"director"}
            kept = tuple(inner for inner in member.members if inner.name not in unused)
            members.append(replace(member, members=kept, nullable=False))
        elif isinstance(member, Leaf) and member.name == "record_id":
            members.append(replace(member, wrong="RECORD_ID_FORMAT.other", pattern=_RECORD_ID))
        elif isinstance(member, Leaf) and member.name == "source_system":
            members.append(replace(member, allowed=None, pattern="[A-Z][A-Z0-9_]{1,19}"))
        elif isinstance(member, Leaf):
            members.append(member)
    groups: dict[str, list[Leaf]] = {}
    for field in document_type.record:
        group, _, name = field.path.partition(".")
        groups.setdefault(group, []).append(_leaf(name, field))
    return Group("", (*members, *(Group(name, tuple(leaves)) for name, leaves in groups.items())))


def _leaf(name: str, field: RecordField) -> Leaf:
    match field.kind:
        case "date":
            return Leaf(name, "date", name, nullable=field.optional, wrong="DATE_INVALID", pattern=DATE)
        case "choice":
            return Leaf(name, "code", name, nullable=field.optional, allowed=field.choices)
        case "integer" | "number":
            return Leaf(
                name, field.kind, name, nullable=field.optional, wrong="NUMBER_RANGE", least=field.least,
                most=field.most,
            )  # fmt: skip
        case "text":
            return Leaf(name, "text", name, nullable=field.optional, max_length=200)
