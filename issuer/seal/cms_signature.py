"""What signs a time stamp or an OCSP answer: algorithms by their identifiers, and the certificate behind them.

    scheme = scheme_of(algorithm_identifier, "sha256")        # ValueError for what is not accepted
    fits(certificate, scheme, signature, signed)

RSA (PKCS #1 v1.5 and PSS) and ECDSA on the NIST curves with SHA-256, SHA-384 or SHA-512: what ETSI TS 119 312 lets time
stamps use. Public keys are kept by certificate: one time-stamping authority signs thousands of tokens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuer.seal.der import CONTEXT_0, CONTEXT_1, CONTEXT_2, SEQUENCE, DerError, Element, read

Digest = hashes.SHA256 | hashes.SHA384 | hashes.SHA512

DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
HASHES: Final[dict[str, Digest]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# RFC 8017, A.2.4 and RFC 5758, 3.2; with the bare key types the digest algorithm says which hash (RFC 3370, 3.2).
_SCHEMES: Final = {
    "1.2.840.113549.1.1.1": ("rsa", None),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "1.2.840.10045.2.1": ("ecdsa", None),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
}
_NO_EXTENSION: Final = (
    ValueError,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"


# What reading the extensions of a stranger's certificate may raise.
_UNREADABLE: Final = (
    ValueError,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class Scheme(NamedTuple):
    """A signature scheme: `rsa` (PKCS #1 v1.5), `pss` or `ecdsa`, its hash, and the salt length of PSS in bytes."""

    kind: str
    digest: str
    salt: int = 0


def scheme_of(algorithm: Element, digest: str) -> Scheme:
    """The scheme of an AlgorithmIdentifier in a CMS whose digest algorithm is `digest`; else `ValueError`.

    Both must name one hash (RFC 8933, 3).
    """
    parts = algorithm.children()
    oid = parts[0].as_oid()
    if oid == _PSS:
        scheme = _pss(parts[1])
    elif oid in _SCHEMES:
        kind, named = _SCHEMES[oid]
        scheme = Scheme(kind, named or digest)
    else:
        raise ValueError("a signature algorithm that is not accepted")
    if scheme.digest != digest:
        raise ValueError("two hashes")
    return scheme


def _pss(parameters: Element) -> Scheme:
    """RSASSA-PSS-params (RFC 8017, A.2.3); the defaults mean SHA-1, so all three must be there."""
    fields = {each.tag: each.children()[0] for each in parameters.expect(SEQUENCE).children()}
    try:
        digest = DIGESTS[fields[CONTEXT_0].children()[0].as_oid()]
        mgf, mgf_digest = fields[CONTEXT_1].children()
        if mgf.as_oid() != _MGF1 or DIGESTS[mgf_digest.children()[0].as_oid()] != digest:
            raise ValueError("another mask")
        return Scheme("pss", digest, fields[CONTEXT_2].as_int())
    except KeyError:
        raise ValueError("a hash that is not accepted") from None


def fits(certificate: bytes, scheme: Scheme, signature: bytes, signed: bytes) -> bool:
    """Whether `signature` over the bytes `signed` is one of the DER `certificate`'s key."""
    public, digest = _public_key(certificate), HASHES[scheme.digest]
    try:
        if isinstance(public, ec.EllipticCurvePublicKey) and scheme.kind == "ecdsa":
            public.verify(signature, signed, ec.ECDSA(digest))
        elif isinstance(public, rsa.RSAPublicKey) and scheme.kind == "rsa":
            public.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(public, rsa.RSAPublicKey) and scheme.kind == "pss":
            public.verify(signature, signed, padding.PSS(padding.MGF1(digest), scheme.salt), digest)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


@lru_cache(maxsize=512)
def _public_key(certificate: bytes) -> object:
    try:
        return x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None


@lru_cache(maxsize=512)
def may_stamp_time(certificate: bytes) -> bool:
    """Whether the extended key usage is timeStamping alone, and critical (RFC 3161, 2.3)."""
    try:
        extension = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(
            x509.ExtendedKeyUsage
        )
    except _NO_EXTENSION:
        return False
    return extension.critical and list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


@lru_cache(maxsize=512)
def names_of(certificate: bytes) -> tuple[bytes, int, bytes]:
    """Issuer (DER name), serial number and subject key identifier of a certificate; the last empty when absent."""
    try:
        parts = read(certificate).expect(SEQUENCE).children()[0].expect(SEQUENCE).children()
        start = 1 if parts[0].tag == CONTEXT_0 else 0  # a certificate of version 1 does not say so
        return parts[start + 2].raw, parts[start].as_int(), _key_identifier(certificate)
    except (DerError, IndexError):
        raise ValueError("not a certificate") from None


def _key_identifier(certificate: bytes) -> bytes:
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except _NO_EXTENSION:
        return b""


def is_named_by(certificate: bytes, identifier: Element) -> bool:
    """Whether a SignerIdentifier (RFC 5652, 5.3) names this certificate."""
    issuer, serial, key_identifier = names_of(certificate)
    if identifier.tag == SEQUENCE:
        named, number = identifier.children()
        return named.raw == issuer and number.as_int() == serial
    return identifier.tag == CONTEXT_0 & ~0x20 and identifier.content == key_identifier != b""


def has_issuer_serial(certificate: bytes, issuer_serial: Element) -> bool:
    """Whether an IssuerSerial (RFC 5035, 4: GeneralNames of one directoryName, number) is the certificate's."""
    issuer, serial, _ = names_of(certificate)
    general_names, number = issuer_serial.expect(SEQUENCE).children()
    directory_names = [each.children()[0].raw for each in general_names.children() if each.tag == 0xA4]
    return directory_names == [issuer] and number.as_int() == serial


def algorithm_identifier(scheme: Scheme) -> tuple[str, bool]:
    """The OID that names a PKCS #1 or ECDSA scheme, and whether NULL parameters follow it (RFC 3370, 3.2)."""
    for oid, named in _SCHEMES.items():
        if named == (scheme.kind, scheme.digest):
            return oid, scheme.kind == "rsa"
    raise ValueError("no such scheme")
