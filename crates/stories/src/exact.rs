//! Assertions on whole bodies.

use super::Answer;

impl Answer {
    /// Asserts a success and its body to the byte; the expected text may be broken into lines and indented.
    #[track_caller]
    pub fn is_exactly(&self, lines: &str) {
        self.has_exactly(200, lines);
    }

    /// Asserts a status and a body, like [`Answer::is_exactly`].
    #[track_caller]
    pub fn has_exactly(&self, status: u16, lines: &str) {
        let expected: String = lines.lines().map(str::trim_start).collect();
        assert_eq!((self.status.as_u16(), self.text.as_str()), (status, expected.as_str()), "{self}");
    }

    /// Asserts a 204.
    #[track_caller]
    pub fn is_no_content(&self) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (204, ""), "{self}");
    }
}
