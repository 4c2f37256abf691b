"""OCSP and CRLs: the development services judged by OpenSSL; fetched once, after the time stamp; what is refused."""

from __future__ import annotations

import datetime as dt
import ssl
import subprocess
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509 import ocsp
from seal_samples import MINISTRY, OTHER, SCHOOL, START, refusal

from issuer.seal import etsi_u, jades
from issuer.seal.dev_revocation import DevRevocation
from issuer.seal.dev_services import DevServices
from issuer.seal.http_fetch import Fetcher
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys
from issuer.seal.revocation import read_crl, read_ocsp
from issuer.seal.revocation_client import RevocationClient

NOW = START + dt.timedelta(days=21)
HOST = "pki.atestats.test"


class Moving:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def own_store(make_keys):
    """A store of this test alone, whose keys may be compromised."""
    return make_keys().open()


@pytest.fixture
def services(own_store, clock):
    with DevServices(own_store, port=0, clock=clock) as running:
        yield running


@pytest.fixture
def fetch(services) -> Fetcher:
    return Fetcher({HOST: services.address})


def certificate(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def client(fetch, store, folder=None, now=lambda: NOW) -> RevocationClient:
    return RevocationClient(fetch, [store.public_keys.root], folder=folder, now=now)


def key_id(store, owner) -> str:
    return store.public_keys.records_of(owner, "seal")[-1].key.key_id


def of_today(folder) -> KeyStore:
    now, lock = dt.datetime.now(dt.UTC), Lock.new(key_file=folder / "k")
    new = development_keys([SCHOOL, OTHER], MINISTRY, algorithm="ES256", start=now)
    KeyStore.create(folder / "keys", new, lock=lock, made_at=now, is_test=True)
    return KeyStore.open(folder / "keys", key_file=folder / "k")


def test_openssl_accepts_the_answers(tmp_path):
    """`openssl ocsp` asks over HTTP and verifies the delegated responder up to the root. It knows no time but now."""
    now = dt.datetime.now(dt.UTC)
    new = development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=now)
    KeyStore.create(tmp_path / "keys", new, lock=Lock.new(key_file=tmp_path / "k"), made_at=now, is_test=True)
    store = KeyStore.open(tmp_path / "keys", key_file=tmp_path / "k")
    for name, der in {
        "root": store.public_keys.root,
        "ca": store.public_keys.issuers["intermediate"],
        "seal": store.key(SCHOOL.owner, "seal").certificate,
    }.items():
        (tmp_path / name).write_text(ssl.DER_cert_to_PEM_cert(der))

    def ask() -> str:
        with DevServices(store, port=0, clock=lambda: dt.datetime.now(dt.UTC)) as services:
            command = [
                "openssl",
                "ocsp",
                "-issuer",
                "ca",
                "-cert",
                "seal",
                "-url",
                f"{services.address}/ocsp",
            ]
            words = [*command, "-CAfile", "root", "-verify_other", "ca", "-text"]
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "Response verify OK" in done.stderr, done.stderr
        assert "WARNING" not in done.stdout + done.stderr
        return done.stdout

    assert "seal: good" in ask()
    register = KeyRegister(store.folder)
    register.suspend(key_id(store, SCHOOL.owner), at=now, reason="a test")
    assert "certificateHold" in ask()
    register.compromise(key_id(store, SCHOOL.owner), at=now, reason="a test")
    told = ask()
    assert "seal: revoked" in told
    assert "keyCompromise" in told


