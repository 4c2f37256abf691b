"""The claims of the QR seal EC1 that come from the document; numbers are those of the code lists.

No personal code, nothing of a special programme: the same facts as the credential, only fewer. Marks and examination
results are for the full code; the core code leaves both out.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from issuer.catalogue.reference import Institution
from issuer.credential.facts import Facts
from issuer.credential.issuing import CompositionError, Issuing

_LONGEST_PROGRAMME_CODE = 16


def qr_claims(facts: Facts, issuing: Issuing) -> dict[str, Any]:
    """Keyword arguments of `issuer.seal.ec1_claims.Claims`, all but the times, the reference and the digest.

    `subjects`: pairs (subject number, or its code as text when the lists do not have it; mark number).
    `exams`: pairs (examination number, tenths of a per cent). An examination without a percentage is among the
    subjects, as `exam/<code>` with its mark or status, so that nothing is dropped silently. `eqf_level` is that of
    the record's main document, None when it has none.
    """
    number = issuing.code_lists.document_type_number(facts.document_type.code)
    if number is None:
        raise _unknown("document_types", facts.document_type.code)
    school = facts.bodies.awarding if isinstance(facts.bodies.awarding, Institution) else facts.bodies.issuing
    subjects: list[tuple[int | str, int]] = [
        (_subject(result.list_code, result.code, issuing), _mark(result.mark, issuing))
        for result in facts.subjects
    ]
    exams: list[tuple[int, int]] = []
    for exam in facts.exams:
        if exam.tenths is None:
            code = f"exam/{exam.code}"
            subjects.append((_subject(code, code, issuing), _mark(exam.mark or exam.status_code, issuing)))
            continue
        code = f"{exam.code}/{exam.level_code}" if exam.level_code else exam.code
        exam_number = issuing.code_lists.exam_number(code)
        if exam_number is None:
            raise _unknown("exams", code)
        exams.append((exam_number, exam.tenths))
    return {
        "given_names": facts.given_names,
        "family_name": facts.family_name,
        "date_of_birth": dt.date.fromisoformat(facts.birth_date),
        "school_name": school.name,
        "school_reg_no": school.reg_no,
        "document_type": number,
        "series": facts.series_part,
        "number": facts.number_part,
        "completed": dt.date.fromisoformat(facts.completed),
        "programme_code": facts.programme.code[:_LONGEST_PROGRAMME_CODE] if facts.programme else "",
        "eqf_level": facts.main_level,
        "subjects": tuple(subjects),
        "exams": tuple(exams),
    }


def _subject(list_code: str, code: str, issuing: Issuing) -> int | str:
    lists = issuing.code_lists
    found = lists.subject_number(list_code)
    if found is None:
        found = lists.subject_number(code)
    return code if found is None else found


def _mark(mark: str, issuing: Issuing) -> int:
    found = issuing.code_lists.mark_number(mark)
    if found is None:
        raise _unknown("marks", mark)
    return found


def _unknown(table: str, code: str) -> CompositionError:
    return CompositionError(
        "CODE_WITHOUT_NUMBER",
        f"Kodam „{code}” QR kodu sarakstā „{table}” nav numura.",
        f'The code "{code}" has no number in the QR code list "{table}".',
        next_lv="Pievienojiet to datnes code_lists.toml beigās.",
        next_en="Add it at the end of its table in code_lists.toml.",
    )
