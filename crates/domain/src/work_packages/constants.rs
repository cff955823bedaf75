//! Types and priorities of work packages, the same in every account:
//! `docs/contracts/openproject-work-packages.md#types-and-priorities`.

/// A type of work packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// Also its position.
    pub id: i64,
    /// The name.
    pub name: &'static str,
    /// `#RRGGBB`.
    pub color: &'static str,
    /// New projects of OpenProject start with it.
    pub is_default: bool,
    /// Its work packages have one date.
    pub is_milestone: bool,
}

/// A priority of work packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: &'static str,
    /// The position in the list, from 1.
    pub position: i64,
    /// `#RRGGBB`.
    pub color: &'static str,
    /// New work packages get it.
    pub is_default: bool,
}

/// The types, by position.
pub const TYPES: [Type; 7] = [
    typed(1, "Task", "#1A67A3"),
    typed(2, "Milestone", "#35C53F"),
    typed(3, "Summary task", "#FF922B"),
    typed(4, "Feature", "#5C7CFA"),
    typed(5, "Epic", "#845EF7"),
    typed(6, "User story", "#00B0F0"),
    typed(7, "Bug", "#F03E3E"),
];

/// The priorities, by position.
pub const PRIORITIES: [Priority; 4] = [
    prioritized(7, "Low", 1, "#C5F6FA"),
    prioritized(8, "Normal", 2, "#74C0FC"),
    prioritized(9, "High", 3, "#F59F00"),
    prioritized(10, "Immediate", 4, "#CC5DE8"),
];

/// The type of a new work package.
pub const TASK: i64 = 1;
/// The priority of a new work package.
pub const NORMAL: i64 = 8;

const fn typed(id: i64, name: &'static str, color: &'static str) -> Type {
    Type { id, name, color, is_default: id <= 3, is_milestone: id == 2 }
}

const fn prioritized(id: i64, name: &'static str, position: i64, color: &'static str) -> Priority {
    Priority { id, name, position, color, is_default: id == NORMAL }
}

/// The type with an id.
pub fn type_of(id: i64) -> Option<&'static Type> {
    TYPES.iter().find(|one| one.id == id)
}

/// The priority with an id.
pub fn priority_of(id: i64) -> Option<&'static Priority> {
    PRIORITIES.iter().find(|one| one.id == id)
}
