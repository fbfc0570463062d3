//! Test programs whose tests need a server.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{Kind, Server};

/// A test: a function that takes the server and returns a future. Written with [`test!`](macro@crate::test).
pub type Run = for<'a> fn(&'a Server) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Turns an `async fn(&Server)` into an entry of [`tests`].
#[macro_export]
macro_rules! test {
    ($test:path) => {
        |server| Box::pin($test(server))
    };
}

/// Runs the tests of a test program and ends the process with the exit code of libtest's harness.
///
/// One server is started for all of them, before the first one runs. The tests run one after the
/// other, so that a test may kill and restart the server.
///
/// A server that is not installed makes all tests ignored, and the reason is printed. A server that
/// is installed and does not start makes all tests fail.
pub fn tests(kind: Kind, tests: &[(&str, Run)]) -> ! {
    suites(&[(kind, tests)])
}

/// Runs the tests of several kinds of servers, as [`tests`] does. Their names begin with the kind's.
pub fn suites(suites: &[(Kind, &[(&str, Run)])]) -> ! {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let mut trials = Vec::new();
    let mut servers = Vec::new();
    for (kind, tests) in suites {
        let missing = kind.missing();
        if let Some(program) = missing
            && !arguments.list
        {
            println!("not run: {} tests, since {program} is not installed ({})", tests.len(), kind.package());
        }
        let server = Arc::new(OnceLock::new());
        servers.push(Arc::clone(&server));
        for &(name, run) in *tests {
            let (kind, server) = (*kind, Arc::clone(&server));
            let name = if suites.len() > 1 { format!("{kind:?}::{name}").to_lowercase() } else { name.to_owned() };
            trials.push(Trial::test(name, move || one(kind, &server, run)).with_ignored_flag(missing.is_some()));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(servers); // ends them: `exit` drops nothing
    conclusion.exit()
}

fn one(kind: Kind, server: &OnceLock<Result<Server, String>>, run: Run) -> Result<(), Failed> {
    let server = server.get_or_init(|| Server::start(kind).map_err(|error| error.to_string())).as_ref()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async { tokio::time::timeout(LIMIT, run(server)).await })?;
    Ok(())
}

/// A test that takes longer hangs, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);
