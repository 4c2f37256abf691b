"""What kind of thing the bytes are: a sealed file, the text of a QR code, or a picture of one."""

from __future__ import annotations

import re
from typing import Final, Literal

from issuer.seal import ec1
from issuer.verify.checks import say
from issuer.verify.edc import MAX_BYTES, FormatError

Medium = Literal["json", "text", "picture"]

MAX_TEXT_BYTES: Final = 4096  # the longest QR code holds 4,296 letters, ours at most 2,300
MAX_PICTURE_BYTES: Final = 32 * 1024 * 1024  # photographs from telephones; as in `issuer.render.qr_image`

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_WHITE = b" \t\r\n"
_QR_TEXT = re.compile(rb"HTTPS?://|EC1:", re.IGNORECASE)


def medium_of(data: bytes) -> Medium:
    """The medium by its first bytes; raises `FormatError` for anything else."""
    is_picture = data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    if len(data) > (MAX_PICTURE_BYTES if is_picture else MAX_BYTES):
        raise FormatError(say("format", "failed", "FORMAT_TOO_LARGE", bytes=len(data)))
    if is_picture:
        return "picture"
    start = data[:4096].lstrip(_WHITE)
    if start[:1] == b"{":
        return "json"
    if _QR_TEXT.match(start):
        return "text"
    if start[:1] == b"<" and b"<svg" in start:
        raise FormatError(say("format", "failed", "FORMAT_SVG"))
    raise FormatError(say("format", "failed", "FORMAT_UNKNOWN"))


def qr_text(data: bytes) -> str:
    """The text of a QR code from a file: ASCII, white space around it ignored; raises `FormatError`."""
    stripped = data.strip(_WHITE)
    if len(stripped) > MAX_TEXT_BYTES or not stripped.isascii():
        raise FormatError(say("format", "failed", "FORMAT_UNKNOWN"))
    return stripped.decode("ascii")


def picture_text(data: bytes) -> str:
    """The text of the one education document's QR code in a picture, whatever other codes are in it.

    Raises `FormatError` when there is none, or several, of which a person could not tell which one is meant; and
    `RenderError` for a damaged picture.
    """
    from issuer.render.qr_image import read_qrs

    ours = {text for text in read_qrs(data) if _is_ours(text)}
    if len(ours) != 1:
        raise FormatError(say("format", "failed", "QR_SEVERAL" if ours else "QR_NOT_FOUND"))
    return ours.pop()


def _is_ours(text: str) -> bool:
    try:
        ec1.from_text(text)
    except ec1.Ec1Error as error:
        return error.code != "EC1_NOT_OURS"  # damaged or of another version, but meant to be one
    return True
