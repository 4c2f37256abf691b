"""The schema: migrations make exactly the tables, once; a database that is not ready says what to do."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from small_register import NOW, OTHER, REFERENCE, SCHOOL, with_schools
from sqlalchemy import select

from issuer.register import institutions, people, scope
from issuer.register.actor import SYSTEM, Actor
from issuer.register.database import Database
from issuer.register.register_error import RegisterError
from issuer.register.tables import institution, metadata, office, person_code


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgrading_again_does_nothing(database):
    database.upgrade()
    database.check_schema()


def test_an_empty_database_is_refused_with_what_to_do(url):
    with pytest.raises(RegisterError) as refused:
        Database.open(url)
    assert refused.value.code == "REGISTER_SCHEMA"
    assert "atestats register upgrade" in refused.value.next_en


@pytest.mark.parametrize("address", ["mysql://x", "nonsense", "postgresql+nonsense://x"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(RegisterError) as refused:
        Database.open(address)
    assert refused.value.code == "REGISTER_URL"


def test_a_server_that_does_not_answer_is_said_in_words():
    with pytest.raises(RegisterError) as refused:
        Database.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    assert refused.value.code == "REGISTER_UNREACHABLE"


def test_institutions_are_taken_over_once(database):
    with_schools(database)
    with database.writing() as session:
        assert institutions.take_over(session, SYSTEM, REFERENCE, NOW) == 0
        assert session.execute(select(institution.c.reg_no)).scalars().all()
        assert session.execute(select(office)).all()


def test_moments_come_back_in_utc(database):
    with_schools(database)
    with database.reading() as session:
        moment = session.execute(select(institution.c.updated_at).limit(1)).scalar_one()
    assert moment == NOW
    assert moment.utcoffset() == dt.timedelta(0)


def test_a_person_keeps_their_identity_when_the_code_changes_and_when_two_entries_are_one(database):
    old, new, passport = ("personal_code", "32-1"), ("personal_code", "32-2"), ("pase/UKR", "F1")
    with database.writing() as session:
        found = people.find_or_make(session, [old, passport, old], "test", NOW)
        assert people.find_or_make(session, [old], "test", NOW) == {old: found[old]}
        people.change_code(session, SYSTEM, found[old], new, NOW, "PMLP")
        assert people.find_or_make(session, [new, old], "test", NOW) == {new: found[old], old: found[old]}
        with pytest.raises(RegisterError):
            people.change_code(session, SYSTEM, found[passport], new, NOW, "x")
        people.merge(session, SYSTEM, found[passport], found[old], NOW, "PMLP")
        assert people.find_or_make(session, [passport], "test", NOW) == {passport: found[old]}
        assert set(people.all_ids(session, found[passport])) == {found[old], found[passport]}
        assert session.execute(select(person_code)).all()


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (Actor("c", "clerk", reg_no=SCHOOL), {SCHOOL}),
        (Actor("c", "clerk"), set()),
        (Actor("m", "municipality", municipality="0000000"), set()),
        (Actor("a", "auditor"), set()),
        (Actor("i", "ikvd"), {SCHOOL, OTHER}),
        (Actor("o", "operator"), {SCHOOL, OTHER}),
    ],
)
def test_each_role_sees_its_own_institutions(database, actor, seen):
    with_schools(database)
    with database.reading() as session:
        rows = session.execute(select(institution.c.reg_no).where(scope.institutions(actor))).scalars()
        assert set(rows) & {SCHOOL, OTHER} == seen


def test_an_education_board_sees_its_closed_schools_only(database):
    with_schools(database)
    closed = [each for each in REFERENCE.institutions.values() if each.closed_on is not None]
    for each in closed or [None]:
        if each is None:
            pytest.skip("the example has no closed school")
        with database.reading() as session:
            board = Actor("m", "municipality", municipality=each.atvk)
            rows = (
                session.execute(select(institution.c.reg_no).where(scope.institutions(board))).scalars().all()
            )
        assert each.reg_no in rows
        assert all(REFERENCE.institutions[reg_no].closed_on for reg_no in rows)
