"""From a checked record to the credential: which documents it yields, what each says, and its page and QR claims.

Pure functions from data to data. The document types, words, scales and authorities are data of `issuer.catalogue`; a
type that this code has never heard of is issued like any other. `Issuing` holds the inputs of a batch, `documents_of`
plans, `compose` makes one credential (ELM 3.2 / EDC AP 1.2.0) and `with_picture` puts its page into it.
"""

from issuer.credential.compose import Draft, SealerRef, compose, has_picture, with_picture
from issuer.credential.facts import Facts
from issuer.credential.issuing import CompositionError, Issuing
from issuer.credential.plan import DocumentPlan, Link, documents_of, with_slots

__all__ = [
    "CompositionError",
    "DocumentPlan",
    "Draft",
    "Facts",
    "Issuing",
    "Link",
    "SealerRef",
    "compose",
    "documents_of",
    "has_picture",
    "with_picture",
    "with_slots",
]
