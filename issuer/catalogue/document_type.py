"""What one kind of education document is (`dokumenta veids`): its rules as data, read from one TOML file each.

The code knows none of the types. Paths are dotted paths into the source record; in documents that stand for one
examination the record is widened by `exam`. See `schemas/document_types/README.md` for the file format.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from issuer.catalogue.grading_schemes import GradingScheme
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.record_form import RecordField
from issuer.catalogue.template import BilingualTemplate, Template

BodyKind = Literal["institution", "ministry", "exam_body"]
"""Who may award or seal: the institution of the record, or an authority of `authorities.toml`."""


@dataclass(frozen=True)
class Source:
    """Which part of a record yields such a document, and for which main types and kinds of issue."""

    each: Literal["document", "companion", "exam"]
    of: frozenset[str]
    issue_kinds: frozenset[str]
    exam_kind: str
    exam_status: str


@dataclass(frozen=True)
class Numbering:
    """How the document is numbered; `given_by` source: the record has the number, register: given at sealing."""

    text: Template
    series: Template
    number: Template
    registration: Template | None
    given_by: Literal["source", "register"]


@dataclass(frozen=True)
class LevelRule:
    """LKI = EQF level: `fixed`, `record` (integer at `path`) or `programme_kind` (`lqf` unless `by_kind` says)."""

    rule: Literal["fixed", "record", "programme_kind"]
    lqf: int
    path: str
    by_kind: dict[str, int] = field(hash=False)


@dataclass(frozen=True)
class FieldRule:
    """ISCED-F 2013: `fixed`, by the digits of the `programme` code, or `as_main` document.

    `unclear`: groups (digits 3–5) whose meaning is not the ISCED-F one in every edition: nothing is said of them.
    """

    rule: Literal["fixed", "programme", "as_main"]
    isced_f: str
    unclear: frozenset[str]


@dataclass(frozen=True)
class ProgrammeRule:
    """How much of the education programme is told.

    `full`: name and code. `full_unless_special`: the general name and the first digits for special programmes.
    `generalised`: the general name and first digits for everybody, so that nothing can be told from what is
    missing. `as_main`: as the main document of the record does.
    """

    disclosure: Literal["full", "full_unless_special", "generalised", "as_main"]
    general_name: Bilingual | None
    general_digits: int


@dataclass(frozen=True)
class Fact:
    """A labelled line that only this type has; left out when nothing is at `when`."""

    label: Bilingual
    value: BilingualTemplate
    when: str


@dataclass(frozen=True)
class AssessmentRule:
    """A result written from texts: `grade` on the scale `scheme`; `kind` is a concept of the assessment types."""

    title: BilingualTemplate
    grade: BilingualTemplate
    scheme: str
    kind: str
    date: str
    passed: bool


@dataclass(frozen=True)
class Specification:
    """What the achievement is of: a `Qualification` (may carry levels) or `LearningAchievementSpecification`."""

    kind: Literal["Qualification", "LearningAchievementSpecification"]
    title: BilingualTemplate


@dataclass(frozen=True)
class Claim:
    """The ELM claim: a `LearningAchievement`, or a `LearningAssessment` (one result by itself)."""

    kind: Literal["LearningAchievement", "LearningAssessment"]
    title: BilingualTemplate
    specification: Specification | None
    subjects: bool
    exam_kinds: frozenset[str]
    assessments: tuple[AssessmentRule, ...]


@dataclass(frozen=True)
class Entitlement:
    """A right that the document gives; concepts of the lists `entitlement` and `entitlement-status`."""

    title: Bilingual
    kind: str
    status: str


@dataclass(frozen=True)
class Page:
    """Layout of the page, the sentence that says what was acquired, and additional lines."""

    layout: str
    statement: tuple[BilingualTemplate, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, eq=False)
class DocumentType:
    """One document type; equal only to itself. `completed` and `issued` are paths to ISO 8601 dates."""

    code: str
    qr_number: int
    name: Bilingual
    valid_from: dt.date
    valid_to: dt.date | None
    legal_basis: BilingualTemplate
    isced_level: str
    personal_code: bool
    director: bool
    awarded_by: tuple[BodyKind, ...]
    seal: BodyKind
    source: Source
    numbering: Numbering
    completed: str
    issued: str
    level: LevelRule | None
    field: FieldRule | None
    programme: ProgrammeRule | None
    claim: Claim
    entitlements: tuple[Entitlement, ...]
    page: Page
    links: tuple[str, ...]
    grading_schemes: dict[str, GradingScheme]
    record: tuple[RecordField, ...]
    """Fields of the record where it is no school record; () where it is."""

    @property
    def record_groups(self) -> frozenset[str]:
        """Groups of fields that this type's records have and the school record has not."""
        return frozenset(field.path.partition(".")[0] for field in self.record)

    def in_force(self, day: dt.date) -> bool:
        """Whether documents of this type may bear this issue date (both ends inclusive)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
