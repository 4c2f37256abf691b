"""Our own few files for the browser: one style sheet, one script, one mark, and the typeface from its package."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

router = APIRouter()
_FOLDER: Final = Path(__file__).parent / "static"
_KINDS: Final = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "noto-sans.ttf": "font/ttf",
}


@router.get("/static/{version}/{name}", include_in_schema=False)
def file(version: str, name: str) -> Response:
    """A file under its version: browsers may keep it for ever."""
    if name not in _KINDS:
        raise HTTPException(404)
    return Response(
        _content(name),
        media_type=_KINDS[name],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable" if version == digest() else "no-cache"
        },
    )


@cache
def digest() -> str:
    """Changes whenever one of the files does."""
    total = hashlib.sha256()
    for name in sorted(_KINDS):
        total.update(_content(name))
    return total.hexdigest()[:12]


@cache
def _content(name: str) -> bytes:
    if name == "noto-sans.ttf":
        spec = find_spec("manimgx_fonts")  # SIL OFL 1.1; the same that certificates are set in
        if spec is None or spec.origin is None:
            return b""
        return (Path(spec.origin).parent / "NotoSans[wght].ttf").read_bytes()
    return (_FOLDER / name).read_bytes()
