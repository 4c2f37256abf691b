#!/bin/sh
# The whole way of a document, on twelve synthetic records of the year 2037: check → seal → bundle → verify.
# Run it with `make demo`; it writes into ./demo and starts afresh each time.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=demo
rm -rf "$out"
mkdir -p "$out"
as_of=2037-07-31

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }

say "1. Check the records (two of the twelve have faults) / Pārbaudām ierakstus"
atestats records check "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --report "$out/report.jsonl" || [ $? -eq 1 ]

say "2. Make a development PKI: a TEST key and certificate for every institution / Izveidojam testa atslēgas"
atestats keys dev --reference "$here/reference.json" --out "$out/keys"

say "3. Compose and seal / Sastādām un zīmogojam"
atestats seal "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --keys "$out/keys" --out "$out/sealed" || [ $? -eq 1 ]

say "4. Make the bundle that lets anyone verify offline / Sagatavojam bezsaistes pārbaudes pakotni"
atestats bundle --keys "$out/keys" --reference "$here/reference.json" --out "$out/bundle.json"

say "5. Verify every sealed document and every QR code, from the bundle alone / Pārbaudām"
export ATESTATS_BUNDLE="$out/bundle.json" ATESTATS_ANCHOR="$out/keys/operator.crt" XDG_STATE_HOME="$out/state"
find "$out/sealed/documents" -name '*.jsonld' -o -name '*.qr.png' | sort > "$out/files.txt"
python3 "$here/summary.py" "$out"

say "6. A forger changes one mark / Viltotājs izmaina vienu atzīmi"
first=$(find "$out/sealed/documents/SEK_IZR" -name '*.jsonld' | sort | head -n 1)
sed 's/\\u0101/a/' "$first" > "$out/forged.jsonld"
if atestats verify "$out/forged.jsonld"; then echo "the forgery passed: this must not happen" >&2; exit 1; fi

say "Look at a document / Apskatiet dokumentu"
echo "  sealed credential   $first"
echo "  its QR code         ${first%.jsonld}.qr.png"
echo "  check it again      atestats verify $first --bundle $out/bundle.json --anchor $out/keys/operator.crt"
echo "  the data model      atestats validate $first"
