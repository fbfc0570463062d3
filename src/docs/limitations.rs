//! What this crate does not do, and where a promise is weaker than it may sound.
//!
//! # Futures
//!
//! **A closure that returns a future is not inside.** [`Variable::run`] ends before the
//! future is polled. Use [`Variable::scope`] and [`Propagate`](crate::Propagate).
//!
//! **A bare `spawn` loses the context**, as does every other way to hand work to someone
//! who doesn't know of it. Nothing is taken along that was not captured. Only a tokio runtime
//! can be told to do it for all its tasks (`asynccontext::tokio::runtime::Inherit`), and for all
//! but some: **a pooled connection would keep the values of the request that opened it**, so leave
//! those out (`Inherit::leave_out`). They are told by the place of their spawn alone, which
//! hyper's clients share with a server's requests over HTTP/2.
//!
//! **`scope` binds where its future starts**, at the first poll, over what is current there. So
//! in `A.run(1, || B.scope(2, f))` the future `f` sees `B` only, if it is polled when `run` has
//! ended. Write `A.scope(1, B.scope(2, f))`, or tie it: `A.run(1, || B.scope(2,
//! f).in_current_snapshot())`. From the start on it keeps what it started with: a stream that
//! several requests share keeps the values of the first for its life, so tie what lives long to
//! [`Snapshot::empty`](crate::Snapshot::empty).
//!
//! **After `Ready`, what guards and swaps left lives until the wrapper is dropped**, not
//! until the future is done.
//!
//! # Iterators and streams
//!
//! **What stands outside is outside.** In `rows.in_current_snapshot().map(f)` the closure
//! `f` sees the caller's values; in `rows.map(f).in_current_snapshot()` it sees the
//! captured ones. So `fold` and the other methods that take a closure go step by step, also
//! where the inner iterator has a faster way.
//!
//! **`size_hint`, `len` and `is_terminated` see what was captured, not what guards bound
//! since**: they take `&self`, so several threads may call them at once.
//!
//! # Guards
//!
//! 1. **A guard dropped inside an inner scope takes effect when that scope ends.** Until
//!    then its binding stays in force.
//! 2. **A guard dropped where its scope is not running on this thread does nothing**: on
//!    another thread, in another task, or after its scope. The binding lasts as long as
//!    its scope does.
//! 3. **A forgotten guard stays in force until its scope ends**, and a loop that forgets
//!    one at each turn piles them up until then. [`Guard::keep`](crate::Guard::keep) does not.
//! 4. **There are two types of guard.** "Can't be sent outside of a task" can't be said of
//!    one type: [`enter`] gives a guard that is not `Send`, [`enter_task`] one that is, but
//!    only directly inside a [`Scoped`](crate::Scoped) future.
//! 5. **A guard held over an `await` in a future that is not scoped** is a guard of
//!    whatever runs the future: the thread, or an outer scoped future. Such a future is not
//!    `Send`, but a local executor may poll others meanwhile, and they see the binding.
//!    Scope each task, or use [`enter_task`], which refuses.
//! 6. **A guard entered at a thread's root after the thread's destructors ran, and then
//!    forgotten, leaks.** Dropped as usual, it doesn't.
//! 7. **A guard hidden by a swap** ([`async_context_swap`]) no longer changes what is
//!    current when it is dropped.
//!
//! # Uninherited variables
//!
//! **They stay out of detached work, not out of snapshots.** A [`Snapshot`](crate::Snapshot)
//! taken by hand holds them, and whoever it is given to has them. So a third-party pool
//! that captures one to run work in carries them along.
//!
//! **Whether work outlives the call is judged by how it is started, not by what happens.**
//! A task whose handle is awaited at once starts without them too. To take everything
//! along, tie the future by hand: `spawn(task.in_current_snapshot())`.
//!
//! # Foreign context
//!
//! What the module `companion` promises is told there (feature `companions`). Where a companion
//! is registered:
//!
//! **A snapshot hides the span of whoever enters it**, also if it holds none. So
//! `future.in_current_snapshot().instrument(span)` is polled outside `span`: the snapshot is entered
//! last. Write `future.instrument(span).in_current_snapshot()`, or take the snapshot within
//! the span.
//!
//! **A callback that is captured at start-up runs outside any span**, also when it is called in
//! a request, as its variables are those of the start. Capture nothing for what is to see its
//! caller's context, or register the companion with `only_captured`.
//!
//! **A guard from outside must not be dropped inside**: of a span that was entered outside, or of
//! an attached OpenTelemetry context. It would take away what is entered again afterwards.
//!
//! **Within one subscriber or SDK alone.** What is current is that of the subscriber that is the
//! default where a snapshot is entered; a span that is entered in another one stays entered.
//!
//! # Exported variables
//!
//! **[`LIMIT`](crate::carrier::LIMIT) is for each text.** How many bytes all headers may have
//! together is the server's to say, and the list's length is yours.
//!
//! **A carrier is not signed.** Who can send a request can send any value.
//!
//! **A map from `String` to `String` compares keys as they are**, also one that was filled
//! from HTTP headers in mixed case. `http::HeaderMap` ignores case.
//!
//! **What reads and writes your values is your code**, and it may panic. What this crate does
//! with what is sent does not.
//!
//! # Values
//!
//! **A value that is being read outlives the end of its binding.** If the code inside
//! [`Variable::with`] ends the binding that it reads, the value is dropped when the
//! outermost such `with` returns.
//!
//! **Frees that nest deep are deferred.** When values own snapshots that own values, the
//! 33rd nested drop and those below it run after the ones above, but before the outermost
//! drop returns.
//!
//! **A panic in the drop of one value doesn't keep others from being dropped, but a second
//! one ends the process**, as everywhere in Rust where a drop panics while unwinding.
//!
//! **A mapping can be referred to 2³¹ times.** A program that forgets more snapshots than that
//! (`mem::forget`) is ended, as with `Arc`.
//!
//! **Values must be `Send + Sync + 'static`**, because any snapshot may be sent to any
//! thread.
//!
//! **A value that holds a snapshot which shows it is never freed**, as with any two `Arc`s.
//! [What to leave out](super::patterns::what_to_leave_out) has this and more.
//!
//! # Threads and control flow
//!
//! **A stackful coroutine that is suspended inside a scope may end the process.** The crate
//! relies on scopes ending in the order of the stack. A coroutine may be suspended inside a
//! `run`, a `Snapshot::run` or a poll, as long as it leaves that before any scope that began
//! earlier on the thread ends, and after all that began later have ended. Otherwise the
//! process is ended with a sentence on the standard error stream, before anything is freed.
//! While it is suspended, the thread sees the values of its scope. (Async functions, and
//! generators that can't suspend inside a closure's call, are fine.)
//!
//! **A coroutine must not be suspended inside [`Variable::with`] beyond the end of the scope
//! that bound the value**, nor may the `Clone` of a value that [`get`](crate::Variable::get)
//! reads. Such a read counts nothing and leaves no trace, so this is not found: it is the one
//! way to undefined behaviour that is known, and takes a library that switches stacks. Where
//! guards or swaps are in the scope, reads are noted, and it ends the process too. The same
//! goes for `longjmp` over a scope or a read, which is `unsafe` to call.
//!
//! **What a thread returns or panics with is not inside.** If no one joins it, it is dropped
//! after the closure has ended, and so are the thread's locals: nothing is bound then.
//!
//! **`process::exit` drops no values of scopes on the stack**, as is usual. What the calling
//! thread's root holds is let go if it is called outside of every scope and every read.
//!
//! **A panic in the drop of what a thread's root holds is caught** when the thread ends: the
//! panic hook reports it, and nobody gets its payload. (In a thread-local's destructor it
//! would end the process.)
//!
//! # Allocators
//!
//! **A global allocator may read, capture, run scopes, and bind variables for the first time.**
//! It sees what was current before the operation that allocates, or what is current after it.
//! A guard that it enters must be dropped before it returns, and is best entered in a scope of
//! its own: one entered on a frame whose guards are being put in order at that moment ends the
//! process with a sentence. What it binds while [`lost`](crate::lost) writes a binding down is
//! missing in reports.
//!
//! # Cost
//!
//! **Five or more scopes one in the other, each captured, in a loop,** make a map of some 16
//! entries in each turn where they cross a multiple of about 15 live bindings: bounded,
//! but not amortised. Up to four don't.
//!
//! **The bloom mask has 32 bits.** Under 32 or more uncaptured bindings it is full,
//! and a miss walks up to 64 steps.
//!
//! **All uninherited variables have one bit of it together**, so where one is bound, a read of
//! another that isn't walks to the end. And the first detached spawn under more than 16
//! bindings, uninherited ones among them, goes through all of those. What is left is kept for the
//! next spawn.
//!
//! # Platforms
//!
//! **The crate needs `std`.** Where a target has no 64-bit atomics, ids are kept in those of
//! `portable-atomic`, so a read takes longer there.
//!
//! **Tested**: all tests run on 64-bit Linux on x86. The tests without features have also been
//! run, by hand and shortened, on 32-bit Linux on x86.
//!
//! **Compiled only**: the gate checks that the crate compiles for 32-bit Linux on x86 and on
//! PowerPC (big-endian, no 64-bit atomics), NetBSD, illumos, macOS on ARM, Windows (`gnu`) and
//! WebAssembly (`unknown-unknown`, `wasip1`). On WebAssembly tokio has no workers, so
//! `tokio-rt-multi-thread` is left out.
//!
//! **A [`thread::Scope`](crate::thread::Scope) is `RefUnwindSafe` where `std`'s is**: not on
//! NetBSD and illumos.
//!
//! # Not verified
//!
//! The tests run under valgrind, the address and the thread sanitizer, loom and shuttle, on 64-bit
//! Linux. Only some of them have been run under Miri, and none with other platforms' teardown
//! of thread-locals.
//!
//! [`Variable::run`]: crate::Variable::run
//! [`Variable::scope`]: crate::Variable::scope
//! [`Variable::with`]: crate::Variable::with
//! [`enter`]: crate::Variable::enter
//! [`enter_task`]: crate::Variable::enter_task
//! [`async_context_swap`]: crate::agent::async_context_swap
