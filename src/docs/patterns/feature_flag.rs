//! Feature flags that are decided once for each request.
//!
//! *Use it* where a flag may change while requests run, or differs between users. The boundary
//! decides, the leaf reads, and the code in between does not deal with the feature.
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
//!     let flags = FLAGS.get().unwrap_or_default(); // without a decision, all are off
//!     if flags.new_tax { amount / 4 } else { amount / 5 }
//! }
//! async fn invoice() -> (u32, u32) {
//!     let net = tax(100);
//!     std::future::ready(()).await; // here the flag may change
//!     (net, tax(100))
//! }
//! async fn serve(user: &str) -> (u32, u32) {
//!     let flags = Flags { new_tax: user == "ann" }; // decided once
//!     FLAGS.scope(flags, invoice()).await
//! }
//! assert_eq!(block_on(serve("ann")), (25, 25));
//! assert_eq!(block_on(serve("bob")), (20, 20));
//!
//! // A test, or a comparison of both variants, binds the flags directly.
//! let both = [true, false].map(|new_tax| FLAGS.run(Flags { new_tax }, || tax(100)));
//! assert_eq!(both, [25, 20]);
//! ```
//!
//! *Without it:* each leaf checks the flag, and a request during a change combines the old and the
//! new behavior.
//!
//! *Pitfalls:* a lost context means the old behavior, and no error. This is fine for flags, but is
//! the reason why a [tenant](super::tenant) has no default. A job that is stored for later, as in a
//! database, stores the decision too. A [cache](super::cache) whose content depends on a flag has
//! the flag in its key.
