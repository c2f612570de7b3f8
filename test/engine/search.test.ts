import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { combinations, type Judged, openFields, searchFields, withField } from "../../src/engine/search.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

const recipe = (change: Partial<Recipe> = {}): Recipe => ({
  ...{ dialect: "a1111", prompt: { positive: "a cat" }, passes: [], models: [], adapters: [], extra: {} },
  ...change,
});
const size = { width: 832, height: 1216 };
const names = (fields: readonly { field: string }[]): string[] => fields.map(({ field }) => field).sort();

describe("open fields", () => {
  test("are those that the recipe does not give", () => {
    const bare = openFields(recipe(), { tool: "none", size });
    expect(names(bare)).toEqual(
      "/clipSkip /dialect /extra/noise /passes/0/cfg /passes/0/sampler /passes/0/scheduler /passes/0/steps /rng/ensd /size".split(
        " ",
      ),
    );
    const full = recipe({
      ...{ seed: "1", size, clipSkip: 2, rng: { source: "nv", ensd: 0 } },
      passes: [
        { steps: 20, cfg: 7, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } },
      ],
    });
    expect(openFields(full, { tool: "a1111", size })).toEqual([]);
  });

  test("give a picture's own size first, down to whole cells", () => {
    const odd = openFields(recipe(), { tool: "none", size: { width: 515, height: 770 } });
    expect(odd.find(({ field }) => field === "/size")!.values).toEqual([{ width: 512, height: 768 }]);
  });

  test("seeds are searched in a range alone, and what the user names takes the place of ours", () => {
    const found = openFields(recipe(), { tool: "a1111", size, seeds: [5n, 6n], values: { "/passes/0/steps": [12] } });
    expect(found.find(({ field }) => field === "/seed")!.values).toEqual(["5", "6"]);
    expect(found.filter(({ field }) => field === "/passes/0/steps")).toEqual([
      { field: "/passes/0/steps", values: [12], coarse: false },
    ]);
  });

  test("are filled without touching anything else", () => {
    const made = withField(
      withField(withField(recipe({ extra: { a: 1 } }), "/passes/0/sampler", "unipc-bh2"), "/extra/noise", "nv"),
      "/rng/ensd",
      31337,
    );
    expect(made).toEqual(
      recipe({
        passes: [{ sampler: { id: "unipc", raw: "unipc-bh2", variant: "bh2" } }],
        extra: { a: 1, noise: "nv" },
        rng: { ensd: 31337 },
      }),
    );
  });
});

