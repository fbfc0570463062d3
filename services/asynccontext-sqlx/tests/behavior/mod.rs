//! What holds on every database. A test program defines `Database` and runs the functions that
//! [`every_behavior`] lists, each with a pool of its own whose table `entries` is empty.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::{Arc, Mutex, Once};
use std::task::Poll;
use std::time::Duration;

use asynccontext::tokio;
use asynccontext::{Propagate, Snapshot, Variable};
use asynccontext_sqlx::{Ambient, Error, Refused, transaction};
use futures::channel::oneshot;
use futures::{FutureExt, StreamExt, TryStreamExt, future, join, poll};
use sqlx::{Executor, Pool, QueryBuilder, Row};

use super::Database;

mod trees;

/// Calls `$run!` with the names of all functions, those for which one connection is enough first.
macro_rules! every_behavior {
    ($run:ident) => {
        $run! {
            one {
                a_commit_keeps_what_repositories_wrote
                an_error_rolls_everything_back
                a_panic_rolls_everything_back
                a_dropped_future_rolls_everything_back
                dropping_at_any_await_is_all_or_nothing
                dropping_a_nested_one_at_any_await_is_all_or_nothing
                a_nested_error_rolls_back_to_its_savepoint
                a_nested_panic_rolls_back_to_its_savepoint
                a_nested_drop_rolls_back_to_its_savepoint
                an_outer_error_rolls_back_nested_commits
                every_way_to_query_uses_the_transaction
                a_connection_can_be_acquired
                hooks_run_in_order_after_the_outermost_commit
                hooks_of_what_is_rolled_back_are_dropped
                hooks_run_outside_in_the_context_of_the_call
                a_panicking_hook_does_not_stop_the_others
                joined_statements_are_refused_not_queued
                a_statement_beside_an_open_stream_is_refused
                a_statement_beside_a_nested_transaction_is_refused
                joined_nested_transactions_are_refused
                a_stream_that_outlives_its_transaction_makes_it_fail
                a_leaked_snapshot_is_told_that_the_transaction_ended
                a_nested_transaction_of_a_leak_ends_with_its_outer_one
                a_stream_made_inside_is_refused_outside
                clones_of_a_pool_share_the_transaction
                an_error_of_begin_has_its_source
                random_trees_do_as_the_model
            }
            several {
                a_detached_task_writes_on_its_own
                a_pool_itself_is_outside_the_transaction
                a_leaked_snapshot_shares_while_it_is_open
                concurrent_transactions_are_separate
            }
        }
    };
}
pub(crate) use every_behavior;

/// The error of all work here.
pub(crate) type Any = Box<dyn StdError + Send + Sync>;

const FAILED: &str = "failed on purpose";

pub(crate) async fn add(db: &Ambient<Database>, name: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO entries VALUES ($1)").bind(name).execute(db).await.map(drop)
}

/// Returns what is committed.
pub(crate) async fn entries(pool: &Pool<Database>) -> Vec<String> {
    sqlx::query_scalar("SELECT name FROM entries ORDER BY name").fetch_all(pool).await.unwrap()
}

/// Waits until the pool has all its connections: what was queued on them has then run.
async fn returned(pool: &Pool<Database>) {
    while pool.num_idle() < pool.size() as usize {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Leaves the panics of these tests out of the output.
pub(crate) fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.payload_as_str() != Some(FAILED) {
                hook(info);
            }
        }));
    });
}

#[track_caller]
fn refused<T: Debug>(outcome: Result<T, sqlx::Error>, expected: Refused) {
    assert_eq!(Refused::of(&outcome.unwrap_err()), Some(expected));
}

/// Returns the refusal in an error of either type.
fn refusal(error: &Any) -> Option<Refused> {
    match error.downcast_ref::<Error>() {
        Some(Error::Refused(refused)) => Some(*refused),
        _ => error.downcast_ref::<sqlx::Error>().and_then(Refused::of),
    }
}

pub(crate) async fn a_commit_keeps_what_repositories_wrote(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    add(&db, "alone").await.unwrap();
    let work = {
        let (db, pool) = (db.clone(), pool.clone());
        async move {
            let value = db.transaction(async || {
                assert!(transaction::is_open(&pool));
                add(&db, "inside").await?;
                transaction(&pool, async || Ok::<_, Any>(add(&db, "nested").await?)).await?;
                Ok::<_, Any>(7)
            });
            value.await
        }
    };
    assert_eq!(tokio::spawn(work).await.unwrap().unwrap(), 7); // the future is `Send`
    assert!(!transaction::is_open(&pool));
    assert_eq!(entries(&pool).await, ["alone", "inside", "nested"]);
}

