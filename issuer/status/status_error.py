"""What can be wrong with a status list, a slot or a change of state."""

from __future__ import annotations

from issuer.errors import AtestatsError


class StatusError(AtestatsError):
    """A status that cannot be read, or a change that is not allowed. Codes begin with `STATUS_`.

    Those of `bitstring_list` are the names that the W3C specification gives: RANGE_ERROR, MALFORMED_VALUE_ERROR,
    STATUS_LIST_LENGTH_ERROR, STATUS_VERIFICATION_ERROR.
    """


def malformed(reason_lv: str, reason_en: str) -> StatusError:
    """STATUS_LIST_MALFORMED: the list is not what its specification says."""
    return StatusError(
        "STATUS_LIST_MALFORMED",
        f"Statusa saraksts nav derīgs: {reason_lv}.",
        f"The status list is not valid: {reason_en}.",
        next_lv="Iegūstiet jaunāko uzticamības datni vai sarakstu.",
        next_en="Fetch the newest bundle or list.",
    )


def out_of_range() -> StatusError:
    """STATUS_OUT_OF_RANGE: the list has no such slot; the status is unknown, never "valid"."""
    return StatusError(
        "STATUS_OUT_OF_RANGE",
        "Statusa sarakstā nav šādas vietas: statuss nav zināms.",
        "The status list has no such slot: the status is unknown.",
    )
