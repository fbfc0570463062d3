//! Values of chosen variables in the output of a panic.

use std::fmt::Display;
use std::panic;

use crate::variable::Variable;

/// Prints the current values of `variables` to standard error after the message of each panic:
/// `  with request-id: 7, tenant: blue`.
///
/// Call it once, at the start of the program. It installs a panic hook that first calls the
/// previous one. A variable without a value is left out, and one without a name is printed as its
/// value alone. No other variables are printed: leave out those whose values must not appear in a
/// log.
///
/// # Panics
///
/// Panics if called from a panicking thread, as [`std::panic::set_hook`] does. If the `Display`
/// implementation of a value panics, the process aborts, as with any panic in a hook.
///
/// # Examples
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

/// A variable that [`tell`] can print: a [`Variable`] whose type implements `Display`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, panics};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// const IN_LOGS: [&dyn panics::Tells; 2] = [&REQUEST_ID, &TENANT];
/// panics::tell(IN_LOGS);
/// ```
pub trait Tells: sealed::Sealed + Sync {
    /// Appends the name and the value to `line`, if there is a value.
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
