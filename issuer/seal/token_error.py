"""What can be wrong with a token or with the process that serves it, in words."""

from __future__ import annotations

from pathlib import Path

from issuer.seal.signer import SignerError

_AGAIN_LV = "Nekas nav pusapzīmogots. Kad tas atkal pieejams, palaidiet to pašu komandu vēlreiz."
_AGAIN_EN = "Nothing is half sealed. When it is back, run the same command again."


def lost(label: str, reason: str) -> SignerError:
    return SignerError(
        "SIGN_TOKEN_LOST",
        f"Atslēgu ierīce „{label}” nav pieejama ({reason}).",
        f'The token "{label}" is not available ({reason}).',
        next_lv=_AGAIN_LV,
        next_en=_AGAIN_EN,
    )


def pin_refused(label: str, reason: str) -> SignerError:
    return SignerError(
        "SIGN_TOKEN_PIN",
        f"Atslēgu ierīce „{label}” nepieņem PIN ({reason}).",
        f'The token "{label}" does not accept the PIN ({reason}).',
        next_lv="PIN vairs netiek mēģināts, lai ierīce nebloķētos. Labojiet PIN un palaidiet serve-token no jauna.",
        next_en="The PIN is not tried again, so that the token does not lock. Mend it and start serve-token anew.",
    )


def module_missing(module: Path, reason: str) -> SignerError:
    return SignerError(
        "SIGN_TOKEN_MODULE",
        f"PKCS#11 moduli nevar ielādēt: {module} ({reason}).",
        f"The PKCS#11 module cannot be loaded: {module} ({reason}).",
        next_lv="Pārbaudiet --module; SoftHSM2 to liek /usr/lib/softhsm/libsofthsm2.so.",
        next_en="Check --module; SoftHSM2 has it at /usr/lib/softhsm/libsofthsm2.so.",
    )


def library_missing() -> SignerError:
    return SignerError(
        "SIGN_PKCS11_MISSING",
        "Nav uzstādīta bibliotēka python-pkcs11.",
        "The library python-pkcs11 is not installed.",
        next_lv="Uzstādiet: pip install 'atestats[hsm]'.",
        next_en="Install it: pip install 'atestats[hsm]'.",
    )


def key_not_on_token(label: str, key_id: str) -> SignerError:
    return SignerError(
        "SIGN_KEY_MISSING",
        f"Atslēgu ierīcē „{label}” nav atslēgas {key_id}.",
        f'The token "{label}" does not hold the key {key_id}.',
        next_lv="Pārbaudiet, vai pievienota pareizā ierīce; cita atslēga tās vietā netiek lietota.",
        next_en="Check that the right token is connected; no other key is used in its place.",
    )


def service_absent(socket: Path, reason: str) -> SignerError:
    return SignerError(
        "SIGN_SERVICE_ABSENT",
        f"Parakstīšanas process neatbild: {socket} ({reason}).",
        f"The signing process does not answer: {socket} ({reason}).",
        next_lv=f"Palaidiet to: atestats keys serve-token. {_AGAIN_LV}",
        next_en=f"Start it: atestats keys serve-token. {_AGAIN_EN}",
    )


def signature_wrong(key_id: str) -> SignerError:
    return SignerError(
        "SIGN_WRONG",
        f"Saņemtais paraksts neatbilst atslēgai {key_id}; nekas nav apzīmogots.",
        f"The signature that came back does not fit the key {key_id}; nothing was sealed.",
        next_lv="Ierīce vai pakalpojums ir bojāts vai nepareizi iestatīts; ziņojiet tā uzturētājam.",
        next_en="The token or service is broken or set up wrongly; tell whoever runs it.",
    )


def request_refused(reason_lv: str, reason_en: str) -> SignerError:
    return SignerError("SIGN_REQUEST", reason_lv, reason_en)
