"""Complete Concept nodes of the controlled lists, ready to stand in a credential.

    concept("eqf", 4)                     # EQF level 4
    concept("nqf-latvia", 4)              # level 4 of the Latvian framework (LKI)
    concept("language", "LAV")
    concept("assessment", "written-examination")     # or its code, "6e6cb2cc78"

EDC AP 1.2.0 wants every Concept to carry `type` and `inScheme` (with the scheme's own `type`); readers show
`prefLabel`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from issuer.elm.concept_lists import LATVIAN_LEVELS, LISTS, ConceptList, Member
from issuer.errors import AtestatsError


def concept(list_name: str, code: str | int) -> dict[str, Any]:
    """The node `{id, type, inScheme: {id, type}, prefLabel: {lv?, en}}` of one member.

    `code` is the official code; or, in the short lists, the readable name (English label in lower case, words
    joined by hyphens); or, for `eqf` and `nqf-latvia`, the level 1..8 as int or text. The same dict is
    returned each time: share it, never change it. Raises AtestatsError CONCEPT_UNKNOWN when the list has no
    such member.
    """
    return _concept(_spelt(list_name), str(code))


def concept_iri(list_name: str, code: str | int) -> str:
    """The IRI of one member; raises as `concept` does."""
    iri: str = concept(list_name, code)["id"]
    return iri


def codes(list_name: str) -> tuple[str, ...]:
    """The official codes of all known members of a list, in the list's own order."""
    return tuple(_list(_spelt(list_name)).members())


@cache
def _concept(list_name: str, code: str) -> dict[str, Any]:
    if list_name == "nqf-latvia":
        level = int(code) if code.isdecimal() and len(code) == 1 else 0
        if not 1 <= level <= len(LATVIAN_LEVELS):
            raise _unknown(list_name, code)
        list_name, code = "nqf", LATVIAN_LEVELS[level - 1]
    of = _list(list_name)
    member = of.members().get(code) or _names(of.name).get(code)
    if member is None:
        raise _unknown(list_name, code)
    labels = {"lv": member.lv} if member.lv else {}
    return {
        "id": of.base + member.code,
        "type": "Concept",
        "inScheme": {"id": of.scheme, "type": "ConceptScheme"},
        "prefLabel": {**labels, "en": member.en},
    }


@cache
def _names(list_name: str) -> dict[str, Member]:
    """Readable names of the short lists: "written-examination" -> member."""
    of = LISTS[list_name]
    if not of.is_short():
        return {}
    return {"-".join(member.en.lower().split()): member for member in of.members().values()}


def _spelt(name: str) -> str:
    name = name.replace("_", "-")
    return {"credential-profile": "credential", "mode": "learning-assessment"}.get(name, name)


def _list(name: str) -> ConceptList:
    try:
        return LISTS["nqf" if name == "nqf-latvia" else name]
    except KeyError:
        raise _unknown(name, "*") from None


def _unknown(list_name: str, code: str) -> AtestatsError:
    return AtestatsError(
        "CONCEPT_UNKNOWN",
        f"Kontrolētajā sarakstā “{list_name}” nav koncepta “{code}”.",
        f'Controlled list "{list_name}" has no concept "{code}".',
        next_lv="Pārbaudiet kodu dokumenta veida aprakstā.",
        next_en="Check the code in the document type's description.",
    )
