"""A record on its way in: as it was read, and as it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from issuer.findings import Finding, has_errors

Decision = Literal["issue", "review", "reject", "no_document"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the source. `line` counts from 1; `record` is None where nothing could be read.

    `record` may hold fields that the schema does not know; only judged rows are free of them.
    """

    line: int
    record: dict[str, Any] | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row with its verdict. `record` holds the known fields only, unusable ones as None; None where unreadable."""

    line: int
    record_id: str | None
    record: dict[str, Any] | None
    findings: list[Finding] = field(default_factory=list)
    decision: Decision = "reject"

    def as_report(self) -> dict[str, Any]:
        """The row's line in the report."""
        return {
            "line": self.line,
            "record_id": self.record_id,
            "decision": self.decision,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def decision(record: Mapping[str, Any] | None, findings: Iterable[Finding]) -> Decision:
    """What happens with a row.

    `reject`: at least one error. `no_document`: in order, but the learner did not complete (a record that is no school
    record has no completion). `review`: warnings only, a
    clerk confirms. `issue`: nothing to say.
    """
    found = list(findings)
    if record is None or has_errors(found):
        return "reject"
    if "completion" in record and (record["completion"] or {}).get("result") != "completed":
        return "no_document"
    return "review" if found else "issue"
