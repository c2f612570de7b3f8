import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { makeBundle } from "../../src/dossier/bundle.ts";
import { readZip, writeZip } from "../../src/dossier/zip.ts";
import { bundleInput } from "../dossier/bundle-helpers.ts";
import { samplePath } from "../helpers/samples.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
afterAll(async () => {
  await server.close();
  expect(server.faults).toEqual([]);
});

const FIELD = resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png");
const original = new Uint8Array(await sharp(FIELD).resize(320).png().toBuffer());
const copy = new Uint8Array(
  await sharp(original).extract({ left: 0, top: 0, width: 320, height: 270 }).jpeg().toBuffer(),
);

const send = async (path: string, body: Uint8Array<ArrayBuffer>) => {
  const { status, text, code } = await server.get(`/api/v1${path}`, server.key, { method: "POST", body });
  return { status, code, json: JSON.parse(text) };
};
const put = async (path: string, json: object) => {
  const headers = { ...server.key, "content-type": "application/json" };
  const { text, code } = await server.get(`/api/v1${path}`, headers, { method: "PUT", body: JSON.stringify(json) });
  return { code, json: JSON.parse(text) };
};
const remove = async (path: string) => server.get(`/api/v1${path}`, server.key, { method: "DELETE" });

const measured = async (id: string) => {
  for (;;) {
    const { json } = await server.ask(`/cases/${id}`);
    if (!json.measuring) return json;
    await new Promise((done) => setTimeout(done, 100));
  }
};

const HEAD = { title: { en: "A copy", zh: "副本" }, date: "2026-11-30T08:00:00Z" };
const { id } = (await server.ask("/cases", { ...HEAD, ref: "S 2026/014", questions: [{ text: "Is it a copy?" }] }))
  .json;

test("a case's folder has a name of our own making, numbered where it is taken", async () => {
  expect(id).toBe("s-2026-014");
  expect((await server.ask("/cases", { ...HEAD, ref: "S 2026/014" })).json.id).toBe("s-2026-014-2");
  expect((await server.ask("/cases", { ...HEAD, ref: "../../etc" })).json.id).toBe("etc");
  expect((await server.ask("/cases", { ...HEAD, ref: "案号一" })).json.id).toBe("case");
  expect(existsSync(join(server.home, "cases", "etc", "case.json"))).toBe(true);
  const { cases } = (await server.ask("/cases")).json;
  expect(cases.map((one: { id: string }) => one.id)).toEqual(["case", "etc", "s-2026-014", "s-2026-014-2"]);
});

test("exhibits are copied, hashed, measured and shown; what people say is a claim, and can be taken back", async () => {
  const { sha256 } = (await send("/images", original)).json;
  await server.ask(`/cases/${id}/exhibits`, {
    ...{ source: { of: "image", image: sha256, name: "../../field.png" }, role: "image" },
    ...{ receivedFrom: "A", receivedAt: "2026-11-01T08:00:00Z" },
  });
  await send(`/cases/${id}/exhibits/file?name=post.jpg&role=copy&from=B`, copy);
  const one = await measured(id);
  expect(one.measured).toBe(true);
  expect(one.case.exhibits).toMatchObject([
    { id: "E1", role: "image", name: "../../field.png", file: "exhibits/E1/_.._field.png", sha256, receivedFrom: "A" },
    { id: "E2", role: "copy", name: "post.jpg", receivedFrom: "B" },
  ]);
  expect(one.findings.map(({ level }: { level: string }) => level)).toEqual(["holds", "holds"]);
  expect(one.facts).toContainEqual(
    expect.objectContaining({ key: "image.sha256", value: sha256, grade: "M", exhibit: "E1" }),
  );
  expect(one.unknown.map(({ key }: { key: string }) => key)).toContain("use.permission");

  const { json: said } = await server.ask(`/cases/${id}/facts`, { key: "use.permission", value: false, by: "A" });
  const claim = said.facts.find(({ key }: { key: string }) => key === "use.permission");
  expect(claim).toMatchObject({ grade: "C", by: "A", value: false, text: { en: "no", zh: "否" } });
  expect(said.unknown.map(({ key }: { key: string }) => key)).not.toContain("use.permission");
  expect((await server.ask(`/cases/${id}/facts`, { key: "use.permission", value: "maybe", by: "A" })).code).toBe(
    "doctrine.fact-unfit",
  );
  expect((await server.ask(`/cases/${id}/facts`, { key: "no.such", value: true, by: "A" })).code).toBe(
    "doctrine.fact-unfit",
  );
  await remove(`/cases/${id}/facts/${claim.said}`);
  expect((await measured(id)).unknown.map(({ key }: { key: string }) => key)).toContain("use.permission");
  expect((await remove(`/cases/${id}/facts/99`)).status).toBe(404);

  const picture = await server.get(`/api/v1/cases/${id}/exhibits/E1/picture`, server.key);
  expect(picture.headers.get("content-type")).toBe("image/webp");
  expect((await server.get(`/api/v1/cases/${id}/exhibits/E9/picture`, server.key)).status).toBe(404);
}, 240_000);

