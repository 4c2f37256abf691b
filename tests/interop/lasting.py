"""A seal of the example's school taken to level B-LTA with the development services, and every level on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from credentials import credential
from trust_world import GYMNASIUM, SEALED, World

from issuer.seal import levels
from issuer.seal.dev_services import DevServices
from issuer.seal.etsi_u import read_items, validation_data
from issuer.seal.http_fetch import Fetcher
from issuer.seal.jades_document import parse
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.tsa_client import Trust, TsaClient

STAMPED = SEALED + dt.timedelta(minutes=2)
JUDGED = SEALED + dt.timedelta(days=1)


@dataclass(frozen=True)
class Lasting:
    """The clients of one world, with a clock at the day of the seals."""

    world: World
    tsa: TsaClient
    revocation: RevocationClient

    def levels(self, sealed: bytes) -> dict[str, bytes]:
        """The file at each level."""
        made = {"B": sealed}
        stamp = self.tsa.stamp(levels.signature_imprint(parse(sealed)))
        made["T"] = levels.with_timestamp(sealed, stamp.raw)
        leaf, *chain = self.world.store.key(GYMNASIUM, "seal").certificate_chain
        known = [leaf, *chain, *stamp.certificates]
        data = self.revocation.collect([leaf, stamp.tsa_certificate], known, stamp.gen_time)
        made["LT"] = levels.with_validation_data(made["T"], data.certificates, data.crls, data.ocsps)
        archive = self.tsa.stamp(levels.archive_imprint(parse(made["LT"])))
        made["LTA"] = levels.with_archive_timestamp(made["LT"], archive.raw)
        return made

    def sealed(self) -> bytes:
        """One sealed credential, level B-B."""
        return self.world.seal(credential(self.world.reference), GYMNASIUM)


@contextmanager
def lasting(world: World) -> Iterator[Lasting]:
    """With services whose clock stands two minutes after the seals."""
    with DevServices(world.store, port=0, clock=lambda: STAMPED) as services:
        fetch = Fetcher({"pki.atestats.test": services.address})
        anchors = [world.public.root]
        trust = Trust(
            anchors, world.store.key("timestamp", "timestamp").certificate_chain[1:], clock_error=None
        )
        tsa = TsaClient([f"{services.address}/tsa"], trust=trust, fetch=fetch)
        yield Lasting(world, tsa, RevocationClient(fetch, anchors, now=lambda: STAMPED))


def publish(world: World, made: dict[str, bytes], folder: Path) -> None:
    """What a judge gets: the root, and the revocation data of the B-LT file for the levels that carry none."""
    folder.mkdir()
    (folder / "root.crt").write_bytes(world.public.root)
    data = validation_data(read_items(parse(made["LT"]).signatures[0]))
    for number, each in enumerate(data.crls):
        (folder / f"{number}.crl").write_bytes(each)
    for number, each in enumerate(data.ocsps):
        (folder / f"{number}.ocsp").write_bytes(each)
