//! A part of a cohort: the records that meet conditions.

use super::error::{CohortError, NothingLeft};
use super::filter::Filter;
use super::record::Cohort;
use super::settle::retain;

/// What conditions leave of a cohort.
#[derive(Debug)]
pub enum Left {
    /// The records that meet them all, and their places in the cohort.
    Part(Box<Cohort>, Vec<usize>),
    /// No record.
    Nothing(NothingLeft),
}

impl Cohort {
    /// What `conditions` leave; `None` once `stop` says that nobody waits any more.
    ///
    /// # Errors
    /// When a condition names no column or has no sense for it.
    pub fn left(
        &self,
        conditions: &[Filter],
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Left>, CohortError> {
        let Some(sieve) = self.sieve(conditions, stop)? else {
            return Ok(None);
        };
        Ok(Some(match sieve.nothing_left("image") {
            Some(nothing) => Left::Nothing(nothing),
            None => {
                let (part, places) = self.sifted(conditions, &sieve.keep);
                Left::Part(Box::new(part), places)
            }
        }))
    }

    /// The records that meet all of `conditions`, and their places in this cohort.
    ///
    /// # Errors
    /// When a condition names no column or has no sense for it. That no record is left is none: it is
    /// for the caller to say.
    pub fn part(&self, conditions: &[Filter]) -> Result<(Self, Vec<usize>), CohortError> {
        let keep = self.whole_sieve(conditions)?.keep;
        Ok(self.sifted(conditions, &keep))
    }

    fn sifted(&self, conditions: &[Filter], keep: &[bool]) -> (Self, Vec<usize>) {
        let (mut part, places) = self.kept(keep);
        let filters = conditions.iter().map(ToString::to_string);
        part.filters.extend(filters);
        (part, places)
    }

    /// Whether some of its conditions are about what the pictures tell, which is not known before these are read.
    pub fn awaits_pictures(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// The records that meet the conditions which had to wait for the pictures, and their places.
    ///
    /// # Errors
    /// As [`Cohort::part`], and when no record is left.
    pub fn part_awaited(&self) -> Result<(Self, Vec<usize>), CohortError> {
        let sieve = self.whole_sieve(&self.awaited)?;
        if let Some(mut nothing) = sieve.nothing_left("image") {
            nothing.condition = format!("{:?}", nothing.condition);
            // The others were tried first.
            if self.awaited.len() < self.filters.len() {
                nothing.left = nothing.left.or(Some(nothing.n));
            }
            nothing.n += self.report.n_filtered_out;
            return Err(CohortError::NothingLeft(nothing));
        }
        let (mut part, places) = self.kept(&sieve.keep);
        part.awaited.clear();
        Ok((part, places))
    }

    /// The first of `conditions` that leaves no record of those that the ones before it leave.
    ///
    /// # Errors
    /// As [`Cohort::part`].
    pub fn nothing_left(&self, conditions: &[Filter]) -> Result<Option<NothingLeft>, CohortError> {
        Ok(self.whole_sieve(conditions)?.nothing_left("image"))
    }

    fn whole_sieve(&self, conditions: &[Filter]) -> Result<Sieve, CohortError> {
        let sieve = self.sieve(conditions, &|| false)?;
        Ok(sieve.unwrap_or_else(|| Sieve::new(self.records.len())))
    }

    fn sieve(
        &self,
        conditions: &[Filter],
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Sieve>, CohortError> {
        let n_records = self.records.len();
        let mut sieve = Sieve::new(n_records);
        for condition in conditions {
            let met = condition.rows_unless(&self.columns, n_records, &self.missing, stop)?;
            let Some(met) = met else { return Ok(None) };
            sieve.pass(condition, &met);
        }
        Ok(Some(sieve))
    }

    /// The records that are kept, and their places.
    fn kept(&self, keep: &[bool]) -> (Self, Vec<usize>) {
        let n_records = self.records.len();
        let places: Vec<usize> = (0..n_records).filter(|&place| keep[place]).collect();
        let n_excluded = n_records - places.len();
        let mut part = self.clone();
        retain(&mut part.records, keep);
        for column in &mut part.columns {
            retain(&mut column.values, keep);
        }
        part.report.n_filtered_out += n_excluded;
        part.report.n_matched = part.report.n_matched.saturating_sub(n_excluded);
        part.count_taught();
        (part, places)
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
