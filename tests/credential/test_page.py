"""The page says what the credential says: every fact on it is in the sealed document."""

from __future__ import annotations

import datetime as dt
import json
import re

from record_variants import (
    as_type,
    duplicate,
    every_code_of_mark,
    exam_cases,
    original_name,
    without_personal_code,
)

from issuer.catalogue.dates import date_text, date_text_short
from issuer.catalogue.page_content import PageContent
from issuer.credential import compose, documents_of

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)
# Template furniture, not facts about the document: captions, the State's name, the remark about the seal.
_NOT_FACTS = {"key", "layout", "heading", "sealing_note", "proof_note"}
_CAPTIONS = {"label", "align"}


def texts_of(node, key=""):
    """All facts of a page: (place, text)."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in _CAPTIONS and not (key in ("tables",) and name == "title"):
                yield from texts_of(value, name if name not in ("lv", "en") else key)
    elif isinstance(node, list):
        for value in node:
            yield from texts_of(value, key)
    elif node:
        yield key, node


def sealed_texts(credential) -> str:
    """Everything that the credential says, its dates also as people write them."""
    said = json.dumps(credential, ensure_ascii=False)
    days = set(re.findall(r'"(\d{4}-\d{2}-\d{2})T00:00:00', said))
    written = [text for day in days for make in (date_text, date_text_short) for text in make(day).values()]
    return said + " ".join(written)


def cases(record_of):
    for code in ("APL_VPI", "ATE_VVI", "DIP_PVI"):
        record = record_of(code)
        yield from (record, duplicate(record), without_personal_code(record), original_name(record))
        yield from (every_code_of_mark(record), exam_cases(record))
    yield from (as_type(record_of("DIP_PVI"), code) for code in ("APL_PPI", "ATE_ARO", "APL_PKV"))


def test_every_fact_on_the_page_is_in_the_credential(record_of, issuing):
    facts, [one, other, *_] = 0, issuing.reference.institutions
    successor = duplicate(record_of("APL_VPI"), reg_no=one)
    if successor["institution"]["reg_no"] == one:
        successor = duplicate(record_of("APL_VPI"), reg_no=other)
    for record in (*cases(record_of), successor):
        for plan in documents_of(record, issuing):
            draft = compose(plan, issuing, SEALED_AT)
            said = sealed_texts(draft.credential).casefold()
            shown = {name: value for name, value in draft.page.items() if name not in _NOT_FACTS}
            for place, text in texts_of(shown):
                for part in re.split(r"; |: |, (?=PP|AR|PK|PE|VE|DE)", text.removesuffix(".")):
                    facts += 1
                    found = part.removeprefix("Kopā ar").removeprefix("Together with").casefold() in said
                    assert found, (plan.key, place, text)
    assert facts > 1000


def test_the_page_has_exactly_the_keys_that_the_painter_knows(record_of, issuing):
    for record in cases(record_of):
        for plan in documents_of(record, issuing):
            page = compose(plan, issuing, SEALED_AT).page
            assert set(page) == set(PageContent.__annotations__)
            for table in page["tables"]:
                assert all(len(row) == len(table["columns"]) for row in table["rows"])
            assert json.loads(json.dumps(page)) == page


def test_a_transcript_shows_marks_in_figures_and_words_and_examinations(record_of, issuing):
    record = record_of("ATE_VVI")
    plan = next(p for p in documents_of(record, issuing) if p.document_type.code == "SEK_IZR")
    marks, exams = compose(plan, issuing, SEALED_AT).page["tables"]
    shown = [(row[0]["lv"], row[-2]["lv"], row[-1]["lv"]) for row in marks["rows"]]
    assert shown == [(s["name"], s["grade"], s["grade_text"]) for s in record["subjects"]]
    written = [e for e in record["exams"] if e["kind"] != "MD"]
    dates, results = ([row[column] for row in exams["rows"]] for column in (-3, -2))
    assert [cell["lv"] for cell in results] == [f"{e['percent']:g} %".replace(".", ",") for e in written]
    assert [cell["lv"] for cell in dates] == [
        f"{dt.date.fromisoformat(e['date']):%d.%m.%Y}." for e in written
    ]
    assert all(cell["en"] == cell["lv"] for cell in (*dates, *results))  # one form for both languages


def test_the_english_of_the_words_in_the_tables_stands_once_under_them(record_of, issuing):
    """Every word that a table says in Latvian alone is in the glossary; a certificate without tables has none."""
    words = {both["lv"] for table in issuing.wording.values() for both in table.values()}
    for record in cases(record_of):
        for plan in documents_of(record, issuing):
            page = compose(plan, issuing, SEALED_AT).page
            cells = [cell["lv"] for table in page["tables"] for row in table["rows"] for cell in row[1:]]
            said = {part.split(": ")[0] for cell in cells for part in re.split(r"^\d+ \(|\)$", cell)} & words
            glossary = [both["lv"] for both in page["glossary"]]
            assert said <= set(glossary), plan.key
            assert len(glossary) == len(set(glossary))
            assert all(both["en"] for both in page["glossary"])


def test_a_supplement_names_its_document_once(record_of, issuing):
    for plan in documents_of(record_of("ATE_VVI"), issuing):
        page = compose(plan, issuing, SEALED_AT).page
        shown = json.dumps([page["statement"], page["notes"]], ensure_ascii=False)
        assert all(shown.count(link.name["lv"]) == 1 for link in plan.links)


def test_words_have_no_gender(record_of, issuing):
    for record in cases(record_of):
        for plan in documents_of(record, issuing):
            page = compose(plan, issuing, SEALED_AT).page
            assert not re.search(
                r"\b(ieguvis|ieguvusi|dzimis|dzimusi|absolvents|absolvente)\b",
                json.dumps(page, ensure_ascii=False),
            )


def test_an_exam_certificate_shows_the_result_first_and_says_that_it_may_be_contested(record_of, issuing):
    plan = next(p for p in documents_of(record_of("ATE_VVI"), issuing) if p.document_type.code == "SER_VVI")
    page = compose(plan, issuing, SEALED_AT).page
    labels = [fact["label"]["lv"] for fact in page["facts"]]
    assert labels[0] == "Pārbaudījums"
    assert labels[-2:] == ["Izglītības iestāde, kurā kārtots eksāmens", "Apstrīdēšana"]
    assert "apstrīdēt" in page["facts"][-1]["value"]["lv"]
