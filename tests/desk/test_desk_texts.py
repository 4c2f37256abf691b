"""Every text is there in both languages, with the same places in it, and every key that a page uses exists."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import issuer.desk
from issuer.desk.wording import Wording

ROOM = Path(issuer.desk.__file__).parent
ENTRIES = Wording.load().entries


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", ENTRIES)
def test_both_languages_say_it(key: str) -> None:
    entry = ENTRIES[key]
    assert entry.keys() == {"lv", "en"}
    lv, en = (text if isinstance(text, list) else [text] for text in (entry["lv"], entry["en"]))
    assert all(text.strip() == text and text for text in (*lv, *en))
    assert len(lv) == len(en)
    assert {frozenset(_places(text)) for text in lv} == {frozenset(_places(text)) for text in en}


def test_every_key_that_a_page_names_exists() -> None:
    used = set()
    for path in [*ROOM.glob("templates/*.html"), *ROOM.glob("*.py")]:
        used |= set(re.findall(r'\bt\(\s*"([a-z_]+\.[a-z_]+)"\s*[,)]', path.read_text()))
        used |= set(re.findall(r'notice\(\s*request,\s*"([a-z_]+\.[a-z_]+)"', path.read_text()))
    assert used
    assert used - ENTRIES.keys() == set()


@pytest.mark.parametrize(
    ("language", "n", "text"),
    # Unicode CLDR plural rules: Latvian "one" is 1, 21, 31 … 101, not 11; English 1 only
    [("lv", 1, "one"), ("lv", 21, "one"), ("lv", 11, "many"), ("lv", 0, "many"), ("lv", 111, "many"),
     ("en", 1, "one"), ("en", 21, "many"), ("en", 0, "many")],
)  # fmt: skip
def test_plurals(language, n: int, text: str) -> None:
    texts = Wording({"a.b": {"lv": ["one", "many"], "en": ["one", "many"]}}).in_language(language)
    assert texts("a.b", n=n) == text
