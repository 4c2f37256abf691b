"""Wording about the transcript (sekmju izraksts), the State examinations and the document itself."""

from __future__ import annotations

from typing import Final

RESULTS: Final[dict[str, tuple[str, str]]] = {
    "SUBJECTS_EMPTY": (
        "Sekmju izrakstā nav neviena mācību priekšmeta.",
        "The transcript has no subjects.",
    ),
    "SUBJECT_MISSING": (
        "Sekmju izrakstā trūkst obligātu mācību priekšmetu: {codes}.",
        "The transcript lacks obligatory subjects: {codes}.",
    ),
    "SUBJECT_DUP": (
        "Mācību priekšmets {code} sekmju izrakstā ir divreiz.",
        "The subject {code} is in the transcript twice.",
    ),
    "SUBJECT_UNKNOWN": (
        "Tāda mācību priekšmeta koda klasifikatorā nav.",
        "There is no such subject code in the reference list.",
    ),
    "SUBJECT_NAME": (
        "Priekšmeta nosaukums neatbilst kodam {code}: „{expected}”.",
        "The name of the subject does not fit the code {code}: “{expected}”.",
    ),
    "SUBJECT_NAME.language": (
        "Svešvalodas nosaukumā iekavās jānorāda valoda, piemēram, „{expected}”.",
        "The name of a foreign language gives the language in brackets, such as “{expected}”.",
    ),
    "SUBJECT_NAME.spelling": (
        "Priekšmeta nosaukums uzrakstīts citādi nekā klasifikatorā: „{expected}”.",
        "The name of the subject is spelt differently from the reference list: “{expected}”.",
    ),
    "SUBJECT_KIND": (
        "Šāds priekšmeta veids neatbilst izglītības programmai vai priekšmeta kodam.",
        "This kind of subject does not fit the programme or the subject code.",
    ),
    "SUBJECT_LEVEL": (
        "Apguves līmenis neatbilst: 9. klasē tā nav; vidusskolas padziļinātajam kursam ir augstākais, "
        "pamatkursam – cits.",
        "The level does not fit: grade 9 has none; an in-depth course has the highest level, a basic course "
        "another one.",
    ),
    "SUBJECT_LEVEL.missing": (
        "Vidusskolas kursam nav norādīts apguves līmenis.",
        "A secondary-school course needs a level.",
    ),
    "GRADE_RANGE": (
        "Vērtējumam jābūt no 1 līdz 10.",
        "The mark must be from 1 to 10.",
    ),
    "GRADE_CODE": (
        "Vērtējuma nav vai tas nav ne skaitlis no 1 līdz 10, ne pieļaujams apzīmējums (i, ni, a, nv).",
        "There is no mark, or it is neither a number from 1 to 10 nor an allowed code (i, ni, a, nv).",
    ),
    "GRADE_TEXT": (
        "Vērtējums vārdiem neatbilst vērtējumam: jābūt „{expected}”.",
        "The mark in words does not fit the mark: it must be “{expected}”.",
    ),
    "GRADE_TEXT.missing": (
        "Nav vērtējuma vārdiem.",
        "The mark in words is missing.",
    ),
    "GRADE_SCALE": (
        "Apzīmējumus S, T, A, P lieto tikai programmās izglītojamiem ar smagiem traucējumiem (veids 59), un "
        "tur visos priekšmetos.",
        "The codes S, T, A, P are used only in special programmes of kind 59, and there in every subject.",
    ),
    "GRADE_BELOW_MIN": (
        "Nepietiekamu vērtējumu ir vairāk, nekā pieļauj dokuments ({allowed}); izglītība nav iegūta.",
        "There are more insufficient marks than the document allows ({allowed}); the education is not completed.",
    ),
    "GRADE_NV": (
        "Priekšmetā nav vērtējuma; dokumentu izsniegt nevar.",
        "A subject has no assessment; the document cannot be issued.",
    ),
    "EXAM_MISSING": (
        "Trūkst obligāta pārbaudes darba: {codes}.",
        "A required examination is missing: {codes}.",
    ),
    "EXAM_MISSING.higher": (
        "Augstākajā līmenī nokārtoto eksāmenu skaits ir {found}; vajag vismaz {expected}.",
        "{found} examinations are passed at the highest level; at least {expected} are needed.",
    ),
    "EXAM_UNEXPECTED": (
        "Šajā programmā vai standartā pārbaudes darbu datu nav.",
        "This programme or curriculum has no examination data.",
    ),
    "EXAM_UNKNOWN": (
        "Tāda pārbaudes darba koda klasifikatorā nav.",
        "There is no such examination code in the reference list.",
    ),
    "EXAM_NAME": (
        "Pārbaudes darba nosaukums neatbilst kodam {code}: „{expected}”.",
        "The name of the examination does not fit the code {code}: “{expected}”.",
    ),
    "EXAM_NAME.spelling": (
        "Pārbaudes darba nosaukums uzrakstīts citādi nekā klasifikatorā: „{expected}”.",
        "The name of the examination is spelt differently from the reference list: “{expected}”.",
    ),
    "EXAM_KIND": (
        "Pārbaudes darba veids nav zināms vai neatbilst kodam un programmai.",
        "The kind of examination is not known or does not fit its code and the programme.",
    ),
    "EXAM_DUP": (
        "Tas pats pārbaudes darbs {code} ir norādīts divreiz.",
        "The same examination {code} is given twice.",
    ),
    "EXAM_LEVEL": (
        "Pārbaudes darba apguves līmenis nav pareizs vai ir zemāks par vajadzīgo.",
        "The level of the examination is wrong or lower than required.",
    ),
    "EXAM_COURSE": (
        "Eksāmenam augstākajā līmenī sekmju izrakstā jābūt padziļinātajam kursam ({courses}).",
        "An examination at the highest level needs the in-depth course in the transcript ({courses}).",
    ),
    "EXAM_DATE": (
        "Pārbaudes darba datums nav mācību gadā.",
        "The date of the examination is not in the school year.",
    ),
    "EXAM_DATE.late": (
        "Pārbaudes darbs ir pēc dokumenta izsniegšanas.",
        "The examination is later than the issue of the document.",
    ),
    "EXAM_PERCENT": (
        "Procentiem jābūt no 0 līdz 100 ar vienu zīmi aiz komata.",
        "The per cent must be from 0 to 100 with one decimal.",
    ),
    "EXAM_MARK": (
        "Kvalifikācijas eksāmenam (un tikai tam) ir vērtējums ballēs no 1 līdz 10.",
        "A qualification examination (and only it) has a mark from 1 to 10.",
    ),
    "EXAM_THRESHOLD": (
        "Rezultāts ir zem minimālā ({minimum}).",
        "The result is below the minimum ({minimum}).",
    ),
    "EXAM_STATUS": (
        "Statuss nav zināms vai neatbilst rezultātam (procenti ir tieši tad, ja darbs nokārtots vai nenokārtots).",
        "The status is not known or does not fit the result (there is a per cent exactly when passed or failed).",
    ),
    "EXAM_REPLACED": (
        "Starptautiskajam testam (un tikai tam) jānorāda testēšanas institūcija un CEFR līmenis.",
        "An international test (and only it) gives the testing institution and the CEFR level.",
    ),
    "CERT_MISSING": (
        "Nokārtotam centralizētajam eksāmenam trūkst sertifikāta numura.",
        "A passed centralised examination lacks its certificate number.",
    ),
    "CERT_UNEXPECTED": (
        "Sertifikāta numurs ir tikai nokārtotam centralizētajam eksāmenam.",
        "Only a passed centralised examination has a certificate number.",
    ),
    "CERT_DUP": (
        "Šāds sertifikāta numurs jau ir šajā sūtījumā ({line}. rinda).",
        "This certificate number is already in this batch (line {line}).",
    ),
    "NOT_ELIGIBLE": (
        "Izglītība nav iegūta, bet ierakstā ir dokuments, ko tad neizsniedz.",
        "The education is not completed, yet the record holds a document that is then not issued.",
    ),
    "REQUIRED.document": (
        "Ierakstā nav dokumenta, kas ar šādu rezultātu jāizsniedz.",
        "The record lacks the document that goes with this result.",
    ),
    "DOC_TYPE": (
        "Tāda dokumenta veida nav, vai to ar šādu rezultātu neizsniedz.",
        "There is no such document type, or it is not issued with this result.",
    ),
    "DOC_PROG": (
        "Dokumenta veids neatbilst programmai: jābūt {expected}.",
        "The document type does not fit the programme: it must be {expected}.",
    ),
    "DOC_NAME": (
        "Dokumenta nosaukumam jābūt tieši šādam: „{expected}”.",
        "The name of the document must be exactly this: “{expected}”.",
    ),
    "DOC_NUMBER_FORMAT": (
        "Sērijai jābūt ar diviem lielajiem burtiem, numuram – ar sešiem cipariem.",
        "The series must have two capital letters, the number six digits.",
    ),
    "DOC_NUMBER_FORMAT.zero": (
        "Numurā trūkst ciparu; izklājlapa, iespējams, nodzēsusi sākuma nulles. Ievadiet numuru kā tekstu.",
        "The number lacks digits; a spreadsheet may have dropped leading zeros. Enter the number as text.",
    ),
    "DOC_NUMBER_FORMAT.unexpected": (
        "Liecībai nav sērijas, numura un reģistrācijas numura.",
        "A school report has no series, number and registration number.",
    ),
    "DOC_SERIES": (
        "Sērija neatbilst dokumenta veidam: jābūt {expected}.",
        "The series does not fit the document type: it must be {expected}.",
    ),
    "DOC_NUMBER_DUP": (
        "Dokuments ar šādu sēriju un numuru jau ir šajā sūtījumā ({line}. rinda).",
        "A document with this series and number is already in this batch (line {line}).",
    ),
    "REQUIRED.registration": (
        "Nav dokumenta reģistrācijas numura.",
        "The registration number of the document is missing.",
    ),
    "REG_NO_DUP": (
        "Šāds reģistrācijas numurs šajā iestādē jau ir izmantots ({line}. rinda).",
        "This registration number is already used in this institution (line {line}).",
    ),
    "REPLACES_MISSING": (
        "Dublikātam vai labojumam jānorāda aizstātais dokuments (sērija, numurs, datums, iestāde, iemesls).",
        "A duplicate or correction must name the document it replaces (series, number, date, institution, reason).",
    ),
    "REPLACES_UNEXPECTED": (
        "Oriģināls neko neaizstāj.",
        "An original replaces nothing.",
    ),
    "REPLACES_ORDER": (
        "Aizstātā dokumenta datumam jābūt pēc izglītības ieguves un pirms šī dokumenta izsniegšanas.",
        "The replaced document must be dated after completion and before this document was issued.",
    ),
    "REPLACES_SELF": (
        "Dokuments nevar aizstāt pats sevi.",
        "A document cannot replace itself.",
    ),
    "REPLACES_ISSUER": (
        "Aizstāto dokumentu nav izsniegusi šī iestāde vai iestāde, kuras tiesību pārņēmēja tā ir.",
        "The replaced document comes neither from this institution nor from one that it succeeds.",
    ),
    "REPLACES_REASON": (
        "Iemesls neatbilst izsniegšanas veidam: dublikātu izsniedz par nozaudētu, nozagtu vai bojātu, "
        "labojumu – kļūdas dēļ.",
        "The reason does not fit: a duplicate is for a lost, stolen or damaged document, a correction for an error.",
    ),
}
