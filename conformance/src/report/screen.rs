//! The report of one screen: at most [`LINES`] lines of [`WIDTH`] columns. It says which targets ran, where they
//! deviate from the draft and why, the verdict, and what to type next.

use std::io::{self, Write};

use super::cause::{Deviations, by_reason, causes, explanation};
use super::count::{count, ranges};
use super::difference::{self, differences, shown};
use super::groups::{Group, Tally, groups};
use super::style::{self, FAINT, STRONG};
use crate::clauses::Clauses;
use crate::compare::{Cell, Column, Comparison, Verdict};
use crate::suite::Suite;
use crate::targets::Missing;

/// The number of lines of a report, at most.
pub const LINES: usize = 60;
/// The number of columns of a line, at most.
pub const WIDTH: usize = 80;
/// The length up to which the names of the user's files are repeated in commands.
const SHORT: usize = 24;
/// The number of cases up to which each deviation is shown by itself.
const FEW: usize = 12;

/// Prints the report.
pub fn print(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let head = [intro(suite, comparison), targets(comparison)];
    let tail = [verdict(suite, comparison), next(suite, comparison)];
    let middle = [disputes(suite), open(suite, comparison), table(suite, comparison), known(suite, comparison)];
    let fixed: usize = head.iter().chain(&tail).filter(|part| !part.is_empty()).map(|part| part.len() + 1).sum();
    let middle = fit(middle, (LINES + 1).saturating_sub(fixed));
    let parts: Vec<_> = head.into_iter().chain(middle).chain(tail).filter(|part| !part.is_empty()).collect();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        for line in part {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The lines of a part of the report.
type Part = Vec<String>;

/// Shortens parts to a number of lines, including an empty line after each. A part's first line is its heading. The
/// longest part is shortened first.
fn fit<const N: usize>(mut parts: [Part; N], lines: usize) -> [Part; N] {
    let mut hidden = [0_usize; N];
    let used = |parts: &[Part; N], hidden: &[usize; N]| -> usize {
        let lengths = parts.iter().zip(hidden).filter(|(part, _)| !part.is_empty());
        lengths.map(|(part, hidden)| part.len() + 1 + usize::from(*hidden > 0)).sum()
    };
    while used(&parts, &hidden) > lines {
        let Some(longest) = (0..N).max_by_key(|i| parts[*i].len()) else { break };
        if parts[longest].len() <= 2 {
            break;
        }
        parts[longest].pop();
        hidden[longest] += 1;
    }
    for (part, hidden) in parts.iter_mut().zip(hidden) {
        if hidden > 0 {
            part.push(format!("  {FAINT}{} more: --all{FAINT:#}", count(hidden, "line")));
        }
    }
    parts
}

fn intro(suite: &Suite, comparison: &Comparison) -> Part {
    let text = format!(
        "{} on {}. A case is a small program that states what each of its strands (flows of control) must see by TC39's \
         draft of AsyncContext, commit {}. A target is an implementation that ran the cases.",
        count(suite.cases.len(), "case"),
        count(comparison.columns.len(), "target"),
        Clauses::commit().get(..7).unwrap_or_default(),
    );
    wrap(&text)
}

/// Returns a line per target, and the meaning of the columns.
fn targets(comparison: &Comparison) -> Part {
    let all = |column: &Column| Tally::of(column, 0..column.cells.len());
    let tallies: Vec<Tally> = comparison.columns.iter().map(all).collect();
    let legend = [
        ("conforms", "cases with the outcome that the draft requires"),
        ("known", "another outcome, for a known reason"),
        ("open", "another outcome for no known reason, or a crash or a hang"),
        ("n/a", "not supported: the target lacks a feature that the case needs"),
    ];
    let number = |tally: &Tally, i: usize| [tally.conforms, tally.known, tally.open, tally.unsupported][i];
    let shown: Vec<usize> = (0..4).filter(|i| *i == 0 || tallies.iter().any(|tally| number(tally, *i) > 0)).collect();
    let broken = comparison.missing.iter().filter(|missing| !missing.installable);
    let missing = broken.map(|missing| &missing.target);
    let names = comparison.columns.iter().map(|column| &column.target).chain(missing);
    let name = names.map(|name| name.chars().count()).max().unwrap_or(0).clamp(6, 20);
    let mut head = format!("  #  {:<name$}", "target");
    shown.iter().for_each(|i| head += &format!("  {:>5}", legend[*i].0));
    let mut part = vec![format!("{STRONG}{head}{STRONG:#}")];
    for (i, (column, tally)) in comparison.columns.iter().zip(&tallies).enumerate() {
        let mut line = format!(" {:>2}  {:<name$}", i + 1, cut(&column.target, name));
        let mut length = 5 + name;
        for i in &shown {
            let (number, width) = (number(tally, *i), legend[*i].0.len().max(5));
            let style = match (number, *i) {
                (0, _) | (_, 3) => FAINT,
                (_, 0) => style::of(Verdict::Conforms),
                (_, 1) => style::of(Verdict::KnownDeviation),
                _ => style::of(Verdict::Unexplained),
            };
            let number = if number == 0 { ".".to_owned() } else { number.to_string() };
            line += &format!("  {style}{number:>width$}{style:#}");
            length += 2 + width;
        }
        part.push(format!("{line}  {FAINT}{}{FAINT:#}", cut(&column.describe, WIDTH - length - 2)));
    }
    let (installable, others): (Vec<&Missing>, Vec<&Missing>) =
        comparison.missing.iter().partition(|missing| missing.installable);
    for missing in others {
        let why = cut(&missing.why, WIDTH - name - 16);
        part.push(format!("     {:<name$}  not run: {why}", cut(&missing.target, name)));
    }
    if !installable.is_empty() {
        let names: Vec<&str> = installable.iter().map(|missing| missing.target.as_str()).collect();
        part.push(format!("     {}", cut(&format!("not installed: {}", names.join(", ")), WIDTH - 5)));
    }
    for i in shown {
        part.push(format!("  {FAINT}{:<8}  {}{FAINT:#}", legend[i].0, legend[i].1));
    }
    part
}

/// Returns the expectations of the user that the model does not share.
fn disputes(suite: &Suite) -> Part {
    let lines = difference::disputes(suite);
    if lines.is_empty() {
        return Part::new();
    }
    let heading = "What your cases expect of the draft, but the model of the draft does not give";
    let lines = lines.into_iter().map(|line| format!("  {}", cut(&line, WIDTH - 2)));
    std::iter::once(format!("{STRONG}{heading}{STRONG:#}")).chain(lines).collect()
}

/// Returns a line per unexplained outcome and error.
fn open(suite: &Suite, comparison: &Comparison) -> Part {
    let mut part = Part::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        for (number, column) in comparison.columns.iter().enumerate() {
            let Some(cell) = column.cells.get(i).filter(|cell| cell.verdict.is_open()) else { continue };
            let style = style::of(cell.verdict);
            let line = format!("{} on {} {}: {}", entry.case.id, number + 1, column.target, what(suite, i, cell));
            part.push(format!("  {style}!{style:#} {}", cut(&line, WIDTH - 4)));
        }
    }
    if !part.is_empty() {
        part.insert(0, format!("{STRONG}Open: outcomes for no known reason, and errors{STRONG:#}"));
    }
    part
}

/// Returns the first difference of a cell, or its error.
fn what(suite: &Suite, i: usize, cell: &Cell) -> String {
    let Some(entry) = suite.cases.get(i) else { return String::new() };
    match (differences(entry, suite.source(entry), cell).first(), &cell.reason) {
        (Some(difference), _) => difference.to_string(),
        (None, Some(reason)) => reason.lines().next().unwrap_or_default().to_owned(),
        (None, None) => cell.verdict.word().to_owned(),
    }
}

/// Returns a table of the groups in which a target deviates, and the targets that deviate in one.
fn table(suite: &Suite, comparison: &Comparison) -> Part {
    let columns: Vec<(usize, &Column)> =
        comparison.columns.iter().enumerate().filter(|(_, column)| !column.conforms()).collect();
    let groups = groups(suite);
    if columns.is_empty() || groups.len() < 2 {
        return Part::new();
    }
    let tally = |group: &Group, column: &Column| Tally::of(column, group.cases.iter().copied());
    let (deviating, conforming): (Vec<&Group>, Vec<&Group>) =
        groups.iter().partition(|group| columns.iter().any(|(_, column)| !tally(group, column).conforms()));
    let name = deviating.iter().map(|group| group.name.chars().count()).max().unwrap_or(0).clamp(5, 24);
    let cell = ((WIDTH - name - 9) / columns.len()).clamp(3, 5);
    let columns = columns.get(..columns.len().min((WIDTH - name - 9) / cell)).unwrap_or(&columns);
    let mut head = format!("  {:<name$}  cases", "group");
    columns.iter().for_each(|(number, _)| head += &format!("{:>cell$}", number + 1));
    let mut part = vec![format!("{STRONG}{head}{STRONG:#}")];
    for group in &deviating {
        let mut line = format!("  {:<name$}  {:>5}", cut(&group.name, name), group.cases.len());
        for (_, column) in columns {
            let tally = tally(group, column);
            let (text, style) = match tally {
                tally if tally.is_unsupported() => ("-".to_owned(), FAINT),
                tally if tally.open > 0 => (format!("!{}", tally.open), style::of(Verdict::Unexplained)),
                tally if tally.known > 0 => (tally.known.to_string(), style::of(Verdict::KnownDeviation)),
                _ => (".".to_owned(), style::of(Verdict::Conforms)),
            };
            line += &format!("{style}{text:>cell$}{style:#}");
        }
        part.push(line);
    }
    let cases = conforming.iter().map(|group| group.cases.len()).sum();
    if cases > 0 {
        let (groups, cases) = (count(conforming.len(), "other group"), count(cases, "case"));
        part.insert(1, format!("  {FAINT}{groups} ({cases}): every target conforms or lacks a feature{FAINT:#}"));
    }
    let legend = "number: known deviations   !: open   .: conforms   -: not supported";
    part.insert(1, format!("  {FAINT}{legend}{FAINT:#}"));
    part
}

/// Returns the known deviations: each one if there are few cases, and a line per cause otherwise.
fn known(suite: &Suite, comparison: &Comparison) -> Part {
    let mut part = if suite.cases.len() <= FEW { each(suite, comparison) } else { summed(comparison) };
    if !part.is_empty() {
        let heading = "What deviates from the draft, and why";
        let columns = if suite.cases.len() <= FEW { "" } else { "                     cases  on targets" };
        part.insert(0, format!("{STRONG}{heading}{STRONG:#}{FAINT}{columns}{FAINT:#}"));
    }
    part
}

fn summed(comparison: &Comparison) -> Part {
    let line = |(why, deviations): (&str, Deviations)| {
        let targets: Vec<usize> = deviations.targets.iter().map(|target| target + 1).collect();
        let targets = cut(&ranges(&targets), WIDTH - 65);
        format!("  {:<56}{:>5}  {targets}", cut(why, 56), deviations.cases.len())
    };
    by_reason(comparison).into_iter().map(line).collect()
}

fn each(suite: &Suite, comparison: &Comparison) -> Part {
    let mut part = Part::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        let mut outcomes: Vec<(&Cell, Vec<usize>)> = Vec::new();
        for (number, column) in comparison.columns.iter().enumerate() {
            let Some(cell) = column.cells.get(i).filter(|cell| !causes(cell).is_empty()) else { continue };
            match outcomes.iter_mut().find(|(other, _)| other.seen == cell.seen && causes(other) == causes(cell)) {
                Some((_, targets)) => targets.push(number + 1),
                None => outcomes.push((cell, vec![number + 1])),
            }
        }
        for (cell, targets) in outcomes {
            let causes: Vec<_> = causes(cell).into_iter().map(super::cause::Cause::sentence).collect();
            let why = explanation(cell).map_or_else(|| causes.join("; "), str::to_owned);
            let line = format!("{} on {}: {why}", entry.case.id, ranges(&targets));
            part.push(format!("  {}", cut(&line, WIDTH - 2)));
            for difference in differences(entry, suite.source(entry), cell) {
                for line in difference.lines {
                    let (draft, seen) = (shown(line.draft.as_deref()), shown(line.seen.as_deref()));
                    let line = format!(
                        "{}:{}  {}  draft requires {draft}, observed {seen}",
                        suite.source(entry).path,
                        line.number,
                        line.text
                    );
                    part.push(format!("    {FAINT}{}{FAINT:#}", cut(&line, WIDTH - 4)));
                }
            }
        }
    }
    part
}

