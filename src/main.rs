//! The thin binary: parse, run, print the error chain and the hint, choose the exit code.

fn main() {}
