//! The connection of an open transaction, which the contexts inside it share.
//!
//! It is in one place at a time: in [`State`], or in the [`Lease`] of the statement that runs. A
//! statement that finds it elsewhere is refused, so nothing ever waits for it.
//!
//! Each transaction is a level of the stack: the outermost one, then its savepoints. Only the
//! innermost level may use the connection, so no statement becomes part of a nested transaction that
//! it isn't inside. A level has a number that is never used again, so a context that is kept too
//! long doesn't find another one.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection, Pool, SqlSafeStr, SqlStr};

use crate::database::{self, AmbientDatabase, Health};
use crate::error::Refused;
use crate::hooks::Hook;

pub(crate) struct Shared<DB: AmbientDatabase> {
    state: Mutex<State<DB>>,
    /// Keeps the pool, whose address is its identity.
    _pool: Pool<DB>,
}

struct State<DB: AmbientDatabase> {
    /// `None` while it is leased, and after the end.
    connection: Option<PoolConnection<DB>>,
    health: Health,
    /// The lowest savepoint that ended without being rolled back: its future was dropped, where
    /// nothing can be awaited. The next lease rolls back to it.
    undo: Option<usize>,
    /// The open transactions, from the outermost one. Empty after the end.
    levels: Vec<Level>,
    next: u64,
}

struct Level {
    number: u64,
    hooks: Vec<Hook>,
}

impl<DB: AmbientDatabase> Shared<DB> {
    fn lock(&self) -> MutexGuard<'_, State<DB>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: AmbientDatabase> State<DB> {
    fn push(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        self.levels.push(Level { number, hooks: Vec::new() });
        number
    }

    fn index(&self, number: u64) -> Option<usize> {
        self.levels.iter().position(|level| level.number == number)
    }
}

/// A level of an open transaction, or of one that has ended.
pub(crate) struct Transaction<DB: AmbientDatabase> {
    shared: Arc<Shared<DB>>,
    number: u64,
}

impl<DB: AmbientDatabase> Clone for Transaction<DB> {
    fn clone(&self) -> Transaction<DB> {
        Transaction { shared: Arc::clone(&self.shared), number: self.number }
    }
}

impl<DB: AmbientDatabase> Transaction<DB> {
    /// Returns the outermost level of the transaction that has begun on `connection`.
    pub(crate) fn new(pool: &Pool<DB>, connection: PoolConnection<DB>) -> Transaction<DB> {
        let mut state =
            State { connection: Some(connection), health: Health::Sound, undo: None, levels: Vec::new(), next: 0 };
        let number = state.push();
        let shared = Arc::new(Shared { state: Mutex::new(state), _pool: pool.clone() });
        Transaction { shared, number }
    }

    /// Returns a level inside this one, whose savepoint was just set. This one may have ended
    /// meanwhile, if another task has a context of it.
    pub(crate) fn nested(&self) -> Result<Transaction<DB>, Refused> {
        let mut state = self.shared.lock();
        state.index(self.number).ok_or(Refused::Ended)?;
        let number = state.push();
        Ok(Transaction { shared: Arc::clone(&self.shared), number })
    }

    pub(crate) fn is_open(&self) -> bool {
        self.shared.lock().index(self.number).is_some()
    }

    /// Returns the number of transactions around this one, or `None` after its end.
    pub(crate) fn depth(&self) -> Option<usize> {
        self.shared.lock().index(self.number)
    }

    pub(crate) fn add(&self, hook: Hook) -> Result<(), Refused> {
        let mut state = self.shared.lock();
        let index = state.index(self.number).ok_or(Refused::Ended)?;
        state.levels[index].hooks.push(hook);
        Ok(())
    }

    /// Takes the connection for one statement, and prepares it.
    pub(crate) async fn lease(&self) -> Result<Lease<DB>, Refused> {
        let mut lease = self.take()?;
        if lease.undo.is_some() || lease.health != Health::Sound {
            lease.settle().await?;
        }
        Ok(lease)
    }

    /// Takes the connection as it is.
    pub(crate) fn take(&self) -> Result<Lease<DB>, Refused> {
        let mut state = self.shared.lock();
        let index = state.index(self.number).ok_or(Refused::Ended)?;
        if index + 1 < state.levels.len() {
            return Err(Refused::Inside);
        }
        let connection = state.connection.take().ok_or(Refused::Busy)?;
        let (health, undo) = (state.health, state.undo.take());
        drop(state);
        Ok(Lease { shared: Arc::clone(&self.shared), connection: Some(connection), health, undo })
    }

    /// Ends this level, and those inside it, without waiting: the outermost one is rolled back when
    /// its connection returns to the pool, a nested one before the next statement.
    pub(crate) fn abandon(&self) {
        let mut state = self.shared.lock();
        let Some(index) = state.index(self.number) else { return };
        let ended = state.levels.split_off(index);
        let connection = if index == 0 {
            state.connection.take() // if leased, the lease rolls back
        } else {
            state.undo = Some(state.undo.map_or(index, |undo| undo.min(index)));
            None
        };
        drop(state);
        if let Some(mut connection) = connection {
            database::start_rollback::<DB>(&mut connection);
        }
        drop(ended); // the hooks' own drops run without the lock
    }

