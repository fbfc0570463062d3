//! A running server.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::Kind;

/// A server on a free port, which ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    port: u16,
    folder: TempDir,
    process: Mutex<Option<Child>>,
}

impl Server {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    ///
    /// Returns an error if the server is not installed or does not answer within three minutes. The error
    /// includes the end of the server's output.
    pub fn start(kind: Kind) -> io::Result<Server> {
        let folder = tempfile::tempdir()?;
        kind.prepare(folder.path())?;
        let server = Server { kind, port: free_port()?, folder, process: Mutex::new(None) };
        server.restart()?;
        Ok(server)
    }

    /// Returns the address for clients, as a URL of the server's kind.
    pub fn url(&self) -> String {
        self.kind.url(self.port)
    }

    /// Returns the server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server at once, as a failing machine would, and waits until its port is closed. Its
    /// data stays.
    pub fn kill(&self) {
        let Some(process) = self.process().take() else { return };
        end(process);
        // A child of a script that starts the server ends a little later.
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() && start.elapsed() < Duration::from_secs(10)
        {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again with the same port and data, after [`kill`](Self::kill).
    ///
    /// # Errors
    ///
    /// Returns an error as [`start`](Self::start) does.
    pub fn restart(&self) -> io::Result<()> {
        self.kill();
        *self.process() = Some(self.spawn()?);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(180) {
            let ended = self.process().as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                // Processes that the killed server had started may still hold what it needs, such as shared memory.
                if start.elapsed() > Duration::from_secs(10) {
                    return Err(io::Error::other(format!("{:?} ended with {status}:\n{}", self.kind, self.output())));
                }
                *self.process() = Some(self.spawn()?);
            } else if self.answers().is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.kill();
        Err(io::Error::other(format!("{:?} does not answer:\n{}", self.kind, self.output())))
    }

    fn spawn(&self) -> io::Result<Child> {
        let log = File::options().create(true).append(true).open(self.folder.path().join("output"))?;
        let mut command = self.kind.command(self.folder.path(), self.port)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        command.process_group(0).spawn()
    }

    /// Whether the server answers as its protocol says.
    fn answers(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut answer = [0; 4];
        let (question, expected): (&[u8], &[u8]) = match self.kind {
            Kind::Chromium => (b"GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"HTTP"),
            Kind::Nats => (b"", b"INFO"),
            Kind::Redis => (b"PING\r\n", b"+PON"),
            // The frame that opens a connection.
            Kind::RabbitMq => (b"AMQP\x00\x00\x09\x01", b"\x01\x00\x00\x00"),
            // A start-up message of protocol 3.0 for the user `test`: the answer is `R`, of type
            // authentication, of 8 bytes; while it starts up, `E`.
            Kind::Postgres => (b"\x00\x00\x00\x13\x00\x03\x00\x00user\x00test\x00\x00", b"R\x00\x00\x00"),
        };
        stream.write_all(question)?;
        stream.read_exact(&mut answer)?;
        if answer == expected { Ok(()) } else { Err(io::Error::other("another answer")) }
    }

    /// Returns the end of what the server has printed.
    fn output(&self) -> String {
        let text = std::fs::read(self.folder.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(4000)..]).into_owned()
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns a port that was free just now and was not returned before.
///
/// It is none of those that the system gives to clients: while a server is down, its port could be given to
/// any client, even to one that tries to connect to it.
pub(crate) fn free_port() -> io::Result<u16> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    loop {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        // Programs that run at the same time begin at different ports.
        let port = FIRST_PORT + ((std::process::id().wrapping_mul(37) + tried) % u32::from(PORTS)) as u16;
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse || tried > u32::from(PORTS) => return Err(error),
            Err(_) => {}
            Ok(_) => return Ok(port),
        }
    }
}

/// Linux gives clients ports from 32768, other systems from 49152.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// Kills a server and all processes that it has started.
fn end(mut process: Child) {
    let _ = killpg(Pid::from_raw(process.id().cast_signed()), Signal::SIGKILL);
    let _ = process.kill();
    let _ = process.wait();
}
