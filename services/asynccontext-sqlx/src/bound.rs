//! The variable that binds the open transactions to the context.

use std::any::Any;
use std::ptr;
use std::sync::Arc;

use asynccontext::{Scoped, Variable};
use sqlx::Pool;

use crate::connection::Transaction;
use crate::database::AmbientDatabase;
use crate::error::Refused;
use crate::hooks::Hook;

/// The innermost open transaction, with those around it. A detached task starts without it.
static OPEN: Variable<Arc<dyn Bound>> = Variable::named("transaction").uninherited();

/// A transaction of any database.
trait Bound: Any + Send + Sync {
    fn pool(&self) -> usize;
    fn outer(&self) -> Option<&Arc<dyn Bound>>;
    fn add(&self, hook: Hook) -> Result<(), Refused>;
}

struct Node<DB: AmbientDatabase> {
    pool: usize,
    transaction: Transaction<DB>,
    /// The transaction that was current before: the outer one of this, or one of another pool.
    outer: Option<Arc<dyn Bound>>,
}

impl<DB: AmbientDatabase> Bound for Node<DB> {
    fn pool(&self) -> usize {
        self.pool
    }

    fn outer(&self) -> Option<&Arc<dyn Bound>> {
        self.outer.as_ref()
    }

    fn add(&self, hook: Hook) -> Result<(), Refused> {
        self.transaction.add(hook)
    }
}

/// Returns the address of the part that all clones of a pool share. It is the pool's own as long as
/// one of them lives.
fn identity<DB: AmbientDatabase>(pool: &Pool<DB>) -> usize {
    ptr::from_ref(pool.options()).addr()
}

/// Returns the innermost transaction of `pool` in this context, also after its end.
pub(crate) fn find<DB: AmbientDatabase>(pool: &Pool<DB>) -> Option<Transaction<DB>> {
    OPEN.with(|innermost| {
        let pool = identity(pool);
        let mut next = innermost;
        while let Some(bound) = next {
            let bound: &dyn Bound = &**bound;
            if bound.pool() == pool
                && let Some(node) = (bound as &dyn Any).downcast_ref::<Node<DB>>()
            {
                return Some(node.transaction.clone());
            }
            next = bound.outer();
        }
        None
    })
}

/// Returns the future `work` with the transaction bound.
pub(crate) fn scope<DB: AmbientDatabase, F>(pool: &Pool<DB>, transaction: Transaction<DB>, work: F) -> Scoped<F> {
    OPEN.scope(Arc::new(Node { pool: identity(pool), transaction, outer: OPEN.get() }), work)
}

/// Adds a hook to the innermost transaction of any pool, or returns the hook if there is none.
pub(crate) fn add(hook: Hook) -> Result<Option<Hook>, Refused> {
    match OPEN.get() {
        Some(bound) => bound.add(hook).map(|()| None),
        None => Ok(Some(hook)),
    }
}
