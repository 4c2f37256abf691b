"""The catalogue: document types, words, scales, authorities, code numbers and the registers, all as data.

Everything that changes by law, by year or by authority is read from files: `schemas/` (ours) and the reference file
(the school system's). This room knows the file formats and refuses what it does not understand; it knows no person and
no document.
"""

from issuer.catalogue.authorities import Authority, load_authorities
from issuer.catalogue.code_lists import CodeLists
from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.document_types import load_document_types
from issuer.catalogue.reference import Institution, Reference
from issuer.catalogue.resources import data_dir
from issuer.catalogue.toml_table import CatalogueFileError
from issuer.catalogue.wording import Wording

__all__ = [
    "Authority",
    "CatalogueFileError",
    "CodeLists",
    "DocumentType",
    "Institution",
    "Reference",
    "Wording",
    "data_dir",
    "load_authorities",
    "load_document_types",
]
