//! What a column says of each image: as it is shown and counted, and as it is tested.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::bundle;
use crate::cohort::{Cohort, Column, ColumnKind, Date, Value};

use super::calendar;

/// A column of numbers or dates with more values than this is counted in quarters of equal size.
const MAX_NUMBERS: usize = 12;

/// There is no column of this name.
#[derive(Debug, Error)]
#[error("{parameter} names no column of the {of}, \"{name}\": choose one of {known}")]
pub struct UnknownColumn {
    /// What has no such column: the cohort, or what of it went into a bundle.
    pub of: &'static str,
    /// The parameter that names it.
    pub parameter: &'static str,
    /// The name.
    pub name: String,
    /// The names that there are, or the nearest of them.
    pub known: String,
}

/// Values of a column in the order of the records, as the statistics take them.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Categories by number, and what each is called; in the order of their names.
    Categories {
        /// The category of each image.
        codes: Vec<Option<u32>>,
        /// Names by number.
        names: Vec<String>,
    },
    /// Numbers, and dates as years.
    Numbers(Vec<Option<f64>>),
}

impl Values {
    /// Whether an image has a value.
    pub(super) fn has(&self, image: usize) -> bool {
        match self {
            Self::Categories { codes, .. } => codes[image].is_some(),
            Self::Numbers(numbers) => numbers[image].is_some_and(|number| !number.is_nan()),
        }
    }
}

/// A number for each image's group; an image without one is a group of its own.
pub(super) fn group_numbers(cohort: &Cohort) -> Vec<usize> {
    let mut known = BTreeMap::new();
    let mut numbers = 0..;
    let mut fresh = || numbers.next().unwrap_or_default();
    cohort
        .records
        .iter()
        .map(|record| match &record.group {
            Some(group) => *known.entry(group.as_str()).or_insert_with(&mut fresh),
            None => fresh(),
        })
        .collect()
}

/// The column's values as shown, in the order of the records; `parameter` is who names it.
pub(super) fn shown_values(
    cohort: &Cohort,
    parameter: &'static str,
    name: &str,
) -> Result<Vec<Option<String>>, UnknownColumn> {
    let Some(column) = cohort.column(name) else {
        // A cohort without any place still answers the default question: all are missing.
        let name = name.to_owned();
        return match name.as_str() {
            "country" => Ok(vec![None; cohort.records.len()]),
            _ => Err(UnknownColumn {
                known: cohort.suggestion(&name),
                of: match is_left_out(cohort, &name) {
                    true => "cohort that went into the bundle",
                    false => "cohort",
                },
                parameter,
                name,
            }),
        };
    };
    if column.n_unique() > MAX_NUMBERS {
        match column.kind {
            ColumnKind::Number => return Ok(quarters(&numbers_of(column), |x| x.to_string())),
            ColumnKind::Date => return Ok(quarters_of_dates(column)),
            ColumnKind::Category | ColumnKind::Text => {}
        }
    }
    let values = column.values.iter();
    Ok(values.map(as_shown).collect())
}

/// Whether a column was there and did not go into the bundle that the cohort comes from.
pub(super) fn is_left_out(cohort: &Cohort, name: &str) -> bool {
    let mut told = cohort.assumed.iter();
    cohort.column(name).is_none()
        && told.any(|one| one.topic == bundle::TOPIC && one.column.as_deref() == Some(name))
}

fn as_shown(value: &Option<Value>) -> Option<String> {
    value.as_ref().map(Value::to_string)
}

/// Dates as quarters of those that have a place among them; others, such as years alone, as given.
fn quarters_of_dates(column: &Column) -> Vec<Option<String>> {
    let (unit, counts) = calendar::placed(column);
    let numbers: Vec<Option<f64>> = counts.iter().map(|count| Some((*count)? as f64)).collect();
    let quarters = quarters(&numbers, |count| unit.text(count as i64));
    let values = quarters.into_iter().zip(&column.values);
    let quarter_or = |(quarter, value): (Option<String>, _)| quarter.or_else(|| as_shown(value));
    values.map(quarter_or).collect()
}

/// Numbers as the quarter of the cohort that they fall in, named by its smallest and largest.
fn quarters(numbers: &[Option<f64>], text: impl Fn(f64) -> String) -> Vec<Option<String>> {
    let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return vec![None; numbers.len()];
    }
    let bounds = [1, 2, 3].map(|quarter| sorted[quarter * (sorted.len() - 1) / 4]);
    let quarter = |value: f64| bounds.iter().filter(|&&bound| value > bound).count();
    let name = |wanted: usize| {
        let inside = || sorted.iter().filter(|&&value| quarter(value) == wanted);
        let (first, last) = (inside().next()?, inside().next_back()?);
        Some(format!("{} – {}", text(*first), text(*last)))
    };
    let names = [0, 1, 2, 3].map(name);
    let named = |number: &Option<f64>| names[quarter((*number)?)].clone();
    numbers.iter().map(named).collect()
}

