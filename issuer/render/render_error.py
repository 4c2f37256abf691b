"""Why a picture could not be drawn or read: codes RENDER_* (pages) and QR_*, IMAGE_* (codes)."""

from __future__ import annotations

from issuer.errors import AtestatsError


class RenderError(AtestatsError):
    """A page or QR picture cannot be made or read. Texts name the document key, never what the document says."""
