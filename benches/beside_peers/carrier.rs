//! Values that leave the process: written to headers and read from them.

use std::collections::HashMap;
use std::hint::black_box;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports};
use criterion::Criterion;

use crate::measure::measure;

static USER: Exported<u64> = Variable::named("user").exported("x-user");
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static ALL: Exports = Exports::new(&[USER.export(), TENANT.export()]);

pub(crate) fn all(c: &mut Criterion) {
    let mut headers = HashMap::new();
    USER.run(12_345, || {
        TENANT.run("blue".to_owned(), || {
            let mut inject = || {
                let written = ALL.inject(&mut headers);
                assert!(written.is_ok());
            };
            inject();
            measure(c, "inject two", "asynccontext", inject);
        });
    });
    assert_eq!(headers.len(), 2);
    measure(c, "extract two", "asynccontext", || {
        let read = ALL.extract(&headers);
        assert!(read.is_ok());
        black_box(read)
    });
}
