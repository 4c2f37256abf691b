"""A verdict in words, Latvian first, for a terminal or a plain pipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from issuer.verify.explain import Step
from issuer.verify.verdict import Verdict

_SIGNS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "indeterminate": ("?", "yellow"),
    "skipped": ("–", None),
}
_VERDICTS = {
    "passed": "DERĪGS / PASSED",
    "failed": "NEDERĪGS / FAILED",
    "indeterminate": "NAV NOSAKĀMS / INDETERMINATE",
}
_CHECKS = {
    "format": "formāts / format",
    "seal": "zīmogs / seal",
    "certificate": "sertifikāts / certificate",
    "time": "laiks / time",
    "revocation": "atsaukšana / revocation",
    "authority": "tiesības / authority",
    "validity": "derīgums / validity",
    "status": "statuss / status",
    "log": "žurnāls / log",
}


def describe(name: str, verdict: Verdict, steps: Sequence[Step] = ()) -> str:
    """Several lines: the verdict, each check with its reason in both languages, the document if it may be shown, and
    the evidence when it was asked for.
    """
    sign, colour = _SIGNS[verdict.verdict]
    lines = [click.style(f"{sign} {_VERDICTS[verdict.verdict]}", fg=colour, bold=True) + f"  {name}"]
    for check in verdict.checks:
        sign, colour = _SIGNS[check.status]
        lines.append(f"  {click.style(sign, fg=colour)} {_CHECKS[check.check]:<26} {check.message_lv}")
        lines.append(f"    {'':<26} {check.message_en}")
    if verdict.document is not None:
        lines += [f"    {caption:<26} {value}" for caption, value in _facts(verdict.document) if value]
    if steps:
        lines.append("  pierādījumi / evidence")
    for number, step in enumerate(steps, 1):
        lines += [f"  {number:>4}. {step.lv}", f"        {step.en}"]
    return "\n".join(lines)


def _facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    holder = document["holder"]
    names = f"{holder['given_names'] or ''} {holder['family_name'] or ''}".strip()
    register = document["register"]
    return [
        ("dokuments / document", _both(document["title"])),
        ("  reģistrā / in register", _unless_same(register["type"], document["title"])),
        ("numurs / number", _clean(document["number"] or "")),
        ("turētājs / holder", _clean(f"{names}, {holder['date_of_birth']}")),
        ("piešķīra / awarded by", _both(document["awarded_by"])),
        ("  reģistrā / in register", _unless_same(register["awarded_by"], document["awarded_by"])),
        ("apzīmogoja / sealed by", _both(document.get("sealer", {}).get("name", {}))),
    ]


def _unless_same(registered: Mapping[str, str] | None, own: Mapping[str, str]) -> str:
    """The register's words where the document's own, which its sealer chose, are others."""
    if registered is None or registered.get("lv") == own.get("lv"):
        return ""
    return _both(registered)


def _both(texts: Mapping[str, str]) -> str:
    return _clean(" / ".join(dict.fromkeys(text for text in (texts.get("lv"), texts.get("en")) if text)))


def _clean(text: str) -> str:
    """Without control characters: a sealed text must not steer the terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
