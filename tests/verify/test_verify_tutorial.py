"""Verification, as a tutorial: bytes, a bundle and a time go in; a verdict with its reasons comes out."""

from __future__ import annotations

import datetime as dt
import json

from credentials import HOLDER, claims, credential
from trust_world import EXAMPLES, GYMNASIUM, NOW, World

from issuer.credential.compose import compose
from issuer.credential.issuing import Issuing
from issuer.credential.plan import documents_of
from issuer.elm import terms
from issuer.render import qr_png
from issuer.trust import Bundle
from issuer.verify import edc, verify

CHECKS = ["format", "seal", "certificate", "time", "revocation", "authority", "validity", "status", "log"]


def test_a_sealed_document_passes(world: World, bundle: Bundle) -> None:
    verdict = verify(world.seal(credential(world.reference), GYMNASIUM), bundle, NOW)
    assert verdict.verdict == "passed"
    assert verdict.kind == "edc"
    assert [check.check for check in verdict.checks] == CHECKS
    assert {check.check: check.status for check in verdict.checks if check.status != "passed"} == {
        "time": "skipped",  # level B-B: nothing proves when it was sealed, and the verdict says so
        "revocation": "skipped",
        "status": "skipped",
        "log": "skipped",
    }
    assert verdict.document["holder"] == {
        "given_names": "Zane", "family_name": "Testa-Bērziņa", "date_of_birth": "2009-04-01",
    }  # fmt: skip


def test_the_json_form_is_the_one_that_is_promised(world: World, bundle: Bundle) -> None:
    data = verify(world.seal(credential(world.reference), GYMNASIUM), bundle, NOW).as_dict()
    assert json.loads(json.dumps(data)) == data
    assert list(data) == ["verdict", "policy", "kind", "checks", "as_of", "document"]
    assert data["as_of"] == "2028-06-22T00:00:00Z"
    for check in data["checks"]:
        assert list(check) == ["check", "status", "message", "detail"]
        assert check["message"]["lv"]
        assert check["message"]["en"]
        assert check["detail"]["code"]


def test_one_changed_letter_fails_and_nothing_of_the_person_is_shown(world: World, bundle: Bundle) -> None:
    data = world.seal(credential(world.reference), GYMNASIUM).replace(b"VE 100001", b"VE 100007")
    verdict = verify(data, bundle, NOW)
    assert verdict.verdict == "failed"
    assert verdict.check("seal").code == "SEAL_BROKEN"
    assert verdict.document is None
    said = json.dumps(verdict.as_dict(), ensure_ascii=False)
    assert not any(part in said for part in (*HOLDER.split(), "2009-04-01", "010409", "10000"))


def test_the_personal_code_is_never_shown(world: World, bundle: Bundle) -> None:
    verdict = verify(world.seal(credential(world.reference), GYMNASIUM), bundle, NOW)
    assert verdict.document is not None
    assert "010409" not in json.dumps(verdict.as_dict())


def test_a_qr_text_is_judged_by_the_same_checks(world: World, bundle: Bundle) -> None:
    text = world.code(claims(bundle), GYMNASIUM)
    verdict = verify(f" {text}\n".encode(), bundle, NOW)
    assert (verdict.verdict, verdict.kind) == ("passed", "qr")
    assert [check.check for check in verdict.checks] == CHECKS
    assert verdict.document["title"]["en"] == "Certificate of General Secondary Education"


def test_a_picture_of_the_qr_code_says_the_same_as_its_text(world: World, bundle: Bundle) -> None:
    text = world.code(claims(bundle), GYMNASIUM)
    assert verify(qr_png(text), bundle, NOW).as_dict() == verify(text.encode(), bundle, NOW).as_dict()


def test_every_document_of_the_examples_passes_whoever_seals_it(
    late_world: World, late_bundle: Bundle
) -> None:
    at = dt.datetime(2037, 8, 30, tzinfo=dt.UTC)
    records = [json.loads(line) for line in (EXAMPLES / "records.jsonl").read_text().splitlines()]
    types = set()
    for sealing in ({}, {"*": "ministry"}):
        issuing = Issuing.of(late_world.reference, sealing=sealing)
        for record in records[:: 1 if not sealing else 3]:
            for plan in documents_of(record, issuing):
                draft = compose(plan, issuing, at)
                data = late_world.seal(draft.credential, draft.sealer.owner, at)
                verdict = verify(data, late_bundle, at)
                assert verdict.verdict == "passed", verdict.as_dict()
                assert verdict.document["type"] == plan.document_type.code
                types.add((plan.document_type.code, verdict.check("authority").code))
    assert {
        ("ATE_VVI", "AUTHORITY_OWN"),
        ("ATE_VVI", "AUTHORITY_MANDATE"),
        ("SEK_IZR", "AUTHORITY_OWN"),
    } <= types


def test_the_verifiers_two_addresses_are_those_of_the_model() -> None:
    assert (edc.W3C_CONTEXT, edc.ELM_CONTEXT) == (terms.W3C_CONTEXT, terms.ELM_CONTEXT)
