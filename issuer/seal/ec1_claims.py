"""What a QR seal says: the claims of an EC1 code, as typed values and as the CBOR map that is signed.

    claims = Claims(issued_at=2129025600, given_names="Ilze", family_name="Bērziņa", …)
    from_cbor(claims.to_cbor()) == claims

The map (`schemas/qr-seal.cddl`) uses small integers for names and codes; the code lists in the verifier's
bundle give the words. Both directions hold the same rules: exact types, ranges, NFC text without control or
direction characters, no unknown key. There is no field for the personal code, and a code that carries one
(key 4 of an earlier draft) is refused: what a camera can read across a room must not hold it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Final

from issuer.errors import AtestatsError

COUNTRY: Final = "LV"
PROFILE: Final = 1
CERTIFICATE_KEY: Final = -70001
STATUS_KEY: Final = -70002

_EPOCH = dt.date(1970, 1, 1).toordinal()
_DAYS = (dt.date(1880, 1, 1).toordinal() - _EPOCH, dt.date(9999, 12, 31).toordinal() - _EPOCH)
_MAX_SECONDS = 1 << 40  # far beyond any date, still exact in every JSON and JavaScript number
_MAX_CODE = (1 << 16) - 1
_MAX_PAIRS = 64
# Controls, format characters (direction marks, zero-width), surrogates, private use, unassigned, line
# separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_REGISTRATION_NUMBER = re.compile(r"[0-9]{10}")


class Ec1Error(AtestatsError):
    """A QR seal that is not exactly EC1, or claims that cannot be put in one. `code` begins with `EC1_`."""


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Which slot of which status list tells the document's status (claim -70002)."""

    list_number: int
    index: int

    def within(self, list_size: int) -> bool:
        """Whether the slot exists. If not, the status is unknown, and never "valid"."""
        return self.index < list_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The claims of one code. Numbers named "code" are those of the versioned, append-only code lists.

    `issued_at` (and `expires_at`, for shared extracts only) are whole seconds since 1970 (RFC 8392, 3.1.6).
    `subjects` are pairs (subject, mark code), the subject a code or, while the lists have no number for it, its
    register code as text; `exams` are pairs (exam code, tenths of a per cent, 0..1000). `document_digest` binds the
    code to the sealed document: see `document_digest()`.
    """

    issued_at: int
    given_names: str
    family_name: str
    date_of_birth: dt.date
    school_name: str
    school_reg_no: str  # 10 digits
    document_type: int
    series: str
    number: str
    completed: dt.date
    programme_code: str
    eqf_level: int | None  # None for a document without a level
    credential_ref: bytes  # 10 bytes, see `credential_ref()`
    document_digest: bytes  # 16 bytes
    subjects: tuple[tuple[int | str, int], ...] = ()
    exams: tuple[tuple[int, int], ...] = ()
    expires_at: int | None = None
    status: StatusReference | None = None

    def core(self) -> Claims:
        """The same claims without marks and exam results: what is printed unless the holder wants more."""
        return replace(self, subjects=(), exams=())

    def to_cbor(self) -> dict[int, object]:
        """The CBOR map, texts in NFC; raises `Ec1Error` (EC1_CLAIM) for anything out of type or range."""
        certificate: dict[int, object] = {
            1: PROFILE,
            2: _text(2, unicodedata.normalize("NFC", self.given_names), 0, 120),
            3: _text(3, unicodedata.normalize("NFC", self.family_name), 0, 120),
            5: _days(5, self.date_of_birth),
            6: [
                _text(6, unicodedata.normalize("NFC", self.school_name), 1, 200),
                _registration_number(self.school_reg_no),
            ],
            7: [_code(7, self.document_type), _text(7, self.series, 0, 16), _text(7, self.number, 0, 32)],
            8: _days(8, self.completed),
            9: _text(9, self.programme_code, 0, 16),
            13: _octets(13, self.credential_ref, 10),
            14: _octets(14, self.document_digest, 16),
        }
        if self.eqf_level is not None:
            certificate[10] = _integer(10, self.eqf_level, 1, 8)
        if self.subjects:
            certificate[11] = _flat(11, self.subjects, _MAX_CODE)
        if self.exams:
            certificate[12] = _flat(12, self.exams, 1000)
        claims: dict[int, object] = {
            1: COUNTRY,
            6: _integer(6, self.issued_at, 0, _MAX_SECONDS),
            CERTIFICATE_KEY: certificate,
        }
        if self.expires_at is not None:
            claims[4] = _integer(4, self.expires_at, 0, _MAX_SECONDS)
        if self.status is not None:
            claims[STATUS_KEY] = [
                _integer(STATUS_KEY, self.status.list_number, 0, (1 << 32) - 1),
                _integer(STATUS_KEY, self.status.index, 0, (1 << 32) - 1),
            ]
        if not self.given_names and not self.family_name:
            raise _bad(2)
        return claims


def from_cbor(value: object) -> Claims:
    """The claims in a decoded CBOR map; raises `Ec1Error` (EC1_CLAIM, EC1_UNKNOWN_KEY, EC1_PERSONAL_CODE)."""
    claims = _map(0, value, required={1, 6, CERTIFICATE_KEY}, optional={4, STATUS_KEY})
    if claims[1] != COUNTRY:
        raise _bad(1)
    certificate = claims[CERTIFICATE_KEY]
    if isinstance(certificate, dict) and 4 in certificate:
        raise Ec1Error(
            "EC1_PERSONAL_CODE",
            "QR kods satur personas kodu; tādus kodus neizdod.",
            "The QR code carries a personal code; such codes are not issued.",
        )
    certificate = _map(
        CERTIFICATE_KEY, certificate, required={1, 2, 3, 5, 6, 7, 8, 9, 13, 14}, optional={10, 11, 12}
    )
    if type(certificate[1]) is not int or certificate[1] != PROFILE:
        raise Ec1Error(
            "EC1_PROFILE",
            "QR koda profila versija nav zināma; atjauniniet pārbaudes rīku.",
            "The profile version of the QR code is not known; update the verifier.",
        )
    school_name, school_number = _list(6, certificate[6], 2)
    document_type, series, number = _list(7, certificate[7], 3)
    read = Claims(
        issued_at=_integer(6, claims[6], 0, _MAX_SECONDS),
        expires_at=_integer(4, claims[4], 0, _MAX_SECONDS) if 4 in claims else None,
        status=_status(claims[STATUS_KEY]) if STATUS_KEY in claims else None,
        given_names=_text(2, certificate[2], 0, 120),
        family_name=_text(3, certificate[3], 0, 120),
        date_of_birth=_date(5, certificate[5]),
        school_name=_text(6, school_name, 1, 200),
        school_reg_no=f"{_integer(6, school_number, 0, 9_999_999_999):010d}",
        document_type=_code(7, document_type),
        series=_text(7, series, 0, 16),
        number=_text(7, number, 0, 32),
        completed=_date(8, certificate[8]),
        programme_code=_text(9, certificate[9], 0, 16),
        eqf_level=_integer(10, certificate[10], 1, 8) if 10 in certificate else None,
        credential_ref=_octets(13, certificate[13], 10),
        document_digest=_octets(14, certificate[14], 16),
        subjects=_subjects(certificate[11]) if 11 in certificate else (),
        exams=_exams(certificate[12]) if 12 in certificate else (),
    )
    if not read.given_names and not read.family_name:
        raise _bad(2)
    return read


def credential_ref(credential_id: str) -> bytes:
    """Claim 13: the first 10 bytes of SHA-256 of the credential's id (UTF-8).

    Finds the document in the register.
    """
    return hashlib.sha256(credential_id.encode()).digest()[:10]


def document_digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:16]


def _status(value: object) -> StatusReference:
    number, index = _list(STATUS_KEY, value, 2)
    limit = (1 << 32) - 1
    return StatusReference(_integer(STATUS_KEY, number, 0, limit), _integer(STATUS_KEY, index, 0, limit))


def _map(key: int, value: object, *, required: set[int], optional: set[int]) -> dict[Any, Any]:
    if type(value) is not dict:
        raise _bad(key)
    # True == 1 in Python, but the CBOR reader hands out integers, texts and byte strings as keys only.
    present = set(value)
    if unknown := present - required - optional:
        shown = ", ".join(str(name) if type(name) is int else "?" for name in sorted(unknown, key=str)[:3])
        raise Ec1Error(
            "EC1_UNKNOWN_KEY",
            f"QR kods satur nezināmu lauku ({shown}); atjauniniet pārbaudes rīku.",
            f"The QR code holds an unknown field ({shown}); update the verifier.",
        )
    if missing := required - present:
        raise _bad(min(missing))
    return value


def _list(key: int, value: object, length: int) -> list[Any]:
    if type(value) is not list or len(value) != length:
        raise _bad(key)
    return value


def _integer(key: int, value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise _bad(key)
    return value


def _code(key: int, value: object) -> int:
    return _integer(key, value, 0, _MAX_CODE)


def _octets(key: int, value: object, length: int) -> bytes:
    if type(value) is not bytes or len(value) != length:
        raise _bad(key)
    return value


def _text(key: int, value: object, shortest: int, longest: int) -> str:
    if type(value) is not str or not shortest <= len(value) <= longest:
        raise _bad(key)
    if not value.isascii() or not value.isprintable():
        hidden = any(unicodedata.category(letter) in _HIDDEN for letter in value)
        if hidden or not unicodedata.is_normalized("NFC", value):
            raise _bad(key)
    return value


def _days(key: int, value: object) -> int:
    if type(value) is not dt.date:
        raise _bad(key)
    return _integer(key, value.toordinal() - _EPOCH, *_DAYS)


def _date(key: int, value: object) -> dt.date:
    return dt.date.fromordinal(_integer(key, value, *_DAYS) + _EPOCH)


def _registration_number(value: object) -> int:
    if type(value) is not str or _REGISTRATION_NUMBER.fullmatch(value) is None:
        raise _bad(6)
    return int(value)


def _subject(value: object) -> int | str:
    return _text(11, value, 1, 24) if type(value) is str else _code(11, value)


def _flat(key: int, pairs: object, highest: int) -> list[int | str]:
    """[(a, b), (c, d)] as [a, b, c, d]: no nesting, a byte less for each pair."""
    if not isinstance(pairs, (tuple, list)) or len(pairs) > _MAX_PAIRS:
        raise _bad(key)
    flat: list[int | str] = []
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise _bad(key)
        flat += (_subject(pair[0]) if key == 11 else _code(key, pair[0]), _integer(key, pair[1], 0, highest))
    return flat


def _subjects(value: object) -> tuple[tuple[int | str, int], ...]:
    flat = _even(11, value)
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return tuple((_subject(name), _code(11, mark)) for name, mark in pairs)


def _exams(value: object) -> tuple[tuple[int, int], ...]:
    flat = _even(12, value)
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return tuple((_code(12, name), _integer(12, tenths, 0, 1000)) for name, tenths in pairs)


def _even(key: int, value: object) -> list[Any]:
    if type(value) is not list or not value or len(value) % 2 or len(value) > 2 * _MAX_PAIRS:
        raise _bad(key)
    return value


def _bad(key: int) -> Ec1Error:
    return Ec1Error(
        "EC1_CLAIM",
        f"QR koda lauka {key} vērtība trūkst vai nav derīga.",
        f"Field {key} of the QR code is missing or not valid.",
    )
