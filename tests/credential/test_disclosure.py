"""What must never leave the issuer is in no form of any document: credential, page, QR claims."""

from __future__ import annotations

import copy
import datetime as dt
import json

import pytest
from record_variants import duplicate, exam_cases, special_programme, without_personal_code

from issuer.credential import compose, documents_of

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)
SPECIAL = [str(kind) for kind in range(51, 60)]


def everything(record, issuing) -> dict[str, str]:
    """All that leaves, as text, per document."""
    said = {}
    for plan in documents_of(record, issuing):
        draft = compose(plan, issuing, SEALED_AT)
        said[plan.key] = json.dumps(
            [draft.credential, draft.page, draft.qr, plan.key, plan.credential_id],
            ensure_ascii=False,
            default=str,
        )
    assert len(said) >= 2
    return said


@pytest.mark.parametrize("kind", SPECIAL)
def test_nothing_tells_that_the_programme_was_a_special_one(kind, record_of, issuing):
    record = special_programme(record_of("APL_VPI"), kind)
    for text in everything(record, issuing).values():
        for secret in (
            record["programme"]["code"],
            f"2101{kind}",
            "peciāl",
            "traucējum",
            "V-77777",
            "AP-77777",
        ):
            assert secret not in text


def test_an_ordinary_and_a_special_programme_give_the_same_words(record_of, issuing):
    """What is left out for some would mark them: so programme facts are the same for everybody."""
    ordinary = record_of("APL_VPI")
    special = special_programme(ordinary, "56")
    special["record_id"] = ordinary["record_id"]
    assert everything(special, issuing) == everything(ordinary, issuing)


def test_a_special_vocational_programme_is_told_in_general_words(record_of, issuing):
    record = record_of("DIP_PVI")
    ordinary = everything(record, issuing)
    assert all(record["programme"]["code"] in text for key, text in ordinary.items() if "SER" not in key)
    record["programme"]["name"] = "Programma izglītojamiem ar garīgās veselības traucējumiem"
    for text in everything(record, issuing).values():
        assert record["programme"]["code"] not in text
        assert "traucējum" not in text


def test_citizenship_reasons_class_and_licences_are_nowhere(record_of, issuing):
    record = exam_cases(duplicate(without_personal_code(record_of("ATE_VVI"))))
    record["learner"]["citizenship"] = "XXA"
    record["learner"]["alt_id"]["issuer_country"] = "QQQ"
    record["completion"]["class"] = "12.klases-zīme"
    record["completion"]["order_no"] = "RIK-4711"
    record["subjects"][0] |= {"grade": "a", "grade_text": "atbrīvots", "reason": "DIAGNOZE"}
    record["learner"]["health"] = "DIAGNOZE"
    for text in everything(record, issuing).values():
        for secret in (
            "XXA",
            "QQQ",
            "klases-zīme",
            "RIK-4711",
            "DIAGNOZE",
            "nozagts",
            record["programme"]["licence_no"],
        ):
            assert secret not in text


def test_fields_that_nobody_knows_change_nothing(record_of, issuing):
    plain = record_of("ATE_VVI")
    widened = copy.deepcopy(plain)
    for part in (
        widened,
        *(widened[key] for key in ("learner", "programme", "completion", "document", "institution")),
    ):
        part["ethnicity"] = "SVEŠS LAUKS"
    assert everything(widened, issuing) == everything(plain, issuing)


def test_the_personal_code_is_in_the_sealed_document_and_never_in_the_qr_code(record_of, issuing):
    record = record_of("ATE_VVI")
    code = record["learner"]["personal_code"]
    for plan in documents_of(record, issuing):
        draft = compose(plan, issuing, SEALED_AT)
        assert code in json.dumps(draft.credential)
        claims = json.dumps(draft.qr, default=str)
        assert code not in claims
        assert code.replace("-", "") not in claims


def test_the_personal_code_can_be_left_out_of_a_type(record_of, issuing, reference, tmp_path):
    from test_invented_type import schemas_with

    from issuer.credential import Issuing

    folder = schemas_with(tmp_path, {})
    path = folder / "document_types" / "APL_VPI.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("personal_code = true", "personal_code = false"))
    record = record_of("APL_VPI")
    without = Issuing.of(reference, schemas=folder)
    plan = documents_of(record, without)[0]
    draft = compose(plan, without, SEALED_AT)
    assert record["learner"]["personal_code"] not in json.dumps([draft.credential, draft.page])
