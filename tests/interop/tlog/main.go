// Judges a log folder with Go's own transparency log code (the checksum database's), not with ours.
//
//	tlogjudge LOGDIR OLD_SIZE [PROOF.json …]
//
// Prints one JSON object: which algorithms signed the checkpoint, how many entries hash to their tiles, how many proof
// files hold, and the consistency proof from OLD_SIZE. Exits with 1 and words at the first thing that is wrong.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/mldsa"
	checkpoints "github.com/transparency-dev/formats/log"
	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const mldsaType = "\xffML-DSA-65 FIPS 204 note text\n"

// mldsaVerifier is a note.Verifier for a signature type that has no number of its own yet.
type mldsaVerifier struct {
	name string
	hash uint32
	key  *mldsa.PublicKey
}

func (v mldsaVerifier) Name() string    { return v.name }
func (v mldsaVerifier) KeyHash() uint32 { return v.hash }
func (v mldsaVerifier) Verify(message, signature []byte) bool {
	return mldsa.Verify(v.key, message, signature, nil) == nil
}

type folder string

func (f folder) Height() int                         { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1) // C2SP leaves the height out
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

type proof struct {
	Entry      string   `json:"entry"`
	Index      int64    `json:"index"`
	Path       [][]byte `json:"path"`
	Checkpoint string   `json:"checkpoint"`
}

func main() {
	verifiers, names := keys(filepath.Join(os.Args[1], "keys.json"))
	data := must(os.ReadFile(filepath.Join(os.Args[1], "checkpoint")))
	tree, signed := open(data, verifiers, names)
	reader := tlog.TileHashReader(tree, folder(os.Args[1]))
	entries := checkEntries(folder(os.Args[1]), tree, reader)

	oldSize := must(strconv.ParseInt(os.Args[2], 10, 64))
	old, _ := open(must(os.ReadFile(filepath.Join(os.Args[1], "checkpoints", os.Args[2]+".note"))), verifiers, names)
	consistency := must(tlog.ProveTree(tree.N, oldSize, reader))
	check(tlog.CheckTree(consistency, tree.N, tree.Hash, oldSize, old.Hash))

	for _, path := range os.Args[3:] {
		var given proof
		check(json.Unmarshal(must(os.ReadFile(path)), &given))
		head, _ := open([]byte(given.Checkpoint), verifiers, names)
		var hashes tlog.RecordProof
		for _, each := range given.Path {
			hashes = append(hashes, tlog.Hash(each))
		}
		check(tlog.CheckRecord(hashes, head.N, head.Hash, given.Index, tlog.RecordHash([]byte(given.Entry))))
	}
	var path []string
	for _, hash := range consistency {
		path = append(path, fmt.Sprintf("%x", hash[:]))
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"signed": signed, "entries": entries, "size": tree.N, "consistency": path, "proofs": len(os.Args) - 3,
	}))
}

func keys(path string) (note.Verifiers, map[uint32]string) {
	var texts []string
	check(json.Unmarshal(must(os.ReadFile(path)), &texts))
	var list []note.Verifier
	names := map[uint32]string{}
	for _, text := range texts {
		parts := strings.SplitN(text, "+", 3)
		data := must(base64.StdEncoding.DecodeString(parts[2]))
		if raw, found := bytes.CutPrefix(data, []byte(mldsaType)); found {
			id := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
			hash := binary.BigEndian.Uint32(id[:])
			list = append(list, mldsaVerifier{parts[0], hash, must(mldsa.NewPublicKey(mldsa.MLDSA65(), raw))})
			names[hash] = "ML-DSA-65"
			continue
		}
		verifier := must(formats.NewVerifier(text))
		list = append(list, verifier)
		names[verifier.KeyHash()] = map[byte]string{1: "Ed25519", 2: "ES256"}[data[0]]
	}
	return note.VerifierList(list...), names
}

func open(data []byte, verifiers note.Verifiers, names map[uint32]string) (tlog.Tree, []string) {
	opened := must(note.Open(data, verifiers))
	var signed []string
	for _, each := range opened.Sigs {
		signed = append(signed, names[each.Hash])
	}
	var checkpoint checkpoints.Checkpoint
	rest := must(checkpoint.Unmarshal([]byte(opened.Text)))
	if len(rest) > 0 || len(opened.UnverifiedSigs) > 0 {
		check(fmt.Errorf("more in the checkpoint than expected"))
	}
	return tlog.Tree{N: int64(checkpoint.Size), Hash: tlog.Hash(checkpoint.Hash)}, signed
}

func checkEntries(in folder, tree tlog.Tree, reader tlog.HashReader) int64 {
	var index int64
	for index < tree.N {
		path := strings.Replace(tlog.Tile{H: 8, L: -1, N: index / 256, W: int(min(256, tree.N-index))}.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle := must(os.ReadFile(filepath.Join(string(in), path)))
		for len(bundle) > 0 {
			size := binary.BigEndian.Uint16(bundle)
			entry := bundle[2 : 2+size]
			bundle = bundle[2+size:]
			stored := must(reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)}))
			if stored[0] != tlog.RecordHash(entry) {
				check(fmt.Errorf("entry %d does not hash to its tile", index))
			}
			index++
		}
	}
	return index
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
