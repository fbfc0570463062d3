// The page: its three parts, the address, and what is kept.

import { load } from "./engine.js";
import { javascriptPart } from "./javascript.js";
import { learnPart } from "./learn.js";
import { read, write } from "./link.js";
import { litmusPart } from "./litmus.js";
import { keep, kept } from "./storage.js";

const FIRST = `const user = new AsyncContext.Variable({ name: "user" });

async function greet() {
  await null;
  console.log("hello", user.get());
}

user.run("ada", greet);
user.run("grace", () => setTimeout(() => console.log("bye", user.get()), 10));
`;

const FIRST_LITMUS = `litmus 1

case then-captures-at-registration {
    title "A reaction runs in the mapping of the call to then"
    clause sec-performpromisethen sec-newpromisereactionjob
    tags promise then
    program {
        var v
        run v a { deferred d }
        run v b { then d q { get v } }
        run v c { resolve d }
        await q
        get v
    }
    expect { main none; q b }
}
`;

const names = ["javascript", "litmus", "learn"];
const tabs = names.map((name) => document.getElementById(`tab-${name}`));
const panels = names.map((name) => document.getElementById(name));
const message = document.getElementById("message");
const parts = {};
let view = "javascript";

const say = (text) => {
  message.textContent = text;
  message.hidden = text === "";
};

const made = {
  javascript: () => javascriptPart(panels[0], { text: kept("javascript") ?? FIRST, engine: load, changed: (text) => keep("javascript", text) }),
  litmus: () => litmusPart(panels[1], { text: kept("litmus") ?? FIRST_LITMUS, engine: load, changed: (text) => keep("litmus", text), open: say }),
  learn: () => learnPart(panels[2], { engine: load, opened: (number) => address(`#learn=${number}`) }),
};

function address(hash) {
  try {
    history.replaceState(null, "", hash);
  } catch {
    // A sandboxed frame may not change its address.
  }
}

/** Opens a part. `opened` is what the address or a link asks for. */
function show(name, opened = {}) {
  view = name;
  names.forEach((each, i) => {
    const current = each === name;
    tabs[i].setAttribute("aria-selected", String(current));
    tabs[i].tabIndex = current ? 0 : -1;
    panels[i].hidden = !current;
  });
  parts[name] ??= made[name]();
  if (name === "learn") parts.learn.open(opened.lesson ?? 1);
  if (opened.text !== undefined) replace(name, opened.text);
  if (name === "litmus") {
    parts.litmus.check();
    parts.litmus.fill(opened.id);
  }
}

// Opens the text of a link. The text that was there is kept, and can be had back.
function replace(name, text) {
  const { source } = parts[name];
  const earlier = source.text;
  if (earlier === text) return;
  source.text = text;
  if (kept(name) === undefined || earlier === FIRST || earlier === FIRST_LITMUS) return;
  keep(`${name}-earlier`, earlier);
  say("The program of the link is open. ");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Go back to my own program" });
  button.addEventListener("click", () => {
    source.text = earlier;
    say("");
  });
  message.append(button);
}

function follow() {
  const opened = read(location.hash);
  say(opened?.error ?? "");
  if (opened === undefined || opened.error) show(view);
  else if (opened.view === "case") show("litmus", { id: opened.id });
  else show(opened.view, opened);
}

tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => {
    if (names[i] !== "learn") address(`#${names[i]}`);
    show(names[i]);
  });
  tab.addEventListener("keydown", ({ key }) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by) {
      const next = tabs[(i + by + tabs.length) % tabs.length];
      next.focus();
      next.click();
    }
  });
});

document.getElementById("share").addEventListener("click", async () => {
  if (view !== "learn") address(write(view, parts[view].source.text));
  const link = view === "learn" ? location.href : new URL(write(view, parts[view].source.text), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    say("The link is copied. It contains the program.");
  } catch {
    say(`The link is in the address bar. It contains the program: ${link.slice(0, 2000)}`);
  }
});

addEventListener("hashchange", follow);
// The engine loads while the text is read.
load().then(
  () => document.documentElement.setAttribute("data-engine", "ready"),
  (error) => say(error.message),
);
follow();
