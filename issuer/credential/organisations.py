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


def organisation(body: Body, number: int, issuing: Issuing) -> Node:
    """The full node `urn:epass:org:<number>`; cached."""
    key = ("organisation", _name_key(body), number)
    return issuing.store.piece(key, lambda: _organisation(body, number, issuing))


def organisation_stub(body: Body, number: int, issuing: Issuing) -> Node:
    """`id`, `type` and name of the same node."""
    full = organisation(body, number, issuing)
    key = ("organisation stub", _name_key(body), number)
    return issuing.store.piece(key, lambda: {member: full[member] for member in ("id", "type", "legalName")})


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


def _name_key(body: Body) -> str:
    return body.key if isinstance(body, Authority) else body.reg_no


def _organisation(body: Body, number: int, issuing: Issuing) -> Node:
    label = "authority_number" if isinstance(body, Authority) else "institution_number"
    address = ", ".join(part for part in (body.street, body.place, body.postal_code) if part)
    node: Node = {
        "id": f"urn:epass:org:{number}",
        "type": "Organisation",
        "legalName": legal_name(body),
        "registration": legal_identifier(
            2 * number, issuing.wording.label(label)["lv"], registration_number(body)
        ),
        "eIDASIdentifier": legal_identifier(2 * number + 1, "eIDAS", body.organization_identifier),
        "location": {
            "id": f"urn:epass:location:{number}",
            "type": "Location",
            "geographicName": {"lv": body.place},
            "address": {
                "id": f"urn:epass:address:{number}",
                "type": "Address",
                "countryCode": LATVIA,
                "fullAddress": note(f"address-{number}", {"lv": address}),
            },
        },
    }
    return node
