/** `npm run bench -- NAME…`: measures, prints ratios within one run, and says what limits them. */

const BENCHES = ["read", "ledger", "engine", "compare"];

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : BENCHES) {
  const bench = await import(`./${name}.ts`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_MODULE_NOT_FOUND" && asked.length === 0) return undefined;
    throw error;
  });
  if (bench) await bench.run();
}
