// Bundles the page. Arguments: the folder to write to.
//
// The bundle is one classic script, since a page in a sandboxed frame or from a file may not load modules.

import { copyFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const [output] = process.argv.slice(2);
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const common = { bundle: true, minify: true, target: "es2022", format: "iife", logLevel: "warning", legalComments: "none" };

const worker = await build({ ...common, entryPoints: [path.join(here, "src/worker.js")], write: false });

await build({
  ...common,
  entryPoints: [path.join(here, "src/app.js")],
  outfile: path.join(output, "app.js"),
  plugins: [
    {
      name: "worker-source",
      setup(build) {
        build.onResolve({ filter: /^worker-source$/ }, () => ({ path: "worker-source", namespace: "worker" }));
        build.onLoad({ filter: /.*/, namespace: "worker" }, () => ({ contents: worker.outputFiles[0].text, loader: "text" }));
      },
    },
  ],
});
for (const file of ["index.html", "app.css"]) await copyFile(path.join(here, file), path.join(output, file));
