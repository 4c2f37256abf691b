"""Dates in words, moments of the Latvian day, and what a programme code gives away."""

from __future__ import annotations

import pytest

from issuer.catalogue.dates import (
    date_text,
    date_text_locative,
    date_text_short,
    days_since_1970,
    start_of_day,
)
from issuer.catalogue.programmes import isced_f_of, programme_kind, reveals_special_needs

LOCATIVES = (
    *("janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā"),
    *("jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī"),
)


@pytest.mark.parametrize(("month", "locative"), list(enumerate(LOCATIVES, 1)))
def test_every_month_stands_in_the_locative_where_it_answers_when(month, locative):
    assert date_text_locative(f"2037-{month:02}-09")["lv"] == f"2037. gada 9. {locative}"


def test_dates_are_written_as_latvian_and_english_readers_expect():
    assert date_text("2026-06-12") == {"lv": "2026. gada 12. jūnijs", "en": "12 June 2026"}
    assert date_text_short("2026-06-12") == {"lv": "12.06.2026.", "en": "12/06/2026"}


@pytest.mark.parametrize("text", ["12.06.2026", "20260612", "2026-W24-5", "2026-02-30", "2026-6-12", ""])
def test_only_one_form_of_date_is_read(text):
    for make in (date_text, date_text_short, start_of_day, days_since_1970):
        with pytest.raises(ValueError, match=r".*"):
            make(text)


def test_the_day_begins_at_midnight_in_riga():
    # European summer time: from the last Sunday of March to the last Sunday of October.
    assert start_of_day("2026-06-20") == "2026-06-20T00:00:00+03:00"
    assert start_of_day("2026-01-20") == "2026-01-20T00:00:00+02:00"
    assert start_of_day("2026-03-29") == "2026-03-29T00:00:00+02:00"
    assert start_of_day("2026-03-30") == "2026-03-30T00:00:00+03:00"


def test_days_count_from_1970_and_below():
    assert [days_since_1970(day) for day in ("1970-01-01", "1970-01-02", "1969-12-31", "2000-01-01")] == [
        0,
        1,
        -1,
        10957,
    ]


@pytest.mark.parametrize(
    ("code", "name", "special"),
    [
        ("21011111", "Pamatizglītības programma", False),
        ("21011121", "Pamatizglītības mazākumtautību programma", False),
        ("31016011", "Vispārējās vidējās izglītības programma", False),
        ("33613021", "Programmēšana", False),
        ("33345111", "Vadība", False),  # vocational: digits 5–6 mean nothing of the kind
        *((f"2101{kind}11", "Pamatizglītības programma", True) for kind in range(51, 60)),
        ("31015811", "Vispārējās vidējās izglītības programma", True),
        ("21011111", "Speciālās pamatizglītības programma", True),
        ("33613021", "Programmēšana izglītojamiem ar dzirdes TRAUCĒJUMIEM", True),
    ],
)
def test_a_special_programme_is_recognised_by_code_or_by_name(code, name, special):
    assert reveals_special_needs(code, name) is special


def test_kind_and_field_are_read_from_the_digits():
    assert programme_kind("21015811") == "58"
    assert programme_kind("33613021") is None
    assert isced_f_of("33613021", frozenset()) == "0613"
    assert isced_f_of("33723011", frozenset({"723"})) == ""
    assert isced_f_of("336", frozenset()) == ""
    assert isced_f_of("33٦١٣021", frozenset()) == ""
