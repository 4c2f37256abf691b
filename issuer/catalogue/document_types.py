"""Reads the document types: one TOML file each in `schemas/document_types/`, named for the type's code.

    types = load_document_types()
    types["ATE_VVI"].name["en"]          # "Certificate of General Secondary Education"

Closed-world: an unknown key, a missing one, a wrong type, a text that names what may not be disclosed: each is a
`CatalogueFileError` that names the file and the key. Adding a type is adding a file; no code knows any of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

from issuer.catalogue.document_type import (
    AssessmentRule,
    BodyKind,
    Claim,
    DocumentType,
    Entitlement,
    Fact,
    FieldRule,
    LevelRule,
    Numbering,
    Page,
    ProgrammeRule,
    Source,
    Specification,
)
from issuer.catalogue.grading_schemes import GradingScheme, load_grading_schemes, read_grading_schemes
from issuer.catalogue.record_form import read_record_form
from issuer.catalogue.resources import data_dir
from issuer.catalogue.template import FORMS, BilingualTemplate, Template, disclosable
from issuer.catalogue.toml_table import CatalogueFileError, TomlTable
from issuer.catalogue.wording import Wording

__all__ = ["CatalogueFileError", "DocumentType", "load_document_types"]

_BODIES = get_args(BodyKind)
_ISSUE_KINDS = ("original", "duplicate", "correction")
_PATH = re.compile(r"[a-z_]+(\.[a-z_]+)*")
_COMPUTED_TABLES = frozenset({"exam", "document_type", "legal_basis", "claim_title"})


def load_document_types(folder: Path | None = None, more: Path | None = None) -> dict[str, DocumentType]:
    """Code -> type, ordered by code. `folder` holds the TOML files (default: the product's own), `more` others
    beside them: types that an installation adds. A type of the same name there is an error.
    """
    types: dict[str, DocumentType] = {}
    paths = [*(folder or data_dir() / "document_types").glob("*.toml"), *(_more_files(more) if more else ())]
    for path in sorted(paths, key=lambda path: path.stem):
        table = TomlTable.open(path)
        each = _Reader(Wording.load(), load_grading_schemes()).read(table)
        if each.code != path.stem:
            raise table.wrong(
                "code", "datnei jābūt nosauktai koda vārdā", "the file must bear the code's name"
            )
        if each.code in types:
            raise table.wrong("code", "tāds veids jau ir", "there already is such a type")
        types[each.code] = each
    _check_together(types)
    return types


def _more_files(folder: Path) -> list[Path]:
    files = list(folder.glob("*.toml"))
    if not files:
        raise CatalogueFileError(
            "CATALOGUE_EMPTY",
            f"Mapē {folder} nav dokumentu veidu (*.toml).",
            f"The folder {folder} holds no document types (*.toml).",
            next_lv="Norādiet mapi ar TOML datnēm.",
            next_en="Name a folder with TOML files.",
        )
    return files


def _check_together(types: Mapping[str, DocumentType]) -> None:
    """What no file can tell alone: links lead to types that exist, and no QR number stands for two types."""
    numbers: dict[int, str] = {}
    for each in types.values():
        table = TomlTable(f"{each.code}.toml", {})
        for code in (*each.links, *each.source.of):
            if code not in types:
                key = "links" if code in each.links else "source.of"
                raise table.wrong(key, f"veida „{code}” nav", f'there is no type "{code}"')
        other = numbers.setdefault(each.qr_number, each.code)
        if other != each.code:
            raise table.wrong("qr_number", f"numurs jau ir veidam {other}", f"the number belongs to {other}")


class _Reader:
    """Reads one file; holds what names in it may refer to."""

    def __init__(self, wording: Wording, schemes: dict[str, GradingScheme]) -> None:
        self._forms = FORMS | _COMPUTED_TABLES | set(wording)
        self._schemes = schemes

    def read(self, table: TomlTable) -> DocumentType:
        own = table.optional_table("grading_schemes")
        if own is not None:
            self._schemes = self._schemes | read_grading_schemes(own)
        source = self._source(table.table("source"))
        each = DocumentType(
            code=self._code(table),
            qr_number=table.integer("qr_number"),
            name=table.bilingual("name"),
            valid_from=table.date("valid_from"),
            valid_to=table.optional_date("valid_to"),
            legal_basis=self._texts(table, "legal_basis"),
            isced_level=table.text("isced_level", ""),
            personal_code=table.boolean("personal_code"),
            director=table.boolean("director"),
            awarded_by=self._awarded_by(table),
            seal=cast(BodyKind, table.choice("seal", _BODIES)),
            source=source,
            numbering=self._numbering(table.table("numbering")),
            completed=self._path(table, "completed"),
            issued=self._path(table, "issued"),
            level=self._level(table.optional_table("level")),
            field=self._field(table.optional_table("field")),
            programme=self._programme(table.optional_table("programme")),
            claim=self._claim(table.table("claim"), source),
            entitlements=tuple(self._entitlement(inner) for inner in table.tables("entitlements")),
            page=self._page(table.table("page")),
            links=table.texts("links", ()),
            grading_schemes=self._schemes,
            record=read_record_form(table),
        )
        if each.record and each.source.each != "document":
            raise table.wrong(
                "record", "tikai ieraksta galvenajam dokumentam", "only for the main document of a record"
            )
        if each.qr_number < 0:
            raise table.wrong("qr_number", "numurs ir negatīvs", "the number is negative")
        if each.valid_to is not None and each.valid_to < each.valid_from:
            raise table.wrong("valid_to", "agrāk par valid_from", "earlier than valid_from")
        if each.level is not None and not self._is_qualification(each.claim):
            raise table.wrong(
                "level", "līmenis ir tikai kvalifikācijai", "ELM knows levels on a Qualification only"
            )
        table.close()
        return each

    @staticmethod
    def _is_qualification(claim: Claim) -> bool:
        return claim.specification is not None and claim.specification.kind == "Qualification"

    @staticmethod
    def _code(table: TomlTable) -> str:
        code = table.text("code")
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,15}", code):
            raise table.wrong("code", "lielie burti, cipari un „_”", 'capital letters, digits and "_" only')
        return code

    @staticmethod
    def _awarded_by(table: TomlTable) -> tuple[BodyKind, ...]:
        bodies = table.texts("awarded_by")
        if not bodies or not set(bodies) <= set(_BODIES):
            raise table.wrong("awarded_by", f"no: {', '.join(_BODIES)}", f"out of: {', '.join(_BODIES)}")
        return cast(tuple[BodyKind, ...], bodies)

    @staticmethod
    def _source(table: TomlTable) -> Source:
        each = table.choice("each", ("document", "companion", "exam"))
        of = frozenset(table.texts("of", () if each == "document" else None))
        kinds = table.texts("issue_kinds", _ISSUE_KINDS)
        if not set(kinds) <= set(_ISSUE_KINDS):
            raise table.wrong("issue_kinds", f"no: {', '.join(_ISSUE_KINDS)}", "unknown kind of issue")
        exam = each == "exam"
        source = Source(
            each=cast("object", each),  # type: ignore[arg-type]
            of=of,
            issue_kinds=frozenset(kinds),
            exam_kind=table.text("exam_kind") if exam else "",
            exam_status=table.text("exam_status") if exam else "",
        )
        table.close()
        return source

    def _numbering(self, table: TomlTable) -> Numbering:
        numbering = Numbering(
            text=self._text(table, "text"),
            series=self._text(table, "series"),
            number=self._text(table, "number"),
            registration=self._text(table, "registration") if table.has("registration") else None,
            given_by=table.choice("given_by", ("source", "register")),  # type: ignore[arg-type]
        )
        table.close()
        return numbering

    def _level(self, table: TomlTable | None) -> LevelRule | None:
        if table is None:
            return None
        rule = table.choice("rule", ("fixed", "record", "programme_kind"))
        lqf = table.integer("lqf") if rule != "record" else 0
        by_kind: dict[str, int] = {}
        if rule == "programme_kind":
            kinds = table.table("by_kind")
            by_kind = {kind: kinds.integer(kind) for kind in kinds.names()}
        if not all(1 <= level <= 8 for level in (lqf or 1, *by_kind.values())):
            raise table.wrong("lqf", "līmeņi ir no 1 līdz 8", "levels are 1 to 8")
        path = self._path(table, "path") if rule == "record" else ""
        table.close()
        return LevelRule(rule, lqf, path, by_kind)  # type: ignore[arg-type]

    @staticmethod
    def _field(table: TomlTable | None) -> FieldRule | None:
        if table is None:
            return None
        rule = table.choice("rule", ("fixed", "programme", "as_main"))
        isced_f = table.text("isced_f") if rule == "fixed" else ""
        unclear = frozenset(table.texts("unclear", ())) if rule == "programme" else frozenset()
        table.close()
        return FieldRule(rule, isced_f, unclear)  # type: ignore[arg-type]

    @staticmethod
    def _programme(table: TomlTable | None) -> ProgrammeRule | None:
        if table is None:
            return None
        disclosure = table.choice("disclosure", ("full", "full_unless_special", "generalised", "as_main"))
        general = disclosure in ("full_unless_special", "generalised")
        rule = ProgrammeRule(
            disclosure,  # type: ignore[arg-type]
            table.bilingual("general_name") if general else None,
            table.integer("general_digits") if general else 0,
        )
        if not 0 <= rule.general_digits <= 4:  # digits 5–6 are what must not be told
            raise table.wrong("general_digits", "jābūt no 0 līdz 4", "must be 0 to 4")
        table.close()
        return rule

    def _claim(self, table: TomlTable, source: Source) -> Claim:
        kind = table.choice("class", ("LearningAchievement", "LearningAssessment"))
        specification = table.optional_table("specification")
        results = table.optional_table("results")
        claim = Claim(
            kind=kind,  # type: ignore[arg-type]
            title=self._texts(table, "title"),
            specification=self._specification(specification) if specification else None,
            subjects=results.boolean("subjects") if results else False,
            exam_kinds=frozenset(results.texts("exam_kinds")) if results else frozenset(),
            assessments=tuple(self._assessment(inner) for inner in table.tables("assessments")),
        )
        if results is not None:
            results.close()
        table.close()
        if kind == "LearningAssessment":
            results_written = len(claim.assessments) + (source.each == "exam")
            if claim.specification or claim.subjects or claim.exam_kinds or results_written != 1:
                raise table.wrong(
                    "class",
                    "LearningAssessment ir tieši viens rezultāts un nekas cits",
                    "a LearningAssessment is exactly one result and nothing else",
                )
        return claim

    def _specification(self, table: TomlTable) -> Specification:
        kind = table.choice("class", ("Qualification", "LearningAchievementSpecification"))
        specification = Specification(kind, self._texts(table, "title"))  # type: ignore[arg-type]
        table.close()
        return specification

    def _assessment(self, table: TomlTable) -> AssessmentRule:
        rule = AssessmentRule(
            title=self._texts(table, "title"),
            grade=self._texts(table, "grade"),
            scheme=table.choice("scheme", self._schemes),
            kind=table.text("kind"),
            date=self._path(table, "date") if table.has("date") else "",
            passed=table.boolean("passed", default=False),
        )
        table.close()
        return rule

    @staticmethod
    def _entitlement(table: TomlTable) -> Entitlement:
        entitlement = Entitlement(table.bilingual("title"), table.text("kind"), table.text("status"))
        table.close()
        return entitlement

    def _page(self, table: TomlTable) -> Page:
        facts = []
        for inner in table.tables("facts"):
            when = self._path(inner, "when") if inner.has("when") else ""
            facts.append(Fact(inner.bilingual("label"), self._texts(inner, "value"), when))
            inner.close()
        statement = []
        for inner in table.tables("statement"):
            statement.append(BilingualTemplate(self._text(inner, "lv"), self._text(inner, "en")))
            inner.close()
        page = Page(table.text("layout"), tuple(statement), tuple(facts))
        table.close()
        return page

    def _texts(self, table: TomlTable, key: str) -> BilingualTemplate:
        inner = table.table(key)
        texts = BilingualTemplate(self._text(inner, "lv"), self._text(inner, "en"))
        inner.close()
        return texts

    def _text(self, table: TomlTable, key: str) -> Template:
        text = table.text(key)
        try:
            template = Template(text)
        except ValueError:
            raise table.wrong(
                key, "vietu figūriekavās nevar nolasīt", "a place in braces cannot be read"
            ) from None
        for path, form, _ in template.places:
            self._disclosable(table, key, path)
            if form and form not in self._forms:
                raise table.wrong(key, f"nezināms pieraksts „{form}”", f'unknown form "{form}"')
        return template

    def _path(self, table: TomlTable, key: str) -> str:
        path = table.text(key)
        if not _PATH.fullmatch(path):
            raise table.wrong(key, "tas nav ceļš ierakstā", "this is not a path into the record")
        self._disclosable(table, key, path)
        return path

    @staticmethod
    def _disclosable(table: TomlTable, key: str, path: str) -> None:
        if not disclosable(path):
            raise table.wrong(
                key, f"„{path}” nedrīkst izpaust dokumentā", f'"{path}" must not be disclosed in a document'
            )
