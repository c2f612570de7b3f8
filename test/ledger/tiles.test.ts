import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { perfectSubtrees } from "../../src/ledger/merkle.ts";
import {
  decodeBundle,
  encodeBundle,
  levelWidth,
  newTiles,
  parseTilePath,
  tileOfSubtree,
  tilePath,
} from "../../src/ledger/tiles.ts";

test("paths are those of the specification's examples", () => {
  expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe("tile/0/x001/x234/067");
  expect(tilePath({ level: "entries", index: 273, width: 112 })).toBe("tile/entries/273.p/112");
  expect(tilePath({ level: 2, index: 0, width: 1 })).toBe("tile/2/000.p/1");
});

test("a tree of 70,000 entries has the specification's tiles", () => {
  const tiles = newTiles(0, 70_000);
  const at = (level: number | "entries") => tiles.filter((tile) => tile.level === level);
  for (const level of ["entries", 0] as const) {
    expect(at(level).filter(({ width }) => width === 256)).toHaveLength(273);
    expect(at(level).at(-1)).toEqual({ level, index: 273, width: 112 });
  }
  expect(at(1)).toEqual([
    { level: 1, index: 0, width: 256 },
    { level: 1, index: 1, width: 17 },
  ]);
  expect(at(2)).toEqual([{ level: 2, index: 0, width: 1 }]);
  expect(tiles.map(tilePath)).toEqual([...new Set(tiles.map(tilePath))]);
});

test("every tile has one path, and the path gives it back", () => {
  const tile = fc.record({
    level: fc.oneof(fc.constant("entries" as const), fc.integer({ min: 0, max: 63 })),
    index: fc.nat({ max: 2 ** 31 - 1 }),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (t) => {
      expect(parseTilePath(tilePath(t))).toEqual(t);
    }),
  );
});

test("other spellings of a path name no tile", () => {
  for (const path of [
    "tile/00/000",
    "tile/64/000",
    "tile/0/0",
    "tile/0/x000/001",
    "tile/0/001.p/0",
    "tile/0/001.p/256",
    "tile/0/001.p/07",
    "tile/0/../../etc",
    "tile/data/000",
    "/tile/0/000",
  ]) {
    expect(parseTilePath(path), path).toBeUndefined();
  }
});

test("growing in steps writes the same tiles as growing at once, and never a narrower one later", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }), (steps) => {
      let size = 0;
      const latest = new Map<string, number>();
      for (const step of steps) {
        for (const { level, index, width } of newTiles(size, size + step)) {
          expect(width).toBeGreaterThan(latest.get(`${level}/${index}`) ?? 0);
          latest.set(`${level}/${index}`, width);
        }
        size += step;
      }
      const atOnce = newTiles(0, size).map(({ level, index, width }) => [`${level}/${index}`, width] as const);
      expect(latest).toEqual(new Map(atOnce));
    }),
  );
});

test("a perfect subtree of a tree stands inside a tile of that tree", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 34 }), (size) => {
      for (const subtree of perfectSubtrees([0, size])) {
        const { tile, from, to } = tileOfSubtree(subtree, size);
        expect(to - from).toBe(2 ** (subtree.level % 8));
        expect(to).toBeLessThanOrEqual(tile.width);
        expect(tile.index * 256 + tile.width).toBeLessThanOrEqual(levelWidth(tile.level as number, size));
      }
    }),
  );
});

test("a bundle gives back its entries, and nothing when cut, padded or counted otherwise", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), (entries) => {
      const bundle = encodeBundle(entries);
      expect(decodeBundle(bundle, entries.length)?.map((entry) => [...entry])).toEqual(entries.map((e) => [...e]));
      expect(decodeBundle(bundle, entries.length + 1)).toBeUndefined();
      expect(decodeBundle(bundle.subarray(0, -1), entries.length)).toBeUndefined();
      expect(decodeBundle(Uint8Array.of(...bundle, 0), entries.length)).toBeUndefined();
    }),
  );
  expect(() => encodeBundle([utf8("x".repeat(65_536))])).toThrow("at most");
});
