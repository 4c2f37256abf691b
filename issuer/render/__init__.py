"""Pictures: the page of a document (A4 PNG, drawn from a Typst template) and its QR code (SVG, PNG, and reading one).

    from issuer.render import Painter, qr_svg, read_qr
    png, = Painter().paint([page])              # page: issuer.catalogue.page_content.PageContent
    svg = qr_svg("HTTPS://ATESTATS.LV/V#1234")

Names are loaded on first use: reading a QR code must not load the typesetter, nor the typesetter the QR reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from issuer.render.page import Painter
    from issuer.render.qr_image import qr_png, qr_svg, read_qr, read_qrs
    from issuer.render.render_error import RenderError

__all__ = ["Painter", "RenderError", "qr_png", "qr_svg", "read_qr", "read_qrs"]

_HOME = {
    "Painter": "issuer.render.page",
    "RenderError": "issuer.render.render_error",
    "qr_png": "issuer.render.qr_image",
    "qr_svg": "issuer.render.qr_image",
    "read_qr": "issuer.render.qr_image",
    "read_qrs": "issuer.render.qr_image",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
