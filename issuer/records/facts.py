"""What the checks of one record share: its sections, and what follows from them alone.

    facts = Facts(record, registers, as_of="2037-07-31")

A field that is None was absent or unusable and has been reported; a check that needs it stays silent.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from issuer.records.calendar import SchoolYear, school_year
from issuer.records.registers import Licence, Registers, School

REPORT: Final = "LIECIBA"  # the statement of marks for those who have not completed


class Level(NamedTuple):
    """What the beginning of a programme code says: the document it leads to, the grade it ends with (None where it
    ends with no grade of the general school), the LQF level (None: not by the code alone), and whether it leads to a
    qualification.
    """

    document_type: str
    grade: int | None
    lqf: int | None
    vocational: bool


# First two digits of a programme code (Cabinet Regulations No 322/2017): level of education and kind of programme.
# 20 and 30 are further vocational education (tālākizglītība), which leads to a qualification alone.
LEVELS: Final = {
    "20": Level("APL_PKV", None, None, vocational=True),
    "21": Level("APL_VPI", 9, None, vocational=False),
    "22": Level("APL_PPI", None, 2, vocational=True),
    "30": Level("APL_PKV", None, None, vocational=True),
    "31": Level("ATE_VVI", 12, 4, vocational=False),
    "32": Level("ATE_ARO", None, 3, vocational=True),
    "33": Level("DIP_PVI", 12, 4, vocational=True),
}
SPECIAL: Final = "21015"
_NONE: Final[dict[str, Any]] = {}


class Facts:
    """One record in the hands of the checks."""

    __slots__ = (
        "as_of",
        "code",
        "completed",
        "completion",
        "curriculum",
        "document",
        "document_type",
        "due_type",
        "exams",
        "institution",
        "issued",
        "kind",
        "learner",
        "level",
        "licence",
        "numbers_later",
        "programme",
        "registers",
        "result",
        "school",
        "subjects",
        "vocational",
        "year",
    )

    def __init__(
        self, record: dict[str, Any], registers: Registers, as_of: str, *, numbers_later: bool = False
    ) -> None:
        self.registers = registers
        self.as_of = as_of
        self.numbers_later = numbers_later
        self.institution: dict[str, Any] = record.get("institution") or _NONE
        self.learner: dict[str, Any] = record.get("learner") or _NONE
        self.programme: dict[str, Any] = record.get("programme") or _NONE
        self.completion: dict[str, Any] = record.get("completion") or _NONE
        self.document: dict[str, Any] | None = record.get("document")
        self.subjects: list[dict[str, Any] | None] | None = record.get("subjects")
        self.exams: list[dict[str, Any] | None] | None = record.get("exams")

        self.result: str | None = self.completion.get("result")
        self.completed = self.result == "completed"
        self.code: str | None = self.programme.get("code")
        self.level: Level | None = LEVELS.get(self.code[:2]) if self.code else None
        self.vocational = self.level is not None and self.level.vocational
        # Special programmes: 2101 followed by the kind, 51 to 59; "" for all others, None when the code is unknown.
        self.kind: str | None = (
            None if self.code is None else self.code[4:6] if self.code.startswith(SPECIAL) else ""
        )
        self.curriculum: str | None = self.programme.get("curriculum")
        years = self.completion.get("school_year")
        self.year: SchoolYear | None = school_year(years) if years else None
        self.document_type: str | None = self.document.get("type") if self.document else None
        self.issued: str | None = self.document.get("issue_date") if self.document else None
        # The type whose rules the marks and exams are held against.
        if self.document_type in registers.reference.document_type_names and self.document_type != REPORT:
            self.due_type = self.document_type
        else:
            self.due_type = self.level.document_type if self.level else None
        self.school: School | None = registers.schools.get(self.institution.get("reg_no", ""))
        self.licence: Licence | None = (
            self.school.licences.get(self.code) if self.school and self.code else None
        )