pub(crate) async fn an_error_rolls_everything_back(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        Err::<(), Any>(FAILED.into())
    });
    assert_eq!(work.await.unwrap_err().to_string(), FAILED);
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn a_panic_rolls_everything_back(pool: Pool<Database>) {
    quiet();
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction(&pool, async || {
            add(&db, "b").await?;
            if pool.size() > 0 {
                panic!("{FAILED}");
            }
            Ok::<_, Any>(())
        })
        .await
    });
    assert!(AssertUnwindSafe(work).catch_unwind().await.is_err());
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn a_dropped_future_rolls_everything_back(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction(&pool, async || {
            add(&db, "b").await?;
            future::pending::<Result<(), Any>>().await
        })
        .await
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), work).await.is_err());
    assert!(entries(&pool).await.is_empty());
    add(&db, "c").await.unwrap();
    assert_eq!(entries(&pool).await, ["c"]);
}

/// Polls `f` `polls` times at most, each time that it is woken, and then drops it.
async fn cut<F: Future>(polls: usize, f: F) -> Option<F::Output> {
    let mut f = pin!(f);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match f.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

pub(crate) async fn dropping_at_any_await_is_all_or_nothing(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let (mut completed, mut kept, mut undone) = (0, 0, 0);
    for polls in (0..40).cycle() {
        let work = transaction(&pool, async || {
            add(&db, "1").await?;
            transaction(&pool, async || Ok::<_, Any>(add(&db, "2").await?)).await?;
            let failing = transaction(&pool, async || {
                add(&db, "3").await?;
                Err::<(), Any>(FAILED.into())
            });
            failing.await.unwrap_err();
            add(&db, "4").await?;
            Ok::<_, Any>(())
        });
        let outcome = cut(polls, work).await;
        returned(&pool).await;
        match (outcome, entries(&pool).await.concat().as_str()) {
            (Some(Ok(())), "124") => completed += 1,
            (None, "124") => kept += 1, // dropped during the commit
            (None, "") => undone += 1,
            other => panic!("after {polls} polls: {other:?}"),
        }
        if completed > 150 {
            break; // how many polls it takes varies
        }
        // A connection that was left in a transaction would take this back.
        db.execute("DELETE FROM entries").await.unwrap();
    }
    println!("{undone} dropped and undone, {kept} dropped during the commit, {completed} completed");
    assert!(undone > 3);
}

pub(crate) async fn dropping_a_nested_one_at_any_await_is_all_or_nothing(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let (mut completed, mut undone, mut refused) = (0, 0, 0);
    for polls in (0..40).cycle() {
        let dropped = Arc::new(Mutex::new(0));
        let outer = transaction(&pool, async || {
            add(&db, "1").await?;
            let nested = transaction(&pool, async || {
                let dropped = dropped.clone();
                transaction::after_commit(async move || *dropped.lock().unwrap() += 1).await?;
                add(&db, "2").await?;
                transaction(&pool, async || Ok::<_, Any>(add(&db, "3").await?)).await
            });
            let nested = cut(polls, nested).await.transpose()?;
            add(&db, "4").await?;
            Ok::<_, Any>(nested.is_some())
        });
        let outcome = outer.await;
        returned(&pool).await;
        let hooks = *dropped.lock().unwrap();
        match (outcome, entries(&pool).await.concat().as_str(), hooks) {
            (Ok(true), "1234", 1) => completed += 1,
            (Ok(false), "14", 0) => undone += 1,
            // The savepoint was released, and the answer was not read.
            (Err(error), "", 0) if refusal(&error) == Some(Refused::RolledBack) => refused += 1,
            other => panic!("after {polls} polls: {other:?}"),
        }
        if completed > 150 {
            break;
        }
        db.execute("DELETE FROM entries").await.unwrap();
    }
    println!("{undone} dropped and undone, {refused} dropped during the release, {completed} completed");
    assert!(undone > 3);
}

pub(crate) async fn a_nested_error_rolls_back_to_its_savepoint(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        for _ in 0..3 {
            let nested = transaction(&pool, async || {
                add(&db, "b").await?;
                transaction(&pool, async || Ok::<_, Any>(add(&db, "c").await?)).await?;
                Err::<(), Any>(FAILED.into())
            });
            assert_eq!(nested.await.unwrap_err().to_string(), FAILED);
            // A statement that fails inside leaves the outer transaction in order.
            let nested = transaction(&pool, async || Ok::<_, Any>(add(&db, "a").await?));
            assert!(nested.await.unwrap_err().downcast::<sqlx::Error>().unwrap().as_database_error().is_some());
        }
        add(&db, "d").await?;
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "d"]);
}

