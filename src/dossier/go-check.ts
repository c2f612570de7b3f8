/** A program in Go that checks the ledger of a bundle with the packages of Go's checksum database, which share no code with Seedproof. */

/** Its source, as it stands in bundles. */
export const GO_CHECK = `// Checks the ledger of this bundle with Go's own packages (golang.org/x/mod/sumdb).
// Usage: go run check-ledger.go ledger VKEY
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what string) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAILS", what, err)
		os.Exit(1)
	}
}

// open verifies the signature of a checkpoint and reads its size and root.
func open(data []byte, vkey, what string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err, what)
	signed, err := note.Open(data, note.VerifierList(verifier))
	must(err, what)
	lines := strings.Split(signed.Text, "\\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, what)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err, what)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range list {
		data, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkProof checks that the entry with the proof's own number is the one that the proof leads from.
func checkProof(folder, file, vkey string) {
	data, err := os.ReadFile(file)
	must(err, file)
	parts := bytes.SplitN(data, []byte("\\n\\n"), 2)
	lines := strings.Split(string(parts[0]), "\\n")
	name := strings.TrimSuffix(filepath.Base(file), ".tlog-proof")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+name {
		must(fmt.Errorf("is not the proof of entry %s", name), file)
	}
	index, err := strconv.ParseInt(name, 10, 64)
	must(err, file)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		must(err, file)
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	entry, err := os.ReadFile(filepath.Join(folder, "entries", name+".json"))
	must(err, file)
	tree := open(parts[1], vkey, file)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), file)
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err, "checkpoint")
	newest := open(data, vkey, "checkpoint")
	reader := tlog.TileHashReader(newest, tiles{folder})
	older, _ := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	for _, file := range older {
		data, err := os.ReadFile(file)
		must(err, file)
		tree := open(data, vkey, file)
		proof, err := tlog.ProveTree(newest.N, tree.N, reader)
		must(err, file)
		must(tlog.CheckTree(proof, newest.N, newest.Hash, tree.N, tree.Hash), file)
	}
	proofs, _ := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	for _, file := range proofs {
		checkProof(folder, file, vkey)
	}
	fmt.Printf("HOLDS %d checkpoints, %d of %d entries disclosed and proven\\n", len(older), len(proofs), newest.N)
}
`;
