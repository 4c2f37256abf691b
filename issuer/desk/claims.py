"""From the claims of an ID token to somebody the desk knows: subject, name, and roles if the provider tells them.

    role_claim = "atestats"                   [[login.roles]]  value = "sekretars"  role = "clerk"
    "atestats": ["sekretars:9937900001"]  →  clerk of the institution 9937900001

A value is `name` or `name:limit`; the limit is a registration number (clerk, director), an ATVK code (municipality) or
document types with commas (exam_body). What is not understood gives no access, silently: the next role may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from issuer.desk.settings import DeskError, Login
from issuer.desk.visitor import PEOPLE, Grant

_REG_NO: Final = re.compile(r"[0-9]{10}")
_ATVK: Final = re.compile(r"LV[0-9A-Z]{4,8}|[0-9]{4,9}")
_TYPES: Final = re.compile(r"[A-Z][A-Z0-9_]*(,[A-Z][A-Z0-9_]*)*")
_UNLIMITED: Final = frozenset(("operator", "ikvd", "auditor"))


def user_of(claims: Mapping[str, Any], login: Login) -> dict[str, Any]:
    """What the session keeps of a person; raises `DeskError` LOGIN_CLAIMS when there is no usable subject."""
    subject = claims.get(login.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= 200:
        raise DeskError(
            "LOGIN_CLAIMS",
            "Pieteikšanās sniedzējs nenosauca lietotāju.",
            "The login provider did not name the user.",
            next_lv="Ziņojiet uzturētājam: [login] subject_claim.",
            next_en="Tell the operator: [login] subject_claim.",
        )
    name = claims.get(login.name_claim)
    return {
        "subject": subject,
        "name": name if isinstance(name, str) and name.strip() else subject,
        "grants": [grant.as_data() for grant in grants_in(claims, login)],
    }


def grants_in(claims: Mapping[str, Any], login: Login) -> list[Grant]:
    """The roles that the provider vouches for, as the configuration translates them."""
    if not login.role_claim:
        return []
    value = claims.get(login.role_claim)
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    roles = {rule.value: rule.role for rule in login.rules}
    found = []
    for each in values:
        name, _, limit = str(each).partition(":")
        if grant := _grant(roles.get(name, ""), limit):
            found.append(grant)
    return found


def _grant(role: str, limit: str) -> Grant | None:
    if role not in PEOPLE:
        return None
    known = role
    if role in _UNLIMITED:
        return Grant(known) if not limit else None
    if role in ("clerk", "director") and _REG_NO.fullmatch(limit):
        return Grant(known, reg_no=limit)
    if role == "municipality" and _ATVK.fullmatch(limit):
        return Grant(known, municipality=limit)
    if role == "exam_body" and _TYPES.fullmatch(limit):
        return Grant(known, document_types=tuple(limit.split(",")))
    return None
