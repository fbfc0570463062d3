// Prints what each program observed and whether the draft requires that. Before this text there is `expected`: by the
// number of a program, its id, its needs, and the observations that the draft requires.
let different = 0;

function agrees(seen = [], stated = []) {
  const same = ([value, label], [stated, required]) => value === stated && (required === undefined || label === required);
  return seen.length === stated.length && seen.every((observation, i) => same(observation, stated[i]));
}

function report(program, run) {
  const { id, strands } = expected[program.id];
  const seen = Object.fromEntries(run.strands);
  const names = [...new Set([...Object.keys(seen), ...Object.keys(strands)])];
  const wrong = names.filter((name) => !agrees(seen[name], strands[name]));
  const ok = wrong.length === 0 && run.failure === undefined;
  if (!ok) different++;
  printLine(`${ok ? "as the draft requires" : "not as the draft requires"}: ${id}`);
  if (run.failure !== undefined) printLine(`  ${run.failure}`);
  for (const name of wrong) {
    const text = (list = []) => list.map(([value]) => value).join(" ") || "nothing";
    printLine(`  ${name}: observed ${text(seen[name])}, the draft requires ${text(strands[name])}`);
  }
  if (program === programs.at(-1)) {
    printLine(`${different} of ${programs.length} not as the draft requires`);
    if (different > 0 && typeof process === "object") process.exitCode = 1;
  }
}

const has = {
  gc: typeof gc === "function" || typeof $262 === "object",
  rejection: typeof process === "object" || typeof addEventListener === "function",
  immediate: typeof setImmediate === "function",
  "next-tick": typeof process === "object" && typeof process.nextTick === "function",
  "event-target": typeof EventTarget === "function" && typeof AbortController === "function",
  message: typeof MessageChannel === "function",
  broadcast: typeof BroadcastChannel === "function",
  "web-stream": typeof WritableStream === "function",
  uncaught: false,
  diagnostics: false,
  fs: false,
  http: false,
  net: false,
  process: false,
  stream: false,
  worker: false,
  module: false,
  hide: false,
};
for (const program of programs) {
  const { id, needs } = expected[program.id];
  const lack = needs.find((need) => has[need] === false);
  if (lack !== undefined) printLine(`not run: ${id}: it needs ${lack}`);
  program.lacks = lack !== undefined;
}
programs = programs.filter((program) => !program.lacks);
