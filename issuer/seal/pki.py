"""A TEST public-key infrastructure for development: root → intermediate → seals, QR keys, operator, time
stamps, OCSP answers.

    keys = development_keys(holders, operator, algorithm="ES256", start=now)      # NewKey, one by one
    KeyStore.create(keydir, keys, lock=lock, made_at=now, is_test=True)

Certificates have the shape of those that a trust service issues to a legal person (ETSI EN 319 412-1 and
-3, RFC 5280) with the subject fields that the EU's credential issuer demands (C, O, CN,
organizationIdentifier), so that everything else can be built against them. They claim nothing: names begin
with TEST, there are no QcStatements (a certificate that says it is qualified, and is not, is a lie that
tools repeat), the policy is an example OID with a notice, the URLs end in `.test`. Keys are random; two
runs never give the same store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from issuer.seal.key import Algorithm, Purpose
from issuer.seal.keystore import NewKey

RSA_BITS: Final = 3072
_NOTICE: Final = "TEST certificate. Not qualified, no legal effect. / TESTA sertifikāts bez juridiskā spēka."
_POLICY: Final = x509.ObjectIdentifier("2.999.1.1")  # arc 2.999 is ITU-T's for examples (X.660, A.8)
_PLACE: Final = "http://pki.atestats.test"  # RFC 6761: .test never resolves
_LONGEST_NAME: Final = 64  # ub-common-name and ub-organization-name, RFC 5280, A.1
# Root, CA and operator outlive the seals; a seal certificate lasts as long as those on the market.
_YEARS: Final = {"root": 25, "intermediate": 15, "operator": 15, "timestamp": 10, "ocsp": 10}
_SEAL_YEARS: Final = 3
_SUFFIXES: Final = {"qr": " (QR)", "operator": " operator", "timestamp": " time stamps", "ocsp": " OCSP"}

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Holder:
    """A legal person that gets certificates.

    `owner`: registration number, `ministry`, `exam_body` or `operator`.
    """

    owner: str
    name: str
    organization_identifier: str  # NTRLV-…


@dataclass(frozen=True, slots=True)
class _Authority:
    """A CA that can sign: its certificate, key and the chain below the root that its certificates carry."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey
    chain: tuple[bytes, ...]


def key_count(holders: int) -> int:
    """How many keys `development_keys` makes for that many holders: for a progress bar."""
    return 5 + 2 * holders


def development_keys(
    holders: Iterable[Holder], operator: Holder, *, algorithm: Algorithm, start: dt.datetime
) -> Iterator[NewKey]:
    """Root, intermediate, operator, time stamp and OCSP keys, then a seal and a QR key for each holder.

    `operator` is the legal person that runs the CAs and signs bundles; the keys' owners are called `root`,
    `intermediate`, `operator`, `timestamp` and `ocsp`. `algorithm` is that of the seal keys (RS256 and PS256: RSA of
    3072 bits); all others are P-256. Certificates are valid from one day before `start` (aware), so that a
    clock that is a little behind sees them valid. Closed institutions get keys like the others: whether one
    may still issue is for the verifier's bundle to say, not for a certificate's dates.
    """
    start = start.astimezone(dt.UTC).replace(microsecond=0) - dt.timedelta(days=1)
    root = _authority("root", " Root CA", None, operator, start)
    yield _ca_key("root", root, operator)
    intermediate = _authority("intermediate", " Seal CA", root, operator, start)
    yield _ca_key("intermediate", intermediate, operator)
    identifier = operator.organization_identifier
    yield _issue(Holder("operator", operator.name, identifier), "operator", "ES256", intermediate, start)
    yield _issue(Holder("timestamp", operator.name, identifier), "timestamp", "ES256", intermediate, start)
    yield _issue(Holder("ocsp", operator.name, identifier), "ocsp", "ES256", intermediate, start)
    for holder in holders:
        yield _issue(holder, "seal", algorithm, intermediate, start)
        yield _issue(holder, "qr", "ES256", intermediate, start)


def _authority(
    name: str, title: str, parent: _Authority | None, operator: Holder, start: dt.datetime
) -> _Authority:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = _name(operator.name, title, operator.organization_identifier)
    builder = _builder(subject, private.public_key(), parent, start, _YEARS[name])
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=1 if parent is None else 0), critical=True
    )
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    if parent is not None:
        # The root answers no OCSP, as roots that are kept offline do not: for the CA below it there is the CRL.
        builder = _with_addresses(builder, "root", has_ocsp=False)
        builder = builder.add_extension(_any_policy(), critical=False)
    certificate = builder.sign(parent.private if parent else private, hashes.SHA256())
    chain = () if parent is None else (_der(certificate),)
    return _Authority(certificate, private, chain)


