//! Reads lines from a terminal, with editing and history. Without Unix, the system's own editing is used.

use std::io::{self, Write as _};

use super::line::{Line, Step};

/// What was read.
#[derive(Debug)]
pub(super) enum Input {
    Line(String),
    Interrupted,
    End,
}

/// Reads a line after a prompt.
#[cfg(unix)]
pub(super) fn read(prompt: &str, history: &[String]) -> io::Result<Input> {
    use std::io::Read as _;

    use super::line::Key;

    let _raw = Raw::enter()?;
    let mut line = Line::new(history);
    let mut bytes = io::stdin().lock().bytes();
    draw(prompt, &line)?;
    loop {
        let mut failure = None;
        let key = Key::read(|| match bytes.next()? {
            Ok(byte) => Some(byte),
            Err(error) => {
                failure = Some(error);
                None
            }
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let step = key.map_or(Step::Ended, |key| line.press(key));
        if step == Step::Edited {
            draw(prompt, &line)?;
            continue;
        }
        write!(io::stdout(), "\r\n")?;
        return Ok(match step {
            Step::Interrupted => Input::Interrupted,
            Step::Ended => Input::End,
            _ => Input::Line(line.text()),
        });
    }
}

#[cfg(not(unix))]
pub(super) fn read(prompt: &str, _: &[String]) -> io::Result<Input> {
    write!(io::stdout(), "{prompt}")?;
    io::stdout().flush()?;
    let mut line = String::new();
    Ok(match io::stdin().read_line(&mut line)? {
        0 => Input::End,
        _ => Input::Line(line.trim_end_matches(['\r', '\n']).to_owned()),
    })
}

/// Draws the prompt and the visible part of the line, and places the cursor.
#[cfg(unix)]
fn draw(prompt: &str, line: &Line<'_>) -> io::Result<()> {
    let size = rustix::termios::tcgetwinsize(io::stdout());
    let columns = size.ok().map(|size| usize::from(size.ws_col)).filter(|&columns| columns > 0).unwrap_or(80);
    let (shown, cursor) = line.visible(columns.saturating_sub(prompt.len()));
    let mut out = io::stdout().lock();
    // Erases the row, and moves to the column.
    write!(out, "\r{prompt}{shown}\x1b[K\r\x1b[{}C", prompt.len() + cursor)?;
    out.flush()
}

/// The terminal's mode in which each key is read at once, until it is dropped.
#[cfg(unix)]
struct Raw(rustix::termios::Termios);

#[cfg(unix)]
impl Raw {
    fn enter() -> io::Result<Raw> {
        use rustix::termios::{OptionalActions, OutputModes, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        // The output stays as it was, so that what a program prints starts its lines at the left.
        raw.output_modes |= OutputModes::OPOST | (before.output_modes & OutputModes::ONLCR);
        tcsetattr(io::stdin(), OptionalActions::Drain, &raw)?;
        Ok(Raw(before))
    }
}

#[cfg(unix)]
impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing to do about a terminal that is gone.
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Drain, &self.0);
    }
}
