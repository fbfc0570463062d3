//! Panics that say whose they were: chosen variables beside the message.

use std::fmt::Display;
use std::panic;

use crate::variable::Variable;

/// Prints the values of `variables` to the standard error after each message of a panic, as
/// they are where it begins: `  with request-id: 7, tenant: blue`.
///
/// Called once, at the start of a program. It is a panic hook around the one that is there, which
/// prints as before. Of a variable without a value nothing is printed, and of one without a name
/// its value alone. Only what is named here is ever printed: leave out what no log may have.
///
/// ```
/// use asynccontext::{Variable, panics};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// panics::tell([&REQUEST_ID, &TENANT]);
/// let result = REQUEST_ID.run(7, || std::panic::catch_unwind(|| panic!("no rows")));
/// // thread 'main' panicked at src/main.rs:8:66:
/// // no rows
/// //   with request-id: 7
/// assert!(result.is_err());
/// ```
///
/// # Panics
///
/// If the thread panics, as [`std::panic::set_hook`] does. If the `Display` of a value panics, the
/// process aborts, as for each panic in a hook.
pub fn tell<const N: usize>(variables: [&'static dyn Tells; N]) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        before(info);
        let mut line = String::new();
        for variable in variables {
            variable.tell(&mut line);
        }
        if !line.is_empty() {
            eprintln!("  with {line}");
        }
    }));
}

/// What [`tell`] can print: a [`Variable`] of a type that has `Display`.
pub trait Tells: sealed::Sealed + Sync {
    /// Adds name and value to `line`, if there is a value.
    #[doc(hidden)]
    fn tell(&self, line: &mut String);
}

mod sealed {
    pub trait Sealed {}
}

impl<T: Display + Send + Sync + 'static> sealed::Sealed for Variable<T> {}

impl<T: Display + Send + Sync + 'static> Tells for Variable<T> {
    fn tell(&self, line: &mut String) {
        self.with(|value| {
            let Some(value) = value else { return };
            if !line.is_empty() {
                line.push_str(", ");
            }
            if !self.name().is_empty() {
                line.push_str(self.name());
                line.push_str(": ");
            }
            // A control character could forge a line of the log.
            for c in value.to_string().chars() {
                if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
            }
        });
    }
}
