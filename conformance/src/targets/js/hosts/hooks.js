// node:async_hooks where the shell has it: in a module only as a built-in module, in a script by `require` too.
const hooks = (() => {
  try {
    if (typeof process === "object" && process.getBuiltinModule) return process.getBuiltinModule("node:async_hooks");
    return require("async_hooks");
  } catch {
    return undefined;
  }
})();
