//! The cost of operations, and the choices behind it.
//!
//! The figures are from one run of the repository's benchmarks, on two shared x86-64 cores of 3.6
//! GHz, with fat LTO and one codegen unit, as the minimum of twelve rounds. Absolute figures vary
//! with the machine and its load; the ratios are more stable.
//!
//! | operation | ns | against |
//! |---|---|---|
//! | [`get`] of the newest binding | 0.6 | 1.2 × tokio's `LocalKey::with` (0.5) |
//! | `get` of 4 / 16 bound, in turn | 1.3 / 3.8 | 2.3 / 8 × tokio's |
//! | `get` of an unbound variable, 8 others bound | 0.8 | 2.1 × a read of a thread-local (0.4) |
//! | [`run`] | 3.8 | 0.43 × `Box` of 56 bytes, new and drop (8.9) |
//! | `run` and one [`capture`] in it | 13 | 1.4 × the same |
//! | `run`, shadowing directly above, and `capture` | 18 | |
//! | `run`, shadowing at the bottom of 8 / 16 / 64, and `capture` | 90 / 175 / 420 | |
//! | `capture` again in the same scope, and drop | 3.7 | 0.96 × `Arc` clone and drop (3.8) |
//! | the capture for a detached spawn, in place of that `capture` | 3.7 | |
//! | the same under an [uninherited] variable bound last / 4 bindings before / 14 before | 21 / 85 / 220 | |
//! | [`Snapshot::run`] | 1.4 | 1.7 × a swap of a thread-local and back (0.8) |
//! | added to each poll of a [`Scoped`] | 1.8 | 0.53 × tokio's `scope` (3.5) |
//! | [`Variable::scope`] and drop | 13 | |
//! | [`enter`] and drop of the guard | 8 | 0.9 × `Box` |
//! | [`async_context_swap`] | 25 | |
//! | [`inject`] / [`extract`] of a number and a text of 4 bytes, with a `HashMap` | 170 / 115 | |
//!
//! Measured earlier, on a slower machine (`Box` 17 ns):
//!
//! | operation | ns | against |
//! |---|---|---|
//! | added to each poll of a tokio task by `tokio::runtime::Inherit` | 31 | 20 to 29, the same poll on a plain runtime |
//! | added to a task's spawn and end by it, on one thread / on workers | 95 / 150 | 150 / 190, a plain spawn, poll and join |
//!
//! Sizes on 64-bit targets: a binding takes 48 bytes and its value, and one by a guard 48 more. A
//! scoped future adds 24 bytes, a wrapped closure 8. A snapshot takes 8, a guard 16. With debug
//! assertions, each location that is recorded for [`lost`](crate::lost) adds 8: one in a binding, a
//! snapshot and a wrapped closure, three in a scoped future.
//!
//! # Choices
//!
//! - **Borrow first, own when captured** ([`internal`](super::internal)). An eager chain of `Arc`s
//!   costs an atomic increment and decrement for each `run`, even without a capture.
//! - **A thread keeps memory for its next bindings.** A `run` without a capture then allocates
//!   nothing, and takes 0.41 of the time with the allocator, a guard 0.48. A pair of loads and
//!   stores takes a block from the thread's list or returns it.
//! - **Where the type is known, there is no indirect call**: `run` frees its own node directly.
//!   This takes 0.88 of the time.
//! - **The frequent part of a read is inlined.** The id of the newest node is compared, if there is
//!   a node; then follow the mask and the walk, which compares ids only: segments and maps are
//!   searched at its end. This takes 0.37 to 0.56 of the time for the newest binding, 0.5 to 0.65
//!   for others.
//! - **Guards do not slow down reads in other frames.** In a frame with a guard or a swap, the head
//!   is not a node of the mapping but a cover, where a test that a read, a capture and a new
//!   binding make anyway leads to the slow path. With one bit of the head pointer instead, tested
//!   by each read, reads take 1.07 to 1.13 times the instructions. In such a frame itself, a read
//!   takes 3.3 to 3.6 ns, 1.1 to 1.2 times as long as with the bit, and a `run` 1.3.
//! - **Guards are a stack until one is dropped out of order, then a table.** In the stack a guard
//!   takes as long as a `Box`. In the table, with 1,000 / 4,000 / 16,000 / 64,000 guards of as many
//!   variables, each takes 1.0 / 2.2 / 4.8 / 6.6 µs to drop oldest first and 1.0 / 1.8 / 7.4 / 10
//!   µs at random: the number of steps grows logarithmically, the rest is due to cache misses.
//!   Newest first, which needs no table, takes 0.11 / 0.21 / 0.88 / 1.1 µs. (One run, with other
//!   work on the machine.)
//! - **A scope that ends compares itself with the innermost one** of its thread, to abort the
//!   process if a coroutine broke the stack order. This takes an instruction or two, and a poll 4 %
//!   more instructions.
//! - **Rare branches are marked cold**: those for an empty mapping and for maps. Without the mark,
//!   which moves a few instructions, reads take 1.25 to 1.5 times as long.
//! - **Where a step or a scope ends, the rare cases and panics are functions that take their
//!   arguments by value.** If the exit on panic takes an address, each poll and each drop stores what
//!   it otherwise keeps in registers: a poll takes 26 instructions instead of 29, a `run` of code that
//!   may panic 63 instead of 70, [`Snapshot::run`] 24 instead of 30.
//! - **The last reference is not decremented.** A load that finds the count at one proves that there
//!   is no other. Releasing a snapshot of three bindings then takes no locked operation instead of
//!   three; releasing one that is shared takes a load and a comparison more.
//! - **A poll counts no reference.** The wrapper owns its snapshot, and two pointers of the thread
//!   are replaced and restored.
//! - **The drop of a scoped future does not need the future's address.** It runs a copy of the frame
//!   on the stack, and passes its other fields by value to the functions for rare cases. A spawn of
//!   tokio moves the future several times before it is in its task. Where the drop needs the
//!   address, each move is a copy in memory that waits for the stores of the previous one: a request
//!   that starts two tasks takes 1.16 × by hand then, and 1.03 to 1.05 without on the same machine. A future whose inner
//!   drop needs its address is moved through memory in any case.
//! - **Up to 16 bindings are a chain with a Bloom mask, more are a persistent map.** The mask makes
//!   a failed look-up cheap, and a short walk is faster than any map. The map has a branching
//!   degree of 64: with 16 and 8, a fold took 1.8 and 3.5 times as long, and look-ups were slower.
//! - **There is no cache of the last look-up.** It would have to be validated after every switch,
//!   and helps only where walks are long.
//! - **The saved head and frame are in a struct that does not escape**, and are not adjacent in the
//!   thread's slot, so they stay in registers.
//! - **Reads record hazards only in frames that have a guard or a swap.**
//!
//! # Tried and dropped
//!
//! Figures are relative to the time before the change:
//!
//! - Reads with 16 bindings: keeping the last step of the walk for the search at its end, 1.5.
//!   Without it, reads beyond the 16 newest bindings take 1.1 to 1.4 times as long, which is rarer.
//! - Reads: all but the newest binding in a separate function, for less code in the caller: 1.4 to
//!   2.2 for older bindings. The walk unrolled once: 1.00 to 1.05. One copy of the reader's closure
//!   for older bindings and for missing ones, instead of two: 1.1 to 1.4 for older bindings.
//! - Head and frame adjacent and moved as one register of 16 bytes: 0.84 for a poll, but 1.3 for
//!   `run` and [`Snapshot::run`], where one switch waits for the store of the previous one.
//!   Operations that set only the head would make the next switch wait longer.
//! - A poll's rare exits marked cold, and one test for both flags: 1.00.
//! - Not tried: nodes on the stack, moved when they are captured. A reader may hold a reference to
//!   the value at that time.
//!
//! # Flat arrays in place of chains
//!
//! In a trial, a captured mapping was one counted array of keys and value references, with its
//! mask, up to 16 bindings, and a persistent map beyond. The newest binding cached it. There were
//! no segments, and no state between borrowed and captured. It had bindings, reads, captures,
//! `Snapshot::run`, [`with`](crate::Snapshot::with), [`without`](crate::Snapshot::without) and
//! polls, but no guards or attachments. In 3,000 random programs its reads and the drops of its
//! values were those of a model, so it too keeps exactly the visible values.
//!
//! It was dropped, since each capture in a new scope has to count every binding: two atomic
//! operations and a copy for each, and a copied path in a map. A chain counts only the binding
//! beneath. Nanoseconds (instructions) of the chain and of the array, as the minimum of 60 rounds
//! in turn, with 1 / 4 / 15 / 64 bindings beneath:
//!
//! | operation | chain | array |
//! |---|---|---|
//! | `run` and `capture` | 14 / 14 / 14 / 24 (208 / 208 / 208 / 388) | 28 / 44 / 112 / 349 (299 / 544 / 1,005 / 3,060) |
//! | the same, shadowing the oldest binding | 22 / 54 / 148 / 405 (278 / 703 / 1,741 / 3,526) | 20 / 36 / 106 / 337 (283 / 405 / 987 / 2,835) |
//! | a snapshot `with` a new binding | 6 / 6 / 6 / 14 (90 / 90 / 90 / 272) | 22 / 38 / 100 / 335 (229 / 471 / 921 / 2,906) |
//! | a snapshot `without` the oldest | 13 / 42 / 130 / 392 (124 / 580 / 1,673 / 3,580) | 4 / 28 / 94 / 354 (95 / 354 / 1,069 / 2,932) |
//! | in a snapshot, `get` of the oldest | 0.7 / 1.7 / 6.7 / 14 (13 / 34 / 89 / 225) | 1.7 / 3.0 / 8.9 / 9.5 (38 / 59 / 136 / 160) |
//! | in a snapshot, `get` of the newest | 0.7 / 0.7 / 0.7 / 0.7 | 1.7 / 1.7 / 1.7 / 9.4 |
//!
//! `run`, `get` outside snapshots, `capture` again and `Snapshot::run` took the same time, except
//! that `run` on 64 bindings took 1.3 times as long. In this trial a poll took 25 instructions
//! instead of 29, a capture with the spawn and drop of a future 208 instead of 245, and a read of a
//! variable that is not bound 17 instead of 20. The trial had no defaults, unstarted scopes and
//! attachments, which may be the whole difference.
//!
//! The gain is in shadowing captures and removals, which are rare, at 0.35 to 0.9 of the time; the
//! loss is in the capture of each new scope, at 2 to 15 times. For these operations the code was
//! about 500 lines, where that of the chain is about 800; its unsafe part was 270 lines, not yet
//! split into blocks of one obligation, where that of the chain is 190. Tables of guards, which
//! derive a mapping for each guard, would have become slower as `with` did.
//!
//! For a comparison with similar crates, with limits, see `benches/RESULTS.md` in the repository.
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
