"""Deterministic CBOR (RFC 8949, section 4.2.1), the part that a QR seal needs; one encoding for one value.

    encode({1: "LV", 6: 2129025600})      # bytes
    decode(b"\\xa1\\x01\\x62LV")            # {1: "LV"};  every other spelling of this map raises CborError

Integers, byte strings, text strings, arrays, maps (keys: integers, text, byte strings), tag 18
(COSE_Sign1), false, true and null. Everything else is refused, in both directions: floats, other tags and
simple values, indefinite lengths, integers and lengths that are not the shortest, map keys out of order or
twice, invalid UTF-8, nesting, trailing bytes. Because of that, two readers cannot understand one code
differently, and `encode(decode(data)) == data` always. Of others' files, whose writers follow RFC 8949 without
section 4.2.1, `decode(data, any_order=True)` takes the map keys in any order; all else stays refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from issuer.errors import AtestatsError

COSE_SIGN1 = 18  # RFC 9052, section 2: the one tag that is read
MAX_DEPTH = 8  # a QR seal nests 4 deep; well below the interpreter's own limit

_ARGUMENT_SIZE = {24: 1, 25: 2, 26: 4, 27: 8}
_SMALLEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
_SIMPLE = {20: False, 21: True, 22: None}


class CborError(AtestatsError):
    """Bytes that are not deterministic CBOR, or a value that has no such encoding.

    `code` begins with `CBOR_`.
    """


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tagged data item; only tag 18 exists here."""

    tag: int
    value: object


def encode(value: object) -> bytes:
    """The one deterministic encoding of `value`.

    Raises `CborError` (CBOR_VALUE) for types outside the subset.
    """
    if type(value) is str:
        return _encode_text(value)
    if type(value) is int:
        if 0 <= value < 1 << 64:
            return _head(0, value)
        if -(1 << 64) <= value < 0:
            return _head(1, -1 - value)
    return _encode_other(value)


def _encode_other(value: object) -> bytes:
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, (list, tuple)):
        return _head(4, len(value)) + b"".join([encode(item) for item in value])
    if isinstance(value, dict):
        items = sorted([(_encode_key(key), encode(item)) for key, item in value.items()])
        return _head(5, len(items)) + b"".join([key + item for key, item in items])
    if isinstance(value, Tagged) and value.tag == COSE_SIGN1:
        return _head(6, COSE_SIGN1) + encode(value.value)
    if value is None or isinstance(value, bool):
        return b"\xf6" if value is None else b"\xf5" if value else b"\xf4"
    raise CborError(
        "CBOR_VALUE",
        f"Vērtību ar tipu {type(value).__name__} QR zīmogā ierakstīt nevar.",
        f"A value of type {type(value).__name__} cannot be written in a QR seal.",
    )


