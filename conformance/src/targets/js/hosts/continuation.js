// The functions that get and set the value that V8 keeps with each continuation.
function continuation() {
  if (typeof Deno !== "undefined") {
    const { core } = Deno[Deno.internal];
    return { get: core.getAsyncContext, set: core.setAsyncContext };
  }
  // With the option --expose-internals.
  const { internalBinding } = require("internal/test/binding");
  const binding = internalBinding("async_context_frame");
  return {
    get: binding.getContinuationPreservedEmbedderData,
    set: binding.setContinuationPreservedEmbedderData,
  };
}
