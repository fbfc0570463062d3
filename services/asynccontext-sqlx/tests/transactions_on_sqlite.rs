//! The ambient transaction on SQLite, in memory with one connection and in a file with several.

#![cfg(feature = "sqlite")]

mod behavior;

use std::time::Duration;

use asynccontext::tokio;
use asynccontext_sqlx::transaction::TransactionOptions;
use asynccontext_sqlx::{Ambient, Error, Refused, transaction};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{Executor, Sqlite, SqlitePool};
use tempfile::TempDir;

use behavior::{Any, add, entries};

type Database = Sqlite;

/// Whether the database refuses all statements after one that failed.
const ABORTS_AFTER_AN_ERROR: bool = false;

const TABLE: &str = "CREATE TABLE entries (name TEXT PRIMARY KEY)";

async fn in_memory() -> SqlitePool {
    // sqlx closes a connection, and with it the database, if a future is dropped while it tests it.
    let options = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
    let pool = options.connect("sqlite::memory:").await.unwrap();
    pool.execute(TABLE).await.unwrap();
    pool
}

async fn in_file() -> (SqlitePool, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("entries.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    pool.execute(TABLE).await.unwrap();
    (pool, folder)
}

macro_rules! tests {
    (one { $($one:ident)* } several { $($several:ident)* }) => {
        mod memory {
            use asynccontext::tokio;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $one() {
                    super::behavior::$one(super::in_memory().await).await;
                }
            )*
        }

        mod file {
            use asynccontext::tokio;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $one() {
                    let (pool, _folder) = super::in_file().await;
                    super::behavior::$one(pool).await;
                }
            )*
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $several() {
                    let (pool, _folder) = super::in_file().await;
                    super::behavior::$several(pool).await;
                }
            )*
        }
    };
}
behavior::every_behavior!(tests);

#[tokio::test]
async fn two_databases_have_transactions_of_their_own() {
    let (one, other) = (in_memory().await, in_memory().await);
    let (first, second) = (Ambient::new(&one), Ambient::new(&other));
    let work = transaction(&one, async || {
        add(&first, "a").await?;
        assert!(transaction::is_open(&one) && !transaction::is_open(&other));
        add(&second, "alone").await?;
        let inner = transaction(&other, async || {
            // Both are open; each statement finds its own, and so does each savepoint.
            add(&first, "b").await?;
            add(&second, "c").await?;
            let nested = transaction(&one, async || {
                add(&first, "d").await?;
                add(&second, "e").await?;
                Err::<(), Any>("only of one".into())
            });
            nested.await.unwrap_err();
            Ok::<_, Any>(())
        });
        inner.await?;
        assert_eq!(entries(&other).await, ["alone", "c", "e"]);
        Err::<(), Any>("only of one".into())
    });
    work.await.unwrap_err();
    assert!(entries(&one).await.is_empty());
    assert_eq!(entries(&other).await, ["alone", "c", "e"]);
}

#[tokio::test]
async fn a_hook_belongs_to_the_innermost_or_the_chosen_pool() {
    use std::sync::{Arc, Mutex};
    let (one, other) = (in_memory().await, in_memory().await);
    let first = Ambient::new(&one);
    let log = Arc::new(Mutex::new(Vec::new()));
    let write = |line| {
        let log = log.clone();
        async move || log.lock().unwrap().push(line)
    };
    let outer = transaction(&one, async || {
        let inner = transaction(&other, async || {
            first.after_commit(write("one")).await?;
            transaction::after_commit(write("other")).await?;
            Ok::<_, Error>(())
        });
        inner.await?;
        log.lock().unwrap().push("between");
        Ok::<_, Error>(())
    });
    outer.await.unwrap();
    assert_eq!(*log.lock().unwrap(), ["other", "between", "one"]);
}

#[tokio::test]
async fn a_pool_at_the_place_of_a_closed_one_is_another() {
    let pool = in_memory().await;
    let leaked = transaction(&pool, async || Ok::<_, Error>(asynccontext::Snapshot::capture())).await.unwrap();
    pool.close().await;
    drop(pool);
    for _ in 0..20 {
        let pool = in_memory().await;
        let db = Ambient::new(&pool);
        leaked.scope(async { add(&db, "a").await }).await.unwrap();
    }
}

#[tokio::test]
async fn work_may_go_on_after_a_failed_statement() {
    let pool = in_memory().await;
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        add(&db, "a").await.unwrap_err();
        Ok::<_, Any>(add(&db, "b").await?)
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "b"]);
}

