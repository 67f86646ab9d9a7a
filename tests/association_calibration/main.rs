//! Do the tests of association keep their word when there is nothing to find? p ≤ 0.05 should come up
//! in 5% of cohorts whose columns have nothing to do with their clusters, and p ≤ 0.20 in 20%,
//! whatever the values have to do with the number of a patient's images. The figures in
//! docs/statistics.md come from here with NEGATOSCOPE_FULL=1, which draws 1,000 cohorts of each kind; what
//! is drawn without it is smaller, and a test that is not valid fails it all the same.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

mod closer;
#[path = "../support/given.rs"]
#[allow(unreachable_pub)]
mod given;
mod held;
mod nothing;
mod power;
mod real;
mod sets;
mod sizes;
mod tools;
