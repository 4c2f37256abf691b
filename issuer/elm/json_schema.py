"""The JSON Schema (2020-12) of what we issue, generated from the table of terms.

Closed: an unknown key is refused everywhere. It covers the profiles that we issue (generic and by mandate),
and it is narrower than the validator where a schema cannot say the rest: one spelling of each thing, ids
and addresses in schemes that no context prefix can shadow. What no schema can say (copies of one node,
dates that must agree, characters) is in `fast`.
"""

from __future__ import annotations

from typing import Any

from issuer.elm.concept_lists import LISTS, ConceptList
from issuer.elm.envelope import CONTEXTS
from issuer.elm.lexical import LANGUAGES
from issuer.elm.terms import (
    CREDENTIAL_TYPE,
    STATUS_CONTEXT,
    STATUS_TYPE,
    NodeClass,
    Rule,
    classes,
    properties,
    variants,
)

Schema = dict[str, Any]

PROFILES = ("generic", "issued-by-mandate")
"""The application profiles that the schema covers."""

STUB_KEYS = ("id", "type", "title", "legalName", "prefLabel", "noteLiteral")
"""What a node may say where it is repeated as a stub: enough for a reader that does not look it up."""

_ROOT = "EuropeanDigitalCredential"
_DAY = (
    r"(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    r"|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)"
_URI = r"^(?:urn|https?|mailto|did):[!#-;=?-\[\]_a-z~]+$"

_DATATYPES: dict[str, Schema] = {
    "string": {"type": "string", "pattern": r"^\S"},
    "literal": {"type": "string", "pattern": r"^\S"},
    "dateTime": {"type": "string", "pattern": f"^{_DAY}T{_TIME}$", "not": {"pattern": "^0000"}},
    "duration": {
        "type": "string",
        "pattern": r"^P(?=[0-9T])(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}D)?(?:T(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}S)?)?$",
    },
    "integer": {"type": "integer", "minimum": -(2**53) + 1, "maximum": 2**53 - 1},
    "positiveInteger": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
    "decimal": {"type": "string", "pattern": r"^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$"},
    "boolean": {"type": "boolean"},
    "anyURI": {"type": "string", "pattern": _URI},
    "iri": {"type": "string", "pattern": _URI},
}


def profile_schema() -> Schema:
    """The schema of one unsealed credential of ours, self-contained."""
    definitions = {name: _class(classes()[name]) for name in _reachable()}
    definitions |= {f"concept-{name}": _concept(LISTS[name]) for name in _lists_in_use()}
    definitions |= {name: dict(schema) for name, schema in _DATATYPES.items()}
    definitions |= _texts()
    root = definitions.pop(_ROOT)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atestats:schema:credential-profile",
        "title": "Atestats credential profile (ELM 3.2, EDC AP 1.2.0; generic and issued by mandate)",
        "description": "Generated from the table of terms; python -m issuer.elm.generate writes it.",
        **root,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _class(of: NodeClass) -> Schema:
    if of.name == _ROOT:
        return _credential(of)
    if of.name == STATUS_TYPE[0]:
        return _status(of)
    members = _members(of)
    schema: Schema = {
        "type": "object",
        "required": ["id", "type"],
        "properties": {"type": {"const": of.name}, "id": {"$ref": "#/$defs/iri"}, **members},
        "additionalProperties": False,
    }
    mandatory = sorted(of.mandatory())
    if mandatory:
        stub = {"propertyNames": {"enum": list(STUB_KEYS)}}
        schema["anyOf"] = [{"required": mandatory}, stub]
    return schema


def _credential(of: NodeClass) -> Schema:
    members = _members(of)
    members["credentialProfiles"] = {"$ref": "#/$defs/concept-credential"}
    members["credentialSchema"] = {"$ref": "#/$defs/ShaclValidator2017"}
    members["type"] = {"const": list(CREDENTIAL_TYPE)}
    return {
        "type": "object",
        "required": ["@context", "id", "type", *sorted(of.mandatory()), "issuanceDate"],
        "properties": {"@context": True, "id": {"$ref": "#/$defs/iri"}, **members},
        "additionalProperties": False,
        "allOf": [_context_rule()],
        "anyOf": [_profile_rule(name) for name in PROFILES],
    }


def _context_rule() -> Schema:
    plain = {"properties": {"@context": {"const": CONTEXTS}}}
    with_status = {"properties": {"@context": {"const": [*CONTEXTS, STATUS_CONTEXT]}}}
    return {"if": {"required": ["credentialStatus"]}, "then": with_status, "else": plain}


