"""The life of a document: which step may follow which, and who may take it.

    draft → prepared → approved → sealed → registered → delivered
    registered, delivered → suspended → back, or replaced | annulled;  drafts → withdrawn

The rules are rows of `transition_rule`, so that the database refuses what is not among them, whoever asks. A step from
a state to itself is a change of content (a corrected draft, evidence added to a seal).
"""

from __future__ import annotations

from typing import Final, Literal

State = Literal[
    "draft",
    "prepared",
    "approved",
    "sealed",
    "registered",
    "delivered",
    "suspended",
    "replaced",
    "annulled",
    "withdrawn",
]
Role = Literal[
    "clerk", "director", "municipality", "exam_body", "operator", "ikvd", "auditor", "source", "system"
]

ROLES: Final[tuple[Role, ...]] = (
    "clerk",
    "director",
    "municipality",
    "exam_body",
    "operator",
    "ikvd",
    "auditor",
    "source",
    "system",
)
"""`source` is a connected system that sends records; `system` the register's own work (sealing, delivery)."""

ISSUED: Final[frozenset[State]] = frozenset(("registered", "delivered"))
SEALED: Final[frozenset[State]] = ISSUED | {"sealed", "suspended", "replaced", "annulled"}
ENDED: Final[frozenset[State]] = frozenset(("replaced", "annulled", "withdrawn"))

_PREPARING: Final = ("clerk", "director", "municipality", "exam_body", "operator")
_APPROVING: Final = ("director", "municipality", "exam_body", "operator")
_SENDING: Final = (*_PREPARING, "source", "system")

_STEPS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("", "draft", _SENDING),
    ("draft", "draft", _SENDING),
    ("draft", "prepared", _PREPARING),
    ("prepared", "draft", _SENDING),
    ("prepared", "approved", _APPROVING),
    ("approved", "draft", _SENDING),
    ("approved", "prepared", _APPROVING),
    ("draft", "withdrawn", _SENDING),
    ("prepared", "withdrawn", _PREPARING),
    ("approved", "withdrawn", _APPROVING),
    ("approved", "sealed", ("system",)),
    ("sealed", "sealed", ("system",)),
    ("sealed", "registered", ("system",)),
    ("registered", "registered", ("system",)),
    ("registered", "delivered", ("system",)),
    ("delivered", "delivered", ("system",)),
    ("registered", "suspended", _APPROVING),
    ("delivered", "suspended", _APPROVING),
    ("suspended", "suspended", ("system",)),
    ("suspended", "registered", _APPROVING),
    ("suspended", "delivered", _APPROVING),
    ("suspended", "annulled", _APPROVING),
    ("suspended", "replaced", ("system",)),
    ("registered", "annulled", _APPROVING),
    ("delivered", "annulled", _APPROVING),
    ("registered", "replaced", ("system",)),
    ("delivered", "replaced", ("system",)),
    ("replaced", "replaced", ("system",)),
    ("annulled", "annulled", ("system",)),
)

RULES: Final[frozenset[tuple[str, str, str]]] = frozenset(
    (before, after, role) for before, after, roles in _STEPS for role in roles
)
"""(from, to, role): what `transition_rule` must hold."""


def may(role: str, before: str, after: str) -> bool:
    """Whether somebody in this role may take a document from `before` to `after`."""
    return (before, after, role) in RULES
