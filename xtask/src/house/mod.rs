//! The rules of the workspace that the compiler does not check, over its manifests and its source text.

mod breach;
mod check;
mod circles;
mod comments;
mod edges;
mod imports;
mod modules;
mod parse;
mod rules;
mod size;
mod sources;
mod tokens;

#[cfg(test)]
mod tests;

pub use check::check;
