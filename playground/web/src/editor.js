// The editor: CodeMirror with what both languages need.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, defaultHighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { HighlightStyle } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const dark = HighlightStyle.define([
  { tag: tags.keyword, color: "#d7a7ff" },
  { tag: [tags.string, tags.special(tags.string)], color: "#9fdc8f" },
  { tag: [tags.number, tags.bool, tags.null], color: "#ffc27a" },
  { tag: tags.comment, color: "#a3adba" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], color: "#8fc7ff" },
]);

/**
 * Makes an editor in `parent`. `changed(text)` is called after each change, `run()` for Ctrl+Enter.
 */
export function editor(parent, { label, language, text, changed, run }) {
  const style = new Compartment();
  const query = matchMedia("(prefers-color-scheme: dark)");
  const highlighting = () => syntaxHighlighting(query.matches ? dark : defaultHighlightStyle);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        indentOnInput(),
        lintGutter(),
        language === "javascript" ? javascript() : [],
        style.of(highlighting()),
        // Tab moves the focus, as everywhere else on the page.
        keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  query.addEventListener("change", () => view.dispatch({ effects: style.reconfigure(highlighting()) }));

  const at = (line) => view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, line)));
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    /** Selects a line, and moves the focus to it if asked. */
    goTo(line, focus) {
      if (line === undefined) return;
      view.dispatch({ selection: { anchor: at(line).from }, effects: EditorView.scrollIntoView(at(line).from, { y: "nearest" }) });
      if (focus) view.focus();
    },
    /** Marks errors: { from, to } or { line, column }, and a message. */
    mark(errors) {
      const end = view.state.doc.length;
      const marked = errors.map(({ from, to, line, column, message }) => {
        const start = from ?? (line === undefined ? 0 : Math.min(at(line).to, at(line).from + (column ?? 1) - 1));
        const stop = to ?? (line === undefined ? start : Math.max(start, at(line).to));
        return { from: Math.min(start, end), to: Math.min(Math.max(stop, start), end), severity: "error", message };
      });
      view.dispatch(setDiagnostics(view.state, marked));
    },
  };
}
