//! Feature flags: decided once for a request, the same for all of it.
//!
//! *Use it* where a flag may change while requests run, or differs between users. The
//! boundary decides, the leaf reads, and no one in between has heard of the feature.
//!
//! ```
//! use asynccontext::Variable;
//! # use futures::executor::block_on;
//!
//! #[derive(Clone, Copy, Default)]
//! struct Flags { new_tax: bool }
//! static FLAGS: Variable<Flags> = Variable::named("flags");
//!
//! fn tax(amount: u32) -> u32 {
//!     let flags = FLAGS.get().unwrap_or_default(); // where nobody decided, all is off
//!     if flags.new_tax { amount / 4 } else { amount / 5 }
//! }
//! async fn invoice() -> (u32, u32) {
//!     let net = tax(100);
//!     std::future::ready(()).await; // here the flag's switch may be turned
//!     (net, tax(100))
//! }
//! async fn serve(user: &str) -> (u32, u32) {
//!     let flags = Flags { new_tax: user == "ann" }; // asks the switch once
//!     FLAGS.scope(flags, invoice()).await
//! }
//! assert_eq!(block_on(serve("ann")), (25, 25));
//! assert_eq!(block_on(serve("bob")), (20, 20));
//!
//! // A test, or a comparison of both ways, binds what it wants.
//! let both = [true, false].map(|new_tax| FLAGS.run(Flags { new_tax }, || tax(100)));
//! assert_eq!(both, [25, 20]);
//! ```
//!
//! *Without it:* each leaf asks the switch, and a request that is under way when it is
//! turned adds up one half of the old and one of the new.
//!
//! *Pitfalls:* a lost context means old behaviour, and no error: good for flags, and the
//! reason why a [tenant](super::tenant) has no default. What is stored for later, a job in a
//! database, stores the decision with it. A [cache](super::cache) whose content depends on a
//! flag has it in its key.
