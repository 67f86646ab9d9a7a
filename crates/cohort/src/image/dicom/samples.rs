//! What every way to write pixels gives.

/// Samples as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Samples {
    /// Bits of each, 1 to 16.
    pub(super) precision: u8,
    /// Row by row, `(height, width, channels)`; signed ones in two's complement, of which the lower bits count.
    pub(super) values: Vec<u16>,
}