pub(crate) async fn a_nested_panic_rolls_back_to_its_savepoint(pool: Pool<Database>) {
    quiet();
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        let nested = transaction(&pool, async || {
            add(&db, "b").await?;
            if pool.size() > 0 {
                panic!("{FAILED}");
            }
            Ok::<_, Any>(())
        });
        assert!(AssertUnwindSafe(nested).catch_unwind().await.is_err());
        add(&db, "c").await?;
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "c"]);
}

pub(crate) async fn a_nested_drop_rolls_back_to_its_savepoint(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        let nested = transaction(&pool, async || {
            add(&db, "b").await?;
            future::pending::<Result<(), Any>>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), nested).await.is_err());
        add(&db, "b").await?; // not there twice
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "b"]);
}

pub(crate) async fn an_outer_error_rolls_back_nested_commits(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        transaction(&pool, async || Ok::<_, Any>(add(&db, "a").await?)).await?;
        Err::<(), Any>(FAILED.into())
    });
    work.await.unwrap_err();
    assert!(entries(&pool).await.is_empty());
}

#[derive(sqlx::FromRow)]
struct Entry {
    name: String,
}

pub(crate) async fn every_way_to_query_uses_the_transaction(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let select = "SELECT name FROM entries ORDER BY name";
    let work = transaction(&pool, async || {
        let mut insert = QueryBuilder::new("INSERT INTO entries (name) ");
        insert.push_values(["a", "b"], |mut row, name| {
            row.push_bind(name);
        });
        assert_eq!(insert.build().execute(&db).await?.rows_affected(), 2);
        sqlx::raw_sql("INSERT INTO entries VALUES ('c'); INSERT INTO entries VALUES ('d')").execute(&db).await?;

        let names: Vec<String> = sqlx::query_scalar(select).fetch_all(&db).await?;
        assert_eq!(names.concat(), "abcd");
        let rows: Vec<Entry> = sqlx::query_as(select).fetch(&db).try_collect().await?;
        assert_eq!(rows.len(), 4);
        let one: Entry = sqlx::query_as(select).fetch_one(&db).await?;
        assert_eq!(one.name, "a");
        assert!(sqlx::query("SELECT name FROM entries WHERE name = 'z'").fetch_optional(&db).await?.is_none());
        let missing = sqlx::query("SELECT name FROM entries WHERE name = 'z'").fetch_one(&db).await;
        assert!(matches!(missing, Err(sqlx::Error::RowNotFound)));
        let mapped = sqlx::query(select).try_map(|row: <Database as sqlx::Database>::Row| row.try_get::<String, _>(0));
        assert_eq!(mapped.fetch_all(&db).await?.concat(), "abcd");
        let parts: Vec<_> = (&db).fetch_many("SELECT 1; SELECT 2").try_collect().await?;
        assert_eq!(parts.iter().filter(|part| part.is_right()).count(), 2);
        (&db).prepare(sqlx::SqlSafeStr::into_sql_str(select)).await?;
        Executor::describe(&db, sqlx::SqlSafeStr::into_sql_str(select)).await?;
        // A stream that is dropped half-read frees the connection.
        assert!(sqlx::query(select).fetch(&db).next().await.is_some());
        add(&db, "e").await?;
        Err::<(), Any>(FAILED.into())
    });
    assert_eq!(work.await.unwrap_err().to_string(), FAILED);
    assert!(entries(&pool).await.is_empty());
    let outside: Vec<Entry> = sqlx::query_as(select).fetch(&db).try_collect().await.unwrap();
    assert!(outside.is_empty());
    (&db).prepare(sqlx::SqlSafeStr::into_sql_str(select)).await.unwrap();
}

pub(crate) async fn a_connection_can_be_acquired(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        let mut connection = db.acquire().await?;
        sqlx::query("INSERT INTO entries VALUES ('a')").execute(&mut *connection).await?;
        refused(add(&db, "b").await, Refused::Busy);
        drop(connection);
        add(&db, "b").await?;
        Err::<(), Any>(FAILED.into())
    });
    assert_eq!(work.await.unwrap_err().to_string(), FAILED);
    let mut connection = db.acquire().await.unwrap();
    sqlx::query("INSERT INTO entries VALUES ('c')").execute(&mut *connection).await.unwrap();
    drop(connection);
    assert_eq!(entries(&pool).await, ["c"]);
}

