//! The ambient transaction on PostgreSQL, also if the server is killed.

mod behavior;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asynccontext::{Variable, tokio};
use asynccontext_sqlx::transaction::{Isolation, TransactionOptions};
use asynccontext_sqlx::{Ambient, Error, Refused, transaction};
use servers::{Kind, Server, test};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres};

use behavior::{Any, add, entries};

type Database = Postgres;

/// Whether the database refuses all statements after one that failed.
const ABORTS_AFTER_AN_ERROR: bool = true;

/// Returns a pool with a schema of its own, and an empty table in that.
async fn pool(server: &Server, connections: u32) -> PgPool {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let schema = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server.url()).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let connect = server.url().parse::<PgConnectOptions>().unwrap().options([("search_path", schema)]);
    let options = PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(20));
    let pool = options.connect_with(connect).await.unwrap();
    pool.execute("CREATE TABLE entries (name TEXT PRIMARY KEY)").await.unwrap();
    pool
}

/// Starts the server again. PostgreSQL refuses that until the last process of the killed one has
/// noticed.
fn restart(server: &Server) {
    for _ in 0..50 {
        if server.restart().is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    server.restart().unwrap();
}

/// Waits until no connection of the database but this one is in a transaction.
async fn assert_idle(pool: &PgPool) {
    let busy = "SELECT COUNT(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await.unwrap();
    for _ in 0..6000 {
        if sqlx::query_scalar::<_, i64>(busy).fetch_one(&mut connection).await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a connection stays in a transaction");
}

macro_rules! run_each {
    (one { $($one:ident)* } several { $($several:ident)* }) => {
        mod each {
            use servers::Server;

            $(
                pub(crate) async fn $one(server: &Server) {
                    for connections in [1, 4] {
                        let pool = super::pool(server, connections).await;
                        super::behavior::$one(pool.clone()).await;
                        super::assert_idle(&pool).await;
                    }
                }
            )*
            $(
                pub(crate) async fn $several(server: &Server) {
                    let pool = super::pool(server, 4).await;
                    super::behavior::$several(pool.clone()).await;
                    super::assert_idle(&pool).await;
                }
            )*
        }

        const EVERY_BEHAVIOR: &[(&str, servers::Run)] = &[
            $((stringify!($one), test!(each::$one)),)*
            $((stringify!($several), test!(each::$several)),)*
        ];
    };
}
behavior::every_behavior!(run_each);

/// A lock of the database, by which a statement of a test waits as long as it should.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1)";

/// Runs `work` until its statement waits for the lock, and drops it.
async fn cut_off_at_the_lock(pool: &PgPool, work: impl Future) {
    let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)";
    let mut holder = PgConnection::connect_with(&pool.connect_options()).await.unwrap();
    let mut held = holder.begin().await.unwrap();
    held.execute(LOCK).await.unwrap();
    let waiting = async {
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut *held).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = work => panic!("it did not wait"),
        () = waiting => {}
    }
    held.rollback().await.unwrap();
}

/// sqlx 0.9.0 returns the connection to the pool with the transaction open.
async fn a_begin_that_is_cut_off_leaves_no_transaction(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    for _ in 0..20 {
        let work = transaction(&pool, async || Ok::<_, Any>(add(&db, "a").await?));
        let started = std::time::Instant::now();
        let _ = tokio::time::timeout(Duration::from_micros(300), work).await;
        pool.execute("SELECT 1").await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_idle(&pool).await;
        pool.execute("DELETE FROM entries").await.unwrap();
    }
    // The same at the certain place: the begin has been sent, and its answer is not there.
    for _ in 0..20 {
        let waits = TransactionOptions::new().begin_with("SELECT pg_advisory_xact_lock(1); BEGIN");
        cut_off_at_the_lock(&pool, waits.run(&pool, async || Ok::<_, Any>(()))).await;
        add(&db, "kept").await.unwrap();
        assert_idle(&pool).await;
        let mut connection = PgConnection::connect_with(&pool.connect_options()).await.unwrap();
        let deleted = connection.execute("DELETE FROM entries").await.unwrap();
        assert_eq!(deleted.rows_affected(), 1);
    }
}

