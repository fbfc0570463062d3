// The state of the page in its address: what is open and the text, behind the `#`, so that no server sees it.

/** Returns the part of an address for a view and a text. */
export function write(view, text) {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  const safe = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `#${view}=${safe}`;
}

/** Reads such a part. Returns undefined if it is empty, and { error } if it cannot be read. */
export function read(hash) {
  const part = hash.replace(/^#/, "");
  if (part === "") return undefined;
  const [view, safe = ""] = part.split("=", 2);
  if (view === "learn") return { view, lesson: Math.max(1, Number.parseInt(safe, 10) || 1) };
  if (view === "case") return { view, id: safe };
  if (view !== "javascript" && view !== "litmus") {
    return { error: "The address names no part of this page. It has JavaScript, Litmus and Learn." };
  }
  if (safe === "") return { view };
  try {
    const binary = atob(safe.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return { view, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { error: "The program in the address is damaged, so it is not opened. Ask for the link again." };
  }
}
