//! What a message or a request carries.

use asynccontext::carrier::{Exports, Extractor};

use crate::seen::{Kind, Seen};

/// Reads the values that a message or a request carries in its headers, for assertions.
///
/// `carrier` is what was sent: the headers that a test server received, or a message from a queue.
///
/// # Panics
///
/// Panics if a text can't be read, with the variable and the reason.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_testing::message;
/// use std::collections::HashMap;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = HashMap::new();
/// TENANT.run("blue".into(), || TO_WORKERS.inject(&mut headers))?;
/// message("invoice", &headers, &TO_WORKERS).assert_value(&TENANT, "blue".to_owned());
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
#[track_caller]
pub fn message(name: &str, carrier: &(impl Extractor + ?Sized), exports: &Exports) -> Seen {
    match exports.extract(carrier) {
        Ok(values) => Seen::new(Kind::Message, name.to_owned(), values, None),
        Err(error) => panic!("the headers of message {name:?} can't be read: {error}"),
    }
}
