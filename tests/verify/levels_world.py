"""Raises files of the trust world to B-T, B-LT and B-LTA at any time, with the PKI's own services and no network."""

from __future__ import annotations

import datetime as dt

from trust_world import World

from issuer.seal import levels
from issuer.seal.der import read
from issuer.seal.dev_revocation import DevRevocation
from issuer.seal.etsi_u import ValidationData
from issuer.seal.jades_document import parse
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import timestamp_request
from issuer.seal.tsp import parse_token

MINUTE = dt.timedelta(minutes=1)


class Services:
    """Time stamps, OCSP and CRLs of a world, at whatever time `at` says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.at = dt.datetime.min.replace(tzinfo=dt.UTC)
        store = world.store
        self._authority = TimeStampAuthority(
            store.key("timestamp", "timestamp"), world.signer, clock=lambda: self.at
        )
        self._revocation = DevRevocation(store, clock=lambda: self.at)

    def token(self, imprint: bytes, at: dt.datetime) -> bytes:
        """A time stamp of this imprint, in DER."""
        self.at = at
        request = timestamp_request(imprint, "sha256", 1)
        return read(self._authority.answer(request)).children()[1].raw

    def validation_data(self, data: bytes, at: dt.datetime) -> ValidationData:
        """What shows, at that time, that the certificates of a B-T file were not revoked before its stamp."""
        self.at = at
        client = RevocationClient(
            self._fetch, [self.world.public.root], known=self.world.public.issuers.values(), now=lambda: at
        )
        seal = parse(data).signatures[0]
        [stamp] = [each for each in levels.read_items(seal) if each.name == "sigTst"]
        token = parse_token(levels.etsi_u.tokens(stamp)[0])
        chain = [levels.etsi_u.pki_value(each) for each in seal.protected["x5c"]]
        known = (*chain, *token.certificates)
        return client.collect([chain[0], token.tsa_certificate], known, since=token.gen_time)

    def _fetch(self, url: str, body: bytes | None = None, content_type: str = "") -> bytes:
        if body is not None:
            return self._revocation.ocsp(body)
        found = self._revocation.crl(url.rsplit("/", 1)[1].removesuffix(".crl"))
        assert found is not None, url
        return found


class Levels(Services):
    """The steps; each takes a file of the level before."""

    def stamped(self, data: bytes, at: dt.datetime) -> bytes:
        """B-T."""
        return levels.with_timestamp(data, self.token(levels.signature_imprint(parse(data)), at))

    def completed(self, data: bytes, at: dt.datetime) -> bytes:
        """B-LT."""
        found = self.validation_data(data, at)
        return levels.with_validation_data(data, found.certificates, found.crls, found.ocsps)

    def archived(self, data: bytes, at: dt.datetime) -> bytes:
        """B-LTA, or its renewal."""
        return levels.with_archive_timestamp(data, self.token(levels.archive_imprint(parse(data)), at))

    def b_lta(self, data: bytes, at: dt.datetime) -> bytes:
        """All three, a minute apart."""
        return self.archived(self.completed(self.stamped(data, at), at + MINUTE), at + 2 * MINUTE)
