"""What a page says: the texts that `credential` projects from a document and `render` draws.

    content: PageContent = {"key": "PE-100001", "layout": "certificate", "title": {"lv": "…", "en": "…"}, …}

Every string is final: dates are written out, marks are in words, nothing is computed while drawing. Every
key is always present; what a document does not have is "" for a string, None for a block, [] for a list. The
captions of the named fields ("Personas kods / Personal code") belong to the page template; captions of fields
that only one document type has travel in `facts`.

A `Bilingual` whose `en` is "" or equals `lv` is printed once. Texts are data: `#`, `$`, `*`, `@`, `<` have no
meaning to the template. Strings are Unicode in form NFC. The structure is plain JSON; `key` and `layout` are
not drawn.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class Bilingual(TypedDict):
    """The same text in Latvian (State language, printed first) and English ("" when there is none)."""

    lv: str
    en: str


class HolderContent(TypedDict):
    """The person, named as in the register; `original_name` is the original form (`oriģinālforma`) or ""."""

    given_names: str
    family_name: str
    original_name: str
    birth_date: Bilingual
    personal_code: str


class InstitutionContent(TypedDict):
    """The awarding institution and its number in the Register of Educational Institutions."""

    name: Bilingual
    registration_number: str
    place: Bilingual


class ProgrammeContent(TypedDict):
    """The education programme and its classification code (8 digits) or ""."""

    name: Bilingual
    code: str


class LevelsContent(TypedDict):
    """Levels as digits: Latvian (LKI) and European (EKI, EQF) Qualifications Framework; "" when none."""

    lqf: str
    eqf: str


class DirectorContent(TypedDict):
    """Who heads the institution on the issue date: "direktore / director" and the name."""

    position: Bilingual
    name: str


class FactContent(TypedDict):
    """One more labelled line, for fields that only some document types have."""

    label: Bilingual
    value: Bilingual


class ColumnContent(TypedDict):
    """A table column; the first column takes the room that is left."""

    label: Bilingual
    align: Literal["left", "center", "right"]


class TableContent(TypedDict):
    """Marks or examination results; every row has as many cells as there are columns.

    Words that repeat from row to row stand in Latvian alone; the page's `glossary` has their English once.
    """

    title: Bilingual
    columns: list[ColumnContent]
    rows: list[list[Bilingual]]


class PageContent(TypedDict):
    """One document's page.

    `key` is the document key that errors name (a file-name stem, no personal data).
    `layout` names the page template: `certificate` (no tables, or short ones), `exam_certificate` (the same with
    the captions of an examination), `transcript` (tables fill the page).
    `heading` stands above the title (the State); `mark` is "DUBLIKĀTS" or "LABOJUMS", None on an original.
    `statement` says what was acquired, line by line; `glossary` is the English of the words in the tables' cells, each
    once; `notes` are small remarks; `sealing_note` says who
    sealed the document, `proof_note` that the seal, not the picture, is the proof.

    `heading`, `title`, `legal_basis` and `proof_note` should be the same on all documents of a type: head and foot of a
    page are drawn once for all pages on which these are the same.
    """

    key: str
    layout: str
    heading: Bilingual
    title: Bilingual
    mark: Bilingual | None
    series_number: str
    registration_number: str
    holder: HolderContent
    statement: list[Bilingual]
    institution: InstitutionContent
    programme: ProgrammeContent | None
    qualification: Bilingual | None
    levels: LevelsContent | None
    completion_date: Bilingual | None
    issue_date: Bilingual
    issue_place: Bilingual
    director: DirectorContent | None
    facts: list[FactContent]
    entitlement: Bilingual | None
    tables: list[TableContent]
    glossary: list[Bilingual]
    notes: list[Bilingual]
    legal_basis: Bilingual
    sealing_note: Bilingual
    proof_note: Bilingual
