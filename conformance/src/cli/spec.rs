//! `conformance spec`.

use std::io::Write as _;

use conformance::report::spec;
use conformance::suite::Suite;

use super::args::{ListingFormat, Spec};
use super::exit::{AGREES, DISAGREES, Failure};

pub(super) fn spec(args: &Spec) -> Result<u8, Failure> {
    let coverage = spec::coverage(&Suite::embedded());
    let mut out = anstream::stdout().lock();
    match args.format {
        ListingFormat::Table => spec::print(&mut out, &coverage)?,
        ListingFormat::Json => writeln!(out, "{:#}", spec::json(&coverage))?,
    }
    out.flush()?;
    Ok(if coverage.iter().any(spec::Coverage::is_missing) { DISAGREES } else { AGREES })
}
