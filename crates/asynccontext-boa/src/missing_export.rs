//! The place of an import or export of a name that the other module does not export.
//!
//! The engine's error names the name only. So the texts of the modules are read once more, from the main one on.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use boa_engine::{Context, JsError, JsNativeError, JsString};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;
use oxc_syntax::module_record::{ExportExportName, ExportImportName, ImportImportName, ModuleRecord};

use crate::modules::Modules;
use crate::node;
use crate::syntax::place;

/// The number of modules that are searched.
const MOST: usize = 1000;

/// What an import or an export asks of another module.
struct Request {
    name: String,
    /// The name that the engine reports: for an export of another module's name, its own name.
    reported: String,
    /// The specifier of the other module.
    from: String,
    /// The offset of the name in the text.
    at: usize,
}

/// What a text imports and exports.
#[derive(Default)]
struct Names {
    requests: Vec<Request>,
    /// The specifiers of all modules that it imports.
    specifiers: Vec<String>,
    exported: Vec<String>,
    /// Whether it exports all names of another module.
    has_stars: bool,
}

impl Names {
    fn of(text: &str) -> Names {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
        Names::of_record(&parsed.module_record)
    }

    fn of_record(record: &ModuleRecord<'_>) -> Names {
        let mut names = Names { has_stars: !record.star_export_entries.is_empty(), ..Names::default() };
        for entry in &record.import_entries {
            let (name, at) = match &entry.import_name {
                ImportImportName::Name(name) => (name.name.to_string(), name.span.start),
                ImportImportName::Default(span) => ("default".to_owned(), span.start),
                ImportImportName::NamespaceObject => continue,
            };
            let from = entry.module_request.name.to_string();
            names.requests.push(Request { reported: name.clone(), name, from, at: at as usize });
        }
        for entry in record.local_export_entries.iter().chain(&record.indirect_export_entries) {
            let reported = match &entry.export_name {
                ExportExportName::Name(name) => name.name.to_string(),
                ExportExportName::Default(_) => "default".to_owned(),
                ExportExportName::Null => continue,
            };
            names.exported.push(reported.clone());
            if let (ExportImportName::Name(name), Some(from)) = (&entry.import_name, &entry.module_request) {
                let (name, at) = (name.name.to_string(), name.span.start as usize);
                names.requests.push(Request { name, reported, from: from.name.to_string(), at });
            }
        }
        names.specifiers = record.requested_modules.keys().map(ToString::to_string).collect();
        names.specifiers.sort_unstable();
        names
    }

    fn lacks(&self, name: &str) -> bool {
        !self.has_stars && !self.exported.iter().any(|other| other == name)
    }
}

/// Returns the engine's error about a missing export with both modules and the line. Other errors are returned unchanged.
pub(crate) fn locate(error: JsError, text: &str, path: Option<&Path>, context: &mut Context) -> JsError {
    let message = error.to_string();
    let Some((_, rest)) = message.split_once("could not find export `") else { return error };
    let Some((name, _)) = rest.split_once('`') else { return error };
    match find(name, text, path, context) {
        Some(message) => JsNativeError::syntax().with_message(message).into(),
        None => error,
    }
}

fn find(name: &str, text: &str, path: Option<&Path>, context: &mut Context) -> Option<String> {
    let modules = context.downcast_module_loader::<Modules>()?;
    let mut waiting = vec![(path.map(Path::to_path_buf), text.to_owned())];
    let mut seen: Vec<PathBuf> = path.map(Path::to_path_buf).into_iter().collect();
    let (mut taken, mut likely) = (0, None);
    while let Some((path, text)) = waiting.pop() {
        taken += 1;
        if taken > MOST {
            break;
        }
        let names = Names::of(&text);
        for request in names.requests.iter().filter(|request| request.reported == name) {
            let name = &request.name;
            let lacks = match builtin(&request.from, name, context) {
                Some(has) => !has,
                None => read(&modules, &request.from, path.as_deref(), context)
                    .is_some_and(|(_, text)| Names::of(&text).lacks(name)),
            };
            let (place, excerpt) = place(&text, request.at, path.as_deref());
            let message = format!("`{}` has no export `{name}` ({place})\n{excerpt}", request.from);
            if lacks {
                return Some(message);
            }
            // The other module may export it from a module that lacks it.
            likely.get_or_insert(message);
        }
        for specifier in &names.specifiers {
            if let Some((path, text)) = read(&modules, specifier, path.as_deref(), context)
                && !seen.contains(&path)
            {
                seen.push(path.clone());
                waiting.push((Some(path), text));
            }
        }
    }
    likely
}

fn read(
    modules: &Rc<Modules>,
    specifier: &str,
    from: Option<&Path>,
    context: &mut Context,
) -> Option<(PathBuf, String)> {
    modules.text_of(&JsString::from(specifier), from, context).ok()
}

/// Whether a built-in module has an export, if there is such a module.
fn builtin(specifier: &str, name: &str, context: &mut Context) -> Option<bool> {
    let module = node::is_builtin(specifier, context)?;
    let exports = node::exports_of(module, context).ok()?;
    Some(name == "default" || exports.has_property(JsString::from(name), context).unwrap_or(true))
}
