"""Names of people: the Latvian form, the original form, and what is unusual or wrong in them.

A name is never corrected. Stray spaces and decomposed letters are encoding, not spelling: `tidied` gives the same name
without them, and the row is marked for a clerk.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from issuer.records.fields import LATVIAN_NAME, ORIGINAL_TEXT

_LATVIAN = re.compile(LATVIAN_NAME)
_ORIGINAL = re.compile(ORIGINAL_TEXT)
_WORD = re.compile(r"[^ '’-]+")
# U+00A0 and its relatives look like spaces; joiners and marks of direction do not look like anything.
_SPACES: Final = re.compile(r"[\s\u00A0\u2000-\u200A\u202F\u205F\u3000]+")
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def tidied(name: str) -> str:
    """The same name in NFC with single plain spaces and none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip()


@lru_cache(maxsize=8192)
def faults_in_name(name: str, original: bool = False) -> tuple[str, ...]:
    """Message keys for a non-blank name in Latvian form or, with `original`, in any script; () when it is in order."""
    keys = []
    if unicodedata.normalize("NFC", name) != name:
        keys.append("NAME_NFC")
    collapsed = _SPACES.sub(" ", name).strip()
    if collapsed != name:
        keys.append("NAME_SPACE")
    tidy = tidied(name)
    if (_ORIGINAL if original else _LATVIAN).fullmatch(tidy) is None:
        keys.append(_unacceptable(tidy, original))
    elif not original and _odd_case(tidy):
        keys.append("NAME_CASE")
    return tuple(keys)


def _unacceptable(name: str, original: bool) -> str:
    if any(c in "<>&{}[]\\=;" for c in name):
        return "NAME_CHARS.markup"
    # UTF-8 read as an 8-bit page gives control characters and symbols in the middle of letters.
    if any(c in "ÄÅÃÂâ€" for c in name) and not original:
        return "NAME_CHARS.codepage"
    if any(unicodedata.category(c) in _HIDDEN_CATEGORIES for c in name):
        return "NAME_CHARS.hidden"
    if "?" in name or "\ufffd" in name:
        return "NAME_CHARS.question"
    if any(c.isdigit() for c in name):
        return "NAME_CHARS.digits"
    foreign = [c for c in name if c.isalpha() and not c.isascii()]
    if not original and any("LATIN" not in unicodedata.name(c, "") for c in foreign):
        return "NAME_CHARS.scripts"
    if not original and any(c in "çèéêëìíîïðòóôõöøùúûüýþÇÈÉÊËÌÍÎÏÐÒÓÔÕÖØÙÚÛÜÝÞ" for c in foreign):
        return "NAME_CHARS.codepage"
    return "NAME_CHARS"


def _odd_case(name: str) -> bool:
    """All capitals, no capital, or a capital behind a small letter; lower-case particles (`van den`) are usual."""
    words = _WORD.findall(name)
    if not any(word[0].isupper() for word in words):
        return True
    return any(len(word) > 1 and word[1:] != word[1:].lower() for word in words)
