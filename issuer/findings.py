"""The result of one check: stable code, severity, place and message in Latvian and English.

Records, credentials and documents are all judged by functions that return a list of findings; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `path` is dotted, list places as `[n]` from 0 (`subjects[3].grade`); "" is the whole thing."""

    code: str
    severity: Severity
    path: str
    message_lv: str
    message_en: str

    def as_dict(self) -> dict[str, str]:
        """The JSON form that reports carry."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "message_lv": self.message_lv,
            "message_en": self.message_en,
        }


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding forbids going on."""
    return any(finding.severity == "error" for finding in findings)
