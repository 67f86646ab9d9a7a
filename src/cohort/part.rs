//! A part of a cohort: the records that meet conditions.

use super::error::CohortError;
use super::filter::Filter;
use super::record::Cohort;
use super::settle::retain;

impl Cohort {
    /// The records that meet all of `conditions`, and their places in this cohort.
    ///
    /// # Errors
    /// When a condition names no column or has no sense for it. That no record is left is none: it is
    /// for the caller to say.
    pub fn part(&self, conditions: &[Filter]) -> Result<(Self, Vec<usize>), CohortError> {
        let (mut part, places) = self.meeting(conditions)?;
        let filters = conditions.iter().map(ToString::to_string);
        part.filters.extend(filters);
        Ok((part, places))
    }

    /// The records that meet the conditions which had to wait for the pictures, and their places.
    ///
    /// # Errors
    /// As [`Cohort::part`], and when no record is left.
    pub fn part_awaited(&self) -> Result<(Self, Vec<usize>), CohortError> {
        let (mut part, places) = self.meeting(&self.awaited)?;
        part.awaited.clear();
        if places.is_empty() && !self.records.is_empty() {
            let filters = self
                .awaited
                .iter()
                .map(|filter| format!("{:?}", filter.to_string()));
            return Err(CohortError::NothingLeft {
                n_rows: self.records.len(),
                filters: filters.collect(),
            });
        }
        Ok((part, places))
    }

    fn meeting(&self, conditions: &[Filter]) -> Result<(Self, Vec<usize>), CohortError> {
        let n_records = self.records.len();
        let mut keep = vec![true; n_records];
        for condition in conditions {
            let met = condition.rows(&self.columns, n_records, &self.missing)?;
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
        part.report.n_filtered_out += n_excluded;
        part.report.n_matched = part.report.n_matched.saturating_sub(n_excluded);
        part.count_in_training();
        Ok((part, places))
    }
}
