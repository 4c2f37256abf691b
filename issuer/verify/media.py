"""What kind of thing the bytes are: a sealed file, the text of a QR code, or a picture of one."""

from __future__ import annotations

import re
from typing import Final, Literal

from issuer.verify.checks import say
from issuer.verify.edc import MAX_BYTES, FormatError

Medium = Literal["json", "text", "picture"]

MAX_TEXT_BYTES: Final = 4096  # the longest QR code holds 4,296 letters, ours at most 2,300

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_WHITE = b" \t\r\n"
_QR_TEXT = re.compile(rb"HTTPS?://|EC1:", re.IGNORECASE)


def medium_of(data: bytes) -> Medium:
    """The medium by its first bytes; raises `FormatError` for anything else."""
    if len(data) > MAX_BYTES:
        raise FormatError(say("format", "failed", "FORMAT_TOO_LARGE", bytes=len(data)))
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
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
    """The text of the QR code in a picture; raises `FormatError` when none can be read."""
    from issuer.render.qr_image import read_qr

    text = read_qr(data)
    if text is None:
        raise FormatError(say("format", "failed", "QR_NOT_FOUND"))
    return text
