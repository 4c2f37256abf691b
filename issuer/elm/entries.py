"""What differs from document to document: the entries of a form whose text is otherwise the same.

    write({"id": CredentialId("urn:credential:…"), "issued": Moment("2037-07-31T00:00:00Z"), "type": …})

The class says what may stand there. A form that is valid with a `probe` in the place of an entry is valid with every
sound entry of that class: of all that the table of terms asks of a value, a probe fulfils only what all sound
entries fulfil.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

from issuer.elm import lexical

CREDENTIAL = "urn:credential:"
"""How the ids of credentials begin, and of nothing else in them."""

_CREDENTIAL_ID = re.compile(CREDENTIAL + r"[0-9a-z-]{1,64}", re.ASCII)
_PNG = b"\x89PNG\r\n\x1a\n"


class Entry(str):
    """One entry; the same object in two places stays the same in both."""

    __slots__ = ()

    def is_sound(self) -> bool:
        """Whether the text is what its class promises."""
        raise NotImplementedError

    @staticmethod
    def probe(number: int) -> str:
        """Probe number `number`; each differs from the others."""
        raise NotImplementedError


class Text(Entry):
    """Text that people read."""

    __slots__ = ()

    def is_sound(self) -> bool:
        """Not empty, not beginning with a space, no forbidden characters."""
        return (
            self != ""
            and not self[0].isspace()
            and (self.isprintable() or not lexical.has_forbidden_character(self))
        )

    @staticmethod
    def probe(number: int) -> str:
        """No address, date, number or member of a list looks like this."""
        return f"☃ {number} ☃"


class Moment(Entry):
    """xsd:dateTime with a zone."""

    __slots__ = ()

    def is_sound(self) -> bool:
        """A real day, a time and a zone."""
        return _is_moment(self)

    @staticmethod
    def probe(number: int) -> str:
        """Any moments."""
        return f"2000-02-29T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"


class CredentialId(Entry):
    """The id of this or another credential."""

    __slots__ = ()

    def is_sound(self) -> bool:
        """`urn:credential:` and letters, digits, hyphens."""
        return _CREDENTIAL_ID.fullmatch(self) is not None

    @staticmethod
    def probe(number: int) -> str:
        """Shaped like all of them."""
        return f"{CREDENTIAL}probe-{number}"


class Picture(Entry):
    """A PNG in base64."""

    __slots__ = ()

    def is_sound(self) -> bool:
        """Strict base64 of bytes that begin as a PNG does."""
        try:
            return binascii.a2b_base64(self, strict_mode=True).startswith(_PNG)
        except ValueError:
            return False

    @staticmethod
    def probe(number: int) -> str:
        """The beginning of a PNG."""
        return base64.b64encode(_PNG + number.to_bytes(4, "big")).decode()


@lru_cache(maxsize=4096)
def _is_moment(text: str) -> bool:
    return lexical.is_date_time(text) and lexical.has_zone(text)
