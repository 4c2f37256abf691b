"""The trust list, as a tutorial: the register written as ETSI TS 119 602 says, sealed, read back, asked about times."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from cryptography import x509
from joserfc import jws
from joserfc.jwk import ECKey
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from trust_world import CLOSED, GYMNASIUM, ISSUED, NOW, TECHNICAL, World, reference_with

from issuer.seal import jades_document
from issuer.trust import lote
from issuer.trust import lote_terms as terms
from issuer.trust.lote import LoteError
from issuer.trust.lote_file import open_trust_list, sign
from issuer.trust.lote_register import bodies_of
from issuer.trust.publication import Issue, Publication

LATER = dt.datetime(2035, 1, 10, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def official(shared) -> Draft7Validator:
    """The schema of the standard, as the EU's library ships it."""
    folder = shared / "vectors" / "lote" / "schema"
    jwk = json.loads((folder / "rfc7517.json").read_text())
    registry = Registry().with_resource("rfcs/rfc7517.json", Resource.from_contents(jwk))
    schema = json.loads((folder / "1960201_json_schema.json").read_text())
    return Draft7Validator(schema, registry=registry)


def list_of(world: World, **changes: Any) -> dict[str, Any]:
    """The list's content; `changes` are fields of `Issue`, `reference` or `keys`."""
    publication = Publication.of(changes.pop("reference", world.reference))
    keys = changes.pop("keys", world.public.keys)
    at = changes.get("issued_at", ISSUED)
    fields = {"sequence": 7, "issued_at": at, "next_update": at + dt.timedelta(days=30), "is_test": True}
    return publication.trust_list(keys, Issue(**fields | changes))


def services(content: dict[str, Any], body: str, kind: str) -> list[lote.Service]:
    found = [e for e in lote.read(content).entities if e.extension(terms.BODY)["key"] == body]
    return [service for service in found[0].services if service.type == kind]


def test_the_list_is_what_the_standards_schema_asks_for(official, world) -> None:
    for at in (ISSUED, LATER):
        assert not list(official.iter_errors(list_of(world, issued_at=at)))


def test_it_says_who_may_issue_what_at_which_time(world) -> None:
    # Accredited to 2038-02-15 (reference file); days are Latvian ones.
    [right] = services(list_of(world), GYMNASIUM, terms.AWARD + "ATE_VVI")
    assert right.at(dt.datetime(2014, 8, 31, 20, 59, tzinfo=dt.UTC)) is None
    assert right.at(dt.datetime(2014, 8, 31, 21, 0, tzinfo=dt.UTC)).status == terms.GRANTED
    assert right.current.extension("GrantedUntil") == "2038-02-15"
    assert not services(list_of(world), GYMNASIUM, terms.AWARD + "DIP_PVI")
    assert services(list_of(world), TECHNICAL, terms.AWARD + "DIP_PVI")


def test_a_right_that_has_ended_is_withdrawn_and_its_past_is_history(world) -> None:
    content = list_of(world, issued_at=LATER)  # CLOSED ceased to exist on 2033-08-31
    [right] = services(content, CLOSED, terms.AWARD + "ATE_VVI")
    assert right.current.status == terms.WITHDRAWN
    assert right.at(dt.datetime(2033, 8, 31, 20, 59, tzinfo=dt.UTC)).status == terms.GRANTED
    assert right.at(dt.datetime(2033, 8, 31, 21, 0, tzinfo=dt.UTC)).status == terms.WITHDRAWN
    [closed] = [body for body in bodies_of(lote.read(content)) if body["key"] == CLOSED]
    assert (closed["closed_on"], closed["successor"]) == ("2033-08-31", "9917900005")


def test_it_carries_the_certificate_of_every_seal_key(world) -> None:
    [seal] = services(list_of(world), GYMNASIUM, terms.KEY_TYPES["seal"])
    [certificate] = seal.current.identity["X509Certificates"]
    assert base64.b64decode(certificate["val"]) == world.public.key(GYMNASIUM, "seal").certificate


def test_rights_point_at_the_seal_keys(world) -> None:
    [right] = services(list_of(world), GYMNASIUM, terms.AWARD + "ATE_VVI")
    certificate = x509.load_der_x509_certificate(world.public.key(GYMNASIUM, "seal").certificate)
    own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert right.current.identity == {"X509SKIs": [base64.b64encode(own).decode()]}


