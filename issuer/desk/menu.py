"""Which pages a role has in its menu. What it may see there is the register's business, not the menu's."""

from __future__ import annotations

from typing import Final

from issuer.desk.visitor import Visitor

_YEAR: Final = ("/", "menu.year")
_BATCHES: Final = ("/batches", "menu.batches")
_DOCUMENTS: Final = ("/documents", "menu.documents")
_BOOK: Final = ("/book", "menu.book")
_STATISTICS: Final = ("/statistics", "menu.statistics")
_TRAIL: Final = ("/trail", "menu.trail")
_WORKING: Final = (_YEAR, _BATCHES, _DOCUMENTS, _BOOK, _STATISTICS)


def menu(who: Visitor) -> tuple[tuple[str, str], ...]:
    """(path, key of the text) of each entry."""
    if who.role == "auditor":
        return (_TRAIL, _STATISTICS)
    if who.role in ("operator", "ikvd"):
        return (*_WORKING, _TRAIL)
    return _WORKING
