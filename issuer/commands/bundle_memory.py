"""The newest bundle that this user has accepted from each operator, so that nobody can hand over an older one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from issuer.errors import AtestatsError


class BundleMemory:
    """A small JSON file: operator (SHA-256 of the certificate, hex) -> highest sequence number accepted.

    An unreadable or unwritable file is an error, not a clean slate: otherwise deleting rights to it would undo the
    protection in silence.
    """

    def __init__(self, path: Path, anchors: Sequence[bytes]) -> None:
        self._path = path
        self._operators = [hashlib.sha256(der).hexdigest() for der in anchors]
        self._seen = self._load()

    @property
    def highest(self) -> int:
        """The highest number accepted from any of the operators; 0 for the first time."""
        return max([0, *(self._seen.get(operator, 0) for operator in self._operators)])

    def remember(self, sequence: int) -> None:
        """Write `sequence` down if it is the highest yet."""
        if sequence <= self.highest and all(operator in self._seen for operator in self._operators):
            return
        highest = max(sequence, self.highest)
        self._seen |= dict.fromkeys(self._operators, highest)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            partial.write_text(json.dumps(self._seen, indent=1) + "\n")
            partial.replace(self._path)
        except OSError as error:
            raise self._unusable(str(error.strerror)) from None

    def _load(self) -> dict[str, int]:
        try:
            raw = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._unusable(type(error).__name__) from None
        if not isinstance(raw, dict) or not all(type(number) is int for number in raw.values()):
            raise self._unusable("format")
        return raw

    def _unusable(self, reason: str) -> AtestatsError:
        return AtestatsError(
            "STATE_UNUSABLE",
            f"Nevar izmantot datni, kurā atzīmēta jaunākā redzētā uzticamības datne: {self._path} ({reason}).",
            f"The file that remembers the newest bundle cannot be used: {self._path} ({reason}).",
            next_lv="Labojiet piekļuves tiesības vai norādiet citu datni ar --state.",
            next_en="Mend its access rights, or name another file with --state.",
        )
