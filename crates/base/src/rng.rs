//! Random numbers: unpredictable ones for secrets, and reproducible ones from a seed for demo data, load and tests.

/// 32 unpredictable bytes from the operating system, for secrets.
pub fn random_bytes() -> [u8; 32] {
    rand::random()
}

/// `SplitMix64`: a seed gives the same numbers on every machine and in every version.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    /// The next number.
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit`, exclusive.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    /// An element of a list.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    /// True with a probability between 0 and 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        /// The number of values of 32 bits, which a float represents exactly.
        const STEPS: f64 = 4_294_967_296.0;
        let number = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(number) / STEPS < probability
    }
}
