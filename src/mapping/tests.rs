//! Tests of private properties: sizes, shapes of chains, and the invariant.

use std::sync::Arc;

use super::entry::Guarded;
use super::fold::image;
use super::node::{Kind, Node};
use super::steps::{Bound, entries_of, map_of};
use super::*;

type Count = Arc<()>;

fn capture() -> Link {
    super::capture("test")
}

/// The numbers of steps and of bindings in a chain.
fn shape(link: &Link) -> (usize, usize) {
    let (mut steps, mut bindings) = (0, 0);
    let mut step = link.node();
    while !step.is_null() {
        // SAFETY: the link keeps the chain live.
        unsafe {
            steps += 1;
            bindings += match (*step).kind {
                Kind::Binding => 1,
                Kind::Segment => entries_of(step).len(),
                Kind::Map => map_of(step).size(),
            };
            assert!((*step).owned.get(), "what is captured is owned");
            step = (*step).parent.get();
        }
    }
    (steps, bindings)
}

/// Whether no key is bound twice, and `bloom` and `len` are right.
fn is_clean(link: &Link) -> bool {
    let mut ids = link.ids();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if link.is_empty() {
        return true;
    }
    // SAFETY: the link keeps the chain live.
    let (bloom, len) = unsafe { ((*link.node()).bloom.get(), (*link.node()).len.get()) };
    let covered = ids.iter().all(|id| bloom & node::bit(*id) != 0);
    let (steps, bindings) = shape(link);
    ids.len() == all && covered && bindings == all && usize::from(len) >= steps && len <= SHORT
}

fn keys<const N: usize>() -> [Key<Count>; N] {
    std::array::from_fn(|_| Key::new("".into()))
}

/// Calls `f` inside one `run` for each key.
fn nest<R>(keys: &[Key<Count>], f: &mut dyn FnMut() -> R) -> R {
    match keys {
        [first, rest @ ..] => run(first, Arc::default(), || nest(rest, f)),
        [] => f(),
    }
}

/// The bytes that debug builds add to a node and to a link, and twice to a frame.
#[cfg(target_pointer_width = "64")]
const DEBUG: usize = if cfg!(debug_assertions) { 8 } else { 0 };

#[cfg(target_pointer_width = "64")]
#[test]
fn sizes() {
    assert_eq!(size_of::<Node>(), 48 + DEBUG);
    assert_eq!(size_of::<Bound<u64>>(), 48 + DEBUG + 8);
    assert!(size_of::<Guarded<u64>>() <= 48 + DEBUG + 8 + 48);
    assert_eq!(size_of::<Scoped<()>>(), 24 + 3 * DEBUG);
}

/// At no length does a loop of short scopes create a map in every iteration.
#[test]
fn maps_are_made_for_what_stays() {
    let stay: [Key<Count>; 70] = keys();
    let come_and_go: [Key<Count>; 4] = keys();
    for (all, captured_each) in (0..=stay.len()).flat_map(|all| [(all, false), (all, true)]) {
        nest(&stay[..all], &mut || {
            let mut turns = Vec::new();
            for _ in 0..5 {
                step(&come_and_go, captured_each, &mut || turns.push(capture()));
            }
            assert!(turns.iter().all(is_clean));
            let maps: Vec<_> = turns.iter().map(map_beneath).collect();
            assert_eq!(maps[3], maps[4], "{all} beneath, each captured: {captured_each}");
        });
    }

    /// The map at the end of the chain, or null.
    fn map_beneath(link: &Link) -> *const Node {
        let mut step = link.node();
        // SAFETY: the link keeps the chain live.
        unsafe {
            while !step.is_null() && (*step).kind != Kind::Map {
                step = (*step).parent.get();
            }
        }
        step
    }

    fn step(keys: &[Key<Count>], captured_each: bool, f: &mut dyn FnMut()) {
        let [first, rest @ ..] = keys else { return f() };
        run(first, Arc::default(), || {
            let _kept = captured_each.then(capture);
            step(rest, captured_each, f);
        });
    }
}

