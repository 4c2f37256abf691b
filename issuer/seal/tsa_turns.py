"""Whose turn it is: limits, rests and failover between several services that do the same.

A plain state machine under one lock, so that it can be tested without a network and without waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FIRST_REST: Final = 0.5
_LONGEST_REST: Final = 60.0


class Clock:
    """Time for `Turns`: seconds that only grow, and waiting on a condition."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait, with the condition's lock released, until it is notified or time is up."""
        condition.wait(seconds)


@dataclass(slots=True)
class _Service:
    url: str
    under_way: int = 0
    next_at: float = 0.0  # by the rate, when the next request may begin
    rests_until: float = 0.0
    failures: int = 0
    done: int = 0


class Turns:
    """Hands out addresses: the first that is not resting, once it has room and its rate allows."""

    def __init__(
        self, urls: Sequence[str], parallel: int, per_second: float | None, patience: float, clock: Clock
    ) -> None:
        if not urls or parallel < 1 or (per_second is not None and per_second <= 0):
            raise ValueError("no service, or no room")
        self._services = [_Service(url) for url in dict.fromkeys(urls)]
        self._parallel = parallel
        self._interval = 1 / per_second if per_second else 0.0
        self._patience = patience
        self._clock = clock
        self._changed = threading.Condition()

    @property
    def done(self) -> dict[str, int]:
        """Successes by address."""
        return {service.url: service.done for service in self._services}

    def take(self) -> str | None:
        """Wait for a turn and take it; None when every service has been resting for longer than the patience."""
        with self._changed:
            gives_up = self._clock.now() + self._patience
            while True:
                now = self._clock.now()
                awake = [service for service in self._services if service.rests_until <= now]
                if not awake:
                    wakes = min(service.rests_until for service in self._services)
                    if wakes > gives_up:
                        return None
                    self._clock.wait(self._changed, wakes - now)
                    continue
                gives_up = now + self._patience  # somebody works: waiting for a turn is not an outage
                service = awake[0]
                if service.under_way < self._parallel and service.next_at <= now:
                    service.under_way += 1
                    service.next_at = max(service.next_at, now - self._interval) + self._interval
                    return service.url
                ready = service.next_at - now if service.under_way < self._parallel else self._patience
                self._clock.wait(self._changed, max(ready, 0.001))

    def succeeded(self, url: str) -> None:
        """The request that `take` allowed went well."""
        with self._changed:
            service = self._end(url)
            service.failures = 0
            service.done += 1

    def failed(self, url: str, retry_after: float | None) -> None:
        """It did not: the service rests, twice as long each time, or as long as it asked for."""
        with self._changed:
            service = self._end(url)
            rest = retry_after
            if rest is None and service.rests_until > self._clock.now():
                return  # requests that were under way together fail together: one outage, counted once
            service.failures += 1
            if rest is None:
                rest = min(_FIRST_REST * 2 ** (service.failures - 1), _LONGEST_REST)
            service.rests_until = max(service.rests_until, self._clock.now() + rest)

    def _end(self, url: str) -> _Service:
        [service] = [each for each in self._services if each.url == url]
        service.under_way -= 1
        self._changed.notify_all()
        return service
