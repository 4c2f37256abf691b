"""The whole way of a document, stage by stage: CPU per document, peak memory, growth from 1,000 to 40,000 graduates.

The mix is that of the product: per graduate a certificate, its transcript and one certificate per passed examination.
Stages with a picture are measured on fewer documents; a picture costs the same whatever the number of graduates.
The command as a whole is measured in `bench.command`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.measure import Figure, cpu_of, development_keys, peak_mib, synthetic_year
from issuer.bulk.collector import collector_aside
from issuer.catalogue.reference import Reference
from issuer.credential import Draft, Issuing, compose, documents_of, with_picture
from issuer.elm import Validator
from issuer.records import Batch, Checker, read
from issuer.render import Painter, qr_png
from issuer.seal import ec1, jades
from issuer.seal.key import SealKey
from issuer.seal.keystore import KeyStore
from issuer.seal.signer import SoftSigner

AS_OF = date(2026, 7, 31)
SEALED_AT = datetime(2026, 7, 31, 9, tzinfo=UTC)
STAGES = (
    "read+check", "compose", "serialise", "validate", "seal", "render", "with picture", "QR code", "write",
)  # fmt: skip
RANGE = 32  # records in memory at once, as in a run of `atestats seal`


def stages(year: Path, scratch: Path, *, pictures: int) -> list[Figure]:
    """Every stage over the year's records; `pictures` says on how many documents the picture stages are taken."""
    reference = Reference.load(year / "reference.json")
    issuing = Issuing.of(reference)
    key_file = development_keys(year / "reference.json", scratch / f"keys-{year.name}")
    keystore = KeyStore.open(scratch / f"keys-{year.name}", key_file=key_file)
    signer, validator, painter = SoftSigner(keystore), Validator(), Painter()
    cpu = dict.fromkeys(STAGES, 0.0)
    count = dict.fromkeys(cpu, 0)

    def timed(stage: str, number: int, work: Any) -> Any:
        result: list[Any] = []
        cpu[stage] += cpu_of(lambda: result.append(work()))
        count[stage] += number
        return result[0]

    def sign(keys: list[SealKey], digests: list[bytes]) -> list[bytes]:
        """One call per key, as a run does."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(keys):
            places[key.key_id].append(place)
        signatures = [b""] * len(digests)
        for of_key in places.values():
            made = signer.sign_many(keys[of_key[0]], [digests[place] for place in of_key])
            for place, signature in zip(of_key, made, strict=True):
                signatures[place] = signature
        return signatures

    def seal(drafts: list[Draft], payloads: list[list[bytes]]) -> list[bytes]:
        keys = [keystore.key(draft.sealer.owner, "seal") for draft in drafts]
        iat = int(SEALED_AT.timestamp())
        prepared = [jades.prepare(payload, key, iat) for payload, key in zip(payloads, keys, strict=True)]
        signatures = sign(keys, [each.digest for each in prepared])
        return [jades.assemble(each, value) for each, value in zip(prepared, signatures, strict=True)]

    def check(drafts: list[Draft]) -> bool:
        return all(validator.is_valid_written(draft.written) for draft in drafts)

    def qr(draft: Draft, payload: bytes) -> bytes:
        key = keystore.key(draft.sealer.owner, "qr")
        claims = ec1.Claims(
            issued_at=int(SEALED_AT.timestamp()),
            credential_ref=ec1.credential_ref(draft.plan.credential_id),
            document_digest=ec1.document_digest(payload),
            **draft.qr,
        )
        prepared = ec1.prepare(claims.core(), key.kid8)
        return qr_png(ec1.to_url(ec1.assemble(prepared, signer.sign_many(key, [prepared.digest])[0])))

    def one_range(records: list[dict[str, Any]]) -> None:
        plans = [plan for record in records for plan in documents_of(record, issuing)]
        drafts = timed("compose", len(plans), lambda: [compose(plan, issuing, SEALED_AT) for plan in plans])
        payloads = timed("serialise", len(plans), lambda: [draft.written.chunks() for draft in drafts])
        assert timed("validate", len(plans), lambda: check(drafts))
        timed("seal", len(plans), lambda: seal(drafts, payloads))
        some = drafts[: max(0, pictures - count["render"])]
        if not some:
            return
        images = timed("render", len(some), lambda: painter.paint([draft.page for draft in some]))

        def seal_with_picture() -> list[bytes]:
            pictured = [with_picture(draft, png) for draft, png in zip(some, images, strict=True)]
            written = [draft.written.chunks() for draft in pictured]
            assert check(pictured)
            return seal(pictured, written)

        files = timed("with picture", len(some), seal_with_picture)
        codes = timed("QR code", len(some), lambda: [qr(draft, b"payload") for draft in some])

        def write() -> None:
            for number, (file, code) in enumerate(zip(files, codes, strict=True)):
                (scratch / f"{number}.jsonld").write_bytes(file)
                (scratch / f"{number}.png").write_bytes(code)

        timed("write", len(some), write)

    for records in checked(year, reference, timed):
        with collector_aside():
            one_range(records)
    figures = [Figure(name, count[name], cpu[name]) for name in cpu if count[name]]
    documents = count["compose"]
    lean = cpu["compose"] + cpu["serialise"] + cpu["validate"] + cpu["seal"]
    figures.append(Figure("= compose+validate+seal, no picture", documents, lean))
    if count["render"]:
        per_document = sum(
            cpu[name] / count[name] for name in ("compose", "render", "with picture", "QR code", "write")
        )
        figures.append(
            Figure("= complete: picture, seal, QR, write", count["render"], per_document * count["render"])
        )
    return figures


def checked(year: Path, reference: Reference, timed: Any) -> Iterator[list[dict[str, Any]]]:
    """Records that may be sealed, in ranges; reading and checking is timed as one stage."""
    with Batch(Checker(reference, AS_OF)) as batch:
        rows = read(year / "graduates.jsonl")

        def take() -> list[Any]:
            return [batch.judge(row) for row in islice(rows, RANGE)]

        while judged := timed("read+check", 0, take):
            timed("read+check", len(judged), lambda: None)
            yield [row.record for row in judged if row.decision == "issue"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--graduates", type=int, nargs="*", help="sizes; 1,000 and 40,000 by default")
    parser.add_argument(
        "--types", default="APL_VPI,ATE_VVI,DIP_PVI", help="document types of the command runs"
    )
    arguments = parser.parse_args()
    sizes = arguments.graduates or ([40] if arguments.quick else [1_000, 40_000])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for graduates in sizes:
            year = synthetic_year(scratch, graduates)
            print(f"{graduates} graduates")
            for figure in stages(year, scratch, pictures=50 if arguments.quick else 3_000):
                print(f"  {figure}")
            print(f"  peak memory of this process so far {peak_mib():.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
