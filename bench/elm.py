"""CPU per validation: the fast answer and the table, on what we compose and on a credential with its picture.

python bench/elm.py
"""

from __future__ import annotations

import datetime as dt
import json
import resource
from collections.abc import Callable
from pathlib import Path

from issuer.catalogue.reference import Reference
from issuer.credential import Draft, Issuing, compose, documents_of, with_picture
from issuer.elm import Validator, validate

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROUNDS = 7
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 95  # 24 kB, about the size of a page


def composed() -> dict[str, Draft]:
    """One document of every type in the examples, and the certificate with a picture."""
    issuing = Issuing.of(Reference.load(EXAMPLES / "reference.json"))
    sealed_at = dt.datetime(2037, 6, 15, 9, tzinfo=dt.UTC)
    found: dict[str, Draft] = {}
    for line in (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines():
        for plan in documents_of(json.loads(line), issuing):
            draft = compose(plan, issuing, sealed_at)
            code = plan.document_type.code
            found.setdefault(code, draft)
            if code == "ATE_VVI":
                found.setdefault("ATE_VVI + picture", with_picture(draft, PNG))
    return found


def cpu(action: Callable[[], object], times: int) -> float:
    """Microseconds of CPU (user and system) for one call: the least of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(times):
            action()
        after = resource.getrusage(resource.RUSAGE_SELF)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, spent / times)
    return best * 1e6


def main() -> None:
    """Print the table."""
    validator = Validator()
    print(f"compile the schema: {cpu(Validator, 3) / 1000:.0f} ms, once per process")
    print(
        f"{'document':<20}{'kB':>6}{'written µs':>12}{'dicts µs':>10}{'table µs':>10}{'documents/s/core':>18}"
    )
    for name, draft in composed().items():
        written, credential = draft.written, draft.credential
        if not validator.is_valid_written(written) or validate(credential):
            raise SystemExit(f"{name}: not valid, nothing to measure")
        fast = cpu(lambda w=written: validator.is_valid_written(w), 300)
        dicts = cpu(lambda c=credential: validator.is_valid_fast(c), 300)
        table = cpu(lambda c=credential: validate(c), 20)
        size = len(written.json()) / 1000
        print(f"{name:<20}{size:>6.1f}{fast:>12.0f}{dicts:>10.0f}{table:>10.0f}{1e6 / fast:>18,.0f}")


if __name__ == "__main__":
    main()
