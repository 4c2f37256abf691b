"""A PKCS#11 token: one connection, one thread, key handles kept.

    token = Pkcs11Token(Path("/usr/lib/softhsm/libsofthsm2.so"), "schools", pin)
    token.open()
    signatures = token.sign_many(key, digests)          # a `Signer`

Not for use from several threads, nor by several processes that start at once: modules break (SoftHSM2 issue
688). `SigningService` is the one process that holds it and serves everyone else. Handles are looked up once,
because a look-up per signature is 23 times slower. When the token goes away, a call fails in words and the
next one connects anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from issuer.seal import der
from issuer.seal.algorithm_identifiers import RSA_ENCRYPTION, SHA256
from issuer.seal.certificate_fields import public_key
from issuer.seal.key import Algorithm, SealKey
from issuer.seal.keystore_error import KeyStoreError
from issuer.seal.signer import check_digests
from issuer.seal.token_error import key_not_on_token, library_missing, lost, module_missing, pin_refused

if TYPE_CHECKING:
    import pkcs11

RSA_BITS: Final = 3072
_EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"
_P256: Final = der.oid("1.2.840.10045.3.1.7")
# What PKCS #1 v1.5 puts before the digest (RFC 8017, 9.2): DigestInfo of SHA-256.
_DIGEST_INFO: Final = der.sequence(der.sequence(der.oid(SHA256), der.NULL), der.octet_string(bytes(32)))[:-32]


class Pkcs11Token:
    """The token named `label` behind a PKCS#11 module (a shared library). Implements `Signer`."""

    def __init__(self, module: Path, label: str, pin: str) -> None:
        self._module, self.label, self._pin = module, label, pin
        self._library: Any = None
        self._session: Any = None
        self._handles: dict[bytes, Any] = {}
        self._pin_refused = False

    def open(self) -> int:
        """Connect, log in, look up all keys; returns how many there are.

        Raises `SignerError`: SIGN_PKCS11_MISSING, SIGN_TOKEN_MODULE, SIGN_TOKEN_LOST, SIGN_TOKEN_PIN.
        """
        with self._failures():
            self._connect()
        return len(self._handles)

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """See `Signer.sign_many`; raises also SIGN_KEY_MISSING and what `open` raises.

        A session that has gone stale, or a key not seen yet, makes it connect anew once before it gives up.
        """
        check_digests(digests)
        import pkcs11

        if hashlib.sha256(key.spki).digest() in self._handles:
            try:
                sign = self._signing(key)
                return [sign(digest) for digest in digests]
            except pkcs11.PKCS11Error:
                self._drop()
        with self._failures():
            self._connect()
            sign = self._signing(key)
            return [sign(digest) for digest in digests]

    def generate(self, algorithm: Algorithm, label: str) -> bytes:
        """Make a key pair on the token, never to leave it; returns its DER SubjectPublicKeyInfo."""
        with self._failures():
            if self._session is None:
                self._connect()
            from pkcs11 import Attribute, KeyType

            names = {"store": True, "label": label, "id": os.urandom(16)}
            private = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True}
            if algorithm == "ES256":
                curve = self._session.create_domain_parameters(
                    KeyType.EC, {Attribute.EC_PARAMS: _P256}, local=True
                )
                public, handle = curve.generate_keypair(private_template=private, **names)
            else:
                public, handle = self._session.generate_keypair(
                    KeyType.RSA, RSA_BITS, private_template=private, **names
                )
            spki = _spki(public)
            if spki is None:
                raise lost(self.label, "generate")
            self._handles[hashlib.sha256(spki).digest()] = handle
            return spki

    def close(self) -> None:
        """Log out and let go of the token."""
        self._drop()
        if self._library is not None and self._library.initialized:
            self._library.finalize()

    def _connect(self) -> None:
        """Start the module anew: the only thing that helps after a token was gone."""
        if self._pin_refused:
            raise pin_refused(self.label, "PIN")
        self._drop()
        self._library = self._loaded(self._library)
        from pkcs11 import Attribute, ObjectClass

        token = self._library.get_token(token_label=self.label)
        self._session = token.open(rw=True, user_pin=self._pin)
        kinds = (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY, ObjectClass.CERTIFICATE)
        private, public, certificates = (
            list(self._session.get_objects({Attribute.CLASS: kind})) for kind in kinds
        )
        spkis = dict(_identified(public, _spki)) | dict(_identified(certificates, _certified))
        self._handles = {
            hashlib.sha256(spkis[name]).digest(): handle
            for name, handle in _identified(private, lambda handle: handle)
            if name in spkis
        }

    def _loaded(self, library: Any) -> Any:
        try:
            import pkcs11
        except ImportError:
            raise library_missing() from None
        if library is None:
            if not self._module.is_file():
                raise module_missing(self._module, "nav datnes / no such file")
            try:
                return pkcs11.lib(str(self._module))
            except pkcs11.PKCS11Error as error:
                if type(error) is not pkcs11.PKCS11Error:
                    raise  # the module is there, the token is not
                raise module_missing(self._module, str(error)) from None
        if library.initialized:
            library.finalize()
        library.initialize()
        return library

    def _drop(self) -> None:
        self._handles.clear()
        session, self._session = self._session, None
        if session is not None:
            import pkcs11

            try:
                session.close()
            except pkcs11.PKCS11Error:
                return  # it is gone already

    def _signing(self, key: SealKey) -> Callable[[bytes], bytes]:
        from pkcs11 import MGF, KeyType, Mechanism

        handle = self._handles.get(hashlib.sha256(key.spki).digest())
        if handle is None:
            raise key_not_on_token(self.label, key.key_id)
        expected = KeyType.EC if key.algorithm == "ES256" else KeyType.RSA
        if handle.key_type != expected:
            raise key_not_on_token(self.label, key.key_id)
        if key.algorithm == "ES256":
            return lambda digest: bytes(handle.sign(digest, mechanism=Mechanism.ECDSA))
        if key.algorithm == "RS256":
            return lambda digest: bytes(handle.sign(_DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS))
        salted = (Mechanism.SHA256, MGF.SHA256, 32)
        return lambda digest: bytes(
            handle.sign(digest, mechanism=Mechanism.RSA_PKCS_PSS, mechanism_param=salted)
        )

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Whatever the module says becomes one of our errors, and the connection is given up."""
        try:
            import pkcs11
        except ImportError:
            raise library_missing() from None
        pins = (
            pkcs11.PinIncorrect,
            pkcs11.PinLocked,
            pkcs11.PinExpired,
            pkcs11.PinInvalid,
            pkcs11.PinLenRange,
        )
        try:
            yield
        except pins as error:
            self._pin_refused = True
            self._drop()
            raise pin_refused(self.label, type(error).__name__) from None
        except pkcs11.PKCS11Error as error:
            self._drop()
            raise lost(self.label, type(error).__name__) from None


def _identified(objects: Iterable[Any], value: Callable[[Any], Any]) -> Iterator[tuple[bytes, Any]]:
    """CKA_ID and value of the objects that have both."""
    from pkcs11 import Attribute

    for each in objects:
        name, found = bytes(each[Attribute.ID]), value(each)
        if name and found is not None:
            yield name, found


def _spki(public: pkcs11.PublicKey) -> bytes | None:
    """The DER SubjectPublicKeyInfo of a public key object; None for kinds that never seal."""
    from pkcs11 import Attribute, KeyType

    if public.key_type == KeyType.RSA:
        numbers = (public[Attribute.MODULUS], public[Attribute.PUBLIC_EXPONENT])
        body = der.sequence(*(der.integer(int.from_bytes(number, "big")) for number in numbers))
        return _key_info(der.oid(RSA_ENCRYPTION), der.NULL, body)
    if public.key_type == KeyType.EC:
        point = der.read(public[Attribute.EC_POINT]).as_octets()
        return _key_info(der.oid(_EC_PUBLIC_KEY), public[Attribute.EC_PARAMS], point)
    return None


def _key_info(algorithm: bytes, parameters: bytes, body: bytes) -> bytes:
    return der.sequence(der.sequence(algorithm, parameters), der.tlv(der.BIT_STRING, b"\x00", body))


def _certified(certificate: Any) -> bytes | None:
    from pkcs11 import Attribute

    try:
        return public_key(bytes(certificate[Attribute.VALUE]))
    except KeyStoreError:
        return None
