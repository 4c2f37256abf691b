"""Which institution may award what follows from its accredited programmes, its closure and the law's bodies."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust_world import BASIC, CLOSED, GYMNASIUM, TECHNICAL, reference_with

from issuer.catalogue.document_types import load_document_types
from issuer.trust.entity import Period
from issuer.trust.rights import authority_mandates, authority_rights, institution_rights, merge

TYPES = load_document_types()
REFERENCE = reference_with()


def types_of(reg_no: str) -> set[str]:
    return set(institution_rights(REFERENCE.institutions[reg_no], TYPES))


def test_programmes_decide_which_types_a_school_may_award() -> None:
    assert types_of(GYMNASIUM) == {"APL_VPI", "ATE_VVI", "SEK_IZR"}
    assert types_of(BASIC) == {"APL_VPI", "SEK_IZR"}
    assert types_of(TECHNICAL) == {"DIP_PVI", "APL_PKV", "SEK_IZR"}


def test_no_school_awards_an_examination_certificate() -> None:
    """latvia-domain 2.1: the exam body issues them; a school's key must not make the results that it would like."""
    for institution in REFERENCE.institutions.values():
        assert not {"SER_VPI", "SER_VVI"} & institution_rights(institution, TYPES).keys()


def test_several_programmes_of_one_kind_make_one_period() -> None:
    rights = institution_rights(REFERENCE.institutions[GYMNASIUM], TYPES)
    assert rights["APL_VPI"] == (Period(dt.date(2014, 9, 1), dt.date(2038, 2, 15)),)


def test_closure_ends_every_right() -> None:
    rights = institution_rights(REFERENCE.institutions[CLOSED], TYPES)
    assert {period.end for periods in rights.values() for period in periods} == {dt.date(2033, 8, 31)}


def test_the_exam_body_awards_examination_certificates_and_nothing_else() -> None:
    assert set(authority_rights("exam_body", TYPES)) == {"SER_VPI", "SER_VVI"}
    assert authority_rights("ministry", TYPES) == {}


def test_the_ministry_may_seal_for_schools_and_the_exam_body_only_where_the_type_or_the_operator_says() -> (
    None
):
    assert set(authority_mandates("ministry", TYPES)) == set(TYPES)
    assert set(authority_mandates("exam_body", TYPES)) == {"SER_VPI", "SER_VVI"}
    assert "ATE_VVI" in authority_mandates("exam_body", TYPES, {"ATE_VVI"})
    assert set(authority_mandates("exam_body", TYPES, {"*"})) == set(TYPES)


_DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2020, 3, 31))
_PERIODS = st.tuples(_DAYS, _DAYS | st.none()).map(
    lambda ends: (
        Period(ends[0], ends[1] and max(ends))
        if ends[1] is None or ends[1] >= ends[0]
        else Period(*ends[::-1])
    )
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_PERIODS, max_size=6), _DAYS)
def test_merging_periods_changes_no_day(periods: list[Period], day: dt.date) -> None:
    merged = merge(periods)
    assert any(p.covers(day) for p in merged) == any(p.covers(day) for p in periods)
    for first, second in itertools.pairwise(merged):
        assert first.end is not None
        assert second.start > first.end + dt.timedelta(days=1)


@pytest.mark.parametrize(
    "period", [Period(dt.date(2020, 1, 1), None), Period(dt.date.min, dt.date(2020, 1, 1))]
)
def test_periods_travel_through_json(period: Period) -> None:
    assert Period.from_list(period.as_list()) == period
