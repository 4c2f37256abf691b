"""One error type for the whole package, mapped to words for people at the edge only.

    raise AtestatsError("KEY_LOCKED", "Atslēgu krātuve ir slēgta.", "The key store is locked.",
                        next_lv="Iestatiet ATESTATS_PASSPHRASE.", next_en="Set ATESTATS_PASSPHRASE.")

A room that needs to tell its errors apart subclasses `AtestatsError`. `code` is stable and safe to depend on; the texts
are for people and may change. Never personal data, never a key, in any of them.
"""

from __future__ import annotations

from typing import Any


class AtestatsError(Exception):
    """Something a person can act on: a stable `code`, what happened (lv, en) and what to do next (lv, en)."""

    def __init__(
        self, code: str, message_lv: str, message_en: str, *, next_lv: str = "", next_en: str = ""
    ) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_lv = message_lv
        self.message_en = message_en
        self.next_lv = next_lv
        self.next_en = next_en

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes whole (the default keeps only the joined text)."""
        return _restore, (type(self), self.__dict__.copy(), self.args)

    def diagnostics(self) -> str:
        """What the command line prints: code, both texts and the next step."""
        lines = [f"{self.code}: {self.message_lv}", f"{self.code}: {self.message_en}"]
        lines += [f"→ {step}" for step in (self.next_lv, self.next_en) if step]
        return "\n".join(lines)


def _restore(kind: type[AtestatsError], state: dict[str, Any], args: tuple[Any, ...]) -> AtestatsError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
