"""Wording about the institution, the programme and dates, as compared with the registers."""

from __future__ import annotations

from typing import Final

REGISTERS: Final[dict[str, tuple[str, str]]] = {
    "INST_UNKNOWN": (
        "Izglītības iestāžu reģistrā nav iestādes ar numuru {number}.",
        "The Register of Educational Institutions has no institution with the number {number}.",
    ),
    "INST_UNKNOWN.format": (
        "Iestādes reģistrācijas numuram jābūt ar 10 cipariem.",
        "The registration number of the institution must have 10 digits.",
    ),
    "INST_UNKNOWN.zero": (
        "Iestādes reģistrācijas numurā trūkst ciparu; izklājlapa, iespējams, nodzēsusi sākuma nulli.",
        "The registration number of the institution lacks digits; a spreadsheet may have dropped a leading zero.",
    ),
    "INST_CLOSED": (
        "Iestāde slēgta {closed}, pirms dokumenta izsniegšanas. Dokumentu izsniedz tās tiesību pārņēmējs.",
        "The institution was closed on {closed}, before the document was issued. Its legal successor issues "
        "the document.",
    ),
    "INST_NAME": (
        "Iestādes nosaukums nesakrīt ar reģistru: „{expected}”.",
        "The name of the institution differs from the register: “{expected}”.",
    ),
    "DIRECTOR_MISSING": (
        "Nav norādīts iestādes vadītājs.",
        "The head of the institution is not given.",
    ),
    "DIRECTOR_NOT_IN_OFFICE": (
        "Norādītā persona izsniegšanas dienā nav bijusi iestādes vadītājs.",
        "The person given was not the head of the institution on the day of issue.",
    ),
    "DIRECTOR_POSITION": (
        "Vadītāja amats nesakrīt ar reģistru: „{expected}”.",
        "The position of the head differs from the register: “{expected}”.",
    ),
    "ORDER_MISSING": (
        "Nav norādīts rīkojums par dokumenta izsniegšanu (numurs un datums).",
        "The order to issue the document is not given (number and date).",
    ),
    "PROG_FORMAT": (
        "Izglītības programmas kodā jābūt 8 cipariem.",
        "The code of the education programme must have 8 digits.",
    ),
    "PROG_NOT_LICENSED": (
        "Iestādei nav licences programmai {code}.",
        "The institution has no licence for the programme {code}.",
    ),
    "PROG_NOT_ACCREDITED": (
        "Programma {code} izglītības ieguves dienā nav akreditēta (akreditēta {start} – {end}).",
        "The programme {code} is not accredited on the day of completion (accredited {start} – {end}).",
    ),
    "PROG_NAME": (
        "Programmas nosaukums nesakrīt ar reģistru: „{expected}”.",
        "The name of the programme differs from the register: “{expected}”.",
    ),
    "LICENCE_NO": (
        "Licences numurs nesakrīt ar reģistru: {expected}.",
        "The licence number differs from the register: {expected}.",
    ),
    "ACCREDITATION_NO": (
        "Akreditācijas numurs nesakrīt ar reģistru: {expected}.",
        "The accreditation number differs from the register: {expected}.",
    ),
    "PROG_FORM": (
        "Izglītības ieguves forma neatbilst programmas kodam: {expected}.",
        "The form of study does not fit the programme code: {expected}.",
    ),
    "PROG_LANGUAGE": (
        "Mācību valoda neatbilst programmas kodam: {expected}.",
        "The language of instruction does not fit the programme code: {expected}.",
    ),
    "CURRICULUM": (
        "Standarts neatbilst mācību gadam vai nav zināms.",
        "The curriculum does not fit the school year or is not known.",
    ),
    "LQF": (
        "LKI līmenis neatbilst programmai: jābūt {expected}.",
        "The LQF level does not fit the programme: it must be {expected}.",
    ),
    "LQF.range": (
        "LKI līmenim jābūt no 1 līdz 8.",
        "The LQF level must be from 1 to 8.",
    ),
    "ISCED": (
        "ISCED kods neatbilst programmai: jābūt {expected}.",
        "The ISCED code does not fit the programme: it must be {expected}.",
    ),
    "ISCED.format": (
        "ISCED kodam jābūt ar 3 cipariem.",
        "The ISCED code must have 3 digits.",
    ),
    "QUALIFICATION": (
        "Kvalifikācijas līmenim jābūt no 1 līdz 8.",
        "The level of the qualification must be from 1 to 8.",
    ),
    "QUALIFICATION.missing": (
        "Profesionālajai programmai nav norādīta kvalifikācija.",
        "A vocational programme needs a qualification.",
    ),
    "QUALIFICATION.unexpected": (
        "Kvalifikāciju norāda tikai profesionālajai programmai.",
        "Only a vocational programme has a qualification.",
    ),
    "QUALIFICATION.level": (
        "Kvalifikācijas līmenis neatbilst programmas LKI līmenim: jābūt {expected}.",
        "The level of the qualification does not fit the LQF level of the programme: it must be {expected}.",
    ),
    "GRADE_PROG": (
        "Klase neatbilst programmai: jābūt {expected}.",
        "The grade does not fit the programme: it must be {expected}.",
    ),
    "GRADE_PROG.range": (
        "Klasei jābūt no 1 līdz 12.",
        "The grade must be from 1 to 12.",
    ),
    "CLASS_GRADE": (
        "Klases apzīmējums neatbilst klasei {grade}.",
        "The class does not fit grade {grade}.",
    ),
    "DATE_INVALID": (
        "Nederīgs datums. Vajadzīgs pastāvošs datums formā GGGG-MM-DD.",
        "Not a valid date. An existing date in the form YYYY-MM-DD is needed.",
    ),
    "DATE_INVALID.serial": (
        "Datuma vietā ir izklājlapas kārtas skaitlis. Iestatiet šūnai datuma formātu un eksportējiet vēlreiz.",
        "There is a spreadsheet serial number in place of a date. Format the cell as a date and export again.",
    ),
    "DATE_INVALID.time": (
        "Nederīgs laiks. Vajadzīga forma GGGG-MM-DDThh:mm:ss+03:00.",
        "Not a valid time. The form YYYY-MM-DDThh:mm:ss+03:00 is needed.",
    ),
    "DATE_ORDER.before_birth": (
        "Datums ir pirms dzimšanas datuma.",
        "The date is before the birth date.",
    ),
    "DATE_ORDER.start": (
        "Mācību sākums nav pirms izglītības ieguves.",
        "The start of studies is not before completion.",
    ),
    "DATE_ORDER.birth": (
        "Mācību sākums ir pirms dzimšanas datuma.",
        "The start of studies is before the birth date.",
    ),
    "DATE_ORDER.issue": (
        "Dokuments izsniegts pirms izglītības ieguves.",
        "The document was issued before completion.",
    ),
    "DATE_ORDER.order": (
        "Rīkojums ir datēts pēc dokumenta izsniegšanas.",
        "The order is dated after the document was issued.",
    ),
    "DATE_ORDER.early": (
        "Rīkojums ir datēts pirms mācību gada sākuma.",
        "The order is dated before the school year began.",
    ),
    "DATE_FUTURE": (
        "Datums ir nākotnē (pēc {as_of}).",
        "The date is in the future (after {as_of}).",
    ),
    "SCHOOL_YEAR": (
        "Mācību gadam jābūt formā GGGG/GGGG ar diviem secīgiem gadiem.",
        "The school year must have the form YYYY/YYYY with two consecutive years.",
    ),
    "SCHOOL_YEAR.range": (
        "Izglītības ieguves datums nav šajā mācību gadā (1. septembris – 31. augusts).",
        "The completion date is not in this school year (1 September – 31 August).",
    ),
}
