#!/bin/sh
# The whole way of a document, on twelve synthetic records of the year 2037: check → seal → time stamps → log → status →
# bundle → hand out → verify. Run it with `make demo`; it writes into ./demo and starts afresh each time.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=demo
rm -rf "$out"
mkdir -p "$out"
as_of=2037-07-31
day=2037-08-01   # the example lives in 2037; TEST keys allow a sealing time of our own

export ATESTATS_PASSPHRASE=for-the-demonstration-only

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }

say "1. Check the records (two of the twelve have faults) / Pārbaudām ierakstus"
atestats records check "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --report "$out/report.jsonl" || [ $? -eq 1 ]

say "2. Make a development PKI: a TEST key and certificate for every institution / Izveidojam testa atslēgas"
atestats keys dev --reference "$here/reference.json" --out "$out/keys" --at 2037-07-01T00:00:00Z

say "3. Compose and seal; every document gets a place in a status list / Sastādām un zīmogojam"
atestats seal "$here/records.jsonl" --reference "$here/reference.json" --as-of $as_of --keys "$out/keys" --status "$out/status" \
  --out "$out/sealed" --at ${day}T09:00:00Z || [ $? -eq 1 ]

say "4. Make the seals last: time stamp, revocation data, archive time stamp (B-LTA) / Zīmogi gadu desmitiem"
atestats dev-services --keys "$out/keys" --port 0 --ready-file "$out/services" --at ${day}T09:01:00Z > "$out/services.log" 2>&1 &
services=$!
trap 'kill $services 2>/dev/null || true' EXIT
waited=0
until [ -s "$out/services" ]; do
  sleep 0.2
  waited=$((waited + 1))
  [ $waited -lt 150 ] || { cat "$out/services.log" >&2; exit 1; }
done
address=$(cat "$out/services")
atestats augment "$out/sealed" --to B-LTA --tsa "$address/tsa" --keys "$out/keys" --route pki.atestats.test="$address"
atestats evidence make "$out/sealed" --tsa "$address/tsa" --keys "$out/keys" --at ${day}T09:03:00Z   # one stamp for all: RFC 4998

say "5. Write every document into the public log, without a name in it / Ierakstām izsniegto dokumentu žurnālā"
atestats log append "$out/sealed" --log "$out/log" --keys "$out/keys" --origin log.atestats.test/2037 --tsa "$address/tsa" \
  --at ${day}T09:05:00Z

say "6. Publish status lists and the bundle that lets anyone verify offline / Publicējam statusu un pārbaudes pakotni"
publish() {
  atestats status publish --store "$out/status" --keys "$out/keys" --out "$out/lists" --at "$1"
  atestats bundle --keys "$out/keys" --reference "$here/reference.json" --status-lists "$out/lists" --log "$out/log" \
    --out "$out/bundle.json" --at "$1"
}
publish ${day}T09:10:00Z

say "7. Hand the documents out (nothing below B-T leaves the house) / Izsniedzam"
atestats deliver "$out/sealed" --to "$out/delivered"

say "8. Verify every document and every QR code, from the bundle alone / Pārbaudām"
export ATESTATS_BUNDLE="$out/bundle.json" ATESTATS_ANCHOR="$out/keys/operator.crt" XDG_STATE_HOME="$out/state"
python3 "$here/summary.py" "$out" ${day}T10:00:00Z

say "9. A forger turns every mark into a ten / Viltotājs visas atzīmes pārvērš par desmit"
first=$(find "$out/delivered/documents/SEK_IZR" -name '*.jsonld' | sort | head -n 1)
sed 's/\\"[1-9] (/\\"10 (/g' "$first" > "$out/forged.jsonld"
cmp -s "$first" "$out/forged.jsonld" && { echo "nothing was forged" >&2; exit 1; }
if atestats verify "$out/forged.jsonld" --at ${day}T10:00:00Z; then echo "the forgery passed: this must not happen" >&2; exit 1; fi

say "10. A document is annulled; a day later its file and its QR code no longer pass / Dokumentu anulē"
annulled=$(find "$out/delivered/documents/APL_VPI" -name '*.jsonld' | sort | head -n 1)
atestats status set --store "$out/status" revoked "$annulled" --reason authority_decision --at 2037-08-02T08:00:00Z
publish 2037-08-02T09:00:00Z
for form in "$annulled" "${annulled%.jsonld}.qr.png"; do
  if atestats verify "$form" --at 2037-08-02T10:00:00Z > "$out/annulled.txt"; then
    echo "the annulled document passed: this must not happen" >&2; exit 1
  fi
  grep -A 1 'status  ' "$out/annulled.txt"
done

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
echo "  its place in the log ${first%.jsonld}.proof.json"
echo "  check it again      atestats verify $first --at 2037-08-02T10:00:00Z --bundle $out/bundle.json --anchor $out/keys/operator.crt"
echo "  the data model      atestats validate $first"