@pytest.mark.parametrize("at", [ISSUED, LATER])
def test_what_is_written_is_read_back(world, at) -> None:
    """The bundle's entities come out of the list; the two halves were written apart and must agree."""
    content = list_of(world, issued_at=at)
    again = {body["key"]: body for body in bodies_of(lote.read(content))}
    school = world.reference.institutions[GYMNASIUM]
    body = again[GYMNASIUM]
    assert body["organization_identifier"] == f"NTRLV-{school.nmr_code}"
    assert body["name"] == {"lv": school.name}
    assert body["address"] == {
        "street": school.street, "place": school.place, "postal_code": school.postal_code
    }  # fmt: skip
    assert body["rights"]["APL_VPI"] == [["2014-09-01", "2038-02-15"]]
    assert again["ministry"]["mandates"]["ATE_VVI"][0][0] == "*"
    assert again["exam_body"]["rights"]["SER_VVI"] == [["0001-01-01", None]]
    key = world.public.key(GYMNASIUM, "qr")
    [listed] = [each for each in body["keys"] if each["purpose"] == "qr"]
    assert (listed["key_id"], listed["kid"], listed["state"]) == (key.key_id, key.kid8.hex(), "active")


# --- the seal


def test_an_independent_reader_of_jws_accepts_the_seal(world) -> None:
    data = sign(list_of(world), world.operator, world.signer)
    key = ECKey.import_key(world.operator.spki)
    registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = 2**24
    found = jws.deserialize_compact(data.decode(), key, registry=registry)
    assert json.loads(found.payload) == list_of(world)


def test_its_header_is_baseline_jades(world, shared) -> None:
    data = sign(list_of(world), world.operator, world.signer)
    header = dict(jades_document.parse(data, max_bytes=2**24).signatures[0].protected)
    assert set(header) == {"alg", "cty", "iat", "typ", "x5c", "x5t#S256"}  # TS 119 182-1, 6.3, level B-B
    assert (header["cty"], header["typ"]) == ("json", "jose")
    assert header["iat"] == int(ISSUED.timestamp())


def refusal(data: bytes, anchors: list[bytes], now: dt.datetime = NOW) -> str:
    with pytest.raises(LoteError) as caught:
        open_trust_list(data, anchors, now)
    assert caught.value.message_lv
    assert caught.value.next_lv
    return caught.value.code


def test_only_what_the_operator_sealed_and_is_still_current_is_read(world) -> None:
    data = sign(list_of(world), world.operator, world.signer)
    assert open_trust_list(data, world.anchors, NOW).sequence == 7
    assert refusal(data, [world.public.key(GYMNASIUM, "seal").certificate]) == "LOTE_NOT_SIGNED_BY_OPERATOR"
    assert refusal(data, [world.public.root]) == "BUNDLE_ANCHOR"
    assert refusal(data, world.anchors, ISSUED + dt.timedelta(days=31)) == "LOTE_STALE"
    header, payload, signature = data.split(b".")
    assert refusal(b".".join([header, payload[:-4] + b"AAAA", signature]), world.anchors) == "LOTE_ALTERED"
    assert refusal(b"{}", world.anchors) == "LOTE_UNREADABLE"


def test_a_school_cannot_seal_a_list(world) -> None:
    forged = sign(list_of(world), world.public.key(GYMNASIUM, "seal"), world.signer)
    assert refusal(forged, world.anchors) == "LOTE_NOT_SIGNED_BY_OPERATOR"


def test_a_list_from_outside_the_validity_of_the_operators_certificate_is_refused(world) -> None:
    data = sign(
        list_of(world, issued_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)), world.operator, world.signer
    )
    assert refusal(data, world.anchors) == "LOTE_NOT_SIGNED_BY_OPERATOR"


# --- history