#[test]
fn a_shadowed_binding_leaves_the_chain() {
    let [a, b, c] = keys();
    let (top, middle, bottom) = run(&a, Arc::default(), || {
        run(&b, Arc::default(), || {
            let top = run(&b, Arc::default(), capture); // directly above
            let bottom = run(&c, Arc::default(), || run(&a, Arc::default(), capture));
            (top, capture(), bottom)
        })
    });
    assert_eq!((shape(&top), shape(&middle)), ((2, 2), (2, 2)));
    assert_eq!(shape(&bottom), (2, 3)); // the node and one segment
    assert!(is_clean(&top) && is_clean(&middle) && is_clean(&bottom));
}

/// A chain stays short, whatever was bound and shadowed: a longer one becomes a map.
#[test]
fn a_long_mapping_is_folded() {
    let keys: [Key<Count>; 200] = keys();
    for many in [1, 14, 15, 16, 17, 31, 32, 64, 65, 66, 130, 200] {
        nest(&keys[..many], &mut || {
            let link = capture();
            let (steps, bindings) = shape(&link);
            assert!(is_clean(&link) && bindings == many && steps <= usize::from(SHORT), "{many}: {steps}");
            for key in [&keys[0], &keys[many / 2], &keys[many - 1]] {
                let again = run(key, Arc::default(), capture);
                assert!(is_clean(&again) && shape(&again).1 == many, "{many}");
            }
        });
    }
}

/// In deeply nested scopes, the chain beneath is folded even without a capture.
#[test]
fn scopes_that_nest_deep_are_bounded() {
    let keys: [Key<Count>; 300] = keys();
    nest(&keys, &mut || {
        let head = thread::thread(thread::Thread::shown);
        // SAFETY: it is the current head.
        let len = unsafe { (*head).len.get() };
        assert!(len <= DEEP, "{len}");
        for key in &keys {
            assert!(with(key, |value| value.is_some()));
        }
    });
}

/// Chained captures, each of which binds one of a few variables, don't grow.
#[test]
fn chained_captures_keep_their_shape() {
    for variables in [1, 2, 5, 15, 16, 17, 40] {
        let keys: Vec<Key<Count>> = (0..variables).map(|_| Key::new("".into())).collect();
        let mut link = Link::empty();
        for turn in 0..variables * 20 {
            let key = &keys[turn % variables];
            link = run_in(&link, || run(key, Arc::default(), capture));
            let (steps, bindings) = shape(&link);
            assert!(is_clean(&link) && steps <= usize::from(SHORT) + 1);
            assert_eq!(bindings, variables.min(turn + 1));
        }
    }
}

#[test]
fn a_map_is_made_once() {
    let keys: [Key<Count>; 5] = keys();
    let link = nest(&keys, &mut capture);
    let (first, again) = (image(link.head().unwrap()), image(link.head().unwrap()));
    assert!(std::ptr::eq(first.as_ptr(), again.as_ptr()));
    // SAFETY: the node keeps its map.
    assert_eq!(unsafe { map_of(first.as_ptr()).size() }, 5);
}

#[test]
fn names_live_as_long_as_their_variable() {
    let key: Key<Count> = Key::new("here".into());
    assert_eq!(key.id(), None); // nothing was bound yet
    let link = run(&key, Arc::default(), capture);
    let [id] = link.ids()[..] else { panic!("one binding") };
    assert_eq!(key.id(), Some(id));
    assert_eq!(name_of(id).as_deref(), Some("here"));
    drop(key);
    assert_eq!(name_of(id), None);
}

#[test]
fn many_names_are_found_while_some_go() {
    let mut keys: Vec<Key<u8>> = (0..200).map(|n| Key::new(format!("number {n}").into())).collect();
    let ids: Vec<u64> = keys.iter().map(Key::id_to_bind).collect();
    let found = |keys: &[Key<u8>]| keys.iter().all(|key| name_of(key.id().unwrap()).as_ref() == Some(key.name()));
    assert!(found(&keys));
    while keys.len() > 20 {
        let gone = keys.swap_remove(keys.len() / 3).id().unwrap();
        assert_eq!(name_of(gone), None);
        assert!(found(&keys));
    }
    let left = ids.iter().filter(|id| name_of(**id).is_some()).count();
    assert_eq!(left, keys.len());
}

