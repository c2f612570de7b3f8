// Checks a ledger with the packages of Go's checksum database, which share no code with Seedproof.
// Usage: tlogcheck FOLDER VKEY [PROOF ENTRY]...
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

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlogcheck:", err)
		os.Exit(1)
	}
}

type head struct {
	size int64
	root tlog.Hash
}

// open verifies a checkpoint's signature and reads it.
func open(data []byte, vkey string) head {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(n.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("origin %q is not the key's name", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	h := head{size: size}
	copy(h.root[:], root)
	return h
}

// tiles reads C2SP tiles: x/mod's paths without the tile height.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range list {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkProof checks a proof file over an entry's bytes.
func checkProof(file, entryFile, vkey string) {
	data, err := os.ReadFile(file)
	must(err)
	parts := bytes.SplitN(data, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("%s is no proof", file))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		must(err)
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	entry, err := os.ReadFile(entryFile)
	must(err)
	h := open(parts[1], vkey)
	must(tlog.CheckRecord(proof, h.size, h.root, index, tlog.RecordHash(entry)))
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	newest := open(data, vkey)
	reader := tlog.TileHashReader(tlog.Tree{N: newest.size, Hash: newest.root}, tiles{folder})
	for i := int64(0); i < newest.size; i++ {
		// The reader checks every tile against the root before it uses it.
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		must(err)
		proof, err := tlog.ProveRecord(newest.size, i, reader)
		must(err)
		must(tlog.CheckRecord(proof, newest.size, newest.root, i, hashes[0]))
	}
	kept, err := os.ReadDir(filepath.Join(folder, "checkpoints"))
	must(err)
	for _, file := range kept {
		data, err := os.ReadFile(filepath.Join(folder, "checkpoints", file.Name()))
		must(err)
		older := open(data, vkey)
		proof, err := tlog.ProveTree(newest.size, older.size, reader)
		must(err)
		must(tlog.CheckTree(proof, newest.size, newest.root, older.size, older.root))
	}
	for i := 3; i+1 < len(os.Args); i += 2 {
		checkProof(os.Args[i], os.Args[i+1], vkey)
	}
	fmt.Printf("%d entries, %d checkpoints, %d proof files\n", newest.size, len(kept), (len(os.Args)-3)/2)
}
