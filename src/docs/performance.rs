//! What it costs, and the choices behind it.
//!
//! Measured on two shared x86-64 cores with fat LTO and one codegen unit, the least of six
//! runs. Absolute figures drift with the machine and its load; the ratios hold better.
//!
//! | operation | ns | against |
//! |---|---|---|
//! | [`get`], 1 / 4 / 8 / 16 bound, in turn | 1.9 / 2.7 / 4.4 / 9.6 | |
//! | `get`, 24 bound and captured | 24 | |
//! | `get` of what is not bound, 8 others bound | 2.0 | |
//! | `get` in a frame with a guard | 1.1 to 1.5 | |
//! | [`run`] | 16 | 0.95 × `Box` of 56 bytes, new and drop (17) |
//! | `run` and one [`capture`] in it | 25 | 1.5 × the same |
//! | `capture` again in the same scope | 3.7 | 1.0 × `Arc` clone and drop (3.6) |
//! | `run`, shadowing directly above, and `capture` | 44 | |
//! | `run`, shadowing at the bottom of 8 / 16 / 64, and `capture` | 180 / 220 / 720 | |
//! | what a detached spawn takes along, in place of that `capture` | 3.7 | |
//! | the same under an [attached] variable bound last / 4 bindings before / 14 before | 26 / 170 / 300 | |
//! | [`Snapshot::run`] | 1.4 | 1.7 × a swap of a thread-local and back (0.8) |
//! | added to each poll of a [`Scoped`], with a guard or without | 1.4 | |
//! | [`Variable::scope`] and drop | 30 | |
//! | added to each poll of a tokio task by `tokio::runtime::Inherit` | 31 | 20 to 29, the same poll on a plain runtime |
//! | added to a task's spawn and end by the same, on one thread / on workers | 95 / 150 | 150 / 190, a plain spawn, poll and join |
//! | [`enter`] and drop of the guard | 22 | 1.3 × `Box` |
//! | [`async_context_swap`] there and back | 79 | |
//! | [`inject`] / [`extract`] of a number and a text of 4 bytes, with a `HashMap` | 520 / 300 | |
//!
//! Sizes on 64-bit targets: a binding is 48 bytes and its value, a guard's 48 more; a
//! scoped future adds 24 bytes, a wrapped closure 8, a snapshot is 8, a guard 16. With debug
//! assertions each place that is remembered for [`lost`](crate::lost) adds 8: one in a
//! binding, a snapshot and a wrapped closure, two in a scoped future.
//!
//! # Choices
//!
//! - **Borrow first, own when captured** ([`internal`](super::internal)). An eager chain of
//!   `Arc`s pays an atomic increment and decrement for each `run`, whether or not anyone
//!   captures.
//! - **A poll counts no reference.** The wrapper owns its snapshot, and two pointers of the
//!   thread are switched and put back.
//! - **A walk with a bloom mask up to 16 bindings, a persistent map beyond.** A mask makes
//!   a miss cheap, and a short walk beats every map. The map has a branching degree of 64:
//!   with 16 and 8 a fold took 1.8 and 3.5 times as long, and look-ups were slower.
//! - **No cache of the last look-up.** It would have to be checked after every switch, and
//!   helps only where walks are long.
//! - **The saved head and frame lie in a struct that does not escape**, and apart from each
//!   other in the thread's slot, so they stay in registers.
//! - **Reads pin what they read only in frames that have a guard or a swap.** One bit of
//!   the head pointer tells.
//!
//! # Tried and dropped
//!
//! Two binaries in turn, the least of five rounds, as parts of the time before:
//!
//! - The key before the mask in a look-up: 1.00 for the newest binding, 0.97 for 16 in turn,
//!   1.50 for a miss.
//! - The flag for guards before all else in a read: 1.75.
//! - One test for both flags of a frame when a poll ends: 1.00.
//! - The newest binding asked for by itself, with the closure standing apart for it: 0.33 in
//!   a small loop, but every read grew past what is inlined: by callgrind, 1.07 of the
//!   instructions for the newest binding, 1.13 beneath three others, 1.54 for a miss.
//!
//! Beside its peers, with limits: `benches/RESULTS.md` in the repository.
//!
//! [attached]: crate::Variable::attached
//! [`get`]: crate::Variable::get
//! [`run`]: crate::Variable::run
//! [`enter`]: crate::Variable::enter
//! [`inject`]: crate::carrier::Exports::inject
//! [`extract`]: crate::carrier::Exports::extract
//! [`capture`]: crate::Snapshot::capture
//! [`Snapshot::run`]: crate::Snapshot::run
//! [`Scoped`]: crate::Scoped
//! [`Variable::scope`]: crate::Variable::scope
//! [`async_context_swap`]: crate::agent::async_context_swap
