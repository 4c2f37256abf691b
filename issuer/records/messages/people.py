"""Wording about the learner: personas kods, names, age, one person twice."""

from __future__ import annotations

from typing import Final

PEOPLE: Final[dict[str, tuple[str, str]]] = {
    "PK_FORMAT": (
        "Personas kodam jābūt formā NNNNNN-NNNNN.",
        "The personal code must have the form NNNNNN-NNNNN.",
    ),
    "PK_FORMAT.length": (
        "Personas kodā ir {digits} cipari; jābūt 11.",
        "The personal code has {digits} digits; there must be 11.",
    ),
    "PK_FORMAT.zero": (
        "Personas kodā ir 10 cipari; izklājlapa, iespējams, nodzēsusi sākuma nulli. Ievadiet kodu kā tekstu.",
        "The personal code has 10 digits; a spreadsheet may have dropped the leading zero. Enter the code as text.",
    ),
    "PK_FORMAT.hyphen": (
        "Personas kodā trūkst defises aiz sestā cipara.",
        "The personal code lacks the hyphen after the sixth digit.",
    ),
    "PK_FORMAT.separator": (
        "Personas kodā aiz sestā cipara ir cita zīme, nevis defise „-”.",
        "The personal code has another character than the hyphen “-” after the sixth digit.",
    ),
    "PK_FORMAT.space": (
        "Personas kodā ir atstarpes vai neredzamas zīmes. Izdzēsiet tās.",
        "The personal code holds spaces or invisible characters. Delete them.",
    ),
    "PK_FORMAT.letters": (
        "Personas kodā ir burti; tajā drīkst būt tikai cipari un defise.",
        "The personal code holds letters; only digits and the hyphen are allowed.",
    ),
    "PK_FORMAT.digits": (
        "Personas kodā ir citas rakstības cipari; drīkst būt tikai 0–9.",
        "The personal code holds digits of another script; only 0–9 are allowed.",
    ),
    "PK_FORMAT.date": (
        "Personas kods nav iespējams: tā pirmie seši cipari nav datums, un tas nesākas ar 32–39.",
        "The personal code is impossible: its first six digits are no date, and it does not begin with 32–39.",
    ),
    "PK_CHECKSUM": (
        "Personas koda {code} kontrolcipars nav pareizs. Pārbaudiet, vai kods nav pārrakstīts kļūdaini.",
        "The check digit of the personal code {code} is wrong. Check the code for a typing mistake.",
    ),
    "PK_CHECKSUM.ambiguous": (
        "Personas koda {code} kontrolcipars ir neviennozīmīgs; salīdziniet kodu ar Fizisko personu reģistru.",
        "The check digit of the personal code {code} is ambiguous; compare the code with the Population Register.",
    ),
    "PK_BIRTHDATE": (
        "Dzimšanas datums nesakrīt ar datumu personas kodā {code}.",
        "The birth date differs from the date in the personal code {code}.",
    ),
    "ID_MISSING": (
        "Nav ne personas koda, ne cita identifikatora.",
        "There is neither a personal code nor another identifier.",
    ),
    "ALT_ID_UNEXPECTED": (
        "Cits identifikators norādāms tikai tad, ja personas koda nav.",
        "Another identifier is given only when there is no personal code.",
    ),
    "NAME_MISSING": (
        "Trūkst vārda vai uzvārda.",
        "A given name or a family name is missing.",
    ),
    "NAME_CHARS": (
        "Vārdā ir zīmes, kādu latviešu rakstībā nav. Pārņemiet vārdu no Fizisko personu reģistra.",
        "The name holds characters that its Latvian form cannot have. Take the name from the Population Register.",
    ),
    "NAME_CHARS.digits": (
        "Vārdā ir cipari.",
        "The name holds digits.",
    ),
    "NAME_CHARS.question": (
        "Vārdā ir „?” vai aizstājējzīmes: eksportā zuduši burti. Eksportējiet UTF-8 kodējumā.",
        "The name holds “?” or replacement characters: letters were lost in the export. Export in UTF-8.",
    ),
    "NAME_CHARS.codepage": (
        "Vārds nolasīts nepareizā kodējumā (piemēram, „Ä” vai „ð” latviešu burtu vietā). Eksportējiet UTF-8 kodējumā.",
        "The name was read in a wrong encoding (such as “Ä” or “ð” for Latvian letters). Export in UTF-8.",
    ),
    "NAME_CHARS.scripts": (
        "Vārdā ir citas rakstības burti (piemēram, kirilicas „а”). Latviskajā formā drīkst būt tikai latīņu burti.",
        "The name holds letters of another script (such as Cyrillic “а”). The Latvian form has Latin letters only.",
    ),
    "NAME_CHARS.markup": (
        "Vārdā ir HTML vai citas iezīmējuma zīmes.",
        "The name holds HTML or other markup.",
    ),
    "NAME_CHARS.hidden": (
        "Vārdā ir neredzamas, vadības vai virziena maiņas zīmes. Ievadiet vārdu no jauna.",
        "The name holds invisible, control or direction characters. Enter the name again.",
    ),
    "NAME_SPACE": (
        "Vārdā ir liekas atstarpes; tās tiks izlaistas.",
        "The name holds stray spaces; they will be left out.",
    ),
    "NAME_NFC": (
        "Vārda burti ar garumzīmēm vai mīkstinājumiem ir sadalīti; tie tiks salikti (NFC forma).",
        "The name's letters with diacritics are decomposed; they will be composed (NFC).",
    ),
    "NAME_CASE": (
        "Neparasts lielo un mazo burtu lietojums vārdā. Salīdziniet ar Fizisko personu reģistru.",
        "Unusual capital and small letters in the name. Compare it with the Population Register.",
    ),
    "AGE": (
        "Vecums izglītības ieguves dienā ({age}) nav ticams. Pārbaudiet dzimšanas datumu.",
        "The age on the day of completion ({age}) is not plausible. Check the birth date.",
    ),
    "DUP_PERSON": (
        "Tai pašai personai šajā sūtījumā jau ir šāds dokuments ({line}. rinda).",
        "The same person already has such a document in this batch (line {line}).",
    ),
    "PERSON_CONFLICT": (
        "Šis personas identifikators {line}. rindā pieder citai personai: atšķiras vārds vai dzimšanas datums.",
        "In line {line} this identifier belongs to another person: name or birth date differ.",
    ),
}
