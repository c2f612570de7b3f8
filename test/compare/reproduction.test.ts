import { describe, expect, test } from "vitest";
import {
  calibrate,
  judge,
  type PairMeasures,
  type Population,
  type ReproductionCalibration,
  readCalibration,
  type Thresholds,
} from "../../src/compare/calibration.ts";
import { type Measures, measurePair } from "../../src/compare/metrics.ts";
import { gridRegions, measureRegions } from "../../src/compare/regions.ts";
import { type Drawn, type Original, reproduce } from "../../src/compare/reproduction.ts";
import type { Raster } from "../../src/image/raster.ts";

/** A picture of soft blobs whose places and colours come from a seed. */
function picture(seed: number, side = 48): Raster {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const blobs = Array.from(
    { length: 6 },
    () => [next() * side, next() * side, 4 + next() * 10, next() * 255, next() * 255, next() * 255] as const,
  );
  const data = new Uint8Array(3 * side * side);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const near = blobs.find(([bx, by, r]) => (x - bx) ** 2 + (y - by) ** 2 < r * r);
    data.set(near ? near.slice(3).map(Math.floor) : [40, 60, 90], 3 * i);
  }
  return { width: side, height: side, channels: 3, data };
}

/** The picture with each sample moved by up to `levels`. */
function shaken(image: Raster, levels: number): Raster {
  let state = 9;
  const data = image.data.map((value) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.min(255, Math.max(0, value + ((state >>> 24) % (2 * levels + 1)) - levels));
  });
  return { ...image, data };
}

function pair(base: string, a: Raster, b: Raster): PairMeasures {
  const whole = measurePair(a, b);
  const cells = measureRegions(whole, gridRegions(a, 3)).map(({ measures }) => measures);
  return { base, whole: whole.measures, cells };
}

const about = { en: "", zh: "" };
const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
const populations: Population[] = [
  { name: "shaken", kin: "same", about, pairs: seeds.map((s) => pair(`${s}`, picture(s), shaken(picture(s), 6))) },
  { name: "other-seed", kin: "other", about, pairs: seeds.map((s) => pair(`${s}`, picture(s), picture(s + 1000))) },
  { name: "half", kin: "between", about, pairs: seeds.map((s) => pair(`${s}`, picture(s), shaken(picture(s), 60))) },
];
const found = calibrate(populations);
const calibration: ReproductionCalibration = {
  form: "seedproof.reproduction-calibration/1",
  ...{ id: "test", date: "2026-01-01T00:00:00Z" },
  made: {
    command: "",
    tool: "",
    model: "",
    weights: {},
    fingerprint: "",
    recipes: 60,
    seed: "1",
    settings: about,
    note: about,
  },
  ...found,
};

describe("a calibration", () => {
  test("sets each threshold at the pair that 95 of 100 others stay short of", () => {
    const fitting = [...seeds]
      .map(String)
      .sort()
      .filter((_, i) => i % 2 === 0);
    const values = populations[1]!.pairs.filter(({ base }) => fitting.includes(base)).map(({ whole }) => whole.msSsim);
    const short = values.filter((value) => value < found.thresholds.msSsim.value).length;
    expect(short / values.length).toBeGreaterThan(0.9);
    expect(short).toBeLessThan(values.length);
    for (const { low, value, high } of [found.thresholds.msSsim, found.thresholds.edges]) {
      expect(low <= value && value <= high).toBe(true);
    }
    const { low, value, high } = found.thresholds.colour;
    expect(low >= value && value >= high).toBe(true);
  });

  test("counts errors on base images that it did not set thresholds on", () => {
    expect(found.errors.missed).toMatchObject({ hits: 0, trials: 30 });
    expect(found.errors.takenForSimilar.trials).toBe(30);
    expect(found.errors.takenForSimilar.share).toBeLessThan(0.1);
    expect(found.errors.cellsMissed.trials).toBe(270);
    const { regionsMissed, regionsTakenForSimilar } = found.errors;
    expect([regionsMissed!.trials, regionsTakenForSimilar!.trials]).toEqual([
      found.errors.cellsMissed.trials,
      found.errors.cellsTakenForSimilar.trials,
    ]);
    expect(found.errors.missed.high).toBeCloseTo(1 - 0.025 ** (1 / 30), 9);
  });

  test("says of each population what its pairs were called", () => {
    const shares = found.populations.map(({ verdicts, undetermined }) => [
      ...Object.values(verdicts).map(({ hits }) => hits),
      undetermined.hits,
    ]);
    expect(shares.map((row) => row.reduce((a, b) => a + b))).toEqual([60, 60, 60]);
    expect(found.populations[0]!.verdicts["substantially-similar"].hits).toBe(60);
  });
});