test("the same facts under the three rules have two columns each, with what would change them; parameters carry their reason", async () => {
  const { json } = await server.ask(`/cases/${id}/assessment`);
  expect(json.three).toEqual(["cn.bic.li-v-liu.2023", "cn.bic.zhou.2025", "opinion.li-boyang.2023"]);
  expect(json.rules).toHaveLength(20);
  const zhou = json.rules.find(({ rule }: { rule: { id: string } }) => rule.id === "cn.bic.zhou.2025");
  expect([zhou.questions[0].evidence.value, zhou.questions[0].burden.value]).toEqual(["undetermined", "not satisfied"]);
  const { json: two } = await server.ask(`/cases/${id}/assessment?rules=cn.bic.zhou.2025,us.usco.part2.2025`);
  expect(two.rules).toHaveLength(2);

  const { json: doctrine } = await server.ask("/doctrine");
  const opinion = doctrine.rules.find((rule: { id: string }) => rule.id === "opinion.li-boyang.2023");
  const name = opinion.parameters.find((one: { settable: boolean }) => one.settable).name;
  await put(`/cases/${id}`, { parameters: { "opinion.li-boyang.2023": { [name]: { value: 0.6, why: "agreed" } } } });
  const { json: again } = await server.ask(`/cases/${id}/assessment?rules=opinion.li-boyang.2023`);
  expect(again.rules[0].parameters[name]).toMatchObject({
    value: 0.6,
    chosen: true,
    why: { en: "agreed", zh: "agreed" },
  });
  expect((await put(`/cases/${id}`, { parameters: { x: { y: { value: 1 } } } })).code).toBe("server.bad-request");
}, 240_000);

test("the preview runs and loads nothing, and may be shown by our own page alone", async () => {
  const { text, headers } = await server.get(`/api/v1/cases/${id}/preview.html?lang=zh`, server.key);
  expect(text).toContain("检材清单");
  expect(text).not.toContain("<script");
  const policy = headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).toMatch(/; sandbox$/);
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  // Nothing else may be framed, not even by ourselves.
  expect((await server.get("/api/v1/cases", server.key)).headers.get("x-frame-options")).toBe("DENY");
}, 240_000);

