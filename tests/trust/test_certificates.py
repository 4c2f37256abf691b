"""From a seal certificate to an anchor: the path exists, or the reason why not is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from issuer.commands.pem import certificates_in
from issuer.trust import CertificateError, CertificateStore
from issuer.trust.certificates import Certificate

FROM, TO = dt.datetime(2027, 1, 1, tzinfo=dt.UTC), dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class Party:
    name: str
    key: object
    der: bytes


def make(name: str, by: Party | None = None, **changes) -> Party:
    """A certificate, by default a CA's; `by` issues it (None: itself). `changes` spoil it."""
    key = changes.get("key") or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ca, usage = changes.get("ca", True), changes.get("usage", ("key_cert_sign", "crl_sign"))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by.name)]) if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(changes.get("start", FROM))
        .not_valid_after(changes.get("end", TO))
        .add_extension(x509.BasicConstraints(ca, changes.get("path_length")), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.KeyUsage(**{u: u in usage for u in USAGES}), critical=True)
    for extension in changes.get("extensions", ()):
        builder = builder.add_extension(extension, critical=True)
    signer = changes.get("signed_with") or (by.key if by else key)
    hash_function = (
        None if isinstance(signer, ed25519.Ed25519PrivateKey) else changes.get("hash", hashes.SHA256())
    )
    return Party(name, key, builder.sign(signer, hash_function).public_bytes(Encoding.DER))


def seal(by: Party, **changes) -> Party:
    return make("School", by, **{"ca": False, "usage": ("content_commitment",)} | changes)


ROOT = make("Root")
CA = make("CA", ROOT, path_length=0)


def problem(leaf: Party, *others: Party, store: CertificateStore | None = None) -> str:
    with pytest.raises(CertificateError) as caught:
        (store or CertificateStore([ROOT.der])).chain([leaf.der, *(other.der for other in others)])
    assert caught.value.message_lv
    return caught.value.code


def test_a_path_leads_through_the_files_certificates_to_the_anchor() -> None:
    leaf = seal(CA)
    chain = CertificateStore([ROOT.der]).chain([leaf.der, CA.der])
    assert chain.leaf.der == leaf.der
    assert [ca.der for ca in chain.issuers] == [CA.der]
    assert chain.anchor.der == ROOT.der


def test_the_stores_own_intermediates_fill_in_what_the_file_leaves_out() -> None:
    assert CertificateStore([ROOT.der], [CA.der]).chain([seal(CA).der]).anchor.der == ROOT.der


def test_the_order_and_the_rubbish_after_the_first_certificate_do_not_matter() -> None:
    second = make("CA2", ROOT, path_length=1)
    third = make("CA3", second)
    leaf = seal(third)
    rubbish = Party("", None, b"rubbish")
    assert CertificateStore([ROOT.der]).chain([leaf.der, rubbish.der, CA.der, third.der, second.der]).leaf


@pytest.mark.parametrize("usage", [("content_commitment",), ("digital_signature",)])
def test_both_usages_of_seal_certificates_are_taken(usage) -> None:
    assert CertificateStore([ROOT.der], [CA.der]).chain([seal(CA, usage=usage).der])


def test_a_stranger_has_no_path() -> None:
    other_root = make("Root")  # the same name, another key
    other_ca = make("CA", other_root)
    assert problem(seal(other_ca), other_ca, other_root) == "CERT_NO_PATH"


def test_names_that_fit_are_not_enough() -> None:
    assert problem(seal(CA, signed_with=ec.generate_private_key(ec.SECP256R1())), CA) == "CERT_NO_PATH"


def test_a_school_cannot_certify_another_one() -> None:
    school = seal(CA)
    for forged_by in (school, seal(CA, usage=("content_commitment", "key_cert_sign"))):
        assert problem(seal(forged_by), forged_by, CA) == "CERT_NO_PATH"


