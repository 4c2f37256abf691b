"""One line of `results.jsonl`: what became of one document, or of one row that yielded none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from issuer.findings import Finding

Outcome = Literal["sealed", "rejected", "skipped"]


@dataclass(frozen=True, slots=True)
class Result:
    """`path` and `qr_path` are relative to the output folder; both are None unless the outcome is `sealed`."""

    line: int
    record_id: str | None
    document_type: str | None
    outcome: Outcome
    credential_id: str | None = None
    path: str | None = None
    qr_path: str | None = None
    findings: Sequence[Finding] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, in the order a person reads it."""
        return {
            "line": self.line,
            "record_id": self.record_id,
            "document_type": self.document_type,
            "outcome": self.outcome,
            "credential_id": self.credential_id,
            "path": self.path,
            "qr_path": self.qr_path,
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def as_line(self) -> bytes:
        """One line of JSON with its line end."""
        return orjson.dumps(self.as_dict(), option=orjson.OPT_APPEND_NEWLINE)
