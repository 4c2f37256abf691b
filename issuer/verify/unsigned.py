"""The unsigned properties of a seal, `header.etsiU`, as a verifier takes them (ETSI TS 119 182-1, 5.3).

    unsigned = read_unsigned(signature)
    [item.name for item in unsigned.items]           # ["sigTst", "xVals", "rVals", "arcTst"]
    unsigned.form                                    # "B-LTA", if what is there holds
    unsigned.data.certificates                       # DER

Anyone may add and change what is here. `issuer.seal.etsi_u` reads it strictly; here it is bounded, because every token
costs a signature check. Nothing is believed before `timestamps` and `revocation` have checked the signatures in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from issuer.errors import AtestatsError
from issuer.seal.etsi_u import Item, ValidationData, read_items, tokens, validation_data
from issuer.seal.jades_document import JadesSignature
from issuer.seal.levels import Level

# What the levels B-T, B-LT and B-LTA are made of (TS 119 182-1, 6.3); nothing else has a place in an EDC file.
BASELINE_PROPERTIES: Final = frozenset(
    {"sigTst", "xVals", "rVals", "axVals", "arVals", "tstVD", "anyValData", "arcTst"}
)
MAX_TOKENS: Final = 48  # an archive renewed every five years for a century has twenty
MAX_TOKEN_BYTES: Final = (
    512 * 1024
)  # of all together; one takes 2 to 20 kB, and DER costs time by the element
MAX_VALUES: Final = 128  # certificates, CRLs and OCSP responses


class UnsignedError(ValueError):
    """`etsiU` is not what the standard says, or holds more than a verifier takes."""


class Token(NamedTuple):
    """One time stamp: the index of its item in `etsiU`, the item's name and the DER of the token."""

    place: int
    name: str
    der: bytes


class Unsigned(NamedTuple):
    """The properties in order, with the time stamps and the validation data that they hold."""

    items: tuple[Item, ...]
    tokens: tuple[Token, ...]
    data: ValidationData

    @property
    def form(self) -> Level:
        """The level that the file has by form; whether its evidence holds is another matter."""
        names = {item.name for item in self.items}
        if "sigTst" not in names:
            return "B-B"
        if not (self.data.crls or self.data.ocsps):
            return "B-T"
        return "B-LTA" if "arcTst" in names else "B-LT"

    @property
    def is_baseline(self) -> bool:
        """Whether every property is one of the baseline levels, and no time stamp stands before the first `sigTst`."""
        names = [item.name for item in self.items]
        return BASELINE_PROPERTIES.issuperset(names) and names[:1] in ([], ["sigTst"])


def read_unsigned(signature: JadesSignature) -> Unsigned:
    """What `etsiU` of this signature holds; raises `UnsignedError` and nothing else."""
    try:
        items = read_items(signature)
        found = tuple(
            Token(place, item.name, der)
            for place, item in enumerate(items)
            if item.name in ("sigTst", "arcTst")
            for der in _tokens(item)
        )
        data = validation_data(items)
    except AtestatsError as error:
        raise UnsignedError(error.code) from None
    if len(found) > MAX_TOKENS or sum(len(token.der) for token in found) > MAX_TOKEN_BYTES:
        raise UnsignedError("too many time stamps")
    if sum(map(len, data)) > MAX_VALUES:
        raise UnsignedError("too much")
    return Unsigned(items, found, data)


def _tokens(item: Item) -> Sequence[bytes]:
    found = tokens(item)
    if item.name == "sigTst" and len(found) != 1:  # baseline, 6.3: exactly one token in each
        raise UnsignedError("sigTst")
    return found
