"""What the status lists say about one document: the verifier's side, without a network, a store or keys.

    lists = StatusLists(bundle.status_lists, [operator_certificate_der])     # once per bundle
    answer = lists.status_of(slot_of(credential_id), at=now)
    answer.state, answer.as_of, answer.fresh, answer.code

A list counts when one of the operator's certificates signed it and it has not expired. The answer is `unknown`, and
never `valid`, when there is no such list or slot. `fresh` is False when the list is older than its time to live: what
was valid then need not be now, while a revocation stands for ever.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from issuer.credential_id import StatusRef
from issuer.status.states import BITS, STATES
from issuer.status.status_error import StatusError
from issuer.status.token_list import SignedToken, Token, parse
from issuer.trust.certificates import Certificate

Answer = Literal["valid", "revoked", "suspended", "replaced", "unknown"]
Code = Literal[
    "STATUS_VALID",
    "STATUS_REVOKED",
    "STATUS_SUSPENDED",
    "STATUS_REPLACED",
    "STATUS_STALE",  # valid in the newest list at hand, which is older than its time to live
    "STATUS_LIST_MISSING",
    "STATUS_LIST_NOT_SIGNED",
    "STATUS_LIST_MALFORMED",
    "STATUS_LIST_EXPIRED",
    "STATUS_LIST_FUTURE",
    "STATUS_OUT_OF_RANGE",
]

DEFAULT_TTL: Final = 86_400  # of a list that names none
CLOCK_SKEW: Final = 300
# A list's address ends with its number, in digits of ASCII and without leading zeros.
_ADDRESS = re.compile(r"https?://[!-~]+/([1-9][0-9]{0,4})")
_CODES: Final[dict[Answer, Code]] = {
    "valid": "STATUS_VALID",
    "revoked": "STATUS_REVOKED",
    "suspended": "STATUS_SUSPENDED",
    "replaced": "STATUS_REPLACED",
}


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What is known. `as_of` is when the list was made (aware UTC); None when no list could be used."""

    state: Answer
    as_of: dt.datetime | None
    fresh: bool
    code: Code


class StatusLists:
    """Lists of one operator; each is verified and inflated when it is first asked, and then kept."""

    def __init__(self, lists: Iterable[bytes], operators: Iterable[bytes]) -> None:
        """`lists`: Token Status Lists, CWT or JWT. `operators`: DER certificates of those who may sign them.

        A list that cannot be read is left out: its documents have no status, which is never a good one. Raises
        `CertificateError` for an operator certificate that cannot be read.
        """
        self._keys = [Certificate.from_der(der).public_key for der in operators]
        self._by_number: dict[int, list[SignedToken]] = defaultdict(list)
        for data in lists:
            try:
                token = parse(data)
            except StatusError:
                continue
            if match := _ADDRESS.fullmatch(token.claims.subject):
                self._by_number[int(match[1])].append(token)
        for tokens in self._by_number.values():
            tokens.sort(key=lambda token: token.claims.issued_at, reverse=True)
        self._opened: dict[SignedToken, Token | StatusError] = {}

    def status_of(self, ref: StatusRef, at: dt.datetime) -> StatusAnswer:
        """The status of the document in this slot, as far as it is known at the aware time `at`."""
        moment = at.timestamp()
        problem: Code = "STATUS_LIST_MISSING"
        for token in self._by_number.get(ref.list_number, ()):  # the newest first
            if token.claims.issued_at > moment + CLOCK_SKEW:
                problem = "STATUS_LIST_FUTURE"
                continue
            opened = self._open(token)
            if isinstance(opened, StatusError):
                problem = _problem(opened)
                continue
            return _answer(opened, ref.slot, moment)
        return StatusAnswer("unknown", None, False, problem)

    def _open(self, signed: SignedToken) -> Token | StatusError:
        opened = self._opened.get(signed)
        if opened is None:
            try:
                signed.check_signature(self._keys)
                opened = Token(signed.claims, signed.claims.values())
            except StatusError as error:
                opened = error
            self._opened[signed] = opened
        return opened


def status_of(
    ref: StatusRef, lists: Iterable[bytes], at: dt.datetime, operators: Iterable[bytes]
) -> StatusAnswer:
    """One answer from lists at hand; see `StatusLists` for many."""
    return StatusLists(lists, operators).status_of(ref, at)


def _answer(token: Token, slot: int, moment: float) -> StatusAnswer:
    claims = token.claims
    as_of = dt.datetime.fromtimestamp(claims.issued_at, dt.UTC)
    if claims.expires_at is not None and moment >= claims.expires_at:
        return StatusAnswer("unknown", as_of, False, "STATUS_LIST_EXPIRED")
    try:
        number = token.values.value(slot)
    except StatusError:
        return StatusAnswer("unknown", as_of, False, "STATUS_OUT_OF_RANGE")
    if token.values.bits != BITS:  # another list than ours: its numbers may mean other things
        return StatusAnswer("unknown", as_of, False, "STATUS_LIST_MALFORMED")
    state = STATES[number]
    fresh = moment < claims.issued_at + (claims.ttl or DEFAULT_TTL)
    return StatusAnswer(state, as_of, fresh, _CODES[state] if fresh or state != "valid" else "STATUS_STALE")


def _problem(error: StatusError) -> Code:
    return "STATUS_LIST_NOT_SIGNED" if error.code == "STATUS_LIST_NOT_SIGNED" else "STATUS_LIST_MALFORMED"
