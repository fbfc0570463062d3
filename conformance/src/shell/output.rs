//! Standard output and standard error, the destinations of `console` and `process`.

use std::io::{self, Write};
use std::process;

use asynccontext_boa::Output;

pub(super) fn write(output: Output, text: &str) {
    let written = match output {
        Output::Standard => write_to(&mut io::stdout().lock(), text),
        Output::Error => write_to(&mut io::stderr().lock(), text),
    };
    // The reader is gone, for example `| head`, so the program ends. Another error, such as a full disk, could be reported
    // on the same stream only.
    if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        process::exit(0);
    }
}

fn write_to(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    // A text without a line end would wait in the buffer.
    if text.ends_with('\n') { Ok(()) } else { stream.flush() }
}
