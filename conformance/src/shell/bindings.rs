//! A short form of the bindings of a mapping, for people.

use std::cell::RefCell;

use asynccontext_boa::{Key, Mapping};
use boa_engine::{JsString, JsValue, JsVariant};

/// The number of bindings that are printed.
const MOST_BINDINGS: usize = 8;
/// The number of characters that are printed of a name or a string.
const MOST_CHARACTERS: usize = 40;

/// Formats mappings. Variables without a name get a number.
#[derive(Debug, Default)]
pub struct Bindings {
    unnamed: RefCell<Vec<Key>>,
}

impl Bindings {
    /// Returns the bindings of a mapping as text. Runs no code of the program.
    pub fn of(&self, mapping: &Mapping) -> String {
        let count = mapping.records().count();
        if count == 0 {
            return "{}".to_owned();
        }
        // The latest bindings are at the end.
        let left_out = count.saturating_sub(MOST_BINDINGS);
        let shown = mapping.records().skip(left_out);
        let shown: Vec<String> = shown.map(|(key, value)| format!("{}: {}", self.name(key), show(value))).collect();
        let more = if left_out > 0 { format!("{left_out} more, ") } else { String::new() };
        format!("{{ {more}{} }}", shown.join(", "))
    }

    fn name(&self, key: &Key) -> String {
        let name = key.name();
        if !name.is_empty() {
            return name_of(name);
        }
        let mut unnamed = self.unnamed.borrow_mut();
        let number = unnamed.iter().position(|other| other == key).unwrap_or_else(|| {
            unnamed.push(key.clone());
            unnamed.len() - 1
        });
        format!("unnamed{}", number + 1)
    }
}

/// Returns a variable's name, quoted if it is not an identifier.
pub(super) fn name_of(name: &JsString) -> String {
    let text = name.to_std_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '$');
    if text.chars().all(plain) { shorten(&text) } else { format!("{:?}", shorten(&text)) }
}

/// Returns a value as text. Objects are not inspected, since that could run code or not end.
fn show(value: &JsValue) -> String {
    match value.variant() {
        JsVariant::String(text) => format!("{:?}", shorten(&text.to_std_string_lossy())),
        JsVariant::Object(object) if object.is_callable() => "[function]".to_owned(),
        JsVariant::Object(object) if object.is_array() => "[array]".to_owned(),
        JsVariant::Object(_) => "[object]".to_owned(),
        _ => shorten(&value.display().to_string()),
    }
}

fn shorten(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(MOST_CHARACTERS).collect();
    if characters.next().is_none() { start } else { format!("{start}…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asynccontext_boa::{evaluate, on_switch};
    use boa_engine::context::ContextBuilder;
    use std::rc::Rc;

    /// Returns the mappings that a script switches to.
    fn seen(script: &str) -> Vec<String> {
        let mut context = asynccontext_boa::install(ContextBuilder::new()).unwrap();
        let (bindings, seen) = (Bindings::default(), Rc::new(RefCell::new(Vec::new())));
        let recorded = Rc::clone(&seen);
        on_switch(&context, move |switch| recorded.borrow_mut().push(bindings.of(&switch.to)));
        evaluate(&mut context, script, None).unwrap();
        seen.take()
    }

    #[test]
    fn values_are_printed_briefly_and_objects_not_inspected() {
        let values = "['a\\n\"', 7, 10n, null, undefined, true, Symbol('s'), [], () => {}, 'x'.repeat(99), \
             { get a() { throw 1 } }, new Proxy({}, {}), (r => (r.revoke(), r.proxy))(Proxy.revocable([], {}))]";
        let script = format!(
            "const v = new AsyncContext.Variable({{ name: 'v' }}); for (const x of {values}) v.run(x, () => {{}});"
        );
        let seen = seen(&script);
        let shown: Vec<&str> = seen.iter().step_by(2).map(String::as_str).collect();
        let long = format!("{{ v: \"{}…\" }}", "x".repeat(40));
        let expected = [
            "{ v: \"a\\n\\\"\" }",
            "{ v: 7 }",
            "{ v: 10n }",
            "{ v: null }",
            "{ v: undefined }",
            "{ v: true }",
            "{ v: Symbol(s) }",
            "{ v: [array] }",
            "{ v: [function] }",
            &long,
            "{ v: [object] }",
            "{ v: [object] }",
            "{ v: [object] }",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn unnamed_variables_are_numbered_and_odd_names_quoted() {
        let seen = seen(
            "const [v, w, x] = ['', '', 'a b'].map(name => new AsyncContext.Variable({ name }));
             v.run(1, () => w.run(2, () => x.run(3, () => {})));",
        );
        assert_eq!(seen[2], "{ unnamed1: 1, unnamed2: 2, \"a b\": 3 }");
    }

    #[test]
    fn of_many_bindings_the_latest_are_printed() {
        let seen = seen(
            "let go = () => {};
             for (let i = 12; i > 0; i--) { const inner = go; go = () => new AsyncContext.Variable({ name: `v${i}` }).run(i, inner); }
             go();",
        );
        assert_eq!(seen[11], "{ 4 more, v5: 5, v6: 6, v7: 7, v8: 8, v9: 9, v10: 10, v11: 11, v12: 12 }");
    }
}
