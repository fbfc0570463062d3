//! The assertions of the harness in `js/harness`: they pass if they hold, and report an error otherwise.

use std::fs;
use std::path::Path;

use boa_engine::object::FunctionObjectBuilder;
use boa_engine::{Context, JsArgs, JsValue, NativeFunction, Source, js_string};

/// The files in the order in which a runner evaluates them.
const FILES: [&str; 8] = [
    "assert.js",
    "sta.js",
    "doneprintHandle.js",
    "asyncHelpers.js",
    "compareArray.js",
    "isConstructor.js",
    "nativeFunctionMatcher.js",
    "propertyHelper.js",
];

/// Returns the message of the `Test262Error` that `program` throws, or none if it ends, and the output after its jobs.
fn run(program: &str) -> (Option<String>, String) {
    let mut context = Context::default();
    let print = NativeFunction::from_fn_ptr(|_, args, context| {
        let line = args.get_or_undefined(0).clone();
        let all = context.global_object().get(js_string!("printed"), context)?.to_string(context)?;
        let all = js_string!(&all, &line.to_string(context)?);
        context.global_object().set(js_string!("printed"), all, true, context).map(|_| JsValue::undefined())
    });
    let print = FunctionObjectBuilder::new(context.realm(), print).build();
    let global = context.global_object();
    global.set(js_string!("print"), print, true, &mut context).unwrap();
    global.set(js_string!("printed"), js_string!(), true, &mut context).unwrap();
    for name in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/harness").join(name);
        let text = fs::read_to_string(&path).unwrap();
        context.eval(Source::from_bytes(&text)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let thrown = context.eval(Source::from_bytes(program)).err().map(|error| {
        let error = error.into_opaque(&mut context).unwrap();
        let error = error.as_object().unwrap_or_else(|| panic!("{program} throws a value that is not an object"));
        let name = error.get(js_string!("name"), &mut context).unwrap();
        let message = error.get(js_string!("message"), &mut context).unwrap().display().to_string();
        assert_eq!(name, js_string!("Test262Error").into(), "{program}: {message}");
        message.trim_matches('"').to_owned()
    });
    context.run_jobs().unwrap();
    let printed = global.get(js_string!("printed"), &mut context).unwrap();
    (thrown, printed.as_string().unwrap().to_std_string_escaped())
}

fn passes(programs: &[&str]) {
    for program in programs {
        assert_eq!(run(program), (None, String::new()), "{program}");
    }
}

/// Asserts that each program throws an error with this text.
fn fails(programs: &[(&str, &str)]) {
    for (program, part) in programs {
        let (thrown, _) = run(program);
        let message = thrown.unwrap_or_else(|| panic!("{program} passes"));
        assert!(message.contains(part), "{program}: {message}");
    }
}

fn prints(programs: &[(&str, &str)]) {
    for (program, line) in programs {
        assert_eq!(run(program), (None, (*line).to_owned()), "{program}");
    }
}

#[test]
fn assert_requires_the_value_true() {
    passes(&["assert(true)"]);
    fails(&[
        ("assert(false, 'said')", "said"),
        ("assert(1)", "1 is not true"),
        ("assert()", "undefined is not true"),
        ("assert({})", "[object Object] is not true"),
        ("assert(Object.create(null))", "[object Object] is not true"),
        ("assert(Symbol('s'), Symbol('said'))", "Symbol(said)"),
    ]);
}

#[test]
fn equality_is_that_of_same_value() {
    passes(&[
        "assert.sameValue(NaN, NaN)",
        "assert.sameValue(-0, -0)",
        "assert.notSameValue(0, -0)",
        "assert.notSameValue({}, {})",
        "Object.is = () => false; assert.sameValue(1, 1)",
    ]);
    fails(&[
        ("assert.sameValue(0, -0)", "0 is not -0"),
        ("assert.sameValue(1, '1')", "1 is not"),
        ("assert.sameValue(undefined, null, 'said')", "said"),
        ("assert.sameValue(1n, 2n)", "1n is not 2n"),
        ("assert.notSameValue(NaN, NaN)", "NaN"),
        ("assert.notSameValue('a', 'a', 'said')", "said"),
        ("Object.is = () => true; assert.sameValue(1, 2)", "1 is not 2"),
    ]);
}

#[test]
fn a_thrown_error_must_be_of_the_exact_constructor() {
    passes(&["assert.throws(TypeError, () => { null.x; })", "assert.throws(Test262Error, Test262Error.thrower)"]);
    fails(&[
        ("assert.throws(TypeError, () => {})", "nothing was thrown where TypeError"),
        ("assert.throws(Error, () => { null.x; })", "where Error was expected"),
        ("assert.throws(TypeError, () => { throw 'TypeError'; }, 'said')", "said"),
        ("assert.throws(TypeError, () => { throw undefined; })", "undefined was thrown"),
        ("assert.throws(TypeError)", "takes a constructor and a function"),
        ("assert.throws(undefined, () => { throw {}; })", "takes a constructor and a function"),
        ("assert.throws(TypeError, () => { throw { name: 'TypeError' }; })", "where TypeError was expected"),
    ]);
}

#[test]
fn arrays_are_compared_by_place() {
    passes(&[
        "assert.compareArray([1, NaN, 'a'], [1, NaN, 'a'])",
        "assert.compareArray([], [])",
        "assert.sameValue(compareArray([1], [1]), true)",
        "assert.sameValue(compareArray([0], [-0]), false)",
        "Array.prototype[Symbol.iterator] = null; assert.compareArray([1], [1])",
    ]);
    fails(&[
        ("assert.compareArray([1], [2])", "[1] is not [2]"),
        ("assert.compareArray([1], [1, undefined])", "[1] is not [1, undefined]"),
        ("assert.compareArray([1, 2], [2, 1], 'said')", "said"),
        ("assert.compareArray(undefined, [])", "undefined is not an array"),
        ("assert.compareArray([], 'abc')", "is not an array"),
    ]);
}

#[test]
fn a_property_must_behave_like_its_descriptor() {
    let object = "const o = { a: 1 }; Object.defineProperty(o, 'b', { value: 2 });";
    let with = |program: &str| format!("{object} {program}");
    let right = [
        "verifyProperty(o, 'a', { value: 1, writable: true, enumerable: true, configurable: true })",
        "verifyProperty(o, 'b', { value: 2, writable: false, enumerable: false, configurable: false })",
        "verifyProperty(o, 'c', undefined)",
        "verifyProperty(o, 'a', { configurable: true }, { restore: true }); assert.sameValue(o.a, 1)",
        "verifyProperty(o, 'a', { configurable: true }); assert.sameValue('a' in o, false)",
        "verifyProperty([1], 'length', { writable: true, configurable: false })",
        "verifyProperty({ get x() { return 1; } }, 'x', { set: undefined, enumerable: true, configurable: true })",
        "verifyProperty({ [Symbol.iterator]: 1 }, Symbol.iterator, { value: 1, enumerable: true })",
    ];
    for program in right {
        passes(&[&with(program)]);
    }
    let wrong = [
        ("verifyProperty(o, 'a', { value: 2 })", "value is 1, not 2"),
        ("verifyProperty(o, 'a', { writable: false })", "writable is true, not false"),
        ("verifyProperty(o, 'a', { enumerable: false })", "enumerable is true, not false"),
        ("verifyProperty(o, 'b', { configurable: true })", "configurable is false, not true"),
        ("verifyProperty(o, 'a', { get: undefined })", "get"),
        ("verifyProperty(o, 'a', undefined)", "the property exists"),
        ("verifyProperty(o, 'c', { value: 1 })", "the property does not exist"),
        ("verifyProperty(o, 'a', { valued: 1 })", "valued is not a field"),
        ("verifyProperty(o, 'a', null)", "null is not a descriptor"),
        ("verifyProperty(o, 'a')", "takes an object, a key and a descriptor"),
        ("verifyProperty(o, 'c', { value: 1 }, { label: 'said' })", "said"),
    ];
    for (program, part) in wrong {
        fails(&[(&with(program), part)]);
    }
    // Objects whose descriptors and behavior differ.
    let lies = "const lying = new Proxy({ a: 1 }, {";
    fails(&[
        (&format!("{lies} get: () => 2 }}); verifyProperty(lying, 'a', {{ value: 1 }})"), "does not behave as value"),
        (
            &format!("{lies} set: () => false }}); verifyProperty(lying, 'a', {{ writable: true }})"),
            "does not behave as writable",
        ),
        (
            &format!("{lies} ownKeys: () => [] }}); verifyProperty(lying, 'a', {{ enumerable: true }})"),
            "does not behave as enumerable",
        ),
        (
            &format!("{lies} deleteProperty: () => false }}); verifyProperty(lying, 'a', {{ configurable: true }})"),
            "does not behave as configurable",
        ),
    ]);
}

#[test]
fn constructors_and_native_functions_are_distinguished() {
    passes(&[
        "assert.sameValue(isConstructor(class {}), true)",
        "assert.sameValue(isConstructor(() => {}), false)",
        "let called = false; isConstructor(function () { called = true; }); assert.sameValue(called, false)",
        "assertNativeFunction(Array.prototype.map)",
        "assertNativeFunction(Object.getOwnPropertyDescriptor(Map.prototype, 'size').get)",
        "assertNativeFunction((function () {}).bind())",
    ]);
    fails(&[
        ("isConstructor({})", "is not a function"),
        ("assertNativeFunction(function () { return 1; })", "is not the text of a native function"),
        ("assertNativeFunction(() => { '[native code]' }, 'said')", "said"),
    ]);
}

#[test]
fn the_end_of_an_asynchronous_test_is_printed() {
    let complete = "Test262:AsyncTestComplete";
    let failure = |what: &str| format!("Test262:AsyncTestFailure:{what}");
    prints(&[
        ("$DONE()", complete),
        ("asyncTest(async () => { await null; })", complete),
        ("$DONE(new TypeError('what'))", &failure("TypeError: what")),
        ("$DONE('what')", &failure("Test262Error: \"what\"")),
        ("$DONE(Object.create(null))", &failure("Test262Error: [object Object]")),
        ("asyncTest(async () => { assert(false, 'what'); })", &failure("Test262Error: \"what\": false is not true")),
        ("asyncTest(() => { throw new TypeError('what'); })", &failure("TypeError: what")),
        ("asyncTest(() => Promise.reject())", &failure("Test262Error: rejected with undefined")),
        ("asyncTest(() => { throw undefined; })", &failure("Test262Error: threw undefined")),
    ]);
    for program in ["asyncTest(() => 1)", "asyncTest(undefined)"] {
        let (thrown, printed) = run(program);
        assert_eq!(thrown, None, "{program}");
        assert!(printed.starts_with(&failure("TypeError")), "{program}: {printed}");
    }
    fails(&[("$DONE = undefined; asyncTest(async () => {})", "needs the flag async")]);
}

#[test]
fn a_rejection_reason_must_be_of_the_exact_constructor() {
    let test = |what: &str| format!("asyncTest(() => assert.throwsAsync({what}))");
    let line = |program: &str| run(program).1;
    assert_eq!(line(&test("TypeError, async () => { null.x; }")), "Test262:AsyncTestComplete");
    for (what, part) in [
        ("TypeError, async () => {}", "nothing was thrown where TypeError"),
        ("Error, async () => { null.x; }", "where Error was expected"),
        ("TypeError, () => { null.x; }", "at once, not by a promise"),
        ("TypeError, () => 1", "1 is not a promise"),
        ("TypeError", "takes a constructor and a function"),
        ("TypeError, () => Promise.reject(undefined), 'said'", "said"),
    ] {
        let line = line(&test(what));
        assert!(line.starts_with("Test262:AsyncTestFailure:Test262Error: ") && line.contains(part), "{what}: {line}");
    }
}
