//! The ids of records, a type for each kind, so that an account is not taken for a user.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Declares the type of the ids of a kind of records: `ids! { /// Of a user. UserId; }`
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub i64);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = ParseIntError;

                fn from_str(text: &str) -> Result<Self, ParseIntError> {
                    text.parse().map(Self)
                }
            }

            impl From<$name> for i64 {
                fn from(id: $name) -> Self {
                    id.0
                }
            }

            impl From<i64> for $name {
                fn from(id: i64) -> Self {
                    Self(id)
                }
            }

            impl db::Column for $name {
                type Stored<'r> = i64;

                fn read(id: i64) -> db::Result<Self> {
                    Ok(Self(id))
                }
            }

            impl db::Bind for $name {
                fn value(&self) -> db::Value<'_> {
                    self.0.into()
                }
            }

            impl From<$name> for db::Value<'_> {
                fn from(id: $name) -> Self {
                    id.0.into()
                }
            }
        )+
    };
}

ids! {
    /// Of an account.
    AccountId;
    /// Of a user.
    UserId;
    /// Of a workspace.
    WorkspaceId;
    /// Of a status report.
    ReportId;
    /// Of a work package.
    WorkPackageId;
    /// Of a token.
    TokenId;
    /// Of an application.
    ApplicationId;
    /// Of a grant.
    GrantId;
}