def test_openssl_accepts_the_crl(own_store, tmp_path, clock):
    known, since = NOW - dt.timedelta(days=1), NOW - dt.timedelta(days=3)
    KeyRegister(own_store.folder).compromise(
        key_id(own_store, OTHER.owner), at=known, since=since, reason="a test"
    )
    crl = DevRevocation(own_store, clock=clock).crl("intermediate")
    (tmp_path / "crl").write_bytes(crl)
    (tmp_path / "ca").write_text(ssl.DER_cert_to_PEM_cert(own_store.public_keys.issuers["intermediate"]))
    command = ["openssl", "crl", "-inform", "DER", "-in", "crl", "-CAfile", "ca", "-noout", "-text"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "verify OK" in done.stdout + done.stderr
    revoked = certificate(own_store.public_keys.records_of(OTHER.owner, "seal")[-1].key.certificate)
    assert f"{revoked.serial_number:X}" in done.stdout.replace("Serial Number: ", "")
    for words in ("Key Compromise", "Invalidity Date"):
        assert words in done.stdout


def test_everything_that_a_seal_needs_is_collected(fetch, own_store, services):
    keys = own_store.public_keys
    seal, stamp = keys.key(SCHOOL.owner, "seal"), keys.key("timestamp", "timestamp")
    asked = client(fetch, own_store)
    data = asked.collect([seal.certificate, stamp.certificate], seal.certificate_chain, NOW)
    assert set(data.certificates) == {
        seal.certificate,
        stamp.certificate,
        keys.issuers["intermediate"],
        keys.root,
        keys.key("ocsp", "ocsp").certificate,
    }
    assert (len(data.ocsps), len(data.crls)) == (2, 1)  # the CA below the root has a CRL only
    serials = {ocsp.load_der_ocsp_response(each).serial_number for each in data.ocsps}
    assert serials == {certificate(each.certificate).serial_number for each in (seal, stamp)}


def test_one_request_serves_all_documents_of_a_window(fetch, own_store, services, clock):
    keys = own_store.public_keys
    asked = client(fetch, own_store)
    schools = [keys.key(owner, "seal") for owner in (SCHOOL.owner, OTHER.owner)]
    threads = [
        threading.Thread(target=asked.collect, args=([key.certificate], key.certificate_chain, NOW))
        for key in schools * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert services.requests == {"ocsp": 2, "crl": 1}
    clock.now = NOW + dt.timedelta(hours=2)  # a document is stamped later: the old answers precede its stamp
    asked.collect([schools[0].certificate], schools[0].certificate_chain, clock.now)
    assert services.requests == {"ocsp": 3, "crl": 2}


def test_answers_are_kept_for_the_next_run(fetch, own_store, services, tmp_path):
    seal = own_store.key(SCHOOL.owner, "seal")
    first = client(fetch, own_store, tmp_path).collect([seal.certificate], seal.certificate_chain, NOW)
    again = client(fetch, own_store, tmp_path).collect([seal.certificate], seal.certificate_chain, NOW)
    assert again == first
    assert services.requests == {"ocsp": 1, "crl": 1}
    for path in tmp_path.iterdir():
        path.write_bytes(b"damaged")
    assert client(fetch, own_store, tmp_path).collect([seal.certificate], seal.certificate_chain, NOW)


def test_the_crl_answers_when_ocsp_does_not(fetch, own_store, services):
    def without_ocsp(url, body=None, content_type=""):
        return b"<html>maintenance</html>" if body else fetch(url)

    seal = own_store.key(SCHOOL.owner, "seal")
    data = client(without_ocsp, own_store).collect([seal.certificate], seal.certificate_chain, NOW)
    assert (len(data.ocsps), len(data.crls)) == (0, 2)


def test_a_missing_intermediate_is_fetched_where_the_certificate_says(fetch, own_store):
    seal = own_store.key(SCHOOL.owner, "seal")
    data = client(fetch, own_store).collect([seal.certificate], [], NOW)
    assert own_store.public_keys.issuers["intermediate"] in data.certificates
    nobody = client(lambda *_: b"", own_store)
    assert refusal(nobody.collect, [seal.certificate], [], NOW) == "REV_CHAIN"


def test_a_compromised_key_is_revoked_from_the_moment_it_was_known(fetch, own_store, clock):
    seal = own_store.key(SCHOOL.owner, "seal")
    KeyRegister(own_store.folder).compromise(key_id(own_store, SCHOOL.owner), at=NOW, reason="a test")
    clock.now = NOW + dt.timedelta(hours=1)
    collect = client(fetch, own_store).collect
    assert refusal(collect, [seal.certificate], seal.certificate_chain, clock.now) == "REV_REVOKED"
    before = collect([seal.certificate], seal.certificate_chain, NOW - dt.timedelta(days=3))
    answer = ocsp.load_der_ocsp_response(before.ocsps[0])
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise
    assert answer.revocation_time_utc == NOW


def test_a_suspended_key_is_on_hold(fetch, own_store, clock):
    seal = own_store.key(SCHOOL.owner, "seal")
    register = KeyRegister(own_store.folder)
    register.suspend(key_id(own_store, SCHOOL.owner), at=NOW, reason="a test")
    collect = client(fetch, own_store).collect
    assert refusal(collect, [seal.certificate], seal.certificate_chain, NOW) == "REV_ON_HOLD"
    register.resume(key_id(own_store, SCHOOL.owner), at=NOW + dt.timedelta(hours=1))
    clock.now = NOW + dt.timedelta(hours=2)
    assert collect([seal.certificate], seal.certificate_chain, clock.now)


def test_a_certificate_of_somebody_else_leads_nowhere(fetch, own_store, keys):
    foreign = keys.open().key(SCHOOL.owner, "seal")
    collect = client(fetch, own_store).collect
    assert refusal(collect, [foreign.certificate], foreign.certificate_chain, NOW) == "REV_CHAIN"


# ── answers that are refused ──


@pytest.fixture(scope="module")
def own_samples(shared):
    """Certificates and data of an outside B-LT file with a delegated responder."""
    folder = shared / "vectors/jades/own"
    [seal] = jades.parse((folder / "ok-b-lt.json").read_bytes()).signatures
    names = ("seal", "ica", "root", "tsa", "ocsp")
    certificates = {
        name: x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes()) for name in names
    }
    return certificates, etsi_u.validation_data(etsi_u.read_items(seal))


def test_the_outside_file_s_answers_are_read(own_samples):
    certificates, data = own_samples
    (of_seal, of_tsa), [of_ca] = data.ocsps, data.crls
    said = [
        read_ocsp(of_seal, certificates["seal"], certificates["ica"]),
        read_ocsp(of_tsa, certificates["tsa"], certificates["ica"]),
        read_crl(of_ca, certificates["ica"], certificates["root"]),
    ]
    made_at = dt.datetime(2026, 6, 12, 9, tzinfo=dt.UTC)
    assert [(each.revoked_at, each.this_update) for each in said] == [(None, made_at)] * 3
    assert said[0].responder == certificates["ocsp"].public_bytes(Encoding.DER)
    assert refusal(read_ocsp, of_tsa, certificates["seal"], certificates["ica"]) == "REV_ANSWER"


@pytest.fixture(scope="module")
def store_of_today(tmp_path_factory) -> KeyStore:
    """For answers that another library makes, and OpenSSL judges: they know no time but now."""
    return of_today(tmp_path_factory.mktemp("today"))


@pytest.fixture(scope="module")
def parties(store_of_today):
    keys = store_of_today.public_keys
    return (
        certificate(keys.key(SCHOOL.owner, "seal").certificate),
        certificate(keys.issuers["intermediate"]),
        certificate(keys.root),
    )


def made(parties, responder, private, *, status=ocsp.OCSPCertStatus.GOOD, carry=True) -> bytes:
    """An answer about the seal, signed by whoever."""
    seal, ca, _ = parties
    builder = ocsp.OCSPResponseBuilder().add_response(
        seal, ca, hashes.SHA1(), status, dt.datetime.now(dt.UTC), None, None, None
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, responder)
    if carry:
        builder = builder.certificates([responder])
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_answer_of_a_stranger_is_refused(parties, store_of_today):
    """A certificate of the same CA that is not for OCSP signs the answer: a school vouching for itself."""
    seal, ca, root = parties
    for owner, purpose in ((SCHOOL.owner, "seal"), ("timestamp", "timestamp"), ("operator", "operator")):
        key = store_of_today.key(owner, purpose)
        private = load_der_private_key(store_of_today.private(key), None)
        raw = made(parties, certificate(key.certificate), private)
        assert refusal(read_ocsp, raw, seal, ca) == "REV_ANSWER"
    responder = store_of_today.key("ocsp", "ocsp")
    private = load_der_private_key(store_of_today.private(responder), None)
    raw = made(parties, certificate(responder.certificate), private)
    assert read_ocsp(raw, seal, ca).revoked_at is None
    assert (
        refusal(read_ocsp, raw, certificate(store_of_today.key(OTHER.owner, "seal").certificate), ca)
        == "REV_ANSWER"
    )
    assert refusal(read_ocsp, raw, seal, root) == "REV_ANSWER"
    absent = made(parties, certificate(responder.certificate), private, carry=False)
    assert refusal(read_ocsp, absent, seal, ca) == "REV_ANSWER"
    signature = ocsp.load_der_ocsp_response(raw).signature
    forged = raw.replace(signature, signature[:-1] + bytes((signature[-1] ^ 1,)))
    assert refusal(read_ocsp, forged, seal, ca) == "REV_ANSWER"
    unknown = made(parties, certificate(responder.certificate), private, status=ocsp.OCSPCertStatus.UNKNOWN)
    assert refusal(read_ocsp, unknown, seal, ca) == "REV_UNKNOWN"


def test_bytes_that_are_no_answer(parties):
    seal, ca, _ = parties
    for raw in (b"", b"<html>", b"0\x03\x0a\x01\x03"):  # the last: tryLater
        assert refusal(read_ocsp, raw, seal, ca) in ("REV_ANSWER", "REV_UNKNOWN")
        assert refusal(read_crl, raw, seal, ca) == "REV_ANSWER"


def test_a_list_of_some_reasons_only_is_refused(parties, store_of_today, clock):
    seal, ca, root = parties
    private = load_der_private_key(store_of_today.private(store_of_today.key("intermediate", "ca")), None)

    def crl(*points) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(ca.subject)
        builder = builder.last_update(NOW).next_update(NOW + dt.timedelta(days=1))
        for point in points:
            builder = builder.add_extension(point, critical=True)
        return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)

    def scope(**values):
        empty = dict.fromkeys(("full_name", "relative_name", "only_some_reasons"), None) | dict.fromkeys(
            (
                "only_contains_user_certs",
                "only_contains_ca_certs",
                "indirect_crl",
                "only_contains_attribute_certs",
            ),
            False,
        )
        return x509.IssuingDistributionPoint(**(empty | values))

    assert read_crl(crl(), seal, ca).revoked_at is None
    assert read_crl(crl(scope(only_contains_user_certs=True)), seal, ca).revoked_at is None
    some = frozenset({x509.ReasonFlags.key_compromise})
    for point in (scope(indirect_crl=True), scope(only_some_reasons=some), x509.DeltaCRLIndicator(1)):
        assert refusal(read_crl, crl(point), seal, ca) == "REV_ANSWER"
    assert refusal(read_crl, crl(scope(only_contains_ca_certs=True)), seal, ca) == "REV_ANSWER"
    good = DevRevocation(store_of_today, clock=clock).crl("intermediate")
    assert refusal(read_crl, good, seal, root) == "REV_ANSWER"
    assert refusal(read_crl, good[:-1] + bytes((good[-1] ^ 1,)), seal, ca) == "REV_ANSWER"


def test_the_services_refuse_real_keys_and_a_taken_port(services, own_store, clock):
    port = int(services.address.rsplit(":", 1)[1])
    assert refusal(DevServices, own_store, port=port, clock=clock) == "DEV_PORT"
    own_store.public_keys.is_test = False
    assert refusal(DevServices, own_store, port=0, clock=clock) == "DEV_NEEDS_TEST_KEYS"