test("no path leads out of the workspace: ids, rules, exhibits and links", async () => {
  for (const bad of ["..", "%2e%2e", "etc%2Fpasswd", "S-2026", "a".repeat(65)]) {
    expect((await server.get(`/api/v1/cases/${bad}`, server.key)).status).toBeGreaterThanOrEqual(400);
  }
  expect((await put(`/cases/${id}`, { rules: ["/etc/passwd"] })).code).toBe("doctrine.rule-not-found");
  expect((await server.ask(`/cases/${id}/assessment?rules=/etc/passwd`)).code).toBe("doctrine.rule-not-found");

  // A case that came from elsewhere and names files of this machine.
  const folder = join(server.home, "cases", "brought");
  const brought = { ...JSON.parse(readFileSync(join(server.home, "cases", id, "case.json"), "utf8")), ref: "brought" };
  mkdirSync(join(folder, "exhibits", "E1"), { recursive: true });
  writeFileSync(join(folder, "case.json"), JSON.stringify({ ...brought, rules: ["/etc/passwd"] }));
  expect((await server.ask("/cases/brought")).code).toBe("doctrine.rule-not-found");
  symlinkSync(join(server.home, "secret.txt"), join(folder, "exhibits", "E1", "x.png"));
  const exhibits = [{ ...brought.exhibits[0], file: "exhibits/E1/x.png" }];
  writeFileSync(join(folder, "case.json"), JSON.stringify({ ...brought, exhibits, custody: [] }));
  expect((await server.get("/api/v1/cases/brought/exhibits/E1/picture", server.key)).code).toBe(
    "doctrine.exhibit-outside",
  );
  expect((await server.ask("/cases/brought")).json.findings[0]).toMatchObject({
    level: "fails",
    code: "doctrine.exhibit-outside",
  });
  writeFileSync(join(folder, "case.json"), "{");
  const { cases } = (await server.ask("/cases")).json;
  expect(cases.find((one: { id: string }) => one.id === "brought").error.code).toBe("base.json-malformed");
});

