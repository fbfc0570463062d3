//! `conformance compare`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use conformance::report::changes::{Changes, Results};

use super::args::{Compare, ListingFormat};
use super::exit::{AGREES, DISAGREES, Failure};

pub(super) fn compare(args: &Compare) -> Result<u8, Failure> {
    let changes = Changes::between(&read(&args.old)?, &read(&args.new)?);
    let mut out = anstream::stdout().lock();
    match args.format {
        ListingFormat::Table => changes.print(&mut out)?,
        ListingFormat::Json => writeln!(out, "{:#}", changes.json())?,
    }
    out.flush()?;
    Ok(if changes.is_worse() { DISAGREES } else { AGREES })
}

fn read(path: &Path) -> Result<Results, Failure> {
    let unusable = |reason: String| Failure::Result { path: path.to_owned(), reason };
    let text = fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    Results::read(&text).map_err(|error| unusable(error.to_string()))
}
