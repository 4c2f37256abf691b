"""Invented page contents of the year 2037 for the tests of this room."""

from __future__ import annotations

import copy
from typing import Any

from issuer.catalogue.page_content import Bilingual, PageContent

SUBJECTS = [
    ("Latviešu valoda I", "Latvian language I", "optimālais", "optimal", "8", "ļoti labi", "very good"),
    ("Literatūra I", "Literature I", "optimālais", "optimal", "9", "teicami", "excellent"),
    ("Angļu valoda I (B2)", "English I (B2)", "optimālais", "optimal", "10", "izcili", "with distinction"),
    ("Otrā svešvaloda (franču, B1)", "Second foreign language (French, B1)", "vispārīgais", "general",
     "7", "labi", "good"),
    ("Vēsture un sociālās zinātnes I", "History and social sciences I", "optimālais", "optimal",
     "6", "gandrīz labi", "almost good"),
    ("Kultūra un māksla I", "Culture and arts I", "optimālais", "optimal", "9", "teicami", "excellent"),
    ("Matemātika I", "Mathematics I", "optimālais", "optimal", "4", "gandrīz viduvēji", "almost satisfactory"),
    ("Datorika", "Computing", "optimālais", "optimal", "8", "ļoti labi", "very good"),
    ("Dizains un tehnoloģijas I", "Design and technology I", "vispārīgais", "general", "7", "labi", "good"),
    ("Sports un veselība I", "Sports and health I", "optimālais", "optimal", "a", "atbrīvots", "exempt"),
    ("Valsts aizsardzības mācība", "National defence studies", "optimālais", "optimal", "i", "ieskaitīts", "passed"),
]  # fmt: skip


def both(lv: str, en: str = "") -> Bilingual:
    return {"lv": lv, "en": en}


def certificate(**changes: Any) -> PageContent:
    page: PageContent = {
        "key": "VE-100001",
        "layout": "certificate",
        "heading": both("LATVIJAS REPUBLIKA", "REPUBLIC OF LATVIA"),
        "title": both("Atestāts par vispārējo vidējo izglītību", "Certificate of General Secondary Education"),
        "mark": None,
        "series_number": "VE 100001",
        "registration_number": "12-2037/001",
        "holder": {
            "given_names": "Ķersta Ņina",
            "family_name": "Ģēģere-Šķēle",
            "original_name": "",
            "birth_date": both("2018. gada 3. aprīlis", "3 April 2018"),
            "personal_code": "030418-29076",
        },
        "statement": [both("iegūta vispārējā vidējā izglītība", "has acquired general secondary education")],
        "institution": {
            "name": both("Rīgas Čiekurkroga vidusskola"),
            "registration_number": "9931900001",
            "place": both("Rīga", "Riga"),
        },
        "programme": {
            "name": both("Vispārējās vidējās izglītības programma", "General secondary education programme"),
            "code": "31016011",
        },
        "qualification": None,
        "levels": {"lqf": "4", "eqf": "4"},
        "completion_date": both("2037. gada 29. jūnijs", "29 June 2037"),
        "issue_date": both("2037. gada 1. jūlijs", "1 July 2037"),
        "issue_place": both("Rīga", "Riga"),
        "director": {"position": both("direktore", "director"), "name": "Zane Ērgle"},
        "facts": [],
        "entitlement": both(
            "Dokuments dod tiesības turpināt izglītību augstākās izglītības pakāpē.",
            "The document entitles its holder to continue in higher education.",
        ),
        "tables": [],
        "glossary": [],
        "notes": [],
        "legal_basis": both(
            "Izsniegts saskaņā ar Vispārējās izglītības likumu un Ministru kabineta 2023. gada 6. jūnija "
            "noteikumiem Nr. 274.",
            "Issued under the General Education Law and Cabinet Regulation No 274 of 6 June 2023.",
        ),
        "sealing_note": both(
            "Elektroniski apzīmogojis: Rīgas Čiekurkroga vidusskola.",
            "Sealed electronically by Rīgas Čiekurkroga vidusskola.",
        ),
        "proof_note": both(
            "Šis attēls rāda dokumenta saturu. Pierādījums ir iestādes elektroniskais zīmogs dokumenta datnē. "
            "TESTA zīmogs: dokumentam nav juridiska spēka.",
            "This picture shows what the document says. The proof is the institution's electronic seal in the "
            "document's file. TEST seal: the document has no legal force. The English text is a courtesy translation.",
        ),
    }  # fmt: skip
    page = copy.deepcopy(page)
    page.update(changes)  # type: ignore[typeddict-item]
    return page


def transcript(subjects: int = 18, exams: int = 4, **changes: Any) -> PageContent:
    rows = []
    for number in range(subjects):
        lv, en, level_lv, _, grade, word_lv, _ = SUBJECTS[number % len(SUBJECTS)]
        again = "" if number < len(SUBJECTS) else "I"
        rows.append([both(lv + again, en + again), both(level_lv), both(grade), both(word_lv)])
    exam_rows = [
        [
            both("Latviešu valoda", "Latvian language"),
            both("optimālais"),
            both(f"{11 + number}.05.2037."),
            both(f"{56 + number},8 %"),
            both("nokārtots"),
        ]
        for number in range(exams)
    ]
    tables = [
        {
            "title": both("Mācību priekšmeti un kursi", "Subjects and courses"),
            "columns": [
                {"label": both("Mācību priekšmets", "Subject"), "align": "left"},
                {"label": both("Apguves līmenis", "Level"), "align": "left"},
                {"label": both("Vērtējums", "Mark"), "align": "center"},
                {"label": both("Vērtējums vārdiem", "Mark in words"), "align": "left"},
            ],
            "rows": rows,
        },
        {
            "title": both("Valsts pārbaudes darbi", "State examinations"),
            "columns": [
                {"label": both("Eksāmens", "Examination"), "align": "left"},
                {"label": both("Līmenis", "Level"), "align": "left"},
                {"label": both("Datums", "Date"), "align": "left"},
                {"label": both("Rezultāts", "Result"), "align": "right"},
                {"label": both("Statuss", "Status"), "align": "left"},
            ],
            "rows": exam_rows,
        },
    ]
    defaults: dict[str, Any] = {
        "key": "VE-100001-SEK",
        "layout": "transcript",
        "title": both("Sekmju izraksts", "Transcript of records"),
        "statement": [both("Atestāts par vispārējo vidējo izglītību VE 100001",
                           "Certificate of General Secondary Education VE 100001")],
        "entitlement": None,
        "tables": tables,
        "glossary": [both("optimālais", "optimal"), both("ļoti labi", "very good"), both("nokārtots", "pass")],
        "notes": [both("Vērtējums 10 ballu skalā; zemākais sekmīgais vērtējums ir 4 balles.",
                       "Marks on a ten-point scale; the lowest pass mark is 4.")],
    }  # fmt: skip
    return certificate(**{**defaults, **changes})
