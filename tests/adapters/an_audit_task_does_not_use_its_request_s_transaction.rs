//! The purpose of uninherited variables: a request opens a transaction, binds it to a variable, and
//! spawns an audit task that outlives it. With an ordinary variable the audit writes through the
//! transaction after its end, and the row is lost.

#![cfg(feature = "tokio")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use asynccontext::tokio::task::{self, JoinHandle};
use asynccontext::{Unbound, Variable};
use tokio::sync::oneshot;

static TENANT: Variable<&str> = Variable::named("tenant");
static ORDINARY: Variable<Transaction> = Variable::named("transaction");
static UNINHERITED: Variable<Transaction> = Variable::named("transaction").uninherited();

/// Rows, and connections, one of which each transaction holds until it is dropped.
#[derive(Clone, Default)]
struct Database {
    rows: Arc<Mutex<Vec<String>>>,
    connections_in_use: Arc<AtomicUsize>,
}

impl Database {
    fn insert(&self, row: String) {
        self.rows.lock().unwrap().push(row);
    }

    fn begin(&self) -> Transaction {
        self.connections_in_use.fetch_add(1, Ordering::SeqCst);
        Transaction(Arc::new(Open {
            database: self.clone(),
            rows: Mutex::default(),
            committed: AtomicBool::new(false),
        }))
    }

    fn connections_in_use(&self) -> usize {
        self.connections_in_use.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Transaction(Arc<Open>);

struct Open {
    database: Database,
    rows: Mutex<Vec<String>>,
    committed: AtomicBool,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.database.connections_in_use.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The error of writing a row to a transaction that has ended.
#[derive(Debug, PartialEq)]
struct Ended;

impl Transaction {
    fn insert(&self, row: String) -> Result<(), Ended> {
        if self.0.committed.load(Ordering::SeqCst) {
            return Err(Ended);
        }
        self.0.rows.lock().unwrap().push(row);
        Ok(())
    }

    fn commit(&self) {
        self.0.committed.store(true, Ordering::SeqCst);
        self.0.rows.lock().unwrap().drain(..).for_each(|row| self.0.database.insert(row));
    }
}

/// Writes in the current transaction, or on its own if there is none.
fn insert(database: &Database, current: &Variable<Transaction>, row: &str) -> Result<(), Ended> {
    let tenant = TENANT.get().unwrap_or("nobody");
    let row = format!("{row} of {tenant}");
    match current.get() {
        Some(transaction) => transaction.insert(row),
        None => {
            database.insert(row);
            Ok(())
        }
    }
}

/// Handles one request. Its audit continues after a message on `go`.
async fn request(
    database: &Database,
    current: &'static Variable<Transaction>,
    go: oneshot::Receiver<()>,
) -> Result<JoinHandle<Result<(), Ended>>, Unbound> {
    let in_transaction = async {
        assert_eq!(insert(database, current, "order"), Ok(()));
        let database = database.clone();
        let audit = task::spawn(async move {
            go.await.expect("the request sends");
            insert(&database, current, "audit")
        });
        current.try_with(Transaction::commit)?;
        Ok(audit)
    };
    current.scope(database.begin(), in_transaction).await
}

/// Returns the audit's result, the rows, and the number of connections held in between.
async fn outcome(current: &'static Variable<Transaction>) -> (Result<(), Ended>, Vec<String>, usize) {
    let database = Database::default();
    let (send, go) = oneshot::channel();
    let audit = TENANT.scope("blue", async { request(&database, current, go).await });
    let audit = audit.await.expect("a transaction is open");
    let held = database.connections_in_use();
    send.send(()).expect("the audit waits");
    let audited = audit.await.expect("the audit ends well");
    let rows = database.rows.lock().unwrap().clone();
    (audited, rows, held)
}

#[tokio::test]
async fn with_an_uninherited_variable_the_audit_writes_by_itself() {
    let rows = vec!["order of blue".to_owned(), "audit of blue".to_owned()];
    assert_eq!(outcome(&UNINHERITED).await, (Ok(()), rows, 0));
}

#[tokio::test]
async fn with_an_ordinary_variable_it_writes_through_what_has_ended() {
    let rows = vec!["order of blue".to_owned()];
    assert_eq!(outcome(&ORDINARY).await, (Err(Ended), rows, 1));
}
