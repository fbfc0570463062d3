// The site on loopback, and a browser.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

export const site = process.env.SITE ?? path.join(import.meta.dirname ?? ".", "../../../target/playground/site");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const kinds = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", wasm: "application/wasm" };

/**
 * Serves the site below `/some/path/`. `change(name, bytes)` may return other bytes for a file. Counts what is sent, with
 * gzip.
 */
export async function serve(change = (_, bytes) => bytes) {
  const sent = new Map();
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, "http://x").pathname.replace(/^\/some\/path\//, "") || "index.html";
    try {
      const bytes = change(name, await readFile(path.join(site, name)));
      const packed = gzipSync(bytes);
      sent.set(name, packed.length);
      response.writeHead(200, { "content-type": kinds[name.split(".").pop()], "content-encoding": "gzip" });
      response.end(packed);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}/some/path/`, sent, close: () => server.close() };
}

export function launch() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath, args });
}

/** Opens a page that notes console errors and requests to other origins. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("blob:") && !url.startsWith("data:") && new URL(url).origin !== new URL(address).origin) faults.push(`request: ${url}`);
  });
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  return { page, faults, context };
}

/** Waits until the engine is loaded. */
export async function ready(page) {
  await page.waitForSelector("html[data-engine=ready]");
}

/** Replaces the text of the visible editor. */
export async function type(page, text, part = "#javascript") {
  await page.locator(`${part} .cm-content`).first().focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** Runs the program, and returns the lines of the console. */
export async function run(page, part = "#javascript") {
  await page.locator(`${part} .run`).click();
  await page.waitForFunction((part) => /^(Ended|Stopped|The engine failed)/.test(document.querySelector(`${part} .state`).textContent), part);
  return page.locator(`${part} .console > div`).allTextContents();
}
