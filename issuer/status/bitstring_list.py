"""W3C Bitstring Status List 1.0 (Recommendation, 2025): the list as a credential, and a verifier's reading of it.

    credential = list_credential(uri, issuer, values, valid_from, valid_until)   # then secured as a VC-JOSE `vc+jwt`
    status(entry, credential, at=now, issuer=issuer)                             # the value of the entry's slot

Ours has the purpose `message` and 2 bits an entry, the same values as the Token Status List. Here the left-most bit is
index 0, the compression is GZIP and the text is multibase base64url ("u"): all three differ from the IETF's list.
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Mapping
from typing import Any, Final

from issuer.seal import base64url
from issuer.status import packed
from issuer.status.states import BITS, STATES
from issuer.status.status_error import StatusError

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL_TYPE: Final = "BitstringStatusListCredential"
MIN_ENTRIES: Final = 131_072  # section 6.1, herd privacy
_INDEX = re.compile(r"0|[1-9][0-9]*")  # [0-9]: \d and int() take the digits of other scripts too
_MAX_INDEX_DIGITS = 20  # a list of 8 MiB has 8 digits; int() of a long text takes quadratic time
_MAX_SIZE = 8


# ── writing ──


def encoded(values: Mapping[int, int], slots: int, bits: int) -> str:
    """`encodedList`: the same text for the same values (no time in the GZIP header)."""
    return "u" + base64url.encode(gzip.compress(packed.high_first(values, slots, bits), 9, mtime=0))


def list_credential(
    uri: str,
    issuer: str,
    encoded_list: str,
    valid_from: dt.datetime,
    valid_until: dt.datetime,
) -> dict[str, Any]:
    """The list as a VCDM 2.0 credential, not yet secured. `uri` is where it is published."""
    return {
        "@context": [CONTEXT],
        "id": uri,
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": issuer,
        "validFrom": valid_from.isoformat().replace("+00:00", "Z"),
        "validUntil": valid_until.isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": f"{uri}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "message",
            "encodedList": encoded_list,
        },
    }


def entry(uri: str, slot: int) -> dict[str, Any]:
    """The `credentialStatus` with which a W3C form of a document points to its slot."""
    return {
        "id": f"{uri}#{slot}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "message",
        "statusListIndex": str(slot),
        "statusListCredential": uri,
        "statusSize": BITS,
        "statusMessage": [
            {"status": f"0x{number:x}", "message": state} for number, state in enumerate(STATES)
        ],
    }


# ── reading ──


def decoded(encoded_list: object, size: int = 1) -> bytes:
    """The bits of an `encodedList`; raises `StatusError` MALFORMED_VALUE_ERROR or STATUS_LIST_LENGTH_ERROR."""
    if type(encoded_list) is not str or encoded_list[:1] != "u":
        raise _malformed()
    try:
        data = packed.inflate(base64url.decode(encoded_list[1:]), packed.GZIP)
    except (ValueError, StatusError):
        raise _malformed() from None
    if len(data) * 8 // size < MIN_ENTRIES:
        raise _refusal(
            "STATUS_LIST_LENGTH_ERROR",
            "statusa saraksts ir par īsu",
            "the status list is too short to hide anyone in",
        )
    return data


def status(
    status_entry: Mapping[str, Any],
    credential: Mapping[str, Any],
    *,
    at: dt.datetime,
    issuer: object,
    other_issuers: frozenset[str] = frozenset(),
) -> int:
    """The value of the slot that `status_entry` names (section 3.2, validate algorithm). 0 means: not set.

    `credential` is the list, its proof already verified; `issuer` that of the credential whose status is asked, and
    `other_issuers` who else may publish its lists. Raises `StatusError` with the specification's code.
    """
    size = _size(status_entry)
    index = status_entry.get("statusListIndex")
    if type(index) is not str or _INDEX.fullmatch(index) is None:
        raise _malformed()
    subject = _checked_list(status_entry, credential, at)
    publisher = _identifier(credential.get("issuer"))
    if publisher is None or publisher not in other_issuers | {_identifier(issuer)}:
        raise _not_verified()
    data = decoded(subject.get("encodedList"), size)
    if len(index) > _MAX_INDEX_DIGITS or int(index) >= len(data) * 8 // size:
        raise _refusal("RANGE_ERROR", "sarakstā nav šādas vietas", "the list has no such entry")
    return _bits_at(data, int(index) * size, size)


def _checked_list(status_entry: Mapping[str, Any], credential: Mapping[str, Any], at: dt.datetime) -> Any:
    types = credential.get("type")
    subject = credential.get("credentialSubject")
    if (
        type(types) is not list
        or CREDENTIAL_TYPE not in types
        or type(subject) is not dict
        or subject.get("type") != "BitstringStatusList"
        or credential.get("id") != status_entry.get("statusListCredential")
        or status_entry.get("id") == status_entry.get("statusListCredential")
    ):
        raise _not_verified()
    purposes = subject.get("statusPurpose")
    purpose = status_entry.get("statusPurpose")
    if type(purpose) is not str or purpose not in (purposes if type(purposes) is list else [purposes]):
        raise _not_verified()
    begins, ends = _moment(credential.get("validFrom")), _moment(credential.get("validUntil"))
    if (begins is not None and at < begins) or (ends is not None and at > ends):
        raise _not_verified()
    return subject


def _size(status_entry: Mapping[str, Any]) -> int:
    size = status_entry.get("statusSize", 1)
    if type(size) is not int or not 1 <= size <= _MAX_SIZE:
        raise _malformed()
    messages = status_entry.get("statusMessage")
    if (size > 1 or messages is not None) and (type(messages) is not list or len(messages) != 1 << size):
        raise _malformed()
    return size


def _bits_at(data: bytes, first: int, size: int) -> int:
    """`size` bits from bit `first` on, left-most first; they may cross the border of two bytes (size 3, 5, 6, 7)."""
    place = first // 8
    pair = int.from_bytes(data[place : place + 2].ljust(2, b"\0"), "big")
    return pair >> 16 - size - first % 8 & (1 << size) - 1


def _identifier(issuer: object) -> str | None:
    name = issuer.get("id") if type(issuer) is dict else issuer
    return name if type(name) is str else None


def _moment(value: object) -> dt.datetime | None:
    """A dateTimeStamp; one without offset is read as UTC (VCDM 2.0, 4.9)."""
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value if type(value) is str else "")
    except ValueError:
        raise _malformed() from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _malformed() -> StatusError:
    return _refusal("MALFORMED_VALUE_ERROR", "statusa dati nav derīgi", "the status data are malformed")


def _not_verified() -> StatusError:
    return _refusal(
        "STATUS_VERIFICATION_ERROR",
        "statusa saraksts neatbilst dokumentam",
        "the status list does not fit the document or may not be used now",
    )


def _refusal(code: str, reason_lv: str, reason_en: str) -> StatusError:
    return StatusError(
        code, f"Statusu nevar noteikt: {reason_lv}.", f"The status cannot be told: {reason_en}."
    )
