"""The verdict on one file: nine checks in a fixed order and what follows from them.

Three values, as in ETSI EN 319 102-1, 5.1.3: `passed`, `failed`, and `indeterminate` when what is known
suffices for neither. A check that was not made is `skipped` and says why; it never makes a verdict better or
worse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from issuer.verify.evidence import SealEvidence

Status = Literal["passed", "failed", "indeterminate", "skipped"]
Outcome = Literal["passed", "failed", "indeterminate"]
Kind = Literal["edc", "qr"]
CheckName = Literal[
    "format", "seal", "certificate", "time", "revocation", "authority", "validity", "status", "log"
]

CHECKS: Final[tuple[CheckName, ...]] = (
    "format", "seal", "certificate", "time", "revocation", "authority", "validity", "status", "log",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `detail` is for machines and holds at least `code`; never personal data."""

    check: CheckName
    status: Status
    message_lv: str
    message_en: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable code of the finding, such as `SEAL_INTACT` or `CERT_NO_PATH`."""
        return str(self.detail["code"])

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "check": self.check,
            "status": self.status,
            "message": {"lv": self.message_lv, "en": self.message_en},
            "detail": dict(self.detail),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` says. `document` is what may be shown, and None unless the seal stands.

    `evidence` is what was found in a sealed file that could be read; `explain` puts it into words.
    """

    kind: Kind
    checks: tuple[Check, ...]
    as_of: dt.datetime
    document: Mapping[str, Any] | None = None
    policy: str = "default"
    evidence: SealEvidence | None = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> Outcome:
        """Any failed check fails; else any indeterminate one leaves it open; else it passed."""
        statuses = {check.status for check in self.checks}
        if "failed" in statuses:
            return "failed"
        if "indeterminate" in statuses or "passed" not in statuses:
            return "indeterminate"
        return "passed"

    def check(self, name: CheckName) -> Check:
        """The check of that name."""
        return next(check for check in self.checks if check.check == name)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: verdict, policy, kind, checks, as_of, document."""
        return {
            "verdict": self.verdict,
            "policy": self.policy,
            "kind": self.kind,
            "checks": [check.as_dict() for check in self.checks],
            "as_of": self.as_of.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "document": dict(self.document) if self.document is not None else None,
        }
