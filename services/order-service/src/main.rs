//! A service that takes orders, in up to three processes: see README.md.

#![allow(unreachable_pub)] // a program exports nothing

mod context;
mod database;
mod dropped;
mod faults;
mod invoices;
mod lines;
mod load;
mod orders;
mod outbox;
mod parts;
mod payment;
mod queue;
mod story;
mod telemetry;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use queue::At;

/// Takes orders, charges for them in a second process, and writes invoices in a third.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  order-service
      everything embedded; the page is at http://127.0.0.1:3000/
  curl -i -H 'x-tenant: blue' -H 'content-type: application/json' \\
      -d '{\"item\":\"book\",\"quantity\":2}' http://127.0.0.1:3000/orders
      one order
  order-service --database postgres://$USER@localhost/shop --queue nats://localhost
      with PostgreSQL and NATS; amqp://… is RabbitMQ, redis://… is Redis
  order-service load --requests 200000 --in-flight 200
      starts everything, sends orders, and checks each line, span, row and message

Exit codes: 0 success, 1 failure, 2 wrong arguments.")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    options: Options,
}

/// What all parts need to know.
#[derive(Args, Clone, Debug)]
struct Options {
    /// The address of the orders, and of the page
    #[arg(long, global = true, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// sqlite:FILE or postgres://…; without it, a SQLite file in the folder
    #[arg(long, global = true)]
    database: Option<String>,
    /// memory, nats://…, amqp://… or redis://…
    #[arg(long, global = true, default_value = "memory")]
    queue: At,
    /// The name of the queue at the broker
    #[arg(long, global = true, default_value = "invoices")]
    queue_name: String,
    /// The folder of logs, traces, invoices and the SQLite file [default: order-service-data; of a load, a temporary one]
    #[arg(long, global = true)]
    folder: Option<PathBuf>,
    /// Write logs to their file only
    #[arg(long, global = true)]
    quiet: bool,
    /// Let requests ask for faults by the header `x-fault`: for tests
    #[arg(long, global = true)]
    faults: bool,
}

impl Options {
    fn folder(&self) -> &Path {
        self.folder.as_deref().unwrap_or(Path::new("order-service-data"))
    }
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Only the service that makes payments. Ends when its standard input does
    Payment,
    /// Only the worker that writes invoices, of jobs at a broker. Ends when its standard input does
    Invoices,
    /// Starts all parts on data of their own, sends orders, and checks what was recorded of them
    Load(load::Load),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { part, options } = Arguments::parse();
    let done = match part {
        None => parts::all(options).await,
        Some(Part::Payment) => parts::payment(options).await,
        Some(Part::Invoices) => parts::invoices(options).await,
        Some(Part::Load(load)) => load.run(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", parts::with_sources(&*error));
            ExitCode::FAILURE
        }
    }
}
