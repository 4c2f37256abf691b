"""Record -> ELM credential: the pieces put together (ELM 3.2 / EDC AP 1.2.0, as W3C VCDM 1.1).

    for plan in documents_of(record, issuing):
        draft = compose(plan, issuing, sealed_at)
        draft = with_picture(draft, png)
        draft.written.json()        # the bytes to be sealed
        draft.credential            # the same in plain dicts

Same input, same credential, byte for byte: nothing is drawn by lot and nothing is read from a clock.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from issuer.catalogue.authorities import Authority
from issuer.catalogue.dates import start_of_day
from issuer.catalogue.page_content import PageContent
from issuer.catalogue.reference import Institution
from issuer.credential.achievement import claim
from issuer.credential.display import BLANK_PICTURE, display_parameter, display_with
from issuer.credential.facts import Facts, facts_of
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import identifier, legal_identifier
from issuer.credential.organisations import mandate_statement, organisation
from issuer.credential.page import page_of
from issuer.credential.plan import DocumentPlan
from issuer.credential.qr import qr_claims
from issuer.elm.concepts import concept
from issuer.elm.entries import CredentialId, Moment, Picture, Text
from issuer.elm.piece import Piece, write

CONTEXT = ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"]
_TYPE = ["VerifiableCredential", "EuropeanDigitalCredential"]
_SCHEMAS = "http://data.europa.eu/snb/model/ap/"
_GENERIC = concept("credential", "e34929035b")
_GENERIC_SCHEMA = {"id": _SCHEMAS + "edc-generic-full", "type": "ShaclValidator2017"}
_MANDATED = concept("credential", "c_9a31f32a")
_MANDATED_SCHEMA = {"id": _SCHEMAS + "edc-issued-by-mandate", "type": "ShaclValidator2017"}
_MANDATE = concept("evidence-type", "c_18016257")


@dataclass(frozen=True, slots=True)
class SealerRef:
    """Whose key seals: `owner` is a registration number or an authority's key (`ministry`, `exam_body`);
    `organization_identifier` as in the certificate (`NTRLV-…`).
    """

    owner: str
    organization_identifier: str


@dataclass(frozen=True)
class Draft:
    """A composed document; `with_picture` gives the one that shows its page. `outline`: the credential, made of dicts
    and kept pieces. The rest is made when asked for.
    """

    plan: DocumentPlan
    outline: Node
    sealer: SealerRef
    facts: Facts
    issuing: Issuing

    @cached_property
    def written(self) -> Piece:
        """The credential as text."""
        return write(self.outline)

    @cached_property
    def credential(self) -> dict[str, Any]:
        """The credential in plain dicts of its own."""
        value: dict[str, Any] = self.written.value()
        return value

    @cached_property
    def page(self) -> PageContent:
        """What the page shows: final texts, Latvian and English."""
        return page_of(self.plan, self.facts, self.issuing)

    @cached_property
    def qr(self) -> dict[str, Any]:
        """The claims of the QR seal that come from the document, by the names of `issuer.seal.ec1_claims.Claims`."""
        return qr_claims(self.facts, self.issuing)


def compose(plan: DocumentPlan, issuing: Issuing, sealed_at: dt.datetime) -> Draft:
    """The credential of one plan, sealed at `sealed_at` (aware; whole seconds are kept).

    Raises `FieldMissingError` or `CompositionError` when the record cannot bear the document.
    """
    facts = facts_of(plan, issuing)
    sealed = Moment(_utc(sealed_at))
    outline: Node = {
        "id": CredentialId(plan.credential_id),
        "type": _TYPE,
        "credentialProfiles": _MANDATED if facts.bodies.by_mandate else _GENERIC,
        "displayParameter": display_parameter(facts, issuing),
        "identifier": _identifiers(facts, issuing),
        "credentialSchema": _MANDATED_SCHEMA if facts.bodies.by_mandate else _GENERIC_SCHEMA,
        "credentialSubject": _person(plan, facts, issuing),
    }
    if facts.bodies.by_mandate:
        outline["evidence"] = issuing.store.kept(
            (
                "mandate",
                facts.bodies.sealing.organization_identifier,
                facts.bodies.awarding.organization_identifier,
            ),
            lambda: _mandate(facts),
        )
    outline["issuanceDate"] = sealed
    outline["issued"] = sealed
    outline["issuer"] = _issuer(facts, issuing)
    outline["validFrom"] = Moment(start_of_day(facts.issued))
    outline["@context"] = CONTEXT  # last and tight, as EDC software writes and looks for it
    return Draft(plan, outline, _sealer(facts.bodies.sealing), facts, issuing)


def _sealer(body: Institution | Authority) -> SealerRef:
    owner = body.key if isinstance(body, Authority) else body.reg_no
    return SealerRef(owner, body.organization_identifier)


def with_picture(draft: Draft, png: bytes) -> Draft:
    """The complete document, whose display shows `png`; the draft without it stays as it was."""
    display = display_with(Picture(base64.b64encode(png).decode()), draft.facts, draft.issuing)
    return replace(draft, outline={**draft.outline, "displayParameter": display})


def has_picture(credential: dict[str, Any]) -> bool:
    """Whether the page is a real one: what has none must not be sealed for people."""
    detail = credential["displayParameter"]["individualDisplay"][0]["displayDetail"][0]
    content: str = detail["image"]["content"]
    return content != BLANK_PICTURE


def _utc(moment: dt.datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("the sealing time must say its time zone")
    return moment.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _identifiers(facts: Facts, issuing: Issuing) -> list[Node]:
    label = issuing.wording.label
    found = [
        identifier(1, "document-number", label("document_number")["lv"], Text(facts.number)),
        identifier(2, "document-type", label("document_type")["lv"], facts.document_type.code),
    ]
    if facts.registration_no:
        found.append(
            identifier(
                3, "registration-number", label("registration_number")["lv"], Text(facts.registration_no)
            )
        )
    return found


def _person(plan: DocumentPlan, facts: Facts, issuing: Issuing) -> Node:
    """Names exactly as in the register and in one language only, as EDC AP wants them."""
    person: Node = {"id": "urn:epass:person:1", "type": "Person"}
    if facts.given_names:
        person["givenName"] = {"lv": Text(facts.given_names)}
    if facts.family_name:
        person["familyName"] = {"lv": Text(facts.family_name)}
    person["fullName"] = {"lv": Text(f"{facts.given_names} {facts.family_name}".strip())}
    person["dateOfBirth"] = Moment(facts.birth_date + "T00:00:00Z")
    if facts.personal_code:
        scheme_name = issuing.wording.label("personal_code")["lv"]
        person["nationalID"] = legal_identifier(1, scheme_name, Text(facts.personal_code))
    if facts.other_identifier is not None:
        scheme_label, notation = facts.other_identifier
        person["identifier"] = identifier(4, "person", scheme_label["lv"], Text(notation))
    person["hasClaim"] = claim(plan, facts, issuing)
    return person


def _issuer(facts: Facts, issuing: Issuing) -> Node:
    """The sealing body; its eIDAS identifier is the one in the seal certificate (ETSI EN 319 412-1, 5.1.4)."""
    same = facts.bodies.sealing is facts.bodies.awarding
    return organisation(facts.bodies.sealing, 1 if same else 2, issuing)


def _mandate(facts: Facts) -> Node:
    """Evidence that the sealing body acts for the awarding one (EDC AP, profile "issued by mandate")."""
    said = mandate_statement(facts.bodies)
    return {
        "id": "urn:epass:evidence:1",
        "type": "Evidence",
        "dcType": _MANDATE,
        "evidenceStatement": f"{said['lv']} / {said['en']}",
    }
