//! Tests of the model against outcomes that are derived from the crate's documentation by hand.

use super::{Frame, Id, Key, Mapping, Record, Stack};

const A: Key = 0;
const B: Key = 1;

fn stack() -> Stack {
    Stack::new(Mapping::empty(2))
}

fn bound(stack: &Stack, key: Key) -> Option<Id> {
    stack.shows().get(key).value()
}

fn push(stack: &mut Stack, key: Key, value: Id) {
    let mapping = stack.shows().with(key, Record::Bound(value));
    stack.push(Frame::new(mapping));
}

fn enter(stack: &mut Stack, guard: u32, key: Key, value: Id) {
    stack.enter(guard, key, Record::Bound(value));
}

/// Returns the values that are kept alive, each once.
fn alive(stack: &Stack) -> Vec<Id> {
    let mut all = Vec::new();
    stack.each_value(&mut |id| all.push(id));
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn a_frame_ends_with_what_it_bound() {
    let mut stack = stack();
    push(&mut stack, A, 1);
    push(&mut stack, A, 2);
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(2), vec![1, 2]));
    stack.pop();
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(1), vec![1]));
    stack.pop();
    assert_eq!((bound(&stack, A), alive(&stack)), (None, vec![]));
}

#[test]
fn guards_leave_in_any_order() {
    let mut stack = stack();
    enter(&mut stack, 0, A, 1);
    enter(&mut stack, 1, A, 2);
    enter(&mut stack, 2, B, 3);
    stack.leave(0);
    assert_eq!((bound(&stack, A), bound(&stack, B), alive(&stack)), (Some(2), Some(3), vec![2, 3]));
    stack.leave(1);
    assert_eq!((bound(&stack, A), bound(&stack, B)), (None, Some(3)));
}

#[test]
fn a_guard_dropped_in_an_inner_frame_ends_with_that_frame() {
    let mut stack = stack();
    enter(&mut stack, 0, A, 1);
    push(&mut stack, B, 2);
    push(&mut stack, B, 3);
    stack.leave(0);
    assert_eq!(bound(&stack, A), Some(1));
    stack.pop();
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(1), vec![1, 2]));
    stack.pop();
    assert_eq!((bound(&stack, A), alive(&stack)), (None, vec![]));
}

#[test]
fn a_guard_dropped_on_another_stack_has_no_effect() {
    let (mut here, mut there) = (stack(), stack());
    enter(&mut here, 0, A, 1);
    there.leave(0);
    there.keep(0);
    assert_eq!(bound(&here, A), Some(1));
}

#[test]
fn a_frame_keeps_one_binding_of_each_variable() {
    let mut stack = stack();
    for guard in 0..3 {
        enter(&mut stack, guard, A, guard + 1);
        stack.keep(guard);
    }
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(3), vec![3]));
    enter(&mut stack, 3, B, 4);
    stack.keep(3);
    assert_eq!(alive(&stack), [3, 4]);
}

#[test]
fn of_two_kept_bindings_the_newer_remains() {
    let mut stack = stack();
    enter(&mut stack, 0, A, 1);
    enter(&mut stack, 1, A, 2);
    stack.keep(1);
    stack.keep(0);
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(2), vec![2]));
}

#[test]
fn a_swap_hides_guards_until_the_frame_ends() {
    let mut stack = stack();
    push(&mut stack, B, 9);
    enter(&mut stack, 0, A, 1);
    let other = Mapping::empty(2).with(A, Record::Bound(5));
    let previous = stack.swap(other);
    assert_eq!((previous.get(A), bound(&stack, A), bound(&stack, B)), (Record::Bound(1), Some(5), None));
    assert_eq!(alive(&stack), [1, 5, 9]);
    stack.leave(0);
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(5), vec![5, 9]));
    stack.swap(previous);
    assert_eq!((bound(&stack, A), alive(&stack)), (Some(1), vec![1, 9]));
    stack.pop();
    assert_eq!((bound(&stack, A), alive(&stack)), (None, vec![]));
}

#[test]
fn a_task_keeps_its_guards_between_its_turns() {
    let mut stack = stack();
    stack.push(Frame::of_task(Mapping::empty(2)));
    assert!(stack.in_task());
    enter(&mut stack, 0, A, 1);
    let between = stack.pop();
    stack.leave(0);
    assert_eq!(bound(&stack, A), None);
    stack.push(between);
    assert_eq!(bound(&stack, A), Some(1));
    stack.leave(0);
    assert_eq!(bound(&stack, A), None);
}