@pytest.mark.parametrize("changes", [{"ca": False}, {"usage": ("crl_sign",)}, {"usage": None}])
def test_an_issuer_must_be_a_ca_that_may_sign_certificates(changes) -> None:
    ca = make("CA", ROOT, **changes)
    assert problem(seal(ca), ca) == "CERT_NO_PATH"


def test_the_path_length_holds() -> None:
    below = make("Below", CA)  # CA has path length 0
    assert problem(seal(below), below, CA) == "CERT_NO_PATH"


@pytest.mark.parametrize("changes", [{"ca": True}, {"usage": ("key_encipherment",)}, {"usage": None}])
def test_the_first_certificate_must_be_made_for_sealing(changes) -> None:
    assert problem(seal(CA, **changes), CA) == "CERT_USAGE"


def test_critical_extensions_that_nobody_reads_stop_the_path() -> None:
    constraints = x509.NameConstraints(None, [x509.DNSName("example.com")])
    assert problem(seal(CA, extensions=[constraints]), CA) == "CERT_EXTENSION_UNKNOWN"
    constrained = make("CA", ROOT, extensions=[constraints])
    assert problem(seal(constrained), constrained) == "CERT_NO_PATH"


def test_weak_keys_and_hashes_and_foreign_algorithms_are_refused() -> None:
    assert problem(seal(CA, key=rsa.generate_private_key(65537, 1024)), CA) == "CERT_WEAK"
    assert problem(seal(CA, key=ed25519.Ed25519PrivateKey.generate()), CA) == "CERT_WEAK"
    assert problem(seal(CA, hash=hashes.SHA224()), CA) == "CERT_WEAK"


@pytest.mark.parametrize(
    "der", [b"", b"0", b"\x30\x82\xff\xff", CA.der[:-1], CA.der + b"\0", b"\x30" * 20_000]
)
def test_what_is_no_certificate_is_named_so(der: bytes) -> None:
    assert problem(Party("", None, der)) == "CERT_UNREADABLE"


def test_a_file_full_of_cas_with_one_name_buys_no_computing_time() -> None:
    store = CertificateStore([ROOT.der])
    decoys = [make("CA", ROOT) for _ in range(9)]
    assert problem(seal(CA), *decoys, store=store) == "CERT_NO_PATH"
    assert problem(seal(CA), *decoys, CA, store=store) == "CERT_TOO_MANY"
    ring = [make("Ring", Party("Ring", CA.key, b"")) for _ in range(9)]
    assert problem(seal(Party("Ring", CA.key, b"")), *ring, store=store) == "CERT_NO_PATH"


def test_time_is_a_question_of_its_own() -> None:
    leaf = seal(CA, start=FROM + dt.timedelta(days=10), end=TO + dt.timedelta(days=10))
    chain = CertificateStore([ROOT.der], [CA.der]).chain([leaf.der])
    assert chain.problem_at(FROM + dt.timedelta(days=9)) == "CERT_NOT_YET_VALID"
    assert chain.problem_at(FROM + dt.timedelta(days=10)) is None
    assert chain.problem_at(TO) is None
    assert chain.problem_at(TO + dt.timedelta(seconds=1)) == "CERT_CA_EXPIRED"
    assert chain.problem_at(TO + dt.timedelta(days=11)) == "CERT_EXPIRED"


def test_the_organisation_identifier_is_read_from_a_certificate_of_another_maker(shared) -> None:
    folder = shared / "vectors" / "jades" / "own"
    [school], [ca], [root], [tsa] = (
        certificates_in((folder / name).read_bytes())
        for name in ("seal.crt", "ica.crt", "root.crt", "tsa.crt")
    )
    chain = CertificateStore([root], [ca]).chain([school])
    assert chain.leaf.organization_identifier == "NTRLV-90000000000"
    assert chain.leaf.organization_name == "Rīgas TEST vidusskola"
    assert Certificate.from_der(tsa).organization_identifier is None
