//! Tokens in the archive.

use super::Token;
use crate::archive::record::{Found, Needs, Record};
use crate::stored;

impl Record for Token {
    const KIND: &'static str = "token";
    const TABLE: &'static str = "tokens";
    const CONFLICT: &'static str = "its text is that of another token";

    fn id(&self) -> i64 {
        self.id
    }

    fn account_id(&self) -> i64 {
        self.account_id
    }

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.user(self.user_id)?;
        self.sha256.make_ascii_lowercase();
        match hex::decode(&self.sha256) {
            Ok(bytes) if bytes.len() == 32 => Ok(()),
            _ => Err("`sha256` is not 64 hexadecimal digits".into()),
        }
    }

    stored!(super::store);
}
