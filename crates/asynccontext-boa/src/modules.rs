//! Modules from texts of the host, and from the files of a directory that the host allows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use boa_engine::module::{ModuleLoader, ModuleRequest, Referrer, resolve_module_specifier};
use boa_engine::object::JsObject;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsData, JsNativeError, JsResult, JsString, Module, Source};
use boa_gc::{Finalize, GcRefCell, Trace};
use url::Url;

use crate::node;
use crate::syntax::{explain, is_module};
use crate::transform::{self, Goal};

/// The module loader that [`install`](crate::install) sets.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Modules, evaluate_module, install};
/// use boa_engine::{context::ContextBuilder, js_string};
///
/// let mut context = install(ContextBuilder::new())?;
/// let modules = context.downcast_module_loader::<Modules>().unwrap();
/// modules.add("limits.mjs", "export const most = 7;");
/// let module = evaluate_module(&mut context, "export { most } from 'limits.mjs';", None)?;
/// assert_eq!(module.get_value(js_string!("most"), &mut context)?.as_number(), Some(7.0));
/// # Ok(()) }
/// ```
#[derive(Default)]
pub struct Modules {
    texts: RefCell<HashMap<PathBuf, String>>,
    directory: RefCell<Option<PathBuf>>,
}

impl Modules {
    /// Makes `text` importable as `path`, relative to which its own imports are resolved.
    pub fn add(&self, path: impl Into<PathBuf>, text: impl Into<String>) {
        self.texts.borrow_mut().insert(path.into(), text.into());
    }

    /// Lets programs import the files below `directory`, and no others.
    ///
    /// # Errors
    ///
    /// Returns an error if the directory cannot be found.
    pub fn allow_directory(&self, directory: impl AsRef<Path>) -> std::io::Result<()> {
        *self.directory.borrow_mut() = Some(directory.as_ref().canonicalize()?);
        Ok(())
    }

    fn load(&self, referrer: &Referrer, request: &ModuleRequest, context: &mut Context) -> JsResult<Module> {
        let name = request.specifier().to_std_string_lossy();
        if let Some(name) = node::is_builtin(&name, context) {
            return self.built_in(name, request, context);
        }
        if name.starts_with("node:") {
            let names = node::names(context).join("`, `");
            let message = format!("there is no built-in module `{name}`, only `{names}`");
            return Err(JsNativeError::typ().with_message(message).into());
        }
        let paths = self.paths(referrer.path(), request.specifier(), context);
        if let Some(module) = paths.iter().flatten().find_map(|path| Loaded::find(path, request, context)) {
            return Ok(module);
        }
        let (path, text) = self.read(paths, request.specifier())?;
        let kind = request.get_attribute("type").map(JsString::to_std_string_lossy);
        let module = match kind.as_deref() {
            None if is_common_js(&path, &text, context) => node::common_js(&path, context)?,
            Some("json") => Module::parse_json(JsString::from(text.as_str()), context)?,
            None => parse(context, &text, Some(&path))?,
            Some(other) => {
                let message = format!("a module of type `{other}` cannot be imported, only `json` and JavaScript");
                return Err(JsNativeError::typ().with_message(message).into());
            }
        };
        Loaded::keep(LoadedKey::new(path, request), &module, context);
        Ok(module)
    }

    fn built_in(&self, name: &str, request: &ModuleRequest, context: &mut Context) -> JsResult<Module> {
        let path = PathBuf::from(format!("node:{name}"));
        if let Some(module) = Loaded::find(&path, request, context) {
            return Ok(module);
        }
        let module = node::synthetic(name, context)?;
        Loaded::keep(LoadedKey::new(path, request), &module, context);
        Ok(module)
    }

    /// Returns the path without symbolic links, if it is below the directory.
    pub(crate) fn allowed(&self, path: &Path) -> Option<PathBuf> {
        let path = path.canonicalize().ok()?;
        self.directory.borrow().as_ref().is_some_and(|allowed| path.starts_with(allowed)).then_some(path)
    }

    /// Returns the possible paths of a request: among the texts, and in the directory.
    fn paths(&self, referrer: Option<&Path>, specifier: &JsString, context: &mut Context) -> [JsResult<PathBuf>; 2] {
        let by_name = resolve_module_specifier(None, specifier, referrer, context);
        let directory = self.directory.borrow();
        let in_directory = match &*directory {
            Some(directory) => resolve_module_specifier(Some(directory), specifier, referrer, context),
            None => {
                let message = format!("there is no module `{}`", specifier.to_std_string_lossy());
                Err(JsNativeError::typ().with_message(message).into())
            }
        };
        [by_name, in_directory]
    }

    /// Returns the path and the text of the module that a specifier in `referrer` means.
    pub(crate) fn text_of(
        &self,
        specifier: &JsString,
        referrer: Option<&Path>,
        context: &mut Context,
    ) -> JsResult<(PathBuf, String)> {
        self.read(self.paths(referrer, specifier, context), specifier)
    }

