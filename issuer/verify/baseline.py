"""The rules of JAdES B-B for the headers of one signature (ETSI TS 119 182-1 v1.2.1, 5.1 and 6).

    header_problems(signature)     # [] or codes such as ["JADES_CRIT"]
    signing_time(signature)        # the claimed time, or None

Nothing is trusted here and no key is used: a file may keep every rule and still be forged. A broken rule
means "not a JAdES baseline seal", whatever its signature says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from issuer.seal import base64url
from issuer.seal.jades_document import JadesSignature
from issuer.trust.signatures import ALGORITHMS

# From this day on new seals carry `iat`, and `sigT` is no longer baseline (v1.2.1, 5.2.1).
SIGT_UNTIL: Final = dt.datetime(2025, 7, 15, tzinfo=dt.UTC)
CERTIFICATE_REFERENCES: Final = ("x5t#S256", "x5t#o", "sigX5ts")

# RFC 7515 and RFC 7518 define these; RFC 7515, 4.1.11 forbids them in `crit`.
_NEVER_CRITICAL = frozenset(
    {
        *("alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"),
        *("epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "enc", "zip"),
    }
)
# Headers whose meaning this program knows, so that their being critical is no reason to stop.
_UNDERSTOOD = frozenset(
    {
        *("b64", "sigD", "sigT", "iat", "exp", "x5t#o", "sigX5ts"),
        *("srCms", "sigPl", "srAts", "adoTst", "sigPId"),
    }
)
_TYPES = frozenset({"jose", "jose+json"})
_SIGT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z; a value in milliseconds passes it in the year 1978


def header_problems(signature: JadesSignature) -> list[str]:
    """Codes of the rules that the headers break, in the order of the standard; [] for a good B-B header."""
    protected = signature.protected
    problems = []
    if protected["alg"] not in ALGORITHMS:
        problems.append("JADES_ALG")
    if "cty" in protected and ("sigD" in protected or not isinstance(protected["cty"], str)):
        problems.append("JADES_CTY")
    if "typ" in protected and _media_type(protected["typ"]) not in _TYPES:
        problems.append("JADES_TYP")
    if "x5t" in protected or sum(name in protected for name in CERTIFICATE_REFERENCES) != 1:
        problems.append("JADES_CERTIFICATE_REFERENCE")
    if signing_time(signature) is None:
        problems.append("JADES_TIME")
    if not _critical_is_sound(signature):
        problems.append("JADES_CRIT")
    if protected.get("b64") is True:  # RFC 7797, 3: left out, then
        problems.append("JADES_B64")
    if signature.header and not _unprotected_is_sound(signature.header):
        problems.append("JADES_UNPROTECTED")
    return problems


def signing_time(signature: JadesSignature) -> dt.datetime | None:
    """The time that the sealer claims, aware UTC: exactly one of `iat` and `sigT`, in its form and era; else
    None.
    """
    protected = signature.protected
    if ("iat" in protected) == ("sigT" in protected):
        return None
    if "iat" in protected:
        seconds = protected["iat"]
        if type(seconds) is not int or not 0 <= seconds <= _LATEST:
            return None
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    text = protected["sigT"]
    if not isinstance(text, str) or _SIGT.fullmatch(text) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment < SIGT_UNTIL else None


def _media_type(value: object) -> object:
    return value.removeprefix("application/") if isinstance(value, str) else None


def _critical_is_sound(signature: JadesSignature) -> bool:
    """`crit` is there exactly when it must be, names what it must, and nothing that is absent or not
    understood.
    """
    protected = signature.protected
    required = {name for name in ("sigD", "b64") if name in protected}
    if "crit" not in protected:
        return not required
    crit = protected["crit"]
    if not isinstance(crit, list) or not crit or not all(isinstance(name, str) for name in crit):
        return False
    names = set(crit)
    if len(names) != len(crit) or not required <= names or names & _NEVER_CRITICAL:
        return False
    # The reference library tolerates `etsiU` there, which is not protected, when it is present.
    return all(
        (name in _UNDERSTOOD and name in protected) or (name == "etsiU" and "etsiU" in signature.header)
        for name in names
    )


def _unprotected_is_sound(header: Mapping[str, Any]) -> bool:
    """Only `etsiU`: a list of base64url texts or of clear objects, never both (5.3.1)."""
    items = header.get("etsiU")
    if set(header) != {"etsiU"} or not isinstance(items, list) or not items:
        return False
    return all(isinstance(item, dict) for item in items) or all(map(_is_base64url, items))


def _is_base64url(item: object) -> bool:
    if not isinstance(item, str) or not item:
        return False
    try:
        base64url.decode(item)
    except ValueError:
        return False
    return True
