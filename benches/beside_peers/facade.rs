//! The AsyncLocalStorage facade, compared with the calls that it consists of.

use std::hint::black_box;

use asynccontext::als::{AsyncLocalStorage, AsyncResource};
use asynccontext::{Snapshot, Variable};
use criterion::Criterion;

use crate::measure::{measure, measure_short};

static STORAGE: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
static VARIABLE: Variable<u64> = Variable::new();

pub(crate) fn all(c: &mut Criterion) {
    VARIABLE.run(7, || measure_short(c, "facade get_store", "get", 1, || VARIABLE.get()));
    STORAGE.run(7, || measure_short(c, "facade get_store", "get_store", 1, || STORAGE.get_store()));
    measure(c, "facade run", "Variable", || VARIABLE.run(7, || black_box(())));
    measure(c, "facade run", "AsyncLocalStorage", || STORAGE.run(7, || black_box(())));
    measure(c, "facade exit", "AsyncLocalStorage", || STORAGE.exit(|| black_box(())));
    VARIABLE.run(7, || {
        measure(c, "facade bind", "wrap", || Snapshot::capture().wrap(|| black_box(())).call_once(()));
        measure(c, "facade bind", "AsyncLocalStorage", || AsyncLocalStorage::bind(|| black_box(())).call_once(()));
        let resource = AsyncResource::new("bench");
        measure(c, "facade run_in_async_scope", "AsyncResource", || resource.run_in_async_scope(|| black_box(())));
    });
}
