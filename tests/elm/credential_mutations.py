"""Ways to spoil a credential, drawn from a seed: what people mistype, what software mangles, what nobody meant."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from issuer.elm.terms import classes, properties

Node = dict[str, Any]
Place = tuple[Node, str]

_JUNK: tuple[Any, ...] = (
    *(None, True, 0, -3, 1.0, 2.5, "", " ", "text", "2037-02-30T00:00:00Z", "2037-06-14", "14.06.2037"),
    *(
        [],
        {},
        [[]],
        {"id": "urn:x:nothing"},
        {"lv": "teksts"},
        {"@value": "x"},
        "urn:x:nothing",
        "P1W",
        "P2Y",
    ),
    *("2037-06-14T00:00:00Z", "http://data.europa.eu/snb/eqf/4", 10**20),
)
_TAGS = ("en", "lv", "EN", "xx", "latvian", "@none", "lv-LV", "de", "")
_IRIS = (
    "http://data.europa.eu/snb/eqf/99",
    "http://data.europa.eu/snb/eqf/25831c2",
    "http://publications.europa.eu/resource/authority/country/XYZ",
    "http://publications.europa.eu/resource/authority/language",
    "urn:x:nothing",
    "not an iri",
    "elm:thing",
    "relative/path",
)


def spoil(credential: Node, seed: int, times: int = 1) -> tuple[Node, list[str]]:
    """A spoiled copy and the names of what was done to it; the same seed does the same."""
    chance = random.Random(seed)
    spoiled = copy.deepcopy(credential)
    done = []
    while len(done) < times and any(nodes(spoiled)):
        way = chance.choice(_WAYS)
        if way(spoiled, chance):
            done.append(way.__name__)
    return spoiled, done


def nodes(value: Any) -> Iterator[Node]:
    """Every JSON object in it that has a `type`, outermost first."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def _node(spoiled: Node, chance: random.Random, wanted: Callable[[Node], bool] = bool) -> Node | None:
    fitting = [node for node in nodes(spoiled) if wanted(node)]
    return chance.choice(fitting) if fitting else None


def _place(spoiled: Node, chance: random.Random) -> Place:
    node = chance.choice(list(nodes(spoiled)))
    return node, chance.choice(list(node))


def _drop(spoiled: Node, chance: random.Random) -> bool:
    node, key = _place(spoiled, chance)
    del node[key]
    return True


def _rename(spoiled: Node, chance: random.Random) -> bool:
    node, key = _place(spoiled, chance)
    at = chance.randrange(len(key))
    wrong = key[:at] + key[at:][1:2] + key[at : at + 1] + key[at + 2 :]
    value = node.pop(key)
    node[chance.choice((wrong, chance.choice(sorted(properties()))))] = value
    return True


def _retype(spoiled: Node, chance: random.Random) -> bool:
    node, key = _place(spoiled, chance)
    node[key] = copy.deepcopy(chance.choice(_JUNK))
    return True


def _repeat(spoiled: Node, chance: random.Random) -> bool:
    """The same member twice, the second time as another node or another value."""
    node, key = _place(spoiled, chance)
    value = node[key]
    other = copy.deepcopy(value[0] if isinstance(value, list) and value else value)
    if isinstance(other, dict) and "id" in other:
        other["id"] = chance.choice(("urn:x:another", other["id"]))
    elif isinstance(other, str):
        other = chance.choice((other, f"{other}x", "2036-01-01T00:00:00Z"))
    node[key] = [*(value if isinstance(value, list) else [value]), other]
    return True


def _other_concept(spoiled: Node, chance: random.Random) -> bool:
    node = _node(spoiled, chance, lambda each: each["type"] == "Concept")
    if node is None:
        return False
    other = _node(spoiled, chance, lambda each: each["type"] == "Concept") or node
    way = chance.randrange(5)
    if way == 0:
        node["id"] = chance.choice(_IRIS)
    elif way == 1:
        node["inScheme"] = {"id": chance.choice(_IRIS), "type": "ConceptScheme"}
    elif way == 2:
        node.pop("inScheme", None)
    elif way == 3:
        replaced = copy.deepcopy(other)
        node.clear()
        node.update(replaced)
    else:
        node["inScheme"] = chance.choice(("http://data.europa.eu/snb/eqf/25831c2", {"id": _IRIS[1]}))
    return True


