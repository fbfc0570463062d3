//! The command-line tool `conformance`.

fn main() {}
