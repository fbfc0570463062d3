//! The example that the tests run is the one in the README.

#[test]
fn the_readme_shows_the_example() {
    let example = format!("```rust,no_run\n{}```", include_str!("../with_a_server/readme.rs"));
    assert!(include_str!("../../README.md").contains(&example));
}
