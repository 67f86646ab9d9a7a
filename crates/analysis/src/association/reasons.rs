//! Why a column cannot be tested against the clusters.

use std::fmt::{Display, Formatter, Result};

/// Patients that can be exchanged with another, at least: with fewer there are too few
/// arrangements for a small p.
pub const MIN_MOVABLE: usize = 10;

/// Why there is no test of a column. Displayed in terms of patients; see [`NotTestable::sentence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTestable {
    /// The column is empty.
    NoValues,
    /// Where the column has a value, the one that is held fixed has none.
    NoLevels,
    /// There is nothing to tell apart.
    FewClusters,
    /// The column says the same of every image that counts.
    FewValues,
    /// A name or a number of the patient: any cluster of few patients would be "explained" by it.
    OwnValues {
        /// Different values among the images that count.
        n_values: usize,
        /// Patients among them.
        n_groups: usize,
    },
    /// The levels of the other column are more than half as many as the patients: hardly any two
    /// of these are at the same.
    ManyLevels,
    /// Within each level of the other column the clusters or the values are all the same.
    NothingWithin,
    /// Too few arrangements are possible.
    FewMovable {
        /// Patients with exactly as many images that count as another has, at each level.
        n_movable: usize,
        /// Patients with images that count.
        n_groups: usize,
        /// Whether levels of another column are held fixed.
        within: bool,
    },
}

impl NotTestable {
    /// The reason in words, without a full stop, where `one` of `many` is what stays whole:
    /// "patient" and "patients", or "image" and "images" where each counts alone.
    pub fn sentence(&self, one: &str, many: &str) -> String {
        let unit = |n: usize| if n == 1 { one } else { many };
        match *self {
            Self::NoValues => "no image has a value".into(),
            Self::NoLevels => "no image with a value has one of the column that is held fixed; \
                               hold another one fixed, or none"
                .into(),
            Self::FewClusters => "the images with a value are in fewer than two clusters; choose \
                                  a setting that finds more"
                .into(),
            Self::FewValues => "all images that count have the same value".into(),
            Self::OwnValues { n_values, n_groups } => format!(
                "{n_values} values among {n_groups} {} name the {many} rather than groups of them",
                unit(n_groups)
            ),
            Self::ManyLevels => format!(
                "the column that is held fixed has nearly as many levels as there are {many}; \
                 hold one with fewer levels fixed"
            ),
            Self::NothingWithin => "no level of the column that is held fixed has two clusters \
                                    and two values in it; hold another one fixed, or none"
                .into(),
            Self::FewMovable {
                n_movable,
                n_groups,
                within,
            } => {
                let that_count = if one == "image" {
                    "that count"
                } else {
                    "with images that count"
                };
                if n_movable == n_groups {
                    return format!(
                        "only {n_groups} {} {that_count}; a test needs {MIN_MOVABLE} that can \
                         exchange values",
                        unit(n_groups)
                    );
                }
                let only = if n_movable == 0 {
                    "none".to_owned()
                } else {
                    format!("only {n_movable}")
                };
                let takes = match (one == "image", within) {
                    (true, false) => "",
                    (true, true) => {
                        ", which takes another one at the same level of the column \
                                     that is held fixed"
                    }
                    (false, false) => {
                        ", which takes another one with exactly as many images that \
                                       count"
                    }
                    (false, true) => {
                        ", which takes another one with exactly as many images that \
                                      count at each level of the column that is held fixed"
                    }
                };
                format!(
                    "{only} of the {n_groups} {} {that_count} can exchange values{takes}; a test \
                     needs {MIN_MOVABLE}",
                    unit(n_groups)
                )
            }
        }
    }
}

impl Display for NotTestable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.sentence("patient", "patients"))
    }
}