describe("combinations", () => {
  const field = (name: string, count: number) => ({
    field: name,
    values: Array.from({ length: count }, (_, i) => i),
    coarse: true,
  });
  test("go through each once, likelier ones before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (a, b, c, seed) => {
          const all = [...combinations([field("a", a), field("b", b), field("c", c)], seed)];
          expect(all).toHaveLength(a * b * c);
          expect(new Set(all.map((values) => JSON.stringify(values))).size).toBe(a * b * c);
          const sums = all.map((values) =>
            Object.values(values).reduce<number>((sum, value) => sum + (value as number), 0),
          );
          expect(sums).toEqual(sums.toSorted((x, y) => x - y));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("of no field are one, and the seed decides among equals", () => {
    expect([...combinations([], 1)]).toEqual([{}]);
    const orders = new Set(
      [1, 2, 3, 4, 5, 6].map((seed) => JSON.stringify([...combinations([field("a", 4), field("b", 4)], seed)])),
    );
    expect(orders.size).toBeGreaterThan(1);
    expect([...combinations([field("a", 4), field("b", 4)], 3)]).toEqual([
      ...combinations([field("a", 4), field("b", 4)], 3),
    ]);
  });
});

describe("the search", () => {
  const truth: Record<string, Json> = {
    "/extra/noise": "torch-cpu",
    "/passes/0/sampler": "heun",
    "/passes/0/scheduler": "uniform",
    "/passes/0/steps": 30,
    "/passes/0/cfg": 5,
    "/clipSkip": 2,
    "/rng/ensd": 0,
  };
  const fields = openFields(recipe({ seed: "1", size }), { tool: "a1111", size });

  /** As images are: with other noise nothing tells, then each right field brings the image nearer. */
  function judging(): { judge: (made: Recipe) => Promise<Judged>; count: () => number } {
    let count = 0;
    const value = (made: Recipe, field: string): Json | undefined => {
      const pass = made.passes[0]!;
      const told: Record<string, Json | undefined> = {
        ...{ "/extra/noise": made.extra.noise, "/clipSkip": made.clipSkip, "/rng/ensd": made.rng?.ensd },
        ...{ "/passes/0/sampler": pass.sampler?.id, "/passes/0/scheduler": pass.scheduler?.id },
        ...{ "/passes/0/steps": pass.steps, "/passes/0/cfg": pass.cfg },
      };
      return told[field];
    };
    const judge = async (made: Recipe): Promise<Judged> => {
      count++;
      const wrong = Object.keys(truth).filter((field) => value(made, field) !== truth[field]);
      if (wrong.includes("/extra/noise")) return { distance: 1 };
      return { distance: wrong.length / 20, ...(wrong.length === 0 && { identical: true }) };
    };
    return { judge, count: () => count };
  }

  test("finds the recipe and stops at once", async () => {
    const { judge, count } = judging();
    const found = await searchFields(
      recipe({ seed: "1", size }),
      fields,
      judge,
      { runs: 200, seconds: 1e6, seed: 1 },
      () => 0,
    );
    expect(found.ended).toBe("identical");
    expect(found.attempts[0]!.values).toEqual(truth);
    expect(count()).toBe(found.attempts.length);
    // A product of the fields would be 3 · 15 · 9 · 10 · 11 · 2 · 2 attempts.
    expect(count()).toBeLessThan(60);
  });

  test("keeps to its budgets and says so", async () => {
    const { judge, count } = judging();
    const short = await searchFields(
      recipe({ seed: "1", size }),
      fields,
      judge,
      { runs: 7, seconds: 1e6, seed: 1 },
      () => 0,
    );
    expect([short.ended, count()]).toEqual(["runs", 7]);
    let time = 0;
    const slow = await searchFields(
      recipe({ seed: "1", size }),
      fields,
      judging().judge,
      { runs: 1e6, seconds: 3, seed: 1 },
      () => time++,
    );
    expect(slow.ended).toBe("seconds");
    expect(slow.attempts.length).toBeLessThanOrEqual(4);
  });

  test("finds what is right together and wrong alone", async () => {
    const two = fields.filter(({ field }) => field === "/passes/0/steps" || field === "/passes/0/cfg");
    const judge = async (made: Recipe): Promise<Judged> => {
      const { steps, cfg } = made.passes[0]!;
      const right = steps === 40 && cfg === 3.5;
      return { distance: right ? 0 : steps === 20 && cfg === 7 ? 0.5 : 0.6, ...(right && { identical: true }) };
    };
    const found = await searchFields(recipe(), two, judge, { runs: 1000, seconds: 1e6, seed: 1 }, () => 0);
    expect(found.ended).toBe("identical");
    expect(found.attempts.length).toBeLessThanOrEqual(110);
  });

  test("ends when every combination was tried, and ranks what was given up behind the rest", async () => {
    const two = fields.filter(({ field }) => field === "/clipSkip" || field === "/rng/ensd");
    const judge = async (made: Recipe): Promise<Judged> =>
      made.clipSkip === 1 ? { distance: 0.2 } : { distance: 0.1, stoppedAt: 3 };
    const found = await searchFields(recipe(), two, judge, { runs: 100, seconds: 1e6, seed: 1 }, () => 0);
    expect(found.ended).toBe("tried-all");
    expect(found.attempts.map(({ stoppedAt }) => stoppedAt)).toEqual([undefined, undefined, 3, 3]);
    expect(found.recipe.clipSkip).toBe(1);
  });
});