def test_the_next_list_keeps_what_was_true(world) -> None:
    before = lote.read(list_of(world))
    previous = {"entities": bodies_of(before), "issued_at": before.issued_at.isoformat()}
    shorter = reference_with(accredited_to={GYMNASIUM: "2028-09-01"})
    del shorter.institutions[TECHNICAL]
    keys = [key for key in world.public.keys if key.owner != TECHNICAL]
    content = list_of(world, sequence=8, issued_at=LATER, previous=previous, reference=shorter, keys=keys)
    bodies = {body["key"]: body for body in bodies_of(lote.read(content))}
    assert bodies[GYMNASIUM]["rights"]["ATE_VVI"] == [["2014-09-01", "2028-09-01"]]
    # Gone from the register: its right up to the day of the list before, its keys with their certificates.
    assert {period[1] for periods in bodies[TECHNICAL]["rights"].values() for period in periods} == {
        "2028-06-21"
    }
    assert {key["state"] for key in bodies[TECHNICAL]["keys"]} == {"retired"}
    assert all("certificate" in key for key in bodies[TECHNICAL]["keys"])


def test_a_school_that_changes_hands_keeps_its_former_identifier(world) -> None:
    before = lote.read(list_of(world))
    previous = {"entities": bodies_of(before), "issued_at": before.issued_at.isoformat()}
    moved = reference_with()
    old = moved.institutions[GYMNASIUM]
    moved.institutions[GYMNASIUM] = type(old)(
        **{name: getattr(old, name) for name in old.__dataclass_fields__} | {"nmr_code": "90999977777"}
    )
    bodies = bodies_of(lote.read(list_of(world, reference=moved, previous=previous)))
    [body] = [each for each in bodies if each["key"] == GYMNASIUM]
    assert body["organization_identifier"] == "NTRLV-90999977777"
    assert body["former_identifiers"] == [old.organization_identifier]


def test_the_states_of_a_key_travel_with_their_times(world) -> None:
    key = world.public.key(GYMNASIUM, "seal")
    days = [ISSUED + dt.timedelta(days=n) for n in range(-30, 0, 10)]
    states = list(zip(("active", "suspended", "active"), days, strict=True))
    for more, last in (([], "active"), ([("compromised", days[1])], "compromised")):
        content = list_of(world, histories={key.key_id: [*states, *more]})
        [body] = [each for each in bodies_of(lote.read(content)) if each["key"] == GYMNASIUM]
        [listed] = [each for each in body["keys"] if each["purpose"] == "seal"]
        assert listed["state"] == last
        [service] = services(content, GYMNASIUM, terms.KEY_TYPES["seal"])
        assert service.at(days[0]).status == terms.GRANTED
    # A compromise counts from when it happened: what came after it in the store says nothing of the key any more.
    assert service.at(NOW).status == terms.KEY_STATUSES["compromised"]
    assert service.at(days[1]).status in {
        terms.KEY_STATUSES["compromised"],
        terms.KEY_STATUSES["suspended"],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lote: lote["ListAndSchemeInformation"].update(LoTEType="http://example.org/x"), "LOTE_SCHEME"),
        (lambda lote: lote["ListAndSchemeInformation"].pop("LoTEType"), "LOTE_SCHEME"),
        (lambda lote: _current(lote).update(ServiceStatus=f"{terms.BASE}/svcstatus/perhaps"), "LOTE_SCHEME"),
        (lambda lote: _current(lote).update(ServiceTypeIdentifier="http://example.org/x"), "LOTE_SCHEME"),
        (lambda lote: _current(lote).update(StatusStartingTime="2014-09-01"), "LOTE_FORMAT"),
        (lambda lote: _current(lote).pop("StatusStartingTime"), "LOTE_SCHEME"),
        (lambda lote: _current(lote).update(Unknown=1), "LOTE_FORMAT"),
        (lambda lote: lote["TrustedEntitiesList"].append(lote["TrustedEntitiesList"][0]), "LOTE_SCHEME"),
        (lambda lote: lote["TrustedEntitiesList"].clear(), "LOTE_FORMAT"),
    ],
)  # fmt: skip
def test_a_list_that_says_what_we_cannot_read_is_refused_not_read_by_halves(world, change, code) -> None:
    content = list_of(world)
    change(content["LoTE"])
    with pytest.raises(LoteError) as caught:
        bodies_of(lote.read(content))
    assert caught.value.code == code


def _current(content: dict[str, Any]) -> dict[str, Any]:
    return content["TrustedEntitiesList"][0]["TrustedEntityServices"][0]["ServiceInformation"]
