"""What a value may look like as text: XML Schema datatypes, IRIs, language tags, characters.

Every test here is at least as strict as the lexical space of XML Schema 1.1 Part 2, and stricter than what
RDF libraries let through (`2007-05-14` is no xsd:dateTime, 30 February is no day). Plain functions from
text to truth.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

_DATE_TIME = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,6}))?(?P<zone>Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_DURATION = re.compile(
    r"-?P(?=\d|T\d)(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}D)?"
    r"(?:T(?=\d)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}(?:\.\d{1,9})?S)?)?",
    re.ASCII,
)
_INTEGER = re.compile(r"0|-?[1-9]\d{0,15}", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?", re.ASCII)
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    r"[^\x00-\x20\x7f-\xa0<>\"{}|\\^`\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
_LANGUAGE = re.compile(r"(?P<primary>[a-z]{2,3})(?:-[A-Za-z0-9]{2,8}){0,4}", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_DIRECTION = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

_ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
    ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
    lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
    rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
    tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_ISO_639_1.split())
"""ISO 639-1. A tag may also start with a three-letter code (`ltg`, `liv`), whose list is too long to
carry."""


def is_date_time(text: str) -> bool:
    """xsd:dateTime with a real calendar day; the zone may be absent."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return False
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    try:
        datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return False
    return True


def has_zone(text: str) -> bool:
    """Whether a valid xsd:dateTime says which time zone it is in."""
    return text[-1] == "Z" or text[-6] in "+-"


def moment(text: str) -> datetime:
    """A valid xsd:dateTime as a point in time; without a zone it is taken as UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_duration(text: str) -> bool:
    """xsd:duration: `P3Y`, `PT45M`; weeks are not in XML Schema."""
    return _DURATION.fullmatch(text) is not None


def is_integer(text: str) -> bool:
    """xsd:integer in canonical form, within what JSON numbers carry exactly."""
    return _INTEGER.fullmatch(text) is not None


def is_decimal(text: str) -> bool:
    """xsd:decimal: `7.50`; no exponent."""
    return _DECIMAL.fullmatch(text) is not None


def is_iri(text: str) -> bool:
    """An absolute IRI (RFC 3987): a relative one would be dropped by JSON-LD without a word."""
    return _IRI.fullmatch(text) is not None


def is_language_tag(tag: str) -> bool:
    """A BCP 47 tag that begins with an ISO 639 language."""
    found = _LANGUAGE.fullmatch(tag)
    return found is not None and (len(found["primary"]) == 3 or found["primary"] in LANGUAGES)


def has_forbidden_character(text: str) -> bool:
    """Control characters but tab and line feed, lone surrogates, non-characters, byte order marks."""
    return _FORBIDDEN.search(text) is not None


def has_direction_mark(text: str) -> bool:
    """Characters that make text look other than it is (Unicode bidirectional controls)."""
    return _DIRECTION.search(text) is not None


def is_composed(text: str) -> bool:
    """Whether the text is in Unicode normal form C, in which Latvian letters are one character each."""
    return text.isascii() or unicodedata.is_normalized("NFC", text)
