"""Remote seals: signing through the CSC API (Cloud Signature Consortium, 1.0.4 and 2.x).

    signer = CscSigner("https://seal.example", "v2", {key.key_id: "credential-id"}, access_token=token)
    signatures = signer.sign_many(key, digests)

A batch is cut into groups of `multisign`; each group is authorised once, for exactly its hashes, and signed
in calls of at most `per_call`. When an authorisation ends or a call fails half way, only what is missing is
authorised anew. Every signature is checked; those already paid for are kept until the batch is whole, so
that running the same batch again does not ask for them twice.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from issuer.seal.algorithm_identifiers import PSS_PARAMETERS, SHA256
from issuer.seal.csc_credential import Credential, read_chain, read_credential
from issuer.seal.csc_error import (
    CscCallError,
    access_refused,
    credential_unfit,
    not_understood,
    refused,
    unreachable,
)
from issuer.seal.csc_http import CscHttp
from issuer.seal.key import SealKey
from issuer.seal.signature_check import SignatureCheck
from issuer.seal.signer import check_digests
from issuer.seal.token_error import signature_wrong

Version = Literal["v1", "v2"]

_ATTEMPTS: Final = 5  # in a row without a single new signature
_LONGEST_PAUSE: Final = 30.0
_MOST_KEPT: Final = 100_000
_MARGIN_SECONDS: Final = 5.0  # an authorisation this close to its end is not used for another call
_POLLS: Final = 120


class CscSigner:
    """Signs with the credentials of one remote service. Implements `Signer`; not for several threads.

    `credentials`: key id -> the service's credentialID. `pin` is what an `explicit` credential's
    authorisation takes. `sleep` and `monotonic` are the clock.
    """

    def __init__(
        self,
        base_url: str,
        version: Version,
        credentials: Mapping[str, str],
        *,
        access_token: Callable[[], str | None] = lambda: None,
        pin: Callable[[], str | None] = lambda: None,
        per_call: int = 200,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = CscHttp(base_url, version, access_token, timeout)
        self._is_v1 = version == "v1"
        self._credentials = dict(credentials)
        self._pin, self._per_call = pin, per_call
        self._sleep, self._monotonic = sleep, monotonic
        self._known: dict[str, tuple[SealKey, Credential, SignatureCheck]] = {}
        self._kept: dict[tuple[str, bytes], bytes] = {}

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """See `Signer.sign_many`.

        Raises `SignerError`: SIGN_CSC_UNREACHABLE, SIGN_CSC_ACCESS, SIGN_CSC_REFUSED, SIGN_CSC_ANSWER,
        SIGN_CSC_CREDENTIAL, SIGN_WRONG (a signature that does not fit).
        """
        check_digests(digests)
        if not digests:
            return []
        credential, check = self._credential(key)
        if len(self._kept) > _MOST_KEPT:  # left over from batches that nobody asked for again
            self._kept.clear()
        attempts = 0
        while missing := [each for each in dict.fromkeys(digests) if (key.key_id, each) not in self._kept]:
            before = len(self._kept)
            try:
                self._sign_group(key, credential, check, missing[: credential.multisign])
            except CscCallError as failure:
                attempts = 1 if len(self._kept) > before else attempts + 1
                self._pause(failure, attempts)
        signatures = [self._kept[key.key_id, each] for each in digests]
        for each in digests:
            self._kept.pop((key.key_id, each), None)
        return signatures

    def certificates(self, identifier: str) -> tuple[bytes, ...]:
        """The chain of a credential of the service, own certificate first (DER); raises as `sign_many` does."""
        return read_chain(identifier, self._ask_for_info(identifier))

    def _sign_group(
        self, key: SealKey, credential: Credential, check: SignatureCheck, group: Sequence[bytes]
    ) -> None:
        """Authorise `group` and sign as much of it as its authorisation lasts for."""
        begun = self._monotonic()
        sad, lasts = self._authorise(credential, group)
        for place in range(0, len(group), self._per_call):
            if place and self._monotonic() - begun > lasts - _MARGIN_SECONDS:
                return  # the rest is authorised anew
            part = group[place : place + self._per_call]
            for digest, signature in zip(part, self._signatures(key, credential, sad, part), strict=False):
                form = next((each for each in _forms(key, signature) if check.fits(digest, each)), None)
                if form is None:
                    raise signature_wrong(key.key_id)
                self._kept[key.key_id, digest] = form

    def _authorise(self, credential: Credential, group: Sequence[bytes]) -> tuple[str, float]:
        """Signature activation data for these hashes, and for how many seconds it lasts."""
        parameters: dict[str, Any] = {
            "credentialID": credential.identifier,
            "numSignatures": len(group),
        }
        if credential.sends_hashes:
            parameters["hash" if self._is_v1 else "hashes"] = _base64(group)
            if not self._is_v1:
                parameters["hashAlgorithmOID"] = SHA256
        if credential.code is not None:
            pin = self._pin() or ""
            data = [{"id": credential.code, "value": pin}]
            parameters |= {"PIN": pin} if self._is_v1 else {"authData": data}
        answer = self._http.call("credentials/authorize", parameters)
        sad, lasts = answer.get("SAD"), answer.get("expiresIn", 3600)  # CSC API 1.0.4, 11.6: default 3600
        if not isinstance(sad, str) or not isinstance(lasts, int | float):
            raise not_understood(self._http.url, "credentials/authorize")
        return sad, float(lasts)

    def _signatures(
        self, key: SealKey, credential: Credential, sad: str, part: Sequence[bytes]
    ) -> list[bytes]:
        """What the service signed of `part`, in order; it may be fewer."""
        parameters: dict[str, Any] = {
            "credentialID": credential.identifier,
            "SAD": sad,
            "hash" if self._is_v1 else "hashes": _base64(part),
            "hashAlgo" if self._is_v1 else "hashAlgorithmOID": SHA256,
            "signAlgo": credential.sign_algorithm,
        }
        if not self._is_v1:
            parameters["operationMode"] = "S"
        if key.algorithm == "PS256":
            parameters["signAlgoParams"] = base64.b64encode(PSS_PARAMETERS).decode("ascii")
        answer = self._http.call("signatures/signHash", parameters)
        if "responseID" in answer and "signatures" not in answer:
            answer = self._poll(answer["responseID"])
        try:
            found = [base64.b64decode(each, validate=True) for each in answer["signatures"]]
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise not_understood(self._http.url, "signatures/signHash") from None
        if not found or len(found) > len(part):
            raise not_understood(self._http.url, "signatures/signHash")
        return found

    def _poll(self, response_id: object) -> dict[str, Any]:
        """A service that signs in its own time (v2, operation mode A) is asked until it has."""
        for _ in range(_POLLS):
            answer = self._http.call("signatures/signPolling", {"responseID": response_id})
            if "signatures" in answer:
                return answer
            self._sleep(1.0)
        raise CscCallError("signatures/signPolling", 0, "timeout")

    def _credential(self, key: SealKey) -> tuple[Credential, SignatureCheck]:
        known = self._known.get(key.key_id)
        if known is None or known[0] != key:
            identifier = self._credentials.get(key.key_id)
            if identifier is None:
                raise credential_unfit(key.key_id, "atslēgai nav attālinātā zīmoga", "the key has none")
            check = SignatureCheck(key)
            answer = self._ask_for_info(identifier)
            known = self._known[key.key_id] = (key, read_credential(identifier, answer, key), check)
        return known[1], known[2]

    def _ask_for_info(self, identifier: str) -> dict[str, Any]:
        attempts = 0
        while True:
            try:
                return self._http.call(
                    "credentials/info",
                    {"credentialID": identifier, "certificates": "chain", "authInfo": True},
                )
            except CscCallError as failure:
                attempts += 1
                self._pause(failure, attempts)

    def _pause(self, failure: CscCallError, attempts: int) -> None:
        """Wait before the next attempt; raises `SignerError` when none is worth it."""
        if failure.is_access:
            raise access_refused(self._http.url, failure) from None
        if attempts >= _ATTEMPTS or not failure.may_be_repeated:
            raise (unreachable if failure.may_pass else refused)(self._http.url, failure) from None
        if failure.may_pass:
            self._sleep(failure.wait if failure.wait is not None else min(2.0**attempts, _LONGEST_PAUSE))
        elif attempts > 1:  # once: an authorisation that ended early; twice in a row: the request is wrong
            raise refused(self._http.url, failure) from None


def _forms(key: SealKey, signature: bytes) -> Iterator[bytes]:
    """The signature as ours: services give ECDSA in DER, some as R ‖ S."""
    if key.algorithm == "ES256":
        try:
            r, s = decode_dss_signature(signature)
            yield r.to_bytes(32, "big") + s.to_bytes(32, "big")
        except (ValueError, OverflowError):
            pass
    yield signature


def _base64(digests: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode("ascii") for each in digests]
