//! Conditions on images, as `--where`, `where=` and the page take them: one meaning for all.
//!
//! A condition is `COLUMN` `SIGN` `VALUE`. The longest name of a column that a sign follows is the
//! column, whatever signs are in it: `age>=65=1` asks of a column `age>=65` where there is one. A
//! blank before the sign ends the name. The value is read as the column's cells are: numbers by
//! size, dates by the calendar, and a word that is missing in the column means what is missing.
//! `static/js/images/conditions.js` says the same; both run `tests/conditions.json`.

use std::fmt;
use std::str::FromStr;

use super::column::{Column, ColumnKind, Value, Writing};
use super::date::{self, Date, DateOrder, Reading};
use super::error::CohortError;
use super::missing::Missing;
use super::names::{composed, find, folded};
use super::number;

/// Cells between two looks at whether anybody still waits.
const LOOK: usize = 4096;
/// How many times as many bytes a name may have as it is written, decomposed and in another case.
const LONGER: usize = 32;

/// The column that stands for every column of the metadata.
const ANY: &str = "*";

/// A condition as it was written: which column it is about is known when the columns are.
///
/// ```
/// use negatoscope_cohort::Filter;
/// let filter: Filter = "finding~covid-19".parse()?;
/// assert_eq!(filter.to_string(), "finding~covid-19");
/// # Ok::<(), negatoscope_cohort::CohortError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(String);

impl FromStr for Filter {
    type Err = CohortError;

    /// Refuses what is no condition whatever the columns are called.
    fn from_str(given: &str) -> Result<Self, CohortError> {
        let filter = Self(given.trim().to_owned());
        let is_condition = filter.splits().next().is_some();
        is_condition
            .then(|| filter.clone())
            .ok_or_else(|| filter.syntax())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is compared how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    Differs,
    Contains,
    AtLeast,
    AtMost,
}

impl Test {
    const SIGNS: [(&str, Self); 5] = [
        ("!=", Self::Differs),
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        ("=", Self::Equals),
        ("~", Self::Contains),
    ];
}

impl Filter {
    /// Which of `n_rows` rows meet the condition; what it is about any column of the metadata is met by any that
    /// does, and `!=`, the opposite of `=`, by all.
    ///
    /// With `=` and `!=` numbers are compared by size, dates as dates, and text to the letter. An
    /// empty value, or a word that is missing in the column, stands for what is missing. With `~` the
    /// text as shown is searched, whatever its case. With `>=` and `<=` two numbers are compared by
    /// size, and everything else as dates. A partial date stands for its whole span, and all of the
    /// cell's has to lie in the bound's or beyond: `2020-12-31` meets `<=2020`, and `2020` meets
    /// neither `>=2020-03` nor `<=2020-03`, because on which side of March it lies is not known.
    ///
    /// # Errors
    /// When there is no such column, and when a bound is neither number nor date.
    pub(super) fn rows(
        &self,
        columns: &[Column],
        n_rows: usize,
        missing: &Missing,
    ) -> Result<Vec<bool>, CohortError> {
        let all = self.rows_unless(columns, n_rows, missing, &|| false);
        Ok(all?.unwrap_or_default())
    }

    /// The same, and `None` once `stop` says that nobody waits any more.
    pub(super) fn rows_unless(
        &self,
        columns: &[Column],
        n_rows: usize,
        missing: &Missing,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<bool>>, CohortError> {
        let (asked, test, value) = self.read(columns.iter().map(|column| column.name.as_str()))?;
        let asked: Vec<&Column> = match asked {
            Some(place) => vec![&columns[place]],
            None => columns
                .iter()
                .filter(|column| !column.of_pictures)
                .collect(),
        };
        self.check_bound(test, value, &asked)?;
        let all = test == Test::Differs;
        let mut wanted = vec![all; n_rows];
        for column in asked {
            let condition = Condition::new(test, value, column, missing);
            for (wanted, cells) in wanted.chunks_mut(LOOK).zip(column.values.chunks(LOOK)) {
                if stop() {
                    return Ok(None);
                }
                for (wanted, cell) in wanted.iter_mut().zip(cells) {
                    if *wanted == all {
                        *wanted = condition.meets(cell.as_ref());
                    }
                }
            }
        }
        Ok(Some(wanted))
    }

    /// The place of the column that the condition is about among `names`; `None` is any.
    ///
    /// # Errors
    /// When there is no such column.
    pub(super) fn about<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Option<usize>, CohortError> {
        self.read(names).map(|(asked, _, _)| asked)
    }

    /// The name of the column that the condition is about; `None` where it is any, or none that is there.
    pub fn column<'a>(&self, columns: &'a [Column]) -> Option<&'a str> {
        let names = columns.iter().map(|column| column.name.as_str());
        self.about(names)
            .ok()?
            .map(|place| columns[place].name.as_str())
    }

    fn read<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(Option<usize>, Test, &str), CohortError> {
        // What is longer than every name is none: a long value full of signs would be compared once a sign.
        let longest = names
            .clone()
            .map(str::len)
            .max()
            .unwrap_or(0)
            .max(ANY.len());
        let named = self
            .splits()
            .take_while(|(left, _, _)| left.len() <= LONGER * longest);
        // The longest name goes first.
        for (left, test, value) in named.collect::<Vec<_>>().into_iter().rev() {
            let asked = match find(names.clone(), left) {
                None if left == ANY => None,
                None => continue,
                some => some,
            };
            return match (test, value) {
                (Test::Contains, "") => Err(self.syntax()),
                _ => Ok((asked, test, value)),
            };
        }
        let (column, _, _) = self.splits().next().ok_or_else(|| self.syntax())?;
        Err(CohortError::UnknownColumn {
            column: column.to_owned(),
            known: names.map(str::to_owned).collect(),
        })
    }

