"""The nine document types that ship, and what the loader promises about them."""

from __future__ import annotations

import datetime as dt

import pytest

from issuer.catalogue import CatalogueFileError, CodeLists, load_authorities, load_document_types
from issuer.catalogue.grading_schemes import load_grading_schemes
from issuer.catalogue.template import NEVER_DISCLOSED, Template, disclosable
from issuer.catalogue.toml_table import TomlTable
from issuer.catalogue.wording import Wording
from issuer.elm.concepts import concept

CODES = ("APL_PKV", "APL_PPI", "APL_VPI", "ATE_ARO", "ATE_VVI", "DIP_PVI", "SEK_IZR", "SER_VPI", "SER_VVI")


@pytest.fixture(scope="module")
def types():
    return load_document_types()


def test_the_six_types_of_the_education_law_the_transcript_and_the_exam_certificates_are_there(types):
    assert tuple(types) == CODES
    names = {code: (each.name["lv"], each.name["en"]) for code, each in types.items()}
    # Exact names of the Education Law, section 11, and their established English forms.
    assert names["APL_VPI"] == (
        "Apliecība par vispārējo pamatizglītību",
        "Certificate of General Basic Education",
    )
    assert names["ATE_VVI"] == (
        "Atestāts par vispārējo vidējo izglītību",
        "Certificate of General Secondary Education",
    )
    assert names["APL_PPI"][0] == "Apliecība par profesionālo pamatizglītību"
    assert names["ATE_ARO"][0] == "Atestāts par arodizglītību"
    assert names["DIP_PVI"][0] == "Diploms par profesionālo vidējo izglītību"
    assert names["APL_PKV"][0] == "Profesionālās kvalifikācijas apliecība"


def test_levels_follow_the_latvian_framework(types):
    fixed = {
        code: each.level.lqf for code, each in types.items() if each.level and each.level.rule != "record"
    }
    assert fixed == {"APL_VPI": 2, "ATE_VVI": 4, "APL_PPI": 2, "ATE_ARO": 3, "DIP_PVI": 4}
    assert types["APL_VPI"].level.by_kind == {"58": 1, "59": 1}
    assert types["APL_PKV"].level.path == "programme.qualification.lqf_level"


def test_only_the_transcript_carries_subjects(types):
    assert [code for code, each in types.items() if each.claim.subjects] == ["SEK_IZR"]


def test_every_concept_that_a_type_names_exists(types):
    for each in types.values():
        for entitlement in each.entitlements:
            concept("entitlement", entitlement.kind)
            concept("entitlement-status", entitlement.status)
        if each.field and each.field.rule == "fixed":
            concept("isced-f", each.field.isced_f)


def test_a_type_is_in_force_on_both_its_end_days(types):
    each = types["APL_VPI"]
    assert each.in_force(each.valid_from)
    assert not each.in_force(each.valid_from - dt.timedelta(days=1))
    assert each.in_force(dt.date(2099, 1, 1))


def test_marks_of_every_scale_have_words_in_both_languages():
    words = Wording.load()["marks"]
    for scheme in load_grading_schemes().values():
        for mark in scheme.marks:
            assert words[mark]["lv"]
            assert words[mark]["en"]


def test_words_of_marks_are_those_of_the_register(shared):
    samples = sorted((shared / "viis" / "samples").rglob("reference.json"))
    from issuer.catalogue import Reference

    reference = Reference.load(samples[0])
    assert {mark: words["lv"] for mark, words in Wording.load()["marks"].items()} == reference.marks


@pytest.mark.parametrize("path", NEVER_DISCLOSED)
def test_what_must_not_be_disclosed_cannot_be_named_nor_its_surroundings(path):
    assert not disclosable(path)
    assert not disclosable(path + ".anything")
    assert not disclosable(path.split(".")[0])


def test_a_template_fills_places_by_language_and_form():
    template = Template("{a.day:date_in} / {a.n:number} / {a.level:level}")
    scope, tables = {"a": {"day": "2037-03-01", "n": 71.5, "level": "optimalais"}}, Wording.load()
    assert template.fill(scope, tables, "lv") == "2037. gada 1. martā / 71,5 / optimālais"
    assert template.fill(scope, tables, "en") == "1 March 2037 / 71.5 / optimal"


@pytest.mark.parametrize("text", ["{a", "a}", "{}", "{A.b}", "{a.b:}", "{a..b}", "{a b}", "{{a}}"])
def test_braces_that_are_no_place_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Template(text)


def test_authorities_have_synthetic_legal_entity_codes_with_a_right_check_digit():
    weights = (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)
    for key, authority in load_authorities().items():
        assert authority.key == key
        assert authority.nmr_code.startswith("909999")
        assert sum(w * int(d) for w, d in zip(weights, authority.nmr_code, strict=True)) % 11 == 3
        assert authority.organization_identifier == f"NTRLV-{authority.nmr_code}"


def test_a_file_that_bears_another_name_than_its_code_is_refused(tmp_path):
    (tmp_path / "X.toml").write_text("code = 'Y'\n", encoding="utf-8")
    with pytest.raises(CatalogueFileError, match=r"X\.toml"):
        load_document_types(tmp_path)


def test_a_missing_file_is_an_error_for_people(tmp_path):
    with pytest.raises(CatalogueFileError) as caught:
        load_authorities(tmp_path)
    assert "authorities.toml" in caught.value.diagnostics()


def test_a_table_read_in_full_closes_and_any_other_does_not():
    table = TomlTable("f.toml", {"a": "x", "b": 1})
    assert table.text("a") == "x"
    with pytest.raises(CatalogueFileError, match="CATALOGUE_KEY_UNKNOWN"):
        table.close()
    assert table.integer("b") == 1
    table.close()


def test_code_lists_reject_a_number_that_stands_for_two_codes():
    with pytest.raises(CatalogueFileError, match="CODE_LIST_NUMBER_REUSED"):
        CodeLists(1, {"subjects": {"A": 1, "B": 1}})
