//! The orders of lists.

/// The order of a list; ties go by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order<S> {
    /// The attribute by which it is sorted.
    pub by: S,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The attributes by which a list can be sorted.
pub trait Sort: Copy {
    /// The number of the attribute in statements, from 1.
    fn number(self) -> i64;
}

/// The creation of records: the only attribute by which some lists can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreatedAt;

impl<S> Order<S> {
    /// The least first.
    pub const fn ascending(by: S) -> Self {
        Self { by, descending: false }
    }

    /// The greatest first.
    pub const fn descending(by: S) -> Self {
        Self { by, descending: true }
    }
}

impl<S: Sort> Order<S> {
    /// The number of the order in statements: that of the attribute, negative if descending.
    pub(crate) fn number(self) -> i64 {
        if self.descending { -self.by.number() } else { self.by.number() }
    }
}