    /// Every way to read the text, the shortest name first.
    fn splits(&self) -> impl Iterator<Item = (&str, Test, &str)> {
        let split = |(at, _)| {
            let (left, right) = (self.0[..at].trim(), &self.0[at..]);
            let mut signs = Test::SIGNS.iter();
            let (sign, test) = signs.find(|(sign, _)| right.starts_with(sign))?;
            (!left.is_empty()).then(|| (left, *test, right[sign.len()..].trim()))
        };
        self.0.char_indices().filter_map(split)
    }

    fn syntax(&self) -> CohortError {
        CohortError::FilterSyntax {
            given: self.0.clone(),
        }
    }

    /// A bound has to be of the column's kind; of text it may be a number or a date.
    fn check_bound(&self, test: Test, value: &str, asked: &[&Column]) -> Result<(), CohortError> {
        if !matches!(test, Test::AtLeast | Test::AtMost) {
            return Ok(());
        }
        let is_bound = |column: &&Column| {
            let bound = Bound::new(value, &column.writing);
            match column.kind {
                ColumnKind::Number => bound.number.is_some(),
                ColumnKind::Date => bound.date.is_some(),
                ColumnKind::Category | ColumnKind::Text => bound.is_some(),
            }
        };
        let given = || self.0.clone();
        match asked {
            columns if columns.iter().any(is_bound) => Ok(()),
            [column] if Bound::new(value, &column.writing).is_some() => {
                let (values, example) = match column.kind {
                    ColumnKind::Number => ("numbers", "40"),
                    _ => ("dates", "2020-03"),
                };
                Err(CohortError::FilterKind {
                    given: given(),
                    values,
                    example,
                })
            }
            _ => Err(CohortError::FilterBound { given: given() }),
        }
    }
}

/// What a bound may mean.
struct Bound {
    number: Option<f64>,
    date: Option<Date>,
}

impl Bound {
    fn new(value: &str, writing: &Writing) -> Self {
        Self {
            number: number::number(value, writing.decimals),
            date: read_date(value, writing.dates),
        }
    }

    fn is_some(&self) -> bool {
        self.number.is_some() || self.date.is_some()
    }
}

fn read_date(text: &str, order: Option<DateOrder>) -> Option<Date> {
    match date::read(text, order) {
        Reading::Date(date) => Some(date),
        Reading::Ambiguous | Reading::NoDate => None,
    }
}

/// A condition whose value is read as the cells of one column are.
struct Condition<'a> {
    test: Test,
    /// Whether the value stands for what is missing.
    is_missing: bool,
    /// The value as text, composed; in lower case where that does not count.
    text: String,
    bound: Bound,
    column: &'a Column,
}

impl<'a> Condition<'a> {
    fn new(test: Test, value: &str, column: &'a Column, missing: &Missing) -> Self {
        let writing = &column.writing;
        let text = match test {
            Test::Contains => folded(value),
            _ => {
                let shown = writing.spellings.get(&*composed(value));
                shown
                    .cloned()
                    .unwrap_or_else(|| composed(value).into_owned())
            }
        };
        Self {
            test,
            is_missing: missing.is_except(value, &writing.kept),
            text,
            bound: Bound::new(value, writing),
            column,
        }
    }

    fn meets(&self, cell: Option<&Value>) -> bool {
        match self.test {
            Test::Equals => self.equals(cell),
            Test::Differs => !self.equals(cell),
            Test::Contains => {
                cell.is_some_and(|cell| folded(&cell.to_string()).contains(&self.text))
            }
            Test::AtLeast => self.lies(
                cell,
                |cell, bound| cell >= bound,
                |cell, bound| cell.0 >= bound.0,
            ),
            Test::AtMost => self.lies(
                cell,
                |cell, bound| cell <= bound,
                |cell, bound| cell.1 <= bound.1,
            ),
        }
    }

    fn equals(&self, cell: Option<&Value>) -> bool {
        match cell {
            None => self.is_missing,
            Some(_) if self.is_missing => false,
            Some(Value::Number(number)) => self.bound.number == Some(*number),
            Some(Value::Date(date)) => self.bound.date.is_some_and(|wanted| date.is(&wanted)),
            Some(Value::Text(text)) => composed(text) == self.text,
            Some(Value::Bool(_)) => cell.is_some_and(|cell| cell.to_string() == self.text),
        }
    }

    fn lies(
        &self,
        cell: Option<&Value>,
        numbers: impl Fn(f64, f64) -> bool,
        spans: impl Fn(Span, Span) -> bool,
    ) -> bool {
        let writing = &self.column.writing;
        let (number, date) = match cell {
            Some(Value::Number(number)) => (Some(*number), None),
            Some(Value::Date(date)) => (None, Some(*date)),
            Some(Value::Text(text)) if self.column.kind != ColumnKind::Date => (
                number::number(text, writing.decimals),
                read_date(text, writing.dates),
            ),
            _ => return false,
        };
        match (number.zip(self.bound.number), date.zip(self.bound.date)) {
            (Some((cell, bound)), _) => numbers(cell, bound),
            (None, Some((cell, bound))) => spans(cell.span(), bound.span()),
            (None, None) => false,
        }
    }
}

/// First and last moment.
type Span = (date::Moment, date::Moment);

#[cfg(test)]
mod tests;
