//! Typed columns.

use std::collections::HashSet;
use std::fmt;

use super::date::{self, Reading, SlashOrder};

/// One column of the metadata, or one derived from it or from the pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, distinct among the cohort's columns.
    pub name: String,
    /// What its values are.
    pub kind: ColumnKind,
    /// Whether it was computed here rather than given.
    pub derived: bool,
    /// One value per record, in their order; `None` is missing.
    pub values: Vec<Option<Value>>,
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
    /// At least nine in ten values are dates, in ISO 8601 and the precision that they were given in.
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

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Text, a category or a date.
    Text(String),
    /// Yes or no.
    Bool(bool),
}

/// As a person writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
        }
    }
}

impl Column {
    /// Types the cells of a column; the rules are those of [`ColumnKind`] and [`is_missing`].
    ///
    /// - Date when at least nine in ten cells are dates. Numbers are dates (`2020`, `20200122`)
    ///   only if the column's name says so.
    /// - Number when every cell is one. Numbers written with leading zeros are codes, not numbers.
    /// - Category when there are at most 5 distinct values, or at most 50 that occur twice on
    ///   average, or at most a fifth as many as cells.
    /// - Text otherwise.
    pub(super) fn of_cells(name: &str, cells: &[&str]) -> Self {
        let present: Vec<&str> = cells
            .iter()
            .copied()
            .filter(|cell| !is_missing(cell))
            .collect();
        let numeric = !present.is_empty() && present.iter().all(|cell| number(cell).is_some());
        let may_be_dates = !numeric || speaks_of_dates(name);
        if let Some(values) = may_be_dates.then(|| dates(cells, present.len())).flatten() {
            let (name, kind) = (name.to_owned(), ColumnKind::Date);
            return Self {
                name,
                kind,
                derived: false,
                values,
            };
        }
        if numeric {
            let value = |cell: &str| number(cell).map_or(text(cell), Value::Number);
            return Self::given(name, ColumnKind::Number, cells, value);
        }
        Self::given(name, kind_of_text(&present), cells, text)
    }

    /// A column of names, such as patients: never numbers, though they be written in digits.
    pub(super) fn of_names(name: &str, cells: &[&str]) -> Self {
        let present: Vec<&str> = cells
            .iter()
            .copied()
            .filter(|cell| !is_missing(cell))
            .collect();
        Self::given(name, kind_of_text(&present), cells, text)
    }

    /// A derived column.
    pub(super) fn derived(name: String, kind: ColumnKind, values: Vec<Option<Value>>) -> Self {
        Self {
            name,
            kind,
            derived: true,
            values,
        }
    }

    fn given(name: &str, kind: ColumnKind, cells: &[&str], value: impl Fn(&str) -> Value) -> Self {
        let values = cells
            .iter()
            .map(|cell| (!is_missing(cell)).then(|| value(cell)))
            .collect();
        Self {
            name: name.to_owned(),
            kind,
            derived: false,
            values,
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
                Value::Bool(yes) => Key::Bool(*yes),
            })
            .collect();
        keys.len()
    }
}

/// Whether a cell says that nothing is known: blank, `nan`, `na`, `n/a`, `null`, `none`, `unknown`,
/// `?` or `-`, whatever the case.
pub(super) fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 6] = ["nan", "na", "n/a", "null", "none", "unknown"];
    matches!(cell, "" | "?" | "-") || WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

fn text(cell: &str) -> Value {
    Value::Text(cell.to_owned())
}

