//! What the pictures tell once each has been read.

use std::collections::BTreeMap;

use super::column::{Column, ColumnKind, Value};
use super::describe::free_name;
use super::error::CohortError;
use super::image::ImageFacts;
use super::record::{Assumption, Cohort, IN_TRAINING};
use super::summary::Skipped;

/// What came of looking at one record's image.
#[derive(Debug, Clone, PartialEq)]
pub enum Examined {
    /// The image was read.
    Read {
        /// What the picture is like.
        facts: ImageFacts,
        /// Whether its bytes are among those that the default model was trained on; `None` where no
        /// such model is used.
        in_training: Option<bool>,
        /// Whether they are among those that the model in use was trained on.
        is_taught: bool,
    },
    /// The image cannot be read, and the record has to go.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// There is no image to look at; the record stays.
    NoImage,
}

impl Cohort {
    /// Takes out the records whose images cannot be read, and adds the columns `width`, `height`
    /// (pixels), `file_type`, `mean_brightness` (0 to 255) and, if it is known of any image,
    /// `in_training`. `examined` has one entry per record, in their order.
    ///
    /// # Errors
    /// When `examined` has another length, and when no record is left.
    pub fn settle(mut self, examined: Vec<Examined>) -> Result<Self, CohortError> {
        let expected = self.records.len();
        if examined.len() != expected {
            return Err(CohortError::Misaligned {
                expected,
                given: examined.len(),
            });
        }
        let keep: Vec<bool> = examined
            .iter()
            .map(|seen| !matches!(seen, Examined::Unreadable { .. }))
            .collect();
        for (record, seen) in self.records.iter_mut().zip(&examined) {
            match seen {
                Examined::Unreadable { reason } => self.skipped.push(Skipped {
                    filename: record.filename.clone(),
                    reason: reason.clone(),
                }),
                Examined::Read { is_taught, .. } => record.is_taught = *is_taught,
                Examined::NoImage => {}
            }
        }
        retain(&mut self.records, &keep);
        for column in &mut self.columns {
            retain(&mut column.values, &keep);
        }
        let n_left = self.records.len();
        self.report.n_unreadable += expected - n_left;
        self.report.n_matched -= (expected - n_left).min(self.report.n_matched);
        if n_left == 0 && expected > 0 {
            let reason = self.skipped.iter().rev().take(expected).next_back();
            let reason = reason
                .map(|skipped| skipped.reason.clone())
                .unwrap_or_default();
            return Err(CohortError::NoneReadable {
                n_images: expected,
                reason,
            });
        }
        self.assume_depths(&examined);
        self.add_picture_columns(&examined);
        Ok(self)
    }

    /// Says how many pictures of 16 bits were taken to use fewer.
    fn assume_depths(&mut self, examined: &[Examined]) {
        let mut counts = BTreeMap::<u8, usize>::new();
        for seen in examined {
            if let Examined::Read { facts, .. } = seen
                && facts.depth.is_low()
            {
                *counts.entry(facts.depth.used).or_default() += 1;
            }
        }
        for (bits, n_pictures) in counts {
            let (pictures, use_them) = match n_pictures {
                1 => ("1 picture".to_owned(), "uses"),
                n => (format!("{n} pictures"), "use"),
            };
            let text = format!(
                "{pictures} of 16 bits {use_them} {bits} of them: white is taken for {}",
                (1_u32 << bits) - 1
            );
            self.assumed.push(Assumption {
                topic: "depth",
                column: None,
                text,
            });
        }
    }

    fn add_picture_columns(&mut self, examined: &[Examined]) {
        let seen: Vec<Option<(&ImageFacts, Option<bool>)>> = examined
            .iter()
            .filter_map(|seen| match seen {
                Examined::Read {
                    facts, in_training, ..
                } => Some(Some((facts, *in_training))),
                Examined::NoImage => Some(None),
                Examined::Unreadable { .. } => None,
            })
            .collect();
        if seen.iter().all(Option::is_none) {
            return;
        }
        let mut add = |name: &str, kind, value: &dyn Fn(&ImageFacts) -> Value| {
            let values = seen
                .iter()
                .map(|seen| seen.map(|(facts, _)| value(facts)))
                .collect();
            let name = free_name(&self.columns, name);
            self.columns.push(Column::of_pictures(name, kind, values));
        };
        add("width", ColumnKind::Number, &|facts| {
            Value::Number(f64::from(facts.width))
        });
        add("height", ColumnKind::Number, &|facts| {
            Value::Number(f64::from(facts.height))
        });
        add("file_type", ColumnKind::Category, &|facts| {
            Value::Text(facts.file_type.clone())
        });
        add("mean_brightness", ColumnKind::Number, &|facts| {
            // Two decimals: more would be noise of the decoder.
            Value::Number((f64::from(facts.mean_brightness) * 100.0).round() / 100.0)
        });
        let in_training: Vec<Option<bool>> = seen
            .iter()
            .map(|seen| seen.and_then(|(_, in_training)| in_training))
            .collect();
        if in_training.iter().any(Option::is_some) {
            let values = in_training
                .into_iter()
                .map(|known| known.map(Value::Bool))
                .collect();
            let name = free_name(&self.columns, IN_TRAINING);
            self.columns
                .push(Column::of_pictures(name, ColumnKind::Category, values));
        }
        self.count_taught();
    }

    /// Counts the images that the model in use was trained on.
    pub(super) fn count_taught(&mut self) {
        let taught = self.records.iter().filter(|record| record.is_taught);
        self.report.n_in_training = taught.count();
    }
}

pub(super) fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next().copied().unwrap_or(false));
}
