// Writes recorded.json: what the runtimes gave, from the results of a full run.
//
//   cargo run -p asynccontext-conformance -- run --format json >results.json
//   node playground/web/record.mjs results.json
//
// For each case the draft's outcome, and for each runtime 0 where it has the same, null where it does not support the
// case, "unstable" where it differs from run to run, else its own.

import { readFileSync, writeFileSync } from "node:fs";

const EMBEDDED = /^(model|rust|boa)/;

const { targets, cases, not_run: missing } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const runtimes = targets.filter(({ name }) => !EMBEDDED.test(name)).map(({ name, describe }) => ({ name, describe }));
if (runtimes.length === 0) throw new Error(`the results have no runtime; not run: ${JSON.stringify(missing)}`);

function result({ verdict, strands }) {
  if (verdict === "conforms") return 0;
  if (verdict === "not_supported") return null;
  if (verdict === "known_deviation") return strands;
  if (verdict === "unstable") return verdict;
  throw new Error(`a result is ${verdict}; only runs without such results are recorded`);
}

const lines = cases.map(({ id, draft, results }) => {
  const recorded = { draft, results: runtimes.map(({ name }) => result(results[name])) };
  return `    ${JSON.stringify(id)}: ${JSON.stringify(recorded)}`;
});
const date = new Date().toISOString().slice(0, 10);
const text = `{
  "date": "${date}",
  "targets": [
    ${runtimes.map((runtime) => JSON.stringify(runtime)).join(",\n    ")}
  ],
  "cases": {
${lines.join(",\n")}
  }
}
`;
writeFileSync(new URL("recorded.json", import.meta.url), text);
