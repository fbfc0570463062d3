//! Random trees of nested transactions, run on the database and on a plain model of its table.

use std::collections::BTreeSet;
use std::env;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use asynccontext::tokio::sync::Notify;
use asynccontext_sqlx::{Ambient, transaction};
use futures::future::{self, BoxFuture, Either};
use futures::{FutureExt, TryStreamExt};
use sqlx::{Executor, Pool, Row};

use super::{Any, FAILED, Log, add, entries, quiet};
use crate::{ABORTS_AFTER_AN_ERROR, Database};

#[derive(Clone, Debug)]
enum Step {
    /// Fails if the entry is there already.
    Insert(u8),
    /// Fails always. If ignored, the work goes on.
    Fail {
        ignored: bool,
    },
    /// Writes down what the transaction sees.
    Read,
    Hook(u8),
    /// If its failure is ignored, the work goes on.
    Nested {
        work: Work,
        ignored: bool,
    },
}

#[derive(Clone, Debug)]
struct Work {
    steps: Vec<Step>,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Ok,
    Error,
    Panic,
    Drop,
}

/// A generator of numbers, by xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn name(&mut self) -> u8 {
        b'a' + self.below(12) as u8
    }

    fn work(&mut self, depth: u64) -> Work {
        let steps = (0..self.below(6)).map(|_| self.step(depth)).collect();
        let end = match self.below(10) {
            0 => End::Error,
            1 => End::Panic,
            2 => End::Drop,
            _ => End::Ok,
        };
        Work { steps, end }
    }

    fn step(&mut self, depth: u64) -> Step {
        match self.below(12) {
            0..4 => Step::Insert(self.name()),
            4 => Step::Fail { ignored: self.below(3) > 0 },
            5 => Step::Read,
            6 | 7 => Step::Hook(self.name()),
            _ if depth == 0 => Step::Read,
            _ => Step::Nested { work: self.work(depth - 1), ignored: self.below(4) > 0 },
        }
    }
}

/// What happened, in order: `read …` and the ends of transactions.
type Trace = Vec<String>;

#[derive(Clone, Default)]
struct Model {
    table: BTreeSet<u8>,
    hooks: Vec<String>,
    trace: Trace,
}

impl Model {
    fn transaction(&mut self, work: &Work) -> Result<(), ()> {
        let (table, hooks) = (self.table.clone(), self.hooks.clone());
        let outcome = self.work(work);
        if outcome.is_err() {
            (self.table, self.hooks) = (table, hooks);
        }
        self.trace.push(outcome.map_or_else(str::to_owned, |()| "ok".to_owned()));
        outcome.map_err(drop)
    }

    fn work(&mut self, work: &Work) -> Result<(), &'static str> {
        let mut aborted = false;
        for step in &work.steps {
            match step {
                Step::Insert(name) if aborted || !self.table.insert(*name) => return Err("error"),
                Step::Insert(_) => {}
                Step::Fail { ignored: false } => return Err("error"),
                Step::Fail { ignored: true } => aborted |= ABORTS_AFTER_AN_ERROR,
                Step::Read if aborted => return Err("error"),
                Step::Read => self.trace.push(format!("read {}", self.names())),
                Step::Hook(name) => self.hooks.push(char::from(*name).to_string()),
                Step::Nested { work, ignored } => {
                    let outcome = if aborted {
                        self.trace.push("error".to_owned());
                        Err(())
                    } else {
                        self.transaction(work)
                    };
                    if outcome.is_err() && !ignored {
                        return Err("error");
                    }
                }
            }
        }
        match work.end {
            End::Ok if aborted => Err("error"),
            End::Ok => Ok(()),
            End::Error => Err("error"),
            End::Panic => Err("panic"),
            End::Drop => Err("drop"),
        }
    }

    fn names(&self) -> String {
        self.table.iter().copied().map(char::from).collect()
    }
}

#[derive(Clone)]
struct Real {
    db: Ambient<Database>,
    hooks: Log,
    trace: Arc<Mutex<Trace>>,
}

impl Real {
    fn transaction<'a>(&'a self, work: &'a Work) -> BoxFuture<'a, Result<(), Any>> {
        Box::pin(async move {
            let dropped = Notify::new();
            let run = self.db.transaction(async || self.work(work, &dropped).await);
            let run = pin!(AssertUnwindSafe(run).catch_unwind());
            let (name, outcome) = match future::select(run, pin!(dropped.notified())).await {
                Either::Left((Ok(Ok(())), _)) => ("ok", Ok(())),
                Either::Left((Ok(Err(error)), _)) => ("error", Err(error)),
                Either::Left((Err(_), _)) => ("panic", Err(FAILED.into())),
                Either::Right(_) => ("drop", Err(FAILED.into())),
            };
            self.trace.lock().unwrap().push(name.to_owned());
            outcome
        })
    }

    async fn work(&self, work: &Work, dropped: &Notify) -> Result<(), Any> {
        for step in &work.steps {
            match step {
                Step::Insert(name) => add(&self.db, &char::from(*name).to_string()).await?,
                Step::Fail { ignored } => {
                    let failed = self.db.execute("SELECT nothing FROM nowhere").await;
                    assert!(failed.is_err());
                    if !ignored {
                        failed?;
                    }
                }
                Step::Read => {
                    let rows = sqlx::query("SELECT name FROM entries ORDER BY name").fetch(&self.db);
                    let names: Vec<String> = rows.map_ok(|row| row.get(0)).try_collect().await?;
                    self.trace.lock().unwrap().push(format!("read {}", names.concat()));
                }
                Step::Hook(name) => {
                    let (hooks, name) = (self.hooks.clone(), char::from(*name));
                    transaction::after_commit(async move || hooks.write(name)).await?;
                }
                Step::Nested { work, ignored } => {
                    let outcome = self.transaction(work).await;
                    if !ignored {
                        outcome?;
                    }
                }
            }
        }
        match work.end {
            End::Ok => Ok(()),
            End::Error => Err(FAILED.into()),
            End::Panic => panic!("{FAILED}"),
            End::Drop => {
                dropped.notify_one();
                future::pending().await
            }
        }
    }
}

/// Runs random programs. `TREES_SEED` runs that of one seed.
pub(crate) async fn run(pool: Pool<Database>) {
    quiet();
    let seeds = match env::var("TREES_SEED") {
        Ok(seed) => seed.parse().map(|seed| seed..seed + 1).unwrap(),
        Err(_) => 1..401,
    };
    let (mut committed, mut rolled_back) = (0, 0);
    for seed in seeds {
        let work = Random(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15)).work(3);
        let mut model = Model::default();
        let kept = model.transaction(&work).is_ok();
        if kept {
            committed += 1
        } else {
            rolled_back += 1
        };

        let db = Ambient::new(&pool);
        let real = Real { db, hooks: Log::default(), trace: Arc::default() };
        assert_eq!(real.transaction(&work).await.is_ok(), kept, "seed {seed}: {work:#?}");
        assert_eq!(*real.trace.lock().unwrap(), model.trace, "seed {seed}: {work:#?}");
        assert_eq!(real.hooks.take(), model.hooks.join(" "), "seed {seed}: {work:#?}");
        assert_eq!(entries(&pool).await.concat(), model.names(), "seed {seed}: {work:#?}");
        pool.execute("DELETE FROM entries").await.unwrap();
    }
    println!("{committed} trees committed, {rolled_back} rolled back");
}
