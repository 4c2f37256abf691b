"""What people read about a record: one key per situation, Latvian and English, and the severity that goes with it.

    say("PK_FORMAT.letters", "learner.personal_code")
    say("LQF", "programme.lqf_level", found=3, expected=2)

The part of a key before the dot is the finding's stable code; the part behind it only chooses the wording. Texts say
what is wrong and what to do. Values are shown only where they tell nothing about a person; personal codes never whole.
"""

from __future__ import annotations

from typing import Final

from issuer.findings import Finding
from issuer.records.messages.people import PEOPLE
from issuer.records.messages.registers import REGISTERS
from issuer.records.messages.results import RESULTS
from issuer.records.messages.structure import STRUCTURE

MESSAGES: Final[dict[str, tuple[str, str]]] = {**STRUCTURE, **PEOPLE, **REGISTERS, **RESULTS}

# A clerk confirms these; nothing that a reader of the document relies on is in doubt.
WARNINGS: Final = frozenset(
    {
        "EXTRA_FIELD.column",
        "TEXT_SPACE",
        "TEXT_SPACE.blank",
        "TEXT_NFC",
        "PK_CHECKSUM.ambiguous",
        "NAME_SPACE",
        "NAME_NFC",
        "NAME_CASE",
        "INST_NAME",
        "DIRECTOR_POSITION",
        "PROG_NAME",
        "SUBJECT_NAME.spelling",
        "EXAM_NAME.spelling",
    }
)


def say(key: str, path: str, **values: object) -> Finding:
    """The finding for `key` at `path`; `values` fill the places in its two texts."""
    lv, en = MESSAGES[key]
    return Finding(
        code=key.partition(".")[0],
        severity="warning" if key in WARNINGS else "error",
        path=path,
        message_lv=lv.format_map(values),
        message_en=en.format_map(values),
    )


def masked(personal_code: str) -> str:
    """`120510-29005` as `120510-*****`, the only form of a personas kods in messages."""
    return personal_code[:6] + "-*****"
