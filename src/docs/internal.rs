//! The representation of mappings, and the argument for memory safety.
//!
//! Atomic operations cost more than an allocation, and most scopes are never captured. A binding
//! therefore starts by *borrowing* the bindings beneath it, and *owns* them only once a snapshot is
//! captured.
//!
//! # Nodes
//!
//! [`Variable::run`](crate::Variable::run) creates one node: the variable's id, the value, and a
//! pointer to the node beneath. The thread's slot points to the topmost node. The enclosing `run`,
//! which is still on the stack, keeps the node beneath alive, so the pointer needs no count. When
//! `run` ends without a capture, the node is freed without an atomic operation, and the thread
//! keeps its memory for the next node of that size: up to sixteen blocks, until the thread ends.
//! (Debug builds return each block immediately, so that Valgrind and the sanitizers detect uses
//! after its end.)
//!
//! ```text
//! head ··> C = 3 ··> B = 2 ··> A = 1          ··>  borrowed, no count
//! ```
//!
//! A node has two counts, because the lifetime of a value is independent of the lifetime of its
//! link:
//!
//! - **link**: references to the node as the head of a chain. While there is one, the node keeps
//!   the node beneath alive, and one reference to the value.
//! - **val**: references to the value and the memory. They keep nothing else alive.
//!
//! # Capture
//!
//! A capture makes every borrowing node from the head down own a *clean* parent: a chain with the
//! same bindings as before except that of the node's own variable. The head stays the same pointer.
//! Then the capture takes one link reference. The next capture finds the head already owned, and
//! only counts.
//!
//! The invariant is that **the chain of an owned node binds no variable twice**. A snapshot
//! therefore keeps alive exactly the values that can be read in it, and a shadowed value is dropped
//! with its own scope, however long the snapshot lives.
//!
//! ```text
//! run A=1 { run B=2 { run A=3 { capture } } }
//!
//! before:  head ··> A=3 ··> B=2 ··> A=1
//!
//! after:   head, snapshot ──> A=3 ──> [ val of B ]         ──>  counted
//!                             B=2 ──> A=1                  held by their own runs only
//! ```
//!
//! The box is a *segment*: references to several values in one node, for the bindings above a
//! removed one. If the shadowed binding is directly beneath, there is no segment: the new parent is
//! the node beneath that binding.
//!
//! # Long mappings
//!
//! A read checks the newest node, then its Bloom mask, so that most reads of unbound variables end
//! there, and then walks the chain. No variable has an id that is 0 modulo 32: the bit of these ids
//! is in no mask, and a variable that was never bound is looked up with it. Up to 16 steps, the
//! walk is the fastest look-up. A longer chain is *folded* when it becomes owned: the part beneath
//! becomes one node with a persistent map of value references. The map is cached in the node for
//! which it was created, so all nodes above share it. It is created for a long-lived node, or for
//! one three steps beneath, with single values above it: otherwise a loop of short scopes at
//! exactly that length would create a map in each iteration. Scopes that nest 64 deep without a
//! capture are folded too, so that a walk, and the work of the next capture, stay bounded.
//!
//! # Uninherited variables
//!
//! Detached work inherits everything except the [uninherited](crate::Variable::uninherited)
//! variables. Exactly these have ids that are 31 modulo 32, so they have one bit of the Bloom mask
//! of their own, which is exact in owned chains. To inherit, a spawn captures and checks that bit
//! of the head. If it is set, the chain is walked once, to the last uninherited binding. The
//! bindings above it become a segment without the uninherited ones. A map is filtered, and the
//! result cached in it.
//!
//! # Frames, guards, swaps
//!
//! Each `run`, each [`Snapshot::run`](crate::Snapshot::run) and each poll of a
//! [`Scoped`](crate::Scoped) future on a thread's stack has a *frame*. The frame of a call is on
//! the stack, that of a future in the future, until the drop of the future moves it to the stack. At
//! the end of the frame, also by a panic, the previous head and frame are restored first. Values are
//! dropped only then, so a value's drop runs in the outer mapping.
//!
//! A guard is a node with an *entry*, and the entries of a frame are a list that the frame owns.
//! This is why a guard follows its task: between polls its node and its entry belong to the
//! future's frame, and the thread has no reference to them.
//!
//! ```text
//! thread ··> frame of run ··> frame of poll ──> entry of guard 2 ──> entry of guard 1
//!                             (in the future)
//! ```
//!
//! As long as the newest guard is dropped first, the list is a stack: each guard stores the head
//! from before it, which is restored when it is dropped. The first guard that is dropped out of
//! order, or inside an inner frame, turns the guards of the frame into a *table*. The table stores
//! the guards of each variable, in the order in which they were entered, and one owned mapping,
//! which it derives from the previous one when a guard is entered or dropped: `O(log n)` for `n`
//! guards, in any order. In a table a guard holds its value and nothing else, so no value is
//! dropped with a mapping that is replaced. When its last guard is dropped, the table is dropped
//! too. A guard that hides a variable creates a table immediately: it is stored among the guards of
//! the variable, and while it is the newest, the mapping does not bind the variable. A swap is an
//! entry without a node; the bindings that it replaces keep their values for their guards and give
//! up everything else.
//!
//! tokio's hooks before and after a poll are two separate calls, so they can't hold a frame on the
//! stack. Their frame is on the heap, and its oldest entry is a swap, which holds the mapping that
//! the task started with. It is closed only as the running frame and without a read in it; a frame
//! that is closed out of order stays in the list and is never freed. tokio may let another worker
//! poll the task before it calls the hook after the last poll, and that worker waits for the frame.
//! The hook therefore closes the frame before it runs any user code: a hook of the user, the drop
//! of a companion's context or of a value. That code runs in a captured mapping, which is captured
//! only if there is such a hook or context.
//!
//! In a frame with entries, code may end the binding that it is reading. There a read is recorded
//! on a list of the thread, as a *hazard*, and code that releases values checks that list first. In
//! all other frames a binding can't end before the frame does, and a read has nothing to record: it
//! does not even check which frame it is in. While a frame with entries runs, the thread's head is
//! not a node of the mapping but a *cover*: one node per thread that is not a binding, whose mask
//! has every bit, that is not owned, and whose length exceeds that of any chain. A read, a capture
//! and a new binding each reach a slow path there by a test that they make anyway, and the slow
//! path continues with the head of the newest entry.
//!
//! # Releasing
//!
//! A chain is freed in a loop over the parents. Values that hold snapshots that hold values would
//! still recurse; drops that nest deeper than 32 are put into a queue, which the outermost drop
//! empties before it returns.
//!
//! # The argument for memory safety
//!
//! ## The states of a node
//!
//! | state | begins | access | ends |
//! |---|---|---|---|
//! | *borrowing* | a scope or a guard binds | only the thread that runs the scope: it reads and writes all fields | the scope ends, and the node is freed; or a capture makes it owned |
//! | *unstarted* | `Variable::scope` creates a scope | the scope, and, if its snapshot is captured, holders of value references: it is marked as owned, with no parent | the scope is first driven or dropped: on that thread it is *borrowing* for a moment, and then owned, on top of the current mapping |
//! | *owned* | a capture on the thread that runs the scope writes its final parent, mask and length, then sets `owned`; segments, maps, and the nodes of `Snapshot::with` and of guards in a table are created owned | any thread reads those fields, which are not written any more, and counts references | the last link is dropped: the parent, the cached map and one value reference are released |
//! | *value only* | the last link is dropped | holders of value references read the value, the key and the count | the last value reference is dropped: the value is dropped and the memory freed |
//!
//! No state is entered again. A node that is read through a reference is kept alive by one of four:
//! the scope that created it, which ends later than the read because scopes end in stack order; a
//! link; a value reference; or, where the reading code could end the scope's reference, a hazard
//! that takes over the reference.
//!
//! In the code, a link reference is a `Chain` and a value reference a `Value` (`release.rs`). An
//! owned node to which a link is held is read through the typed pointer `Owned` (`owned.rs`),
//! without `unsafe`.
//!
//! ## The rules, and what fails without them
//!
//! | rule | relied on in | the test that fails without it |
//! |---|---|---|
//! | Scopes end in stack order; one that does not aborts the process before anything is freed | `run.rs`, `running.rs`, `hazard.rs` | `a_stranded_scope_ends_the_process` |
//! | A guard does nothing unless a frame that runs on its thread has its list | `guard.rs` | `guards_follow_their_task`, `guards_remove_their_own_binding_in_any_order` |
//! | A frame stores the enclosing frame each time it is entered; an equal address proves nothing | `run.rs` | `a_frame_may_lie_where_another_lay`, under Miri |
//! | Only the thread that runs a scope writes its nodes, and only until they are owned | `ownership.rs`, `node.rs` | the models of `tests/loom.rs`; `random_threads_keep_values_exactly_while_visible` under the thread sanitizer |
//! | Where a scope starts, its node is written; others have at most value references to it | `start.rs` | the models `a_scope_starts_elsewhere` and `two_threads_look_at_an_unstarted_scope` of `tests/loom.rs`; `a_scope_starts_where_it_is_first_driven` under Miri |
//! | A node is not written once it is owned, even if an allocator captures in between | `ownership.rs` | `an_allocator_may_read_capture_and_bind` |
//! | The head is replaced before a value is dropped | `run.rs`, `guard.rs`, `close.rs`, `swap.rs` | `everything_may_be_re_entered`, `a_scope_restores_what_was_before` |
//! | Code that holds several values drops each, even if a drop panics | `release.rs`, `close.rs`, `table.rs`, `run.rs` | `a_panicking_drop_leaks_no_other_value` |
//! | In frames with guards or swaps, a read records a hazard, which takes over a released value | `read.rs`, `hazard.rs`, `entry.rs`, `swap.rs` | `everything_may_be_re_entered` |
//! | At a thread's end the root is released only if no scope runs and no value is read | `root.rs` | `an_exit_drops_nothing_in_use` |
//! | The thread's slot has no destructor, nor have the other thread-locals that a scope uses | `thread.rs`, `cover.rs`, `hazard.rs`, `attachments.rs`, `ids.rs`, `release.rs`, `pool.rs` | `everything_may_be_re_entered`, inside the destructor of a thread-local |
//! | Ids are not reused | `key.rs`, `ids.rs` | `variables_are_never_confused`, `guards_follow_their_task` |
//! | A variable's id determines its type | `key.rs` | the compile-fail tests in `must_not_compile.rs` |
//! | A clean chain binds no variable twice | `ownership.rs`, `fold.rs` | `a_snapshot_keeps_exactly_its_visible_values`, `random_programs_match_the_model` |
//! | A decrement is Release, and the last one is followed by Acquire | `release.rs` | the models of `tests/loom.rs` |
//! | A count changes in one step, and each reference is counted and given up once | `node.rs`, `release.rs`, `owned.rs`, `ownership.rs` | the models of `tests/loom.rs`; `tests/shuttle.rs` |
//! | A cache in a node is set once; a thread that comes second drops its own result | `node.rs`, `owned.rs`, `fold.rs`, `inherit.rs` | `two_threads_fold_one_node` and `two_threads_inherit_from_one_map` under loom; `tests/shuttle.rs` |
//! | A task's frame that hooks open belongs to one thread at a time, in the order of `owner`'s acquires and releases | `hooked_task.rs` | the models of `hooked_task/models.rs` |
//! | A variable's id is assigned once, and a thread that sees a binding sees the id | `key.rs` | the models of `key/models.rs` |
//! | Nested drops are counted wherever a value may own a mapping | `steps.rs`, `release.rs` | `deep_chains_drop_on_a_small_stack` |
//! | A block of memory is in use or on one list | `pool.rs` | its unit test, and Valgrind on release builds |
//!
//! ## Assumptions about other code
//!
//! - No code unwinds or jumps over a scope except by a panic (no `longjmp`, no cancelled POSIX
//!   thread).
//! - A stackful coroutine is not suspended inside [`Variable::with`](crate::Variable::with) for
//!   longer than the value is bound: such a read is not recorded, so it can't be checked
//!   ([`limitations`](super::limitations)).
//! - An allocator that enters a guard drops it before it returns.
//! - The pointers of `triomphe`, by which parts of a map are shared, synchronize as `Arc`'s do.
//!   loom and shuttle do not model them; the thread sanitizer checks them.
//!
//! ## What is not verified
//!
//! The argument is informal, and is tested under loom, shuttle, Miri, Valgrind and the sanitizers.
//! No part of it is machine-checked. loom explores models of two or three threads and a few
//! operations, the largest with a preemption bound. shuttle runs a sample of random schedules of
//! larger programs, with sequential consistency as the only ordering. Under both, mappings are
//! folded at shorter lengths than in normal builds.
