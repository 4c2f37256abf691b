"""How many files of each level one process judges per second: two time stamps, OCSP and CRLs, checked in full.

    python -m bench.verify_levels [--quick] [--profile]

CPU time, best round; every file is another document with time stamps of its own, as in a school year; certificates and
revocation data are those of its school. Every verdict must be `passed`. To reach: 300 B-LTA files a second.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import pstats
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import cpu_of
from bench.verify import AT, EXAMPLES, SEALED_AT, drafts, keystore, sealed
from issuer.catalogue.reference import Reference
from issuer.seal import levels
from issuer.seal.der import read
from issuer.seal.dev_revocation import DevRevocation
from issuer.seal.etsi_u import pki_value, read_items, tokens
from issuer.seal.jades_document import parse
from issuer.seal.keystore import KeyStore
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.signer import SoftSigner
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import timestamp_request
from issuer.seal.tsp import parse_token
from issuer.trust.bundle import Bundle, open_bundle
from issuer.trust.publication import Issue, Publication, sign
from issuer.verify.verifier import verify

STAMPED_AT = SEALED_AT + dt.timedelta(minutes=1)


class Steps:
    """The development PKI's services without a network."""

    def __init__(self, store: KeyStore, signer: SoftSigner) -> None:
        self._authority = TimeStampAuthority(
            store.key("timestamp", "timestamp"), signer, clock=lambda: STAMPED_AT
        )
        self._revocation = DevRevocation(store, clock=lambda: STAMPED_AT)
        public = store.public_keys
        self._client = RevocationClient(
            self._fetch, [public.root], known=public.issuers.values(), now=lambda: STAMPED_AT
        )

    def _token(self, imprint: bytes) -> bytes:
        return read(self._authority.answer(timestamp_request(imprint, "sha256", 1))).children()[1].raw

    def _fetch(self, url: str, body: bytes | None = None, *_: str) -> bytes:
        if body is not None:
            return self._revocation.ocsp(body)
        return self._revocation.crl(url.rsplit("/", 1)[1].removesuffix(".crl")) or b""

    def stamped(self, data: bytes) -> bytes:
        """B-B to B-T."""
        return levels.with_timestamp(data, self._token(levels.signature_imprint(parse(data))))

    def completed(self, data: bytes) -> bytes:
        """B-T to B-LT."""
        seal = parse(data).signatures[0]
        token = parse_token(tokens(read_items(seal)[0])[0])
        chain = [pki_value(text) for text in seal.protected["x5c"]]
        found = self._client.collect(
            [chain[0], token.tsa_certificate], (*chain, *token.certificates), since=token.gen_time
        )
        return levels.with_validation_data(data, found.certificates, found.crls, found.ocsps)

    def archived(self, data: bytes) -> bytes:
        """B-LT to B-LTA."""
        return levels.with_archive_timestamp(data, self._token(levels.archive_imprint(parse(data))))


def bundle_of(reference: Reference, store: KeyStore, signer: SoftSigner) -> Bundle:
    """A bundle that trusts the PKI's time stamps."""
    public = store.public_keys
    operator = public.key("operator", "operator")
    until = AT + dt.timedelta(days=30)
    issue = Issue(1, SEALED_AT, until, is_test=True, timestamp_anchors=[public.root])
    content = Publication.of(reference).content(public.keys, [public.root], issue)
    return open_bundle(sign(content, operator, signer), [operator.certificate], AT)


def judged(files: list[bytes], bundle: Bundle) -> Callable[[], None]:
    """Work: every file passes."""

    def work() -> None:
        for data in files:
            verdict = verify(data, bundle, AT)
            assert verdict.verdict == "passed", verdict.as_dict()

    return work


def _run(folder: Path, count: int, rounds: int, profile: bool) -> None:
    reference = Reference.load(EXAMPLES / "reference.json")
    store = keystore(reference, folder)
    signer = SoftSigner(store)
    bundle, steps = bundle_of(reference, store, signer), Steps(store, signer)
    source = drafts(reference)
    files = [sealed(next(source), None, store, signer)[0] for _ in range(count)]
    for level, step in (
        ("B-B", None),
        ("B-T", steps.stamped),
        ("B-LT", steps.completed),
        ("B-LTA", steps.archived),
    ):
        files = [step(data) for data in files] if step is not None else files
        best = min(cpu_of(judged(files, bundle)) for _ in range(rounds))
        size = sum(map(len, files)) / count / 1000
        print(f"{level:<6} {count / best:9,.0f} files/s {1e6 * best / count:9.0f} µs each   {size:5.1f} kB")
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(judged(files, bundle))
        pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


def main() -> None:
    """Print one line per level."""
    parser = argparse.ArgumentParser(prog="python -m bench.verify_levels", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Few files: shows that it runs, not how fast.")
    parser.add_argument("--profile", action="store_true", help="Where the time of the B-LTA files goes.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), 20 if options.quick else 400, 1 if options.quick else 3, options.profile)


if __name__ == "__main__":
    main()
