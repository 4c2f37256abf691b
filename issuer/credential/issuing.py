"""What composing needs beside the record: reference data, document types, authorities, code lists, who seals.

    issuing = Issuing.of(Reference.load(Path("reference.json")))
    issuing = Issuing.of(reference, sealing={"*": "ministry", "SER_VVI": "exam_body"})

One object serves a whole batch: it keeps the parts of credentials that repeat (schools, qualifications, subjects), so
that composing a document is mostly putting finished pieces together. What it keeps is bounded by the reference file
or by `Store.LIMIT`, not by the number of records. Not shared between threads; processes build their own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from issuer.catalogue.authorities import Authority, load_authorities
from issuer.catalogue.code_lists import CodeLists
from issuer.catalogue.document_type import BodyKind, DocumentType
from issuer.catalogue.document_types import load_document_types
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.reference import Institution, Reference
from issuer.catalogue.template import Tables
from issuer.catalogue.wording import Wording
from issuer.elm.piece import Piece, write
from issuer.errors import AtestatsError

Node = dict[str, Any]
"""A JSON-LD node; pieces may stand where embedded nodes do. Kept nodes are shared: never change one, make a new one."""

_T = TypeVar("_T")


class CompositionError(AtestatsError):
    """A record from which no truthful document can be made with this catalogue."""


class Store(dict[Hashable, Any]):
    """Finished parts by what they are made of; forgets everything when it grows too large."""

    LIMIT = 20_000

    def kept(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What belongs to this key, made on first use."""
        found = self.get(key)
        if found is None:
            if len(self) >= self.LIMIT:
                self.clear()
            found = self[key] = make()
        return cast(_T, found)

    def piece(self, key: Hashable, make: Callable[[], Node]) -> Piece:
        """The node of this key as text, made on first use."""
        return self.kept(key, lambda: write(make()).solid())

    def frame(self, key: Hashable, make: Callable[[], Node]) -> Piece:
        """The same for a node around pieces that differ where the key does not: put in your own by `around`."""
        return self.kept(key, lambda: write(make()))


class Issuing:
    """The inputs of composition. `sealing`: document type code (or "*" for all others) -> who seals."""

    def __init__(
        self,
        reference: Reference,
        document_types: Mapping[str, DocumentType],
        authorities: Mapping[str, Authority],
        code_lists: CodeLists,
        sealing: Mapping[str, str] | None = None,
        wording: Wording | None = None,
    ) -> None:
        self.reference = reference
        self.document_types = document_types
        self.authorities = authorities
        self.code_lists = code_lists
        self.wording = wording or Wording.load()
        self.sealing = _checked(sealing or {}, document_types)
        self.tables = self._tables()
        self.store = Store()
        self.companions: dict[str, list[DocumentType]] = {code: [] for code in document_types}
        for each in document_types.values():
            for main in each.source.of:
                self.companions[main].append(each)

    @classmethod
    def of(
        cls,
        reference: Reference,
        *,
        schemas: Path | None = None,
        more_types: Path | None = None,
        sealing: Mapping[str, str] | None = None,
    ) -> Issuing:
        """With the product's own catalogue, or with the one in the folder `schemas`; `more_types` is a folder of
        document types that an installation adds.
        """
        types = load_document_types(schemas / "document_types" if schemas else None, more_types)
        return cls(
            reference,
            types,
            load_authorities(schemas),
            CodeLists.load(types, schemas),
            sealing,
            Wording.load(schemas),
        )

    def sealed_by(self, document_type: DocumentType) -> BodyKind:
        """Who seals documents of this type: the configuration's word, else the type's.

        "*" = institution means what institutions award: an examination certificate stays the exam body's.
        """
        chosen = self.sealing.get(document_type.code) or self.sealing.get("*")
        if chosen == "institution" and "institution" not in document_type.awarded_by:
            return document_type.seal
        return cast(BodyKind, chosen) if chosen else document_type.seal

    def institution(self, reg_no: str) -> Institution:
        """The institution of the register; raises `CompositionError` INSTITUTION_UNKNOWN."""
        institution = self.reference.institution(reg_no)
        if institution is None:
            raise CompositionError(
                "INSTITUTION_UNKNOWN",
                f"Izglītības iestādes {reg_no} klasifikatoru datnē nav.",
                f"The institution {reg_no} is not in the reference file.",
                next_lv="Iegūstiet jaunāko klasifikatoru datni.",
                next_en="Fetch the newest reference file.",
            )
        return institution

    def _tables(self) -> Tables:
        types = self.document_types.values()
        exams = {exam.code: _both(exam.name_lv, exam.name_en) for exam in self.reference.exams.values()}
        return {
            **self.wording,
            "exam": exams,
            "document_type": {each.code: each.name for each in types},
            "legal_basis": {
                each.code: each.legal_basis.fill({}, {}) for each in types if not each.legal_basis.has_places
            },
            "claim_title": {
                each.code: each.claim.title.fill({}, {}) for each in types if not each.claim.title.has_places
            },
        }


def _both(lv: str, en: str) -> Bilingual:
    return {"lv": lv, "en": en}


def _checked(sealing: Mapping[str, str], types: Mapping[str, DocumentType]) -> dict[str, str]:
    bodies = get_args(BodyKind)
    for code, body in sealing.items():
        if (code != "*" and code not in types) or body not in bodies:
            raise CompositionError(
                "SEALING_UNKNOWN",
                f"Zīmogošanas iestatījumu „{code} = {body}” nevar saprast.",
                f'The sealing setting "{code} = {body}" is not understood.',
                next_lv=f"Dokumenta veids vai „*”; zīmogo: {', '.join(bodies)}.",
                next_en=f'A document type or "*"; sealed by: {", ".join(bodies)}.',
            )
    return dict(sealing)