/// Returns the verdict in words.
fn verdict(suite: &Suite, comparison: &Comparison) -> Part {
    let passes = comparison.passes() && suite.is_agreed() && suite.is_sound();
    let mut sentences = Vec::new();
    let unread = suite.problems.len() + suite.unreadable.len();
    if unread > 0 {
        sentences.push(format!("{} in the files kept cases from running", count(unread, "error")));
    }
    let disputed = suite.cases.iter().filter(|entry| entry.disputed.is_some()).count();
    if disputed > 0 {
        let verb = if disputed == 1 { "states" } else { "state" };
        sentences.push(format!("{} {verb} an outcome that the model does not give", count(disputed, "case")));
    }
    let (must, others): (Vec<&Column>, Vec<&Column>) =
        comparison.columns.iter().partition(|column| column.must_conform);
    let failing: Vec<_> = must.iter().filter(|column| !column.conforms()).map(|column| column.target.clone()).collect();
    if !failing.is_empty() {
        sentences.push(format!("{} must conform to the draft and {}", list(&failing), do_not(failing.len())));
    } else if !must.is_empty() {
        let names: Vec<_> = must.iter().map(|column| column.target.clone()).collect();
        let verb = if names.len() == 1 { "conforms" } else { "conform" };
        sentences.push(format!("{} {verb} to the draft, as required", list(&names)));
    }
    let open: Vec<_> = others.iter().filter(|column| column.is_open()).map(|column| column.target.clone()).collect();
    let known = others.iter().filter(|column| !column.is_open() && !column.conforms());
    let known: Vec<_> = known.map(|column| column.target.clone()).collect();
    if !known.is_empty() {
        let verb = if known.len() == 1 { "deviates" } else { "deviate" };
        sentences.push(format!("{} {verb} from the draft, for known reasons only", list(&known)));
    }
    if !open.is_empty() {
        let verb = if open.len() == 1 { "has" } else { "have" };
        sentences.push(format!("{} {verb} open results", list(&open)));
    }
    let from_model = suite.cases.iter().filter(|entry| !entry.stated && entry.disputed.is_none()).count();
    if from_model > 0 {
        let verb = if from_model == 1 { "states no outcome and is" } else { "state no outcome and are" };
        sentences.push(format!("{} {verb} compared with the model's", count(from_model, "case")));
    }
    let (word, style) = match passes {
        true => ("pass", style::of(Verdict::Conforms)),
        false => ("fail", style::of(Verdict::Unexplained)),
    };
    let mut part = wrap(&format!("Verdict: {word}. {}.", sentences.join("; ")));
    if let Some(first) = part.first_mut() {
        *first = first.replacen(word, &format!("{style}{word}{style:#}"), 1);
    }
    part
}

