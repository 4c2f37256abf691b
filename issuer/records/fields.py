"""The one table of the source record: every field, its Latvian column heading, its type and what it may hold.

The JSON Schema (`issuer.records.schema`), the structural check (`structure`), the columns of CSV and XLSX (`columns`)
and the projection to known fields are all made from this table, so they cannot drift apart. What a field means is
in the description of the export; what fields must say together is in the check modules.

Patterns use only what Python's `re`, Rust's `regex` and ECMA-262 read alike; they stand for the whole value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from issuer.records.codes import CITIZENSHIPS, COUNTRIES, LANGUAGES

Kind = Literal["text", "name", "original", "code", "date", "timestamp", "integer", "number"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field with one value. `missing` and `wrong` are the finding codes for an absent and an unacceptable value."""

    name: str
    kind: Kind
    lv: str
    nullable: bool = False
    missing: str = "REQUIRED"
    wrong: str = "VALUE_NOT_ALLOWED"
    pattern: str | None = None
    allowed: frozenset[str] | None = None
    least: int | None = None
    most: int | None = None
    max_length: int = 100


@dataclass(frozen=True, slots=True)
class Group:
    """An object with these members and no others."""

    name: str
    members: tuple[Leaf | Group | Listing, ...]
    nullable: bool = False
    missing: str = "REQUIRED"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of objects of one kind; a table of its own in CSV and XLSX."""

    name: str
    item: Group
    max_items: int
    missing: str = "REQUIRED"


# Never part of a field: control, soft hyphen, zero-width, bidirectional, private-use and replacement
# characters, markup.
_HIDDEN = (
    r"\u0000-\u001F\u007F-\u00A0\u00AD\u200B\u200E\u200F\u2028-\u202F\u2060-\u206F"
    r"\uE000-\uF8FF\uFEFF\uFFF0-\uFFFF<>"
)
# Other alphabets: a Cyrillic а in a Latvian word looks right and is another word to every machine.
_OTHER_SCRIPTS = (
    r"\u0370-\u1DBF\u1F00-\u1FFF\u2C00-\u2C5F\u2C80-\uA71F\uA800-\uD7FF\uF900-\uFDFF\uFE70-\uFEFE"
)
_VISIBLE = rf"[^{_HIDDEN}{_OTHER_SCRIPTS}\u0020\u0300-\u036F\u200C\u200D]"
# Words with one space between them. Combining marks are left out: Latvian text in NFC has none.
FREE_TEXT: Final = rf"{_VISIBLE}+(?: {_VISIBLE}+)*"
# The original form may be in any script; some need combining marks and joiners.
_ANY_LETTER = rf"[^{_HIDDEN}\u0020\u0030-\u0039]"
ORIGINAL_TEXT: Final = rf"{_ANY_LETTER}+(?: {_ANY_LETTER}+)*"
# Letters of the Latvian form: the alphabet, q w x y, and the older ō, ŗ. Other accented letters are
# mostly a wrong code page.
_LETTER = "[A-Za-zĀāČčĒēĢģĪīĶķĻļŅņŠšŪūŽžŌōŖŗ]"
LATVIAN_NAME: Final = rf"{_LETTER}+(?:[ '’-]{_LETTER}+)*"
DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
TIMESTAMP: Final = rf"{DATE}T{_TIME}"  # RFC 3339, 5.6, with an offset
LEVELS: Final = frozenset({"visparigais", "optimalais", "augstakais"})


def _date(name: str, lv: str, missing: str = "REQUIRED") -> Leaf:
    return Leaf(name, "date", lv, missing=missing, wrong="DATE_INVALID", pattern=DATE, max_length=10)


def _choice(
    name: str, lv: str, *allowed: str, wrong: str = "VALUE_NOT_ALLOWED", missing: str = "REQUIRED"
) -> Leaf:
    return Leaf(name, "code", lv, allowed=frozenset(allowed), wrong=wrong, missing=missing)


def _level(lv: str, wrong: str) -> Leaf:
    return Leaf("level", "code", lv, nullable=True, allowed=LEVELS, wrong=wrong)


_DIRECTOR = Group(
    "director",
    (
        Leaf("given_names", "text", "Vadītāja vārds", missing="DIRECTOR_MISSING", max_length=60),
        Leaf("family_name", "text", "Vadītāja uzvārds", missing="DIRECTOR_MISSING", max_length=80),
        _choice("position", "Vadītāja amats", "direktors", "direktore", missing="DIRECTOR_MISSING"),
    ),
    missing="DIRECTOR_MISSING",
)
_INSTITUTION = Group(
    "institution",
    (
        Leaf("reg_no", "code", "Iestādes reģistrācijas Nr.", wrong="INST_UNKNOWN", pattern="[0-9]{10}"),
        Leaf("name", "text", "Iestādes nosaukums", max_length=200),
        _DIRECTOR,
    ),
)
_ALT_ID = Group(
    "alt_id",
    (
        _choice("type", "Cita identifikatora veids", "iestades_id", "pase"),
        Leaf("value", "text", "Cits identifikators", max_length=40),
        Leaf("issuer_country", "code", "Identifikatora izdevējvalsts", allowed=COUNTRIES),
    ),
    nullable=True,
)
_ORIGINAL_NAME = Group(
    "original_name",
    (
        Leaf("given_names", "original", "Vārds oriģinālformā", missing="NAME_MISSING", max_length=80),
        Leaf("family_name", "original", "Uzvārds oriģinālformā", missing="NAME_MISSING", max_length=100),
        Leaf("language", "code", "Oriģinālvaloda", allowed=LANGUAGES),
    ),
    nullable=True,
)
_LEARNER = Group(
    "learner",
    (
        Leaf(
            "personal_code",
            "code",
            "Personas kods",
            nullable=True,
            wrong="PK_FORMAT",
            pattern="[0-9]{6}-[0-9]{5}",
        ),
        _ALT_ID,
        # The longest realistic names have 40 and 60 letters.
        Leaf("given_names", "name", "Vārds (vārdi)", missing="NAME_MISSING", max_length=60),
        Leaf("family_name", "name", "Uzvārds", missing="NAME_MISSING", max_length=80),
        _ORIGINAL_NAME,
        _date("birth_date", "Dzimšanas datums"),
        Leaf("citizenship", "code", "Valstiskā piederība", allowed=CITIZENSHIPS),
    ),
)
_QUALIFICATION = Group(
    "qualification",
    (
        Leaf("name", "text", "Kvalifikācija", max_length=200),
        Leaf("level", "integer", "PKL", wrong="QUALIFICATION", least=1, most=8),
        Leaf("lqf_level", "integer", "Kvalifikācijas LKI līmenis", wrong="QUALIFICATION", least=1, most=8),
    ),
    nullable=True,
)
_PROGRAMME = Group(
    "programme",
    (
        Leaf("code", "code", "Izglītības programmas kods", wrong="PROG_FORMAT", pattern="[0-9]{8}"),
        Leaf("name", "text", "Izglītības programma", max_length=300),
        Leaf("licence_no", "text", "Licences Nr.", max_length=40),
        Leaf("accreditation_no", "text", "Akreditācijas Nr.", max_length=40),
        _choice("form", "Izglītības ieguves forma", "klatiene", "neklatiene", "talmaciba"),
        _choice("language", "Mācību valoda", "lv", "lv+min", "foreign"),
        _date("start_date", "Mācību sākums"),
        Leaf("curriculum", "code", "Standarts", wrong="CURRICULUM", pattern="20[0-9]{2}"),
        Leaf("lqf_level", "integer", "LKI līmenis", wrong="LQF", least=1, most=8),
        Leaf("isced_p", "code", "ISCED", wrong="ISCED", pattern="[0-9]{3}"),
        _QUALIFICATION,
    ),
)
_COMPLETION = Group(
    "completion",
    (
        Leaf("school_year", "code", "Mācību gads", wrong="SCHOOL_YEAR", pattern="[0-9]{4}/[0-9]{4}"),
        Leaf("grade", "integer", "Klase", wrong="GRADE_PROG", least=1, most=12),
        Leaf("class", "text", "Klases apzīmējums", max_length=20),
        _choice("result", "Rezultāts", "completed", "not_completed", "expelled", "transferred"),
        _date("date", "Izglītības ieguves datums"),
        Leaf("order_no", "text", "Rīkojuma Nr.", missing="ORDER_MISSING", max_length=40),
        _date("order_date", "Rīkojuma datums", missing="ORDER_MISSING"),
    ),
)
_REPLACES = Group(
    "replaces",
    (
        Leaf(
            "series",
            "code",
            "Aizstātā sērija",
            missing="REPLACES_MISSING",
            wrong="DOC_NUMBER_FORMAT",
            pattern="[A-Z]{2}",
        ),
        Leaf(
            "number",
            "code",
            "Aizstātais numurs",
            missing="REPLACES_MISSING",
            wrong="DOC_NUMBER_FORMAT",
            pattern="[0-9]{6}",
        ),
        _date("issue_date", "Aizstātā izsniegšanas datums", missing="REPLACES_MISSING"),
        Leaf(
            "institution_reg_no",
            "code",
            "Aizstātā iestādes reģ. Nr.",
            missing="REPLACES_MISSING",
            wrong="REPLACES_ISSUER",
            pattern="[0-9]{10}",
        ),
        _choice(
            "reason",
            "Aizstāšanas iemesls",
            "nozaudets",
            "nozagts",
            "bojats",
            "kluda_datos",
            missing="REPLACES_MISSING",
        ),
    ),
    nullable=True,
)
_DOCUMENT = Group(
    "document",
    (
        Leaf("type", "code", "Dokumenta veids", wrong="DOC_TYPE", pattern="[A-Z][A-Z0-9_]{2,19}"),
        Leaf("name", "text", "Dokumenta nosaukums", max_length=200),
        Leaf("series", "code", "Sērija", nullable=True, wrong="DOC_NUMBER_FORMAT", pattern="[A-Z]{2}"),
        Leaf("number", "code", "Numurs", nullable=True, wrong="DOC_NUMBER_FORMAT", pattern="[0-9]{6}"),
        Leaf("registration_no", "text", "Reģistrācijas Nr.", nullable=True, max_length=40),
        _date("issue_date", "Izsniegšanas datums"),
        _choice("issue_kind", "Izsniegšanas veids", "original", "duplicate", "correction"),
        _REPLACES,
        _choice("language", "Dokumenta valoda", "lv"),
    ),
    nullable=True,
)
_SUBJECT = Group(
    "subject",
    (
        Leaf("code", "code", "Kods", wrong="SUBJECT_UNKNOWN", pattern="[A-Z][A-Z0-9]{0,9}"),
        Leaf("name", "text", "Nosaukums", max_length=200),
        _choice("kind", "Veids", "obligatory", "optional", "in_depth", "specialised", "module"),
        _level("Apguves līmenis", wrong="SUBJECT_LEVEL"),
        Leaf("grade", "text", "Vērtējums", missing="GRADE_CODE", wrong="GRADE_CODE", max_length=20),
        Leaf("grade_text", "text", "Vērtējums vārdiem", missing="GRADE_TEXT", max_length=40),
    ),
)
_EXAM = Group(
    "exam",
    (
        Leaf("code", "code", "Kods", wrong="EXAM_UNKNOWN", pattern="[A-Z][A-Z0-9]{0,9}"),
        Leaf("name", "text", "Nosaukums", max_length=200),
        _choice("kind", "Veids", "CE", "MD", "ST", "KVE", wrong="EXAM_KIND"),
        _level("Apguves līmenis", wrong="EXAM_LEVEL"),
        _date("date", "Datums"),
        Leaf("percent", "number", "Procenti", nullable=True, wrong="EXAM_PERCENT", least=0, most=100),
        Leaf("mark", "code", "Balles", nullable=True, wrong="EXAM_MARK", pattern="[1-9]|10"),
        _choice(
            "status",
            "Statuss",
            "nokartots",
            "nenokartots",
            "atbrivots",
            "aizstats",
            "neieradas",
            wrong="EXAM_STATUS",
        ),
        Leaf("certificate_no", "text", "Sertifikāta Nr.", nullable=True, max_length=40),
        Group(
            "replaced_by",
            (
                Leaf("institution", "text", "Testēšanas institūcija", max_length=100),
                _choice("cefr", "CEFR līmenis", "A1", "A2", "B1", "B2", "C1", "C2"),
            ),
            nullable=True,
        ),
    ),
)
SUBJECTS: Final = Listing("subjects", _SUBJECT, 80)
EXAMS: Final = Listing("exams", _EXAM, 30)
RECORD: Final = Group(
    "",
    (
        _choice("schema_version", "Shēmas versija", "1.0", wrong="SCHEMA_VERSION"),
        Leaf("record_id", "code", "Ieraksta ID", wrong="RECORD_ID_FORMAT", pattern="VIIS-[0-9]{4}-[0-9]{7}"),
        _choice("source_system", "Avota sistēma", "VIIS", "EKLASE", "MYKOOB"),
        Leaf("exported_at", "timestamp", "Eksporta laiks", wrong="DATE_INVALID", pattern=TIMESTAMP),
        _INSTITUTION,
        _LEARNER,
        _PROGRAMME,
        _COMPLETION,
        _DOCUMENT,
        SUBJECTS,
        EXAMS,
    ),
)


def leaves(group: Group, prefix: str = "") -> Iterator[tuple[str, Leaf]]:
    """Dotted path and leaf of every single-valued field of `group`, in order; lists are left out."""
    for member in group.members:
        if isinstance(member, Leaf):
            yield prefix + member.name, member
        elif isinstance(member, Group):
            yield from leaves(member, f"{prefix}{member.name}.")
