//! What it costs, and the choices behind it.
//!
//! From one run of the repository's benchmarks, on two shared x86-64 cores of 3.6 GHz, with
//! fat LTO and one codegen unit: the least of twelve rounds. Absolute figures drift with the
//! machine and its load; the ratios hold better.
//!
//! | operation | ns | against |
//! |---|---|---|
//! | [`get`] of what was bound last | 0.6 | 1.2 × tokio's `LocalKey::with` (0.5) |
//! | `get` of 4 / 16 bound, in turn | 1.3 / 3.8 | 2.3 / 8 × tokio's |
//! | `get` of what is not bound, 8 others bound | 0.8 | 2.1 × a read of a thread-local (0.4) |
//! | [`run`] | 3.8 | 0.43 × `Box` of 56 bytes, new and drop (8.9) |
//! | `run` and one [`capture`] in it | 13 | 1.4 × the same |
//! | `run`, shadowing directly above, and `capture` | 18 | |
//! | `run`, shadowing at the bottom of 8 / 16 / 64, and `capture` | 90 / 175 / 420 | |
//! | `capture` again in the same scope, and drop | 3.7 | 0.96 × `Arc` clone and drop (3.8) |
//! | what a detached spawn takes along, in place of that `capture` | 3.7 | |
//! | the same under an [uninherited] variable bound last / 4 bindings before / 14 before | 21 / 85 / 220 | |
//! | [`Snapshot::run`] | 1.4 | 1.7 × a swap of a thread-local and back (0.8) |
//! | added to each poll of a [`Scoped`] | 1.8 | 0.53 × tokio's `scope` (3.5) |
//! | [`Variable::scope`] and drop | 13 | |
//! | [`enter`] and drop of the guard | 8 | 0.9 × `Box` |
//! | [`async_context_swap`] | 25 | |
//! | [`inject`] / [`extract`] of a number and a text of 4 bytes, with a `HashMap` | 170 / 115 | |
//!
//! Measured before, on a slower machine (`Box` 17 ns):
//!
//! | operation | ns | against |
//! |---|---|---|
//! | added to each poll of a tokio task by `tokio::runtime::Inherit` | 31 | 20 to 29, the same poll on a plain runtime |
//! | added to a task's spawn and end by the same, on one thread / on workers | 95 / 150 | 150 / 190, a plain spawn, poll and join |
//!
//! Sizes on 64-bit targets: a binding is 48 bytes and its value, a guard's 48 more; a
//! scoped future adds 24 bytes, a wrapped closure 8, a snapshot is 8, a guard 16. With debug
//! assertions each place that is remembered for [`lost`](crate::lost) adds 8: one in a
//! binding, a snapshot and a wrapped closure, three in a scoped future.
//!
//! # Choices
//!
//! - **Borrow first, own when captured** ([`internal`](super::internal)). An eager chain of
//!   `Arc`s pays an atomic increment and decrement for each `run`, whether or not anyone
//!   captures.
//! - **A thread keeps memory for its next bindings.** A `run` that nobody captures then
//!   allocates nothing: 0.41 of the time that it took with the allocator, a guard 0.48. A
//!   pair of loads and stores takes a block from the thread's list or puts it back.
//! - **Where the type is known, nothing is called through a pointer**: `run` frees its own
//!   node directly. 0.88 of the time.
//! - **A read is inlined as far as it is frequent.** The newest node's id is compared, if
//!   there is a node; then comes the mask, then the walk, which looks at ids alone: what a
//!   segment or a map holds is asked at the end. 0.37 to 0.56 of the time for the newest
//!   binding, 0.5 to 0.65 beneath others.
//! - **Guards cost reads elsewhere nothing.** In a frame with a guard or a swap the head is no
//!   node of the mapping but a cover, at which a read, a capture and a new binding each end
//!   in a test that they make anyway. One bit of the head pointer in its place, to be tested
//!   by each read, takes 1.07 to 1.13 times the instructions. In such a frame itself a read
//!   takes 3.3 to 3.6 ns, 1.1 to 1.2 times as long as with the bit, a `run` 1.3.
//! - **Guards are a stack until one is dropped out of order, then a table.** In the stack a guard
//!   takes what `Box` takes. In the table, with 1,000 / 4,000 / 16,000 / 64,000 guards of as
//!   many variables, each takes 1.0 / 2.2 / 4.8 / 6.6 µs to drop oldest first and 1.0 / 1.8 /
//!   7.4 / 10 µs at random: the steps grow as the logarithm, the rest is memory that is not
//!   in the caches. Newest first, which needs no table, takes 0.11 / 0.21 / 0.88 / 1.1 µs.
//!   (One run, beside other work on the machine.)
//! - **A scope that ends compares itself with the innermost one** of its thread, to end the
//!   process where a coroutine broke the order of the stack: an instruction or two, and a
//!   poll takes 4 % more of them.
//! - **What is rare is marked cold**: that nothing is bound at all, and maps. Without the mark,
//!   which moves a few instructions, reads take 1.25 to 1.5 times as long.
//! - **A poll counts no reference.** The wrapper owns its snapshot, and two pointers of the
//!   thread are switched and put back.
//! - **A walk with a bloom mask up to 16 bindings, a persistent map beyond.** A mask makes
//!   a miss cheap, and a short walk beats every map. The map has a branching degree of 64:
//!   with 16 and 8 a fold took 1.8 and 3.5 times as long, and look-ups were slower.
//! - **No cache of the last look-up.** It would have to be checked after every switch, and
//!   helps only where walks are long.
//! - **The saved head and frame lie in a struct that does not escape**, and apart from each
//!   other in the thread's slot, so they stay in registers.
//! - **Reads pin what they read only in frames that have a guard or a swap.**
//!
//! # Tried and dropped
//!
//! As parts of the time before:
//!
//! - Reads, 16 bound: the last step of the walk kept for what is asked at its end, 1.5; without
//!   it what is bound beneath 16 takes 1.1 to 1.4 times as long, which is rarer.
//! - Reads. All but the newest binding in a function of its own, to have less code
//!   in the caller: 1.4 to 2.2 beneath others. The walk unrolled once: 1.00 to 1.05. One copy
//!   of the reader's closure for what is found beneath and for what is missing, in place of
//!   two: 1.1 to 1.4 beneath others.
//! - Head and frame side by side and moved as one register of 16 bytes, as a switch of scopes
//!   is little more than its stores: 0.84 for a poll, but 1.3 for `run` and
//!   [`Snapshot::run`], where one switch waits for the store of the one before. And what
//!   sets the head alone would make the next switch wait longer.
//! - A poll's rare ways out marked cold, and one test for both flags: 1.00.
//! - Not tried: nodes on the stack, moved when they are captured. A reader may hold a
//!   reference to the value meanwhile.
//!
//! Beside its peers, with limits: `benches/RESULTS.md` in the repository.
//!
//! [uninherited]: crate::Variable::uninherited
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