def _encode_text(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise _refusal("CBOR_UTF8", "teksts nav derīgs Unicode", "a text holds a lone surrogate") from None
    return _head(3, len(data)) + data


def _encode_key(key: object) -> bytes:
    if type(key) not in (int, str, bytes):
        raise _refusal(
            "CBOR_KEY", "kartes atslēga nav vesels skaitlis vai teksts", "a map key of another type"
        )
    return encode(key)


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes((major << 5 | argument,))
    for info, size in _ARGUMENT_SIZE.items():
        if argument < 1 << 8 * size:
            return bytes((major << 5 | info,)) + argument.to_bytes(size, "big")
    raise _refusal("CBOR_VALUE", "vērtība ir par garu", "the value is too long")


def decode(data: bytes, *, max_depth: int = MAX_DEPTH, any_order: bool = False) -> object:
    """The value in `data`: int, bytes, str, list, dict, Tagged, bool or None.

    Raises `CborError` with one of the codes CBOR_TRUNCATED, CBOR_NOT_SHORTEST, CBOR_INDEFINITE,
    CBOR_UNSORTED, CBOR_DUPLICATE_KEY, CBOR_KEY, CBOR_FLOAT, CBOR_SIMPLE, CBOR_TAG, CBOR_UTF8, CBOR_DEPTH,
    CBOR_TRAILING. Time and memory are linear in `len(data)`: a length that promises more than there is
    fails before anything is built.
    """
    reader = _Reader(data, any_order)
    value = reader.item(max_depth)
    if reader.place != len(data):
        raise _refusal("CBOR_TRAILING", "aiz vērtības ir lieki baiti", "bytes follow the value")
    return value


class _Reader:
    """A cursor over the bytes."""

    def __init__(self, data: bytes, any_order: bool) -> None:
        self.data = data
        self.any_order = any_order
        self.place = 0

    def item(self, depth: int) -> object:
        if depth == 0:
            raise _refusal("CBOR_DEPTH", "pārāk dziļa iekļautība", "the nesting is too deep")
        major, argument = self.head()
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument)
        if major == 4:
            self.need(argument)
            return [self.item(depth - 1) for _ in range(argument)]
        if major == 5:
            return self.map(argument, depth - 1)
        if major == 6:
            if argument != COSE_SIGN1:
                raise _refusal("CBOR_TAG", f"nezināma birka {argument}", f"unknown tag {argument}")
            return Tagged(COSE_SIGN1, self.item(depth - 1))
        return self.simple(argument)

    def head(self) -> tuple[int, int]:
        """Major type and argument (RFC 8949, section 3), refusing everything but the shortest form."""
        self.need(1)
        first = self.data[self.place]
        self.place += 1
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info
        if info == 31:
            raise _refusal("CBOR_INDEFINITE", "nenoteikts garums", "an indefinite length")
        if info > 27:
            raise _refusal("CBOR_RESERVED", "rezervēta vērtība", "a reserved additional information value")
        if major == 7:
            code = "CBOR_FLOAT" if info > 24 else "CBOR_SIMPLE"
            raise _refusal(code, "daļskaitlis vai nezināma vērtība", "a float or an unknown simple value")
        argument = int.from_bytes(self.take(_ARGUMENT_SIZE[info]), "big")
        if argument < _SMALLEST[info]:
            raise _refusal(
                "CBOR_NOT_SHORTEST", "skaitlis nav īsākajā formā", "an integer not in its shortest form"
            )
        return major, argument

    def need(self, count: int) -> None:
        if count > len(self.data) - self.place:
            raise _refusal("CBOR_TRUNCATED", "dati beidzas par agru", "the data end too early")

    def take(self, count: int) -> bytes:
        self.need(count)
        self.place += count
        return self.data[self.place - count : self.place]

    def text(self, count: int) -> str:
        try:
            return self.take(count).decode()
        except UnicodeDecodeError:
            raise _refusal("CBOR_UTF8", "teksts nav derīgs UTF-8", "a text is not valid UTF-8") from None

    def map(self, count: int, depth: int) -> dict[int | str | bytes, object]:
        self.need(2 * count)
        result: dict[int | str | bytes, object] = {}
        before = b""
        for _ in range(count):
            start = self.place
            key = self.item(depth)
            if not isinstance(key, (int, str, bytes)) or isinstance(key, bool):
                raise _refusal(
                    "CBOR_KEY", "kartes atslēga nav vesels skaitlis vai teksts", "a map key of another type"
                )
            encoded = self.data[start : self.place]
            if encoded == before or (self.any_order and key in result):
                raise _refusal("CBOR_DUPLICATE_KEY", "kartes atslēga atkārtojas", "a map key stands twice")
            if encoded < before and not self.any_order:
                raise _refusal("CBOR_UNSORTED", "kartes atslēgas nav secībā", "map keys are out of order")
            before = encoded
            result[key] = self.item(depth)
        return result

    def simple(self, argument: int) -> bool | None:
        if argument not in _SIMPLE:
            raise _refusal("CBOR_SIMPLE", f"nezināma vērtība {argument}", f"unknown simple value {argument}")
        return _SIMPLE[argument]


def _refusal(code: str, reason_lv: str, reason_en: str) -> CborError:
    return CborError(
        code,
        f"QR zīmogs nav pareizi kodēts: {reason_lv}.",
        f"The QR seal is not encoded correctly: {reason_en}.",
    )
