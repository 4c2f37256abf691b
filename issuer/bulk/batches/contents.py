"""The exact contents of a document before it is sealed, as one digest: what a preview shows and an approval pins.

Composed as it will be, except for what is only known at sealing: the sealing time is the start of the issue date, the
identifier has no status slot, numbers that the register gives are zeros. So a changed mark, another director in the
reference file and a reworded document type all give another digest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from issuer.catalogue.dates import start_of_day
from issuer.credential import DocumentPlan, Draft, Issuing, compose, documents_of
from issuer.credential.plan import day_at
from issuer.errors import AtestatsError
from issuer.records.numbers import lacks_numbers, with_numbers
from issuer.transparency.merkle import EMPTY_HEAD, leaf_hash, node_hash

NO_NUMBER: Final = "000000"
NO_REGISTRATION: Final = "-"


@dataclass(frozen=True, slots=True)
class Contents:
    """One document of a record, composed for showing. `digest`: SHA-256, hex."""

    plan: DocumentPlan
    draft: Draft
    digest: str

    @property
    def is_numbered(self) -> bool:
        """Whether the source has given its numbers."""
        return self.draft.facts.number_part != NO_NUMBER


def contents_of(record: Mapping[str, Any], issuing: Issuing) -> list[Contents]:
    """Every document of a checked record, the main one first; raises `AtestatsError` when one cannot be composed."""
    return [_contents(plan, issuing) for plan in documents_of(shown(record, issuing), issuing)]


def shown(record: Mapping[str, Any], issuing: Issuing) -> Mapping[str, Any]:
    """The record with zeros where the register will give numbers."""
    document = record.get("document")
    if not isinstance(document, Mapping) or not lacks_numbers(document):
        return record
    return with_numbers(dict(record), series_of(record, issuing), NO_NUMBER, NO_REGISTRATION)


def series_of(record: Mapping[str, Any], issuing: Issuing) -> str:
    """The series of a document that the register numbers: the record's, or the type's in the reference file."""
    document = record["document"]
    names = issuing.reference.document_type_names.get(document.get("type") or "", {})
    series = document.get("series") or names.get("series")
    if not series:
        raise AtestatsError(
            "SERIES_UNKNOWN",
            f"Dokumenta veidam {document.get('type')} klasifikatoru datnē nav sērijas.",
            f"The reference file has no series for the document type {document.get('type')}.",
            next_lv="Norādiet sēriju ierakstā vai klasifikatoru datnē.",
            next_en="Give the series in the record or in the reference file.",
        )
    return str(series)


def root_of(digests: Sequence[str]) -> str:
    """The Merkle tree head (RFC 9162, 2.1.1) over the digests in the order of the documents, hex."""
    return _head([leaf_hash(bytes.fromhex(digest)) for digest in digests]).hex()


def _head(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_HEAD
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(_head(hashes[:half]), _head(hashes[half:]))


def _contents(plan: DocumentPlan, issuing: Issuing) -> Contents:
    day = day_at(plan.scope, plan.document_type.issued)
    draft = compose(plan, issuing, dt.datetime.fromisoformat(start_of_day(day)))
    return Contents(plan, draft, hashlib.sha256(draft.written.json()).hexdigest())