test("a dossier is PDF, HTML and a bundle that holds; one byte changed in it is named", async () => {
  const { json: added } = await server.ask("/dossiers", { case: id, languages: ["en"] });
  let one = added;
  while (one.state === "queued" || one.state === "running") {
    await new Promise((done) => setTimeout(done, 200));
    one = (await server.ask(`/dossiers/${added.id}`)).json;
  }
  expect([one.state, one.error]).toEqual(["done", undefined]);
  expect(one.verified).toMatchObject({ ok: true, fails: 0 });
  const file = async (name: string) => {
    const answer = await server.raw(`/api/v1/dossiers/${added.id}/files/${name}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  expect(new TextDecoder().decode((await file("dossier.pdf")).subarray(0, 5))).toBe("%PDF-");
  const bundle = await file("bundle.zip");
  expect([...readZip(bundle).files.keys()]).toContain("data/documents/dossier.pdf");

  const { json: report } = await send("/verify", bundle);
  expect(report).toMatchObject({ ok: true, number: one.number });
  expect(new Set(report.findings.map(({ level }: { level: string }) => level))).toEqual(new Set(["holds", "informs"]));
  const altered = bundle.slice();
  const at = new TextDecoder("latin1").decode(altered).indexOf("S 2026/014");
  altered[at] = 84;
  const { json: broken } = await send("/verify", altered);
  expect(broken.ok ?? false).toBe(false);
  expect((await send("/verify", new Uint8Array([1, 2, 3]))).code).toMatch(/^dossier\./);
  expect((await server.ask("/dossiers", { case: "no-such" })).code).toBe("doctrine.case-not-found");
  expect((await server.ask(`/dossiers?case=${id}`)).json.dossiers).toHaveLength(1);
}, 300_000);

test("a comparison goes into a case with both images and its certificate, whose facts are measured here", async () => {
  const [a, b] = [(await send("/images", original)).json.sha256, (await send("/images", copy)).json.sha256];
  const { json: added } = await server.ask("/comparisons", {
    ...{ a: { image: a, name: "field.png" }, b: { image: b, name: "post.jpg" } },
    mark: { by: "box", box: [160, 280, 120, 30] },
  });
  let one = added;
  while (one.state === "queued" || one.state === "running") {
    await new Promise((done) => setTimeout(done, 200));
    one = (await server.ask(`/comparisons/${added.id}`)).json;
  }
  const { id: fresh } = (await server.ask("/cases", { ...HEAD, ref: "compared" })).json;
  await server.ask(`/cases/${fresh}/comparisons`, { comparison: added.id, receivedFrom: "A" });
  const { facts, case: theCase } = await measured(fresh);
  expect(theCase.exhibits.map(({ role, made }: { role: string; made?: boolean }) => [role, made ?? false])).toEqual([
    ["image", false],
    ["copy", false],
    ["certificate", true],
    ["document", true],
    ["document", true],
  ]);
  const verdict = facts.find(({ key }: { key: string }) => key === "compare.copy_verdict");
  expect(verdict).toMatchObject({ value: "edited-copy", grade: "M", exhibit: "E3" });
  expect(facts).toContainEqual(expect.objectContaining({ key: "compare.watermark_removed", value: true, grade: "M" }));

  // An exhibit that nothing rests on goes again; the others keep their numbers.
  await remove(`/cases/${fresh}/exhibits/E4`);
  expect((await measured(fresh)).case.exhibits.map(({ id: own }: { id: string }) => own)).toEqual([
    "E1",
    "E2",
    "E3",
    "E5",
  ]);
  expect(existsSync(join(server.home, "cases", fresh, "exhibits", "E4"))).toBe(false);
}, 300_000);

test("an exhibit that was taken out is kept aside, comes back with all it had, and is erased only when asked", async () => {
  const { id: own } = (await server.ask("/cases", { ...HEAD, ref: "undone" })).json;
  const add = (name: string) => send(`/cases/${own}/exhibits/file?name=${name}&role=document&from=B`, copy);
  for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await add(name);
  const before = await measured(own);
  const [, second] = before.case.exhibits;
  const files = (place: string) => join(server.home, "cases", own, place);

  const without = JSON.parse((await remove(`/cases/${own}/exhibits/E2`)).text);
  expect(without.removed).toMatchObject([{ ...second, removedAt: expect.stringMatching(/^\d{4}-/) }]);
  expect(existsSync(files("exhibits/E2"))).toBe(false);
  // What is kept aside is in no dossier: it is no exhibit, and its number is given to no other.
  await add("d.jpg");
  expect((await measured(own)).case.exhibits.map(({ id: one }: { id: string }) => one)).toEqual(["E1", "E3", "E4"]);

  await server.ask(`/cases/${own}/removed/E2/restore`, {});
  const back = await measured(own);
  expect(back.removed).toEqual([]);
  expect(back.case.exhibits.map(({ id: one }: { id: string }) => one)).toEqual(["E1", "E2", "E3", "E4"]);
  expect(back.case.exhibits[1]).toEqual(second);
  const custody = ({ exhibit }: { exhibit: string }) => exhibit === "E2";
  expect(back.case.custody.filter(custody)).toEqual(before.case.custody.filter(custody));
  expect(back.findings.map(({ level }: { level: string }) => level)).toEqual(["holds", "holds", "holds", "holds"]);
  expect((await server.ask(`/cases/${own}/removed/E2/restore`, {})).code).toBe("doctrine.exhibit-unknown");

  await remove(`/cases/${own}/exhibits/E4`);
  await remove(`/cases/${own}/removed/E4`);
  expect((await measured(own)).removed).toEqual([]);
  expect(existsSync(files("removed/E4"))).toBe(false);
  for (const bad of ["E9", "..", "%2e%2e%2fexhibits"]) {
    expect((await remove(`/cases/${own}/removed/${bad}`)).status).toBeGreaterThanOrEqual(400);
  }
  expect(existsSync(files("exhibits/E1"))).toBe(true);
}, 300_000);

test("a signed exhibit's Content Credentials are validated where a bundle is checked, as the command line does it", async () => {
  const input = await bundleInput();
  const image = new Uint8Array(readFileSync(samplePath("raw__data_fixtures_provenance_firefly-1.png")));
  const exhibits = [...input.exhibits, { id: "E3", name: "signed.png", role: "document", bytes: image }];
  const { json } = await send("/verify", new Uint8Array(writeZip(makeBundle({ ...input, exhibits }))));
  const said = json.findings.filter(({ code }: { code: string }) => code.startsWith("dossier.credentials"));
  expect(said).toMatchObject([{ code: "dossier.credentials-hold", level: "holds" }]);
}, 240_000);
