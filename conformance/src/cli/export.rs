//! `conformance export` and `conformance schema`.

use std::io::Write as _;

use conformance::program::{json, print, schema};
use serde_json::Value;

use super::args::{Export, Form};
use super::exit::{AGREES, Failure, code};
use super::selection::{load, select};

pub(super) fn export(args: &Export) -> Result<u8, Failure> {
    let mut suite = load(&args.files)?;
    select(&mut suite, &args.cases)?;
    let cases = suite.cases.iter().map(|entry| &entry.case);
    let mut out = anstream::stdout().lock();
    match args.format {
        Form::Json => writeln!(out, "{:#}", Value::Array(cases.map(json::case).collect()))?,
        Form::Kdl => out.write_all(print::file(cases).as_bytes())?,
    }
    out.flush()?;
    Ok(code(&suite, true))
}

pub(super) fn schema() -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{:#}", schema::schema())?;
    out.flush()?;
    Ok(AGREES)
}
