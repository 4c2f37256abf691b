#!/bin/sh
# The whole way of a document, on twelve synthetic records of the year 2037: check → seal → bundle → verify.
# Run it with `make demo`; it writes into ./demo and starts afresh each time.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=demo
rm -rf "$out"
mkdir -p "$out"
as_of=2037-07-31
now=2037-08-01T09:00:00Z   # the example lives in 2037; TEST keys allow a sealing time of our own

export ATESTATS_PASSPHRASE=for-the-demonstration-only

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }

say "1. Check the records (two of the twelve have faults) / Pārbaudām ierakstus"
atestats records check "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --report "$out/report.jsonl" || [ $? -eq 1 ]

say "2. Make a development PKI: a TEST key and certificate for every institution / Izveidojam testa atslēgas"
atestats keys dev --reference "$here/reference.json" --out "$out/keys" --at 2037-07-01T00:00:00Z

say "3. Compose and seal / Sastādām un zīmogojam"
atestats seal "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --keys "$out/keys" --out "$out/sealed" --at $now || [ $? -eq 1 ]

say "4. Make the bundle that lets anyone verify offline / Sagatavojam bezsaistes pārbaudes pakotni"
atestats bundle --keys "$out/keys" --reference "$here/reference.json" --out "$out/bundle.json" --at $now

say "5. Verify every sealed document and every QR code, from the bundle alone / Pārbaudām"
export ATESTATS_BUNDLE="$out/bundle.json" ATESTATS_ANCHOR="$out/keys/operator.crt" XDG_STATE_HOME="$out/state"
python3 "$here/summary.py" "$out" $now

say "6. A forger turns every mark into a ten / Viltotājs visas atzīmes pārvērš par desmit"
first=$(find "$out/sealed/documents/SEK_IZR" -name '*.jsonld' | sort | head -n 1)
sed 's/\\"[1-9] (/\\"10 (/g' "$first" > "$out/forged.jsonld"
cmp -s "$first" "$out/forged.jsonld" && { echo "nothing was forged" >&2; exit 1; }
if atestats verify "$out/forged.jsonld" --at $now; then echo "the forgery passed: this must not happen" >&2; exit 1; fi

say "Look at a document / Apskatiet dokumentu"
python3 - "$first" "$out/page.png" <<'END'
import base64, json, sys
payload = json.loads(json.load(open(sys.argv[1]))["payload"])
image = payload["displayParameter"]["individualDisplay"][0]["displayDetail"][0]["image"]["content"]
open(sys.argv[2], "wb").write(base64.b64decode(image))
END
echo "  its page            $out/page.png   (the picture inside the sealed file)"
echo "  sealed credential   $first"
echo "  its QR code         ${first%.jsonld}.qr.png"
echo "  check it again      atestats verify $first --at $now --bundle $out/bundle.json --anchor $out/keys/operator.crt"
echo "  the data model      atestats validate $first"
