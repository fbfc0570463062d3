// Tests of the page in Chromium: what it shows, its filters and addresses, the keyboard, accessibility, and that it
// needs nothing but its own file.
//
//   PAGE      the page of the whole suite
//   HOSTILE   the page of hostile.kdl
//   CHROMIUM  the browser
//   WPT       a folder with the exported web platform tests, and their harness as testharness.js
//   PICTURES  a folder for screenshots

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const { PAGE, HOSTILE, CHROMIUM, WPT, PICTURES } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const home = pathToFileURL(PAGE).href;
const text = readFileSync(PAGE, "utf8");
const data = JSON.parse(text.match(/<script type="application\/json" id="data">(.*?)<\/script>/s)[1]);
const contested = data.cases.find((one) => one.readings.length > 0);
const deviating = data.cases.find((one) => one.cells.some(([verdict]) => verdict === 1));
const views = ["#/", "#/targets", "#/reasons", "#/clauses", "#/words", `#/target/${data.targets.at(-1).name}`];
views.push(`#/case/${data.cases[0].id}`, `#/case/${deviating.id}?target=${data.targets.at(-1).name}`, `#/case/${contested.id}`);

let browser;
before(async () => {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
});
after(() => browser.close());

// Opens a page, and fails the test if it prints an error, throws, or requests another file.
async function open(context, url, options = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  const trouble = [];
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    const requested = request.url();
    if (!requested.startsWith("file:") && !requested.startsWith("data:")) trouble.push(`requested ${requested}`);
  });
  context.after(async () => {
    await page.context().close();
    assert.deepEqual(trouble, []);
  });
  await page.goto(url);
  return page;
}

// Does what leads to another view, and waits until the page shows it: the page's own listener comes first.
async function move(page, action) {
  await page.evaluate(() => {
    globalThis.moved = new Promise((done) => addEventListener("hashchange", () => done(), { once: true }));
  });
  await action();
  await page.evaluate(() => globalThis.moved);
}

async function go(page, hash) {
  if (new URL(page.url()).hash !== hash) {
    await move(page, () => page.evaluate((hash) => (location.hash = hash), hash));
  }
}

test("the matrix has a row for each case and a cell for each target", async (t) => {
  const page = await open(t, home);
  assert.equal(await page.locator("table.matrix th[scope=row]").count(), data.cases.length);
  assert.equal(await page.locator("table.matrix td[data-to]").count(), data.cases.length * data.targets.length);
  assert.match(await page.title(), /^Matrix/);
});

test("each mark of the matrix is the verdict of the data", async (t) => {
  const page = await open(t, home);
  const words = await page.locator("table.matrix tr:has(td[data-to])").evaluateAll((rows) =>
    rows.map((row) => [row.querySelector("th a").textContent, [...row.querySelectorAll("td .hidden")].map((word) => word.textContent)]),
  );
  const shown = new Map(words);
  for (const one of data.cases) {
    const expected = one.cells.map(([verdict]) => data.verdicts[verdict].word);
    assert.deepEqual(shown.get(one.id), expected, one.id);
  }
});

test("filters narrow the matrix, and the address keeps them", async (t) => {
  const page = await open(t, home);
  const rows = page.locator("table.matrix th[scope=row]");
  await page.fill("input[name=q]", "generator");
  const searched = data.cases.filter((one) => [one.id, one.title, ...one.tags, ...one.clauses].join(" ").toLowerCase().includes("generator"));
  const some = await rows.count();
  assert.ok(some >= searched.length && some < data.cases.length, `${some} rows`);
  await page.selectOption("select[name=show]", "deviating");
  const fewer = await rows.count();
  assert.ok(fewer > 0 && fewer < some, `${fewer} rows`);
  assert.match(page.url(), /q=generator/);
  assert.equal(await page.evaluate(() => document.activeElement.name), "q", "the field keeps its focus");
  await page.reload();
  assert.equal(await rows.count(), fewer);
  assert.equal(await page.inputValue("input[name=q]"), "generator");
  await page.fill("input[name=q]", "no such case anywhere");
  assert.equal(await rows.count(), 0);
  await page.click("text=Show all cases");
  assert.equal(await rows.count(), data.cases.length);
});

