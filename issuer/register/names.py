"""Names as a search compares them: small letters without diacritics, family name first."""

from __future__ import annotations

import unicodedata


def search_key(*parts: str) -> str:
    """ "Bērziņa-Ozola", "Anna" -> "berzina-ozola anna"."""
    text = unicodedata.normalize("NFKD", " ".join(part for part in parts if part).casefold())
    return " ".join("".join(letter for letter in text if not unicodedata.combining(letter)).split())
