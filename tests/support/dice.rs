//! Numbers without a pattern, the same in every run.

#![allow(dead_code, unreachable_pub)] // Each test uses its own part of this.

/// Throws them, from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0, below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        // Knuth's generator for 64 bits, whose upper half is the better one.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
}
