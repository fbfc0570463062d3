//! The example that the tests run is the one in the README.

#[test]
fn the_readme_shows_the_example() {
    let example = format!("```rust,no_run\n{}```", include_str!("../examples/orders.rs"));
    assert!(include_str!("../README.md").contains(&example));
}
