//! The cost of a statement through the ambient executor, beside the same on a transaction by hand:
//! `cargo bench -p asynccontext-sqlx --features sqlite`. SQLite in memory, one task.
//!
//! The ways take turns, so that a change of the machine's speed meets all of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use asynccontext_sqlx::{Ambient, Error, transaction};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Sqlite, SqlitePool};

const ROUNDS: usize = 60;
const STATEMENTS: u32 = 2_000;
const TRANSACTIONS: u32 = 500;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure()).expect("SQLite in memory");
}

async fn measure() -> Result<(), Error> {
    let pool =
        SqlitePoolOptions::new().max_connections(1).test_before_acquire(false).connect("sqlite::memory:").await?;
    let db = Ambient::new(&pool);

    let mut statements = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        statements[0].push(by_hand(&pool).await?);
        statements[1].push(inside(&db, 1).await?);
        statements[2].push(inside(&db, 3).await?);
        statements[3].push(outside(&db).await?);
    }
    println!("one statement, median of {ROUNDS} rounds of {STATEMENTS}:");
    for (name, times) in [
        "on a transaction by hand",
        "through the ambient executor, inside a transaction",
        "the same inside three nested transactions",
        "through the ambient executor, outside a transaction",
    ]
    .iter()
    .zip(&mut statements)
    {
        println!("{:>9.0} ns  {name}", median(times, STATEMENTS));
    }

    let mut whole = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..TRANSACTIONS {
            let mut transaction = pool.begin().await?;
            sqlx::query("SELECT 1").execute(&mut *transaction).await?;
            transaction.commit().await?;
        }
        whole[0].push(start.elapsed());
        let start = Instant::now();
        for _ in 0..TRANSACTIONS {
            let work = async || sqlx::query("SELECT 1").execute(&db).await.map_err(Error::from);
            transaction(&pool, work).await?;
        }
        whole[1].push(start.elapsed());
    }
    println!("a transaction with one statement, median of {ROUNDS} rounds of {TRANSACTIONS}:");
    for (name, times) in ["by hand", "ambient"].iter().zip(&mut whole) {
        println!("{:>9.0} ns  {name}", median(times, TRANSACTIONS));
    }
    Ok(())
}

async fn by_hand(pool: &SqlitePool) -> Result<Duration, Error> {
    let mut transaction = pool.begin().await?;
    let start = Instant::now();
    for _ in 0..STATEMENTS {
        black_box(sqlx::query("SELECT 1").execute(&mut *transaction).await?);
    }
    let elapsed = start.elapsed();
    transaction.commit().await?;
    Ok(elapsed)
}

async fn inside(db: &Ambient<Sqlite>, depth: u32) -> Result<Duration, Error> {
    let work = db.transaction(async || if depth == 1 { outside(db).await } else { inside(db, depth - 1).await });
    Box::pin(work).await
}

async fn outside(db: &Ambient<Sqlite>) -> Result<Duration, Error> {
    let start = Instant::now();
    for _ in 0..STATEMENTS {
        black_box(sqlx::query("SELECT 1").execute(db).await?);
    }
    Ok(start.elapsed())
}

fn median(times: &mut [Duration], count: u32) -> f64 {
    times.sort();
    times[times.len() / 2].as_nanos() as f64 / f64::from(count)
}