/// A list to which hooks write.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    async fn hook(&self, line: &'static str) -> Result<(), Refused> {
        let log = self.clone();
        transaction::after_commit(async move || {
            tokio::task::yield_now().await;
            log.write(line);
        })
        .await
    }

    fn take(&self) -> String {
        mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

pub(crate) async fn hooks_run_in_order_after_the_outermost_commit(pool: Pool<Database>) {
    let (db, log) = (Ambient::new(&pool), Log::default());
    log.hook("at once").await.unwrap();
    assert_eq!(log.take(), "at once");
    let work = transaction(&pool, async || {
        log.hook("a").await?;
        transaction(&pool, async || {
            add(&db, "x").await?;
            log.hook("b").await?;
            let later = log.clone();
            let pool = pool.clone();
            db.after_commit(async move || {
                let committed = entries(&pool).await.concat();
                let nested = later.clone();
                let again = async || Ok::<_, Any>(nested.hook("of the hook").await?);
                transaction(&pool, again).await.unwrap();
                later.write(committed);
            })
            .await?;
            Ok::<_, Any>(())
        })
        .await?;
        log.hook("c").await?;
        assert_eq!(log.take(), "");
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(log.take(), "a b of the hook x c");
}

pub(crate) async fn hooks_of_what_is_rolled_back_are_dropped(pool: Pool<Database>) {
    let (db, log) = (Ambient::new(&pool), Log::default());
    let work = transaction(&pool, async || {
        log.hook("kept").await?;
        let nested = transaction(&pool, async || {
            log.hook("dropped").await?;
            transaction(&pool, async || Ok::<_, Any>(log.hook("dropped too").await?)).await?;
            Err::<(), Any>(FAILED.into())
        });
        nested.await.unwrap_err();
        Ok::<_, Any>(add(&db, "a").await?)
    });
    work.await.unwrap();
    assert_eq!(log.take(), "kept");

    let work = transaction(&pool, async || {
        log.hook("never").await?;
        Ok::<_, Any>(add(&db, "a").await?) // is there already
    });
    work.await.unwrap_err();
    assert_eq!(log.take(), "");
    assert_eq!(Arc::strong_count(&log.0), 1);
}

static TENANT: Variable<&str> = Variable::named("tenant");

pub(crate) async fn hooks_run_outside_in_the_context_of_the_call(pool: Pool<Database>) {
    let log = Log::default();
    let work = transaction(&pool, async || {
        let (log, pool) = (log.clone(), pool.clone());
        let add = transaction::after_commit(async move || {
            log.write(format!("{:?} {}", TENANT.get(), transaction::is_open(&pool)));
        });
        Ok::<_, Any>(TENANT.scope("inner", add).await?)
    });
    TENANT.scope("outer", work).await.unwrap();
    assert_eq!(log.take(), "Some(\"outer\") false");
}

pub(crate) async fn a_panicking_hook_does_not_stop_the_others(pool: Pool<Database>) {
    quiet();
    let (db, log) = (Ambient::new(&pool), Log::default());
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        transaction::after_commit(|| -> future::Ready<()> { panic!("{FAILED}") }).await?;
        transaction::after_commit(async || panic!("{FAILED}")).await?;
        log.hook("the other").await?;
        Ok::<_, Any>(())
    });
    assert!(AssertUnwindSafe(work).catch_unwind().await.is_err());
    assert_eq!(log.take(), "the other");
    assert_eq!(entries(&pool).await, ["a"]);
}

pub(crate) async fn joined_statements_are_refused_not_queued(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        let slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
             SELECT COUNT(*) FROM n";
        let (one, other) = join!(sqlx::query_scalar::<_, i64>(slow).fetch_one(&db), add(&db, "b"));
        assert_eq!(one?, 200_000);
        refused(other, Refused::Busy);
        add(&db, "c").await?; // the transaction is in order
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["c"]);
}

pub(crate) async fn a_statement_beside_an_open_stream_is_refused(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        for name in ["a", "b", "c"] {
            add(&db, name).await?;
        }
        let mut rows = sqlx::query("SELECT name FROM entries ORDER BY name").fetch(&db);
        while let Some(row) = rows.try_next().await? {
            if row.get::<&str, _>(0) != "c" {
                refused(add(&db, "d").await, Refused::Busy);
                let nested = transaction(&pool, async || Ok::<_, Any>(())).await;
                assert_eq!(refusal(&nested.unwrap_err()), Some(Refused::Busy));
            }
        }
        add(&db, "d").await?; // the stream has ended, though it isn't dropped
        drop(rows);
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await.concat(), "abcd");
}

