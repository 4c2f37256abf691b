"""The development PKI: certificates of the right shape, accepted by OpenSSL and `cryptography`, marked as TEST."""

from __future__ import annotations

import datetime as dt
import ssl
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from seal_samples import MINISTRY, SCHOOL, START

from issuer.seal.pki import Holder, development_keys, key_count


@pytest.fixture(scope="module")
def certificates(store) -> dict[str, x509.Certificate]:
    return {
        f"{key.owner}/{key.purpose}": x509.load_der_x509_certificate(key.certificate)
        for key in store.public_keys.keys
    }


def attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    [found] = certificate.subject.get_attributes_for_oid(oid)
    return found.value


def test_a_seal_certificate_has_the_four_fields_that_the_eu_issuer_demands(certificates):
    certificate = certificates[f"{SCHOOL.owner}/seal"]
    assert attribute(certificate, NameOID.COUNTRY_NAME) == "LV"
    assert attribute(certificate, NameOID.ORGANIZATION_NAME) == "TEST Paraugpils Valsts ģimnāzija"
    assert attribute(certificate, NameOID.COMMON_NAME) == "TEST Paraugpils Valsts ģimnāzija"
    assert attribute(certificate, x509.ObjectIdentifier("2.5.4.97")) == "NTRLV-90999911111"


def test_it_is_for_seals_only(certificates):
    for name in (f"{SCHOOL.owner}/seal", f"{SCHOOL.owner}/qr", "ministry/seal"):
        usage = certificates[name].extensions.get_extension_for_class(x509.KeyUsage)
        assert usage.critical
        assert usage.value.content_commitment
        others = (usage.value.digital_signature, usage.value.key_cert_sign, usage.value.key_encipherment)
        assert others == (False, False, False)
        assert not certificates[name].extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_it_says_where_revocation_would_be_found(certificates):
    extensions = certificates[f"{SCHOOL.owner}/seal"].extensions
    extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    extensions.get_extension_for_class(x509.CRLDistributionPoints)


def test_time_stamps_have_their_usage_alone_and_critical(certificates):
    usage = certificates["timestamp/timestamp"].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_every_name_says_test_and_nothing_claims_to_be_qualified(certificates):
    for certificate in certificates.values():
        for name in (certificate.subject, certificate.issuer):
            for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
                assert name.get_attributes_for_oid(oid)[0].value.startswith("TEST ")
        oids = {extension.oid for extension in certificate.extensions}
        assert x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3") not in oids  # QcStatements, RFC 3739
        assert b"TEST" in certificate.public_bytes(Encoding.DER)
    policies = certificates[f"{SCHOOL.owner}/seal"].extensions.get_extension_for_class(
        x509.CertificatePolicies
    )
    [notice] = policies.value[0].policy_qualifiers
    assert "no legal effect" in notice.explicit_text


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        (f"{SCHOOL.owner}/seal", "any"),
        (f"{SCHOOL.owner}/qr", "any"),
        ("timestamp/timestamp", "timestampsign"),
    ],
)
def test_openssl_accepts_the_chain(certificates, store, tmp_path, name, purpose):
    for file, certificate in {
        "leaf": certificates[name],
        "ca": certificates["intermediate/ca"],
        "root": certificates["root/ca"],
    }.items():
        der = certificate.public_bytes(Encoding.DER)
        (tmp_path / file).write_text(ssl.DER_cert_to_PEM_cert(der))
    moment = str(int(START.timestamp()))
    command = ["openssl", "verify", "-x509_strict", "-policy_check", "-purpose", purpose, "-attime", moment]
    chain = ["-CAfile", tmp_path / "root", "-untrusted", tmp_path / "ca", tmp_path / "leaf"]
    done = subprocess.run([*command, *chain], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_certificates_begin_when_they_are_told_to(certificates):
    for certificate in certificates.values():
        assert certificate.not_valid_before_utc == START - dt.timedelta(days=1)
        assert certificate.not_valid_after_utc > START + dt.timedelta(days=3 * 365 - 2)
    issuer = certificates["intermediate/ca"]
    assert all(
        c.not_valid_after_utc <= certificates["root/ca"].not_valid_after_utc for c in certificates.values()
    )
    assert certificates[f"{SCHOOL.owner}/seal"].not_valid_after_utc < issuer.not_valid_after_utc


@pytest.mark.parametrize(
    "name", ["x" * 200, "ģ" * 60, "Ļoti gara nosaukuma tālmācības vidusskola ar mājturību un mākslu"]
)
def test_long_names_are_cut_to_what_certificates_allow(name):
    keys = development_keys(
        [Holder("1", name, "NTRLV-90999900001")], MINISTRY, algorithm="ES256", start=START
    )
    *_, seal, code = list(keys)
    for new in (seal, code):
        certificate = x509.load_der_x509_certificate(new.chain[0])
        common_name = attribute(certificate, NameOID.COMMON_NAME)
        assert len(common_name.encode()) <= 64
        assert common_name.startswith("TEST ")
    assert common_name.endswith("… (QR)")


def test_the_count_for_the_progress_bar_is_right():
    keys = development_keys([MINISTRY, SCHOOL], MINISTRY, algorithm="ES256", start=START)
    assert len(list(keys)) == key_count(2)