test("the filter of a reason shows the cases with that reason", async (t) => {
  const page = await open(t, home);
  const cause = deviating.cells.find(([verdict]) => verdict === 1)[2][0];
  await page.selectOption("select[name=cause]", cause);
  const expected = data.cases.filter((one) => one.cells.some(([, , causes]) => causes.includes(cause))).length;
  assert.equal(await page.locator("table.matrix th[scope=row]").count(), expected);
});

test("the choice of targets removes columns", async (t) => {
  const page = await open(t, home);
  await page.click("details.targets summary");
  await page.uncheck(`input[name=target][value="${data.targets[0].name}"]`);
  assert.equal(await page.locator("table.matrix th.target").count(), data.targets.length - 1);
});

test("every link leads to a view or to a known site", async (t) => {
  const page = await open(t, home);
  const seen = new Set();
  for (const hash of views) {
    await go(page, hash);
    for (const [href, rel] of await page.locator("a").evaluateAll((links) => links.map((link) => [link.getAttribute("href"), link.rel]))) {
      if (href.startsWith("#")) seen.add(href);
      else assert.ok(/^https:\/\//.test(href) && rel.includes("noreferrer"), href);
    }
  }
  for (const hash of [...seen].filter((hash) => hash.startsWith("#/"))) {
    await go(page, hash);
    assert.doesNotMatch(await page.locator("main h1").first().textContent(), /No such/, hash);
  }
});

test("a cell opens its case, and back returns", async (t) => {
  const page = await open(t, home);
  await move(page, () => page.locator("table.matrix td[data-to]").first().click());
  assert.ok(new URL(page.url()).hash.startsWith("#/case/"), page.url());
  await move(page, () => page.goBack());
  assert.equal(await page.locator("table.matrix").count(), 1);
});

test("a case shows each observation, its differences and its programs", async (t) => {
  const page = await open(t, `${home}#/case/${deviating.id}`);
  const expected = Object.values(deviating.draft).flat().length;
  assert.ok((await page.locator("table.timeline tbody tr").count()) >= expected);
  assert.ok((await page.locator("table.timeline td.differs").count()) > 0);
  assert.ok((await page.locator("details pre").count()) >= 3);
  assert.match(await page.locator("details pre").first().textContent(), new RegExp(`^case ${deviating.id}`));
});

test("the readings of a case stand beside each other, with their differences", async (t) => {
  const page = await open(t, home);
  await go(page, "#/?show=readings");
  const divided = data.cases.filter((one) => one.readings.length > 0);
  assert.ok(divided.length > 10, `${divided.length} cases`);
  assert.equal(await page.locator("table.matrix td[data-to]").count(), divided.length * data.targets.length);
  const one = contested;
  await go(page, `#/case/${one.id}`);
  const heads = await page.locator("table.readings thead th").evaluateAll((heads) => heads.slice(1).map((head) => head.firstChild.textContent));
  assert.deepEqual(heads, one.readings.map(([word]) => word));
  assert.equal(heads[0], "draft");
  assert.ok((await page.locator("table.readings td.differs").count()) >= one.readings.length - 1);
  const alike = data.cases.find((one) => one.readings.length === 0);
  await go(page, `#/case/${alike.id}`);
  assert.equal(await page.locator("table.readings").count(), 0);
});

test("every case has as many rows as the longest of its outcomes", async (t) => {
  const page = await open(t, home);
  for (const one of data.cases) {
    await go(page, `#/case/${one.id}`);
    const outcomes = [one.draft, ...one.outcomes];
    const strands = new Set(outcomes.flatMap((outcome) => Object.keys(outcome)));
    let rows = 0;
    for (const strand of strands) rows += Math.max(...outcomes.map((outcome) => outcome[strand]?.length ?? 0));
    assert.equal(await page.locator("table.timeline tbody tr").count(), rows, one.id);
  }
});

test("the text of an issue names the target, both outcomes and the clause", async (t) => {
  const page = await open(t, `${home}#/case/${deviating.id}`);
  await page.click("details.issue summary");
  const area = page.locator("details.issue textarea");
  for (const option of await page.locator("details.issue option").all()) {
    const name = await option.textContent();
    await page.selectOption("details.issue select", { label: name });
    const value = await area.inputValue();
    const target = data.targets.find((target) => target.name === name);
    assert.ok(value.includes(target.describe) && value.includes("Required by") && value.includes(`--target ${name}`), value);
    for (const clause of deviating.clauses) assert.ok(value.includes(clause), clause);
  }
});

test("the keyboard reaches and operates the page", async (t) => {
  const page = await open(t, home);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "main");
  await page.locator("table.matrix th[scope=row] a").first().focus();
  await move(page, () => page.keyboard.press("Enter"));
  assert.ok(new URL(page.url()).hash.startsWith("#/case/"), page.url());
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

for (const scheme of ["light", "dark"]) {
  for (const width of [360, 1280]) {
    test(`axe finds no violation, ${scheme}, ${width} px`, async (t) => {
      const page = await open(t, home, { colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: true });
      await page.addScriptTag({ content: axe });
      for (const hash of views) {
        await go(page, hash);
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
        assert.deepEqual(told, [], hash);
      }
    });
  }
}

test("no view is wider than a phone", async (t) => {
  const page = await open(t, home, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  for (const hash of views) {
    await go(page, hash);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, hash);
  }
});

test("the text of a program never becomes markup", async (t) => {
  const page = await open(t, `${pathToFileURL(HOSTILE).href}#/case/hostile`);
  assert.match(await page.title(), /^hostile/);
  assert.equal(await page.locator("main img, main script, main b:has-text('bold')").count(), 0);
  assert.match(await page.locator(".lead").textContent(), /^<\/script><script>/);
  await go(page, "#/case/expects-what-the-draft-does-not-give");
  assert.match(await page.locator(".notice").textContent(), /states for the draft: main b\. The model of the draft gives: main a\./);
});

test("an address that leads nowhere says so", async (t) => {
  const page = await open(t, `${home}#/case/no-such-case`);
  assert.equal(await page.locator("h1").textContent(), "No such case");
  await go(page, "#/target/%E0%A4%A");
  assert.equal(await page.locator("h1").textContent(), "No such target");
});

test("each exported web platform test loads, and fails by the lack of AsyncContext alone", async (t) => {
  const files = readdirSync(WPT, { recursive: true }).filter((file) => file.endsWith(".any.js"));
  assert.ok(files.length > 0);
  const page = await open(t, home);
  for (const file of files) {
    const scripts = ["testharness.js", "resources/litmus.js", file].map((source) => `<script src="${pathToFileURL(`${WPT}/${source}`).href}"></script>`);
    // Registered before the tests run, since the harness does not call a later callback.
    const listen = `<script>
      globalThis.results = new Promise((done) => {
        add_completion_callback((tests, { status, message }) => {
          done({ status, message, tests: tests.map(({ name, status, message }) => ({ name, status, message })) });
        });
      });
    </script>`;
    const frame = `${WPT}/frame.html`;
    writeFileSync(frame, `<!doctype html><meta charset="utf-8"><title>Test</title>${scripts[0]}${listen}${scripts[1]}${scripts[2]}`);
    await page.goto(pathToFileURL(frame).href);
    const results = await page.evaluate(() => globalThis.results);
    assert.equal(results.status, 0, `${file}: ${results.message}`);
    assert.ok(results.tests.length > 1, file);
    for (const { name, status, message } of results.tests) {
      assert.equal(status, 1, name);
      assert.match(message, /the platform has AsyncContext/, name);
    }
  }
});

test("pictures are taken", { skip: PICTURES ? false : "PICTURES names no folder" }, async (t) => {
  mkdirSync(PICTURES, { recursive: true });
  for (const scheme of ["light", "dark"]) {
    for (const width of [360, 1024, 1920]) {
      const page = await open(t, home, { colorScheme: scheme, viewport: { width, height: 1000 } });
      for (const [name, hash] of [["matrix", "#/"], ["case", views.at(-1)], ["target", views.at(-3)], ["reasons", "#/reasons"]]) {
        await go(page, hash);
        await page.screenshot({ path: `${PICTURES}/${name}-${width}-${scheme}.png`, fullPage: width === 360 && name !== "matrix" });
      }
    }
  }
});
