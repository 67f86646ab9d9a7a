//! Conditions on rows, as `--where` takes them.

use std::fmt;
use std::str::FromStr;

use super::column::number;
use super::date::{self, Reading, SlashOrder};
use super::error::CohortError;

/// The column that stands for every column.
const ANY: &str = "*";

/// One condition on one column, or with `*` on any.
///
/// ```
/// use negatoscope::cohort::Filter;
/// let filter: Filter = "finding~covid-19".parse()?;
/// assert!(filter.accepts("COVID-19, ARDS"));
/// assert_eq!(filter.to_string(), "finding~covid-19");
/// # Ok::<(), negatoscope::cohort::CohortError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The column's name, as given.
    pub column: String,
    test: Test,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    Differs,
    Contains,
    AtLeast,
    AtMost,
}

impl Filter {
    /// Whether a row with this cell is wanted. With `=`, `!=` and `~` cells are compared as trimmed
    /// text: `=` and `!=` to the letter, `~` wherever the text occurs and whatever its case. An
    /// empty value stands for a blank cell.
    ///
    /// With `>=` and `<=` two numbers are compared as numbers, and everything else as dates. A
    /// partial date stands for its whole span, and all of the cell's has to lie in the bound's or
    /// beyond: `2020-12-31` meets `<=2020`, and `2020` meets neither `>=2020-03` nor `<=2020-03`,
    /// because on which side of March it lies is not known. Times of day do not count. A blank
    /// cell, or one that is neither number nor date, meets neither.
    pub fn accepts(&self, cell: &str) -> bool {
        self.meets(cell, SlashOrder::Unknown)
    }

    /// Whether the condition is about every column.
    pub(super) fn is_about_any(&self) -> bool {
        self.column == ANY
    }

    /// Which of `n_rows` rows are wanted, by the cells of each column that the condition is about.
    /// Where these are several, any may meet it; only `!=`, the opposite of `=`, wants all to.
    pub(super) fn rows<C: AsRef<str>>(
        &self,
        n_rows: usize,
        columns: impl Iterator<Item = Vec<C>>,
    ) -> Vec<bool> {
        let all = self.test == Test::Differs;
        let mut wanted = vec![all; n_rows];
        for cells in columns {
            let order = match self.test {
                Test::AtLeast | Test::AtMost => SlashOrder::of(cells.iter().map(AsRef::as_ref)),
                _ => SlashOrder::Unknown,
            };
            for (wanted, cell) in wanted.iter_mut().zip(&cells) {
                if *wanted == all {
                    *wanted = self.meets(cell.as_ref(), order);
                }
            }
        }
        wanted
    }

    fn meets(&self, cell: &str, order: SlashOrder) -> bool {
        let cell = cell.trim();
        match self.test {
            Test::Equals => cell == self.value,
            Test::Differs => cell != self.value,
            Test::Contains => cell.to_lowercase().contains(&self.value.to_lowercase()),
            Test::AtLeast => match numbers(cell, &self.value) {
                Some((cell, bound)) => cell >= bound,
                None => {
                    spans(cell, &self.value, order).is_some_and(|(cell, bound)| cell.0 >= bound.0)
                }
            },
            Test::AtMost => match numbers(cell, &self.value) {
                Some((cell, bound)) => cell <= bound,
                None => {
                    spans(cell, &self.value, order).is_some_and(|(cell, bound)| cell.1 <= bound.1)
                }
            },
        }
    }
}

fn numbers(cell: &str, bound: &str) -> Option<(f64, f64)> {
    Some((number(cell)?, number(bound)?))
}

/// First and last day.
type Span = (String, String);

fn spans(cell: &str, bound: &str, order: SlashOrder) -> Option<(Span, Span)> {
    Some((span(cell, order)?, span(bound, order)?))
}

/// The days that a date may mean. That no month may have 31 days does no harm: days are compared
/// as text, and no date lies between.
fn span(cell: &str, order: SlashOrder) -> Option<Span> {
    let Reading::Date(date) = date::read(cell, order) else {
        return None;
    };
    let day = date.split('T').next()?;
    let (first, last) = match day.len() {
        4 => ("-01-01", "-12-31"),
        7 => ("-01", "-31"),
        _ => ("", ""),
    };
    Some((format!("{day}{first}"), format!("{day}{last}")))
}

impl FromStr for Filter {
    type Err = CohortError;

