//! Pinned views in the archive.

use std::collections::HashSet;

use super::{MOST, ViewPins};
use crate::record::{Archived, Found, Needs};

impl Archived for ViewPins {
    const CONFLICT: &'static str = "the person has pinned views already";

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
    }

    fn settle(&mut self, found: &Found) -> Result<(), String> {
        self.account_id = found.user(self.user_id)?;
        let mut seen = HashSet::new();
        let is_whole = self.views.len() <= MOST && self.views.iter().all(|id| *id > 0 && seen.insert(id));
        if is_whole { Ok(()) } else { Err(format!("`views` is not a list of at most {MOST} different ids")) }
    }
}
