//! The demo cohort. Not drawn yet: the next commits fill it.

use super::record::Cohort;

/// The demo cohort; still empty.
pub fn demo() -> Cohort {
    super::from_rows("demo", 0)
}

/// Writes the demo cohort as files; still nothing to write.
///
/// # Errors
/// Never, so far.
pub fn write(_folder: &std::path::Path) -> Result<usize, super::CohortError> {
    Ok(0)
}
