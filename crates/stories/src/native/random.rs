//! Random numbers of which a seed gives the same ones again.

use base::clock::Time;

/// A generator of numbers: `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// An instant of the weeks before a time.
    pub fn before(&mut self, now: Time) -> Time {
        now.plus_seconds(-i64::try_from(self.below(60 * 86_400)).unwrap())
    }
}
