"""The table of terms: every class, property, datatype, cardinality and controlled list of ELM 3.2 / EDC AP
1.2.0.

The table itself is the text in `model/`: `properties.txt` (JSON key, IRI, kind), one file per area with the
classes and their rules, and `variants.txt` with the application profiles. A rule reads

    key  least..most  range  [@list | ~list]  [+key]  [<=n]

* range: a class, a group of classes (`GROUPS`), a datatype of XML Schema, `text` (one value per language),
  `texts`
  (several values per language), `literal` or `iri`; for text, `most` counts the values of all languages
  together;
* `@list`: a concept of that controlled list, as the official shapes demand; `~list`: as the text of the
  model says,
  without the shapes checking it;
* `+key`: the value must carry that member too; `<=n`: the greatest number.

Cardinalities are those of the official shapes. Everything else in this room is generated from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

Datatype = Literal[
    "string", "dateTime", "duration", "integer", "positiveInteger", "decimal", "boolean", "anyURI"
]
Kind = Literal["node", "iri", "text", "texts", "literal"] | Datatype
Source = Literal["elm", "broken", "w3c", "status"]

W3C_CONTEXT = "https://www.w3.org/2018/credentials/v1"
W3C2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
ELM_CONTEXT = "http://data.europa.eu/snb/model/context/edc-ap"
STATUS_CONTEXT = "https://www.w3.org/ns/credentials/status/v1"

CREDENTIAL_TYPE = ("VerifiableCredential", "EuropeanDigitalCredential")
STATUS_TYPE = ("CredentialStatus", "BitstringStatusListEntry")
SCHEMA_BASE = "http://data.europa.eu/snb/model/ap/"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cred": "https://www.w3.org/2018/credentials#",
        "elm": "http://data.europa.eu/snb/model/elm/",
        "adms": "http://www.w3.org/ns/adms#",
        "dc": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "org": "http://www.w3.org/ns/org#",
        "rov": "http://www.w3.org/ns/regorg#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "person": "http://www.w3.org/ns/person#",
        # As published: without the final slash that the shapes have, hence `latitude` and `longitude` are
        # broken.
        "clv": "http://data.europa.eu/m8g",
        "locn": "http://www.w3.org/ns/locn#",
        "vc": "http://data.europa.eu/snb/model/w3c/vc/",
    }
)

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AnyAgent": ("Person", "Organisation", "Agent"),
        "AnyIdentifier": ("Identifier", "LegalIdentifier"),
        "AnyAchievementSpecification": ("Qualification", "LearningAchievementSpecification"),
        "AnyClaim": (
            "LearningAchievement",
            "LearningAssessment",
            "LearningActivity",
            "LearningEntitlement",
            "Claim",
        ),
    }
)

_AREAS = ("credential", "agents", "claims", "specifications", "support")
_FILES = Path(__file__).parent / "model"
_PLAIN = frozenset({"iri", "text", "texts", "literal", *get_args(Datatype)})


@dataclass(frozen=True, slots=True)
class Property:
    """One JSON key. `source`: whose context defines it; `broken`: in the ELM context, but with a wrong
    meaning."""

    key: str
    iri: str
    kind: Kind
    source: Source


@dataclass(frozen=True, slots=True)
class Rule:
    """What one class says about one key. `most` is None for any number; `classes` is empty unless kind is
    `node`."""

    key: str
    least: int
    most: int | None
    kind: Kind
    classes: tuple[str, ...] = ()
    list_name: str | None = None
    demanded: bool = False
    needs: str | None = None
    greatest: int | None = None

    def describe(self) -> str:
        """Cardinality as people write it: `1..*`."""
        return f"{self.least}..{'*' if self.most is None else self.most}"


@dataclass(frozen=True, slots=True)
class NodeClass:
    """One class with its rules by key."""

    name: str
    iri: str
    rules: Mapping[str, Rule]

    def mandatory(self) -> frozenset[str]:
        """Keys that a complete node of this class carries."""
        return frozenset(key for key, rule in self.rules.items() if rule.least)


@dataclass(frozen=True, slots=True)
class Variant:
    """One application profile: the code of its concept, the IRIs of its schema, and the rules it narrows."""

    name: str
    code: str
    schemas: tuple[str, ...]
    narrows: Mapping[str, Mapping[str, Rule]]


@cache
def properties() -> Mapping[str, Property]:
    """Every JSON key that some context defines, by key."""
    found: dict[str, Property] = {}
    for line in _lines("properties"):
        key, iri, kind, *source = line.split()
        found[key] = Property(key, iri, kind, source[0] if source else "elm")  # type: ignore[arg-type]
    return MappingProxyType(found)


@cache
def classes() -> Mapping[str, NodeClass]:
    """Every class of the application profile, by its JSON name."""
    found: dict[str, NodeClass] = {}
    for area in _AREAS:
        for header, rows in _blocks(area):
            name, _, iri = header.split()
            rules = {rule.key: rule for rule in map(_rule, rows)}
            found[name] = NodeClass(name, iri, MappingProxyType(rules))
    return MappingProxyType(found)


@cache
def variants() -> Mapping[str, Variant]:
    """The application profiles by name, each with the rules of the profiles it builds on."""
    found: dict[str, Variant] = {}
    for header, rows in _blocks("variants"):
        name, code, schemas, *base = header.split()
        narrows: dict[str, dict[str, Rule]] = {}
        if base:
            narrows = {of: dict(rules) for of, rules in found[base[0]].narrows.items()}
        for row in rows:
            of, key, cardinality, *target = row.split()
            least, most = _cardinality(cardinality)
            rule = replace(classes()[of].rules[key], least=least, most=most)
            narrows.setdefault(of, {})[key] = replace(rule, classes=tuple(target)) if target else rule
        iris = tuple(SCHEMA_BASE + schema for schema in schemas.split(","))
        frozen = {of: MappingProxyType(rules) for of, rules in narrows.items()}
        found[name] = Variant(name, code, iris, MappingProxyType(frozen))
    return MappingProxyType(found)


def expand(compact: str) -> str:
    """`elm:title` as a full IRI."""
    prefix, _, rest = compact.partition(":")
    return PREFIXES.get(prefix, "https://www.w3.org/ns/credentials/status#") + rest


def _rule(line: str) -> Rule:
    key, cardinality, target, *marks = line.split()
    least, most = _cardinality(cardinality)
    rule = Rule(key, least, most, "node", GROUPS.get(target, (target,)))
    if target in _PLAIN:
        rule = replace(rule, kind=target, classes=())  # type: ignore[arg-type]
    for mark in marks:
        if mark[0] in "@~":
            rule = replace(rule, list_name=mark[1:], demanded=mark[0] == "@")
        elif mark[0] == "+":
            rule = replace(rule, needs=mark[1:])
        else:
            rule = replace(rule, greatest=int(mark.removeprefix("<=")))
    return rule


def _cardinality(text: str) -> tuple[int, int | None]:
    least, _, most = text.partition("..")
    return int(least), None if most == "*" else int(most)


def _blocks(file: str) -> Iterator[tuple[str, list[str]]]:
    header, rows = "", list[str]()
    for line in _lines(file):
        if line[0] == " ":
            rows.append(line)
            continue
        if header:
            yield header, rows
        header, rows = line, []
    yield header, rows


def _lines(file: str) -> list[str]:
    text = (_FILES / f"{file}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and line[0] != "#"]
