// The addresses of the views, and their display.

const VIEWS = [
  ["", "Matrix"],
  ["targets", "Targets"],
  ["reasons", "Reasons"],
  ["clauses", "Clauses"],
  ["words", "Words"],
];

function view(path, parameters) {
  const [kind, name] = path;
  switch (kind) {
    case "case":
      return caseView(name ?? "", parameters);
    case "target":
      return targetView(name ?? "");
    case "targets":
      return targetsView();
    case "reasons":
      return reasonsView();
    case "clauses":
      return clausesView();
    case "words":
      return wordsView();
    default:
      return matrixView(parameters);
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function show(isFirst) {
  if (!isFirst && location.hash !== "" && !location.hash.startsWith("#/")) return; // A place in this view, as the skip link's.
  const [path, query] = location.hash.slice(2).split("?");
  const parts = (path ?? "").split("/").map(decoded);
  const { title, nodes } = view(parts, new URLSearchParams(query ?? ""));
  document.title = `${title} · AsyncContext conformance`;
  const main = document.getElementById("main");
  main.replaceChildren(...nodes.flat(Infinity).filter((node) => node !== null && node !== undefined));
  for (const item of document.querySelectorAll("#nav a")) {
    if (item.dataset.view === parts[0]) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  if (!isFirst) {
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

document.getElementById("nav").append(
  ...VIEWS.map(([path, word]) => el("a", { href: address([path]), "data-view": path }, word)),
);
document.getElementById("footer").append(
  el("p", null, `Run on ${DATA.date} by conformance ${DATA.tool}, by the draft of ${DATA.draft.date}, commit `, outside(DATA.draft.url, DATA.draft.commit.slice(0, 7)), "."),
);
window.addEventListener("hashchange", () => show(false));
show(true);