fn do_not(subjects: usize) -> &'static str {
    if subjects == 1 { "does not" } else { "do not" }
}

/// The number of names in a list, at most.
const NAMES: usize = 8;

/// Returns names as a list: `a, b and c`.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., _] if names.len() > NAMES => {
            let named = first.get(..NAMES - 1).unwrap_or(first);
            format!("{} and {} others", named.join(", "), names.len() - named.len())
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns the commands that a reader may need next.
fn next(suite: &Suite, comparison: &Comparison) -> Part {
    let deviates = |i: &usize| {
        let cells = comparison.columns.iter().filter_map(|column| column.cells.get(*i));
        let mut verdicts = cells.map(|cell| cell.verdict);
        verdicts.any(|verdict| !matches!(verdict, Verdict::Conforms | Verdict::NotSupported))
    };
    let indices = 0..suite.cases.len();
    let example = indices.clone().find(deviates).or_else(|| indices.into_iter().next());
    let paths: String = suite.sources.iter().map(|source| format!(" {}", source.path)).collect();
    let files = match suite.own {
        false => "",
        true if paths.len() <= SHORT && paths != " -" => &paths,
        true => " FILE",
    };
    let mut commands = Vec::new();
    if !suite.own && comparison.columns.iter().all(|column| !column.profile.is_js()) {
        commands.push(("also runtimes", "conformance run".to_owned()));
    }
    if comparison.missing.iter().any(|missing| missing.installable) {
        commands.push(("install the missing", "conformance runtimes install".to_owned()));
    }
    commands.push(("every difference", format!("conformance run --all{files}")));
    if let Some(entry) = example.and_then(|i| suite.cases.get(i)) {
        commands.push(("one case in full", format!("conformance explain {}{files}", entry.case.id)));
    }
    commands.push(("the results as a page", format!("conformance run --format html --output report.html{files}")));
    let lines = commands.into_iter().map(|(what, command)| format!("  {what:<21}  {}", cut(&command, WIDTH - 25)));
    std::iter::once(format!("{STRONG}Next{STRONG:#}")).chain(lines).collect()
}

