// The lessons: a text, a program that runs, and a question whose answer is checked.

import { javascriptPart } from "./javascript.js";
import { lessons } from "./lessons.js";
import { keep, kept } from "./storage.js";

/** Makes the part in `root`. `opened(number)` is called when a lesson is opened. */
export function learnPart(root, { engine, opened }) {
  root.innerHTML = `
    <nav aria-label="Lessons"><ol class="contents"></ol></nav>
    <article><h2 tabindex="-1"></h2><div class="text"></div><div class="bench-place"></div>
      <form class="question"><fieldset><legend></legend><div class="choices"></div></fieldset>
        <button type="submit">Check the answer</button> <p class="answer" role="status"></p></form>
      <p class="turn"><button type="button" class="previous">Previous lesson</button> <button type="button" class="next">Next lesson</button></p>
    </article>`;
  const find = (selector) => root.querySelector(selector);
  const solved = new Set(JSON.parse(kept("solved") ?? "[]"));
  let number = 1;
  let part;

  const contents = lessons.map((lesson, index) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: lesson.title });
    button.addEventListener("click", () => open(index + 1, true));
    item.append(button);
    return item;
  });
  find(".contents").append(...contents);

  function marks() {
    contents.forEach((item, index) => {
      const button = item.firstChild;
      button.textContent = solved.has(index + 1) ? `${lessons[index].title} ✓` : lessons[index].title;
      button.setAttribute("aria-current", index + 1 === number ? "true" : "false");
    });
  }

  function open(wanted, focus = false) {
    part?.stop();
    number = Math.max(1, Math.min(lessons.length, wanted));
    const lesson = lessons[number - 1];
    find("h2").textContent = `${number}. ${lesson.title}`;
    find(".text").replaceChildren(...lesson.text.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    find("legend").textContent = lesson.ask;
    find(".choices").replaceChildren(...lesson.choices.map(choice));
    find(".answer").textContent = "";
    const place = document.createElement("div");
    find(".bench-place").replaceChildren(place);
    const key = `lesson-${number}`;
    part = javascriptPart(place, { text: kept(key) ?? lesson.program, engine, changed: (text) => keep(key, text) });
    find(".previous").disabled = number === 1;
    find(".next").disabled = number === lessons.length;
    marks();
    opened(number);
    if (focus) find("h2").focus();
  }

  function choice(text, index) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "choice", value: String(index), required: true });
    label.append(input, ` ${text}`);
    return label;
  }

  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const lesson = lessons[number - 1];
    const right = Number(new FormData(event.target).get("choice")) === lesson.answer;
    find(".answer").textContent = right ? `Right. ${lesson.because}` : "Not so. Run the program, look at the timeline, and try again.";
    if (right) {
      solved.add(number);
      keep("solved", JSON.stringify([...solved]));
      marks();
    }
  });
  find(".previous").addEventListener("click", () => open(number - 1, true));
  find(".next").addEventListener("click", () => open(number + 1, true));
  return { open };
}
