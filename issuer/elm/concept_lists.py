"""The controlled lists of the profile as data: which list, which scheme, how far known, which members.

Facts of ELM 3.2 (EU Vocabularies), written down here with Latvian names. Members stand in `lists/`: a long
list has a file of its own (`code`, English, Latvian), the short ones share `short.tsv` (`list`, `code`,
English, Latvian).

`extent` says how much a missing member means:

* `closed`: a finished classification (EQF levels, ISCED-F 2013, sex, encoding); nothing can be added, so a
  stranger is an error wherever it stands;
* `known`: complete as of ELM 3.2; a stranger is an error in what we write ourselves and a warning in what
  others
  wrote, because the EU adds members without a new version of the model;
* `open`: we know only some members, or the list is too large to carry; a stranger is a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Extent = Literal["closed", "known", "open"]

SNB = "http://data.europa.eu/snb/"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ESCO = "http://data.europa.eu/esco/"

_FILES = Path(__file__).parent / "lists"


@dataclass(frozen=True, slots=True)
class Member:
    """One concept of a list: the last part of its IRI and its names (`lv` is "" where none is
    established)."""

    code: str
    en: str
    lv: str


@dataclass(frozen=True, slots=True)
class ConceptList:
    """One controlled list: `scheme` is what `inScheme` must name, a member's IRI is `base` + code."""

    name: str
    scheme: str
    base: str
    extent: Extent

    def members(self) -> MappingProxyType[str, Member]:
        """code -> member; empty for lists that we do not carry (ESCO, administrative units, claim types)."""
        return _members(self.name)

    def iris(self) -> frozenset[str]:
        """IRIs of all known members."""
        return _iris(self)

    def is_short(self) -> bool:
        """Whether its members are few enough to be called by their English names."""
        return self.name in _short()


@cache
def _short() -> MappingProxyType[str, MappingProxyType[str, Member]]:
    lists: dict[str, dict[str, Member]] = {}
    for row in _rows("short"):
        lists.setdefault(row[0], {})[row[1]] = _member(row[1:])
    return MappingProxyType({name: MappingProxyType(members) for name, members in lists.items()})


@cache
def _members(name: str) -> MappingProxyType[str, Member]:
    if name in _short():
        return _short()[name]
    return MappingProxyType({row[0]: _member(row) for row in _rows(name)})


@cache
def _iris(of: ConceptList) -> frozenset[str]:
    return frozenset(of.base + code for code in of.members())


def _rows(file: str) -> list[list[str]]:
    path = _FILES / f"{file}.tsv"
    if not path.is_file():
        return []
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def _member(row: list[str]) -> Member:
    return Member(row[0], row[1], row[2] if len(row) > 2 else "")


def _snb(name: str, extent: Extent) -> ConceptList:
    return ConceptList(name, f"{SNB}{name}/25831c2", f"{SNB}{name}/", extent)


def _authority(name: str, extent: Extent) -> ConceptList:
    return ConceptList(name, AUTHORITY + name, f"{AUTHORITY}{name}/", extent)


_ALL = (
    _snb("eqf", "closed"),
    ConceptList("nqf", f"{SNB}qdr/25831c2", f"{SNB}qdr/", "known"),
    _snb("isced-f", "closed"),
    _authority("country", "known"),
    _authority("language", "open"),
    _authority("currency", "open"),
    _authority("file-type", "known"),
    _authority("atu", "open"),
    _authority("human-sex", "closed"),
    _snb("encoding", "closed"),
    _snb("credential", "known"),
    _snb("assessment", "known"),
    _snb("learning-assessment", "known"),
    _snb("learning-setting", "known"),
    _snb("learning-activity", "known"),
    _snb("learning-opportunity", "known"),
    _snb("learning-schedule", "known"),
    _snb("entitlement", "known"),
    _snb("entitlement-status", "known"),
    _snb("supervision-verification", "open"),
    _snb("grade-status", "open"),
    _snb("education-credit", "known"),
    _snb("accreditation", "open"),
    _snb("accreditation-decision", "open"),
    _snb("claim-type", "open"),
    _snb("evidence-type", "known"),
    _snb("verification", "known"),
    _snb("verification-status", "known"),
    _snb("verifiable-presentation", "known"),
    _snb("skill-type", "known"),
    _snb("skill-reuse-level", "known"),
    ConceptList("esco-skills", f"{ESCO}concept-scheme/skills", f"{ESCO}skill/", "open"),
    ConceptList("esco-occupations", f"{ESCO}concept-scheme/occupations", f"{ESCO}occupation/", "open"),
)

LISTS: MappingProxyType[str, ConceptList] = MappingProxyType({each.name: each for each in _ALL})
"""Every list by name."""

LATVIAN_LEVELS: tuple[str, ...] = (
    *("c_41bf3e8a", "c_f1f60c76", "c_138c123b", "c_14b672c3"),
    *("c_7493dd0e", "c_a828cd20", "c_a61cdeca", "c_a6744590"),
)
"""Codes in list `nqf` of levels 1 to 8 of the Latvian framework (Latvijas kvalifikāciju ietvarstruktūra,
LKI)."""