/// PostgreSQL answers `COMMIT` with success then, and rolls back.
async fn a_failed_statement_that_is_ignored_fails_the_commit(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction::after_commit(async || panic!("nothing is committed")).await?;
        add(&db, "a").await.unwrap_err();
        assert_eq!(Refused::of(&add(&db, "b").await.unwrap_err()), Some(Refused::Failed));
        Ok::<_, Error>(())
    });
    assert!(matches!(work.await, Err(Error::Refused(Refused::Failed))));
    assert!(entries(&pool).await.is_empty());
}

async fn a_failure_that_is_cancelled_stays_in_its_savepoint(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    let fails = "SELECT 1 / (SELECT LENGTH(pg_advisory_xact_lock(1)::TEXT))";
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        for _ in 0..3 {
            let nested = transaction(&pool, async || Ok::<_, Error>(db.execute(fails).await?));
            cut_off_at_the_lock(&pool, nested).await;
        }
        Ok::<_, Error>(add(&db, "b").await?)
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "b"]);

    let work = transaction(&pool, async || {
        add(&db, "c").await?;
        cut_off_at_the_lock(&pool, db.execute(fails)).await;
        Ok::<_, Error>(())
    });
    assert!(matches!(work.await, Err(Error::Refused(Refused::Failed))));
    assert_eq!(entries(&pool).await, ["a", "b"]);
}

async fn options_reach_the_database(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    let setting = async |name: &'static str| {
        sqlx::query_scalar::<_, String>("SELECT current_setting($1)").bind(name).fetch_one(&db).await
    };
    let options = TransactionOptions::new().isolation(Isolation::Serializable).read_only().deferrable();
    let work = options.run(&pool, async || {
        assert_eq!(setting("transaction_isolation").await?, "serializable");
        assert_eq!(setting("transaction_read_only").await?, "on");
        assert_eq!(setting("transaction_deferrable").await?, "on");
        Ok::<_, Error>(add(&db, "a").await?)
    });
    let Err(Error::Statement(sqlx::Error::Database(error))) = work.await else { panic!("it only reads") };
    assert_eq!(error.code().as_deref(), Some("25006"));
    for (level, name) in [(Isolation::ReadCommitted, "read committed"), (Isolation::RepeatableRead, "repeatable read")]
    {
        let work = TransactionOptions::new()
            .isolation(level)
            .run(&pool, async || Ok::<_, Error>(setting("transaction_isolation").await?));
        assert_eq!(work.await.unwrap(), name);
    }
}

async fn what_does_not_serialize_fails_with_its_code(server: &Server) {
    let pool = pool(server, 2).await;
    let db = Ambient::new(&pool);
    let serializable = || TransactionOptions::new().isolation(Isolation::Serializable);
    let count = async || sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM entries").fetch_one(&db).await;
    let (read, written) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    // Each writes what the other one has not seen.
    let one = serializable().run(&pool, async || {
        count().await?;
        read.notify_one();
        written.notified().await;
        Ok::<_, Error>(add(&db, "a").await?)
    });
    let other = async {
        read.notified().await;
        let work = serializable().run(&pool, async || {
            count().await?;
            Ok::<_, Error>(add(&db, "b").await?)
        });
        work.await.unwrap();
        written.notify_one();
    };
    let (one, ()) = futures::join!(one, other);
    let (Error::Commit(sqlx::Error::Database(error)) | Error::Statement(sqlx::Error::Database(error))) =
        one.unwrap_err()
    else {
        panic!("no error of the database");
    };
    assert_eq!(error.code().as_deref(), Some("40001"));
    assert_eq!(entries(&pool).await, ["b"]);
}

static REQUEST: Variable<u32> = Variable::named("request");

