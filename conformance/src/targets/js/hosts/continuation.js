// The functions that get and set the value that V8 keeps with each continuation, and those that convert a map to such a
// value and back.
function continuation() {
  if (typeof Deno !== "undefined") {
    const { core } = Deno[Deno.internal];
    return {
      get: core.getAsyncContext,
      set: core.setAsyncContext,
      // Deno's HTTP client copies the properties of the value into an object of its own.
      pack: (mapping) => (mapping === undefined ? undefined : { asyncContext: mapping }),
      unpack: (value) => value?.asyncContext,
    };
  }
  // With the option --expose-internals.
  const { internalBinding } = require("internal/test/binding");
  const binding = internalBinding("async_context_frame");
  return {
    get: binding.getContinuationPreservedEmbedderData,
    set: binding.setContinuationPreservedEmbedderData,
    pack: (mapping) => mapping,
    unpack: (value) => value,
  };
}
