"""Who acts, in which role, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from issuer.register.life import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at work. `subject` names them in the audit trail: an account, a client or a process, never a learner.

    What the role is limited to: `reg_no` for a school's people and systems, `municipality` (ATVK code) for an education
    board, `document_types` for an exam body; None where it is not limited in that way.
    """

    subject: str
    role: Role
    reg_no: str | None = None
    municipality: str | None = None
    document_types: frozenset[str] | None = None
    name: str = ""


SYSTEM = Actor("system", "system")
"""The register's own work: sealing what was approved, delivering, publishing."""
