//! Why a column cannot be tested against the clusters.

/// Patients that can be exchanged with another, at least: with fewer there are too few
/// arrangements for a small p.
pub const MIN_MOVABLE: usize = 10;

/// Why there is no test of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTestable {
    /// There is nothing to tell apart.
    #[error(
        "the images with a value are in fewer than two clusters; choose a setting that finds more"
    )]
    FewClusters,
    /// The column says the same of every image that counts.
    #[error("all images that count have the same value")]
    FewValues,
    /// A name or a number of the patient: any cluster of few patients would be "explained" by it.
    #[error(
        "{n_values} values among {n_groups} patients name the patients rather than groups of them"
    )]
    OwnValues {
        /// Different values among the images that count.
        n_values: usize,
        /// Patients among them.
        n_groups: usize,
    },
    /// Within each level of the other column the clusters or the values are all the same.
    #[error(
        "no level of the column that is held fixed has two clusters and two values in it; hold \
         another one fixed, or none"
    )]
    NothingWithin,
    /// Too few arrangements are possible.
    #[error(
        "only {n_movable} patients can exchange their values with another patient, and a test \
         needs {MIN_MOVABLE}"
    )]
    FewMovable {
        /// Patients that share their number of images, or their levels, with another.
        n_movable: usize,
    },
}
