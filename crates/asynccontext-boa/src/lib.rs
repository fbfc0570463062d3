#![doc = include_str!("../README.md")]

mod agent;
mod async_hooks;
mod construct;
mod event_loop;
mod generators;
mod hooks;
mod host;
mod install;
mod intrinsic;
mod jobs;
mod mapping;
mod modules;
mod prelude;
mod rejections;
mod report;
mod snapshot;
mod source;
mod then;
mod transform;
mod uncaught;
mod variable;

pub use agent::{Cause, Switch};
pub use event_loop::EventLoop;
pub use hooks::Hooks;
pub use host::add_host;
pub use install::{create_realm, install, install_with, on_switch, on_uncaught};
pub use jobs::isolate;
pub use mapping::{Key, Mapping};
pub use modules::Modules;
pub use report::{describe, report_rejections};
pub use source::{evaluate, evaluate_module, parse_module, parse_script};
pub use uncaught::{Kind, Uncaught};
