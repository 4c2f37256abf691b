"""Sessions on the server: the cookie holds a random key and nothing else.

A session ends after a time without use, after a time in all, at logout, and when it is found under a newer key: the
key is changed at login, so that one known from before (session fixation) is worth nothing (OWASP ASVS 3.2, 3.3).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import Engine, delete, insert, select, update

from issuer.desk.desk_store import session_table

_TOUCH: Final = dt.timedelta(seconds=60)  # `seen_at` is written once a minute, not with every picture


@dataclass(slots=True)
class Held:
    """A session as a request holds it. `data` is plain JSON; what is changed in it is kept by `Sessions.settle`."""

    key: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    made_at: dt.datetime | None = None
    renewed: bool = False
    ended: bool = False
    before: bytes = b"{}"

    @property
    def csrf(self) -> str:
        """The token that forms carry; made when it is first asked for."""
        if "csrf" not in self.data:
            self.data["csrf"] = secrets.token_urlsafe(24)
        return str(self.data["csrf"])

    def begin(self, data: dict[str, Any]) -> None:
        """Somebody has logged in: other data, another key, another CSRF token."""
        self.data = data
        self.renewed = True

    def end(self) -> None:
        """Logged out."""
        self.data, self.ended = {}, True


class Sessions:
    """The table of sessions. `idle` and `absolute`: how long one lasts."""

    def __init__(self, engine: Engine, idle: dt.timedelta, absolute: dt.timedelta) -> None:
        self._engine, self._idle, self._absolute = engine, idle, absolute

    def find(self, cookie: str | None, now: dt.datetime) -> Held:
        """The session of a cookie; an empty one when there is none, or when its time is over."""
        if not cookie:
            return Held()
        key = _digest(cookie)
        with self._engine.connect() as connection:
            row = connection.execute(select(session_table).where(session_table.c.key == key)).one_or_none()
        if row is None:
            return Held()
        if now - row.seen_at > self._idle or now - row.made_at > self._absolute:
            self._delete(key)
            return Held(data={"expired": True} if row.subject else {}, before=b"")
        if now - row.seen_at > _TOUCH:
            with self._engine.begin() as connection:
                connection.execute(
                    update(session_table).where(session_table.c.key == key).values(seen_at=now)
                )
        return Held(key, row.data, row.made_at, before=_frozen(row.data))

    def settle(self, held: Held, now: dt.datetime) -> str | None:
        """Keep what was changed. Returns the cookie's new value, "" to take it away, None to leave it."""
        if held.ended:
            self._delete(held.key)
            return ""
        frozen = _frozen(held.data)
        if held.renewed or (held.key is None and held.data and frozen != held.before):
            return self._insert(held, now)
        if held.key is not None and frozen != held.before:
            with self._engine.begin() as connection:
                connection.execute(
                    update(session_table).where(session_table.c.key == held.key).values(data=held.data)
                )
        return None

    def sweep(self, now: dt.datetime) -> None:
        """Delete the sessions whose time is over."""
        with self._engine.begin() as connection:
            connection.execute(
                delete(session_table).where(
                    (session_table.c.seen_at < now - self._idle)
                    | (session_table.c.made_at < now - self._absolute)
                )
            )

    def _insert(self, held: Held, now: dt.datetime) -> str:
        self._delete(held.key)
        cookie = secrets.token_urlsafe(32)
        subject = (held.data.get("user") or {}).get("subject")
        with self._engine.begin() as connection:
            connection.execute(
                insert(session_table).values(
                    key=_digest(cookie), subject=subject, made_at=now, seen_at=now, data=held.data
                )
            )
        self.sweep(now)
        return cookie

    def _delete(self, key: str | None) -> None:
        if key is not None:
            with self._engine.begin() as connection:
                connection.execute(delete(session_table).where(session_table.c.key == key))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _frozen(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
