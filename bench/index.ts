/** `npm run bench -- NAME…`: measures, prints ratios within one run, and says what limits them. */

const BENCHES = ["read", "record", "ledger", "engine", "compare", "server", "library", "page"];

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : BENCHES) {
  if (!BENCHES.includes(name)) throw new Error(`there is no bench ${name}; there are ${BENCHES.join(", ")}`);
  const bench = (await import(`./${name}.ts`)) as { run(): Promise<void> };
  await bench.run();
}
