"""The claim of a credential: what was achieved, by whom it was awarded, what proves it, what it entitles to."""

from __future__ import annotations

from functools import partial
from typing import Any

from issuer.catalogue.dates import start_of_day
from issuer.catalogue.document_type import Entitlement
from issuer.catalogue.page_content import Bilingual
from issuer.credential.assessments import exam_assessments, mark_parts, text_assessments
from issuer.credential.facts import Facts
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import FORMAL, SCHEME, identifier, note, own_texts, texts, topic
from issuer.credential.organisations import name_key, organisation, organisation_stub
from issuer.credential.plan import DocumentPlan, Link
from issuer.elm.concepts import concept
from issuer.elm.entries import CredentialId, Text
from issuer.elm.piece import Piece

_AWARD = "urn:epass:awardingProcess:1"


def claim(plan: DocumentPlan, facts: Facts, issuing: Issuing) -> Node:
    """`LearningAchievement` or `LearningAssessment`, as the document type says."""
    kind = plan.document_type
    award, again = _award(facts, issuing), _award_stub(facts, issuing)
    if kind.claim.kind == "LearningAssessment":
        made = exam_assessments(facts, again, issuing) or text_assessments(plan, again, issuing)
        node: Node = {**made[0], "awardedBy": award, "description": _description(facts)}
        notes = _notes(facts, issuing)
        if notes:
            node["additionalNote"] = [*node.get("additionalNote", ()), *notes]
    else:
        node = {
            "id": "urn:epass:learningAchievement:1",
            "type": "LearningAchievement",
            "title": texts(facts.claim_title),
            "description": _description(facts),
            "awardedBy": award,
        }
        notes = _notes(facts, issuing)
        if notes:
            node["additionalNote"] = notes
        if kind.claim.specification is not None:
            node["specifiedBy"] = _specification(facts, issuing)
        if facts.subjects:
            node["hasPart"] = mark_parts(facts, again, issuing)
        proofs = exam_assessments(facts, again, issuing) + text_assessments(plan, again, issuing)
        if proofs:
            node["provenBy"] = proofs
        if kind.entitlements:
            node["entitlesTo"] = _entitlements(facts, again, issuing)
    if plan.links:
        node["supplementaryDocument"] = [_link(n, link) for n, link in enumerate(plan.links, 1)]
    return node


def _description(facts: Facts) -> dict[str, str]:
    if len(facts.statement) == 1:
        return own_texts(facts.statement[0])
    return {
        "lv": Text(" ".join(text["lv"] for text in facts.statement)),
        "en": Text(" ".join(text["en"] for text in facts.statement)),
    }


def _award(facts: Facts, issuing: Issuing) -> Piece:
    """The full `AwardingProcess`: who, when, where, under which law, and who headed the institution."""
    bodies, law, director = facts.bodies, facts.legal_basis, facts.director
    key = (
        *("awarding", name_key(bodies.awarding), facts.completed, law["lv"], law["en"]),
        director and (director[0]["lv"], director[0]["en"], director[1]),
        bodies.by_successor and (bodies.issuing.reg_no, bodies.sealing is bodies.issuing),
    )
    return issuing.store.piece(key, lambda: _make_award(facts, issuing))


def _make_award(facts: Facts, issuing: Issuing) -> Node:
    bodies = facts.bodies
    award: Node = {
        "id": _AWARD,
        "type": "AwardingProcess",
        "awardingBody": organisation(bodies.awarding, 1, issuing),
        "awardingDate": start_of_day(facts.completed),
        "location": _place_of_issue(facts, issuing),
        "description": texts(facts.legal_basis),
    }
    notes = []
    if facts.director is not None:
        notes.append(_director(*facts.director, facts, issuing))
    if bodies.by_successor:
        notes.append(_successor(facts, issuing))
    if notes:
        award["additionalNote"] = notes
    return award


def _place_of_issue(facts: Facts, issuing: Issuing) -> Piece:
    """Where the document is issued: the location of the issuing body, the same node as in that body."""
    bodies = facts.bodies
    body, number = bodies.awarding, 1
    if bodies.by_successor:
        body, number = bodies.issuing, 2 if bodies.sealing is bodies.issuing else 3
    location: Piece = organisation(body, number, issuing)["location"]
    return location


def _director(position: Bilingual, name: str, facts: Facts, issuing: Issuing) -> Node:
    """The head as a note: a `Person` would need claims of its own, and the seal stands for the signature."""
    where = f" ({facts.bodies.issuing.name})" if facts.bodies.by_successor else ""
    said = {
        "lv": f"{_capital(position['lv'])}: {name}{where}",
        "en": f"{_capital(position['en'])}: {name}{where}",
    }
    return note("director", said, topic("head-of-institution", issuing.wording.label("head")))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _successor(facts: Facts, issuing: Issuing) -> Node:
    """Awarded by a school that is closed or was another one; issued by its legal successor."""
    name = facts.bodies.issuing.name
    said = {
        "lv": f"Dokumentu izsniedz tiesību pārņēmējs: {name}.",
        "en": f"Issued by the legal successor: {name}.",
    }
    return note("successor", said, topic("legal-successor", issuing.wording.label("successor")))


