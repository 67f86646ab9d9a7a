//! Which verdict it is: one table, read from above. docs/verdict.md has it with what each case needs.

use crate::analysis::association::LEVEL;
use crate::analysis::null::AspectTest;

use super::super::association::Question;
use super::Verdict;

/// Two maps agree by less than this: their groups do not come again. docs/statistics.md has the
/// agreement of maps of clouds with and without groups.
pub(super) const AGAIN: f64 = 0.6;

/// Fewer of the images than this in groups are too few.
pub(super) const FEW: f64 = 0.2;

/// Fewer surrogates cannot say that chance gives less, when three questions are asked.
const ENOUGH: u64 = 59;

/// So large a p of 19 surrogates will not become small.
const HOPELESS: f64 = 0.4;

/// What there is to say of a setting. The first that fits is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Hardly any image is in a group.
    TooFew,
    /// There is one group, and nothing to tell apart.
    OneGroup,
    /// The groups are others on other maps.
    NotAgain,
    /// They come again, and clouds without groups give as much.
    AsByChance,
    /// They come again; the surrogates are too few yet.
    Undecided,
    /// They come again, and there are too few patients for surrogates.
    ChanceUnknown,
    /// More than chance, and no column of the table goes with them.
    Unexplained,
    /// More than chance, made of other columns than the one of interest.
    OfOthers,
    /// More than chance; the column of interest goes with them, but not beside the others.
    Through,
    /// More than chance; the column of interest goes with them beside the others.
    Beside,
    /// More than chance, and made of the column of interest alone.
    OfInterest,
}

impl Case {
    /// The name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::OneGroup => "one_group",
            Self::NotAgain => "not_again",
            Self::AsByChance => "as_by_chance",
            Self::Undecided => "undecided",
            Self::ChanceUnknown => "chance_unknown",
            Self::Unexplained => "unexplained",
            Self::OfOthers => "of_others",
            Self::Through => "through",
            Self::Beside => "beside",
            Self::OfInterest => "of_interest",
        }
    }

    /// Whether the groups are real by it, as far as is known.
    pub fn is_real(self) -> bool {
        matches!(
            self,
            Self::Unexplained | Self::OfOthers | Self::Through | Self::Beside | Self::OfInterest
        )
    }

    /// Whether anything may be said of what explains the groups.
    pub fn has_groups(self) -> bool {
        self.is_real() || matches!(self, Self::Undecided | Self::ChanceUnknown)
    }

    /// The case of these numbers.
    pub(super) fn of(verdict: &Verdict, question: &Question) -> Self {
        let agreement = &verdict.agreement;
        if agreement.clustered.median < FEW {
            return Self::TooFew;
        }
        if agreement.n_clusters.median < 2.0 {
            return Self::OneGroup;
        }
        if agreement.ari.median < AGAIN {
            return Self::NotAgain;
        }
        match &verdict.chance {
            Err(_) => Self::ChanceUnknown,
            Ok(aspects) => {
                let p = least(aspects);
                let few = verdict.effort.n_surrogates < ENOUGH;
                if p <= LEVEL {
                    Self::made_of(verdict, question)
                } else if few && p < HOPELESS {
                    Self::Undecided
                } else {
                    Self::AsByChance
                }
            }
        }
    }

    fn made_of(verdict: &Verdict, question: &Question) -> Self {
        let evident = |name: &str| {
            let mut columns = verdict.columns.iter();
            columns
                .find(|column| column.name == name)
                .and_then(|column| column.test.outcome.as_ref().ok())
                .is_some_and(|found| found.is_evident())
        };
        let others = verdict
            .columns
            .iter()
            .any(|column| column.name != question.column && evident(&column.name));
        let beside = verdict.beside.as_ref().is_none_or(|beside| {
            let of_maps = beside.maps.outcome.as_ref();
            let of_features = beside.features.outcome.as_ref();
            match (of_maps, of_features) {
                (Ok(maps), Ok(features)) => maps.is_evident() && features.is_evident(),
                (Ok(maps), Err(_)) => maps.is_evident(),
                (Err(_), Ok(features)) => features.is_evident(),
                (Err(_), Err(_)) => false,
            }
        });
        match (evident(&question.column), others) {
            (false, false) => Self::Unexplained,
            (false, true) => Self::OfOthers,
            (true, false) if verdict.held.is_empty() => Self::OfInterest,
            (true, _) if beside => Self::Beside,
            (true, _) => Self::Through,
        }
    }
}

/// The least adjusted p.
pub(super) fn least(aspects: &[AspectTest]) -> f64 {
    let adjusted = aspects.iter().filter_map(|aspect| aspect.adjusted);
    adjusted.fold(1.0, f64::min)
}
