//! The engine with AsyncContext and without it.

use std::path::Path;
use std::rc::Rc;

use boa_engine::context::ContextBuilder;
use boa_engine::module::SimpleModuleLoader;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsError, JsResult, Module, Script, Source};

use crate::engine;
use crate::program::reading::Reading;

/// The engine that runs the tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Boa with all of asynccontext-boa.
    #[default]
    AsyncContext,
    /// Boa alone, with its own executor, hooks and module loader, for comparison.
    Bare,
}

impl Engine {
    /// Returns a new context whose programs may import the files below `folder`.
    pub(super) fn context(self, folder: &Path, can_block: bool, reading: Reading) -> JsResult<Context> {
        let builder = ContextBuilder::new().can_block(can_block);
        match self {
            Engine::AsyncContext => {
                let mut context = asynccontext_boa::install(builder)?;
                asynccontext_boa::add_host(&mut context)?;
                engine::follow(&mut context, reading)?;
                // WASI has no absolute paths, which the loader compares.
                #[cfg(not(target_family = "wasm"))]
                if let Some(modules) = context.downcast_module_loader::<asynccontext_boa::Modules>() {
                    modules.allow_directory(folder).map_err(JsError::from_rust)?;
                }
                Ok(context)
            }
            Engine::Bare => builder.module_loader(Rc::new(SimpleModuleLoader::new(folder)?)).build(),
        }
    }

    pub(super) fn parse_script(self, context: &mut Context, text: &str, path: &Path) -> JsResult<Script> {
        match self {
            Engine::AsyncContext => asynccontext_boa::parse_script(context, text, Some(path)),
            Engine::Bare => Script::parse(Source::from_bytes(text).with_path(path), None, context),
        }
    }

    /// Parses the module and makes it importable as `path`.
    pub(super) fn parse_module(self, context: &mut Context, text: &str, path: &Path) -> JsResult<Module> {
        match self {
            Engine::AsyncContext => asynccontext_boa::parse_module(context, text, Some(path)),
            Engine::Bare => {
                let module = Module::parse(Source::from_bytes(text).with_path(path), None, context)?;
                if let Some(loader) = context.downcast_module_loader::<SimpleModuleLoader>() {
                    loader.insert(path.to_owned(), module.clone());
                }
                Ok(module)
            }
        }
    }

    pub(super) fn create_realm(self, context: &mut Context) -> JsResult<Realm> {
        match self {
            Engine::AsyncContext => asynccontext_boa::create_realm(context),
            Engine::Bare => context.create_realm(),
        }
    }

    /// Returns an error and its place as text.
    pub(super) fn describe(self, error: &JsError, context: &Context) -> String {
        match self {
            Engine::AsyncContext => asynccontext_boa::describe(error, context),
            Engine::Bare => error.to_string(),
        }
    }
}
