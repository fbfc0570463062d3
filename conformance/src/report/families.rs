//! The tables of `spec/als.md`: the outcomes through AsyncLocalStorage by which the families of runtimes
//! deviate from the draft and from the facade.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::program::expected::Expected;
use crate::program::needs::needs;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;
use crate::search::{Class, classify};
use crate::suite::{Entry, Suite};

/// The families and the headings of their columns.
const FAMILIES: [(Profile, &str); 5] = [
    (Profile::NodeLegacy, "legacy Node"),
    (Profile::NodeAcf, "Node with AsyncContextFrame"),
    (Profile::Deno, "Deno"),
    (Profile::Bun, "Bun"),
    (Profile::Boa, "Boa"),
];

/// Returns a table of the cases tagged `als`, and a table of the other cases on which a Node deviates, by quirk.
pub fn markdown(suite: &Suite) -> String {
    let (tagged, others): (Vec<_>, Vec<_>) =
        suite.cases.iter().partition(|entry| entry.case.tags.iter().any(|tag| &**tag == "als"));
    let mut out = String::from("| case | facade |");
    FAMILIES.iter().for_each(|(_, name)| out += &format!(" {name} |"));
    out += "\n|---|---|---|---|---|---|---|\n";
    for entry in tagged {
        let _ = write!(out, "| `{}`: {} | {} |", entry.case.id, entry.case.title, code(&entry.base));
        FAMILIES.iter().for_each(|(profile, _)| out += &format!(" {} |", cell(entry, *profile)));
        out += "\n";
    }
    out += "\nNode also deviates on these cases of other files:\n\n| quirks | family | cases |\n|---|---|---|\n";
    let mut rows: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for entry in others {
        for (profile, name) in &FAMILIES[..2] {
            if let Expected::Outcome(stated) = entry.case.expected(&entry.base, *profile, Some(Api::Als))
                && stated != entry.base
            {
                rows.entry((by(entry, &stated, *profile), name)).or_default().push(format!("`{}`", entry.case.id));
            }
        }
    }
    for ((by, name), cases) in rows {
        let _ = writeln!(out, "| {by} | {name} | {} |", cases.join(", "));
    }
    out
}

/// Returns the outcome that a case states for a family, as the text of a cell.
fn cell(entry: &Entry, profile: Profile) -> String {
    let lacking = match profile {
        Profile::Deno => Some("has no `withScope`"),
        _ => None,
    };
    if let Some(lacking) = lacking.filter(|_| needs(&entry.case).contains(&Capability::Guard)) {
        return lacking.to_owned();
    }
    match entry.case.expected(&entry.base, profile, Some(Api::Als)) {
        Expected::Outcome(stated) if stated == entry.base => "same".to_owned(),
        Expected::Outcome(stated) => match by(entry, &stated, profile) {
            by if by.is_empty() => code(&stated),
            by => format!("{} ({by})", code(&stated)),
        },
        Expected::Unsupported(why) | Expected::Unstable(why) => why,
    }
}

/// Returns the smallest set of the family's quirks that gives an outcome, or an empty string if none does.
fn by(entry: &Entry, stated: &Outcome, profile: Profile) -> String {
    match classify(&entry.case.program, stated, profile, Some(Api::Als)) {
        Class::Quirks(quirks) | Class::Unstable(quirks) => {
            quirks.iter().map(|quirk| format!("`{quirk}`")).collect::<Vec<_>>().join(", ")
        }
        Class::Error | Class::Unexplained => String::new(),
    }
}

fn code(outcome: &Outcome) -> String {
    format!("`{outcome}`")
}