async fn a_server_killed_inside_a_transaction_undoes_it(server: &Server) {
    let pool = pool(server, 2).await;
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction::after_commit(async || panic!("nothing is committed")).await?;
        let nested = transaction(&pool, async || {
            add(&db, "b").await?;
            server.kill();
            // The process of the connection ends a moment after the server's.
            let mut number = 0;
            let lost = loop {
                number += 1;
                match add(&db, &format!("c{number}")).await {
                    Ok(()) => tokio::time::sleep(Duration::from_millis(10)).await,
                    Err(lost) => break lost,
                }
            };
            assert_eq!(Refused::of(&lost), None, "{lost}"); // the connection's own error
            assert_eq!(REQUEST.get(), Some(7));
            Err::<(), Error>(lost.into())
        });
        nested.await.unwrap_err();
        // The new server doesn't know the transaction.
        restart(server);
        assert!(transaction::is_open(&pool));
        assert_eq!(Refused::of(&add(&db, "d").await.unwrap_err()), Some(Refused::RolledBack));
        Ok::<_, Error>(())
    });
    let error = REQUEST.scope(7, work).await.unwrap_err();
    assert_eq!(error.refused(), Some(Refused::RolledBack));
    assert_eq!(REQUEST.get(), None);

    assert!(!transaction::is_open(&pool));
    assert!(entries(&pool).await.is_empty()); // the pool has connected again
    transaction(&pool, async || Ok::<_, Error>(add(&db, "e").await?)).await.unwrap();
    assert_eq!(entries(&pool).await, ["e"]);
    assert_idle(&pool).await;
}

async fn a_server_killed_before_the_commit_makes_it_fail(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction::after_commit(async || panic!("nothing is committed")).await?;
        server.kill();
        restart(server);
        Ok::<_, Error>(())
    });
    let error = work.await.unwrap_err();
    assert!(matches!(error, Error::Commit(_)), "{error:?}");
    assert!(entries(&pool).await.is_empty());
}

/// PostgreSQL ends the connection, for example of an administrator's will.
async fn a_terminated_connection_undoes_the_transaction(server: &Server) {
    let pool = pool(server, 1).await;
    let db = Ambient::new(&pool);
    let mut other = PgConnection::connect_with(&pool.connect_options()).await.unwrap();
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&db).await?;
        sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&mut other).await?;
        let mut number = 0;
        while add(&db, &format!("b{number}")).await.is_ok() {
            number += 1;
        }
        assert_eq!(Refused::of(&add(&db, "c").await.unwrap_err()), Some(Refused::RolledBack));
        Ok::<_, Error>(())
    });
    assert_eq!(work.await.unwrap_err().refused(), Some(Refused::RolledBack));
    assert!(entries(&pool).await.is_empty());
}

fn main() {
    let mut tests = EVERY_BEHAVIOR.to_vec();
    tests.extend_from_slice(&[
        ("a_begin_that_is_cut_off_leaves_no_transaction", test!(a_begin_that_is_cut_off_leaves_no_transaction)),
        (
            "a_failed_statement_that_is_ignored_fails_the_commit",
            test!(a_failed_statement_that_is_ignored_fails_the_commit),
        ),
        (
            "a_failure_that_is_cancelled_stays_in_its_savepoint",
            test!(a_failure_that_is_cancelled_stays_in_its_savepoint),
        ),
        ("options_reach_the_database", test!(options_reach_the_database)),
        ("what_does_not_serialize_fails_with_its_code", test!(what_does_not_serialize_fails_with_its_code)),
        ("a_server_killed_inside_a_transaction_undoes_it", test!(a_server_killed_inside_a_transaction_undoes_it)),
        ("a_server_killed_before_the_commit_makes_it_fail", test!(a_server_killed_before_the_commit_makes_it_fail)),
        ("a_terminated_connection_undoes_the_transaction", test!(a_terminated_connection_undoes_the_transaction)),
    ]);
    servers::tests(Kind::Postgres, &tests);
}
