//! What a reader should know of a result that is no error.

use std::fmt;

/// A warning: a code for programs, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about, in snake case; stays the same when the sentence changes.
    pub code: &'static str,
    /// The sentence, without a full stop.
    pub text: String,
}

impl Warning {
    /// A warning of this code and text.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, text }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
