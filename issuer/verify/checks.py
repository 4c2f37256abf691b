"""Making checks: a code, its words, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from issuer.errors import AtestatsError
from issuer.trust.bundle import format_time
from issuer.verify.verdict import Check, CheckName, Status
from issuer.verify.words import WORDS


def say(check: CheckName, status: Status, code: str, **facts: Any) -> Check:
    """A check with the words of `code`.

    `facts` fill the places in the words and become the machine detail; times and days are written in RFC 3339, and a
    name given as a language map is shown in each language.
    """
    lv, en = WORDS[code]
    detail = {"code": code} | {name: _plain(value) for name, value in facts.items()}
    return Check(
        check,
        status,
        lv.format_map({name: _shown(value, "lv") for name, value in facts.items()}) if facts else lv,
        en.format_map({name: _shown(value, "en") for name, value in facts.items()}) if facts else en,
        detail,
    )


def refuse(check: CheckName, error: AtestatsError, status: Status = "failed") -> Check:
    """A check from an error of a lower room, whose code and words are good enough to show."""
    return Check(check, status, error.message_lv, error.message_en, {"code": error.code})


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return format_time(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _shown(value: Any, language: str) -> str:
    if isinstance(value, dict):
        return str(value.get(language) or value.get("lv") or value.get("en") or "")
    return str(_plain(value))
