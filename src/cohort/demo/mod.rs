//! The demo cohort. Not drawn yet: the next commits fill it.

use super::record::Cohort;

/// The demo cohort; still empty.
pub fn demo() -> Cohort {
    super::from_rows("demo", 0)
}
