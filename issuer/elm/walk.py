"""The walk through one document: every node against the table of terms.

Classes, keys, cardinalities, values and concepts are noted where they stand; what depends on the whole
document (mandatory members of a node that is repeated as a stub, references, conflicts) is judged when the
walk is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from issuer.elm import lexical, membership
from issuer.elm.graph import Graph, Occurrence, Reference
from issuer.elm.messages import Findings
from issuer.elm.terms import CREDENTIAL_TYPE, PREFIXES, STATUS_TYPE, NodeClass, Rule, classes, properties
from issuer.elm.values import check_languages, check_plain, json_name, media_problem, printable

MAX_DEPTH = 60
"""Nodes within nodes. Official samples reach 12; the bound keeps a hostile document from exhausting the stack."""

_ROOT = "EuropeanDigitalCredential"
_LEVELS = ("eqfLevel", "nqfLevel")
_ID_NEEDED = frozenset({"Concept", "ConceptScheme", "ShaclValidator2017", "CredentialStatus", _ROOT})
_ALL_PREFIXES = frozenset(PREFIXES) | {"sec"}


class Walk:
    """One pass over one credential. `narrows`: the rules of its profiles, by class and key."""

    def __init__(self, findings: Findings, narrows: Mapping[str, Mapping[str, Rule]]) -> None:
        self._findings = findings
        self._narrows = narrows
        self._graph = Graph()
        self._loose: list[Occurrence] = []
        self._concepts: list[tuple[Rule, dict[str, Any], str]] = []
        self._needs: list[tuple[str, dict[str, Any], str]] = []

    def credential(self, document: dict[str, Any]) -> None:
        """Note everything that is wrong with the nodes of `document`."""
        self._node(document, "", "", (_ROOT,), 0)
        self._graph.judge(self._findings)
        for occurrence in (*self._graph.complete_nodes(), *self._loose):
            self._judge_complete(occurrence)
        for rule, node, path in self._concepts:
            membership.check_scheme(rule, self._full(node), path, self._findings)
        for key, node, path in self._needs:
            if key not in self._full(node):
                self._findings.note("MISSING", path, key=key, card="1..1")
            elif key not in node:
                self._findings.note("MISSING_IN_PLACE", path, key=key)
        self._judge_issuer(document.get("issuer"))

    def _judge_issuer(self, issuer: object) -> None:
        """The issuer must be whole where it stands: readers of the JSON tree look for it nowhere else."""
        of = classes().get(str(issuer.get("type"))) if isinstance(issuer, dict) else None
        if of is None or not isinstance(issuer, dict):
            return
        for key in sorted(of.mandatory()):
            if key in self._full(issuer) and _says_nothing(issuer.get(key)):
                self._findings.note("MISSING_IN_PLACE", f"issuer.{key}", key=key)

    def _full(self, node: dict[str, Any]) -> dict[str, Any]:
        fullest = self._graph.fullest(node.get("id"))
        return fullest.node if fullest else node

    def _node(self, node: object, path: str, key: str, expected: Sequence[str], depth: int) -> None:
        if isinstance(node, str):
            self._reference(node, path, key, expected)
            return
        if node is None:
            self._findings.note("NULL_VALUE", path)
            return
        if not isinstance(node, dict):
            self._findings.note("NOT_AN_OBJECT", path, found=json_name(node))
            return
        if depth > MAX_DEPTH:
            self._findings.note("TOO_DEEP", path)
            return
        if len(node) == 1 and isinstance(node.get("id"), str):
            self._reference(node["id"], path, key, expected)
            return
        of = self._class(node, path, depth)
        if of is None:
            return
        if of.name not in expected:
            fitting = ", ".join(expected)
            self._findings.note("TYPE_WRONG", path, key=key, found=of.name, expected=fitting)
        self._identify(node, path, of)
        for member, value in node.items():
            if member not in ("id", "type") and not (member == "@context" and depth == 0):
                self._member(of, member, value, path, depth)
        if of.name == "Concept":
            membership.check_member(node, path, self._findings)
        elif of.name == "MediaObject" and (problem := media_problem(node)):
            name = membership.code(node.get("contentType"))
            self._findings.note(problem, _join(path, "content"), expected=name)

    def _reference(self, target: str, path: str, key: str, expected: Sequence[str]) -> None:
        if not lexical.is_iri(target):
            self._findings.note("ID_BAD", path)
        else:
            self._graph.refer(Reference(path, key, target, tuple(expected)))

    def _class(self, node: dict[str, Any], path: str, depth: int) -> NodeClass | None:
        """The class that `type` names; two places allow a list: the credential itself and its status."""
        if "type" not in node:
            self._findings.note("TYPE_MISSING", path)
            return None
        named = node["type"]
        if depth == 0 or (isinstance(named, list) and CREDENTIAL_TYPE[1] in named):
            if named != list(CREDENTIAL_TYPE):
                self._findings.note(
                    "TYPE_BAD", path, expected=f'["{CREDENTIAL_TYPE[0]}", "{CREDENTIAL_TYPE[1]}"]'
                )
            return classes()[_ROOT]
        if isinstance(named, list) and STATUS_TYPE[0] in named:
            return classes()[STATUS_TYPE[0]]
        if not isinstance(named, str):
            self._findings.note("TYPE_BAD", path, expected="“…”")
            return None
        if named not in classes():
            self._findings.note("TYPE_UNKNOWN", path, found=printable(named))
            return None
        return classes()[named]

    def _identify(self, node: dict[str, Any], path: str, of: NodeClass) -> None:
        occurrence = Occurrence(path, node, of)
        if "id" not in node:
            self._loose.append(occurrence)
            code = "ID_NEEDED" if of.name in _ID_NEEDED else "ID_MISSING"
            self._findings.note(code, path, found=of.name)
            return
        identifier = node["id"]
        if not isinstance(identifier, str) or not lexical.is_iri(identifier):
            self._loose.append(occurrence)
            self._findings.note("ID_BAD", path)
            return
        prefix, _, rest = identifier.partition(":")
        if prefix in _ALL_PREFIXES and not rest.startswith("//"):
            self._findings.note("ID_COMPACT", path, found=prefix)
        self._graph.add(identifier, occurrence)

    def _member(self, of: NodeClass, key: str, value: object, path: str, depth: int) -> None:
        rule = self._narrows.get(of.name, {}).get(key) or of.rules.get(key)
        if rule is None:
            self._stranger(of, key, value, path, depth)
            return
        place = _join(path, key)
        if properties()[key].source == "broken":
            self._findings.note("KEY_BROKEN", place, key=key)
        if rule.kind in ("text", "texts"):
            self._languages(rule, value, place)
            return
        values = value if isinstance(value, list) else [value]
        if not values:
            self._findings.note("LIST_EMPTY", place)
        if rule.most is not None and len(values) > rule.most:
            self._findings.note("TOO_MANY", place, key=key, count=len(values), card=rule.describe())
        if len(values) > 1 and _repeats(values):
            self._findings.note("LIST_REPEATS", place)
        for each, where in _places(value, place):
            if isinstance(each, list):
                self._findings.note("LIST_NESTED", where)
            elif rule.kind == "node":
                self._node(each, where, key, rule.classes, depth + 1)
                self._remember(rule, each, where)
            else:
                check_plain(rule, each, where, self._findings)

    def _languages(self, rule: Rule, value: object, place: str) -> None:
        if value is None:
            self._findings.note("NULL_VALUE", place)
            return
        count = check_languages(rule, value, place, self._findings)
        if value == {}:
            self._findings.note("LIST_EMPTY", place)
        if rule.most is not None and count > rule.most:
            self._findings.note("TOO_MANY", place, key=rule.key, count=count, card=rule.describe())

    def _remember(self, rule: Rule, value: object, where: str) -> None:
        """Keep what can only be judged when all copies of the node are known."""
        node = {"id": value} if isinstance(value, str) else value
        if not isinstance(node, dict):
            return
        if rule.list_name:
            self._concepts.append((rule, node, where))
        if rule.needs:
            self._needs.append((rule.needs, node, where))

    def _stranger(self, of: NodeClass, key: str, value: object, path: str, depth: int) -> None:
        """A key that the class does not have. Where the key still means something, its nodes are judged too."""
        place = _join(path, printable(key))
        known = properties().get(key)
        if key.startswith("@"):
            self._findings.note("KEYWORD_REFUSED", place, key=printable(key))
        elif key in _LEVELS:
            self._findings.note("LEVEL_MISPLACED", place, key=key, found=of.name)
        elif known and known.source == "broken":
            self._findings.note("KEY_BROKEN", place, key=key)
        elif known and (known.source == "elm" or (known.source == "w3c" and of.name == _ROOT)):
            self._findings.note("KEY_MISPLACED", place, key=key, found=of.name)
        elif key in _aliases():
            self._findings.note("KEY_ALIAS", place, key=key, other=_aliases()[key])
        elif key.partition(":")[0] in _ALL_PREFIXES and ":" in key:
            self._findings.note("KEY_COMPACT", place, key=printable(key))
        else:
            self._unknown(of, key, place)
            return
        for each, where in _places(value, place):
            if isinstance(each, dict) and "type" in each:
                self._node(each, where, key, tuple(classes()), depth + 1)

    def _unknown(self, of: NodeClass, key: str, place: str) -> None:
        worth_it = self._findings.lists("KEY_UNKNOWN")
        near = get_close_matches(key[:80], of.rules, 1, 0.75) if worth_it else []
        hint_lv = f" Vai domāts “{near[0]}”?" if near else ""
        hint_en = f' Did you mean "{near[0]}"?' if near else ""
        self._findings.note("KEY_UNKNOWN", place, key=printable(key), hint_lv=hint_lv, hint_en=hint_en)

    def _judge_complete(self, occurrence: Occurrence) -> None:
        """Mandatory members, on the fullest copy of a node."""
        of, node = occurrence.of, occurrence.node
        rules = {**of.rules, **self._narrows.get(of.name, {})}
        for key, rule in rules.items():
            if rule.least and _says_nothing(node.get(key)):
                place = occurrence.path
                self._findings.note("MISSING", _join(place, key), key=key, card=rule.describe())


@cache
def _aliases() -> Mapping[str, str]:
    """Compact IRIs by which a key of the profile could be written too: `dc:title`."""
    used = {key for each in classes().values() for key in each.rules}
    return {properties()[key].iri: key for key in used}


def _says_nothing(value: object) -> bool:
    """Absent, or present without a value: `[]`, `{}`, `{"lv": []}`. JSON-LD makes no statement of any of these."""
    if isinstance(value, dict):
        return all(each in (None, []) for each in value.values())
    return value in (None, [])


def _places(value: object, path: str) -> Iterator[tuple[object, str]]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield each, f"{path}[{number}]"
    else:
        yield value, path


def _repeats(values: list[object]) -> bool:
    """Whether a node (by id) or a plain value stands twice in one list."""
    seen: set[object] = set()
    for value in values:
        mark = value.get("id") if isinstance(value, dict) else value
        if isinstance(mark, str | int | bool):
            if mark in seen:
                return True
            seen.add(mark)
    return False


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
