"""Every document type × every hard-but-valid case composes, passes our validator and the official SHACL shapes."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import orjson
import pytest
from official_judge import OfficialJudge
from record_variants import (
    as_type,
    duplicate,
    every_code_of_mark,
    exam_cases,
    original_name,
    special_programme,
    without_personal_code,
)

from issuer.catalogue import Reference
from issuer.credential import Issuing, compose, documents_of
from issuer.elm.fast import Validator
from issuer.elm.validate import validate

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)
FAST = Validator()
VOCATIONAL = ("APL_PPI", "ATE_ARO", "APL_PKV")
TYPES = {"APL_VPI", "ATE_VVI", "DIP_PVI", "SEK_IZR", "SER_VPI", "SER_VVI", *VOCATIONAL}


def own_cases(record_of):
    """(case, record) made from the examples, reaching every type and every hard case."""
    for code in ("APL_VPI", "ATE_VVI", "DIP_PVI"):
        record = record_of(code)
        yield "ordinary", record
        yield "duplicate", duplicate(record)
        yield "correction", duplicate(record, "correction")
        yield "pase", without_personal_code(record)
        yield "iestades_id", without_personal_code(record, "iestades_id")
        yield "original", original_name(record)
        yield "marks", every_code_of_mark(record)
        if record["exams"]:
            yield "exams", exam_cases(record)
    for kind in range(51, 60):
        yield f"special_{kind}", special_programme(record_of("APL_VPI"), str(kind))
    for code in VOCATIONAL:
        yield "vocational", as_type(record_of("DIP_PVI"), code)


def test_every_case_of_our_own_composes_and_has_no_finding(record_of, issuing):
    seen = set()
    for case, record in own_cases(record_of):
        for plan in documents_of(record, issuing):
            draft = compose(plan, issuing, SEALED_AT)
            assert validate(draft.credential) == [], (case, plan.key)
            assert FAST.is_valid_written(draft.written), (
                case,
                plan.key,
            )  # else sealing would ask the slow one
            orjson.dumps([draft.credential, draft.page])
            assert draft.qr["school_reg_no"].isdecimal()
            seen.add(plan.document_type.code)
    assert seen == TYPES


def test_the_official_shapes_accept_our_own_cases(record_of, issuing, shared):
    judge = OfficialJudge(shared / "elm")
    judged = set()
    for case, record in own_cases(record_of):
        for plan in documents_of(record, issuing):
            # One judgement per kind of content: transcripts and exam certificates of every case, certificates once.
            key = (plan.document_type.code, "special" if case.startswith("special_5") else case)
            if key not in judged:
                judged.add(key)
                complaint = judge.complaints(compose(plan, issuing, SEALED_AT).credential)
                assert complaint == "", (case, plan.key)
    assert {code for code, _ in judged} == TYPES


def tagged_rows(folder: Path):
    """(tags, record) of the rows that are to be issued."""
    expected = list(csv.DictReader((folder / "expected.csv").open(encoding="utf-8")))
    with (folder / "graduates.jsonl").open(encoding="utf-8") as lines:
        for row, line in zip(expected, lines, strict=True):
            if row["expected"] == "issue":
                yield row["tags"].split("|") if row["tags"] else ["ordinary"], json.loads(line)


@pytest.mark.parametrize("year", [2023, 2025, 2026, 2037])
def test_generated_graduates_of_every_year_compose_without_a_finding(year, viis_year):
    folder = viis_year("--graduates", 250, "--schools", 30, "--year", year, "--seed", 5, "--formats", "jsonl")
    issuing = Issuing.of(Reference.load(folder / "reference.json"))
    sealed_at = SEALED_AT.replace(year=year)
    documents = 0
    for tags, record in tagged_rows(folder):
        plans = documents_of(record, issuing)
        assert plans[0].document_type.code == record["document"]["type"]
        for plan in plans:
            documents += 1
            draft = compose(plan, issuing, sealed_at)
            assert validate(draft.credential) == [], (tags, plan.key)
            assert FAST.is_valid_fast(draft.credential), (tags, plan.key)
            assert FAST.is_valid_written(draft.written), (tags, plan.key)
    assert documents > 500


def test_one_of_every_type_and_tag_passes_the_official_shapes(viis_year, shared):
    judge = OfficialJudge(shared / "elm")
    judged: set[tuple[str, str]] = set()
    for year, seed in ((2025, 11), (2026, 12)):
        arguments = (
            "--graduates",
            2500,
            "--schools",
            60,
            "--year",
            year,
            "--seed",
            seed,
            "--formats",
            "jsonl",
        )
        folder = viis_year(*arguments)
        issuing = Issuing.of(Reference.load(folder / "reference.json"))
        for tags, record in tagged_rows(folder):
            for plan in documents_of(record, issuing):
                code = plan.document_type.code
                # An exam certificate does not depend on what the school did: one per tag group is enough.
                new = {(code, tag) for tag in tags} - judged
                if new and (len(tags) < 3) and not (code.startswith("SER") and len(new) < len(tags)):
                    judged |= new
                    complaint = judge.complaints(
                        compose(plan, issuing, SEALED_AT.replace(year=year)).credential
                    )
                    assert complaint == "", (tags, plan.key)
    assert {tag for _, tag in judged} >= {
        *(
            "ordinary",
            "special_56",
            "special_58",
            "special_59",
            "stap",
            "minority_programme",
            "old_curriculum",
        ),
        *(
            "duplicate",
            "correction",
            "no_personal_code",
            "original_form",
            "exempt_subject",
            "international_test",
        ),
        *("one_mark_below_4", "new_code_no_check_digit", "two_given_names", "double_surname"),
    }
