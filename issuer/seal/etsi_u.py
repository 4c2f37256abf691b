"""The unsigned properties of a JAdES seal, `header.etsiU`: its items read and written (TS 119 182-1, 5.3).

    items = read_items(signature)                  # in order; JadesError for what has two readings
    [token] = tokens(items[0])                     # the DER of each RFC 3161 token in a sigTst or arcTst
    data = validation_data(items)                  # certificates, CRLs and OCSP answers, all DER

An item is the base64url of a JSON object with one member. The clear form of the standard is refused: time stamps over
it need a canonical JSON that no two implementations agree on, and the EU's issuer does not write it.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from issuer import strict_json
from issuer.seal import base64url
from issuer.seal.jades_document import JadesError, JadesSignature

MAX_ITEMS: Final = 64  # one renewal adds two; the longest sample of the reference library has eight
MAX_ITEM_BYTES: Final = 2 * 1024 * 1024  # a CRL of a large CA is the bulk of it
_DEPTH: Final = 8


class Item(NamedTuple):
    """One unsigned property: its name, its parsed value, and its text as time stamps cover it."""

    name: str
    value: Any
    encoded: str


class ValidationData(NamedTuple):
    """What xVals and rVals hold (5.3.5.1 and 5.3.5.2), each value DER, in the order of the file."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def read_items(signature: JadesSignature) -> tuple[Item, ...]:
    """The items of one signature, in order; none for level B-B.

    Raises `JadesError` JADES_ETSIU: not an array of base64url texts of JSON objects with one member each, or more than
    `MAX_ITEMS` of them; or `StrictJsonError`.
    """
    raw = signature.etsi_u
    if raw is None and "etsiU" not in signature.header:
        return ()
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_ITEMS:
        raise bad_item()
    return tuple(_item(each) for each in raw)


def _item(encoded: object) -> Item:
    if not isinstance(encoded, str):
        raise bad_item()
    try:
        data = base64url.decode(encoded)
    except ValueError:
        raise bad_item() from None
    value = strict_json.loads(data, max_bytes=MAX_ITEM_BYTES, max_depth=_DEPTH)
    if not isinstance(value, dict) or len(value) != 1:
        raise bad_item()
    [(name, content)] = value.items()
    return Item(name, content, encoded)


def tokens(item: Item) -> tuple[bytes, ...]:
    """The DER tokens of a tstContainer (5.4.3.3), at least one; raises `JadesError` JADES_ETSIU."""
    found = item.value.get("tstTokens") if isinstance(item.value, dict) else None
    if not isinstance(found, list) or not found:
        raise bad_item()
    return tuple(_pki_object(each) for each in found)


def validation_data(items: Iterable[Item]) -> ValidationData:
    """All certificates, CRLs and OCSP answers of `xVals`, `rVals`, `tstVD` and `anyValData`, each once.

    Raises `JadesError` JADES_ETSIU.
    """
    certificates: dict[bytes, None] = {}
    crls: dict[bytes, None] = {}
    ocsps: dict[bytes, None] = {}
    for item in items:
        for x_vals, r_vals in _vals(item):
            certificates.update(dict.fromkeys(_certificates(x_vals)))
            crls.update(dict.fromkeys(_pki_objects(r_vals.get("crlVals", []))))
            ocsps.update(dict.fromkeys(_pki_objects(r_vals.get("ocspVals", []))))
    return ValidationData(tuple(certificates), tuple(crls), tuple(ocsps))


def _vals(item: Item) -> list[tuple[list[Any], dict[str, Any]]]:
    if item.name == "xVals":
        found: tuple[Any, Any] = (item.value, {})
    elif item.name == "rVals":
        found = ([], item.value)
    elif item.name in ("tstVD", "anyValData"):
        if not isinstance(item.value, dict):
            raise bad_item()
        found = (item.value.get("xVals", []), item.value.get("rVals", {}))
    else:
        return []
    if not isinstance(found[0], list) or not isinstance(found[1], dict):
        raise bad_item()
    return [found]


def _certificates(x_vals: Sequence[Any]) -> list[bytes]:
    """DER of each x509Cert; `otherCert` has no form that we know and is passed over (5.3.5.1)."""
    if not all(isinstance(each, dict) for each in x_vals):
        raise bad_item()
    return [_pki_object(each["x509Cert"]) for each in x_vals if "x509Cert" in each]


def _pki_objects(values: object) -> list[bytes]:
    if not isinstance(values, list):
        raise bad_item()
    return [_pki_object(each) for each in values]


def _pki_object(value: object) -> bytes:
    """`val` of a pkiOb or tstToken: base64 with padding (5.4.2.1)."""
    return pki_value(value.get("val") if isinstance(value, dict) else None)


def pki_value(text: object) -> bytes:
    """The DER of a base64 text with padding, as in `val` and `x5c`; raises `JadesError` JADES_ETSIU."""
    if not isinstance(text, str):
        raise bad_item()
    try:
        der = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise bad_item() from None
    if _b64(der) != text:  # unused bits that are not zero: another spelling of the same bytes
        raise bad_item()
    return der


def bad_item() -> JadesError:
    """What every unreadable property is called."""
    return JadesError(
        "JADES_ETSIU",
        "Zīmoga neparakstītās īpašības (etsiU) nav nolasāmas.",
        "The unsigned properties of the seal (etsiU) cannot be read.",
        next_lv="Lūdziet dokumenta turētājam oriģinālo datni.",
        next_en="Ask the holder for the original file.",
    )


# ── writing ──


def time_stamp_item(name: str, token: bytes) -> str:
    """The encoded `sigTst` or `arcTst` with one token (baseline: exactly one, TS 119 182-1, 6.3)."""
    return _encoded(f'{{"{name}":{{"tstTokens":[{{"val":"{_b64(token)}"}}]}}}}')


@lru_cache(maxsize=64)
def validation_items(data: ValidationData) -> tuple[str, ...]:
    """The encoded `xVals` and `rVals`; either is left out when it would be empty.

    Kept for a while: the documents of one school share these data.
    """
    items = []
    if data.certificates:
        items.append(_encoded(f'{{"xVals":{_x_vals(data)}}}'))
    if data.crls or data.ocsps:
        items.append(_encoded(f'{{"rVals":{_r_vals(data)}}}'))
    return tuple(items)


def later_validation_item(data: ValidationData) -> str:
    """The encoded `tstVD`: what is added between two archive time stamps (5.3.6.2)."""
    parts = [f'"xVals":{_x_vals(data)}'] if data.certificates else []
    parts += [f'"rVals":{_r_vals(data)}'] if data.crls or data.ocsps else []
    return _encoded(f'{{"tstVD":{{{",".join(parts)}}}}}')


def _x_vals(data: ValidationData) -> str:
    return "[" + ",".join(f'{{"x509Cert":{{"val":"{_b64(der)}"}}}}' for der in data.certificates) + "]"


def _r_vals(data: ValidationData) -> str:
    lists = {"crlVals": data.crls, "ocspVals": data.ocsps}
    return "{" + ",".join(f'"{name}":{_pki_obs(values)}' for name, values in lists.items() if values) + "}"


def _pki_obs(values: Sequence[bytes]) -> str:
    return "[" + ",".join(f'{{"val":"{_b64(der)}"}}' for der in values) + "]"


def _b64(der: bytes) -> str:
    return binascii.b2a_base64(der, newline=False).decode("ascii")


def _encoded(text: str) -> str:
    return base64url.encode(text.encode("ascii"))
