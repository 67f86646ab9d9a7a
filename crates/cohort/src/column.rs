//! Typed columns.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::date::{Date, DateOrder};
use super::number::DecimalSign;

/// One column of the metadata, or one derived from it or from the pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, distinct among the cohort's columns.
    pub name: String,
    /// What its values are.
    pub kind: ColumnKind,
    /// Whether it was computed here rather than given.
    pub derived: bool,
    /// Whether it says what the pictures tell, and not what the metadata says of them.
    pub of_pictures: bool,
    /// One value per record, in their order; `None` is missing.
    pub values: Vec<Option<Value>>,
    /// How its cells are written.
    pub writing: Writing,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Every value is a finite number.
    Number,
    /// Few distinct values.
    Category,
    /// Many distinct values.
    Text,
    /// At least nine in ten values are dates; the others are text.
    Date,
}

impl ColumnKind {
    /// The kind's name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Date => "date",
        }
    }
}

/// How the cells of a column are written, so that the value of a condition is read alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// The sign before the decimals.
    pub decimals: DecimalSign,
    /// Whether numeric dates have the month or the day first, where that is settled.
    pub dates: Option<DateOrder>,
    /// Words for missing that are values here, in lower case.
    pub kept: Vec<String>,
    /// Values by the spellings that are shown by another: `KOR` as `South Korea`.
    pub spellings: BTreeMap<String, String>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Text, or a category.
    Text(String),
    /// A date in the precision that it was given in.
    Date(Date),
    /// Yes or no.
    Bool(bool),
}

/// As a person writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => date.fmt(f),
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
        }
    }
}

impl Column {
    /// A column of the metadata.
    pub(super) fn given(
        name: &str,
        kind: ColumnKind,
        values: Vec<Option<Value>>,
        writing: Writing,
    ) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            derived: false,
            of_pictures: false,
            values,
            writing,
        }
    }

    /// A column that is derived from the metadata.
    pub(super) fn derived(name: String, kind: ColumnKind, values: Vec<Option<Value>>) -> Self {
        Self {
            derived: true,
            ..Self::given(&name, kind, values, Writing::default())
        }
    }

    /// A column of what the pictures tell.
    pub(super) fn of_pictures(name: String, kind: ColumnKind, values: Vec<Option<Value>>) -> Self {
        Self {
            of_pictures: true,
            ..Self::derived(name, kind, values)
        }
    }

    /// How many records have no value.
    pub fn n_missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }

    /// How many distinct values there are, missing ones apart.
    pub fn n_unique(&self) -> usize {
        #[derive(PartialEq, Eq, Hash)]
        enum Key<'a> {
            Number(u64),
            Text(&'a str),
            Date(Date),
            Bool(bool),
        }
        let keys: HashSet<Key<'_>> = self
            .values
            .iter()
            .flatten()
            .map(|value| match value {
                // Adding zero turns -0 into 0.
                Value::Number(number) => Key::Number((number + 0.0).to_bits()),
                Value::Text(text) => Key::Text(text),
                Value::Date(date) => Key::Date(*date),
                Value::Bool(yes) => Key::Bool(*yes),
            })
            .collect();
        keys.len()
    }
}

/// Category when there are at most 5 distinct values, or at most 50 that occur twice on average, or
/// at most a fifth as many as cells; text otherwise.
pub(super) fn kind_of_text<'a>(present: impl Iterator<Item = &'a str> + Clone) -> ColumnKind {
    let n = present.clone().count();
    let is_few = |n_unique: usize| {
        n_unique <= 5 || (n_unique <= 50 && 2 * n_unique <= n) || 5 * n_unique <= n
    };
    // Beyond both bounds no further cell can make the values few again.
    let too_many = (n / 5).max(50) + 1;
    let mut distinct = HashSet::new();
    for cell in present {
        if distinct.insert(cell) && distinct.len() >= too_many {
            return ColumnKind::Text;
        }
    }
    if n > 0 && is_few(distinct.len()) {
        ColumnKind::Category
    } else {
        ColumnKind::Text
    }
}
