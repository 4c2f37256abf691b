"""Status slots for the documents of a range: one transaction for all of them, before anything is composed.

A document's slot stands in its identifier, and its companions name that identifier; so every document that a record
yields gets its slot, also one that this run does not seal. The slot of the QR code is given only where one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import Path
from typing import TypeVar

from issuer.credential import DocumentPlan, with_slots
from issuer.status.store import StatusStore

_Row = TypeVar("_Row")


class Slots:
    """The status store of a run, or none: then documents stand in no list."""

    def __init__(self, folder: Path | None) -> None:
        self._store = StatusStore(folder) if folder else None

    @property
    def store_id(self) -> str:
        """Names the store; "" without one."""
        return self._store.store_id if self._store else ""

    def place(
        self, planned: Iterable[tuple[_Row, list[DocumentPlan]]], types: Set[str] | None, year: int
    ) -> list[tuple[_Row, list[DocumentPlan]]]:
        """The plans of those `types` (None: all), with their slots in a list of `year`.

        Raises `AtestatsError`: STATUS_YEAR, STATUS_LISTS_FULL, STATUS_STORE_UNUSABLE.
        """
        all_plans = [(row, plans, [p for p in plans if _wanted(p, types)]) for row, plans in planned]
        if self._store is None:
            return [(row, wanted) for row, _, wanted in all_plans]
        keys = [plan.credential_id for _, plans, _ in all_plans for plan in plans]
        keys += [_qr_key(plan) for _, _, wanted in all_plans for plan in wanted]
        slots = dict(zip(keys, self._store.allocate(keys, year), strict=True))
        return [
            (row, [with_slots(plan, slots, slots[_qr_key(plan)]) for plan in wanted])
            for row, _, wanted in all_plans
        ]


def _wanted(plan: DocumentPlan, types: Set[str] | None) -> bool:
    return types is None or plan.document_type.code in types


def _qr_key(plan: DocumentPlan) -> str:
    return f"{plan.credential_id}#qr"