def _issue(
    holder: Holder, purpose: Purpose, algorithm: Algorithm, ca: _Authority, start: dt.datetime
) -> NewKey:
    private: PrivateKey
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    subject = _name(holder.name, _SUFFIXES.get(purpose, ""), holder.organization_identifier)
    certificate = leaf_certificate(subject, private.public_key(), purpose, ca.certificate, ca.private, start)
    return NewKey(
        owner=holder.owner,
        purpose=purpose,
        algorithm=algorithm,
        organization_identifier=holder.organization_identifier,
        chain=(_der(certificate), *ca.chain),
        spki=_spki(private),
        private=_pkcs8(private),
    )


def leaf_certificate(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    purpose: Purpose,
    issuer: x509.Certificate,
    issuer_private: ec.EllipticCurvePrivateKey,
    start: dt.datetime,
) -> x509.Certificate:
    """A certificate of the intermediate CA for a key that seals, or that makes time stamps."""
    years = _YEARS.get(purpose, _SEAL_YEARS)
    builder = _builder(subject, public, _Authority(issuer, issuer_private, ()), start, years)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    # EN 319 412-2, 4.3.2, type A: a seal certificate commits to content and does nothing else.
    if purpose == "timestamp":
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(  # RFC 3161, 2.3: this usage alone, and critical
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    elif purpose == "ocsp":
        builder = _for_ocsp(builder)
    else:
        builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    if purpose != "ocsp":
        builder = _with_addresses(builder, "intermediate", has_ocsp=True)
    builder = builder.add_extension(_test_policy(), critical=False)
    return builder.sign(issuer_private, hashes.SHA256())


def _ca_key(owner: str, ca: _Authority, operator: Holder) -> NewKey:
    identifier = operator.organization_identifier
    chain = (_der(ca.certificate),)
    return NewKey(owner, "ca", "ES256", identifier, chain, _spki(ca.private), _pkcs8(ca.private))


def _builder(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    issuer: _Authority | None,
    start: dt.datetime,
    years: int,
) -> x509.CertificateBuilder:
    issuer_key = issuer.private.public_key() if issuer else public
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * years + years // 4))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _name(organization: str, suffix: str, identifier: str) -> x509.Name:
    """The subject of EN 319 412-3, 4.2.1: country, organisation, its identifier, a name that people know.

    Long names of schools are cut: the identifier, not the name, tells holders apart.
    """
    room = _LONGEST_NAME - len(suffix.encode())
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "LV"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(f"TEST {organization}", _LONGEST_NAME)),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, identifier),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(f"TEST {organization}", room) + suffix),
        ]
    )


def _cut(name: str, longest: int) -> str:
    """`name`, cut to `longest` bytes of UTF-8 (some libraries count bytes, RFC 5280 counts letters)."""
    if len(name.encode()) <= longest:
        return name
    return name.encode()[: longest - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _for_ocsp(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """A delegated OCSP responder; its own revocation is not asked for (RFC 6960, 4.2.2.2 and 4.2.2.2.1)."""
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    return builder.add_extension(usage, critical=False).add_extension(x509.OCSPNoCheck(), critical=False)


def _with_addresses(
    builder: x509.CertificateBuilder, issuer: str, *, has_ocsp: bool
) -> x509.CertificateBuilder:
    """Where the issuer's certificate, OCSP and CRL are (RFC 5280, 4.2.2.1 and 4.2.1.13); see `dev_services`."""
    url = x509.UniformResourceIdentifier
    access = [
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url(f"{_PLACE}/{issuer}.crt")),
    ]
    if has_ocsp:
        ocsp = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, url(f"{_PLACE}/ocsp"))
        access.insert(0, ocsp)
    point = x509.DistributionPoint([url(f"{_PLACE}/crl/{issuer}.crl")], None, None, None)
    return builder.add_extension(x509.AuthorityInformationAccess(access), critical=False).add_extension(
        x509.CRLDistributionPoints([point]), critical=False
    )


def _test_policy() -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(_POLICY, [x509.UserNotice(None, _NOTICE)])])


def _any_policy() -> x509.CertificatePolicies:
    """anyPolicy in the CA (RFC 5280, 4.2.1.4): it allows the policy of the certificates below."""
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)])


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _spki(private: PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pkcs8(private: PrivateKey) -> bytes:
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
