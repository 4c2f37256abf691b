package lv.atestats.judge;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import eu.europa.esig.dss.jaxb.object.Message;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * Validates sealed files with the EU's reference library, offline, with the given trust anchors only.
 *
 * <p>Argument: a folder of trust anchors (*.crt, PEM or DER) and of revocation data that stands in for the network (*.crl,
 * *.ocsp, DER), without which no seal below B-LT can pass. Standard input: one question per line,
 * {@code FILE [TAB TIME [TAB EVIDENCE_RECORD]]}; TIME is RFC 3339 or empty for now. Standard output: one JSON object
 * per question, in order:
 * {@code {"file","signatures":[{"format","indication","subIndication","errors","warnings","structure","timestamps"}],
 * "evidenceRecords":[…],"refused":null|"why"}}.
 */
public final class Judge {

    private static final int MAX_TEXT = 300;

    private final CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();

    private final ExternalResourcesCRLSource crls;
    private final ExternalResourcesOCSPSource answers;

    private Judge(Path folder) throws Exception {
        for (DSSDocument file : filesIn(folder, ".crt")) {
            anchors.addCertificate(DSSUtils.loadCertificate(file.openStream()));
        }
        crls = new ExternalResourcesCRLSource(filesIn(folder, ".crl"));
        answers = new ExternalResourcesOCSPSource(filesIn(folder, ".ocsp"));
    }

    private static DSSDocument[] filesIn(Path folder, String suffix) throws Exception {
        try (var files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(suffix)).sorted()
                .map(each -> new FileDocument(each.toFile())).toArray(DSSDocument[]::new);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Judge judge = new Judge(Path.of(arguments[0]));
        try (var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line; (line = questions.readLine()) != null;) {
                System.out.println(judge.answer(line.split("\t")));
                System.out.flush();
            }
        }
    }

    private String answer(String[] question) {
        Json json = new Json().field("file", question[0]);
        try {
            Reports reports = validate(question);
            SimpleReport simple = reports.getSimpleReport();
            DiagnosticData data = reports.getDiagnosticData();
            List<String> signatures = new ArrayList<>();
            for (String id : simple.getSignatureIdList()) {
                signatures.add(signature(id, simple, data));
            }
            List<String> records = new ArrayList<>();
            for (var record : data.getEvidenceRecords()) { // also those that belong to a signature
                String id = record.getId();
                records.add(new Json()
                    .field("indication", simple.getIndication(id))
                    .field("subIndication", simple.getSubIndication(id))
                    .texts("errors", simple.getAdESValidationErrors(id))
                    .texts("warnings", simple.getAdESValidationWarnings(id))
                    .toString());
            }
            return json.array("signatures", signatures).array("evidenceRecords", records).field("refused", null).toString();
        } catch (Exception | StackOverflowError error) {
            String why = error.getClass().getSimpleName() + ": " + error.getMessage();
            return json.array("signatures", List.of()).array("evidenceRecords", List.of())
                .field("refused", why.substring(0, Math.min(why.length(), MAX_TEXT))).toString();
        }
    }

    private Reports validate(String[] question) {
        DSSDocument document = new FileDocument(new File(question[0]));
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(document);
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        verifier.setCrlSource(crls);
        verifier.setOcspSource(answers);
        validator.setCertificateVerifier(verifier);
        if (question.length > 1 && !question[1].isEmpty()) {
            validator.setValidationTime(Date.from(Instant.parse(question[1])));
        }
        if (question.length > 2) {
            validator.setDetachedEvidenceRecordDocuments(List.of(new FileDocument(new File(question[2]))));
        }
        return validator.validateDocument();
    }

    private static String signature(String id, SimpleReport simple, DiagnosticData data) {
        var diagnosed = data.getSignatureById(id);
        List<String> stamps = new ArrayList<>();
        for (var stamp : diagnosed.getTimestampList()) {
            stamps.add(new Json()
                .field("type", stamp.getType())
                .field("time", stamp.getProductionTime().toInstant())
                .field("imprintIntact", stamp.isMessageImprintDataIntact())
                .field("signatureIntact", stamp.isSignatureIntact())
                .toString());
        }
        return new Json()
            .field("format", simple.getSignatureFormat(id))
            .field("indication", simple.getIndication(id))
            .field("subIndication", simple.getSubIndication(id))
            .field("signatureValid", diagnosed.isSignatureValid())
            .field("bestSignatureTime", simple.getBestSignatureTime(id).toInstant())
            .texts("errors", simple.getAdESValidationErrors(id))
            .texts("warnings", simple.getAdESValidationWarnings(id))
            .strings("structure", diagnosed.getStructuralValidationMessages())
            .array("timestamps", stamps)
            .toString();
    }

    /** Just enough of a JSON writer for the answers above. */
    private static final class Json {
        private final StringBuilder text = new StringBuilder("{");

        Json field(String name, Object value) {
            comma().append(quoted(name)).append(':');
            boolean bare = value == null || value instanceof Boolean;
            text.append(bare ? String.valueOf(value) : quoted(value.toString()));
            return this;
        }

        Json array(String name, List<String> objects) {
            comma().append(quoted(name)).append(":[").append(String.join(",", objects)).append(']');
            return this;
        }

        Json strings(String name, List<String> values) {
            return array(name, values == null ? List.of() : values.stream().map(Json::quoted).toList());
        }

        Json texts(String name, List<Message> messages) {
            return strings(name, messages.stream().map(each -> each.getKey() + ": " + each.getValue()).toList());
        }

        private StringBuilder comma() {
            return text.length() > 1 ? text.append(',') : text;
        }

        private static String quoted(String value) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char each : value.toCharArray()) {
                if (each == '"' || each == '\\') {
                    quoted.append('\\').append(each);
                } else if (each < ' ') {
                    quoted.append(String.format("\\u%04x", (int) each));
                } else {
                    quoted.append(each);
                }
            }
            return quoted.append('"').toString();
        }

        @Override
        public String toString() {
            return text + "}";
        }
    }
}