/// A finite number without leading zeros; words that Rust would read as infinite are none.
pub(super) fn number(cell: &str) -> Option<f64> {
    let digits = cell.trim_start_matches(['+', '-']);
    let code = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    if code || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

fn speaks_of_dates(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("date") || name.contains("year")
}

/// The cells as dates, if at least nine in ten of the `n_present` that are not missing are dates.
fn dates(cells: &[&str], n_present: usize) -> Option<Vec<Option<Value>>> {
    let allowed = n_present / 10;
    let mut n_no_dates = 0;
    let order = SlashOrder::of(cells.iter().copied());
    let mut values = Vec::with_capacity(cells.len());
    for cell in cells {
        if is_missing(cell) {
            values.push(None);
            continue;
        }
        values.push(Some(match date::read(cell, order) {
            Reading::Date(date) => Value::Text(date),
            Reading::Ambiguous => text(cell),
            Reading::NoDate => {
                n_no_dates += 1;
                text(cell)
            }
        }));
        // Most columns hold no dates, and show it in their first cells.
        if n_no_dates > allowed {
            return None;
        }
    }
    (n_present > 0).then_some(values)
}

fn kind_of_text(present: &[&str]) -> ColumnKind {
    let n = present.len();
    let is_few = |n_unique: usize| {
        n_unique <= 5 || (n_unique <= 50 && 2 * n_unique <= n) || 5 * n_unique <= n
    };
    // Beyond both bounds no further cell can make the values few again.
    let too_many = (n / 5).max(50) + 1;
    let mut distinct = HashSet::new();
    for cell in present {
        if distinct.insert(*cell) && distinct.len() >= too_many {
            return ColumnKind::Text;
        }
    }
    if n > 0 && is_few(distinct.len()) {
        ColumnKind::Category
    } else {
        ColumnKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, cells: &[&str]) -> ColumnKind {
        Column::of_cells(name, cells).kind
    }

    #[test]
    fn numbers_and_codes() {
        assert_eq!(
            kind("age", &["65", "", "7.5", "-1e2", "NaN"]),
            ColumnKind::Number
        );
        assert_eq!(kind("code", &["001", "002", "010"]), ColumnKind::Category);
        assert_eq!(kind("x", &["0.5", "0"]), ColumnKind::Number);
        assert_ne!(kind("x", &["1", "inf"]), ColumnKind::Number);
        assert_ne!(kind("x", &["1,000", "2,000"]), ColumnKind::Number);
        assert_eq!(kind("nothing", &["", "?"]), ColumnKind::Text);
    }

    #[test]
    fn years_are_dates_only_by_name() {
        assert_eq!(kind("date", &["2020", "2019"]), ColumnKind::Date);
        assert_eq!(kind("dose", &["2020", "2019"]), ColumnKind::Number);
    }

    #[test]
    fn nine_in_ten_are_enough_for_dates() {
        let mut cells = vec!["2020"; 8];
        cells.extend(["March 2020", "January 12"]);
        let column = Column::of_cells("taken", &cells);
        assert_eq!(column.kind, ColumnKind::Date);
        assert_eq!(column.values[8], Some(Value::Text("2020-03".into())));
        assert_eq!(column.values[9], Some(Value::Text("January 12".into())));
        cells.push("soon");
        assert_ne!(kind("taken", &cells), ColumnKind::Date);
    }

    #[test]
    fn categories_repeat_and_texts_do_not() {
        assert_eq!(kind("sex", &["M", "F", "M"]), ColumnKind::Category);
        let notes: Vec<String> = (0..20).map(|i| format!("note {i}")).collect();
        let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
        assert_eq!(kind("notes", &notes), ColumnKind::Text);
        assert_eq!(kind("notes", &notes.repeat(2)), ColumnKind::Category);
    }

    #[test]
    fn missing_and_distinct_values_are_counted() {
        let column = Column::of_cells("x", &["a", "b", "a", "", "N/A", "-", "unknown"]);
        assert_eq!((column.n_missing(), column.n_unique()), (4, 2));
        let zeros = Column::of_cells("x", &["0", "-0", "0.0"]);
        assert_eq!(zeros.n_unique(), 1);
    }

    #[test]
    fn names_in_digits_stay_text() {
        let column = Column::of_names("patient", &["2", "2", "3"]);
        assert_eq!(column.values[0], Some(Value::Text("2".into())));
    }
}
