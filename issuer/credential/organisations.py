"""Organisations of a credential: full nodes, and stubs of them for every later mention.

EDC software does no framing, so a node that is mentioned again is written again. A stub repeats only the members
that a reader shows (a part of the full node, so the graph stays the same); 40 full copies would be two thirds of a
transcript.
"""

from __future__ import annotations

from issuer.catalogue.authorities import Authority
from issuer.catalogue.page_content import Bilingual
from issuer.credential.facts import Bodies, Body
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import LATVIA, legal_identifier, note
from issuer.elm.piece import Piece, write


def organisation(body: Body, number: int, issuing: Issuing) -> Node:
    """The full node `urn:epass:org:<number>`, made of pieces; kept."""
    key = ("organisation", name_key(body), number)
    return issuing.store.kept(key, lambda: _organisation(body, number, issuing))


def organisation_stub(body: Body, number: int, issuing: Issuing) -> Node:
    """`id`, `type` and name of the same node."""
    full = organisation(body, number, issuing)
    return {member: full[member] for member in ("id", "type", "legalName")}


def registration_number(body: Body) -> str:
    """Number in the Register of Educational Institutions, or an authority's legal entity code."""
    return body.nmr_code if isinstance(body, Authority) else body.reg_no


def legal_name(body: Body) -> dict[str, str]:
    """Name by language; a school's name is not translated."""
    return dict(body.legal_name) if isinstance(body, Authority) else {"lv": body.name}  # type: ignore[arg-type]


def mandate_statement(bodies: Bodies) -> Bilingual:
    """That the sealing body acts for the awarding one, in words."""
    sealing, name = bodies.sealing, legal_name(bodies.awarding)
    if isinstance(sealing, Authority):
        lv, en = sealing.mandate["lv"], sealing.mandate["en"]
    else:
        lv = f"Dokumentu izdod {{awarding_body}}; {sealing.name} to apzīmogo tās uzdevumā."
        en = f"The document is issued by {{awarding_body}}; {sealing.name} seals it on behalf of that body."
    return {
        "lv": lv.replace("{awarding_body}", name["lv"]),
        "en": en.replace("{awarding_body}", name.get("en") or name["lv"]),
    }


def name_key(body: Body) -> str:
    """What tells bodies apart."""
    return body.key if isinstance(body, Authority) else body.reg_no


def _organisation(body: Body, number: int, issuing: Issuing) -> Node:
    """Its members are pieces and itself it is none: an issuer must show its `eIDASIdentifier` where it stands."""
    label = "authority_number" if isinstance(body, Authority) else "institution_number"
    name = issuing.wording.label(label)["lv"]
    return {
        "id": f"urn:epass:org:{number}",
        "type": "Organisation",
        "legalName": legal_name(body),
        "registration": write(legal_identifier(2 * number, name, registration_number(body))),
        "eIDASIdentifier": write(legal_identifier(2 * number + 1, "eIDAS", body.organization_identifier)),
        "location": _location(body, number),
    }


def _location(body: Body, number: int) -> Piece:
    address = ", ".join(part for part in (body.street, body.place, body.postal_code) if part)
    return write(
        {
            "id": f"urn:epass:location:{number}",
            "type": "Location",
            "geographicName": {"lv": body.place},
            "address": {
                "id": f"urn:epass:address:{number}",
                "type": "Address",
                "countryCode": LATVIA,
                "fullAddress": note(f"address-{number}", {"lv": address}),
            },
        }
    )