/// Returns a text of at most the given number of characters; a longer one ends with `…`.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Breaks a text between words into lines of at most [`WIDTH`] columns.
fn wrap(text: &str) -> Part {
    let mut lines = Part::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Quirk;
    use crate::program::profile::Profile;

    /// Returns a column in which a verdict follows from the number of the case and of the target.
    fn column(suite: &Suite, number: usize) -> Column {
        let verdict = |case: usize| Verdict::ALL[(case / 3 + number) % Verdict::ALL.len()];
        let quirks = |case: usize| Some([Quirk::ALL[(case + number) % Quirk::ALL.len()]].into());
        let cell = |case: usize| Cell {
            verdict: verdict(case),
            seen: None,
            expected: None,
            reason: Some("a reason ".repeat(20)),
            quirks: quirks(case),
        };
        Column {
            target: format!("a-runtime-with-a-long-name-{number}"),
            describe: "what it is ".repeat(20),
            profile: Profile::Deno,
            api: None,
            must_conform: number == 0,
            cells: (0..suite.cases.len()).map(cell).collect(),
        }
    }

    #[test]
    fn any_comparison_fits_on_the_screen() {
        let suite = Suite::embedded();
        for targets in [0, 1, 10, 20, 25] {
            let columns = (0..targets).map(|number| column(&suite, number)).collect();
            let missing = vec![Missing { target: "absent".to_owned(), why: "why ".repeat(50), installable: false }];
            let mut out = Vec::new();
            print(&mut out, &suite, &Comparison { columns, missing }).unwrap();
            let text = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap();
            assert!(text.lines().count() <= LINES, "{targets} targets: {} lines\n{text}", text.lines().count());
            for line in text.lines() {
                assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
            }
        }
    }

    #[test]
    fn runtimes_that_are_not_installed_are_on_one_line() {
        let suite = Suite::embedded();
        let absent = |name: &str, installable| Missing { target: name.to_owned(), why: "why".to_owned(), installable };
        let missing = vec![absent("deno", true), absent("bun", true), absent("node", false)];
        let mut out = Vec::new();
        print(&mut out, &suite, &Comparison { columns: vec![column(&suite, 0)], missing }).unwrap();
        let text = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap();
        for part in ["     not installed: deno, bun\n", "not run: why", "conformance runtimes install"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn the_sentence_of_each_quirk_fits_its_column() {
        for quirk in Quirk::ALL {
            assert!(quirk.sentence().chars().count() <= 56, "{quirk}: {}", quirk.sentence());
        }
    }
}
