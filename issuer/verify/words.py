"""What the checks say to people: one code, one text in Latvian and one in English. Codes are stable, texts may change.

Texts name rules and bodies, never persons. Places in braces are filled by `checks.say`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from issuer.verify.words_of_evidence import EVIDENCE_WORDS

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # format
    "FORMAT_EDC": (
        "Datne ir Eiropas digitālais mācīšanās apliecinājums (EDC) ar JAdES zīmogu.",
        "The file is a European Digital Credential (EDC) with a JAdES seal.",
    ),
    "FORMAT_QR": (
        "Kods ir izglītības dokumenta QR zīmogs (EC1).",
        "The code is an education document's QR seal (EC1).",
    ),
    "FORMAT_UNKNOWN": (
        "Tā nav ne apzīmogota dokumenta datne, ne QR koda teksts, ne attēls (PNG, JPEG, WebP).",
        "This is neither a sealed document, nor the text of a QR code, nor a picture (PNG, JPEG, WebP).",
    ),
    "FORMAT_SVG": (
        "SVG zīmējumus nelasa; dodiet QR koda PNG attēlu vai tā tekstu.",
        "SVG drawings are not read; give the PNG picture of the QR code, or its text.",
    ),
    "FORMAT_TOO_LARGE": ("Datne ir pārāk liela.", "The file is too large."),
    "QR_NOT_FOUND": (
        "Attēlā nav salasāma izglītības dokumenta QR koda.",
        "No readable QR code of an education document was found in the picture.",
    ),
    "QR_SEVERAL": (
        "Attēlā ir vairāku dokumentu QR kodi; dodiet attēlu ar vienu.",
        "The picture shows the QR codes of several documents; give a picture of one.",
    ),
    "EDC_NOT_OBJECT": ("Apzīmogotais saturs nav JSON objekts.", "The sealed content is not a JSON object."),
    "EDC_CONTEXT": (
        "Dokumenta @context nav Eiropas mācību modeļa konteksts.",
        "The document's @context is not that of the European Learning Model.",
    ),
    "EDC_TYPE": (
        "Dokuments nav Eiropas digitālais mācīšanās apliecinājums.",
        "The document is not a European Digital Credential.",
    ),
    "EDC_FIELD": (
        "Dokumentā trūkst obligāta lauka vai tas nav derīgs.",
        "A mandatory field is missing or not valid.",
    ),
    "EDC_SERIALISATION": (
        "Zīmoga pieraksts nav EDC profilā (vispārīgais JWS JSON ar vienu parakstu un tekstu kā saturu).",
        "The seal is not written as the EDC profile demands (general JWS JSON, one signature, a text as payload).",
    ),
    "EDC_HEADER": (
        "Zīmoga galvenē ir lauki, ko EDC profils nepieļauj, vai trūkst sertifikāta.",
        "The header of the seal has fields that the EDC profile does not allow, or no certificate.",
    ),
    "EDC_UNSIGNED": (
        "Zīmoga neparakstītajā daļā ir kas tāds, kā B-T, B-LT un B-LTA līmenī nav.",
        "The unsigned part of the seal holds something that levels B-T, B-LT and B-LTA do not have.",
    ),
    "EDC_SPELLING": (
        "Datnes pieraksts ir mainīts pēc apzīmogošanas (lielie burti \\u kodos).",
        "The spelling of the file was changed after sealing (capitals in \\u escapes).",
    ),
    "JADES_ALG": ("Paraksta algoritms nav atļauts.", "The signature algorithm is not allowed."),
    "JADES_CTY": ("Zīmoga galvenes lauks cty nav derīgs.", "The header field cty is not valid."),
    "JADES_TYP": ("Zīmoga galvenes lauks typ nav derīgs.", "The header field typ is not valid."),
    "JADES_CERTIFICATE_REFERENCE": (
        "Zīmogā nav tieši vienas norādes uz zīmoga sertifikātu.",
        "The seal does not refer to its certificate exactly once.",
    ),
    "JADES_TIME": (
        "Zīmogā nav tieši viena derīga zīmogošanas laika.",
        "The seal does not state exactly one valid sealing time.",
    ),
    "JADES_CRIT": (
        "Zīmoga obligāto galvenes lauku saraksts (crit) nav derīgs.",
        "The list of critical headers (crit) is not valid.",
    ),
    "JADES_B64": ("Zīmoga galvenes lauks b64 nav derīgs.", "The header field b64 is not valid."),
    "JADES_UNPROTECTED": (
        "Zīmoga neparakstītajā daļā ir kas cits nekā laika zīmogi un pārbaudes dati.",
        "The unsigned part of the seal holds something else than time stamps and validation data.",
    ),
    # seal
    "SEAL_INTACT": (
        "Saturs pēc apzīmogošanas nav mainīts.",
        "The content was not changed since it was sealed.",
    ),
    "SEAL_BROKEN": (
        "Zīmogs neatbilst saturam: dokuments ir mainīts vai viltots.",
        "The seal does not fit the content: the document was altered or forged.",
    ),
    "SEAL_CERTIFICATE_REFERENCE": (
        "Zīmogs norāda uz citu sertifikātu nekā klāt pievienotais.",
        "The seal refers to another certificate than the one that comes with it.",
    ),
    "SEAL_CERTIFICATE_UNREADABLE": (
        "Zīmoga sertifikāts nav nolasāms, tāpēc parakstu nevar pārbaudīt.",
        "The seal certificate cannot be read, so the signature cannot be checked.",
    ),
    "SEAL_NO_KEY": (
        "Parakstu nevar pārbaudīt: atslēga nav zināma.",
        "The signature cannot be checked: the key is not known.",
    ),
    # certificate, or the listed key of a QR seal
    "CERT_TRUSTED": (
        "Zīmoga sertifikātu izdevis uzticams izdevējs, un tas bija derīgs zīmogā norādītajā laikā ({time}).",
        "The seal certificate comes from a trusted issuer and was valid at the time claimed by the seal ({time}).",
    ),
    "KEY_TRUSTED": (
        "QR zīmoga atslēga ir operatora sarakstā un bija derīga kodā norādītajā laikā ({time}).",
        "The key of the QR seal is on the operator's list and was valid at the time claimed by the code ({time}).",
    ),
    "KEY_UNKNOWN": (
        "QR zīmoga atslēgas operatora sarakstā nav: kods ir viltots vai jaunāks par uzticamības datni.",
        "The key of the QR seal is not on the operator's list: the code is forged, or newer than the bundle.",
    ),
    "CERT_TRUSTED_THEN": (
        "Zīmoga sertifikātu izdevis uzticams izdevējs, un tas bija derīgs laika zīmoga pierādītajā laikā ({time}).",
        "The seal certificate comes from a trusted issuer and was valid at the time that its time stamp proves"
        " ({time}).",
    ),
    "CERT_NOT_YET_VALID": (
        "Zīmogošanas laikā sertifikāts vēl nebija derīgs.",
        "The certificate was not yet valid at the time of sealing.",
    ),
    "CERT_EXPIRED": (
        "Zīmogošanas laikā sertifikāts vairs nebija derīgs.",
        "The certificate was no longer valid at the time of sealing.",
    ),
    "CERT_CA_EXPIRED": (
        "Zīmogošanas laikā nebija derīgs sertifikāta izdevēja sertifikāts.",
        "The certificate of the certificate's issuer was not valid at the time of sealing.",
    ),
    "CERT_EXPIRED_SINCE": (
        "Sertifikāts kopš {time} vairs nav derīgs, un zīmogam nav laika zīmoga: nevar pierādīt, ka tas tapis agrāk.",
        "The certificate expired on {time} and the seal has no time stamp: that it is older cannot be proven.",
    ),
    "CERT_TIME_IN_FUTURE": (
        "Zīmogā norādītais laiks ({time}) vēl nav pienācis.",
        "The time claimed by the seal ({time}) lies in the future.",
    ),
    "CERT_RETIRED": (
        "Atslēga bija izņemta no lietošanas jau pirms zīmogošanas laika.",
        "The key had been taken out of use before the time of sealing.",
    ),
    "CERT_RETIRED_SINCE": (
        "Atslēga kopš {time} ir izņemta no lietošanas, bet zīmogam nav laika zīmoga: nevar pierādīt, ka tas ir senāks.",
        "The key was taken out of use on {time} and the seal has no time stamp: that it is older cannot be proven.",
    ),
    "CERT_ISSUER_NOT_GRANTED": (
        "Uzticamības sarakstā sertifikāta izdevējam tolaik (izdodot sertifikātu vai zīmogojot) nebija šādu tiesību.",
        "By the trusted list the certificate's issuer was not entitled then (when issuing it, or at the sealing).",
    ),
    "CERT_SHORT_RSA": (
        "RSA atslēga ir īsāka par 3000 bitiem; kopš 2029. gada ar tādām zīmogot nedrīkst.",
        "The RSA key is shorter than 3000 bits; such keys may not seal since 2029.",
    ),
    # authority
    "AUTHORITY_OWN": (
        "Iestādei {name} zīmogošanas laikā bija tiesības izdot šo dokumentu.",
        "{name} was entitled to issue this document when it was sealed.",
    ),
    "AUTHORITY_MANDATE": (
        "{sealer} apzīmogoja šo dokumentu iestādes {name} uzdevumā.",
        "{sealer} sealed this document on behalf of {name}.",
    ),
    "AUTHORITY_SUCCESSOR": (
        "{sealer} izdeva šo dokumentu kā slēgtās iestādes {name} tiesību pārņēmēja.",
        "{sealer} issued this document as the legal successor of the closed {name}.",
    ),
    "AUTHORITY_NOT_LISTED": (
        "Sertifikāts nav izglītības dokumentu izdevēju sarakstā.",
        "The certificate is not on the list of issuers of education documents.",
    ),
    "AUTHORITY_BUNDLE_OLDER": (
        "Izdevēja uzticamības datnē vēl nav: dokuments ir jaunāks par to ({time}).",
        "The issuer is not in the bundle yet: the document is newer than the bundle ({time}).",
    ),
    "AUTHORITY_IDENTIFIER": (
        "Dokumentā norādītais izdevējs nav zīmoga sertifikāta īpašnieks.",
        "The issuer that the document names is not the holder of the seal certificate.",
    ),
    "AUTHORITY_TYPE_MISSING": (
        "Dokumentā nav norādīts dokumenta veids, tāpēc tiesības to izdot nevar pārbaudīt.",
        "The document does not say of which type it is, so the right to issue it cannot be checked.",
    ),
    "AUTHORITY_TYPE_UNKNOWN": (
        "Dokumenta veids ({type}) uzticamības datnē nav zināms.",
        "The document type ({type}) is not known to the bundle.",
    ),
    "AUTHORITY_TYPE_NOT_IN_FORCE": (
        "Dokumenta izdošanas dienā šāda veida dokumentus neizdeva.",
        "Documents of this type were not issued on the day that the document bears.",
    ),
    "AUTHORITY_INSTITUTION_UNKNOWN": (
        "Izglītības iestāde, kas dokumentu piešķīrusi, uzticamības datnē nav zināma.",
        "The institution that awarded the document is not known to the bundle.",
    ),
    "AUTHORITY_INSTITUTIONS_DIFFER": (
        "Dokumentā norādītas vairākas piešķīrējas iestādes.",
        "The document names several awarding institutions.",
    ),
    "AUTHORITY_OTHER_INSTITUTION": (
        "{sealer} nedrīkst zīmogot iestādes {name} dokumentus.",
        "{sealer} may not seal documents of {name}.",
    ),
    "AUTHORITY_CLOSED": (
        "Iestāde {name} zīmogošanas laikā jau bija slēgta.",
        "{name} had been closed before the document was sealed.",
    ),
    "AUTHORITY_NO_RIGHT": (
        "Iestādei {name} šāda veida dokumentiem piešķiršanas dienā ({day}) nebija tiesību (akreditācijas).",
        "{name} had no right (accreditation) to award documents of this type on the day of award ({day}).",
    ),
    "AUTHORITY_DATE_MISSING": (
        "Dokumentā nav piešķiršanas dienas, tāpēc tiesības to izdot nevar pārbaudīt.",
        "The document has no day of award, so the right to issue it cannot be checked.",
    ),
    # validity
    "VALIDITY_CURRENT": ("Dokuments ir spēkā.", "The document is in its period of validity."),
    "VALIDITY_NOT_YET": ("Dokuments stājas spēkā tikai {time}.", "The document is valid only from {time}."),
    "VALIDITY_EXPIRED": ("Dokuments bija spēkā līdz {time}.", "The document was valid until {time}."),
    "VALIDITY_UNREADABLE": ("Dokumenta derīguma datumi nav nolasāmi.", "The validity dates cannot be read."),
    "NOT_REACHED": (
        "Nav pārbaudīts, jo dokumentu nevarēja nolasīt.",
        "Not checked, because the document could not be read.",
    ),
    **EVIDENCE_WORDS,
}

TEST_MARK: Final = (
    "TESTA atslēgas: dokumentam nav juridiska spēka.",
    "TEST keys: the document has no legal force.",
)
