//! `conformance export` and `conformance schema`.

use std::fs;
use std::io::Write as _;

use conformance::program::{json, print, schema};
use conformance::report::count::count;
use conformance::targets::external::answers;
use conformance::targets::js::runnable;
use conformance::wpt;
use serde_json::Value;

use super::args::{Export, ExportKind, ExportWpt, Form, Schema, SchemaOf};
use super::exit::{AGREES, Failure, code};
use super::selection::{load, select};

pub(super) fn export(args: &Export) -> Result<u8, Failure> {
    if let Some(ExportKind::Wpt(args)) = &args.kind {
        return export_wpt(args);
    }
    let mut suite = load(&args.files)?;
    select(&mut suite, &args.cases)?;
    let mut out = anstream::stdout().lock();
    if let Some(folder) = &args.output {
        fs::create_dir_all(folder)?;
        for entry in &suite.cases {
            let (extension, text) = match args.format {
                Form::Json => ("json", format!("{:#}\n", json::case(&entry.case))),
                Form::Kdl => ("kdl", print::file([&entry.case])),
                Form::Js => ("js", runnable(&[(&entry.case, &entry.base)])),
            };
            fs::write(folder.join(format!("{}.{extension}", entry.case.id)), text)?;
        }
        return Ok(code(&suite, true));
    }
    let cases = suite.cases.iter().map(|entry| &entry.case);
    match args.format {
        Form::Json => writeln!(out, "{:#}", Value::Array(cases.map(json::case).collect()))?,
        Form::Kdl => out.write_all(print::file(cases).as_bytes())?,
        Form::Js => {
            let entries: Vec<_> = suite.cases.iter().map(|entry| (&entry.case, &entry.base)).collect();
            out.write_all(runnable(&entries).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(code(&suite, true))
}

fn export_wpt(args: &ExportWpt) -> Result<u8, Failure> {
    let mut suite = load(&[])?;
    select(&mut suite, &args.cases)?;
    let files = wpt::files(&suite);
    let script = wpt::File { path: wpt::RESOURCE_PATH.to_owned(), text: wpt::RESOURCE.to_owned() };
    for file in files.iter().chain([&script]) {
        let path = args.output.join(&file.path);
        let failed = |error| Failure::Output { path: path.clone(), error };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, &file.text).map_err(failed)?;
    }
    let (tests, folder) = (count(files.len(), "test"), args.output.display());
    writeln!(anstream::stdout().lock(), "{tests} written to {folder}, with the script {}", script.path)?;
    Ok(AGREES)
}

pub(super) fn schema(args: &Schema) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    let schema = match args.of {
        SchemaOf::Programs => schema::schema(),
        SchemaOf::Answers => answers::schema(),
    };
    writeln!(out, "{schema:#}")?;
    out.flush()?;
    Ok(AGREES)
}
