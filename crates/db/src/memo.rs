//! What a writing transaction remembers between its units of work.

use std::any::Any;
use std::sync::Arc;

/// One value of each type. Clones share the values, so that a copy from before a unit of work is cheap.
#[derive(Clone, Default)]
pub struct Memo(Vec<Arc<dyn Any + Send + Sync>>);

impl Memo {
    /// The value of a type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|value| value.downcast_ref())
    }

    /// Removes and returns the value of a type.
    pub fn take<T: Any + Send + Sync>(&mut self) -> Option<Arc<T>> {
        let place = self.0.iter().position(|value| (**value).is::<T>())?;
        self.0.swap_remove(place).downcast().ok()
    }

    /// Replaces the value of a type.
    pub fn put<T: Any + Send + Sync>(&mut self, value: Arc<T>) {
        drop(self.take::<T>());
        self.0.push(value);
    }
}
