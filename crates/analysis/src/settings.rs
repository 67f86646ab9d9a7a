//! The catalogue of settings: every parameter of a method said once, with its name, range, default
//! and meaning.
//!
//! A method lists its parameters beside the type that holds them ([`Settings::ENTRIES`]). What a
//! query, a link, a body or a script may say, what is refused and in which words, the sliders with
//! their captions, and the description of the API are all read from that list: another parameter is
//! a field and an entry, in one file.

use std::fmt;
use std::hash::{Hash, Hasher};

/// What a parameter is called, may be and does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    /// Name in requests, links and files; scikit-learn's.
    pub key: &'static str,
    /// Name on the page.
    pub label: &'static str,
    /// Unit, or nothing.
    pub unit: &'static str,
    /// What it does, what to expect, where it misleads; sentences for a reader.
    pub help: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it is moved often, and so stands in sight.
    pub prominent: bool,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number in a range.
    Number(Range),
    /// One of a few words; the first is the default.
    Choice(&'static [Word]),
}

/// Numbers that a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Smallest value, included.
    pub min: f64,
    /// Largest value, included.
    pub max: f64,
    /// Value when none is given, unless there is a [`Range::word`]. Of a method's parameters it is
    /// taken from the method's own defaults ([`Settings::specs`]).
    pub default: f64,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// Smallest and largest value of a slider, and its step.
    pub slider: (f64, f64, f64),
    /// A word that may stand in place of a number, and is the default then: `auto`.
    pub word: Option<Word>,
}

/// A word that a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As requests and links have it.
    pub key: &'static str,
    /// As a reader sees it.
    pub label: &'static str,
}

/// Where Python has a method. Its parameters have the same names there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Python {
    /// The module to import from.
    pub module: &'static str,
    /// The class, whose `fit_transform` or `fit_predict` takes the data.
    pub class: &'static str,
    /// Further arguments that make it do the same as here; they may name the `features`.
    pub more: &'static [&'static str],
    /// Lines to run before, where the class itself leaves something open that is settled here.
    pub before: &'static str,
}

/// A word and what a reader sees of it.
pub const fn word(key: &'static str, label: &'static str) -> Word {
    Word { key, label }
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A word of those that there are.
    Word(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => word.fmt(f),
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl Value {
    /// The number; NaN of a word.
    pub fn number(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Word(_) => f64::NAN,
        }
    }

    /// The number as a count; 0 of a word.
    pub fn count(self) -> usize {
        self.number() as usize
    }
}

/// A parameter of `P`: what it is called, and where it stands.
pub struct Entry<P: 'static> {
    /// What it is called, may be and does.
    pub spec: Spec,
    /// What it is in some parameters.
    pub get: fn(&P) -> Value,
    /// Sets it; the value is one that [`Spec::check`] lets through.
    pub set: fn(&mut P, Value),
}

/// A value that a parameter cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} must be {wanted}")]
pub struct SettingError {
    /// The parameter.
    pub key: &'static str,
    /// What it may be, in words.
    pub wanted: String,
}

/// Parameters that are listed.
pub trait Settings: Sized + 'static {
    /// All of them, in the order in which a reader meets them.
    const ENTRIES: &'static [Entry<Self>];

    /// The parameter of this name.
    fn entry(key: &str) -> Option<&'static Entry<Self>> {
        Self::ENTRIES.iter().find(|entry| entry.spec.key == key)
    }

    /// All of them without their places, each number with the default that `Self` has.
    fn specs() -> Vec<Spec>
    where
        Self: Default,
    {
        let specs = Self::default().values().into_iter();
        let with_default = |(spec, value): (Spec, Value)| match value {
            Value::Number(default) => spec.default(default),
            Value::Word(_) => spec,
        };
        specs.map(with_default).collect()
    }

    /// Every parameter with its value.
    fn values(&self) -> Vec<(Spec, Value)> {
        let value = |entry: &Entry<Self>| (entry.spec, (entry.get)(self));
        Self::ENTRIES.iter().map(value).collect()
    }

    /// Checks every parameter against its range.
    ///
    /// # Errors
    /// [`SettingError`] of the first that is out of it.
    fn check_ranges(&self) -> Result<(), SettingError> {
        let check = |(spec, value): (Spec, Value)| spec.check(value);
        self.values().into_iter().try_for_each(check)
    }
}

