"""What composing costs: CPU microseconds and rates per core, per document type. Run: python -m bench.compose

1,000 generated graduates; the first pass fills the stores (schools, subjects, marks), the others are the steady state.
Validation, page and QR claims stand beside it, because they follow composing in the same process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.measure import Figure, cpu_of, peak_mib, synthetic_year
from issuer.catalogue import Reference
from issuer.credential import DocumentPlan, Issuing, compose, documents_of
from issuer.elm.fast import Validator

_SEALED_AT = dt.datetime(2037, 7, 31, 9, tzinfo=dt.UTC)
_ROUNDS = 3
_SAMPLE = 300


def main() -> None:
    """Print one line per step and document type."""
    parser = argparse.ArgumentParser(prog="python -m bench.compose")
    parser.add_argument("--quick", action="store_true")
    graduates = 100 if parser.parse_args().quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        _run(synthetic_year(Path(folder), graduates, "--year", 2037))


def _run(year: Path) -> None:
    issuing = Issuing.of(Reference.load(year / "reference.json"))
    with (year / "graduates.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    plans: list[DocumentPlan] = []
    planned = cpu_of(
        lambda: plans.extend(plan for record in records for plan in documents_of(record, issuing))
    )
    print(Figure("plan (ids, keys, links)", len(plans), planned))
    print(Figure("compose, first pass (empty stores)", len(plans), cpu_of(lambda: _compose(plans, issuing))))
    print(Figure("compose, all", len(plans), _best(lambda: _compose(plans, issuing))))
    by_type: dict[str, list[DocumentPlan]] = defaultdict(list)
    for plan in plans:
        by_type[plan.document_type.code].append(plan)
    validator = Validator()
    for code, some in sorted(by_type.items()):
        drafts = [compose(plan, issuing, _SEALED_AT) for plan in some[:_SAMPLE]]
        size = sum(len(draft.written.json()) for draft in drafts) / len(drafts) / 1024
        each = _best(lambda some=some: _compose(some, issuing))
        print(Figure(f"compose {code} ({size:.1f} KiB without picture)", len(some), each))
        assert all(validator.is_valid_written(draft.written) for draft in drafts)
        check = _best(lambda drafts=drafts: [validator.is_valid_written(draft.written) for draft in drafts])
        print(Figure(f"validate {code}", len(drafts), check))
        print(
            Figure(
                f"page {code}", len(drafts), cpu_of(lambda drafts=drafts: [draft.page for draft in drafts])
            )
        )
        print(
            Figure(
                f"QR claims {code}", len(drafts), cpu_of(lambda drafts=drafts: [draft.qr for draft in drafts])
            )
        )
    print(f"pieces kept: {len(issuing.store)}; peak memory {peak_mib():.0f} MiB")


def _compose(plans: list[DocumentPlan], issuing: Issuing) -> None:
    for plan in plans:
        compose(plan, issuing, _SEALED_AT)


def _best(work: Callable[[], object]) -> float:
    return min(cpu_of(work) for _ in range(_ROUNDS))


if __name__ == "__main__":
    main()