/// The id of its list distinguishes a stale guard from a new one, on any thread.
#[test]
fn ids_of_lists_are_unique_beyond_a_threads_first_block() {
    let ids = || (0..10_000).map(|_| ids::new_id()).collect::<Vec<u64>>();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(ids)).collect();
    let mut all: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

/// Two keys that share a bit of the mask are found where both are put into a new node.
#[test]
fn keys_that_share_a_bit_of_the_mask_are_found_in_new_steps() {
    let keys: Vec<Key<u64>> = (0..64).map(|_| Key::new("".into())).collect();
    for key in &keys {
        key.id_to_bind();
    }
    let first = &keys[0];
    let same = |other: &&Key<u64>| node::bit(other.id().unwrap()) == node::bit(first.id().unwrap());
    let other = keys[1..].iter().find(same).expect("there are fewer bits than keys");
    let both = |link: &Link| run_in(link, || (with(first, |v| v.copied()), with(other, |v| v.copied())));
    let seen = (Some(1), Some(2));

    let mut uninherited: Key<u64> = Key::new("".into());
    uninherited.make_uninherited();
    let rest = run(&uninherited, 0, || run(first, 1, || run(other, 2, || inherit("test"))));
    assert_eq!(both(&rest), seen);

    // Enough that the chain beneath is folded, except for these two.
    fn beneath(keys: &[Key<u64>], f: &dyn Fn() -> Link) -> Link {
        match keys {
            [] => f(),
            [key, rest @ ..] => run(key, 0, || beneath(rest, f)),
        }
    }
    let more: Vec<Key<u64>> = (0..20).map(|_| Key::new("".into())).collect();
    let top = Key::new("".into());
    let link = beneath(&more, &|| {
        run(first, 1, || {
            run(other, 2, || {
                drop(capture());
                run(&top, 3, capture)
            })
        })
    });
    assert_eq!(both(&link), seen);
}

/// The records for reports are bounded by the number of live variables, not of bindings.
#[cfg(debug_assertions)]
#[test]
fn what_is_remembered_goes_with_the_variable() {
    remember();
    for _ in 0..100 {
        let key: Key<Count> = Key::new("".into());
        run(&key, Arc::default(), || ());
        let (id, link) = (key.id().unwrap(), Link::alone(&key, Arc::default()));
        assert!(last_binding::is_remembered(id));
        drop(key);
        assert!(!last_binding::is_remembered(id));
        drop(link); // the binding outlives its variable, and is not recorded again
        assert!(!last_binding::is_remembered(id));
    }
}

/// Whether the head has the bit of uninherited keys if and only if one is bound.
fn is_exact(link: &Link) -> bool {
    // SAFETY: the link keeps its head live.
    let bloom = if link.is_empty() { 0 } else { unsafe { (*link.node()).bloom.get() } };
    (bloom & node::bit(31) != 0) == link.ids().into_iter().any(key::is_uninherited)
}

fn uninherited<T>() -> Key<T> {
    let mut key = Key::new("".into());
    key.make_uninherited();
    key
}

#[test]
fn uninherited_keys_have_ids_apart() {
    for _ in 0..70 {
        let (ordinary, uninherited): (Key<u8>, Key<u8>) = (Key::new("".into()), uninherited());
        assert_eq!(uninherited.id(), None);
        let [one, other] = [ordinary.id_to_bind(), uninherited.id_to_bind()];
        assert!(!key::is_uninherited(one) && key::is_uninherited(other));
        assert_ne!(one % 32, 0, "the bit of what was never bound");
        assert_eq!((ordinary.id(), uninherited.id()), (Some(one), Some(other)));
        assert!(key::is_uninherited(uninherited.renamed("other".into()).id_to_bind()));
        assert!(!key::is_uninherited(ordinary.renamed("other".into()).id_to_bind()));
    }
}

/// A variable that was never bound has no bit in a mask, so its read ends at the newest binding.
#[test]
fn what_was_never_bound_is_in_no_mask() {
    let keys: [Key<Count>; 70] = keys();
    nest(&keys, &mut || {
        let link = capture();
        // SAFETY: the link keeps its head live.
        let bloom = unsafe { (*link.node()).bloom.get() };
        assert_eq!(bloom.count_ones(), 30, "all the others");
        for untaken in [Key::new("".into()), uninherited::<Count>()] {
            assert_eq!(bloom & node::bit(untaken.sought()), 0);
            assert!(with(&untaken, |value| value.is_none()));
        }
    });
}

