"""Wording for what is wrong with a row as such: unreadable, incomplete, of the wrong type, not in the agreed form."""

from __future__ import annotations

from typing import Final

STRUCTURE: Final[dict[str, tuple[str, str]]] = {
    "PARSE": (
        "Rindu nevar nolasīt: tā nav derīgs JSON. Eksportējiet ierakstu vēlreiz.",
        "The line cannot be read: it is not valid JSON. Export the record again.",
    ),
    "PARSE.number": (
        "Rindu nevar nolasīt: tajā ir skaitlis, ko JSON nepieļauj vai kas ir pārāk liels (NaN, Infinity). "
        "Izlabojiet avotā.",
        "The line cannot be read: it holds a number that JSON does not allow or that is too large (NaN, Infinity).",
    ),
    "PARSE.object": (
        "Rindā jābūt vienam ierakstam (JSON objektam).",
        "The line must hold one record (a JSON object).",
    ),
    "PARSE.depth": (
        "Rindu nevar nolasīt: tajā ir pārāk daudz savstarpēji iekļautu vērtību.",
        "The line cannot be read: its values nest too deeply.",
    ),
    "PARSE.truncated": (
        "Ieraksts ir aprauts: datne beidzas ātrāk, nekā jābūt. Eksportējiet datni vēlreiz.",
        "The record is cut off: the file ends too early. Export the file again.",
    ),
    "PARSE.large": (
        "Ieraksts ir lielāks par {limit} kB un netiek lasīts.",
        "The record is larger than {limit} kB and is not read.",
    ),
    "PARSE.columns": (
        "Rindā ir {found} kolonnas, bet virsrakstā {expected}. Pārbaudiet atdalītājus un pēdiņas.",
        "The row has {found} columns, the heading {expected}. Check separators and quotation marks.",
    ),
    "PARSE.quotes": (
        "Rindā ir neaizvērtas pēdiņas. Pārbaudiet pēdiņas un eksportējiet vēlreiz.",
        "The row has an unclosed quotation mark. Check the quotation marks and export again.",
    ),
    "PARSE.xml": (
        "Ierakstu nevar nolasīt: tas nav derīgs XML. Eksportējiet ierakstu vēlreiz.",
        "The record cannot be read: it is not valid XML. Export the record again.",
    ),
    "PARSE.detail": (
        "Tabulas „{table}” {row}. rindu nevar nolasīt; tā pieder šim ierakstam.",
        "Row {row} of the table “{table}” cannot be read; it belongs to this record.",
    ),
    "PARSE.damaged": (
        "Datne no šīs vietas ir bojāta; šo un nākamos ierakstus nevar nolasīt.",
        "The file is damaged from here on; this record and those after it cannot be read.",
    ),
    "ENCODING": (
        "Rindā ir baiti, kas nav UTF-8 teksts. Saglabājiet datni UTF-8 kodējumā.",
        "The row holds bytes that are not UTF-8 text. Save the file in UTF-8.",
    ),
    "DUP_KEY": (
        "Lauks ierakstā norādīts divreiz; nav zināms, kura vērtība ir īstā.",
        "The field is given twice in the record; it is unknown which value is the true one.",
    ),
    "REQUIRED": (
        "Trūkst obligāta lauka. Aizpildiet to avota sistēmā.",
        "A required field is missing. Fill it in in the source system.",
    ),
    "EXTRA_FIELD": (
        "Lauka nav saskaņotajā shēmā; tas netiek glabāts. Izņemiet to no eksporta.",
        "The field is not in the agreed schema; it is not stored. Remove it from the export.",
    ),
    "EXTRA_FIELD.column": (
        "Kolonnas „{column}” nav saskaņotajā shēmā; tās saturs netiek glabāts.",
        "The column “{column}” is not in the agreed schema; its content is not stored.",
    ),
    "TYPE": (
        "Nepareizs vērtības tips: vajadzīgs {expected_lv}.",
        "The value has the wrong type: {expected_en} is needed.",
    ),
    "TOO_LONG": (
        "Vērtība ir garāka par {limit} zīmēm.",
        "The value is longer than {limit} characters.",
    ),
    "TOO_LONG.list": (
        "Sarakstā ir vairāk nekā {limit} ieraksti.",
        "The list has more than {limit} entries.",
    ),
    "TEXT_CHARS": (
        "Tekstā ir nepieļaujamas zīmes (vadības, neredzamas, virziena maiņas zīmes, HTML vai citas rakstības "
        "burti, piemēram, kirilicas „а”). Ievadiet tekstu no jauna.",
        "The text holds characters that are not allowed (control, invisible or direction characters, markup, "
        "or letters of another script, such as a Cyrillic “а”). Enter it again.",
    ),
    "TEXT_SPACE": (
        "Tekstā ir liekas atstarpes.",
        "The text holds stray spaces.",
    ),
    "TEXT_SPACE.blank": (
        "Laukā ir tikai tukšs teksts; ja vērtības nav, tai jābūt null.",
        "The field holds blank text; where there is no value it must be null.",
    ),
    "TEXT_NFC": (
        "Burti ar garumzīmēm vai mīkstinājumiem ir sadalīti (nav NFC formā).",
        "Letters with diacritics are decomposed (the text is not in NFC).",
    ),
    "VALUE_NOT_ALLOWED": (
        "Tādas vērtības šim laukam nav. Pieļaujams: {allowed}.",
        "The field has no such value. Allowed: {allowed}.",
    ),
    "VALUE_NOT_ALLOWED.list": (
        "Tāda koda šī lauka klasifikatorā nav.",
        "There is no such code in the list for this field.",
    ),
    "VALUE_NOT_ALLOWED.space": (
        "Ap vērtību ir liekas vai neredzamas atstarpes. Izdzēsiet tās.",
        "There are stray or invisible spaces around the value. Delete them.",
    ),
    "SCHEMA_VERSION": (
        "Ieraksts nav shēmas versijā 1.0, ko šī programma lasa.",
        "The record is not in schema version 1.0, which this programme reads.",
    ),
    "RECORD_ID_FORMAT": (
        "Ieraksta identifikatoram jābūt formā VIIS-GGGG-NNNNNNN.",
        "The record identifier must have the form VIIS-YYYY-NNNNNNN.",
    ),
    "RECORD_ID_FORMAT.other": (
        "Ieraksta identifikatoram jābūt formā XXX-GGGG-NNNN: sistēmas saīsinājums, gads, 4–9 cipari.",
        "The record identifier must have the form XXX-YYYY-NNNN: short name of the system, year, 4 to 9 digits.",
    ),
    "NUMBER_RANGE": (
        "Skaitlis ir ārpus robežām, vai tam ir vairāk par vienu zīmi aiz komata.",
        "The number is out of range or has more than one decimal.",
    ),
    "DUP_RECORD_ID": (
        "Ieraksts ar šādu identifikatoru jau ir šajā sūtījumā ({line}. rinda).",
        "A record with this identifier is already in this batch (line {line}).",
    ),
    "CELL_ERROR": (
        "Šūnā ir izklājlapas kļūda (piemēram, #N/A). Izlabojiet formulu vai ievadiet vērtību.",
        "A cell holds a spreadsheet error (such as #N/A). Correct the formula or enter the value.",
    ),
    "CELL_DATE": (
        "Izklājlapa vērtību ir pārvērtusi datumā. Iestatiet šūnai formātu „teksts” un ievadiet vērtību vēlreiz.",
        "The spreadsheet has turned the value into a date. Format the cell as text and enter the value again.",
    ),
    "DETAIL_ORPHAN": (
        "Tabulā „{table}” ir rindas ({row}. un, iespējams, citas), kurām nav ieraksta absolventu tabulā.",
        "The table “{table}” has rows (row {row} and perhaps others) without a record in the table of graduates.",
    ),
    "DETAIL_RECORD": (
        "Tabulas „{table}” {row}. rindā ir cita ieraksta identifikators. Pārbaudiet, vai tabulas nav "
        "šķirotas katra par sevi.",
        "Row {row} of the table “{table}” carries another record's identifier. Check that the tables were "
        "not sorted apart.",
    ),
    "DETAIL_POSITION": (
        "Tabulā „{table}” šī ieraksta rindu kārtas numuri nav 1, 2, 3 …: rinda ir izlaista vai atkārtota.",
        "In the table “{table}” this record's rows are not numbered 1, 2, 3 …: a row is missing or repeated.",
    ),
}