    fn from_str(given: &str) -> Result<Self, CohortError> {
        let syntax = || CohortError::FilterSyntax {
            given: given.to_owned(),
        };
        let at = given.find(['=', '~']).ok_or_else(syntax)?;
        let (left, value) = (&given[..at], given[at + 1..].trim());
        let (column, test) = match (given.as_bytes()[at], left.as_bytes().last()) {
            (b'~', _) => (left, Test::Contains),
            (_, Some(b'!')) => (&left[..at - 1], Test::Differs),
            (_, Some(b'>')) => (&left[..at - 1], Test::AtLeast),
            (_, Some(b'<')) => (&left[..at - 1], Test::AtMost),
            (_, _) => (left, Test::Equals),
        };
        let column = column.trim();
        let empty_text = test == Test::Contains && value.is_empty();
        if column.is_empty() || empty_text {
            return Err(syntax());
        }
        let is_bound = || number(value).is_some() || span(value, SlashOrder::Unknown).is_some();
        if matches!(test, Test::AtLeast | Test::AtMost) && !is_bound() {
            return Err(CohortError::FilterBound {
                given: given.to_owned(),
            });
        }
        Ok(Self {
            column: column.to_owned(),
            test,
            value: value.to_owned(),
        })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.test {
            Test::Equals => "=",
            Test::Differs => "!=",
            Test::Contains => "~",
            Test::AtLeast => ">=",
            Test::AtMost => "<=",
        };
        write!(f, "{}{sign}{}", self.column, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(filter: &str, cell: &str) -> bool {
        filter.parse::<Filter>().unwrap().accepts(cell)
    }

    #[test]
    fn the_three_tests() {
        assert!(accepts("modality=X-ray", " X-ray "));
        assert!(!accepts("modality=X-ray", "x-ray"));
        assert!(accepts("modality!=CT", "X-ray"));
        assert!(!accepts("modality!=CT", "CT"));
        assert!(accepts("finding~covid", "ARDS, COVID-19"));
        assert!(!accepts("finding~covid", "SARS"));
    }

    #[test]
    fn an_empty_value_means_a_blank_cell() {
        assert!(accepts("view=", "  "));
        assert!(!accepts("view!=", ""));
    }

    #[test]
    fn the_first_sign_counts() {
        assert!(accepts("notes~a=b", "A=B"));
        assert!(accepts("url=http://x/?a=b~c", "http://x/?a=b~c"));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(accepts("age>=40", "40"));
        assert!(accepts("age>=40", " 100 "));
        assert!(!accepts("age>=40", "9"));
        assert!(accepts("age<=-0.5", "-1e2"));
        for blank_or_word in ["", "nan", "40s", "forty", "007"] {
            assert!(!accepts("age>=0", blank_or_word), "{blank_or_word}");
            assert!(!accepts("age<=1000", blank_or_word), "{blank_or_word}");
        }
    }

    #[test]
    fn a_partial_date_stands_for_its_whole_span() {
        assert!(accepts("date>=2020-03", "March 1, 2020"));
        assert!(!accepts("date>=2020-03", "2020-02-29"));
        assert!(accepts("date<=2020-03", "2020-03-31T23:59"));
        assert!(!accepts("date<=2020-03", "2020-04-01"));
        assert!(accepts("date<=2020", "2020-12-31") && accepts("date<=2020", "2020"));
        assert!(accepts("date>=2020", "2020") && !accepts("date>=2020", "2019-12-31"));
        // It may lie on either side.
        assert!(!accepts("date>=2020-03", "2020") && !accepts("date<=2020-03", "2020"));
        assert!(!accepts("date>=2020-03", "soon"));
    }

    #[test]
    fn the_column_settles_whether_the_month_comes_first() {
        let filter: Filter = "date>=2020-04".parse().unwrap();
        let rows = |cells: [&str; 2]| filter.rows(2, [cells.to_vec()].into_iter());
        assert_eq!(rows(["3/4/2020", "29/2/2020"]), [true, false]);
        assert_eq!(rows(["3/4/2020", "2/29/2020"]), [false, false]);
    }

    #[test]
    fn a_star_is_any_column() {
        let rows = |filter: &str| {
            let columns = [vec!["CT", "X-ray", ""], vec!["7", "8", "CT"]];
            filter
                .parse::<Filter>()
                .unwrap()
                .rows(3, columns.into_iter())
        };
        assert_eq!(rows("*=CT"), [true, false, true]);
        assert_eq!(rows("*!=CT"), [false, true, false]);
        assert_eq!(rows("*~ray"), [false, true, false]);
        assert_eq!(rows("*>=8"), [false, true, false]);
    }

    #[test]
    fn written_as_it_was_given() {
        for text in ["a=b", "a!=b", "a~b", "a=", "a>=2", "a<=2020-03", "*~b"] {
            assert_eq!(text.parse::<Filter>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "finding",
            "=x",
            "!=x",
            "~x",
            "a~",
            " ~ ",
            ">=1",
            "a>1",
            "a>=",
            "a>=b",
            "a<=nan",
            "a>=3/4/2020",
        ] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