impl Spec {
    /// A number from `min` to `max`, both included.
    pub const fn number(key: &'static str, label: &'static str, (min, max): (f64, f64)) -> Self {
        let range = Range {
            min,
            max,
            default: min,
            whole: false,
            slider: (min, max, 1.0),
            word: None,
        };
        let kind = Kind::Number(range);
        Self {
            key,
            label,
            unit: "",
            help: "",
            kind,
            prominent: false,
        }
    }

    /// One of these words; the first is the default.
    pub const fn choice(key: &'static str, label: &'static str, words: &'static [Word]) -> Self {
        Self {
            key,
            label,
            unit: "",
            help: "",
            kind: Kind::Choice(words),
            prominent: false,
        }
    }

    /// Takes whole numbers alone.
    pub const fn whole(mut self) -> Self {
        if let Kind::Number(range) = &mut self.kind {
            range.whole = true;
        }
        self
    }

    /// The value when none is given.
    pub const fn default(mut self, default: f64) -> Self {
        if let Kind::Number(range) = &mut self.kind {
            range.default = default;
        }
        self
    }

    /// The ends of its slider, and the step.
    pub const fn slider(mut self, min: f64, max: f64, step: f64) -> Self {
        if let Kind::Number(range) = &mut self.kind {
            range.slider = (min, max, step);
        }
        self
    }

    /// A word that may stand in place of a number, and is the default.
    pub const fn or(mut self, word: Word) -> Self {
        if let Kind::Number(range) = &mut self.kind {
            range.word = Some(word);
        }
        self
    }

    /// Its unit.
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// What it does.
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Is moved often.
    pub const fn prominent(mut self) -> Self {
        self.prominent = true;
        self
    }

    /// Its range, of a number.
    pub fn range(&self) -> Option<Range> {
        match self.kind {
            Kind::Number(range) => Some(range),
            Kind::Choice(_) => None,
        }
    }

    /// Its value when none is given.
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Number(Range {
                word: Some(word), ..
            }) => Value::Word(word.key),
            Kind::Number(range) => Value::Number(range.default),
            Kind::Choice(words) => Value::Word(words[0].key),
        }
    }

    /// What it may be, in words.
    pub fn wanted(&self) -> String {
        match self.kind {
            Kind::Number(range) => {
                let Range { min, max, .. } = range;
                let whole = if range.whole { "whole " } else { "" };
                let word = range.word.map(|word| format!("{} or ", word.key));
                format!(
                    "{}a {whole}number from {min} to {max}",
                    word.unwrap_or_default()
                )
            }
            Kind::Choice(words) => {
                let words: Vec<_> = words.iter().map(|word| word.key).collect();
                words.join(" or ")
            }
        }
    }

    /// Checks a value against the range; NaN is in none.
    ///
    /// # Errors
    /// [`SettingError`], with what it may be.
    pub fn check(&self, value: Value) -> Result<(), SettingError> {
        let fits = match (self.kind, value) {
            (Kind::Number(range), Value::Number(number)) => {
                (range.min..=range.max).contains(&number) && !(range.whole && number.fract() != 0.0)
            }
            (Kind::Number(range), Value::Word(word)) => range.word.is_some_and(|w| w.key == word),
            (Kind::Choice(words), Value::Word(word)) => words.iter().any(|w| w.key == word),
            (Kind::Choice(_), Value::Number(_)) => false,
        };
        fits.then_some(()).ok_or_else(|| self.error())
    }

    /// Reads a value from text.
    ///
    /// # Errors
    /// [`SettingError`] when it is no number in the range and none of the words.
    pub fn read(&self, text: &str) -> Result<Value, SettingError> {
        let words = match self.kind {
            Kind::Number(Range {
                word: Some(ref word),
                ..
            }) => std::slice::from_ref(word),
            Kind::Number(_) => &[],
            Kind::Choice(words) => words,
        };
        let value = match words.iter().find(|word| word.key == text) {
            Some(word) => Value::Word(word.key),
            None => Value::Number(text.parse().map_err(|_| self.error())?),
        };
        self.check(value)?;
        Ok(value)
    }

    fn error(&self) -> SettingError {
        SettingError {
            key: self.key,
            wanted: self.wanted(),
        }
    }
}

