"""Every code that the validator of credentials may give, with its texts and how grave it is.

`own` is the severity in a document that we are about to seal, `foreign` in one that others wrote; why they
differ is in docs/adr/0002-closed-world-validation.md. Texts never carry values of the document, only names
of keys and classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from issuer.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Message:
    """One code: its severities and texts with `{}` places."""

    own: Severity
    foreign: Severity
    lv: str
    en: str


class Findings(list[Finding]):
    """The findings of one document, worded and weighed for it: `own` or foreign."""

    LIMIT = 500
    """Of errors, and of warnings. A hostile document may be wrong in a million places; nobody reads more."""

    def __init__(self, *, own: bool) -> None:
        super().__init__()
        self.own = own
        self._left: dict[Severity, int] = {"error": self.LIMIT, "warning": self.LIMIT}

    def note(self, code: str, path: str, **places: Any) -> None:
        """Add the finding `code` at `path`; `places` fill its texts."""
        severity = self._severity(code)
        self._left[severity] -= 1
        if self._left[severity] >= 0:
            self._add(code, path, places)
        elif self._left[severity] == -1:
            self._add("MORE_ERRORS" if severity == "error" else "MORE_WARNINGS", "", {})

    def lists(self, code: str) -> bool:
        """Whether one more finding of this code would still be listed, so that wording it is worth the work."""
        return self._left[self._severity(code)] > 0

    def _severity(self, code: str) -> Severity:
        return MESSAGES[code].own if self.own else MESSAGES[code].foreign

    def _add(self, code: str, path: str, places: dict[str, Any]) -> None:
        lv, en = MESSAGES[code].lv.format(**places), MESSAGES[code].en.format(**places)
        self.append(Finding(code, self._severity(code), path, lv, en))


def _error(lv: str, en: str) -> Message:
    return Message("error", "error", lv, en)


def _strict(lv: str, en: str) -> Message:
    return Message("error", "warning", lv, en)


def _warning(lv: str, en: str) -> Message:
    return Message("warning", "warning", lv, en)


MESSAGES: dict[str, Message] = {
    # The document and its context
    "NOT_AN_OBJECT": _error(
        "Te jābūt JSON objektam, nevis {found}.", "A JSON object is expected here, not {found}."
    ),
    "CONTEXT_MISSING": _error(
        "Nav “@context”: bez tā dokumentam nav nozīmes.",
        'There is no "@context": without it the document means nothing.',
    ),
    "CONTEXT_WRONG": _error(
        "“@context” jābūt tieši {expected}, šādā secībā.",
        '"@context" must be exactly {expected}, in this order.',
    ),
    "CONTEXT_EXTRA": _error(  # a further context may take any name away from the ones before it
        "“@context” ir papildu konteksts, ko šis profils nepazīst: tas var mainīt lauku nozīmi.",
        '"@context" has a further context that this profile does not know: it may change what fields mean.',
    ),
    "TOO_DEEP": _error("Dokuments ir pārāk dziļi ligzdots.", "The document is nested too deeply."),
    "MORE_ERRORS": _error(
        "Kļūdu ir tik daudz, ka pārējās netiek uzskaitītas.",
        "There are so many errors that the rest is not listed.",
    ),
    "MORE_WARNINGS": _warning(
        "Brīdinājumu ir tik daudz, ka pārējie netiek uzskaitīti.",
        "There are so many warnings that the rest is not listed.",
    ),
    # Nodes
    "TYPE_MISSING": _error("Mezglam nav “type”.", 'The node has no "type".'),
    "TYPE_BAD": _error("“type” jābūt {expected}.", '"type" must be {expected}.'),
    "TYPE_UNKNOWN": _error("Klases “{found}” šajā profilā nav.", 'This profile has no class "{found}".'),
    "TYPE_WRONG": _error(
        "Laukam “{key}” klase {found} neder; jābūt {expected}.",
        'Class {found} does not fit "{key}"; expected {expected}.',
    ),
    "ID_MISSING": _warning("Mezglam nav “id”.", 'The node has no "id".'),
    "ID_NEEDED": _error(
        "Mezglam {found} obligāti vajadzīgs “id”.", 'A node of class {found} must have an "id".'
    ),
    "ID_BAD": _error("“id” nav pilns IRI.", '"id" is not an absolute IRI.'),
    "ID_COMPACT": _error(
        "“id” sākas ar konteksta prefiksu “{found}:” un kļūtu par citu IRI.",
        '"id" begins with the context prefix "{found}:" and would become another IRI.',
    ),
    "NODE_CONFLICT": _error(
        "Tas pats “id” ar citu saturu jau ir vietā “{other}” (atšķiras {keys}).",
        'The same "id" with other content stands at "{other}" ({keys} differ).',
    ),
    "REFERENCE_DANGLING": _error(
        "Norāde uz mezglu, kura dokumentā nav.", "Reference to a node that the document does not have."
    ),
    "REFERENCE_ONLY": _error(
        "Mezgls te dots tikai kā norāde; Eiropas skatītājs to neparādīs, jāievieto viss mezgls.",
        "The node is only referred to here; the European viewer will not show it, embed the node.",
    ),
    # Keys
    "KEY_UNKNOWN": _error(
        "Nezināms lauks “{key}”: tā vērtība pazustu.{hint_lv}",
        'Unknown key "{key}": its value would be lost.{hint_en}',
    ),
    "KEY_MISPLACED": _strict(
        "Lauks “{key}” klasei {found} nav paredzēts.", 'Key "{key}" does not belong to class {found}.'
    ),
    "LEVEL_MISPLACED": _error(
        "Līmenis “{key}” drīkst būt tikai kvalifikācijai (Qualification), nevis {found}.",
        'Level "{key}" may stand on a Qualification only, not on {found}.',
    ),
    "KEY_BROKEN": _strict(
        "Lauku “{key}” nelieto: oficiālais konteksts tam dod nepareizu nozīmi.",
        'Do not use "{key}": the official context gives it a wrong meaning.',
    ),
    "KEY_ALIAS": _error(
        "Lauks “{key}” ir cits pieraksts laukam “{other}”; jālieto “{other}”.",
        'Key "{key}" is another spelling of "{other}"; use "{other}".',
    ),
    "KEY_COMPACT": _strict(
        "Lauks “{key}” rakstīts kā saīsināts IRI; jālieto profila lauki.",
        'Key "{key}" is written as a compact IRI; use the keys of the profile.',
    ),
    "KEYWORD_REFUSED": _error(
        "JSON-LD atslēgvārds “{key}” te nav atļauts.", 'JSON-LD keyword "{key}" is not allowed here.'
    ),
    "MISSING": _error("Trūkst obligātā lauka “{key}” ({card}).", 'Mandatory "{key}" is missing ({card}).'),
    "MISSING_IN_PLACE": _strict(
        "Šeit trūkst obligātā lauka “{key}”: tas ir tikai citā šī mezgla kopijā, un kas lasa tikai šo, to neredz.",
        'Mandatory "{key}" is missing here: only another copy of this node has it; who reads this one does not see it.',
    ),
    "MISSING_VCDM": _strict(
        "Trūkst lauka “{key}”, ko prasa W3C datu modelis 1.1.",
        '"{key}" is missing, which the W3C data model 1.1 demands.',
    ),
    "TOO_MANY": _error(
        "Laukam “{key}” ir {count} vērtības, atļauts {card}.", '"{key}" has {count} values, allowed {card}.'
    ),
    # Values
    "LIST_EMPTY": _strict("Saraksts ir tukšs.", "The list is empty."),
    "LIST_NESTED": _error("Saraksts sarakstā nav atļauts.", "A list inside a list is not allowed."),
    "LIST_REPEATS": _strict("Vērtība sarakstā atkārtojas.", "The list repeats a value."),
    "NULL_VALUE": _error("Vērtība “null” pazustu.", 'The value "null" would be lost.'),
    "VALUE_TYPE": _error("Te jābūt {expected}, nevis {found}.", "Expected {expected} here, not {found}."),
    "DATETIME_BAD": _error(
        "Nav derīgs xsd:dateTime (jābūt, piem., 2037-06-14T00:00:00Z).",
        "Not a valid xsd:dateTime (such as 2037-06-14T00:00:00Z).",
    ),
    "DATETIME_ZONE": _strict("Laikam nav norādīta laika josla.", "The time does not say its zone."),
    "DURATION_BAD": _error("Nav derīgs xsd:duration.", "Not a valid xsd:duration."),
    "NUMBER_BAD": _error("Nav derīgs {expected}.", "Not a valid {expected}."),
    "NUMBER_RANGE": _error("Skaitlis pārsniedz {greatest}.", "The number is greater than {greatest}."),
    "URI_BAD": _error("Nav derīgs pilns URI.", "Not a valid absolute URI."),
    "LANGUAGE_TAG": _error("“{tag}” nav valodas kods.", '"{tag}" is not a language tag.'),
    "LANGUAGE_REPEATS": _error(
        "Valodai “{tag}” ir vairākas vērtības, atļauta viena.",
        'Language "{tag}" has several values, one is allowed.',
    ),
    "TEXT_EMPTY": _strict("Teksts ir tukšs.", "The text is empty."),
    "TEXT_CONTROL": _error(
        "Tekstā ir neatļauta rakstzīme.", "The text holds a character that is not allowed."
    ),
    "TEXT_DIRECTION": _warning(
        "Tekstā ir slēpta rakstības virziena zīme.", "The text holds a hidden direction mark."
    ),
    "TEXT_DECOMPOSED": _warning(
        "Teksts nav Unicode normālformā C.", "The text is not in Unicode normal form C."
    ),
    "MEDIA_BASE64": _strict("Saturs nav derīgs base64.", "The content is not valid base64."),
    "MEDIA_TYPE": _strict(
        "Saturs nav {expected}, kā apgalvo “contentType”.",
        'The content is not {expected}, as "contentType" claims.',
    ),
    # Concepts
    "SCHEME_MISSING": _error("Konceptam nav “inScheme”.", 'The concept has no "inScheme".'),
    "SCHEME_WRONG": _error(
        "Koncepts nav no prasītā saraksta “{expected}”.",
        'The concept is not of the required list "{expected}".',
    ),
    "SCHEME_UNUSUAL": _strict(
        "Konceptam jābūt no saraksta “{expected}”.", 'The concept should be of the list "{expected}".'
    ),
    "CONCEPT_UNKNOWN": _error(
        "Kontrolētajā sarakstā “{expected}” tāda koncepta nav.",
        'Controlled list "{expected}" has no such concept.',
    ),
    "CONCEPT_NEW": _strict(
        "Kontrolētajā sarakstā “{expected}” (ELM 3.2) tāda koncepta nav.",
        'Controlled list "{expected}" (as of ELM 3.2) has no such concept.',
    ),
    "CONCEPT_UNSURE": _warning(
        "Sarakstu “{expected}” zinām tikai daļēji; šo konceptu nevar pārbaudīt.",
        'List "{expected}" is known only in part; this concept cannot be checked.',
    ),
    "CONCEPT_LABEL": _warning(
        "Koncepta nosaukums angliski atšķiras no saraksta “{expected}”.",
        'The English label differs from that of the list "{expected}".',
    ),
    # The profile as a whole
    "PROFILE_UNKNOWN": _strict(
        "“credentialSchema” nav neviens no EDC profiliem.", '"credentialSchema" is none of the EDC profiles.'
    ),
    "PROFILE_DIFFERS": _strict(
        "“credentialProfiles” un “credentialSchema” nosauc dažādus profilus.",
        '"credentialProfiles" and "credentialSchema" name different profiles.',
    ),
    "DATES_DIFFER": _strict("“{key}” un “{other}” jāsakrīt.", '"{key}" and "{other}" must agree.'),
    "DATES_INVERTED": _strict("Derīgums beidzas, pirms sācies.", "The validity ends before it begins."),
    "STATUS_BAD": _strict(
        "“credentialStatus” jābūt CredentialStatus un BitstringStatusListEntry ar statusa kontekstu.",
        '"credentialStatus" must be a CredentialStatus and BitstringStatusListEntry, in the status context.',
    ),
}
