"""All checks of one record, stateless; and the hash by which a re-sent record is recognised.

checker = Checker(reference, as_of=date(2037, 7, 31))
checker.check(row)                 # every finding of the row at once
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.reference import Reference
from issuer.findings import Finding
from issuer.records.check_document import check_document
from issuer.records.check_exams import check_exams
from issuer.records.check_learner import check_learner
from issuer.records.check_school import check_completion, check_institution, check_programme
from issuer.records.check_transcript import TranscriptCheck
from issuer.records.facts import Facts
from issuer.records.messages import say
from issuer.records.other_forms import OtherForm, other_forms
from issuer.records.registers import Registers
from issuer.records.row import SourceRow
from issuer.records.structure import Record, Structure, project


class Checker:
    """The checks that need one record, the registers and a reference date; safe to use for any number of rows.

    `document_types`: needed where records of other forms than the school record may come; those types declare theirs.
    `numbers_later`: a document may come without number and registration number, because the register gives them at
    sealing; one of the two alone is a fault still.
    """

    def __init__(
        self,
        reference: Reference,
        as_of: dt.date,
        document_types: Mapping[str, DocumentType] | None = None,
        *,
        numbers_later: bool = False,
    ) -> None:
        self._numbers_later = numbers_later
        self._forms = other_forms(document_types or {})
        self._registers = Registers(reference)
        self._as_of = as_of.isoformat()
        self._structure = Structure()
        self._transcript = TranscriptCheck(self._registers)

    def check(self, row: SourceRow) -> list[Finding]:
        """Every finding of the row, reading problems first."""
        return self.examine(row)[1]

    def examine(self, row: SourceRow) -> tuple[Record | None, list[Finding]]:
        """The record with its known fields only (None where the row could not be read), and every finding."""
        findings = list(row.findings)
        if row.record is None:
            return None, findings
        form = self._form_of(row.record)
        record, structural = (form or self._structure).examine(row.record)
        findings += structural
        facts = Facts(record, self._registers, self._as_of, numbers_later=self._numbers_later)
        given = row.record.get("learner")
        code = given.get("personal_code") if isinstance(given, Mapping) else None
        code_given = bool(code.strip() if isinstance(code, str) else code)
        if form is not None:
            form.check(facts, record, findings, code_given=code_given)
        else:
            self._check_graduate(facts, findings, code_given=code_given)
        exported = record.get("exported_at")
        if exported is not None and exported[:10] > self._as_of:
            findings.append(say("DATE_FUTURE", "exported_at", as_of=self._as_of))
        return record, _once(findings)

    def _form_of(self, record: Mapping[str, Any]) -> OtherForm | None:
        document = record.get("document") if self._forms else None
        code = document.get("type") if isinstance(document, Mapping) else None
        return self._forms.get(code) if isinstance(code, str) else None

    def _check_graduate(self, facts: Facts, findings: list[Finding], *, code_given: bool) -> None:
        check_institution(facts, findings)
        check_learner(facts, findings, code_given=code_given)
        check_programme(facts, findings)
        check_completion(facts, findings)
        check_document(facts, findings)
        self._transcript(facts, findings)
        check_exams(facts, findings)


def _once(findings: list[Finding]) -> list[Finding]:
    """Each code once per field: two checks may see the same fault, and the first has said it."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.code, finding.path), finding)
    return list(first.values())


def content_hash(record: Mapping[str, Any], groups: Iterable[str] = ()) -> str:
    """SHA-256 (hex) of the record's known fields as canonical JSON.

    Canonical: sorted keys, no spaces, UTF-8, null for an absent field. Equal for the same record from
    any source format; unknown fields do not count. `groups`: what a record of another form than the school record
    holds besides (`DocumentType.record_groups`); it must have been checked.
    """
    known = project(record) | {group: record.get(group) for group in groups}
    return hashlib.sha256(orjson.dumps(known, option=orjson.OPT_SORT_KEYS)).hexdigest()