/// SQLite ends the transaction itself, and sqlx isn't told.
#[tokio::test]
async fn nothing_is_written_after_the_database_rolled_back() {
    for nested in [false, true] {
        let pool = in_memory().await;
        let db = Ambient::new(&pool);
        let conflict = "INSERT OR ROLLBACK INTO entries VALUES ('a')";
        let work = transaction(&pool, async || {
            add(&db, "a").await?;
            if nested {
                let nested = transaction(&pool, async || {
                    db.execute(conflict).await.unwrap_err();
                    Ok::<_, Error>(())
                });
                assert!(matches!(nested.await, Err(Error::Refused(Refused::RolledBack))));
            } else {
                db.execute(conflict).await.unwrap_err();
            }
            assert_eq!(Refused::of(&add(&db, "b").await.unwrap_err()), Some(Refused::RolledBack));
            Ok::<_, Any>(())
        });
        let error = work.await.unwrap_err().downcast::<Error>().unwrap();
        assert!(matches!(*error, Error::Refused(Refused::RolledBack)));
        assert!(entries(&pool).await.is_empty());

        // The connection counts no transaction any more.
        let begun = TransactionOptions::new().immediate().run(&pool, async || Ok::<_, Any>(add(&db, "c").await?));
        begun.await.unwrap();
        assert_eq!(entries(&pool).await, ["c"]);
    }
}

/// The statement runs on the thread of its connection, though nothing reads its outcome.
#[tokio::test]
async fn a_rollback_by_a_cancelled_statement_is_noticed() {
    for nested in [false, true] {
        let pool = in_memory().await;
        let db = Ambient::new(&pool);
        let cancel = async || {
            let _ = futures::poll!(db.execute("INSERT OR ROLLBACK INTO entries VALUES ('a')"));
        };
        let work = transaction(&pool, async || {
            add(&db, "a").await?;
            if nested {
                let nested = transaction(&pool, async || {
                    cancel().await;
                    Err::<(), Any>("not now".into())
                });
                nested.await.unwrap_err();
            } else {
                cancel().await;
            }
            assert_eq!(Refused::of(&add(&db, "b").await.unwrap_err()), Some(Refused::RolledBack));
            Ok::<_, Error>(())
        });
        assert_eq!(work.await.unwrap_err().refused(), Some(Refused::RolledBack));
        let begun = TransactionOptions::new().immediate().run(&pool, async || Ok::<_, Any>(add(&db, "c").await?));
        begun.await.unwrap();
        assert_eq!(entries(&pool).await, ["c"]);
    }
}

/// The question itself may be cut off, and its answer would be another one the second time.
#[tokio::test]
async fn a_rollback_is_noticed_wherever_its_statement_is_cut_off() {
    for polls in 1..8 {
        let pool = in_memory().await;
        let db = Ambient::new(&pool);
        let work = transaction(&pool, async || {
            add(&db, "a").await?;
            {
                let mut statement = db.execute("INSERT OR ROLLBACK INTO entries VALUES ('a')");
                for _ in 0..polls {
                    if futures::poll!(statement.as_mut()).is_ready() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await; // until the connection has answered
                }
            }
            let refused = add(&db, "b").await.as_ref().err().and_then(Refused::of);
            assert_eq!(refused, Some(Refused::RolledBack), "after {polls} polls");
            Ok::<_, Error>(())
        });
        assert_eq!(work.await.unwrap_err().refused(), Some(Refused::RolledBack));
        assert!(entries(&pool).await.is_empty());
    }
}

#[tokio::test]
async fn an_immediate_transaction_locks_at_its_begin() {
    let (pool, _folder) = in_file().await;
    let other = SqliteConnectOptions::clone(&pool.connect_options()).busy_timeout(Duration::ZERO);
    let other = SqlitePool::connect_with(other).await.unwrap();
    let locked = async || add(&Ambient::new(&other), "b").await.is_err();
    assert!(!TransactionOptions::new().run(&pool, async || Ok::<_, Error>(locked().await)).await.unwrap());
    other.execute("DELETE FROM entries").await.unwrap();
    let begun = TransactionOptions::new().exclusive().immediate().run(&pool, async || Ok::<_, Error>(locked().await));
    assert!(begun.await.unwrap());
}

#[tokio::test]
async fn a_commit_that_fails_is_rolled_back_without_its_hooks() {
    let pool = in_memory().await;
    let db = Ambient::new(&pool);
    db.execute("CREATE TABLE parts (entry TEXT REFERENCES entries (name) DEFERRABLE INITIALLY DEFERRED)")
        .await
        .unwrap();
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        db.execute("INSERT INTO parts VALUES ('missing')").await?;
        transaction::after_commit(async || panic!("the commit fails")).await?;
        Ok::<_, Error>(())
    });
    let error = work.await.unwrap_err();
    assert!(matches!(&error, Error::Commit(sqlx::Error::Database(source)) if source.is_foreign_key_violation()));
    assert!(entries(&pool).await.is_empty());
    add(&db, "b").await.unwrap();
    assert_eq!(entries(&pool).await, ["b"]);
}