pub(crate) async fn a_statement_beside_a_nested_transaction_is_refused(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let (open, tried) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let work = transaction(&pool, async || {
        let nested = transaction(&pool, async || {
            add(&db, "a").await?;
            open.notify_one();
            tried.notified().await;
            Err::<(), Any>(FAILED.into())
        });
        let beside = async {
            open.notified().await;
            refused(add(&db, "b").await, Refused::Inside);
            tried.notify_one();
        };
        let (nested, ()) = join!(nested, beside);
        assert_eq!(nested.unwrap_err().to_string(), FAILED);
        Ok::<_, Any>(add(&db, "c").await?)
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["c"]);
}

pub(crate) async fn joined_nested_transactions_are_refused(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        let one = transaction(&pool, async || {
            add(&db, "a").await?;
            tokio::task::yield_now().await;
            Ok::<_, Any>(add(&db, "b").await?)
        });
        let other = transaction(&pool, async || Ok::<_, Any>(add(&db, "c").await?));
        let (one, other) = join!(one, other);
        one?;
        assert!(matches!(refusal(&other.unwrap_err()), Some(Refused::Busy | Refused::Inside)));
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a", "b"]);
}

pub(crate) async fn a_stream_that_outlives_its_transaction_makes_it_fail(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let kept = Mutex::new(None);
    let work = transaction(&pool, async || {
        add(&db, "a").await?;
        add(&db, "b").await?;
        let mut rows = sqlx::query("SELECT name FROM entries").fetch(&db);
        rows.try_next().await?;
        *kept.lock().unwrap() = Some(rows);
        Ok::<_, Any>(())
    });
    assert_eq!(refusal(&work.await.unwrap_err()), Some(Refused::Busy));
    drop(kept); // the rows, and with them the connection
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn a_leaked_snapshot_is_told_that_the_transaction_ended(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let leaks = Mutex::new(Vec::new());
    transaction(&pool, async || {
        leaks.lock().unwrap().push(Snapshot::capture());
        let nested = transaction(&pool, async || {
            leaks.lock().unwrap().push(Snapshot::capture());
            Err::<(), Any>(FAILED.into())
        });
        nested.await.unwrap_err();
        let nested = leaks.lock().unwrap().pop().unwrap();
        // Its savepoint has ended, the transaction has not.
        refused(nested.scope(async { add(&db, "x").await }).await, Refused::Ended);
        Ok::<_, Any>(())
    })
    .await
    .unwrap();
    let leaked = leaks.into_inner().unwrap().pop().unwrap();

    let late = async || {
        assert!(!transaction::is_open(&pool));
        refused(add(&db, "x").await, Refused::Ended);
        refused(db.acquire().await, Refused::Ended);
        assert_eq!(transaction::after_commit(async || ()).await, Err(Refused::Ended));
        assert_eq!(db.after_commit(async || ()).await, Err(Refused::Ended));
        let again = transaction(&pool, async || Ok::<_, Any>(())).await;
        assert_eq!(refusal(&again.unwrap_err()), Some(Refused::Ended));
    };
    leaked.scope(late()).await;
    // Another transaction is none of its business, also if it has the same connection.
    let work = transaction(&pool, async || {
        leaked.scope(late()).await;
        Ok::<_, Any>(add(&db, "a").await?)
    });
    work.await.unwrap();
    assert_eq!(entries(&pool).await, ["a"]);
}

pub(crate) async fn a_nested_transaction_of_a_leak_ends_with_its_outer_one(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let leak = Mutex::new(None);
    let mut outer = Box::pin(transaction(&pool, async || {
        add(&db, "a").await?;
        *leak.lock().unwrap() = Some(Snapshot::capture());
        future::pending::<Result<(), Any>>().await
    }));
    let leaked = poll_fn(|context| match (outer.as_mut().poll(context), leak.lock().unwrap().take()) {
        (Poll::Pending, None) => Poll::Pending,
        (_, leaked) => Poll::Ready(leaked.unwrap()),
    })
    .await;
    // Its savepoint may be under way when the outer one ends, or set. Its statement comes afterwards.
    let (ended, end) = oneshot::channel();
    let mut nested = pin!(leaked.scope(transaction(&pool, async || {
        end.await?;
        Ok::<_, Any>(add(&db, "b").await?)
    })));
    assert!(poll!(nested.as_mut()).is_pending());
    drop(outer);
    ended.send(()).unwrap();
    let outcome = nested.await;
    assert_eq!(refusal(&outcome.unwrap_err()), Some(Refused::Ended));
    returned(&pool).await;
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn a_stream_made_inside_is_refused_outside(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let kept = Mutex::new(None);
    let work = transaction(&pool, async || {
        *kept.lock().unwrap() = Some(sqlx::query("SELECT name FROM entries").fetch(&db));
        Ok::<_, Any>(())
    });
    work.await.unwrap();
    let mut rows = kept.into_inner().unwrap().unwrap();
    refused(rows.try_next().await, Refused::Ended);
}

pub(crate) async fn clones_of_a_pool_share_the_transaction(pool: Pool<Database>) {
    let (clone, other) = (Ambient::from(pool.clone()), pool.clone());
    let work = transaction(&pool, async || {
        assert!(transaction::is_open(&other));
        add(&clone, "a").await?;
        Err::<(), Any>(FAILED.into())
    });
    work.await.unwrap_err();
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn an_error_of_begin_has_its_source(pool: Pool<Database>) {
    let options = transaction::TransactionOptions::new().begin_with("BEGUN");
    let error = options.run(&pool, async || Ok::<_, Error>(())).await.unwrap_err();
    assert!(matches!(error, Error::Begin(sqlx::Error::Database(_))));
    assert!(error.source().unwrap().source().is_some());

    let work = transaction(&pool, async || {
        let options = transaction::TransactionOptions::new().begin_with("BEGIN");
        options.run(&pool, async || Ok::<_, Error>(())).await
    });
    assert!(matches!(work.await, Err(Error::Nested)));

    pool.close().await;
    let error = transaction(&pool, async || Ok::<_, sqlx::Error>(())).await.unwrap_err();
    assert!(matches!(error, sqlx::Error::PoolClosed));
}

pub(crate) async fn a_detached_task_writes_on_its_own(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let task = Mutex::new(None);
    let work = transaction(&pool, async || {
        let (db, pool) = (db.clone(), pool.clone());
        let detached = async move {
            assert!(!transaction::is_open(&pool));
            add(&db, "detached").await
        };
        *task.lock().unwrap() = Some(tokio::spawn(detached));
        Err::<(), Any>(FAILED.into())
    });
    work.await.unwrap_err();
    task.into_inner().unwrap().unwrap().await.unwrap().unwrap();
    assert_eq!(entries(&pool).await, ["detached"]);
}

pub(crate) async fn a_pool_itself_is_outside_the_transaction(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        db.pool().execute("INSERT INTO entries VALUES ('audit')").await?;
        add(&db, "a").await?;
        assert_eq!(entries(&pool).await, ["audit"]);
        Err::<(), Any>(FAILED.into())
    });
    assert_eq!(work.await.unwrap_err().to_string(), FAILED);
    assert_eq!(entries(&pool).await, ["audit"]);
}

/// A snapshot that is captured by hand holds the transaction, and is right to as long as it is open.
pub(crate) async fn a_leaked_snapshot_shares_while_it_is_open(pool: Pool<Database>) {
    let db = Ambient::new(&pool);
    let work = transaction(&pool, async || {
        let other = db.clone();
        let task = async move { add(&other, "leaked").await }.in_current_snapshot();
        tokio::spawn(task).await.unwrap()?;
        Err::<(), Any>(FAILED.into())
    });
    assert_eq!(work.await.unwrap_err().to_string(), FAILED);
    assert!(entries(&pool).await.is_empty());
}

pub(crate) async fn concurrent_transactions_are_separate(pool: Pool<Database>) {
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..20 {
        let db = Ambient::new(&pool);
        tasks.spawn(async move {
            let work = db.transaction(async || {
                add(&db, &format!("{index:02} a")).await?;
                tokio::task::yield_now().await;
                add(&db, &format!("{index:02} b")).await?;
                if index % 2 == 0 { Ok(()) } else { Err::<(), Any>(FAILED.into()) }
            });
            work.await.is_ok()
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome).count(), 10);
    let expected: Vec<String> =
        (0..20).step_by(2).flat_map(|index| ["a", "b"].map(|part| format!("{index:02} {part}"))).collect();
    assert_eq!(entries(&pool).await, expected);
}

pub(crate) async fn random_trees_do_as_the_model(pool: Pool<Database>) {
    trees::run(pool).await;
}
