"""What people read: every code in two languages, no personal data in any text."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import issuer.records
from issuer.records import Batch, Checker, read
from issuer.records.messages import MESSAGES, WARNINGS, masked

ROOM = Path(issuer.records.__file__).parent


def test_every_message_is_in_two_languages_with_the_same_places_to_fill():
    for key, (lv, en) in MESSAGES.items():
        places = [{name[:8] for _, name, _, _ in Formatter().parse(text) if name} for text in (lv, en)]
        assert places[0] == places[1], key
        assert lv.endswith("."), key
        assert en.endswith("."), key
        assert lv != en, key


def test_every_key_in_the_code_has_a_message_and_every_message_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    used = set(re.findall(r'"([A-Z][A-Z_]+[A-Z](?:\.[a-z_]+)?)"', code))

    assert {key for key in used if "." in key} <= MESSAGES.keys()
    assert not MESSAGES.keys() - used
    assert MESSAGES.keys() >= WARNINGS


def test_the_codes_of_the_domain_description_all_exist():
    named = set(
        """PARSE DUP_KEY REQUIRED EXTRA_FIELD TOO_LONG PK_FORMAT PK_CHECKSUM PK_BIRTHDATE ID_MISSING
        NAME_MISSING NAME_CHARS NAME_SPACE NAME_NFC NAME_CASE AGE DUP_PERSON PERSON_CONFLICT
        INST_UNKNOWN INST_CLOSED INST_NAME DIRECTOR_MISSING DIRECTOR_NOT_IN_OFFICE ORDER_MISSING
        PROG_FORMAT PROG_NOT_LICENSED PROG_NOT_ACCREDITED PROG_NAME LQF ISCED GRADE_PROG DOC_PROG
        DATE_INVALID DATE_ORDER DATE_FUTURE SCHOOL_YEAR SUBJECTS_EMPTY SUBJECT_MISSING SUBJECT_DUP
        SUBJECT_UNKNOWN GRADE_RANGE GRADE_CODE GRADE_TEXT GRADE_SCALE GRADE_BELOW_MIN GRADE_NV
        EXAM_MISSING EXAM_PERCENT EXAM_THRESHOLD EXAM_STATUS EXAM_LEVEL EXAM_COURSE EXAM_DATE
        CERT_DUP NOT_ELIGIBLE DOC_TYPE DOC_NAME DOC_NUMBER_FORMAT DOC_NUMBER_DUP REG_NO_DUP
        REPLACES_MISSING REPLACES_ORDER REPLACES_SELF REPLACES_ISSUER DUP_RECORD_ID""".split()  # noqa: SIM905
    )

    assert named <= {key.partition(".")[0] for key in MESSAGES}


def test_a_personal_code_is_shown_by_its_first_six_digits_only():
    assert masked("120510-29005") == "120510-*****"


@pytest.mark.parametrize("headers", ["en", "lv"])
def test_no_message_repeats_a_name_or_a_personal_code(viis_year, headers):
    from issuer.catalogue.reference import Reference

    folder = viis_year(
        "--graduates",
        300,
        "--schools",
        12,
        "--seed",
        5,
        "--year",
        2037,
        "--faults",
        0.5,
        "--headers",
        headers,
    )
    reference = Reference.load(folder / "reference.json")
    seen = 0
    with Batch(Checker(reference, reference.as_of)) as batch:
        for row in read(folder, "csv"):
            learner = row.record["learner"] if row.record else {}
            private = [learner.get("personal_code"), learner.get("given_names"), learner.get("family_name")]
            for finding in batch.judge(row).findings:
                seen += 1
                for text in (finding.message_lv, finding.message_en):
                    assert not any(value and len(value) > 3 and value in text for value in private)
                    assert not re.search(r"\d{6}-\d{5}", text)
    assert seen > 100
