"""How often somebody may try: logins per address, uploads per person. Counted in fixed windows, in the shared store."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from issuer.desk.desk_store import attempt_table
from issuer.desk.settings import DeskError


class TooMany(DeskError):  # noqa: N818  (as Retry-After: not a fault of anybody)
    """Asked too often; `seconds` until it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "TOO_MANY_REQUESTS",
            "Pārāk daudz mēģinājumu īsā laikā.",
            "Too many attempts in a short time.",
            next_lv=f"Mēģiniet vēlreiz pēc {seconds} sekundēm.",
            next_en=f"Try again in {seconds} seconds.",
        )
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in `seconds`."""

    name: str
    count: int
    seconds: int


class Limits:
    """The counters. Keys are hashed, and deleted with their window."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hit(self, limit: Limit, who: str, now: dt.datetime) -> None:
        """Count one attempt; raises `TooMany` when it was one too many."""
        moment = int(now.timestamp())
        window = moment // limit.seconds
        key = hashlib.sha256(f"{limit.name}\n{window}\n{who}".encode()).hexdigest()
        if self._count(key, window) > limit.count:
            raise TooMany((window + 1) * limit.seconds - moment)

    def _count(self, key: str, window: int) -> int:
        mine = (attempt_table.c.key == key) & (attempt_table.c.window == window)
        for _ in range(2):
            with self._engine.begin() as connection:
                raised = connection.execute(
                    update(attempt_table).where(mine).values(count=attempt_table.c.count + 1)
                )
                if raised.rowcount:
                    found = connection.execute(select(attempt_table.c.count).where(mine)).scalar_one()
                    return int(found)
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(attempt_table).values(key=key, window=window, count=1))
                    return 1
            except IntegrityError:  # another process was first: count again
                continue
        return 1

    def sweep(self, limit: Limit, now: dt.datetime) -> None:
        """Forget the windows of a limit that are over."""
        window = int(now.timestamp()) // limit.seconds
        with self._engine.begin() as connection:
            connection.execute(delete(attempt_table).where(attempt_table.c.window < window))
