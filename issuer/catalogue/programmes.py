"""What an education programme code (`izglītības programmas kods`) tells, and what of it may leave the issuer.

In general education digits 5–6 of the eight are the kind: 11 ordinary, 60 secondary, 51–59 special, where each number
stands for one kind of disability. So the code and the name of a special programme are health data of a minor.
"""

from __future__ import annotations

import re

_GENERAL_GROUP = "01"  # digits 3–4 of general education programmes
_SPECIAL_KINDS = frozenset(str(kind) for kind in range(51, 60))
_SPECIAL_NAME = re.compile(r"speciāl|traucējum", re.IGNORECASE)


def programme_kind(code: str) -> str | None:
    """Digits 5–6 of a general education programme code, or None for other programmes."""
    return code[4:6] if code[2:4] == _GENERAL_GROUP else None


def reveals_special_needs(code: str, name: str) -> bool:
    """Whether code or name would tell that the programme was a special one (`speciālās izglītības programma`).

    The name is asked too, because vocational codes have no kind digits: hiding too much is the safe mistake.
    """
    return programme_kind(code) in _SPECIAL_KINDS or _SPECIAL_NAME.search(name) is not None


def isced_f_of(code: str, unclear: frozenset[str]) -> str:
    """ISCED-F 2013 detailed field of a vocational programme: digits 3–5 with a zero before them (613 -> 0613).

    "" for a code of another form, and for the groups in `unclear`.
    """
    group = code[2:5]
    usable = len(code) == 8 and group.isascii() and group.isdecimal() and group not in unclear
    return f"0{group}" if usable else ""
