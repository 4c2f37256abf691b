"""Personas kods: the two forms, the check digit of the old one, and what exactly is wrong with a malformed one.

Old form (issued to 30 June 2017): DDMMYY, century digit (0, 1, 2 for 18xx, 19xx, 20xx), three serial digits, check
digit Q = (1101 - sum of w*d) mod 11 with w = 1 6 3 7 9 10 5 8 4 2. New form: first digit 3, second 2-9, the rest
random and without a check digit; 32 and up is no day of a month, so the two cannot be confused.
"""

from __future__ import annotations

import re
from typing import Final

from issuer.records.calendar import is_date

WEIGHTS: Final = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PRODUCTS: Final = tuple({str(d): w * d for d in range(10)} for w in WEIGHTS)
_CENTURIES: Final = {"0": "18", "1": "19", "2": "20"}
_SPACE_OR_HIDDEN = re.compile(r"[\s\u00A0\u00AD\u200B-\u200F\u202A-\u202F\u2060-\u206F\uFEFF]")


def is_new_form(code: str) -> bool:
    """Whether `code` (`NNNNNN-NNNNN`) is of the form given since 1 July 2017."""
    return code[0] == "3" and code[1] in "23456789"


def birth_date_in(code: str) -> str | None:
    """The ISO birth date inside an old-form code, or None where its digits are no date."""
    century = _CENTURIES.get(code[7])
    if century is None:
        return None
    date = f"{century}{code[4:6]}-{code[2:4]}-{code[:2]}"
    return date if is_date(date) else None


def check_digit(code: str) -> int:
    """The remainder that the last digit of an old-form code must equal; 10 has no digit of its own."""
    digits = code[:6] + code[7:11]
    return (1101 - sum(table[digit] for table, digit in zip(_PRODUCTS, digits, strict=True))) % 11


def fault_in(value: str) -> tuple[str, dict[str, object]]:
    """Which message explains why `value` is not of the form `NNNNNN-NNNNN`; never repeats the value."""
    if _SPACE_OR_HIDDEN.search(value):
        return "PK_FORMAT.space", {}
    if any(c.isdigit() and not c.isascii() for c in value):
        return "PK_FORMAT.digits", {}
    if any(c.isalpha() for c in value):
        return "PK_FORMAT.letters", {}
    digits = sum(c.isdigit() for c in value)
    if digits == 10:
        return "PK_FORMAT.zero", {}
    if digits != 11:
        return "PK_FORMAT.length", {"digits": digits}
    if value.isdigit():
        return "PK_FORMAT.hyphen", {}
    if len(value) == 12 and not value[6].isdigit():
        return "PK_FORMAT.separator", {}
    return "PK_FORMAT", {}
