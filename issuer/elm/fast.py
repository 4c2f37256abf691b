"""The fast answer for documents of our own: valid for certain, or not certain.

    validator = Validator()
    validator.is_valid_written(write(credential))     # made of pieces, each of them looked at once
    validator.is_valid_fast(credential)               # plain dicts, from anywhere

Both ask the generated JSON Schema (compiled, in native code) and then what no schema can say. True means that
`validate` has no error for the credential; False means ask `validate`, which explains. It is for the hot path
between composing and sealing: tens of microseconds against a millisecond.
"""

from __future__ import annotations

from typing import Any

import orjson

from issuer.elm import lexical
from issuer.elm.agreement import Node, gather, incomplete
from issuer.elm.json_schema import profile_schema
from issuer.elm.piece import Piece
from issuer.elm.proofs import Proofs
from issuer.elm.terms import classes, variants

# Bytes that the JSON of a sound credential hardly ever holds: escapes, DEL, C1 controls and their
# neighbours, byte order marks and non-characters. Where one of these shows, every text is looked at.
_DOUBTFUL = (b"\\", b"\x7f", b"\xc2", b"\xef")


class Validator:
    """The compiled schemas, and what was found out about pieces. Build one per process and keep it: compiling takes
    some tens of milliseconds.
    """

    def __init__(self) -> None:
        import jsonschema_rs

        whole = profile_schema()
        one_node = [{"$ref": f"#/$defs/{name}"} for name in whole["$defs"] if name in classes()]
        self._schema = jsonschema_rs.Draft202012Validator(whole)
        self._node_schema = jsonschema_rs.Draft202012Validator(
            {"$schema": whole["$schema"], "anyOf": one_node, "$defs": whole["$defs"]}
        )
        self._mandatory = {name: of.mandatory() for name, of in classes().items()}
        # Evidence has its place in the credential only, and the one profile of ours with evidence is this.
        self._mandatory["Evidence"] |= frozenset(variants()["issued-by-mandate"].narrows["Evidence"])
        self._proofs = Proofs(self._is_document, self._is_node, self._mandatory)

    def is_valid_fast(self, credential: Node, written: bytes | None = None) -> bool:
        """Whether `credential` (dicts, lists, text, whole numbers, booleans) is valid beyond doubt.

        `written`: `orjson.dumps(credential)`, the bytes to be sealed, where the caller has made them already.
        """
        try:
            written = written or orjson.dumps(credential)
        except orjson.JSONEncodeError:  # lone surrogates, endless nesting: what no JSON text can say
            return False
        if not self._is_document(credential, written):
            return False
        issuer = credential["issuer"]
        if issuer.__class__ is not dict or not self._proofs.is_whole_issuer(issuer):
            return False
        found = gather(credential, {})
        return found is not None and not incomplete(found[0], self._mandatory)

    def is_valid_written(self, document: Piece) -> bool:
        """Whether the credential that `document` writes is valid beyond doubt: the same answer as for
        `document.value()`, or false.
        """
        return self._proofs.hold_for(document)

    def _is_document(self, value: Any, written: bytes) -> bool:
        return _texts_are_clean(value, written) and self._schema.is_valid(value) and _dates_agree(value)

    def _is_node(self, value: Any, written: bytes) -> bool:
        return (
            _texts_are_clean(value, written)
            and self._node_schema.is_valid(value)
            and value["type"].__class__ is str
        )


def _texts_are_clean(credential: Node, written: bytes) -> bool:
    """No forbidden characters in any text."""
    if not any(mark in written for mark in _DOUBTFUL):
        return True
    waiting: list[Any] = [credential]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and lexical.has_forbidden_character(value):
            return False
    return True


def _dates_agree(credential: Node) -> bool:
    if credential["issued"] != credential["issuanceDate"]:
        return False
    end = credential.get("validUntil")
    if end != credential.get("expirationDate"):
        return False
    return end is None or lexical.moment(end) >= lexical.moment(credential["validFrom"])
