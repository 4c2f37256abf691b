"""The claims of the QR seal: what EC1 carries, from the same facts as the credential."""

from __future__ import annotations

import datetime as dt

import pytest
from record_variants import as_type, codes_of, every_code_of_mark, exam_cases, special_programme

from issuer.credential import compose, documents_of
from issuer.seal.ec1_claims import Claims, credential_ref, from_cbor

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)


def drafts(record, issuing):
    return [compose(plan, issuing, SEALED_AT) for plan in documents_of(record, issuing)]


def claims_of(draft) -> Claims:
    reference, digest = credential_ref(draft.credential["id"]), bytes(16)
    issued_at = int(SEALED_AT.timestamp())
    return Claims(issued_at=issued_at, credential_ref=reference, document_digest=digest, **draft.qr)


def test_they_are_the_facts_of_the_document(record_of, issuing):
    record = record_of("ATE_VVI")
    main = drafts(record, issuing)[0]
    assert main.qr == {
        "given_names": record["learner"]["given_names"],
        "family_name": record["learner"]["family_name"],
        "date_of_birth": dt.date.fromisoformat(record["learner"]["birth_date"]),
        "school_name": record["institution"]["name"],
        "school_reg_no": record["institution"]["reg_no"],
        "document_type": 2,
        "series": record["document"]["series"],
        "number": record["document"]["number"],
        "completed": dt.date.fromisoformat(record["completion"]["date"]),
        "programme_code": record["programme"]["code"][:4],
        "eqf_level": 4,
        "subjects": (),
        "exams": (),
    }


@pytest.mark.parametrize("code", ["APL_VPI", "ATE_VVI", "DIP_PVI", "APL_PPI", "ATE_ARO", "APL_PKV"])
def test_the_seal_accepts_the_claims_of_every_document(code, record_of, issuing):
    record = (
        record_of(code) if code in ("APL_VPI", "ATE_VVI", "DIP_PVI") else as_type(record_of("DIP_PVI"), code)
    )
    for case in (record, every_code_of_mark(record), exam_cases(record)):
        for draft in drafts(case, issuing):
            claims = claims_of(draft)
            assert from_cbor(claims.to_cbor()) == claims


def test_no_mark_and_no_exam_is_dropped_silently(record_of, issuing):
    record = exam_cases(every_code_of_mark(record_of("ATE_VVI")))
    transcript = next(d for d in drafts(record, issuing) if d.facts.document_type.code == "SEK_IZR")
    written = [exam for exam in record["exams"] if exam["kind"] != "MD"]
    subjects, marks, exams = (codes_of(issuing.code_lists, name) for name in ("subjects", "marks", "exams"))
    assert len(transcript.qr["subjects"]) + len(transcript.qr["exams"]) == len(record["subjects"]) + len(
        written
    )
    shown = [(subjects[s], marks[m]) for s, m in transcript.qr["subjects"]]
    assert [mark for _, mark in shown[:5]] == ["i", "ni", "a", "nv", "3"]
    assert shown[-3:] == [("exam/LAT", "atbrivots"), ("exam/ENG", "aizstats"), ("exam/GEO", "neieradas")]
    assert [(exams[e], tenths) for e, tenths in transcript.qr["exams"]] == [
        ("MAT/optimalais", 125),
        ("VES/augstakais", 1000),
    ]


def test_a_subject_without_a_number_travels_as_text(record_of, issuing):
    record = record_of("APL_VPI")
    record["subjects"][0] |= {"code": "JAUNS", "name": "Jauns priekšmets"}
    transcript = next(d for d in drafts(record, issuing) if d.facts.document_type.code == "SEK_IZR")
    assert transcript.qr["subjects"][0] == ("JAUNS", int(record["subjects"][0]["grade"]))


def test_the_level_of_a_special_programme_is_the_level_of_the_document(record_of, issuing):
    assert drafts(special_programme(record_of("APL_VPI"), "58"), issuing)[0].qr["eqf_level"] == 1
    assert drafts(special_programme(record_of("APL_VPI"), "56"), issuing)[0].qr["eqf_level"] == 2
