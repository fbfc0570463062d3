//! How a mapping is kept: fast because it does nothing until it is asked.
//!
//! Atomic operations cost more than an allocation, and most scopes are never captured.
//! So a binding starts out *borrowing* what lies beneath it, and comes to *own* it only
//! when somebody takes a snapshot.
//!
//! # Nodes
//!
//! [`Variable::run`](crate::Variable::run) makes one node: the variable's id, the value,
//! and a pointer to the node beneath. The thread's slot points to the topmost node. The
//! node beneath is kept alive by the enclosing `run`, which is still on the stack, so the
//! pointer needs no count. When `run` ends and nobody captured, the node is freed without
//! an atomic operation, and the thread keeps its memory for the next one of that size: up
//! to sixteen blocks, until the thread ends. (Debug builds give each back at once, so that
//! valgrind and the sanitizers see what is used after its end.)
//!
//! ```text
//! head ··> C = 3 ··> B = 2 ··> A = 1          ··>  borrowed, no count
//! ```
//!
//! A node has two counts, because a value's life is apart from its link's life:
//!
//! - **link**: references to the node as the head of a chain. While there is one, it
//!   keeps the node beneath, and one reference to the value.
//! - **val**: references to the value and the memory. They keep nothing else.
//!
//! # Capture
//!
//! A capture makes every borrowing node from the head down own a *clean* parent: a chain
//! that shows the same as before but for the node's own variable. The head stays the same
//! pointer. Then it takes one link reference. The next capture finds the head owned
//! already, and only counts.
//!
//! The invariant is that **the chain of an owned node binds no variable twice**. So what a
//! snapshot keeps alive is exactly what it shows, and a shadowed value goes with its own
//! scope, however long the snapshot lives.
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
//! The box is a *segment*: references to several values in one step, for what lies above
//! a removed binding. If the shadowed binding lies directly beneath, there is no segment:
//! the new parent is what lies beneath that one.
//!
//! # Long mappings
//!
//! A read asks the newest node first, then its bloom mask, so a variable that is not bound
//! is usually found missing at once, and then walks along the chain. Ids that are 0 modulo
//! 32 are given to no variable: the bit of those is in no mask, and a variable that was
//! never bound is looked for by it. Up to 16 steps the walk is the fastest look-up there
//! is. A
//! longer chain is *folded* when it becomes owned: what lies beneath as one node with a
//! persistent map of value references. The map is cached in the node that it was made
//! for, so everything above shares it. It is made for a node that is seen to stay, or for
//! one three steps beneath, with single values over it: else a loop of short scopes at that
//! very length would make a map in each turn. Scopes that nest 64 deep without a capture are
//! folded too, so that a walk, and the work of the next capture, stay bounded.
//!
//! # Uninherited variables
//!
//! Detached work inherits everything but the [uninherited](crate::Variable::uninherited)
//! variables. Ids that are 31 modulo 32 belong to those, and to no others, so they have
//! one bit of the bloom mask to themselves, and it is kept exact in what is owned. To
//! inherit is to capture and to look at that bit of the head. Only where it is set the
//! chain is walked once, to the last uninherited binding. What lies above that becomes a segment
//! without the uninherited ones. A map is filtered, and the result kept in it.
//!
//! # Frames, guards, swaps
//!
//! Each `run`, each [`Snapshot::run`](crate::Snapshot::run) and each poll of a
//! [`Scoped`](crate::Scoped) future that is on a thread's stack has a *frame*. The frame
//! of a call lies on the stack, that of a future in the future. On the way out, also by a
//! panic, the head and the frame before are put back first. Only then is anything
//! dropped, so a value's drop runs in the mapping outside.
//!
//! A guard is a node with an *entry*, and the entries of a frame are a list that hangs on
//! it. That is why a guard follows its task: between polls its node and its entry hang on
//! the future's frame, and the thread knows nothing of them.
//!
//! ```text
//! thread ··> frame of run ··> frame of poll ──> entry of guard 2 ──> entry of guard 1
//!                             (in the future)
//! ```
//!
//! As long as the newest guard goes first, the list is a stack: each guard knows what the
//! frame showed before it, which is what shows when it goes. The first guard that is dropped
//! out of order, or inside an inner frame, turns the guards of the frame into a *table*. That
//! knows which guards bind each variable, in the order in which they were entered, and holds
//! one owned mapping, which it derives anew from the one before when a guard comes or goes:
//! `O(log n)` for `n` guards, whatever the order. In a table a guard holds its value and
//! nothing else, so no value dies with a mapping that is replaced. When its last guard goes,
//! the table goes too. A guard that hides a variable makes a table at once: it is noted among the
//! guards of the variable, and while it is the newest the mapping binds none. A swap is an entry without a node; what it hides keeps its value for
//! its guard and gives up everything else.
//!
//! tokio's hooks before and after a poll are two calls with nothing around them, so they
//! can't hold a frame on the stack. There the frame lies on the heap, and a swap is its
//! oldest entry, which holds what the task started with. It is closed only as the running
//! frame and with no read in it; a frame that is closed out of turn stays in the list and
//! is never freed. tokio may let another worker poll the task before it calls the hook after
//! the last poll, and that worker waits for the frame. So that hook closes the frame before
//! it runs any user code: a hook of the user's, the drop of a companion's context or of a
//! value. What shows there is a capture, made only if there is such a hook or context.
//!
//! In a frame with entries a program may end what it is reading, so there a read is noted
//! on a list of the thread, a *hazard*, and whoever lets go looks at that list first. In all
//! other frames what shows can't end before the frame does, and a read does nothing at
//! all: it does not even ask which frame it is in. While a frame with entries runs, the
//! thread's head is no node of the mapping but a *cover*, one node per thread that is no
//! binding, says of every key that it may lie beneath, is not owned, and is longer than any
//! chain. A read, a capture and a new binding each come to a slow way there by a test that
//! they make anyway, and only that goes on to the head of the newest entry.
//!
//! # Letting go
//!
//! A chain comes apart in a loop over the parents. Values that hold snapshots that hold
//! values would still recurse; when frees nest deeper than 32, the rest wait in a queue
//! that the outermost one empties before it returns.
//!
//! # The argument for memory safety
//!
//! ## The states of a node
//!
//! | state | begins | who may touch it | ends |
//! |---|---|---|---|
//! | *borrowing* | a scope or a guard binds | the thread that runs the scope, alone: it reads and writes all fields | the scope ends, and the node is freed; or a capture owns it |
//! | *unstarted* | `Variable::scope` makes a scope | the scope, and, if its snapshot is taken, holders of value references: it is owned, over nothing | the scope is first driven or dropped: it is *borrowing* again for a moment, on the thread that drives, and owned over what is current |
//! | *owned* | a capture on the thread that runs the scope writes its final parent, mask and length, then sets `owned` | any thread reads those fields, which no one writes any more, and counts references | the last link goes: the parent, the cached map and one value reference are given up |
//! | *value only* | the last link is gone, or (in a table) the scope gave it up | holders of value references read the value, the key and the count | the last value reference goes: the value is dropped and the memory freed |
//!
//! There is no way back. A node that is read through a reference is kept by one of four: the
//! scope that made it, which ends later than the read because scopes end in the order of the
//! stack; a link; a value reference; or, where the reading code could end the scope's hold, a
//! hazard that takes over the reference.
//!
//! ## The rules, and what fails without them
//!
//! | rule | relied on in | the test that fails without it |
//! |---|---|---|
//! | Scopes end in the order of the stack; one that does not ends the process before anything is freed | `run.rs`, `task.rs`, `hazard.rs` | `a_stranded_scope_ends_the_process` |
//! | A guard does nothing unless a frame that runs on its thread has its list | `guard.rs` | `guards_follow_their_task`, `guards_remove_their_own_binding_in_any_order` |
//! | A frame stores the frame around it each time it is entered; an equal address proves nothing | `run.rs` | `a_frame_may_lie_where_another_lay`, under Miri |
//! | Only the thread that runs a scope writes its nodes, and only until they are owned | `ownership.rs`, `node.rs` | the models of `tests/loom.rs`; `random_threads_keep_values_exactly_as_long_as_they_show` under the thread sanitizer |
//! | Where a scope starts, its node is written, to which others have value references at most | `start.rs` | the models `a_scope_starts_elsewhere` and `two_threads_look_at_an_unstarted_scope` of `tests/loom.rs`; `a_scope_starts_where_it_is_first_driven` under Miri |
//! | A node is not written once it is owned, also if an allocator captures in between | `ownership.rs` | `an_allocator_may_read_capture_and_bind` |
//! | The head is switched before a value is dropped | `run.rs`, `close.rs`, `swap.rs` | `everything_may_be_re_entered`, `a_scope_restores_what_was_before` |
//! | Whatever holds several values lets go of each, also if a drop panics | `release.rs`, `close.rs`, `table.rs`, `run.rs` | `a_panicking_drop_leaks_no_other_value` |
//! | Where guards or swaps are, a read leaves a hazard, which holds what is let go | `hazard.rs`, `entry.rs`, `swap.rs` | `everything_may_be_re_entered` |
//! | At a thread's end the root is let go only if nothing runs and nothing is read | `root.rs` | `an_exit_lets_go_of_nothing_in_use` |
//! | The thread's slot has no destructor | `thread.rs` | `everything_may_be_re_entered`, inside the destructor of a thread-local |
//! | Ids are not reused | `key.rs`, `ids.rs` | `variables_are_never_confused`, `guards_follow_their_task` |
//! | A variable's id stands for its type | `key.rs` | the compile-fail tests in `must_not_compile.rs` |
//! | A clean chain binds no variable twice | `ownership.rs`, `fold.rs` | `a_snapshot_keeps_exactly_what_it_shows`, `random_programs_match_the_model` |
//! | A decrement is Release, and the last one is followed by Acquire | `release.rs` | the models of `tests/loom.rs` |
//! | A count changes in one step, and each reference is counted and given up once | `node.rs`, `ownership.rs`, `release.rs` | the models of `tests/loom.rs`; `tests/shuttle.rs` |
//! | What is kept in a node is set once; a thread that was second gives up its own | `fold.rs`, `inherit.rs` | `two_threads_fold_one_node` and `two_threads_inherit_from_one_map` under loom; `tests/shuttle.rs` |
//! | A task's frame that hooks open is one thread's at a time, in the order of `owner`'s acquires and releases | `hooked_task.rs` | the models of `hooked_task/models.rs` |
//! | A variable's id is taken once, and a thread that sees a binding sees it | `key.rs` | the models of `key/models.rs` |
//! | Drops that nest are counted wherever a value may own a mapping | `steps.rs`, `release.rs` | `deep_chains_drop_on_a_small_stack` |
//! | A block of memory is in use or on one list | `pool.rs` | its unit test, and valgrind on release builds |
//!
//! ## What is assumed of others
//!
//! - No one unwinds or jumps over a scope but by a panic (`longjmp`, a cancelled POSIX thread).
//! - A stackful coroutine is not suspended inside [`Variable::with`](crate::Variable::with)
//!   for longer than the value is bound: such a read leaves no trace that could be checked
//!   ([`limitations`](super::limitations)).
//! - An allocator that enters a guard drops it before it returns.
//! - The pointers of `triomphe`, by which parts of a map are shared, order what they count,
//!   as `Arc`'s do. loom and shuttle do not see them; the thread sanitizer does.
//!
//! ## What is not verified
//!
//! The argument is made in words and tried by tests, under loom, shuttle, Miri, valgrind and the
//! sanitizers. No part of it is proved by a machine. loom explores models of two or three threads
//! and a handful of operations, the largest within bounds of preemption. shuttle tries random
//! schedules of larger programs, a sample of them, and knows no orderings but sequential
//! consistency. Under both, mappings count as long sooner than they do for users.
