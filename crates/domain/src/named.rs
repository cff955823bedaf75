//! Types whose values have names.

/// Declares the names of the values of a type.
macro_rules! named {
    ($type:ident { $($value:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: [Self; [$(Self::$value),*].len()] = [$(Self::$value),*];

            /// The name in requests, in the archive and in the store.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name),* }
            }

            /// The value of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use named;
