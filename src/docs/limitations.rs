//! What this crate does not do, and the exact limits of its guarantees.
//!
//! # Futures
//!
//! **A future that a closure returns runs outside.** [`Variable::run`] ends before the future is
//! polled. Use [`Variable::scope`] and [`Propagate`](crate::Propagate).
//!
//! **A bare `spawn` loses the context**, as does every other way to pass work to code that doesn't
//! capture the context. Only a tokio runtime can capture it for all of its tasks
//! (`asynccontext::tokio::runtime::Inherit`). On such a runtime, **a pooled connection would keep
//! the values of the request that opened it**, so leave out the tasks of pools
//! (`Inherit::leave_out`). They are recognized only by the location of their spawn, which hyper's
//! clients share with a server's requests over HTTP/2.
//!
//! **`scope` binds where its future starts**, at the first poll, on top of the mapping that is
//! current there. In `A.run(1, || B.scope(2, f))` the future `f` therefore sees only `B`, if it is
//! polled after `run` has ended. Write `A.scope(1, B.scope(2, f))`, or tie it: `A.run(1, ||
//! B.scope(2, f).in_current_snapshot())`. After its start, a future keeps that mapping. A stream
//! that several requests share keeps the values of the first, so tie long-lived streams to
//! [`Snapshot::empty`](crate::Snapshot::empty).
//!
//! **Bindings that guards and swaps leave in a future live until the wrapper is dropped**, not
//! until the future is done.
//!
//! # Iterators and streams
//!
//! **Adapters outside run outside.** In `rows.in_current_snapshot().map(f)` the closure `f` sees
//! the caller's values; in `rows.map(f).in_current_snapshot()` it sees the captured ones. For this
//! reason `fold` and the other methods that take a closure call `next` for each item, even if the
//! inner iterator has a faster implementation.
//!
//! **`size_hint`, `len` and `is_terminated` see the captured values, not later bindings by
//! guards**: they take `&self`, so several threads may call them at once.
//!
//! # Guards
//!
//! 1. **Dropping a guard inside an inner scope takes effect when that scope ends.** Until then its
//!    binding stays current.
//! 2. **Dropping a guard where its scope is not running on this thread does nothing**: on another
//!    thread, in another task, or after its scope. The binding lasts as long as its scope.
//! 3. **The binding of a forgotten guard lasts until its scope ends**, and a loop that forgets one
//!    in each iteration accumulates them until then. [`Guard::keep`](crate::Guard::keep) does not.
//! 4. **There are two types of guard**, because a single type can't be `Send` only inside a task:
//!    [`enter`] returns a guard that is not `Send`, and [`enter_task`] one that is, but only
//!    directly inside a [`Scoped`](crate::Scoped) future.
//! 5. **A guard held across an `await` in a future that is not scoped** belongs to the scope that
//!    runs the future: the thread, or an outer scoped future. Such a future is not `Send`, but a
//!    local executor may poll others meanwhile, and they see the binding. Scope each task, or use
//!    [`enter_task`], which returns an error there.
//! 6. **A guard that is entered at a thread's root after the thread's destructors ran, and then
//!    forgotten, leaks.** If it is dropped, it doesn't.
//! 7. **Dropping a guard that was entered before a swap** ([`async_context_swap`]) no longer
//!    changes the current mapping.
//!
//! # Uninherited variables
//!
//! **They are left out of detached work, not of snapshots.** A [`Snapshot`](crate::Snapshot) that
//! is captured by hand holds them, and so does all code that receives it. A third-party pool that
//! captures a snapshot for its work therefore carries them too.
//!
//! **Whether work outlives the call is decided by the function that starts it, not by what
//! happens.** A task whose handle is awaited immediately starts without them too. To carry all
//! values, tie the future by hand: `spawn(task.in_current_snapshot())`.
//!
//! # Foreign context
//!
//! The module `companion` states its guarantees (feature `companions`). While a companion is
//! registered:
//!
//! **A snapshot hides the span of the code that enters it**, even if it holds none.
//! `future.in_current_snapshot().instrument(span)` is therefore polled outside `span`: the snapshot
//! is entered last. Write `future.instrument(span).in_current_snapshot()`, or capture the snapshot
//! within the span.
//!
//! **A callback that captures its snapshot at start-up runs outside any span**, even when it is
//! called in a request, just as its variables are those of the start. Do not capture a snapshot for
//! code that should see its caller's context, or register the companion with `only_captured`.
//!
//! **A guard from outside must not be dropped inside**, be it of a span that was entered outside or
//! of an attached OpenTelemetry context. It would remove the context that is entered again
//! afterwards.
//!
//! **Only one subscriber or SDK is covered.** The current span is that of the subscriber that is
//! the default where a snapshot is entered; a span that is entered in another one stays entered.
//!
//! # Exported variables
//!
//! **[`LIMIT`](crate::carrier::LIMIT) applies to each text.** The total size of the headers is
//! limited by the server, not by this crate.
//!
//! **A carrier is not signed.** Anyone who can send a request can send any value.
//!
//! **A map from `String` to `String` compares keys exactly**, even if it was filled from HTTP
//! headers in mixed case. `http::HeaderMap` ignores case.
//!
//! **The functions that read and write exported values are the program's**, and may panic. This
//! crate's own code does not panic on any input.
//!
//! # Values
//!
//! **A value that is being read outlives the end of its binding.** If the code inside
//! [`Variable::with`] ends the binding that it reads, the value is dropped when the
//! outermost such `with` returns.
//!
//! **A binding outlives its variable.** When a variable that was made at run time is dropped, the
//! snapshots that have a binding of it keep the value. Telling which variables can still be read
//! would take a count of references in each read and each binding, so that a `static` variable
//! would pay for those that are dropped. A chain of snapshots in which each step binds a new variable
//! grows; use one variable, and bind it again.
//!
//! ```
//! use std::sync::Arc;
//! use asynccontext::{Snapshot, Variable};
//!
//! let (variable, value) = (Variable::new(), Arc::new(()));
//! let snapshot = variable.run(value.clone(), Snapshot::capture);
//! drop(variable);
//! assert_eq!(Arc::strong_count(&value), 2);
//! drop(snapshot);
//! assert_eq!(Arc::strong_count(&value), 1);
//! ```
//!
//! **Deeply nested drops are deferred.** When values own snapshots that own values, the 33rd nested
//! drop and those below it run after the ones above, but before the outermost drop returns.
//!
//! **A panic in the drop of one value doesn't prevent the drop of others, but a second panic ends
//! the process**, as always in Rust when a drop panics during unwinding.
//!
//! **A mapping can have at most 2³¹ references.** A program that forgets more snapshots than that
//! (`mem::forget`) is aborted, as with `Arc`.
//!
//! **Values must be `Send + Sync + 'static`**, because any snapshot may be sent to any
//! thread.
//!
//! **A value that holds a snapshot of itself is never freed**, as with any cycle of `Arc`s. [What
//! to leave out](super::patterns::what_to_leave_out) describes this and more.
//!
//! # Threads and control flow
//!
//! **A stackful coroutine that is suspended inside a scope may abort the process.** The crate
//! relies on scopes ending in stack order. A coroutine may be suspended inside a `run`, a
//! `Snapshot::run` or a poll, as long as that scope ends before all scopes that began earlier on
//! the thread, and after all that began later. Otherwise the process is aborted with a message on
//! standard error, before anything is freed. While the coroutine is suspended, the thread sees the
//! values of its scope. (Async functions, and generators that can't suspend inside a closure's
//! call, are not affected.)
//!
//! **A coroutine must not be suspended inside [`Variable::with`] beyond the end of the scope that
//! bound the value**, and neither inside the `Clone` of a value that [`get`](crate::Variable::get)
//! reads. Such a read counts no reference and is not recorded, so this misuse is not detected. It
//! is the only known way to undefined behavior, and requires a library that switches stacks. In
//! scopes with guards or swaps reads are recorded, and the misuse aborts the process too. The same
//! applies to `longjmp` over a scope or a read, which is `unsafe` to call.
//!
//! **The result or panic payload of a thread is dropped outside its snapshot** if the thread is not
//! joined, after the closure has ended. So are the thread's locals: nothing is bound then.
//!
//! **`process::exit` drops no values of scopes on the stack**, like all values on the stack. Values
//! at the calling thread's root are dropped if it is called outside every scope and every read.
//!
//! **A panic in the drop of a value at a thread's root is caught** when the thread ends: the panic
//! hook reports it, and its payload is discarded. (In a thread-local's destructor it would abort
//! the process.)
//!
//! # Allocators
//!
//! **A global allocator may read, capture, run scopes, and bind variables for the first time.** It
//! sees the mapping from before the operation that allocates, or from after it. A guard that it
//! enters must be dropped before it returns, and should be entered in a scope of its own: a guard
//! that is entered on a frame whose guards are being rearranged at that moment aborts the process
//! with a message. Bindings that it makes while [`lost`](crate::lost) records a binding are missing
//! in reports.
//!
//! # Cost
//!
//! **A loop over five or more nested scopes, each captured,** creates a map of some 16 entries in
//! each iteration where the scopes cross a multiple of about 15 live bindings: the cost is bounded,
//! but not amortized. Up to four nested scopes don't.
//!
//! **The Bloom mask has 32 bits.** With 32 or more uncaptured bindings it may be full, and a failed
//! look-up then takes up to 64 steps.
//!
//! **All uninherited variables share one bit of the mask**, so where one is bound, a read of
//! another that is not bound walks the whole chain. The first detached spawn under more than 16
//! bindings, uninherited ones among them, visits all of them. The filtered result is cached for the
//! next spawn.
//!
//! # Platforms
//!
//! **The crate needs `std`.** On targets without 64-bit atomics, ids use those of
//! `portable-atomic`, so a read takes longer there.
//!
//! **Tested**: all tests run on 64-bit Linux on x86. The tests without features have also been
//! run, by hand and shortened, on 32-bit Linux on x86.
//!
//! **Compiled only**: CI checks that the crate compiles for 32-bit Linux on x86 and on PowerPC
//! (big-endian, no 64-bit atomics), NetBSD, illumos, macOS on ARM, Windows (`gnu`) and WebAssembly
//! (`unknown-unknown`, `wasip1`). On WebAssembly tokio has no workers, so `tokio-rt-multi-thread`
//! is left out.
//!
//! **A [`thread::Scope`](crate::thread::Scope) is `RefUnwindSafe` where `std`'s is**: not on
//! NetBSD and illumos.
//!
//! # Not verified
//!
//! The tests run under Valgrind, AddressSanitizer, ThreadSanitizer, loom and shuttle, on 64-bit
//! Linux. Only some of them have been run under Miri, and none with the teardown of thread-locals
//! of other platforms.
//!
//! [`Variable::run`]: crate::Variable::run
//! [`Variable::scope`]: crate::Variable::scope
//! [`Variable::with`]: crate::Variable::with
//! [`enter`]: crate::Variable::enter
//! [`enter_task`]: crate::Variable::enter_task
//! [`async_context_swap`]: crate::agent::async_context_swap
