//! A part of a cohort: the records that meet conditions.

use super::error::{CohortError, NothingLeft};
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
        if let Some(mut nothing) = self.nothing_left(&self.awaited)? {
            nothing.condition = format!("{:?}", nothing.condition);
            // The others were tried first.
            if self.awaited.len() < self.filters.len() {
                nothing.left = nothing.left.or(Some(nothing.n));
            }
            nothing.n += self.report.n_filtered_out;
            return Err(CohortError::NothingLeft(nothing));
        }
        Ok((part, places))
    }

    /// The first of `conditions` that leaves no record of those that the ones before it leave.
    ///
    /// # Errors
    /// As [`Cohort::part`].
    pub fn nothing_left(&self, conditions: &[Filter]) -> Result<Option<NothingLeft>, CohortError> {
        Ok(self.sieve(conditions)?.nothing_left("image"))
    }

    fn sieve(&self, conditions: &[Filter]) -> Result<Sieve, CohortError> {
        let mut sieve = Sieve::new(self.records.len());
        for condition in conditions {
            let met = condition.rows(&self.columns, self.records.len(), &self.missing)?;
            sieve.pass(condition, &met);
        }
        Ok(sieve)
    }

    fn meeting(&self, conditions: &[Filter]) -> Result<(Self, Vec<usize>), CohortError> {
        let n_records = self.records.len();
        let keep = self.sieve(conditions)?.keep;
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

/// What conditions leave, one after the other.
pub(super) struct Sieve {
    pub(super) keep: Vec<bool>,
    n_passed: usize,
    /// The condition that left nothing, how many were left before it, and how many came before it.
    emptied: Option<(String, usize, usize)>,
}

impl Sieve {
    pub(super) fn new(n: usize) -> Self {
        Self {
            keep: vec![true; n],
            n_passed: 0,
            emptied: None,
        }
    }

    /// Keeps of what is left what meets the condition.
    pub(super) fn pass(&mut self, condition: &Filter, met: &[bool]) {
        let n_left = |keep: &[bool]| keep.iter().filter(|keep| **keep).count();
        let before = n_left(&self.keep);
        let pairs = self.keep.iter_mut().zip(met);
        pairs.for_each(|(keep, met)| *keep &= *met);
        if before > 0 && n_left(&self.keep) == 0 {
            self.emptied = Some((condition.to_string(), before, self.n_passed));
        }
        self.n_passed += 1;
    }

    /// Which condition left nothing.
    pub(super) fn nothing_left(&self, unit: &'static str) -> Option<NothingLeft> {
        let (condition, before, n_passed) = self.emptied.clone()?;
        Some(NothingLeft {
            unit,
            n: self.keep.len(),
            left: (n_passed > 0).then_some(before),
            condition,
        })
    }
}