    /// Returns the first path that has a text, and the text.
    fn read(
        &self,
        [by_name, in_directory]: [JsResult<PathBuf>; 2],
        specifier: &JsString,
    ) -> JsResult<(PathBuf, String)> {
        if let Ok(path) = by_name
            && let Some(text) = self.texts.borrow().get(&path)
        {
            return Ok((path, text.clone()));
        }
        let path = in_directory?;
        // A symbolic link must not lead out of the directory.
        let found = self.allowed(&path);
        let text = found.ok_or(std::io::ErrorKind::NotFound.into()).and_then(std::fs::read_to_string);
        match text {
            Ok(text) => Ok((path, text)),
            Err(error) => {
                let message = format!("the module `{}` cannot be read: {error}", specifier.to_std_string_lossy());
                Err(JsNativeError::typ().with_message(message).into())
            }
        }
    }
}

/// Whether a file is a CommonJS module: by its name or, in a realm with Node's modules, since it assigns exports and has
/// no syntax of ECMAScript modules.
fn is_common_js(path: &Path, text: &str, context: &Context) -> bool {
    match path.extension().and_then(|end| end.to_str()) {
        Some("cjs") => true,
        Some("js") => node::is_added(context) && text.contains("exports") && !is_module(text),
        _ => false,
    }
}

/// Parses `text` as a module. The caller makes it importable.
pub(crate) fn parse(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Module> {
    let transformed = transform::source(text, Goal::Module, path, context);
    let source = Source::from_bytes(transformed.as_bytes());
    let parsed = match path {
        Some(path) => Module::parse(source.with_path(path), None, context),
        None => Module::parse(source, None, context),
    };
    parsed.map_err(|error| explain(error, text, 0, Goal::Module, path))
}

/// Makes `module` importable as `path` in the current realm.
pub(crate) fn keep(path: &Path, module: &Module, context: &Context) {
    Loaded::keep(LoadedKey { path: path.to_path_buf(), kind: None }, module, context);
}

/// The loaded modules of a realm.
#[derive(Default, Trace, Finalize, JsData)]
struct Loaded(GcRefCell<Vec<(LoadedKey, Module)>>);

#[derive(PartialEq, Trace, Finalize)]
#[boa_gc(unsafe_empty_trace)]
struct LoadedKey {
    path: PathBuf,
    kind: Option<JsString>,
}

impl LoadedKey {
    fn new(path: PathBuf, request: &ModuleRequest) -> LoadedKey {
        LoadedKey { path, kind: request.get_attribute("type").cloned() }
    }
}

impl Loaded {
    fn find(path: &Path, request: &ModuleRequest, context: &Context) -> Option<Module> {
        let key = LoadedKey::new(path.to_path_buf(), request);
        let data = context.realm().host_defined();
        let loaded = data.get::<Loaded>()?.0.borrow();
        loaded.iter().find(|(other, _)| *other == key).map(|(_, module)| module.clone())
    }

    fn keep(key: LoadedKey, module: &Module, context: &Context) {
        let mut data = context.realm().host_defined_mut();
        if data.get::<Loaded>().is_none() {
            data.insert_default::<Loaded>();
        }
        if let Some(loaded) = data.get::<Loaded>() {
            let mut loaded = loaded.0.borrow_mut();
            loaded.retain(|(other, _)| *other != key);
            loaded.push((key, module.clone()));
        }
    }
}

impl ModuleLoader for Modules {
    fn load_imported_module(
        self: Rc<Self>,
        referrer: Referrer,
        request: ModuleRequest,
        context: &RefCell<&mut Context>,
    ) -> impl Future<Output = JsResult<Module>> {
        ready(self.load(&referrer, &request, &mut context.borrow_mut()))
    }

    /// Adds `url`, `filename` and `dirname`, as in Node, to the `import.meta` of a module with an absolute path.
    fn init_import_meta(self: Rc<Self>, import_meta: &JsObject, module: &Module, _: &mut Context) {
        let Some(path) = module.path().filter(|path| path.is_absolute()) else { return };
        // What `set_path` would take as an encoded character is a character of the path.
        let name = path.display().to_string();
        let Ok(mut url) = Url::parse("file:///") else { return };
        url.set_path(&name.replace('%', "%25"));
        let directory = path.parent().unwrap_or(path).display().to_string();
        for (key, value) in [("dirname", directory.as_str()), ("filename", &name), ("url", url.as_str())] {
            let value = PropertyDescriptor::builder().value(JsString::from(value)).writable(true).enumerable(true);
            import_meta.insert_property(JsString::from(key), value.configurable(true));
        }
    }
}

impl fmt::Debug for Modules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Modules").field("directory", &self.directory).finish_non_exhaustive()
    }
}
