"""Texts with places that a record fills: "{document.series} {document.number}", "{exam.date:date}".

A place is a dotted path into the record (or `exam.…` for the examination of an exam certificate); after the colon may
stand a wording table (`level`, `exam_status`, …) or one of the forms `date`, `date_in` (locative), `number`.
Paths that must never leave the issuer are refused when the text is read, so no document type can disclose them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from issuer.catalogue.dates import date_text, date_text_locative
from issuer.catalogue.page_content import Bilingual
from issuer.errors import AtestatsError

_PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)(?::([a-z_]+))?\}")

NEVER_DISCLOSED = (
    "learner.citizenship",  # not needed to prove an education
    "learner.personal_code",  # has its own place, decided by `personal_code`
    "learner.alt_id",
    "learner.birth_date",
    "programme.code",  # digits 5–6 and the name tell of a disability; has its own place, `programme`
    "programme.name",
    "programme.licence_no",
    "programme.accreditation_no",
    "completion.class",
    "document.replaces.reason",
    "exam.reason",
)
"""Paths that a text of a document type may not name, nor anything above them (`learner`) or below them."""

Tables = Mapping[str, Mapping[str, Bilingual]]


class FieldMissingError(AtestatsError):
    """A document needs a field that the record does not have; `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "FIELD_MISSING",
            f"Ierakstā trūkst lauka „{path}”, kas dokumentam vajadzīgs.",
            f'The record lacks the field "{path}" that the document needs.',
            next_lv="Izlabojiet datus avota sistēmā.",
            next_en="Correct the data in the source system.",
        )
        self.path = path


def look_up(scope: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None when any step of it is absent or null."""
    value: Any = scope
    for step in path.split("."):
        if type(value) is not dict:  # JSON objects are dicts, and this runs a dozen times per document
            return None
        value = value.get(step)
    return value


def disclosable(path: str) -> bool:
    """Whether a text may name this path."""
    return not any(
        path == hidden or path.startswith(hidden + ".") or hidden.startswith(path + ".")
        for hidden in NEVER_DISCLOSED
    )


class Template:
    """One text, read once. `fill` gives its words; a missing value raises `FieldMissingError`."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, with the words for a person, on a place that is not understood or not allowed."""
        self.text = text
        self.places: list[tuple[str, str, str]] = []  # (path, form, literal text before)
        end = 0
        for match in _PLACE.finditer(text):
            self.places.append((match[1], match[2] or "", text[end : match.start()]))
            end = match.end()
        self.tail = text[end:]
        if re.search(r"[{}]", self.tail + "".join(before for _, _, before in self.places)):
            raise ValueError(text)

    def fill(self, scope: Mapping[str, Any], tables: Tables, language: str) -> str:
        """The text in "lv" or "en" with every place filled."""
        if not self.places:
            return self.text
        text = ""
        for path, form, before in self.places:
            value = look_up(scope, path)
            if value is None or value == "":
                raise FieldMissingError(path)
            written = value if not form and type(value) is str else _written(value, form, tables, language)
            text += before + written
        return text + self.tail


class BilingualTemplate:
    """The same text in Latvian and English."""

    def __init__(self, lv: Template, en: Template) -> None:
        self.lv = lv
        self.en = en
        self.has_places = bool(lv.places or en.places)
        self._fixed: Bilingual = {"lv": lv.text, "en": en.text}

    def fill(self, scope: Mapping[str, Any], tables: Tables) -> Bilingual:
        """Both texts; the same dict each time when nothing is to be filled in."""
        if not self.has_places:
            return self._fixed
        return {"lv": self.lv.fill(scope, tables, "lv"), "en": self.en.fill(scope, tables, "en")}


def _decimal(value: Any, language: str) -> str:
    """71.5 -> "71,5" in Latvian; whole numbers without a fraction."""
    text = f"{value:g}"
    return text.replace(".", ",") if language == "lv" else text


_FORMS: dict[str, Callable[[Any, str], str]] = {
    "": lambda value, _: str(value),
    "date": lambda value, language: _in(date_text(value), language),
    "date_in": lambda value, language: _in(date_text_locative(value), language),
    "number": _decimal,
}
FORMS = frozenset(_FORMS) - {""}
"""Names that may stand after the colon beside the names of wording tables."""


def _in(text: Bilingual, language: str) -> str:
    return text["lv"] if language == "lv" else text["en"]


def _written(value: Any, form: str, tables: Tables, language: str) -> str:
    if form in _FORMS:
        return _FORMS[form](value, language)
    words = tables[form].get(str(value))
    return str(value) if words is None else _in(words, language)