    /// Ends this level, and returns its hooks if it is the outermost one. Otherwise they become those
    /// of the level around it.
    pub(crate) fn end(&self) -> Vec<Hook> {
        let mut state = self.shared.lock();
        let Some(index) = state.index(self.number) else { return Vec::new() };
        let hooks = state.levels.split_off(index).into_iter().flat_map(|level| level.hooks).collect::<Vec<_>>();
        match state.levels.last_mut() {
            Some(outer) => {
                outer.hooks.extend(hooks);
                Vec::new()
            }
            None => hooks,
        }
    }
}

/// The statement that sets, releases or rolls back to the savepoint of a level.
pub(crate) fn savepoint(statement: &str, depth: usize) -> SqlStr {
    AssertSqlSafe(format!("{statement} asynccontext_{depth}")).into_sql_str()
}

/// The connection, in use by one statement. It goes back when it is dropped.
pub(crate) struct Lease<DB: AmbientDatabase> {
    shared: Arc<Shared<DB>>,
    /// `Some` until the drop.
    connection: Option<PoolConnection<DB>>,
    health: Health,
    undo: Option<usize>,
}

impl<DB: AmbientDatabase> Lease<DB> {
    /// Returns the connection for a statement whose outcome goes to [`read`](Self::read). If it
    /// doesn't, since the statement is cancelled, the next lease asks the database.
    pub(crate) fn connection(&mut self) -> &mut DB::Connection {
        self.health = Health::Unsure;
        self.raw()
    }

    pub(crate) fn raw(&mut self) -> &mut DB::Connection {
        self.connection.as_mut().expect("the connection is there until the drop")
    }

    pub(crate) fn raw_ref(&self) -> &DB::Connection {
        self.connection.as_ref().expect("the connection is there until the drop")
    }

    /// Asks the database what became of the transaction. If this is cancelled, it counts as rolled
    /// back where the question can't be asked twice.
    async fn check(&mut self) -> Health {
        self.health = if DB::CHECKS_ONCE { Health::Gone } else { Health::Unsure };
        DB::check(self.raw()).await
    }

    /// Notes the outcome of a statement.
    pub(crate) async fn read<T>(&mut self, outcome: sqlx::Result<T>) -> sqlx::Result<T> {
        self.health = match outcome {
            Ok(_) => Health::Sound,
            Err(_) => self.check().await,
        };
        outcome
    }

    pub(crate) async fn run(&mut self, sql: SqlStr) -> sqlx::Result<()> {
        let outcome = DB::run(self.connection(), sql).await;
        self.read(outcome).await
    }

    /// Rolls back what was abandoned, and finds out what became of a statement that was cancelled.
    pub(crate) async fn settle(&mut self) -> Result<(), Refused> {
        if self.health == Health::Unsure {
            // An error that it answers is that of the cancelled statement.
            let _ = self.raw().ping().await;
        }
        if let Some(depth) = self.undo {
            if self.health != Health::Gone {
                let rolled_back = DB::run(self.raw(), savepoint("ROLLBACK TO SAVEPOINT", depth)).await;
                self.health = Health::Sound; // whatever failed was inside it
                if rolled_back.is_err() {
                    self.check().await;
                    self.health = Health::Gone;
                }
            }
            self.undo = None;
            if self.health == Health::Sound {
                let _ = self.run(savepoint("RELEASE SAVEPOINT", depth)).await;
            }
        }
        if self.health == Health::Unsure {
            self.health = self.check().await;
        }
        match self.health {
            Health::Sound => Ok(()),
            Health::Failed => Err(Refused::Failed),
            Health::Gone | Health::Unsure => Err(Refused::RolledBack),
        }
    }

    /// Commits the outermost level. After an error the transaction is still to be rolled back.
    pub(crate) async fn commit(&mut self) -> sqlx::Result<()> {
        database::commit::<DB>(self.connection()).await?;
        self.health = Health::Sound;
        Ok(())
    }

    /// Rolls back the outermost level.
    pub(crate) async fn rollback(&mut self) -> sqlx::Result<()> {
        self.undo = None;
        // Finds out whether SQLite has rolled it back itself, where `ROLLBACK` would fail.
        let _ = self.settle().await;
        database::rollback::<DB>(self.connection()).await
    }

    /// Ends the outermost level, which was committed or rolled back, and returns the connection to its
    /// pool. Returns the hooks.
    pub(crate) fn end(mut self, outermost: &Transaction<DB>) -> Vec<Hook> {
        let hooks = outermost.end();
        drop(self.connection.take());
        hooks
    }
}

impl<DB: AmbientDatabase> Drop for Lease<DB> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let mut state = self.shared.lock();
        if state.levels.is_empty() {
            drop(state);
            database::start_rollback::<DB>(&mut connection); // abandoned while it was in use
            return;
        }
        state.health = self.health;
        state.undo = match (mem::take(&mut state.undo), self.undo) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        state.connection = Some(connection);
    }
}
