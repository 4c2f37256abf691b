"""Personas kods. Worked examples from the description of the code; new codes follow PMLP: no check digit."""

from __future__ import annotations

import pytest
from graduates_2037 import AS_OF, REFERENCE, basic

from issuer.records import Checker, SourceRow
from issuer.records.personal_code import birth_date_in, check_digit, is_new_form

CHECKER = Checker(REFERENCE, AS_OF)


@pytest.mark.parametrize(
    ("code", "digit", "born"),
    [
        ("120510-29005", 5, "2010-05-12"),
        ("290208-29019", 9, "2008-02-29"),
        ("150318-29033", 3, "2018-03-15"),
        ("120510-29030", 10, "2010-05-12"),
    ],
)
def test_worked_examples(code, digit, born):
    assert check_digit(code) == digit
    assert birth_date_in(code) == born
    assert not is_new_form(code)


def judge(code: str, born: str = "2021-05-04"):
    record = basic()
    record["learner"] |= {"personal_code": code, "birth_date": born}
    return [(f.code, f.severity) for f in CHECKER.check(SourceRow(1, record))]


@pytest.mark.parametrize("second", "23456789")
def test_a_new_code_is_valid_whatever_its_last_digit(second):
    for last in "0123456789":
        assert judge(f"3{second}5120-0000{last}") == []


def test_a_new_code_says_nothing_about_the_birth_date():
    assert judge("345120-00007", "2022-01-31") == []


def test_the_remainder_ten_is_accepted_as_zero_with_a_warning_and_as_nothing_else():
    # 120521 + 2 + serial: a code whose remainder is 10, searched for by the rule itself.
    serial = next(n for n in range(1000) if check_digit(f"120521-2{n:03d}0") == 10)

    assert judge(f"120521-2{serial:03d}0", "2021-05-12") == [("PK_CHECKSUM", "warning")]
    for last in "123456789":
        assert judge(f"120521-2{serial:03d}{last}", "2021-05-12") == [("PK_CHECKSUM", "error")]


def test_every_single_wrong_digit_of_an_old_code_is_caught():
    right = basic()["learner"]["personal_code"]
    for place, digit in enumerate(right):
        for other in "0123456789":
            code = right[:place] + other + right[place + 1 :]
            if digit != "-" and other != digit and not is_new_form(code):
                assert judge(code), code


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("0405212930", "leading zero"),
        ("040521-2930", "leading zero"),
        ("040521-293077", "12 digits"),
        ("04052129307", "lacks the hyphen"),
        ("040521/29307", "another character"),
        ("040521-2930O", "letters"),
        ("LV040521-29307", "letters"),
        ("040 521-29307", "spaces"),
        ("040521-29307\u200b", "invisible"),
        ("٠40521-29307", "another script"),
        ("990521-29307", "no date"),
    ],
)
def test_each_malformed_code_is_explained_in_its_own_words_without_repeating_it(code, words):
    record = basic()
    record["learner"]["personal_code"] = code

    finding = next(f for f in CHECKER.check(SourceRow(1, record)) if f.code == "PK_FORMAT")

    assert words in finding.message_en
    assert code not in finding.message_en + finding.message_lv
