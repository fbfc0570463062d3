// What was typed, kept in the browser. In a sandboxed frame there is no storage, and nothing is kept.

const PREFIX = "asynccontext-playground:";

export function keep(key, text) {
  try {
    localStorage.setItem(PREFIX + key, text);
  } catch {
    // Storage is full or forbidden; the page works without.
  }
}

export function kept(key) {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}
