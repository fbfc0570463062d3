#![cfg(target_os = "linux")]
//! The interactive mode in a pseudo-terminal, by typing.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The tool in a terminal.
struct Terminal {
    keys: File,
    screen: String,
    child: Child,
}

impl Terminal {
    fn start() -> Terminal {
        let leader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&leader).unwrap();
        unlockpt(&leader).unwrap();
        tcsetwinsize(&leader, Winsize { ws_row: 40, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = ptsname(&leader, Vec::new()).unwrap();
        let open = || OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
        command.arg("js").env("TERM", "xterm").env("NO_COLOR", "1").stdin(open()).stdout(open()).stderr(open());
        let child = command.spawn().unwrap();
        // The terminal ends when the child has closed it, so the test keeps no handle of it.
        drop(command);
        let mut terminal = Terminal { keys: File::from(leader), screen: String::new(), child };
        terminal.wait_for("\r> ");
        terminal
    }

    /// Types keys, and returns what is shown until `end` and the prompt after it. Only at a prompt does the terminal give
    /// each key to the tool: elsewhere, Ctrl-C discards what was typed.
    fn types(&mut self, keys: &str, end: &str) -> String {
        self.screen.clear();
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.wait_for(end);
        if !end.contains('\r') {
            self.wait_for_after(end, "\r> ");
        }
        self.screen.clone()
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_for_after("", text);
    }

    /// Reads until the screen shows `text` after `start`. A program that never shows it ends the test by its end, or by the
    /// limit of the test runner.
    fn wait_for_after(&mut self, start: &str, text: &str) {
        let mut bytes = [0; 4096];
        while !self.screen.split_once(start).is_some_and(|(_, after)| after.contains(text)) {
            match self.keys.read(&mut bytes) {
                Ok(count) if count > 0 => self.screen.push_str(&String::from_utf8_lossy(&bytes[..count])),
                _ => panic!("the tool has ended without {text:?}:\n{}", self.screen),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_input_shows_its_value_and_the_context() {
    let mut terminal = Terminal::start();
    let shown = terminal.types("const user = new AsyncContext.Variable({ name: 'user' })\r", "context: {}");
    assert!(shown.contains("undefined"), "{shown}");
    assert!(terminal.types("user.run('ada', () => [user.get()])\r", "context: {}").contains("[ 'ada' ]"));
    let store = "const s = new (require('async_hooks').AsyncLocalStorage)({ name: 's' }); s.enterWith(1)\r";
    terminal.types(store, "context: { s: 1 }");
    assert!(
        terminal
            .types("await user.run('eve', async () => { await 0; return user.get() })\r", "context: { s: 1 }")
            .contains("'eve'")
    );
    let shown = terminal.types("null.x\r", "context: { s: 1 }");
    assert!(shown.contains("uncaught: ") && shown.contains("TypeError: "), "{shown}");
}

#[test]
fn an_incomplete_input_continues_and_the_history_returns_it() {
    let mut terminal = Terminal::start();
    terminal.types("function twice(n) {\r", "\n\r. ");
    terminal.types("return 2 * n; }\r", "context: {}");
    assert!(terminal.types("twice(21)\r", "context: {}").contains("42"));
    // The previous input, with its last figure changed: 22 instead of 21.
    assert!(terminal.types("\u{1b}[A\u{1b}[D\u{7f}2\r", "context: {}").contains("44"));
    // Ctrl-C discards an input.
    terminal.types("oops(\u{3}", "\n\r> ");
    assert!(terminal.types("1 + 1\r", "context: {}").contains('2'));
}

#[test]
fn commands_are_obeyed_and_the_end_of_input_ends() {
    let mut terminal = Terminal::start();
    terminal.types(".help\r", "Ctrl-D");
    terminal.types(".nope\r", "there is no command `.nope`");
    terminal.types(".contexts\r", "switches are printed");
    terminal.types("new AsyncContext.Variable({ name: 'v' }).run(1, () => {})\r", "> v.run  {} → { v: 1 }");
    terminal.keys.write_all(b"\x04").unwrap();
    assert_eq!(terminal.child.wait().unwrap().code(), Some(0));
}
