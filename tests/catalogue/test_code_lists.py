"""Numbers on paper are for ever: what was published must mean the same in every later version."""

from __future__ import annotations

import pytest

from issuer.catalogue import CodeLists, Reference, load_document_types
from issuer.catalogue.toml_table import CatalogueFileError

# A sample of version 1, written down here so that no change of the file can move it.
PUBLISHED = {
    "document_types": {
        **{"APL_VPI": 1, "ATE_VVI": 2, "APL_PPI": 3, "ATE_ARO": 4, "DIP_PVI": 5},
        **{"APL_PKV": 6, "SEK_IZR": 7, "SER_VPI": 8, "SER_VVI": 9},
    },
    "subjects": {
        **{"LAT": 1, "SV2": 4, "MAT": 15, "SPO": 19, "MAT1": 31, "LAT2": 37, "SVZ": 62, "SV2/vācu": 101},
        **{"SVB1/spāņu": 143, "MOD1": 201, "MOD9": 209, "exam/LAT": 900, "exam/KVE": 915},
    },
    "marks": {
        **{str(mark): mark for mark in range(1, 11)},
        **{"i": 11, "ni": 12, "a": 13, "nv": 14, "S": 15, "T": 16, "A": 17, "P": 18},
        **{"atbrivots": 19, "aizstats": 20, "neieradas": 21},
    },
    "exams": {"LAT": 10, "LAT/optimalais": 12, "MAT/augstakais": 23, "ENG/optimalais": 32, "PRG": 150},
}


@pytest.fixture(scope="module")
def lists() -> CodeLists:
    return CodeLists.load(load_document_types())


@pytest.mark.parametrize("table", PUBLISHED)
def test_published_numbers_never_change(table, lists):
    stored = lists.as_dict()[table]
    assert {code: stored.get(code) for code in PUBLISHED[table]} == PUBLISHED[table]


def test_every_code_has_a_number_that_a_code_carries_and_shares_it_with_no_other(lists):
    ways = {
        "document_types": lists.document_type_number,
        "subjects": lists.subject_number,
        "marks": lists.mark_number,
        "exams": lists.exam_number,
    }
    for table, number_of in ways.items():
        numbers = lists.as_dict()[table]
        assert {code: number_of(code) for code in numbers} == numbers
        assert len(set(numbers.values())) == len(numbers)
        assert all(0 <= number < 2**16 for number in numbers.values())  # what EC1 carries


def test_two_codes_may_not_share_a_number():
    with pytest.raises(CatalogueFileError) as caught:
        CodeLists(1, {"marks": {"8": 8, "VIII": 8}})
    assert caught.value.code == "CODE_LIST_NUMBER_REUSED"


def test_a_stranger_has_no_number(lists):
    assert lists.subject_number("NEZINU") is None


def test_every_code_of_the_register_has_a_number(lists, shared):
    [path, *_] = sorted((shared / "viis" / "samples").rglob("reference.json"))
    reference = Reference.load(path)
    assert all(lists.subject_number(code) for code in reference.subjects)
    assert all(lists.mark_number(mark) for mark in reference.marks)
    for code in set(reference.exams) - {"KVE"}:
        assert lists.exam_number(code)
        assert all(lists.exam_number(f"{code}/{level}") for level in reference.exam_levels)
