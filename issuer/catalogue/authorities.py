"""The bodies that seal beside the institutions: the ministry and the exam body (`schemas/authorities.toml`).

authorities = load_authorities()
authorities["exam_body"].organization_identifier     # "NTRLV-…"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.resources import data_dir
from issuer.catalogue.toml_table import TomlTable

AUTHORITY_KEYS = ("ministry", "exam_body")


@dataclass(frozen=True)
class Authority:
    """A body with a seal of its own. `nmr_code`: 11 digits; `mandate`: text with the place `{awarding_body}`."""

    key: str
    legal_name: Bilingual
    nmr_code: str
    street: str
    place: str
    postal_code: str
    mandate: Bilingual

    @property
    def organization_identifier(self) -> str:
        """`NTRLV-<legal entity code>`, the form of ETSI EN 319 412-1, 5.1.4, that a seal certificate carries."""
        return f"NTRLV-{self.nmr_code}"


def load_authorities(folder: Path | None = None) -> dict[str, Authority]:
    """Key (`ministry`, `exam_body`) -> authority; raises `CatalogueFileError`."""
    root = TomlTable.open((folder or data_dir()) / "authorities.toml")
    authorities = {key: _authority(key, root.table(key)) for key in AUTHORITY_KEYS}
    root.close()
    return authorities


def _authority(key: str, table: TomlTable) -> Authority:
    authority = Authority(
        key,
        table.bilingual("legal_name"),
        table.text("nmr_code"),
        table.text("street"),
        table.text("place"),
        table.text("postal_code"),
        table.bilingual("mandate"),
    )
    if not re.fullmatch(r"[0-9]{11}", authority.nmr_code):
        raise table.wrong("nmr_code", "jābūt 11 cipariem", "must be 11 digits")
    if not all("{awarding_body}" in text for text in (authority.mandate["lv"], authority.mandate["en"])):
        raise table.wrong("mandate", "trūkst vietas {awarding_body}", "the place {awarding_body} is missing")
    table.close()
    return authority
