"""Does a record have the agreed structure? A fast yes from the JSON Schema; a full account of every field otherwise.

    structure = Structure()
    record, findings = structure.examine(anything)

`examine` hands back a record with the known fields only. A field that cannot be used is None in it, so later checks
treat "wrong" and "absent" alike and stay silent about what was reported here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import jsonschema_rs

from issuer.findings import Finding
from issuer.records.calendar import is_date, is_timestamp
from issuer.records.fields import EXAMS, FREE_TEXT, RECORD, SUBJECTS, Group, Leaf, Listing
from issuer.records.messages import say
from issuer.records.names import faults_in_name, tidied
from issuer.records.personal_code import fault_in
from issuer.records.schema import record_schema

Record = dict[str, Any]

_FREE_TEXT = re.compile(FREE_TEXT)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_AROUND = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff"
_EXPECTED: Final = {
    "integer": ("vesels skaitlis", "a whole number"),
    "number": ("skaitlis", "a number"),
}
_SIZES: Final = {member.name: len(member.members) for member in RECORD.members if isinstance(member, Group)}
_SUBJECT_SIZE: Final = len(SUBJECTS.item.members)
_EXAM_SIZE: Final = len(EXAMS.item.members)


class Structure:
    """The compiled schema and the table walk behind it. Stateless; one per process is enough."""

    def __init__(self) -> None:
        self._schema = jsonschema_rs.validator_for(record_schema())

    def conforms(self, value: object) -> bool:
        """Whether `examine` would find nothing (about 15 µs)."""
        try:
            return self._schema.is_valid(value) and _exact(value)
        except ValueError:  # a value that JSON does not have
            return False

    def examine(self, value: Mapping[str, Any]) -> tuple[Record, list[Finding]]:
        """The record with all its known fields, unusable ones as None, and what is wrong with each."""
        if self.conforms(value):
            return (dict(value) if _complete(value) else project(value)), []
        findings: list[Finding] = []
        record = _group(RECORD, value, "", findings)
        return record or {}, findings


def examine_group(group: Group, value: Mapping[str, Any]) -> tuple[Record, list[Finding]]:
    """The same for a record of another form: its known fields, and what is wrong with each."""
    findings: list[Finding] = []
    return _group(group, value, "", findings) or {}, findings


def project(value: Mapping[str, Any]) -> Record:
    """The known fields of a record as given, absent ones as None, percents as floats; nothing else is kept."""
    return _known(RECORD, value)


def _known(group: Group, value: Mapping[str, Any]) -> Record:
    known: Record = {}
    for member in group.members:
        name = member.name
        given = value.get(name)
        if given is None:
            known[name] = None
        elif type(member) is Leaf:
            if member.kind == "number" and type(given) is int:
                given = float(given)
            known[name] = given if isinstance(given, str | int | float) else None
        elif type(member) is Group:
            known[name] = _known(member, given) if isinstance(given, Mapping) else None
        elif type(member) is Listing:
            items = given if isinstance(given, list) else ()
            known[name] = [_known(member.item, item) if isinstance(item, Mapping) else None for item in items]
    return known


def _exact(value: Any) -> bool:
    """What JSON Schema cannot say: the days exist, whole numbers are integers, percents have one decimal."""
    programme, completion, document = value["programme"], value["completion"], value.get("document")
    qualification = programme.get("qualification")
    return (
        is_date(value["learner"]["birth_date"])
        and is_date(programme["start_date"])
        and is_date(completion["date"])
        and is_date(completion["order_date"])
        and is_timestamp(value["exported_at"])
        and type(programme["lqf_level"]) is int
        and type(completion["grade"]) is int
        and (
            qualification is None
            or (type(qualification["level"]) is int and type(qualification["lqf_level"]) is int)
        )
        and (document is None or _exact_document(document))
        and all(is_date(exam["date"]) and _one_decimal(exam.get("percent")) for exam in value["exams"])
        and not _name_faults(value["learner"])
    )


def _exact_document(document: Any) -> bool:
    replaces = document.get("replaces")
    return is_date(document["issue_date"]) and (replaces is None or is_date(replaces["issue_date"]))


def _one_decimal(percent: float | None) -> bool:
    return percent is None or round(percent, 1) == percent


def _name_faults(learner: Any) -> bool:
    original = learner.get("original_name")
    return bool(
        faults_in_name(learner["given_names"])
        or faults_in_name(learner["family_name"])
        or (
            original is not None
            and (
                faults_in_name(original["given_names"], original=True)
                or faults_in_name(original["family_name"], original=True)
            )
        )
    )


def _complete(value: Mapping[str, Any]) -> bool:
    """Whether every nullable field is spelt out, so that the record can be handed on as it is."""
    document = value.get("document")
    return (
        len(value) == len(RECORD.members)
        and len(value["learner"]) == _SIZES["learner"]
        and len(value["programme"]) == _SIZES["programme"]
        and (document is None or len(document) == _SIZES["document"])
        and all(len(subject) == _SUBJECT_SIZE for subject in value["subjects"])
        and all(len(exam) == _EXAM_SIZE for exam in value["exams"])
    )


def _group(group: Group, value: Any, path: str, findings: list[Finding]) -> Record | None:
    if value is None:
        if not group.nullable:
            findings.append(say(group.missing, path))
        return None
    if not isinstance(value, Mapping):
        findings.append(say("TYPE", path, expected_lv="objekts", expected_en="an object"))
        return None
    prefix = f"{path}." if path else ""
    known: Record = {}
    for member in group.members:
        given, place = value.get(member.name), prefix + member.name
        if isinstance(member, Leaf):
            known[member.name] = _leaf(member, given, place, findings)
        elif isinstance(member, Group):
            known[member.name] = _group(member, given, place, findings)
        else:
            known[member.name] = _listing(member, given, place, findings)
    if len(value) != len(known) or value.keys() != known.keys():
        for key in value.keys() - known.keys():
            shown = key if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else "?"
            findings.append(say("EXTRA_FIELD", prefix + shown))
    return known


def _listing(listing: Listing, value: Any, path: str, findings: list[Finding]) -> list[Record | None] | None:
    if value is None:
        findings.append(say(listing.missing, path))
        return None
    if not isinstance(value, list):
        findings.append(say("TYPE", path, expected_lv="saraksts", expected_en="a list"))
        return None
    if len(value) > listing.max_items:
        findings.append(say("TOO_LONG.list", path, limit=listing.max_items))
        return None
    return [_group(listing.item, item, f"{path}[{n}]", findings) for n, item in enumerate(value)]


def _leaf(leaf: Leaf, value: Any, path: str, findings: list[Finding]) -> Any:
    if value is None or (isinstance(value, str) and not value.strip(_AROUND) and not leaf.nullable):
        if not leaf.nullable:
            findings.append(say(_missing_key(leaf), path))
        return None
    if leaf.kind in ("integer", "number"):
        return _number(leaf, value, path, findings)
    if not isinstance(value, str):
        if leaf.kind in ("date", "timestamp"):
            findings.append(say(_wrong_key(leaf, ""), path))
        else:
            findings.append(say("TYPE", path, expected_lv="teksts", expected_en="text"))
        return None
    if leaf.kind in ("text", "name", "original"):
        if not value.strip(_AROUND):
            findings.append(say("TEXT_SPACE.blank", path))
            return None
        return _text(leaf, value, path, findings)
    if leaf.allowed is not None:
        fits = value in leaf.allowed
    elif leaf.kind == "date":
        fits = is_date(value)
    elif leaf.kind == "timestamp":
        fits = is_timestamp(value)
    else:
        assert leaf.pattern is not None
        fits = len(value) <= leaf.max_length and re.fullmatch(leaf.pattern, value) is not None
    if fits:
        return value
    findings.append(_wrong(leaf, value, path))
    return None


def _number(leaf: Leaf, value: Any, path: str, findings: list[Finding]) -> int | float | None:
    whole = leaf.kind == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        lv, en = _EXPECTED[leaf.kind]
        findings.append(say("TYPE", path, expected_lv=lv, expected_en=en))
        return None
    assert leaf.least is not None
    assert leaf.most is not None
    if not leaf.least <= value <= leaf.most or not (whole or _one_decimal(value)):
        findings.append(say(_wrong_key(leaf, ""), path))
        return None
    return int(value) if whole else float(value)


def _text(leaf: Leaf, value: str, path: str, findings: list[Finding]) -> str | None:
    if len(value) > leaf.max_length:
        findings.append(say("TOO_LONG", path, limit=leaf.max_length))
        return None
    if leaf.kind == "text":
        keys = () if _FREE_TEXT.fullmatch(value) else _text_faults(value)
    else:
        keys = faults_in_name(value, leaf.kind == "original")
    coded = leaf.wrong != "VALUE_NOT_ALLOWED"  # a mark in Arabic digits is no mark, whatever its letters are
    findings += [say(leaf.wrong if coded and key == "TEXT_CHARS" else key, path) for key in keys]
    if any(key.startswith(("NAME_CHARS", "TEXT_CHARS")) for key in keys):
        return None
    return (tidied(value) if keys else value) or None


def _text_faults(value: str) -> tuple[str, ...]:
    keys = []
    composed = unicodedata.normalize("NFC", value)
    tidy = tidied(value)
    if composed != value:
        keys.append("TEXT_NFC")
    if tidy != composed:
        keys.append("TEXT_SPACE")
    if tidy and not _FREE_TEXT.fullmatch(tidy):
        keys.append("TEXT_CHARS")
    return tuple(keys) or ("TEXT_CHARS",)


def _missing_key(leaf: Leaf) -> str:
    return "GRADE_TEXT.missing" if leaf.missing == "GRADE_TEXT" else leaf.missing


def _wrong(leaf: Leaf, value: str, path: str) -> Finding:
    if leaf.wrong == "PK_FORMAT":
        key, values = fault_in(value)
        return say(key, path, **values)
    if leaf.wrong == "VALUE_NOT_ALLOWED":
        stripped = value.strip(_AROUND)
        if leaf.allowed is not None and stripped != value and stripped in leaf.allowed:
            return say("VALUE_NOT_ALLOWED.space", path)
        if leaf.allowed is not None and len(leaf.allowed) <= 8:
            return say("VALUE_NOT_ALLOWED", path, allowed=", ".join(sorted(leaf.allowed)))
        return say("VALUE_NOT_ALLOWED.list", path)
    return say(_wrong_key(leaf, value), path)


def _wrong_key(leaf: Leaf, value: str) -> str:
    """The wording for an unacceptable value; digits that a spreadsheet may have eaten get a text of their own."""
    short = value.isascii() and value.isdigit()
    match leaf.wrong:
        case "INST_UNKNOWN":
            return "INST_UNKNOWN.zero" if short and len(value) < 10 else "INST_UNKNOWN.format"
        case "DOC_NUMBER_FORMAT" if short and leaf.name == "number" and 3 <= len(value) < 6:
            return "DOC_NUMBER_FORMAT.zero"
        case "DATE_INVALID" if leaf.kind == "timestamp":
            return "DATE_INVALID.time"
        case "DATE_INVALID" if short and len(value) == 5:
            return "DATE_INVALID.serial"
        case "LQF":
            return "LQF.range"
        case "ISCED":
            return "ISCED.format"
        case "GRADE_PROG":
            return "GRADE_PROG.range"
    return leaf.wrong