/// Shown values as numbered categories.
pub(super) fn categories(shown: &[Option<String>]) -> Values {
    let mut names: Vec<String> = shown.iter().flatten().cloned().collect();
    names.sort_unstable();
    names.dedup();
    let code = |value: &String| names.binary_search(value).ok().map(|at| at as u32);
    let codes = shown.iter().map(|value| code(value.as_ref()?)).collect();
    Values::Categories { codes, names }
}

/// The column as it is tested: numbers and dates by their order, everything else as categories.
pub(super) fn tested_values(column: &Column) -> Values {
    match column.kind {
        ColumnKind::Number => Values::Numbers(numbers_of(column)),
        ColumnKind::Date => Values::Numbers(years_of(column)),
        ColumnKind::Category | ColumnKind::Text => {
            let shown = column.values.iter().map(as_shown);
            categories(&shown.collect::<Vec<_>>())
        }
    }
}

/// The column as it is held fixed: levels, and numbers and dates of many values as such.
pub(super) fn held_values(
    cohort: &Cohort,
    parameter: &'static str,
    name: &str,
) -> Result<Values, UnknownColumn> {
    let shown = shown_values(cohort, parameter, name)?;
    let many = |column: &&Column| {
        matches!(column.kind, ColumnKind::Number | ColumnKind::Date)
            && column.n_unique() > MAX_NUMBERS
    };
    let many = cohort.column(name).filter(many);
    Ok(many.map_or_else(|| categories(&shown), tested_values))
}

fn numbers_of(column: &Column) -> Vec<Option<f64>> {
    let number = |value: &Option<Value>| match value {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    column.values.iter().map(number).collect()
}

/// Dates as years and fractions of years. Where some dates name a month, those that name only a
/// year count as missing: their place among the others is not known.
fn years_of(column: &Column) -> Vec<Option<f64>> {
    let read: Vec<Option<Date>> = column.values.iter().map(calendar::date_of).collect();
    let months = read.iter().flatten().any(Date::has_month);
    let keep = |date: Date| (date.has_month() || !months).then(|| date.years());
    read.into_iter().map(|date| keep(date?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::Writing;

    fn column(kind: ColumnKind, cells: &[Option<Value>]) -> Column {
        Column {
            name: "x".to_owned(),
            kind,
            values: cells.to_vec(),
            derived: false,
            of_pictures: false,
            writing: Writing::default(),
        }
    }

    #[test]
    fn years_count_as_dates_only_among_themselves() {
        let date = |text: &str| Some(Value::Date(text.parse().unwrap()));
        let years = column(ColumnKind::Date, &[date("2019"), None, date("2020")]);
        let expected = vec![Some(2019.0), None, Some(2020.0)];
        assert_eq!(tested_values(&years), Values::Numbers(expected));
        let mixed = column(
            ColumnKind::Date,
            &[date("2020"), date("2020-03"), date("2020-03-28T10:00")],
        );
        let Values::Numbers(found) = tested_values(&mixed) else {
            panic!("dates are numbers");
        };
        assert_eq!(found[0], None);
        assert!(found[1] < found[2]);
    }

    #[test]
    fn dates_of_many_values_are_counted_in_quarters_and_years_among_them_as_given() {
        let day = |day: u8| format!("2020-03-{day:02}").parse().unwrap();
        let mut cells: Vec<_> = (1..=16).map(|at| Some(Value::Date(day(at)))).collect();
        cells.push(Some(Value::Date("2020".parse().unwrap())));
        cells.push(None);
        let found = quarters_of_dates(&column(ColumnKind::Date, &cells));
        let name = |at: usize| found[at].as_deref();
        assert_eq!(name(0), Some("2020-03-01 – 2020-03-04"));
        assert_eq!(name(15), Some("2020-03-13 – 2020-03-16"));
        assert_eq!((name(16), name(17)), (Some("2020"), None));
    }

    #[test]
    fn categories_are_numbered_by_name() {
        let cells = ["b", "a", "b"].map(|text| Some(Value::Text(text.to_owned())));
        let expected = Values::Categories {
            codes: vec![Some(1), Some(0), Some(1)],
            names: vec!["a".to_owned(), "b".to_owned()],
        };
        let found = tested_values(&column(ColumnKind::Category, &cells));
        assert_eq!(found, expected);
    }
}
