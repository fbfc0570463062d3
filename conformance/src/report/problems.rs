//! Error messages about the user's files, with the text and its place.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::suite::{Problem, Suite};

/// Prints every error in the files of a suite.
pub fn print(out: &mut dyn Write, suite: &Suite) -> io::Result<()> {
    for (path, error) in &suite.unreadable {
        writeln!(out, "error: cannot read {path}: {error}\n")?;
    }
    for (path, version) in &suite.newer {
        writeln!(
            out,
            "note: {path} is written in version {version} of the litmus language, but this tool reads version 1; its cases are not supported\n"
        )?;
    }
    for problem in &suite.problems {
        writeln!(out, "{}\n", draw(suite, problem))?;
    }
    Ok(())
}

fn draw(suite: &Suite, problem: &Problem) -> String {
    let source = &suite.sources[problem.source];
    let diagnostic = &problem.diagnostic;
    let (start, end) = (diagnostic.span.start.min(source.text.len()), diagnostic.span.end.min(source.text.len()));
    let snippet = Snippet::source(source.text.as_str())
        .path(source.path.as_str())
        .annotation(AnnotationKind::Primary.span(start..end.max(start)));
    let mut group = Level::ERROR.primary_title(diagnostic.message.as_str()).element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().render(&[group])
}
