"""How the stored lists beside this file were made: a small European Union of the year 2037, with keys thrown away.

    python tests/trust/eu/make.py

Writes `lotl.xml` (list of the lists), `lv.xml` (a national list with history), and the certificates that tests need.
Form: ETSI TS 119 612 v2, signed as enveloped XAdES by `signxml`. All names and keys are made up.
"""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree
from signxml import DigestAlgorithm, methods
from signxml.xades import XAdESSigner

HERE = Path(__file__).parent
# pyHanko asks whether an operator's certificate is valid today, so these are, for a long while.
FROM, TO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2070, 1, 1, tzinfo=dt.UTC)
ISSUED = dt.datetime(2033, 1, 1, tzinfo=dt.UTC)  # of the schools' certificates
SVC = "http://uri.etsi.org/TrstSvc"
FOR_SEALS = f"{SVC}/TrustedList/SvcInfoExt/ForeSeals"
FOR_SIGNATURES = f"{SVC}/TrustedList/SvcInfoExt/ForeSignatures"
GRANTED, WITHDRAWN = f"{SVC}/TrustedList/Svcstatus/granted", f"{SVC}/TrustedList/Svcstatus/withdrawn"
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


class Party:
    """A name, a key and a certificate; `by` issues it, None: itself."""

    def __init__(
        self,
        name: str,
        *usage: str,
        by: Party | None = None,
        ca: bool = False,
        tsa: bool = False,
        start: dt.datetime = FROM,
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "LV"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TEST {name}"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"TEST {name}"),
            ]
        )
        issuer = by or self
        builder = (
            x509.CertificateBuilder(issuer.name, self.name, self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(TO)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.KeyUsage(**{each: each in usage for each in USAGES}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        )
        if tsa:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        self.certificate = builder.sign(issuer.key, hashes.SHA256())

    @property
    def base64(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    def write(self, name: str) -> None:
        (HERE / name).write_bytes(self.certificate.public_bytes(Encoding.PEM))


def names(tag: str, text: str) -> str:
    return f'<{tag}><Name xml:lang="en">{text}</Name></{tag}>'


def uris(tag: str, uri: str) -> str:
    return f'<{tag}><URI xml:lang="en">{uri}</URI></{tag}>'


def address(tag: str) -> str:
    postal = (
        "<StreetAddress>Parauga iela 1</StreetAddress><Locality>Rīga</Locality><CountryName>LV</CountryName>"
    )
    return (
        f'<{tag}><PostalAddresses><PostalAddress xml:lang="en">{postal}</PostalAddress></PostalAddresses>'
        f'<ElectronicAddress><URI xml:lang="en">https://example.org</URI></ElectronicAddress></{tag}>'
    )


def identity(party: Party) -> str:
    return (
        "<ServiceDigitalIdentity><DigitalId><X509Certificate>"
        f"{party.base64}</X509Certificate></DigitalId></ServiceDigitalIdentity>"
    )


def statement(kind: str, party: Party, status: str, since: str, purpose: str | None) -> str:
    extension = (
        '<ServiceInformationExtensions><Extension Critical="true"><AdditionalServiceInformation>'
        f'<URI xml:lang="en">{purpose}</URI></AdditionalServiceInformation></Extension>'
        "</ServiceInformationExtensions>"
        if purpose
        else ""
    )
    name = names("ServiceName", party.certificate.subject.rfc4514_string())
    return (
        f"<ServiceTypeIdentifier>{SVC}/Svctype/{kind}</ServiceTypeIdentifier>{name}{identity(party)}"
        f"<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{since}T00:00:00Z</StatusStartingTime>{extension}"
    )


def service(kind: str, party: Party, *statuses: tuple[str, str], purpose: str | None = None) -> str:
    """The newest status first, as in the standard."""
    current, *earlier = statuses
    past = "".join(
        f"<ServiceHistoryInstance>{statement(kind, party, *each, purpose)}</ServiceHistoryInstance>"
        for each in earlier
    )
    history = f"<ServiceHistory>{past}</ServiceHistory>" if past else ""
    return (
        f"<TSPService><ServiceInformation>{statement(kind, party, *current, purpose)}</ServiceInformation>"
        f"{history}</TSPService>"
    )


def trusted_list(kind: str, territory: str, pointers: str, providers: str) -> str:
    return (
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list" '
        'TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation>'
        "<TSLVersionIdentifier>6</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>"
        f"<TSLType>{SVC}/TrustedList/TSLType/{kind}</TSLType>"
        f"{names('SchemeOperatorName', 'TEST operator')}{address('SchemeOperatorAddress')}"
        f"{names('SchemeName', f'{territory}:TEST list')}{uris('SchemeInformationURI', 'https://example.org/info')}"
        f"<StatusDeterminationApproach>{SVC}/TrustedList/StatusDetn/EUappropriate</StatusDeterminationApproach>"
        f"{uris('SchemeTypeCommunityRules', f'{SVC}/TrustedList/schemerules/EUcommon')}"
        f"<SchemeTerritory>{territory}</SchemeTerritory>"
        '<PolicyOrLegalNotice><TSLLegalNotice xml:lang="en">TEST</TSLLegalNotice></PolicyOrLegalNotice>'
        "<HistoricalInformationPeriod>65535</HistoricalInformationPeriod>"
        f"{pointers}<ListIssueDateTime>2037-06-01T00:00:00Z</ListIssueDateTime>"
        "<NextUpdate><dateTime>2037-12-01T00:00:00Z</dateTime></NextUpdate>"
        f"</SchemeInformation>{providers}</TrustServiceStatusList>"
    )


def pointer(operator: Party) -> str:
    return (
        "<PointersToOtherTSL><OtherTSLPointer><ServiceDigitalIdentities>"
        f"{identity(operator)}</ServiceDigitalIdentities><TSLLocation>https://example.org/lv.xml</TSLLocation>"
        "<AdditionalInformation>"
        f"<OtherInformation><TSLType>{SVC}/TrustedList/TSLType/EUgeneric</TSLType></OtherInformation>"
        "<OtherInformation><SchemeTerritory>LV</SchemeTerritory></OtherInformation>"
        '<OtherInformation><ns:MimeType xmlns:ns="http://uri.etsi.org/02231/v2/additionaltypes#">'
        "application/vnd.etsi.tsl+xml</ns:MimeType></OtherInformation>"
        "</AdditionalInformation></OtherTSLPointer></PointersToOtherTSL>"
    )


def provider(services: str) -> str:
    return (
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation>"
        f"{names('TSPName', 'TEST provider')}{address('TSPAddress')}"
        f"{uris('TSPInformationURI', 'https://example.org/tsp')}</TSPInformation>"
        f"<TSPServices>{services}</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
    )


def signed(text: str, by: Party) -> bytes:
    signer = XAdESSigner(
        method=methods.enveloped,
        signature_algorithm="ecdsa-sha256",
        digest_algorithm=DigestAlgorithm.SHA256,
    )
    pem = by.certificate.public_bytes(Encoding.PEM).decode()
    root = signer.sign(etree.fromstring(text.encode()), key=by.key, cert=pem)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def main() -> None:
    lotl_operator = Party("list of the lists", "digital_signature")
    lv_operator = Party("LV scheme operator", "digital_signature")
    signs = ("key_cert_sign", "crl_sign")
    seal_ca, former_ca, person_ca, tsa_ca = (
        Party(name, *signs, ca=True)
        for name in ("seal CA", "former seal CA", "signature CA", "time stamp CA")
    )
    unit = Party("time stamp unit", "digital_signature", by=tsa_ca, tsa=True)
    services = (
        service("CA/QC", seal_ca, (GRANTED, "2030-01-01"), purpose=FOR_SEALS)
        + service("CA/QC", former_ca, (WITHDRAWN, "2036-03-01"), (GRANTED, "2031-01-01"), purpose=FOR_SEALS)
        + service("CA/QC", person_ca, (GRANTED, "2030-01-01"), purpose=FOR_SIGNATURES)
        + service("TSA/QTST", unit, (GRANTED, "2032-01-01"))
    )
    (HERE / "lv.xml").write_bytes(
        signed(trusted_list("EUgeneric", "LV", "", provider(services)), lv_operator)
    )
    (HERE / "lotl.xml").write_bytes(
        signed(trusted_list("EUlistofthelists", "EU", pointer(lv_operator), ""), lotl_operator)
    )
    lotl_operator.write("lotl-operator.crt")
    for name, ca in (("seal", seal_ca), ("former", former_ca), ("person", person_ca)):
        Party(f"{name} school", "content_commitment", by=ca, start=ISSUED).write(f"{name}-school.crt")
    unit.write("time-stamp-unit.crt")


if __name__ == "__main__":
    main()
