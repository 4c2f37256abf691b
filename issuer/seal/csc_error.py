"""What can go wrong with a remote seal (CSC API), in words."""

from __future__ import annotations

from issuer.seal.signer import SignerError

_AGAIN_LV = "Palaidiet to pašu komandu vēlreiz: jau apzīmogotais netiek atkārtots."
_AGAIN_EN = "Run the same command again: what is sealed already is not repeated."


class CscCallError(Exception):
    """One call that failed.

    `status`: HTTP status, or 0 when no answer came; `error`: the service's own words (CSC API, 10.1), its code
    first; `wait`: seconds that the service asks for, or None.
    """

    def __init__(self, method: str, status: int, error: str, wait: float | None = None) -> None:
        super().__init__(f"{method}: {status or '–'} {error}".rstrip())
        self.method, self.status, self.error, self.wait = method, status, error, wait

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later."""
        return self.status in (0, 408, 429) or self.status >= 500

    @property
    def is_access(self) -> bool:
        """Whether the service does not know us, and no repetition will help."""
        code = self.error.partition(" ")[0]
        return self.status in (401, 403) or code in ("invalid_token", "access_denied", "invalid_pin")

    @property
    def may_be_repeated(self) -> bool:
        """Whether to try once more at all: never an authorisation that was refused, it may carry a wrong PIN."""
        return self.may_pass or self.method == "signatures/signHash"


def unreachable(url: str, failure: CscCallError) -> SignerError:
    return SignerError(
        "SIGN_CSC_UNREACHABLE",
        f"Attālinātā zīmoga pakalpojums neatbild: {url} ({failure}).",
        f"The remote seal service does not answer: {url} ({failure}).",
        next_lv=_AGAIN_LV,
        next_en=_AGAIN_EN,
    )


def access_refused(url: str, failure: CscCallError) -> SignerError:
    return SignerError(
        "SIGN_CSC_ACCESS",
        f"Attālinātā zīmoga pakalpojums atsaka piekļuvi: {url} ({failure}).",
        f"The remote seal service refuses access: {url} ({failure}).",
        next_lv="Pārbaudiet ATESTATS_CSC_TOKEN un ATESTATS_CSC_PIN.",
        next_en="Check ATESTATS_CSC_TOKEN and ATESTATS_CSC_PIN.",
    )


def refused(url: str, failure: CscCallError) -> SignerError:
    return SignerError(
        "SIGN_CSC_REFUSED",
        f"Attālinātā zīmoga pakalpojums pieprasījumu noraida: {url} ({failure}).",
        f"The remote seal service refuses the request: {url} ({failure}).",
        next_lv=f"Nekas nav pusapzīmogots. {_AGAIN_LV}",
        next_en=f"Nothing is half sealed. {_AGAIN_EN}",
    )


def not_understood(url: str, what: str) -> SignerError:
    return SignerError(
        "SIGN_CSC_ANSWER",
        f"Attālinātā zīmoga pakalpojuma atbilde nav saprotama: {url} ({what}).",
        f"The answer of the remote seal service is not understood: {url} ({what}).",
        next_lv="Pārbaudiet pakalpojuma adresi un CSC API versiju.",
        next_en="Check the service's address and the version of its CSC API.",
    )


def credential_unfit(credential: str, lv: str, en: str) -> SignerError:
    return SignerError(
        "SIGN_CSC_CREDENTIAL",
        f"Attālinātais zīmogs „{credential}” neder: {lv}.",
        f'The remote seal "{credential}" does not fit: {en}.',
        next_lv="Cits zīmogs tā vietā netiek lietots; pārbaudiet atslēgas ierakstu un pakalpojumu.",
        next_en="No other seal is used in its place; check the key's entry and the service.",
    )


def not_secure(url: str) -> SignerError:
    return SignerError(
        "SIGN_CSC_ADDRESS",
        f"Attālinātā zīmoga adresei jāsākas ar https: {url}.",
        f"The address of a remote seal must begin with https: {url}.",
    )