def _award_stub(facts: Facts, issuing: Issuing) -> Piece:
    body = facts.bodies.awarding
    return issuing.store.piece(
        ("awarding stub", name_key(body)),
        lambda: {
            "id": _AWARD,
            "type": "AwardingProcess",
            "awardingBody": organisation_stub(body, 1, issuing),
        },
    )


def _notes(facts: Facts, issuing: Issuing) -> list[Node]:
    """Original form of the name, the document that this one replaces, and lines that only this type has."""
    notes = []
    label = issuing.wording.label
    if facts.original_name is not None:
        said = {facts.original_name.language: Text(facts.original_name.text)}
        notes.append(note("original-name", said, topic("original-name", label("original_name"))))
    if facts.mark is not None:
        replaced = facts.replaced or {"lv": "", "en": ""}
        said = {
            "lv": Text(f"{facts.mark['lv']}. {replaced['lv']}".strip()),
            "en": Text(f"{facts.mark['en']}. {replaced['en']}".strip()),
        }
        notes.append(note("replaced-document", said, topic("replaced-document", label("replaced_document"))))
    for n, (name, value) in enumerate(facts.lines, 1):
        about = issuing.store.piece(("line", n, name["lv"], name["en"]), partial(topic, f"line-{n}", name))
        notes.append(note(f"line-{n}", own_texts(value), about))
    return notes


def _specification(facts: Facts, issuing: Issuing) -> Piece:
    title, programme = facts.specification_title or facts.claim_title, facts.programme
    key = (
        *(
            "specification",
            facts.document_type.code,
            title["lv"],
            facts.level,
            facts.isced_f,
            facts.languages,
        ),
        programme and (programme.code, programme.name["lv"]),
    )
    return issuing.store.piece(key, lambda: _make_specification(facts, issuing))


def _make_specification(facts: Facts, issuing: Issuing) -> Node:
    kind = facts.document_type
    assert kind.claim.specification is not None  # asked by the caller
    node: dict[str, Any] = {
        "id": "urn:epass:specification:1",
        "type": kind.claim.specification.kind,
        "title": _untranslated(facts.specification_title or facts.claim_title),
    }
    if facts.level is not None:
        node["eqfLevel"] = concept("eqf", facts.level)
        node["nqfLevel"] = concept("nqf-latvia", facts.level)
    if kind.isced_level and kind.claim.specification.kind == "Qualification":
        node["educationLevel"] = _education_level(kind.isced_level)
    if facts.isced_f:
        node["thematicArea"] = concept("isced-f", facts.isced_f)
    node["learningSetting"] = FORMAL
    if facts.languages:
        node["language"] = [concept("language", code) for code in facts.languages]
    if facts.programme is not None:
        label = issuing.wording.label("programme_code")
        node["identifier"] = identifier(5, "programme", label["lv"], facts.programme.code)
        about = topic("programme", {"lv": "Izglītības programma", "en": "Education programme"})
        node["additionalNote"] = note("programme", texts(facts.programme.name), about)
    return node


def _untranslated(title: Any) -> dict[str, str]:
    """A name that stands in the record (a qualification) has no English form: the same text is not said twice."""
    return {"lv": title["lv"]} if title["lv"] == title["en"] else texts(title)


def _education_level(code: str) -> Node:
    """ISCED 2011 attainment: a concept of our own scheme, for the EU has published none."""
    return {
        "id": f"urn:atestats:isced-2011-a:{code}",
        "type": "Concept",
        "inScheme": {"id": SCHEME + "isced-2011-a", "type": "ConceptScheme"},
        "notation": code,
        "prefLabel": {"lv": f"ISCED 2011: {code}", "en": f"ISCED 2011: {code}"},
    }


def _entitlements(facts: Facts, award: Piece, issuing: Issuing) -> list[Piece]:
    kind = facts.document_type
    return [
        issuing.store.frame(
            ("entitlement", kind.code, n), partial(_entitlement, n, entitlement, award)
        ).around(award)
        for n, entitlement in enumerate(kind.entitlements, 1)
    ]


def _entitlement(n: int, entitlement: Entitlement, award: Piece) -> Node:
    title = texts(entitlement.title)
    return {
        "id": f"urn:epass:learningEntitlement:{n}",
        "type": "LearningEntitlement",
        "title": title,
        "awardedBy": award,
        "specifiedBy": {
            "id": f"urn:epass:learningEntitlementSpecification:{n}",
            "type": "LearningEntitlementSpecification",
            "title": title,
            "dcType": concept("entitlement", entitlement.kind),
            "entitlementStatus": concept("entitlement-status", entitlement.status),
        },
    }


def _link(n: int, link: Link) -> Node:
    """The other document of the same record, by its id.

    `supplementaryDocument` of the claim and not `identifier`: an identifier would name this achievement, while this
    names another document; and `contentURL` is typed, so that software finds the id without reading prose.
    """
    return {
        "id": f"urn:epass:webResource:{n}",
        "type": "WebResource",
        "title": {
            "lv": Text(f"{link.name['lv']}, {link.number}"),
            "en": Text(f"{link.name['en']}, {link.number}"),
        },
        "contentURL": CredentialId(link.credential_id),
    }
