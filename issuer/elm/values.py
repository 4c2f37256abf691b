"""Checks of single values that are not nodes: text in languages, datatypes, embedded media."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import Any

from issuer.elm import lexical
from issuer.elm.membership import code
from issuer.elm.messages import Findings
from issuer.elm.terms import Rule

_JSON_NAMES = {
    dict: "{…}",
    list: "[…]",
    str: "“…”",
    bool: "true/false",
    int: "123",
    float: "1.5",
    type(None): "null",
}

_LARGEST = 2**53 - 1

_MAGIC = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "PDF": b"%PDF-", "GIF": b"GIF8"}


def json_name(value: object) -> str:
    """What kind of JSON value this is, as a sign that needs no translation and shows nothing of the value."""
    return _JSON_NAMES.get(type(value), "?")


def check_text(text: str, path: str, findings: Findings) -> None:
    """Characters and normal form of one text that people read."""
    if not text or text.isspace():
        findings.note("TEXT_EMPTY", path)
    elif not text.isprintable() and lexical.has_forbidden_character(text):
        findings.note("TEXT_CONTROL", path)
    elif not text.isascii():
        if lexical.has_direction_mark(text):
            findings.note("TEXT_DIRECTION", path)
        if not lexical.is_composed(text):
            findings.note("TEXT_DECOMPOSED", path)


def check_languages(rule: Rule, value: object, path: str, findings: Findings) -> int:
    """A language map `{"lv": "...", "en": "..."}`; returns how many texts it holds."""
    if not isinstance(value, dict):
        findings.note("VALUE_TYPE", path, expected='{"lv": "…"}', found=json_name(value))
        return 0
    count = 0
    seen: set[str] = set()
    for tag, texts in value.items():
        if not lexical.is_language_tag(tag):
            findings.note("LANGUAGE_TAG", path, tag=printable(tag))
            continue
        many = texts if isinstance(texts, list) else [texts]
        if tag.lower() in seen or (rule.kind == "text" and len(many) > 1):
            findings.note("LANGUAGE_REPEATS", f"{path}.{tag}", tag=tag)
        seen.add(tag.lower())
        if not many:
            findings.note("LIST_EMPTY", f"{path}.{tag}")
        for text in many:
            count += 1
            if isinstance(text, str):
                check_text(text, f"{path}.{tag}", findings)
            else:
                findings.note("VALUE_TYPE", f"{path}.{tag}", expected="“…”", found=json_name(text))
    return count


def check_plain(rule: Rule, value: object, path: str, findings: Findings) -> None:
    """A literal of rule.kind: string, dateTime, duration, numbers, boolean, anyURI, iri."""
    if value is None:
        findings.note("NULL_VALUE", path)
        return
    _CHECKS.get(rule.kind, _check_string)(rule, value, path, findings)


def media_problem(node: dict[str, Any]) -> str | None:
    """MEDIA_BASE64 or MEDIA_TYPE when a MediaObject's content is not what the node says, else None."""
    content = node.get("content")
    if not content or not isinstance(content, str) or code(node.get("contentEncoding")) != "6146cde7dd":
        return None
    try:
        data = binascii.a2b_base64(content, strict_mode=True)
    except ValueError:
        return "MEDIA_BASE64"
    magic = _MAGIC.get(code(node.get("contentType")))
    return "MEDIA_TYPE" if magic and not data.startswith(magic) else None


def printable(text: str) -> str:
    """A stranger's key or name, safe to show: short, no control characters."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:40])


def _check_string(_: Rule, value: object, path: str, findings: Findings) -> None:
    if not isinstance(value, str):
        findings.note("VALUE_TYPE", path, expected="“…”", found=json_name(value))
    else:
        check_text(value, path, findings)


def _check_date_time(_: Rule, value: object, path: str, findings: Findings) -> None:
    if not isinstance(value, str):
        findings.note("VALUE_TYPE", path, expected="xsd:dateTime", found=json_name(value))
    elif not lexical.is_date_time(value):
        findings.note("DATETIME_BAD", path)
    elif not lexical.has_zone(value):
        findings.note("DATETIME_ZONE", path)


def _check_duration(_: Rule, value: object, path: str, findings: Findings) -> None:
    if not isinstance(value, str):
        findings.note("VALUE_TYPE", path, expected="xsd:duration", found=json_name(value))
    elif not lexical.is_duration(value):
        findings.note("DURATION_BAD", path)


def _check_uri(_: Rule, value: object, path: str, findings: Findings) -> None:
    if not isinstance(value, str):
        findings.note("VALUE_TYPE", path, expected="URI", found=json_name(value))
    elif not lexical.is_iri(value):
        findings.note("URI_BAD", path)


def _check_boolean(_: Rule, value: object, path: str, findings: Findings) -> None:
    if not isinstance(value, bool) and value not in ("true", "false"):
        findings.note("VALUE_TYPE", path, expected="xsd:boolean", found=json_name(value))


def _check_integer(rule: Rule, value: object, path: str, findings: Findings) -> None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        findings.note("VALUE_TYPE", path, expected=f"xsd:{rule.kind}", found=json_name(value))
        return
    if isinstance(value, str) and not lexical.is_integer(value):
        findings.note("NUMBER_BAD", path, expected=f"xsd:{rule.kind}")
        return
    number = int(value)
    if abs(number) > _LARGEST or (rule.kind == "positiveInteger" and number < 1):
        findings.note("NUMBER_BAD", path, expected=f"xsd:{rule.kind}")
    elif rule.greatest is not None and number > rule.greatest:
        findings.note("NUMBER_RANGE", path, greatest=rule.greatest)


def _check_decimal(_: Rule, value: object, path: str, findings: Findings) -> None:
    """A JSON fraction is refused: JSON-LD writes it with an exponent, which xsd:decimal does not have."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        findings.note("VALUE_TYPE", path, expected="xsd:decimal", found=json_name(value))
    elif not (lexical.is_decimal(value) if isinstance(value, str) else abs(value) <= _LARGEST):
        findings.note("NUMBER_BAD", path, expected="xsd:decimal")


_CHECKS: dict[str, Callable[[Rule, object, str, Findings], None]] = {
    "dateTime": _check_date_time,
    "duration": _check_duration,
    "anyURI": _check_uri,
    "iri": _check_uri,
    "boolean": _check_boolean,
    "integer": _check_integer,
    "positiveInteger": _check_integer,
    "decimal": _check_decimal,
}
