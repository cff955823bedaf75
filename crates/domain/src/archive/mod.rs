//! The archive: the whole store as one JSON object a line (version 1, `docs/reference/archive.md`). The command line and the
//! demo call this module.

pub mod add;
pub mod export;
pub mod import;

use serde::{Deserialize, Serialize};

use crate::kinds::kinds;

/// The first line.
pub const HEADER: &str = r#"{"kind":"statuary_archive","version":1}"#;

macro_rules! line {
    ($(
        archived { $module:ident::$type:ident, $kind:literal $($columns:tt)* }
        $(unarchived { $($other:tt)* })*
    )*) => {
        /// A line after the first.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        #[expect(missing_docs, reason = "named as the kinds")]
        pub enum Line {
            $(
                #[serde(rename = $kind)]
                $type(crate::$module::$type),
            )*
        }
    };
}

kinds!(line);
