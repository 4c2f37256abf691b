"""A credential's identifier: a valid UUID version 8 that carries list and slot, and nothing of ours in others'."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credential_id import (
    MAX_SLOT,
    PREFIX,
    StatusRef,
    derive,
    list_number,
    slot_of,
    with_slot,
    year_and_shard,
)

refs = st.builds(
    lambda year, shard, slot: StatusRef(list_number(year, shard), slot),
    st.integers(2001, 2255),
    st.integers(0, 255),
    st.integers(0, MAX_SLOT),
)


@given(st.text(), refs)
def test_the_slot_goes_in_and_comes_out(name, ref):
    identifier = with_slot(derive(name), ref)
    assert slot_of(identifier) == ref
    parsed = uuid.UUID(identifier.removeprefix(PREFIX))
    assert parsed.variant == uuid.RFC_4122
    assert parsed.int >> 76 & 0xF == 8  # RFC 9562, 4.2: the version
    # In plain arithmetic: 8 bits of years, 8 of shard, 24 of slot.
    assert parsed.int >> 120 == year_and_shard(ref.list_number)[0] - 2000
    assert parsed.int >> 112 & 0xFF == year_and_shard(ref.list_number)[1]
    assert parsed.int >> 88 & 0xFFFFFF == ref.slot


def test_without_a_slot_it_is_in_no_list():
    assert derive("a").startswith("urn:credential:00000000-00")
    assert slot_of(derive("a")) is None
    assert derive("a") == derive("a") != derive("b")


def test_the_slot_leaves_the_rest_alone():
    name = derive("a")
    assert with_slot(with_slot(name, StatusRef(9472, 1)), StatusRef(9473, 2)) == with_slot(
        name, StatusRef(9473, 2)
    )
    assert with_slot(name, StatusRef(9472, 1))[-25:] == name[-25:]


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "urn:credential:1",
        "https://example.org/credentials/25000001-0063-8832-b7c5-da05d4473476",
        "urn:uuid:25000001-0063-4832-b7c5-da05d4473476",  # version 4, as other systems use
        "urn:uuid:25000001-0063-8832-77c5-da05d4473476",  # another variant
        "urn:credential:25000001-0063-8832-b7c5-da05d447347",
        "urn:credential:25000001-0063-8832-b7c5-da05d4473476\n",
        "urn:credential:25000001-0063-8832-b7c5-da05d447347F",  # two spellings of one identifier
        "urn:credential:٢5000001-0063-8832-b7c5-da05d4473476",
        " urn:credential:25000001-0063-8832-b7c5-da05d4473476",
    ],
)
def test_another_kind_of_identifier_names_no_slot(identifier):
    assert slot_of(identifier) is None


def test_a_uuid_urn_is_read_as_well():
    assert slot_of("urn:uuid:25000001-0063-8832-b7c5-da05d4473476") == StatusRef(9472, 256)


@pytest.mark.parametrize(
    "ref", [StatusRef(0, 1), StatusRef(255, 1), StatusRef(9472, -1), StatusRef(9472, 1 << 24)]
)
def test_a_slot_that_does_not_fit_is_refused(ref):
    with pytest.raises(ValueError, match="slot"):
        with_slot(derive("a"), ref)


@pytest.mark.parametrize(("year", "shard"), [(2000, 0), (2256, 0), (2037, 256), (2037, -1)])
def test_a_year_or_shard_that_does_not_fit_is_refused(year, shard):
    with pytest.raises(ValueError, match="year or shard"):
        list_number(year, shard)
