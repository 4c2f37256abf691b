"""The four states of a document, what may follow what, and the reasons that may be given.

The numbers are those of the IETF registry "OAuth Status Types" (Token Status List, 7.1): 0 VALID, 1 INVALID,
2 SUSPENDED; 3 is left to the application, and here means that a corrected document stands in its place. Reasons are
codes and not free text: a sentence about why a certificate was taken back is personal data before one notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

State = Literal["valid", "revoked", "suspended", "replaced"]

STATES: Final[tuple[State, ...]] = ("valid", "revoked", "suspended", "replaced")  # the place is the number
BITS: Final = 2
SLOTS: Final = 1 << 17  # also the least that a Bitstring Status List may have
NUMBERS: Final[Mapping[State, int]] = MappingProxyType({state: n for n, state in enumerate(STATES)})

# Revocation is for ever (ARF, VCR_04). A replaced document may still turn out to be a fraud; it never comes back.
MAY_BECOME: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        "valid": frozenset({"revoked", "suspended", "replaced"}),
        "suspended": frozenset({"valid", "revoked", "replaced"}),
        "replaced": frozenset({"revoked"}),
        "revoked": frozenset(),
    }
)

REASONS: Final[Mapping[str, tuple[State, str, str]]] = MappingProxyType(
    {
        "issued_in_error": ("revoked", "izsniegts kļūdas dēļ", "issued in error"),
        "requirements_not_met": ("revoked", "prasības nebija izpildītas", "the requirements were not met"),
        "fraud": ("revoked", "iegūts ar viltu", "obtained by fraud"),
        "authority_decision": (
            "revoked",
            "iestādes vai tiesas lēmums",
            "decision of an authority or a court",
        ),
        "key_compromise": ("revoked", "zīmoga atslēga kompromitēta", "the seal key was compromised"),
        "investigation": ("suspended", "notiek pārbaude", "under investigation"),
        "cleared": ("valid", "pārbaude beigusies, dokuments ir derīgs", "cleared after an investigation"),
        "correction": ("replaced", "izdots labots dokuments", "a corrected document was issued"),
        "name_change": ("replaced", "mainīts vārds vai uzvārds", "the holder's name changed"),
    }
)
"""Reason code -> (the state it leads to, Latvian, English)."""
