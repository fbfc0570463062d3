//! A child process with limits on time and output. Dropping the value ends the process.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child as Process, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use wait_timeout::ChildExt;

/// The longest line that is read from a child's standard output.
const LONGEST_LINE: u64 = 8 << 20;
/// The number of lines that are buffered. A child that writes faster blocks.
const WAITING_LINES: usize = 2;
/// The number of bytes that are kept of the end of a child's standard error.
const TAIL: usize = 2000;

/// A running child process.
#[derive(Debug)]
pub(crate) struct Child {
    process: Process,
    lines: Receiver<Line>,
    errors: Receiver<String>,
}

/// The result of reading a line from a child.
#[derive(Debug)]
pub(crate) enum Line {
    /// A line without its line break.
    Text(String),
    /// The start of a line that is too long or not UTF-8.
    Unreadable(String),
    /// No line within the time limit.
    Silence,
    /// The end of its output.
    End,
}

impl Child {
    /// Starts a command in a new process group, without standard input.
    pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
        Child::start_with(command, Stdio::null())
    }

    /// Starts a command in a new process group, whose standard input is a file if one is given.
    pub(crate) fn start_reading(command: &mut Command, input: Option<&Path>) -> io::Result<Child> {
        let stdin = input.map(File::open).transpose()?.map_or_else(Stdio::null, Stdio::from);
        Child::start_with(command, stdin)
    }

    /// Starts a command that reads its standard input from [`say`](Child::say).
    pub(crate) fn start_to_talk(command: &mut Command) -> io::Result<Child> {
        Child::start_with(command, Stdio::piped())
    }

    fn start_with(command: &mut Command, stdin: Stdio) -> io::Result<Child> {
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = command.spawn()?;
        let (send_line, lines) = sync_channel(WAITING_LINES);
        let (send_errors, errors) = sync_channel(1);
        if let Some(stdout) = process.stdout.take() {
            thread::spawn(move || read_lines(stdout, &send_line));
        }
        if let Some(stderr) = process.stderr.take() {
            // An error means that the receiver is gone.
            thread::spawn(move || send_errors.send(read_tail(stderr)));
        }
        Ok(Child { process, lines, errors })
    }

    /// Limits the memory that it can write to, where the system supports that. A runtime that needs more ends itself.
    pub(crate) fn limit_memory(&self, bytes: u64) {
        #[cfg(target_os = "linux")]
        if let Some(process) = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let limit = rustix::process::Rlimit { current: Some(bytes), maximum: Some(bytes) };
            // An error means that it has ended.
            let _ = rustix::process::prlimit(Some(process), rustix::process::Resource::Data, limit);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = bytes;
    }

    /// Writes a line to its standard input. Returns an error if the child has closed it.
    pub(crate) fn say(&mut self, line: &str) -> io::Result<()> {
        let stdin = self.process.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        stdin.write_all(format!("{line}\n").as_bytes())
    }

    /// Returns the next line of its standard output.
    pub(crate) fn line(&self, limit: Duration) -> Line {
        match self.lines.recv_timeout(limit) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => Line::Silence,
            Err(RecvTimeoutError::Disconnected) => Line::End,
        }
    }

    /// Returns the exit status, or none if the child still runs at the limit. Its output must have ended.
    pub(crate) fn end(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.process.wait_timeout(limit).ok().flatten()
    }

    /// Ends the child if it still runs, and returns the end of its standard error.
    pub(crate) fn errors(&mut self) -> String {
        self.kill();
        self.errors.recv_timeout(Duration::from_millis(500)).unwrap_or_default()
    }

    /// Ends the child and the processes that it started, and waits for it.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw) {
            // An error means that the whole group has ended.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        // An error means that it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn read_lines(stdout: impl Read, send: &SyncSender<Line>) {
    let mut reader = BufReader::new(stdout);
    loop {
        let mut bytes = Vec::new();
        match reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let whole = bytes.pop_if(|byte| *byte == b'\n').is_some() || (bytes.len() as u64) < LONGEST_LINE;
        let line = match String::from_utf8(bytes) {
            Ok(text) if whole => Line::Text(text),
            Ok(text) => Line::Unreadable(text.chars().take(TAIL).collect()),
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes());
                Line::Unreadable(text.chars().take(TAIL).collect())
            }
        };
        let last = matches!(line, Line::Unreadable(_));
        if send.send(line).is_err() || last {
            return;
        }
    }
}

fn read_tail(mut stderr: impl Read) -> String {
    let mut tail = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..read]);
        tail.drain(..tail.len().saturating_sub(TAIL));
    }
    String::from_utf8_lossy(&tail).trim().to_owned()
}

/// Runs a command that prints one line, and returns the line or the reason why there is none.
pub(crate) fn ask(command: &mut Command, limit: Duration) -> io::Result<Result<String, String>> {
    let mut child = Child::start(command)?;
    let deadline = Instant::now() + limit;
    let mut output = String::new();
    loop {
        match child.line(deadline.saturating_duration_since(Instant::now())) {
            Line::Text(line) if output.len() < TAIL => output.extend([&*line, "\n"]),
            Line::Text(_) | Line::Unreadable(_) => return Ok(Err("it prints more than one line".into())),
            Line::Silence => return Ok(Err(format!("it did not answer within {} s", limit.as_secs_f32()))),
            Line::End => break,
        }
    }
    Ok(match child.end(deadline.saturating_duration_since(Instant::now())) {
        Some(status) if status.success() => Ok(output),
        Some(status) => Err(format!("{status}: {}", child.errors())),
        None => Err("it did not end".into()),
    })
}
