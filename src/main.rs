//! The `negatoscope` binary.

fn main() {}