/// Without an uninherited binding, `inherit` returns the captured chain.
#[test]
fn what_is_inherited_is_the_captured_chain_itself() {
    assert!(inherit("test").is_empty());
    let keys: [Key<Count>; 70] = keys();
    for many in [1, 2, 16, 17, 70] {
        nest(&keys[..many], &mut || assert!(std::ptr::eq(inherit("test").node(), capture().node())));
    }
}

/// Uninherited keys among others are left out, wherever they are bound or shadowed. The inherited
/// mapping keeps its shape, and never shows them again.
#[test]
fn uninherited_bindings_are_left_out_wherever_they_lie() {
    let sizes = [1, 2, 5, 15, 16, 17, 18, 40, 70, 140];
    for (many, mostly) in sizes.into_iter().flat_map(|many| [(many, false), (many, true)]) {
        let is_uninherited = |n| (n % 5 == 3) != mostly;
        let all: Vec<Key<Count>> =
            (0..many).map(|n| if is_uninherited(n) { uninherited() } else { Key::new("".into()) }).collect();
        let ordinary = all.iter().filter(|key| !key::is_uninherited(key.id_to_bind())).count();
        for turn in 0..many {
            // once each, then some again, so that they shadow bindings far beneath
            let again: Vec<&Key<Count>> = all.iter().cycle().skip(turn).step_by(3).take(turn % 7).collect();
            nest(&all, &mut || {
                let mut link = capture();
                for key in &again {
                    link = run_in(&link, || run(key, Arc::default(), capture));
                    assert!(is_clean(&link) && is_exact(&link));
                }
                let rest = run_in(&link, || inherit("test"));
                assert!(is_clean(&rest) && is_exact(&rest));
                assert_eq!(shape(&rest).1, ordinary);
                assert!(rest.ids().into_iter().all(|id| !key::is_uninherited(id)));
                assert!(std::ptr::eq(run_in(&rest, || inherit("test")).node(), rest.node()));
                drop(link);
                assert_eq!(shape(&rest).1, ordinary, "it keeps what it shows");
            });
        }
    }
}

/// Both keys are in one short form of a chain.
#[test]
fn keys_that_share_a_bit_of_the_mask_are_found_in_a_short_form() {
    let keys: [Key<Count>; 64] = keys();
    let ids = keys.each_ref().map(Key::id_to_bind);
    let bits = ids.map(node::bit);
    let second = (1..64).find(|at| bits[..*at].contains(&bits[*at])).expect("there are fewer bits than keys");
    let first = (0..second).find(|at| bits[*at] == bits[second]).expect("just found");
    let (mut others, mut pair) = (Vec::new(), Vec::new());
    for (at, key) in keys.into_iter().enumerate() {
        if at == first || at == second { pair.push(key) } else { others.push(key) }
    }
    let [first, second] = <[Key<Count>; 2]>::try_from(pair).ok().expect("two of them");
    let beneath = &others[..usize::from(SHORT) - 2];
    let above = &others[usize::from(SHORT)..][..2];
    nest(beneath, &mut || {
        run(&first, Arc::default(), || {
            run(&second, Arc::default(), || {
                let _owned = capture();
                let longer = nest(above, &mut capture);
                run_in(&longer, || assert!(with(&first, |v| v.is_some()) && with(&second, |v| v.is_some())));
            });
        });
    });
}

#[test]
fn derived_mappings_keep_their_shape() {
    let keys: [Key<Count>; 64] = keys();
    let mut link = Link::empty();
    for key in &keys {
        link = link.with(key, Arc::default(), How::With, CallSite::here());
        assert!(is_clean(&link));
        let other = link.clone().with(&keys[0], Arc::default(), How::With, CallSite::here());
        assert!(is_clean(&other) && is_clean(&other.without(key, CallSite::here())));
    }
    for key in &keys {
        link = link.without(key, CallSite::here());
        assert!(is_clean(&link));
    }
    assert!(link.node().is_null());
}