def _other_class(spoiled: Node, chance: random.Random) -> bool:
    node = chance.choice(list(nodes(spoiled)))
    node["type"] = chance.choice(
        [*classes(), "NoSuchClass", "http://example.org/Class", ["Organisation", "Agent"]]
    )
    return True


def _languages(spoiled: Node, chance: random.Random) -> bool:
    maps = [
        value
        for node in nodes(spoiled)
        for key, value in node.items()
        if isinstance(value, dict) and key in properties() and properties()[key].kind in ("text", "texts")
    ]
    if not maps:
        return False
    chosen = chance.choice(maps)
    tag = chance.choice(_TAGS)
    chosen[tag] = chance.choice(
        ("teksts", ["viens", "divi"], ["viens", "viens"], None, 5, "", {"@value": "x"}, [])
    )
    if chance.random() < 0.3:
        chosen.pop(next(iter(chosen)))
    return True


def _shared_id(spoiled: Node, chance: random.Random) -> bool:
    """Two different nodes with one id."""
    one, other = chance.choice(list(nodes(spoiled))), chance.choice(list(nodes(spoiled)))
    one["id"] = other.get("id", "urn:x:nothing")
    return True


def _hollow(spoiled: Node, chance: random.Random) -> bool:
    """A node becomes a reference, a stub, or loses its id."""
    node = chance.choice(list(nodes(spoiled)))
    way = chance.randrange(3)
    if way == 0:
        node.pop("id", None)
        return True
    kept = {key: node[key] for key in ("id", "type")[:way] if key in node}
    node.clear()
    node.update(kept)
    return True


def _moved(spoiled: Node, chance: random.Random) -> bool:
    """A value that belongs elsewhere."""
    node, key = _place(spoiled, chance)
    other, other_key = _place(spoiled, chance)
    other[chance.choice((key, other_key))] = copy.deepcopy(node[key])
    return True


def _stranger(spoiled: Node, chance: random.Random) -> bool:
    node = chance.choice(list(nodes(spoiled)))
    key = chance.choice(
        ("@graph", "@reverse", "@nest", "@id", "dateModified", "note", "eqfLevel", "dc:title", "hasClaim")
    )
    node[key] = copy.deepcopy(chance.choice((*_JUNK, copy.deepcopy(chance.choice(list(nodes(spoiled)))))))
    return True


def _context(spoiled: Node, chance: random.Random) -> bool:
    ways: tuple[Any, ...] = (
        None,
        [],
        "http://data.europa.eu/snb/model/context/edc-ap",
        {"@vocab": "http://x.example/"},
    )
    chosen = chance.choice((*ways, list(reversed(spoiled.get("@context") or []))))
    if chosen is None:
        spoiled.pop("@context", None)
    else:
        spoiled["@context"] = chosen
    return True


def _text(spoiled: Node, chance: random.Random) -> bool:
    """One text or number in some node becomes another."""
    places = [(node, key) for node in nodes(spoiled) for key in node if isinstance(node[key], str | int)]
    if not places:
        return False
    node, key = chance.choice(places)
    value = node[key]
    if isinstance(value, int):
        node[key] = chance.choice((0, -1, str(value), float(value), value + 0.5, 10**17))
    else:
        node[key] = chance.choice(
            (value[:-1], value + "\u0007", value.replace(":", "."), "ē" + value, value.upper())
        )
    return True


_WAYS = (
    *(_drop, _rename, _retype, _repeat, _other_concept, _other_class, _languages),
    *(_shared_id, _hollow, _moved, _stranger, _context, _text),
)