/// Equal parameters hash alike: numbers by their bits.
impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            // Zeros are equal, whatever their sign.
            Self::Number(number) => (number + 0.0).to_bits().hash(state),
            Self::Word(word) => word.hash(state),
        }
    }
}

/// Sets the parameter of this name, if there is one and the value is in its range.
pub(crate) fn set<P: Settings>(
    params: &mut P,
    key: &str,
    value: Value,
) -> Result<(), SettingError> {
    match P::entry(key) {
        Some(entry) => {
            entry.spec.check(value)?;
            place(params, key, value);
            Ok(())
        }
        None => Ok(()),
    }
}

/// Sets the parameter of this name, if there is one; what is out of range is found when all are
/// checked.
pub(crate) fn place<P: Settings>(params: &mut P, key: &str, value: impl Into<Value>) {
    if let Some(entry) = P::entry(key) {
        (entry.set)(params, value.into());
    }
}

/// Types whose variants are the words of a choice: the variant and its word, in one list.
pub trait Words: Copy + PartialEq + 'static {
    /// Every variant with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// The word of a variant.
    fn word(self) -> &'static str {
        let mut words = Self::WORDS.iter();
        words
            .find(|(one, _)| *one == self)
            .map_or("", |(_, word)| *word)
    }

    /// The variant of a word; the first of all when there is none.
    fn of_word(word: &str) -> Self {
        let mut words = Self::WORDS.iter();
        let found = words.find(|(_, one)| *one == word);
        found.unwrap_or(&Self::WORDS[0]).0
    }

    /// The variant of a value.
    fn of(value: Value) -> Self {
        match value {
            Value::Word(word) => Self::of_word(word),
            Value::Number(_) => Self::WORDS[0].0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Spec = Spec::number("size", "Size", (1.0, 9.0))
        .whole()
        .default(3.0);
    const RATE: Spec = Spec::number("rate", "Rate", (0.5, 9.0)).or(word("auto", "auto"));
    const KIND: Spec = Spec::choice("kind", "Kind", &[word("a", "A"), word("b", "B")]);

    #[test]
    fn what_is_out_of_range_is_named_with_the_range() {
        for text in ["0", "10", "2.5", "nan", "inf", "", "x", "auto"] {
            let error = SIZE.read(text).unwrap_err().to_string();
            assert_eq!(error, "size must be a whole number from 1 to 9", "{text}");
        }
        assert_eq!(SIZE.read("9"), Ok(Value::Number(9.0)));
        let error = RATE.read("Auto").unwrap_err().to_string();
        assert_eq!(error, "rate must be auto or a number from 0.5 to 9");
        assert_eq!(RATE.read("auto"), Ok(Value::Word("auto")));
        assert_eq!(
            KIND.read("c").unwrap_err().to_string(),
            "kind must be a or b"
        );
        assert!(KIND.read("1").is_err());
        assert!(KIND.check(Value::Number(1.0)).is_err());
    }

    #[test]
    fn defaults_are_the_first_word_or_the_number() {
        assert_eq!(SIZE.default_value(), Value::Number(3.0));
        assert_eq!(RATE.default_value(), Value::Word("auto"));
        assert_eq!(KIND.default_value(), Value::Word("a"));
    }
}
