//! A variable through one of the crate's two APIs: the core or the facade.

use asynccontext::als::{AsyncLocalStorage, AsyncResource};
use asynccontext::wrapped::{Arguments, CallOnce, Wrapped};
use asynccontext::{Guard, NotInTask, Scoped, Snapshot, TaskGuard, Variable};

use super::throw::{Abrupt, Flow};
use crate::program::ast::Word;
use crate::program::table::Capability;

/// The API that a target tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Surface {
    /// `Variable` and `Snapshot`.
    #[default]
    Core,
    /// `als`: `AsyncLocalStorage` and `AsyncResource`.
    Facade,
}

impl Surface {
    /// Returns the capabilities of the API.
    pub(super) fn capabilities(self) -> impl Iterator<Item = Capability> {
        let both = [Capability::Options, Capability::Guard, Capability::Gc, Capability::Worker];
        let own: &[Capability] = match self {
            Surface::Core => &[Capability::Hide],
            Surface::Facade => &[Capability::Mutate, Capability::Als],
        };
        both.into_iter().chain(own.iter().copied())
    }

    /// Returns a new variable.
    pub(super) fn variable(self, name: Option<&Word>, default: Option<&Word>) -> Storage {
        match self {
            Surface::Core => {
                let mut variable = Variable::new();
                if let Some(name) = name {
                    variable = variable.with_name(name.to_string());
                }
                if let Some(default) = default {
                    variable = variable.with_default(default.clone());
                }
                Storage::Core(variable)
            }
            Surface::Facade => {
                let mut storage = AsyncLocalStorage::new();
                if let Some(name) = name {
                    storage = storage.with_name(name.to_string());
                }
                if let Some(default) = default {
                    storage = storage.with_default(default.clone());
                }
                Storage::Facade(storage)
            }
        }
    }

    /// `snapshot s`.
    pub(super) fn snapshot(self) -> Snapshot {
        match self {
            Surface::Core => Snapshot::capture(),
            Surface::Facade => AsyncLocalStorage::snapshot(),
        }
    }

    /// `wrap w f`.
    pub(super) fn wrap<F, Args, const ARGS: usize>(self, f: F) -> Wrapped<F, ARGS>
    where
        F: CallOnce<Args>,
        Args: Arguments<ARGS>,
    {
        match self {
            Surface::Core => Snapshot::capture().wrap(f),
            Surface::Facade => AsyncLocalStorage::bind(f),
        }
    }

    /// `resource r`.
    pub(super) fn resource(self) -> Flow<AsyncResource> {
        match self {
            Surface::Core => Err(lacks("the core", "resource")),
            Surface::Facade => Ok(AsyncResource::new("Litmus")),
        }
    }
}

/// A variable, in the type of its API.
pub(super) enum Storage {
    Core(Variable<Word>),
    Facade(AsyncLocalStorage<Word>),
}

impl Storage {
    pub(super) fn name(&self) -> &str {
        match self {
            Storage::Core(variable) => variable.name(),
            Storage::Facade(storage) => storage.name(),
        }
    }

    /// Reads the variable with every method of the API. All must return the same value.
    pub(super) fn read(&self) -> Flow<Option<Word>> {
        match self {
            Storage::Core(variable) => {
                let (seen, within) = variable.with(|seen| (seen.cloned(), variable.get()));
                let (got, tried) = (variable.get(), variable.try_get().ok());
                if seen == within && seen == got && seen == tried {
                    return Ok(seen);
                }
                let text = format!("`with` reads {seen:?}, `get` in it {within:?}, `get` {got:?}, `try_get` {tried:?}");
                Err(Abrupt::Fault(text))
            }
            Storage::Facade(storage) => {
                let (seen, within) = storage.with_store(|seen| (seen.cloned(), storage.get_store()));
                let got = storage.get_store();
                if seen == within && seen == got {
                    return Ok(seen);
                }
                let text = format!("`with_store` reads {seen:?}, `get_store` in it {within:?}, `get_store` {got:?}");
                Err(Abrupt::Fault(text))
            }
        }
    }

    pub(super) fn run<R>(&self, value: Word, f: impl FnOnce() -> R) -> R {
        match self {
            Storage::Core(variable) => variable.run(value, f),
            Storage::Facade(storage) => storage.run(value, f),
        }
    }

    /// What the core alone has.
    pub(super) fn hide<R>(&self, f: impl FnOnce() -> R) -> Flow<R> {
        match self {
            Storage::Core(variable) => Ok(variable.hidden().run(f)),
            Storage::Facade(_) => Err(lacks("the facade", "hide")),
        }
    }

    pub(super) fn scope<F>(&self, value: Word, f: F) -> Scoped<F> {
        match self {
            Storage::Core(variable) => variable.scope(value, f),
            Storage::Facade(storage) => storage.scope(value, f),
        }
    }

    /// Returns a guard on the stack.
    pub(super) fn enter(&self, value: Word) -> Guard {
        match self {
            Storage::Core(variable) => variable.enter(value),
            Storage::Facade(storage) => storage.with_scope(value),
        }
    }

    /// Returns a guard of the running task.
    pub(super) fn enter_task(&self, value: Word) -> Result<TaskGuard, NotInTask> {
        match self {
            Storage::Core(variable) => variable.enter_task(value),
            Storage::Facade(storage) => storage.with_task_scope(value),
        }
    }

    /// Returns the storage for operations that only the facade has.
    pub(super) fn facade(&self, word: &str) -> Flow<&AsyncLocalStorage<Word>> {
        match self {
            Storage::Core(_) => Err(lacks("the core", word)),
            Storage::Facade(storage) => Ok(storage),
        }
    }
}

fn lacks(surface: &str, word: &str) -> Abrupt {
    Abrupt::Fault(format!("encountered `{word}`, which {surface} lacks"))
}
