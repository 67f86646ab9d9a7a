//! Conditions on rows, as `--where` takes them.

use std::fmt;
use std::str::FromStr;

use super::error::CohortError;

/// One condition on one column.
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
}

impl Filter {
    /// Whether a row with this cell is wanted. Cells are compared as trimmed text: `=` and `!=` to
    /// the letter, `~` wherever the text occurs and whatever its case. An empty value stands for a
    /// blank cell.
    pub fn accepts(&self, cell: &str) -> bool {
        let cell = cell.trim();
        match self.test {
            Test::Equals => cell == self.value,
            Test::Differs => cell != self.value,
            Test::Contains => cell.to_lowercase().contains(&self.value.to_lowercase()),
        }
    }
}

impl FromStr for Filter {
    type Err = CohortError;

    fn from_str(given: &str) -> Result<Self, CohortError> {
        let syntax = || CohortError::FilterSyntax {
            given: given.to_owned(),
        };
        let at = given.find(['=', '~']).ok_or_else(syntax)?;
        let (left, value) = (&given[..at], &given[at + 1..]);
        let (column, test) = match (given.as_bytes()[at], left.strip_suffix('!')) {
            (b'~', _) => (left, Test::Contains),
            (_, Some(column)) => (column, Test::Differs),
            (_, None) => (left, Test::Equals),
        };
        let (column, value) = (column.trim(), value.trim());
        let empty_text = matches!(test, Test::Contains) && value.is_empty();
        if column.is_empty() || empty_text {
            return Err(syntax());
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
    fn written_as_it_was_given() {
        for text in ["a=b", "a!=b", "a~b", "a="] {
            assert_eq!(text.parse::<Filter>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "finding", "=x", "!=x", "~x", "a~", " ~ "] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
