"""Names and words of our own in the trust list: what ETSI TS 119 602 leaves to the scheme.

A list of education issuers is not one of the types that the standard profiles (its annexes are about wallets and
identity), so type, service types and statuses are identifiers of this scheme. They are names, nothing is fetched.
"""

from __future__ import annotations

from typing import Final

BASE: Final = "https://atestats.test/lote"
LIST_TYPE: Final = f"{BASE}/type/education-issuers"
APPROACH: Final = f"{BASE}/status-determination/register-of-institutions"
RULES: Final = f"{BASE}/rules"
POLICY: Final = f"{BASE}/policy"
REGISTER: Final = f"{BASE}/institution"

# Service types: `<AWARD>ATE_VVI` is the right to award that document type, `<MANDATE>ATE_VVI` to seal it for others.
AWARD: Final = f"{BASE}/svctype/award/"
MANDATE: Final = f"{BASE}/svctype/mandate/"
KEY_TYPES: Final = {"seal": f"{BASE}/svctype/seal-key", "qr": f"{BASE}/svctype/qr-key"}

GRANTED: Final = f"{BASE}/svcstatus/granted"
WITHDRAWN: Final = f"{BASE}/svcstatus/withdrawn"
# State of a key in the bundle -> status of its service.
KEY_STATUSES: Final = {
    "active": GRANTED,
    "suspended": f"{BASE}/svcstatus/suspended",
    "retired": WITHDRAWN,
    "compromised": f"{BASE}/svcstatus/compromised",
}

# Members of our own in the extension arrays, one object each.
BODY: Final = "RegisteredBody"
UNTIL: Final = "GrantedUntil"
FOR: Final = "MandateFor"
KEY: Final = "Key"

KEEPS_HISTORY_FOR_EVER: Final = 65535  # HistoricalInformationPeriod, as in TS 119 612, 5.3.12

SCHEME_NAME: Final = {
    "lv": "LV: izglītības dokumentu izdevēju uzticamības saraksts",
    "en": "LV: list of trusted issuers of education documents",
}
KEY_NAMES: Final = {
    "seal": {"lv": "Iestādes zīmoga atslēga", "en": "Seal key of the institution"},
    "qr": {"lv": "Kvadrātkodu zīmoga atslēga", "en": "Key of QR seals"},
}
