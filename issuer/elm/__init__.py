"""The European Learning Model as tables: ELM 3.2 / EDC AP 1.2.0, and everything that follows from the tables.

One table of terms generates the JSON-LD contexts, the JSON Schema of the profile and the validator, so that
the three cannot drift apart. The validator is strict and closed-world: what the official SHACL shapes
reject it rejects, and also what they let through although its meaning would be lost. Nothing here reads a
clock, a network or a file outside the package.
"""

from issuer.elm.concepts import codes, concept, concept_iri
from issuer.elm.context import edc_context, status_context, vc2_context
from issuer.elm.fast import Validator
from issuer.elm.json_schema import profile_schema
from issuer.elm.validate import validate

__all__ = [
    "Validator",
    "codes",
    "concept",
    "concept_iri",
    "edc_context",
    "profile_schema",
    "status_context",
    "validate",
    "vc2_context",
]
