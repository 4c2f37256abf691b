"""What the register answers when it cannot do what was asked."""

from __future__ import annotations

from issuer.errors import AtestatsError


class RegisterError(AtestatsError):
    """A refusal by the register; nothing was changed."""


def not_reachable(reason: str) -> RegisterError:
    """The database does not answer. `reason` is for the operator."""
    return RegisterError(
        "REGISTER_UNREACHABLE",
        f"Reģistra datubāze neatbild: {reason}.",
        f"The register's database does not answer: {reason}.",
        next_lv="Pārbaudiet ATESTATS_DATABASE un vai datubāze darbojas, tad mēģiniet vēlreiz; nekas nav zudis.",
        next_en="Check ATESTATS_DATABASE and that the database runs, then try again; nothing is lost.",
    )


def not_upgraded(found: str, wanted: str) -> RegisterError:
    """The schema is not the one that this software was written for."""
    return RegisterError(
        "REGISTER_SCHEMA",
        f"Reģistra shēmas versija ir „{found}”, vajadzīga „{wanted}”.",
        f'The schema of the register is "{found}", "{wanted}" is needed.',
        next_lv="Palaidiet: atestats register upgrade.",
        next_en="Run: atestats register upgrade.",
    )


def not_found(what_lv: str, what_en: str) -> RegisterError:
    """There is no such thing, or the asking person may not see it: the answer is the same."""
    return RegisterError(
        "NOT_FOUND",
        f"{what_lv} nav atrasts vai nav jums redzams.",
        f"{what_en} was not found, or you may not see it.",
    )


def not_allowed(what_lv: str, what_en: str) -> RegisterError:
    """The role may not do this."""
    return RegisterError(
        "NOT_ALLOWED",
        f"Jūsu loma to neatļauj: {what_lv}.",
        f"Your role does not allow this: {what_en}.",
        next_lv="Lūdziet to kādam, kam ir vajadzīgā loma.",
        next_en="Ask somebody who has the role for it.",
    )
