// Boa as a host: runs a thread of a program, in a new agent. Arguments:
//
//   native   an object whose property `answer` receives the answer
//   work     JSON: the API's name, the texts of the program's variables, of the thread's body, and of the function
//            that converts a value to text
const { api, variables, body, observed } = JSON.parse(work);

// Declares the variables, and runs the body.
function thread(names) {
  const text = new Function(`return ${observed}`)();
  const seen = [];
  const strand = (name) => (value, ...label) => seen.push([name, text(value), ...label]);
  const surrounding = { ...names, strand };
  try {
    const declared = new Function(...Object.keys(surrounding), `"use strict";\n${variables}\nreturn ${body}`);
    declared(...Object.values(surrounding))();
    return { observed: seen, threw: false };
  } catch (thrown) {
    return { observed: seen, threw: true, thrown: text(thrown) };
  }
}

const answer = (names) => (native.answer = JSON.stringify(thread(names)));
if (api === "ac") answer({ AsyncContext });
else import("node:async_hooks").then(({ AsyncLocalStorage, AsyncResource }) => answer({ AsyncLocalStorage, AsyncResource }));