describe("a calibration from a file", () => {
  test("is taken as it was written", () => {
    expect(readCalibration(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["another form", { ...calibration, form: "seedproof.pair-calibration/1" }],
    [
      "a threshold that is no number",
      { ...calibration, cells: { ...calibration.cells, colour: { value: "3", low: 1, high: 2 } } },
    ],
    ["no errors", { ...calibration, errors: {} }],
  ])("with %s is refused", (_, json) => {
    expect(() => readCalibration(json)).toThrow(expect.objectContaining({ code: "compare.calibration-malformed" }));
  });
});

describe("judging measures", () => {
  const thresholds: Thresholds = {
    msSsim: { value: 0.5, low: 0.4, high: 0.6 },
    edges: { value: 0.5, low: 0.4, high: 0.6 },
    colour: { value: 10, low: 12, high: 8 },
  };
  const measures = (change: Partial<Measures>): Measures => ({
    ...{ maxDifference: 90, meanDifference: 5, changedShare: 0.9, beyondRoundingShare: 0.5, psnr: 20 },
    ...{ ssim: 0.9, msSsim: 0.9, colour: 2, edges: 0.9, composition: 0.9 },
    ...change,
  });
  test.each<[string, Partial<Measures>, string, boolean]>([
    ["all alike", {}, "substantially-similar", true],
    ["one unlike", { colour: 13 }, "different", true],
    ["one inside its interval", { edges: 0.55 }, "different", false],
    ["one unlike and one open", { edges: 0.55, msSsim: 0.1 }, "different", true],
    ["a pixel in a thousand moved by eight", { maxDifference: 8, beyondRoundingShare: 0.001 }, "within-rounding", true],
    ["one pixel of another colour", { maxDifference: 200, beyondRoundingShare: 0.0001 }, "substantially-similar", true],
    ["nothing differs", { changedShare: 0 }, "identical-pixels", true],
  ])("%s", (_, change, verdict, certain) => {
    expect(judge(measures(change), thresholds)).toEqual({ verdict, certain });
  });
});

describe("a reproduction", () => {
  const original: Original = { sha256: "aa", raster: picture(1), lossy: false };
  const codes = (findings: readonly { code: string; level: string }[]): string[] =>
    findings.map(({ code, level }) => `${code.replace("compare.reproduction-", "")} ${level}`);
  const drawing =
    (exact: Drawn, other = picture(2000)) =>
    async (shift: bigint): Promise<Drawn> =>
      shift === 0n ? exact : { raster: other };

  test("of the same file, repeated, with a control that differs", async () => {
    const done = await reproduce(original, drawing({ raster: picture(1), sha256: "aa" }), { calibration });
    expect(done).toMatchObject({
      verdict: "identical-bytes",
      repeat: { verdict: "identical-bytes" },
      control: { verdict: "different" },
    });
    expect(codes(done.findings)).toEqual(["repeats holds", "control holds", "no-history informs"]);
    expect(done.regions).toHaveLength(9);
    expect(done.regions.every(({ verdict }) => verdict === "identical-pixels")).toBe(true);
  });

  test("of the same pixels in another file", async () => {
    const done = await reproduce(original, drawing({ raster: picture(1), sha256: "bb" }), { calibration });
    expect(done.verdict).toBe("identical-pixels");
  });

  test("within rounding, similar, different", async () => {
    const verdicts: string[] = [];
    for (const raster of [shaken(picture(1), 1), shaken(picture(1), 6), picture(77)]) {
      verdicts.push((await reproduce(original, drawing({ raster }), { calibration })).verdict);
    }
    expect(verdicts).toEqual(["within-rounding", "substantially-similar", "different"]);
  });

  test("says where the engine wavers, and where the control is like the original too", async () => {
    let draws = 0;
    const wavering = async (): Promise<Drawn> => ({ raster: shaken(picture(1), 1 + draws++) });
    const done = await reproduce(original, wavering, { calibration });
    expect(codes(done.findings)).toEqual(["repeats fails", "control informs", "no-history informs"]);
  });

  test("tells the region that was changed by hand", async () => {
    const edited = { ...picture(1), data: picture(1).data.slice() };
    for (let y = 0; y < 16; y++) edited.data.fill(250, 3 * (y * 48), 3 * (y * 48 + 16));
    const boxes = [{ name: "face", x: 0, y: 0, width: 16, height: 16 }];
    const done = await reproduce({ ...original, raster: edited }, drawing({ raster: picture(1) }), {
      calibration,
      boxes,
    });
    const different = done.regions.filter(({ verdict }) => verdict !== "identical-pixels").map(({ name }) => name);
    expect(different).toEqual(["1.1", "face"]);
    // Each region stands beside the same one of the control, which has no region in common with the image.
    expect(done.control.regions.map(({ name }) => name)).toEqual(done.regions.map(({ name }) => name));
    expect(done.control.regions.some(({ verdict }) => verdict === "identical-pixels")).toBe(false);
  });

  test("of a resized image is compared at the image's size and never called identical", async () => {
    const done = await reproduce({ ...original, lossy: true }, drawing({ raster: picture(1, 96) }), {
      calibration,
      grid: 0,
    });
    expect(codes(done.findings)).toContain("resized informs");
    expect(codes(done.findings)).toContain("lossy informs");
    const flat = (width: number): Raster => ({
      width,
      height: width,
      channels: 3,
      data: new Uint8Array(3 * width * width).fill(9),
    });
    const grey = await reproduce({ ...original, raster: flat(20) }, drawing({ raster: flat(40) }), { calibration });
    expect(grey.verdict).toBe("within-rounding");
  });

  test("of another shape is different, without measures that would mean nothing", async () => {
    const wide: Raster = { width: 96, height: 48, channels: 3, data: new Uint8Array(3 * 96 * 48) };
    const done = await reproduce(original, drawing({ raster: wide }), { calibration });
    expect(done.verdict).toBe("different");
    expect(done.measures).toBeUndefined();
    expect(done.regions).toEqual([]);
  });

  test("refuses a region outside the image before it draws", async () => {
    const never = async (): Promise<Drawn> => {
      throw new Error("drawn");
    };
    const boxes = [{ name: "face", x: 40, y: 0, width: 16, height: 16 }];
    await expect(reproduce(original, never, { calibration, boxes })).rejects.toMatchObject({
      code: "compare.region-outside",
    });
  });
});
