"""A document type that the code has never heard of: a TOML file, a record of its own form, and it is issued."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import orjson
import pytest
from official_judge import OfficialJudge

from issuer.catalogue import CatalogueFileError, data_dir
from issuer.credential import Issuing, compose, documents_of, with_picture
from issuer.elm.validate import validate

SEALED_AT = dt.datetime(2037, 3, 3, 9, 30, tzinfo=dt.UTC)

ADDED_TYPES = Path(__file__).resolve().parents[1] / "catalogue" / "added_types"
STATE_LANGUAGE = (ADDED_TYPES / "APL_VVP.toml").read_text(encoding="utf-8")


def schemas_with(tmp_path: Path, files: dict[str, str]) -> Path:
    """A copy of the product's data folder with more (or other) document types."""
    folder = tmp_path / "schemas"
    shutil.copytree(data_dir(), folder)
    for name, text in files.items():
        (folder / "document_types" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def invented(reference, tmp_path) -> Issuing:
    return Issuing.of(reference, schemas=schemas_with(tmp_path, {"APL_VVP.toml": STATE_LANGUAGE}))


@pytest.fixture
def record(reference) -> dict:
    """What an exam system could send: no programme, no completion, a test instead."""
    return {
        "record_id": "VVP-2037-000001",
        "institution": {"reg_no": next(iter(reference.institutions))},
        "learner": {
            "personal_code": "340000-00018",
            "given_names": "Aoifa",
            "family_name": "Niha Dala",
            "birth_date": "2001-02-28",
        },
        "document": {"type": "APL_VVP", "series": "VV", "number": "000123", "issue_date": "2037-03-01"},
        "test": {"date": "2037-02-12", "level": "B2", "points": 61.5},
    }


def test_a_validated_credential_is_composed_of_it(invented, record):
    [plan] = documents_of(record, invented)
    draft = compose(plan, invented, SEALED_AT)
    credential = with_picture(draft, b"\x89PNG\r\n\x1a\n").credential
    assert validate(credential) == []
    claim = credential["credentialSubject"]["hasClaim"]
    assert claim["title"] == {"lv": "Latviešu valodas prasme B2 līmenī", "en": "Latvian at level B2"}
    assert claim["awardedBy"]["awardingDate"] == "2037-02-12T00:00:00+02:00"
    [result] = claim["provenBy"]
    assert result["grade"]["noteLiteral"] == {"lv": "B2", "en": "B2"}
    assert result["specifiedBy"]["gradingScheme"]["description"]["en"] == "Six levels from A1 to C2."
    assert credential["identifier"][0]["notation"] == "VV Nr. 000123"
    assert draft.sealer.organization_identifier == invented.authorities["exam_body"].organization_identifier
    assert draft.page["title"]["lv"] == "Valsts valodas prasmes apliecība"
    assert {"label": {"lv": "Punkti", "en": "Points"}, "value": {"lv": "61,5", "en": "61.5"}} in draft.page[
        "facts"
    ]
    assert draft.qr["document_type"] == 4001
    assert invented.code_lists.document_type_number("APL_VVP") == 4001
    orjson.dumps(credential)


def test_the_official_shapes_accept_it(invented, record, shared):
    [plan] = documents_of(record, invented)
    assert OfficialJudge(shared / "elm").complaints(compose(plan, invented, SEALED_AT).credential) == ""


def test_a_fact_whose_field_is_absent_is_left_out(invented, record):
    record["test"]["points"] = None
    [plan] = documents_of(record, invented)
    assert "Punkti" not in json.dumps(compose(plan, invented, SEALED_AT).page)


@pytest.mark.parametrize(
    ("was", "becomes", "code", "key"),
    [
        ("legal_basis", "legal_bases", "CATALOGUE_KEY_MISSING", "legal_basis"),
        ("[claim]\n", "[claim]\ncolour = 'red'\n", "CATALOGUE_KEY_UNKNOWN", "claim.colour"),
        ("qr_number = 4001", 'qr_number = "4001"', "CATALOGUE_TYPE", "qr_number"),
        ("qr_number = 4001", "qr_number = true", "CATALOGUE_TYPE", "qr_number"),
        ('seal = "exam_body"', 'seal = "school"', "CATALOGUE_VALUE", "seal"),
        ('"APL_VVP"', '"APL_XXX"', "CATALOGUE_VALUE", "code"),
        ("{test.level} līmenī", "{learner.citizenship}", "CATALOGUE_VALUE", "claim.title.lv"),
        ("{test.level} līmenī", "{learner}", "CATALOGUE_VALUE", "claim.title.lv"),
        ("{test.level} līmenī", "{programme.name}", "CATALOGUE_VALUE", "claim.title.lv"),
        ("{test.level} līmenī", "{test.level:shouting}", "CATALOGUE_VALUE", "claim.title.lv"),
        ("{test.level} līmenī", "{test.level", "CATALOGUE_VALUE", "claim.title.lv"),
        ('scheme = "state_language"', 'scheme = "stars"', "CATALOGUE_VALUE", "claim.assessments[0].scheme"),
        (', en = "Points"', "", "CATALOGUE_KEY_MISSING", "page.facts[1].label.en"),
        ("[page]\n", "[level]\nrule = 'fixed'\nlqf = 4\n[page]\n", "CATALOGUE_VALUE", "level"),
        ("valid_from = 2023-01-01", "valid_from = 2023-01-01T00:00:00", "CATALOGUE_TYPE", "valid_from"),
        ('each = "document"', 'each = "companion"\nof = ["ATE_VVI"]', "CATALOGUE_VALUE", "record"),
        ("qr_number = 4001", 'qr_number = 4001\nlinks = ["NEZINU"]', "CATALOGUE_VALUE", "links"),
        ("[page]\n", "[page\n", "CATALOGUE_NOT_TOML", "APL_VVP.toml"),
        ('path = "test.level"', 'path = "learner.level"', "CATALOGUE_VALUE", "record[1].path"),
        ('path = "test.level"', 'path = "level"', "CATALOGUE_VALUE", "record[1].path"),
        ('path = "test.level"', 'path = "test.date"', "CATALOGUE_VALUE", "record"),
        ('kind = "choice"', 'kind = "choise"', "CATALOGUE_VALUE", "record[1].kind"),
        ("most = 100", "most = -1", "CATALOGUE_VALUE", "record[2].path"),
    ],
)
def test_a_mistake_in_the_file_is_refused_by_file_and_key_in_both_languages(
    was, becomes, code, key, reference, tmp_path
):
    assert was in STATE_LANGUAGE
    folder = schemas_with(tmp_path, {"APL_VVP.toml": STATE_LANGUAGE.replace(was, becomes, 1)})
    with pytest.raises(CatalogueFileError) as caught:
        Issuing.of(reference, schemas=folder)
    assert caught.value.code == code
    for text in (caught.value.message_lv, caught.value.message_en):
        assert text.startswith("APL_VVP.toml: ")
        assert key in text


def test_a_misspelt_key_comes_with_the_likely_spelling(reference, tmp_path):
    text = STATE_LANGUAGE.replace("passed = true", "pased = true")
    with pytest.raises(CatalogueFileError) as caught:
        Issuing.of(reference, schemas=schemas_with(tmp_path, {"APL_VVP.toml": text}))
    assert '"passed"' in caught.value.next_en


def test_no_number_of_the_qr_code_stands_for_two_types(reference, tmp_path):
    text = STATE_LANGUAGE.replace("qr_number = 4001", "qr_number = 2")
    with pytest.raises(CatalogueFileError, match=r"ATE_VVI.*qr_number.*APL_VVP"):
        Issuing.of(reference, schemas=schemas_with(tmp_path, {"APL_VVP.toml": text}))
