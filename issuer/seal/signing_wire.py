"""What goes over the local socket of the signing process: frames of JSON, a length before each.

request   {"op": "sign", "key_id", "certificate": hex SHA-256 or "", "digests": base64 of n × 32 bytes}
          {"op": "generate", "algorithm", "label"}        {"op": "keys"}
answer    {"signatures": [base64, …]}   {"spki": base64}   {"keys": n}   {"error": {code, lv, en, …}}
"""

from __future__ import annotations

import struct
from typing import Any, Final

import orjson

from issuer.errors import AtestatsError
from issuer.seal.signer import SignerError

MAX_FRAME: Final = 1 << 20  # 512 signatures of RSA-4096 in base64 are 350 kB
MAX_DIGESTS: Final = 512
_LENGTH: Final = struct.Struct(">I")


class WireError(ValueError):
    """Bytes that are not a frame of this protocol."""


def frame(message: dict[str, Any]) -> bytes:
    """One message, ready to be sent."""
    body = orjson.dumps(message)
    return _LENGTH.pack(len(body)) + body


def unframe(buffer: bytearray) -> dict[str, Any] | None:
    """Take the first whole message off `buffer`; None when it is not all there yet; raises `WireError`."""
    if len(buffer) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack_from(buffer)
    if size > MAX_FRAME:
        raise WireError("too long")
    end = _LENGTH.size + size
    if len(buffer) < end:
        return None
    body = bytes(buffer[_LENGTH.size : end])
    del buffer[:end]
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise WireError("not JSON") from None
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message


def error_as_dict(error: AtestatsError) -> dict[str, str]:
    """An error on its way to the client."""
    return {
        "code": error.code,
        "lv": error.message_lv,
        "en": error.message_en,
        "next_lv": error.next_lv,
        "next_en": error.next_en,
    }


def error_from_dict(told: dict[str, str]) -> SignerError:
    """The error that the signing process told of; raises KeyError or TypeError for anything else."""
    return SignerError(told["code"], told["lv"], told["en"], next_lv=told["next_lv"], next_en=told["next_en"])
