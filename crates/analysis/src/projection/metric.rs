//! How far apart samples are.

/// How far apart two samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// The root of the sum of squared differences.
    Euclidean,
    /// One minus the cosine of the angle between two samples; a sample of all zeros is at distance
    /// 1 from all others.
    Cosine,
    /// The sum of absolute differences.
    Manhattan,
}
