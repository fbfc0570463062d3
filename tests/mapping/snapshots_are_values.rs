//! A snapshot can be read, and another derived from it, without entering either.

use crate::support;

use std::sync::Arc;
use std::thread;

use asynccontext::{Cause, Snapshot, Variable};
use support::rng::Rng;
use support::{on_stack_of, scaled};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static LEVEL: Variable<u32> = Variable::named("level").with_default(1);

#[test]
fn it_tells_the_values_in_it() {
    let snapshot = A.run(1, Snapshot::capture);
    assert_eq!((snapshot.get(&A), snapshot.get(&B), snapshot.get(&LEVEL)), (Some(&1), None, Some(&1)));
    let longer = snapshot.clone().with(&B, 2).with(&LEVEL, 5);
    assert_eq!((longer.get(&A), longer.get(&B), longer.get(&LEVEL)), (Some(&1), Some(&2), Some(&5)));
    assert_eq!(longer.without(&LEVEL).get(&LEVEL), Some(&1), "the default again");
    assert_eq!((snapshot.get(&B), A.get(), B.get()), (None, None, None), "nothing else is changed");
}

#[test]
fn without_the_last_one_it_is_empty() {
    let variables: [Variable<u32>; 40] = std::array::from_fn(|_| Variable::new());
    let mut snapshot = variables.iter().fold(Snapshot::empty(), |snapshot, variable| snapshot.with(variable, 0));
    for variable in &variables {
        assert!(!snapshot.is_empty());
        snapshot = snapshot.without(variable);
    }
    assert!(snapshot.is_empty());
    A.run(1, || ());
    assert_eq!(snapshot.run(|| A.try_get().unwrap_err().cause()), Cause::EmptyScope);
    let never: Variable<u32> = Variable::new();
    assert!(snapshot.without(&never).is_empty());
}

/// Among many others, in a map: the rest is inherited as usual.
#[test]
fn without_an_uninherited_one() {
    let uninherited: [Variable<u32>; 2] = std::array::from_fn(|_| Variable::new().uninherited());
    let others: [Variable<u32>; 40] = std::array::from_fn(|_| Variable::new());
    let all = uninherited.iter().chain(&others).fold(Snapshot::empty(), |all, variable| all.with(variable, 7));
    all.run(Snapshot::capture); // asked again
    let [first, second] = &uninherited;
    for left in [all.clone().without(first), all.clone().without(second), all.clone().without(first).without(second)] {
        assert!(others.iter().all(|variable| left.get(variable) == Some(&7)));
        let inherited = left.run(Snapshot::inherit);
        assert!(others.iter().all(|variable| inherited.get(variable) == Some(&7)));
        assert!(uninherited.iter().all(|variable| inherited.get(variable).is_none()));
    }
    assert_eq!(all.clone().without(first).get(second), Some(&7));
}

#[test]
fn it_holds_exactly_what_it_shows() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    let [old, new] = [Arc::new(()), Arc::new(())];
    let snapshot = Snapshot::empty().with(&HELD, old.clone());
    let other = snapshot.clone().with(&HELD, new.clone());
    assert_eq!((Arc::strong_count(&old), Arc::strong_count(&new)), (2, 2));
    drop(snapshot);
    assert_eq!((Arc::strong_count(&old), Arc::strong_count(&new)), (1, 2));
    let also = other.clone();
    let hidden = other.without(&HELD);
    assert_eq!(Arc::strong_count(&new), 2);
    drop(also);
    assert_eq!(Arc::strong_count(&new), 1);
    assert!(hidden.is_empty());
}

#[test]
fn a_million_in_a_chain_drop_on_a_small_stack() {
    static HELD: Variable<Arc<()>> = Variable::named("held-in-a-chain");
    on_stack_of(64 << 10, || {
        let count = scaled(1_000_000);
        let witness = Arc::new(());
        let mut snapshot = Snapshot::empty();
        for _ in 0..count {
            snapshot = snapshot.with(&HELD, witness.clone()).with(&A, 1).without(&A);
            assert_eq!(Arc::strong_count(&witness), 2);
        }
        drop(snapshot);
        assert_eq!(Arc::strong_count(&witness), 1);
        let variables: Vec<Variable<Arc<()>>> = (0..count / 10 + 1).map(|_| Variable::new()).collect();
        let many = variables.iter().fold(Snapshot::empty(), |many, one| many.with(one, witness.clone()));
        assert_eq!(Arc::strong_count(&witness), 1 + variables.len());
        drop(many);
        assert_eq!(Arc::strong_count(&witness), 1);
    });
}

#[test]
fn random_ones_match_a_plain_model() {
    let variables: Vec<Variable<usize>> = (0..70).map(|_| Variable::new()).collect();
    let mut rng = Rng::new(1);
    let mut all = vec![(Snapshot::empty(), vec![None; variables.len()])];
    for step in 0..scaled(20_000) {
        let from = rng.below(all.len());
        let (snapshot, mut model) = (all[from].0.clone(), all[from].1.clone());
        let few = if rng.below(2) == 0 { 6 } else { variables.len() };
        let at = rng.below(few);
        let made = match rng.below(4) {
            0 => snapshot.without(&variables[at]),
            1 => snapshot.run(|| variables[at].run(step, Snapshot::capture)),
            _ => snapshot.with(&variables[at], step),
        };
        model[at] = if made.get(&variables[at]).is_some() { Some(step) } else { None };
        for (variable, value) in variables.iter().zip(&model) {
            assert_eq!(made.get(variable), value.as_ref());
            assert_eq!(made.run(|| variable.get()), *value);
        }
        if all.len() < 30 { all.push((made, model)) } else { all[from] = (made, model) }
    }
}

#[test]
fn threads_derive_from_one() {
    let base = (0..20).fold(Snapshot::empty(), |base, n| base.with(&A, n));
    thread::scope(|scope| {
        for n in 0..4 {
            let base = &base;
            scope.spawn(move || {
                for turn in 0..scaled(1000) as u32 {
                    let mine = base.clone().with(&B, turn * n);
                    assert_eq!(mine.without(&A).run(|| (A.get(), B.get())), (None, Some(turn * n)));
                }
            });
        }
    });
    assert_eq!((base.get(&A), base.get(&B)), (Some(&19), None));
}
