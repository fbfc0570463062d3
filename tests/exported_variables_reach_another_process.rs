//! A request to another process, as lines of text over a socket, carries the values in both
//! directions, although the other process has never bound the variables.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static HOPS: Exported<u32> = Variable::named("hops").exported("x-hops");
static LEVEL: Exported<u8> = Variable::named("level").with_default(3).exported("x-level");
static LOCAL: Variable<u8> = Variable::named("local");
static BETWEEN_SERVICES: Exports = Exports::new(&[TENANT.export(), HOPS.export(), LEVEL.export()]);

const ADDRESS: &str = "ASYNCCONTEXT_TEST_ADDRESS";
const TENANTS: [&str; 4] = ["blue", "Köln & Co, \"GmbH\"", "a\r\nx-hops: 99\r\n\r\n", "\u{0}\u{7f}\u{202e}\u{10ffff} "];

/// Lines `key: text`, and an empty one.
fn send(mut to: impl Write) -> io::Result<()> {
    let mut carrier = Vec::new();
    BETWEEN_SERVICES.inject(&mut carrier).expect("all of it fits");
    let lines: String = carrier.into_iter().map(|(key, text)| format!("{key}: {text}\r\n")).collect();
    to.write_all(format!("{lines}\r\n").as_bytes())
}

/// Calls `f` with the received values bound. Returns `None` at the end of the input.
fn receive<R>(from: &mut impl BufRead, f: impl FnOnce() -> R) -> io::Result<Option<R>> {
    let mut carrier = Vec::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.strip_suffix("\r\n").expect("a whole line").split_once(": ") {
            Some((key, text)) => carrier.push((key.to_owned(), text.to_owned())),
            None => break,
        }
    }
    let snapshot = BETWEEN_SERVICES.extract(&carrier).expect("it was written by `send`");
    Ok(Some(snapshot.run(f)))
}

fn seen() -> (Option<String>, Option<u32>, Option<u8>, Option<u8>) {
    (TENANT.get(), HOPS.get(), LEVEL.get(), LOCAL.get())
}

/// The other process, which is this program with `ADDRESS` in its environment.
#[test]
#[ignore = "is the other process, which the other test starts"]
fn the_other_process() -> io::Result<()> {
    let Ok(address) = env::var(ADDRESS) else {
        println!("skipped: this is the other process, and no one has started it");
        return Ok(());
    };
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut from = BufReader::new(stream.try_clone()?);
    let answer = || match HOPS.get() {
        Some(hops) => HOPS.run(hops + 1, || send(&stream)),
        None => send(&stream),
    };
    while let Some(sent) = receive(&mut from, answer)? {
        sent?;
    }
    Ok(())
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it has ended, unless this test fails
        let _ = self.0.wait();
    }
}

/// Waits for the other process, or until it ends.
fn accept(listener: &TcpListener, other: &mut Killed) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) => assert!(other.0.try_wait()?.is_none(), "the other process has ended"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_request_to_another_process() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut other = Command::new(env::current_exe()?);
    other.args(["the_other_process", "--exact", "--ignored"]).env(ADDRESS, listener.local_addr()?.to_string());
    let mut other = Killed(other.spawn()?);
    let stream = accept(&listener, &mut other)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut from = BufReader::new(stream.try_clone()?);
    let mut request = || -> io::Result<_> {
        send(&stream)?;
        receive(&mut from, seen)
    };
    // Nothing is bound, so the other process has only the default.
    assert_eq!(request()?, Some((None, None, Some(3), None)));
    LOCAL.run(1, || {
        for tenant in TENANTS {
            let answer = TENANT.run(tenant.into(), || HOPS.run(1, || LEVEL.run(4, &mut request)))?;
            assert_eq!(answer, Some((Some(tenant.into()), Some(2), Some(4), None)));
            // Nothing of the previous request is left.
            assert_eq!(HOPS.run(7, &mut request)?, Some((None, Some(8), Some(3), None)));
        }
        io::Result::Ok(())
    })?;
    stream.shutdown(std::net::Shutdown::Both)?;
    assert!(other.0.wait()?.success());
    Ok(())
}