def _profile_rule(name: str) -> Schema:
    """One profile: its concept, its schema, and its further rules, which all stand on the credential's evidence."""
    variant = variants()[name]
    members: Schema = {
        "credentialProfiles": {"properties": {"id": {"const": LISTS["credential"].base + variant.code}}},
        "credentialSchema": {"properties": {"id": {"enum": list(variant.schemas)}}},
    }
    rule: Schema = {"properties": members}
    if _ROOT in variant.narrows:
        rule["required"] = sorted(key for key, narrow in variant.narrows[_ROOT].items() if narrow.least)
        demanded = {"required": sorted(variant.narrows["Evidence"])}
        each = {"if": {"type": "array"}, "then": {"items": demanded}, "else": demanded}
        members["evidence"] = each
    return rule


def _status(of: NodeClass) -> Schema:
    orders = [list(STATUS_TYPE), list(reversed(STATUS_TYPE))]
    members = {key: _value(rule) for key, rule in of.rules.items()}
    return {
        "type": "object",
        "required": ["id", "type", *sorted(members)],
        "properties": {"id": {"$ref": "#/$defs/iri"}, "type": {"enum": orders}, **members},
        "additionalProperties": False,
    }


def _value(rule: Rule) -> Schema:
    one = _one(rule)
    if rule.kind in ("text", "texts") or rule.most == 1:
        return one
    many = {"type": "array", "minItems": 1, "items": one}
    if rule.most is not None:
        many["maxItems"] = rule.most
    return {"anyOf": [one, many]}


def _one(rule: Rule) -> Schema:
    if rule.kind == "texts":
        return {"$ref": "#/$defs/text-single" if rule.most == 1 else "#/$defs/text-many"}
    if rule.kind != "node":
        schema: Schema = {"$ref": f"#/$defs/{rule.kind}"}
        return {**schema, "maximum": rule.greatest} if rule.greatest is not None else schema
    if rule.list_name:
        return {"$ref": f"#/$defs/concept-{rule.list_name}"}
    if len(rule.classes) > 1:
        return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in rule.classes]}
    node: Schema = {"$ref": f"#/$defs/{rule.classes[0]}"}
    return {**node, "required": [rule.needs]} if rule.needs else node


def _concept(of: ConceptList) -> Schema:
    """A concept of one list: any member of a finished list, any IRI of the list's own where we know only some."""
    known = of.extent != "open" and of.members()
    member = (
        {"enum": sorted(of.iris())} if known else {"type": "string", "pattern": f"^{of.base}[A-Za-z0-9_-]+$"}
    )
    return {
        "type": "object",
        "required": ["id", "type", "inScheme"],
        "properties": {
            "id": member,
            "type": {"const": "Concept"},
            "inScheme": {"const": {"id": of.scheme, "type": "ConceptScheme"}},
            "prefLabel": {"$ref": "#/$defs/text"},
            "definition": {"$ref": "#/$defs/text"},
            "notation": {"$ref": "#/$defs/literal"},
        },
        "additionalProperties": False,
    }


def _texts() -> dict[str, Schema]:
    """Language maps: Latvian and English as such, other languages by pattern."""
    others = sorted(LANGUAGES - {"lv", "en"})
    tag = f"^(?:{'|'.join(others)}|ltg|liv)$"
    text: Schema = {"type": "string", "pattern": r"^\S"}
    many: Schema = {"anyOf": [text, {"type": "array", "minItems": 1, "items": text}]}

    def language_map(value: Schema) -> Schema:
        return {
            "type": "object",
            "minProperties": 1,
            "properties": {"lv": value, "en": value},
            "patternProperties": {tag: value},
            "additionalProperties": False,
        }

    return {
        "text": language_map(text),
        "text-single": {**language_map(text), "maxProperties": 1},
        "text-many": language_map(many),
    }


def _members(of: NodeClass) -> Schema:
    """The keys of a class that we use: none with a wrong meaning, no credential within a credential."""
    return {
        key: _value(rule)
        for key, rule in of.rules.items()
        if properties()[key].source != "broken" and _ROOT not in rule.classes
    }


def _reachable() -> list[str]:
    """Classes that a credential may hold, beginning with itself."""
    found, waiting = [_ROOT], [_ROOT]
    while waiting:
        for rule in classes()[waiting.pop()].rules.values():
            for name in rule.classes:
                if name not in found and not (name == "Concept" and rule.list_name):
                    found.append(name)
                    waiting.append(name)
    return found


def _lists_in_use() -> set[str]:
    rules = [rule for name in _reachable() for rule in classes()[name].rules.values()]
    return {rule.list_name for rule in rules if rule.list_name}
