// The functions of the harness of web platform tests that the exported tests call, for engines without that harness.
// `reportAll` runs the tests in order, and prints a line for each.
const registered = [];
globalThis.setup = () => {};
globalThis.promise_test = (body, name) => {
  registered.push([name, body]);
};
globalThis.assert_true = (value, what) => {
  if (value !== true) throw new Error(`${what}: ${value}`);
};
globalThis.assert_equals = (actual, expected, what = "values") => {
  if (!Object.is(actual, expected)) throw new Error(`${what}: ${actual} instead of ${expected}`);
};

async function reportAll() {
  for (const [name, body] of registered) {
    try {
      await body();
      console.log(`PASS ${name}`);
    } catch (error) {
      console.log(`FAIL ${name}: ${error}`);
    }
  }
}
