//! A part of a cohort: the records that meet conditions.

use std::borrow::Cow;

use super::column::{Column, Value};
use super::error::CohortError;
use super::filter::Filter;
use super::record::Cohort;
use super::settle::retain;

impl Cohort {
    /// The records that meet all of `conditions`, and their places in this cohort. Cells are compared
    /// as they are shown, those of derived columns too; a missing value is a blank cell.
    ///
    /// # Errors
    /// [`CohortError::UnknownColumn`]. That no record is left is none: it is for the caller to say.
    pub fn part(&self, conditions: &[Filter]) -> Result<(Self, Vec<usize>), CohortError> {
        let n_records = self.records.len();
        let mut keep = vec![true; n_records];
        for condition in conditions {
            let columns = self.columns_of(condition)?;
            let cells = columns.into_iter().map(cells);
            let met = condition.rows(n_records, cells);
            keep.iter_mut()
                .zip(met)
                .for_each(|(keep, met)| *keep &= met);
        }
        let places: Vec<usize> = (0..n_records).filter(|&place| keep[place]).collect();
        let n_excluded = n_records - places.len();
        let mut part = self.clone();
        retain(&mut part.records, &keep);
        for column in &mut part.columns {
            retain(&mut column.values, &keep);
        }
        part.filters
            .extend(conditions.iter().map(ToString::to_string));
        part.report.n_filtered_out += n_excluded;
        part.report.n_matched = part.report.n_matched.saturating_sub(n_excluded);
        part.count_in_training();
        Ok((part, places))
    }

    fn columns_of(&self, condition: &Filter) -> Result<Vec<&Column>, CohortError> {
        if condition.is_about_any() {
            return Ok(self.columns.iter().collect());
        }
        let wanted = &condition.column;
        let mut columns = self.columns.iter();
        let same = |column: &&Column| column.name.eq_ignore_ascii_case(wanted);
        let column = self.column(wanted).or_else(|| columns.find(same));
        let unknown = || CohortError::UnknownColumn {
            column: wanted.clone(),
            known: self
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        };
        Ok(vec![column.ok_or_else(unknown)?])
    }
}

fn cells(column: &Column) -> Vec<Cow<'_, str>> {
    column.values.iter().map(cell).collect()
}

fn cell(value: &Option<Value>) -> Cow<'_, str> {
    match value {
        None => Cow::Borrowed(""),
        Some(Value::Text(text)) => Cow::Borrowed(text),
        Some(other) => Cow::Owned(other.to_string()),
    }
}
