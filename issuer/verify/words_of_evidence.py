"""What the checks of time, revocation, status and log say to people; see `words`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVIDENCE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # time
    "TIME_PROVEN": (
        "Laika zīmogs pierāda, ka dokuments bija apzīmogots {time} ({level}).",
        "A time stamp proves that the document was sealed by {time} ({level}).",
    ),
    "TIME_ARCHIVED": (
        "Laika zīmogs pierāda, ka dokuments bija apzīmogots {time}; pierādījumus kopš {archived} sargā arhīva laika "
        "zīmogs ({level}).",
        "A time stamp proves that the document was sealed by {time}; an archive time stamp protects the evidence since "
        "{archived} ({level}).",
    ),
    "TIME_ARCHIVE_OPEN": (
        "Laika zīmogs pierāda, ka dokuments bija apzīmogots {time}; uz tā arhīva laika zīmogu paļauties nevar "
        "({level}).",
        "A time stamp proves that the document was sealed by {time}; its archive time stamp cannot be relied on "
        "({level}).",
    ),
    "TIME_NOT_PROVEN": (
        "UZMANĪBU: zīmogošanas laiks ({time}) ir tikai paša zīmoga apgalvojums; laika zīmoga nav.",
        "NOTE: the time of sealing ({time}) is only the seal's own claim; there is no time stamp.",
    ),
    "TIME_OF_CODE": (
        "QR kodā laika zīmoga nav: laiks ({time}) ir paša koda apgalvojums. Laika zīmogs ir apzīmogotajā datnē.",
        "A QR code has no time stamp: its time ({time}) is its own claim. The sealed file has a time stamp.",
    ),
    "TIME_CLAIM_OLD": (
        "Datne apgalvo, ka apzīmogota {time}, bet laika zīmoga nav: tik senu laiku tikai zīmogotāja vārds nepierāda.",
        "The file says that it was sealed {time}, but has no time stamp: the sealer's word alone proves no time that "
        "long ago.",
    ),
    "TIME_CLAIM_EARLIER": (
        "Datne apgalvo, ka apzīmogota {claimed}, bet pierādīts ir tikai {time}: kāpēc tik vēlu, jājautā izdevējam.",
        "The file says that it was sealed {claimed}, but only {time} is proven: ask the issuer why so late.",
    ),
    "TIME_LEVEL_TOO_LOW": (
        "Stingrai pārbaudei zīmoga pierādījumi ir par vājiem ({level}): vajadzīgs laika zīmogs.",
        "The evidence of the seal is too weak for the strict policy ({level}): a time stamp is needed.",
    ),
    "TIME_STAMP_BROKEN": (
        "Laika zīmogs neatbilst datnei vai ir bojāts ({reason}): datne ir mainīta vai viltota.",
        "A time stamp does not fit the file or is broken ({reason}): the file was altered or forged.",
    ),
    "TIME_RECORD_FALSE": (
        "Pierādījumu ieraksts neatbilst šai datnei vai ir bojāts ({reason}).",
        "The evidence record does not fit this file or is broken ({reason}).",
    ),
    "TIME_ORDER": (
        "Arhīva laika zīmogs ir vecāks par to, ko tas aptver: pierādījumi ir pretrunīgi.",
        "An archive time stamp is older than what it covers: the evidence contradicts itself.",
    ),
    "TIME_CLAIMED_LATER": (
        "Zīmogs apgalvo vēlāku laiku ({claimed}) nekā tā laika zīmogs: pierādījumi ir pretrunīgi.",
        "The seal claims a later time ({claimed}) than its time stamp: the evidence contradicts itself.",
    ),
    "TIME_STAMP_IN_FUTURE": (
        "Laika zīmoga laiks vēl nav pienācis.",
        "The time of a time stamp lies in the future.",
    ),
    "TIME_AFTER_EXPIRY": (
        "Laika zīmogs ({time}) ir jaunāks par sertifikāta derīguma beigām: nekas nepierāda, ka zīmogs tapis agrāk.",
        "The time stamp ({time}) is younger than the end of the certificate: nothing proves that the seal is older.",
    ),
    "TIME_TSA_UNTRUSTED": (
        "Laika zīmogu izdevis dienests, kura uzticamības datnē nav: laiks nav pierādīts.",
        "The time stamp comes from an authority that the bundle does not know: the time is not proven.",
    ),
    "TIME_TSA_NOT_VALID": (
        "Laika zīmoga dienesta sertifikāts laika zīmoga brīdī nebija derīgs: laiks nav pierādīts.",
        "The certificate of the time-stamping authority was not valid when it stamped: the time is not proven.",
    ),
    "TIME_TSA_EXPIRED": (
        "Laika zīmoga dienesta sertifikāta termiņš ir beidzies, un arhīva laika zīmogs nav atjaunots: laiks vairs nav "
        "pierādīts.",
        "The certificate of the time-stamping authority has expired and the archive time stamp was not renewed: "
        "the time "
        "is no longer proven.",
    ),
    "TIME_TSA_REVOKED": (
        "Laika zīmoga dienesta sertifikāts ir atsaukts: laiks nav pierādīts.",
        "The certificate of the time-stamping authority was revoked: the time is not proven.",
    ),
    "TIME_TSA_WEAK": (
        "Laika zīmoga dienesta RSA atslēga ir īsāka par 3000 bitiem: kopš 2029. gada tā neko vairs nepierāda.",
        "The RSA key of the time-stamping authority is shorter than 3000 bits: it proves nothing since 2029.",
    ),
    # revocation
    "REVOCATION_GOOD": (
        "Sertifikāti ({count}) nebija atsaukti; datnē ir to izdevēju apliecinājumi (vecākais: {time}).",
        "The certificates ({count}) were not revoked; their issuers' statements are in the file (the oldest of "
        "{time}).",
    ),
    "REVOCATION_NO_DATA": (
        "Datnē nav datu par sertifikātu atsaukšanu; operatora sarakstā atslēga ir derīga.",
        "The file has no revocation data; on the operator's list the key is good.",
    ),
    "REVOCATION_NOTHING_KNOWN": (
        "Par sertifikāta atsaukšanu nekas nav zināms: datu nav ne datnē, ne operatora sarakstā.",
        "Nothing is known about revocation: there is no data in the file, nor is the key on the operator's list.",
    ),
    "REVOCATION_INCOMPLETE": (
        "Datnē trūkst laikus dotu apliecinājumu, ka šie sertifikāti nebija atsaukti: {names}.",
        "The file lacks timely statements that these certificates were not revoked: {names}.",
    ),
    "CERT_ON_HOLD": (
        "Sertifikāts zīmogošanas laikā bija apturēts ({time}); jautājiet operatoram.",
        "The certificate was on hold at the time of sealing ({time}); ask the operator.",
    ),
    "CERT_REVOKED": (
        "Sertifikāts ir atsaukts ({time}), un nekas nepierāda, ka zīmogs tapis agrāk.",
        "The certificate was revoked ({time}) and nothing proves that the seal is older.",
    ),
    "CERT_REVOKED_BEFORE": (
        "Sertifikāts bija atsaukts ({time}), pirms dokuments tika apzīmogots ({sealed}).",
        "The certificate had been revoked ({time}) before the document was sealed ({sealed}).",
    ),
    "CERT_COMPROMISED": (
        "Atslēga ir atzīta par kompromitētu ({time}); ar to zīmogotais jāpārbauda reģistrā.",
        "The key is reported compromised ({time}); what it sealed must be checked in the register.",
    ),
    "KEY_COMPROMISED_BEFORE": (
        "Atslēga bija kompromitēta jau kopš {time}, bet zīmogs pierādīts tikai kopš {sealed}: dokuments nav ticams.",
        "The key was compromised since {time}, and the seal is proven only since {sealed}: the document is not "
        "credible.",
    ),
    "KEY_COMPROMISED_LATER": (
        "Atslēga ir kompromitēta kopš {time}, bet laika zīmogs pierāda, ka zīmogs ir vecāks ({sealed}).",
        "The key is compromised since {time}, but a time stamp proves that the seal is older ({sealed}).",
    ),
    "KEY_SUSPENDED": (
        "Atslēgas darbība zīmogošanas laikā bija apturēta; jautājiet operatoram.",
        "The key was suspended at the time of sealing; ask the operator.",
    ),
    # status
    "STATUS_VALID": (
        "Dokuments nav anulēts, apturēts vai aizstāts (saraksts Nr. {list}, {time}).",
        "The document was not annulled, suspended or replaced (list No {list} of {time}).",
    ),
    "STATUS_REVOKED": (
        "Dokuments ir ANULĒTS (saraksts Nr. {list}, {time}).",
        "The document has been ANNULLED (list No {list} of {time}).",
    ),
    "STATUS_SUSPENDED": (
        "Dokumenta darbība ir apturēta (saraksts Nr. {list}, {time}); jautājiet izdevējam.",
        "The document is suspended (list No {list} of {time}); ask its issuer.",
    ),
    "STATUS_REPLACED": (
        "Dokumenta vietā ir izdots labots dokuments (saraksts Nr. {list}, {time}); lūdziet to.",
        "A corrected document was issued in place of this one (list No {list} of {time}); ask for that one.",
    ),
    "STATUS_STALE": (
        "Statusa saraksts ({time}) ir novecojis: nav zināms, vai dokuments kopš tā laika nav anulēts vai aizstāts.",
        "The status list ({time}) is out of date: whether the document was annulled or replaced since then is "
        "not known.",
    ),
    "STATUS_LIST_MISSING": (
        "Dokumenta statusa saraksta (Nr. {list}) uzticamības datnē nav: statuss nav zināms.",
        "The document's status list (No {list}) is not in the bundle: the status is unknown.",
    ),
    "STATUS_LIST_NOT_SIGNED": (
        "Statusa sarakstu (Nr. {list}) nav parakstījis operators: statuss nav zināms.",
        "The status list (No {list}) is not signed by the operator: the status is unknown.",
    ),
    "STATUS_LIST_MALFORMED": (
        "Statusa saraksts (Nr. {list}) nav nolasāms: statuss nav zināms.",
        "The status list (No {list}) cannot be read: the status is unknown.",
    ),
    "STATUS_LIST_EXPIRED": (
        "Statusa saraksta (Nr. {list}) termiņš ir beidzies: statuss nav zināms.",
        "The status list (No {list}) has expired: the status is unknown.",
    ),
    "STATUS_LIST_FUTURE": (
        "Statusa saraksts (Nr. {list}) ir jaunāks par pārbaudes laiku: statuss tobrīd nav zināms.",
        "The status list (No {list}) is younger than the time of the question: the status then is not known.",
    ),
    "STATUS_OUT_OF_RANGE": (
        "Sarakstā (Nr. {list}) šāda dokumenta vietas nav: statuss nav zināms.",
        "The list (No {list}) has no place for such a document: the status is unknown.",
    ),
    "STATUS_NOT_LISTED": (
        "Dokuments nav nevienā statusa sarakstā: nav pārbaudīts, vai tas nav anulēts vai aizstāts.",
        "The document is in no status list: not checked whether it was annulled or replaced.",
    ),
    "STATUS_UNAVAILABLE": (
        "Dokumenta statusa ieraksts norāda uz sarakstu, ko šī programma nelasa: statuss nav zināms.",
        "The status entry of the document points to a list that this program does not read: the status is unknown.",
    ),
    # log
    "LOG_INCLUDED": (
        "Dokumenta izsniegšana ir ierakstīta izdoto dokumentu žurnālā ({time}); žurnāla stāvoklis pierādīts "
        "{checkpoint}.",
        "The issue of the document is in the log of issued documents ({time}); the log's head is proven by "
        "{checkpoint}.",
    ),
    "LOG_TIME_UNPROVEN": (
        "Dokumenta izsniegšana ir ierakstīta izdoto dokumentu žurnālā ({time}); laika zīmoga žurnāla stāvoklim nav.",
        "The issue of the document is in the log of issued documents ({time}); the log's head has no time stamp.",
    ),
    "LOG_NO_PROOF": (
        "Nav dots pierādījums, ka dokuments ir izdoto dokumentu žurnālā.",
        "No proof was given that the document is in the log of issued documents.",
    ),
    "LOG_OF_CODE": (
        "QR kodiem žurnāla pierādījuma nav; tas ir apzīmogotajai datnei.",
        "QR codes have no proof from the log; the sealed file has one.",
    ),
    "LOG_NOT_KNOWN": (
        "Uzticamības datnē žurnāla nav: pierādījumu nevar pārbaudīt.",
        "The bundle holds no log: the proof cannot be checked.",
    ),
    "LOG_OTHER": (
        "Pierādījums ir no cita žurnāla, nekā ir uzticamības datnē.",
        "The proof is from another log than the one in the bundle.",
    ),
    "LOG_LATE": (
        "Žurnālā dokuments ierakstīts ({time}) daudz vēlāk par zīmogā norādīto laiku ({claimed}).",
        "The document was written into the log ({time}) long after the time that the seal claims ({claimed}).",
    ),
    "LOG_BEFORE_SEAL": (
        "Žurnāla stāvoklis ir vecāks par zīmogu: pierādījumi ir pretrunīgi.",
        "The log's head is older than the seal: the evidence contradicts itself.",
    ),
    "LOG_PROOF_FORM": ("Žurnāla pierādījums nav nolasāms.", "The proof of the log cannot be read."),
    "LOG_OTHER_DOCUMENT": (
        "Žurnāla pierādījums ir par citu dokumentu vai citu atslēgu.",
        "The proof of the log is of another document or another key.",
    ),
    "LOG_NOT_ISSUED": (
        "Žurnāla pierādījums nav par dokumenta izsniegšanu.",
        "The proof of the log is not of the document's issue.",
    ),
    "LOG_PATH": (
        "Žurnāla pierādījums neved līdz žurnāla stāvoklim: dokumenta tajā nav.",
        "The proof does not lead to the log's head: the document is not in it.",
    ),
    "LOG_CHECKPOINT": (
        "Žurnāla stāvokli nav parakstījis žurnāla uzturētājs.",
        "The log's head is not signed by the log.",
    ),
    "LOG_FORK": (
        "Žurnāla stāvoklis atšķiras no publicētā: žurnālam ir divas versijas.",
        "The log's head differs from the published one: there are two versions of the log.",
    ),
    "LOG_TIMESTAMP": (
        "Žurnāla stāvokļa laika zīmogs neatbilst tam vai ir bojāts.",
        "The time stamp of the log's head does not fit it or is broken.",
    ),
}
