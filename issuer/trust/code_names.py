"""Words for the codes in a QR seal, Latvian and English, so that a verifier can show subjects and marks
offline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from issuer.catalogue.code_lists import CodeLists
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.reference import Reference
from issuer.catalogue.wording import Wording

Names: TypeAlias = "dict[str, dict[str, Bilingual]]"


def code_names(code_lists: CodeLists, reference: Reference, wording: Wording) -> Names:
    """`subjects`, `exams` and `marks`: code -> words. A code without words is left out and shown as itself."""
    lists = code_lists.as_dict()
    return {
        "subjects": _named(_codes(lists, "subjects"), lambda code: _subject(code, reference, wording)),
        "exams": _named(_codes(lists, "exams"), lambda code: _exam(code, reference, wording)),
        "marks": _named(
            _codes(lists, "marks"),
            lambda code: wording["marks"].get(code) or wording["exam_status"].get(code),
        ),
    }


def _codes(lists: Mapping[str, object], name: str) -> Iterable[str]:
    table = lists.get(name)
    return table if isinstance(table, dict) else ()


def _named(codes: Iterable[str], name_of: Callable[[str], Bilingual | None]) -> dict[str, Bilingual]:
    return {code: name for code in codes if (name := name_of(code)) is not None}


def _subject(code: str, reference: Reference, wording: Wording) -> Bilingual | None:
    """`MAT1`; `SV2/vācu`: a foreign language by name; `exam/ENG`: an examination without a percentage."""
    base, _, detail = code.partition("/")
    if base == "exam":
        return _exam(detail, reference, wording)
    subject = reference.subjects.get(base)
    if subject is None:
        return None
    language = wording["language"].get(detail, Bilingual(lv=detail, en=detail))
    return _with_detail(Bilingual(lv=subject.name_lv, en=subject.name_en), language)


def _exam(code: str, reference: Reference, wording: Wording) -> Bilingual | None:
    base, _, level = code.partition("/")
    exam = reference.exams.get(base)
    if exam is None:
        return None
    return _with_detail(
        Bilingual(lv=exam.name_lv, en=exam.name_en),
        wording["level"].get(level, Bilingual(lv=level, en=level)),
    )


def _with_detail(name: Bilingual, detail: Bilingual) -> Bilingual:
    if not detail["lv"]:
        return name
    return Bilingual(lv=f"{name['lv']} ({detail['lv']})", en=f"{name['en']} ({detail['en']})")
