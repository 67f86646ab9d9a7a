//! Which verdict it is: one table, read from above. docs/verdict.md has it with what each case needs.

use crate::analysis::association::LEVEL;
use crate::analysis::specification::MIN_CLUSTERED;

use super::super::association::Question;
use super::{ColumnOverMaps, History, REST, Verdict};

/// Two maps agree by less than this: their groups do not come again. docs/statistics.md has the
/// agreement of maps of clouds with and without groups.
pub(in super::super) const AGAIN: f64 = 0.6;

/// Fewer of the images than this in groups are too few.
pub(super) const FEW: f64 = MIN_CLUSTERED;

/// What there is to say of a setting. The first that fits is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Hardly any image is in a group.
    TooFew,
    /// There is one group, and nothing to tell apart.
    OneGroup,
    /// The map is given: there is no other on which they might come again.
    Given,
    /// The groups are others on other maps.
    NotAgain,
    /// They come again, and clouds without groups give as much.
    AsByChance,
    /// They come again; the surrogates are too few yet.
    Undecided,
    /// They come again, and so many clouds without groups give as much that another map might say it otherwise.
    CloseCall,
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
            Self::Given => "given",
            Self::NotAgain => "not_again",
            Self::AsByChance => "as_by_chance",
            Self::Undecided => "undecided",
            Self::CloseCall => "close_call",
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
        let may_be = [
            Self::Given,
            Self::Undecided,
            Self::CloseCall,
            Self::ChanceUnknown,
        ];
        self.is_real() || may_be.contains(&self)
    }

    /// Whether there are groups enough for anything to be asked of them.
    pub fn has_enough(self) -> bool {
        !matches!(self, Self::TooFew | Self::OneGroup)
    }

    /// The case of these facts.
    fn of(facts: &Facts) -> Self {
        if facts.clustered < FEW {
            return Self::TooFew;
        }
        if facts.n_clusters < 2.0 {
            return Self::OneGroup;
        }
        if facts.is_given {
            return Self::Given;
        }
        if facts.agreement < AGAIN {
            return Self::NotAgain;
        }
        let Some(chance) = facts.chance else {
            return Self::ChanceUnknown;
        };
        match chance.is_beyond {
            Some(true) => match (facts.interest, facts.others) {
                (false, false) => Self::Unexplained,
                (false, true) => Self::OfOthers,
                (true, false) if !facts.is_held => Self::OfInterest,
                (true, _) if facts.beside => Self::Beside,
                (true, _) => Self::Through,
            },
            Some(false) => Self::AsByChance,
            None if chance.n_surrogates < REST.n_surrogates => Self::Undecided,
            None => Self::CloseCall,
        }
    }

    /// The point, in plain words.
    pub(super) fn headline(self, names: &Names) -> String {
        let Names {
            interest,
            others,
            held,
        } = names;
        match self {
            Self::TooFew => "Too few images are in groups to say anything.".to_owned(),
            Self::OneGroup => "All is one group: there is nothing to tell apart.".to_owned(),
            Self::Given => {
                "Whether these groups come again cannot be told from ready coordinates.".to_owned()
            }
            Self::NotAgain => "Probably luck: these groups do not come again.".to_owned(),
            Self::AsByChance => "Probably luck: cohorts without groups do as well.".to_owned(),
            Self::Undecided => "These groups come again; more cohorts without groups will say \
                                whether chance gives as much."
                .to_owned(),
            Self::CloseCall => "Too close to call: these groups come again, and some cohorts \
                                without groups do as well."
                .to_owned(),
            Self::ChanceUnknown => "These groups come again; whether chance gives as much cannot \
                                    be told here."
                .to_owned(),
            Self::Unexplained => "Real, and made of nothing that the table knows.".to_owned(),
            Self::OfOthers => {
                format!("Real, and made of {others}: no evidence that {interest} is part of it.")
            }
            Self::Through if others.is_empty() => {
                format!("Real: {interest} goes with the groups no further than {held} do.")
            }
            Self::Through => format!(
                "Real, and made of {others}: {interest} goes with the groups no further than \
                 {held} do."
            ),
            Self::Beside if held.is_empty() => {
                format!("Real, and made of {interest} and {others}.")
            }
            Self::Beside => {
                format!("Real, and {interest} is part of it, also with {held} held fixed.")
            }
            Self::OfInterest => format!("Real, and made of {interest}."),
        }
    }
}

/// What a case is told by.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// The median share of the images in groups.
    clustered: f64,
    /// The median number of groups.
    n_clusters: f64,
    /// Whether the map is one that somebody else made.
    is_given: bool,
    /// The median agreement of two maps.
    agreement: f64,
    /// What surrogates say; `None` where there are none.
    chance: Option<AgainstChance>,
    /// Whether the column of interest goes with the groups.
    interest: bool,
    /// Whether another one does.
    others: bool,
    /// Whether anything is held fixed beside the column of interest.
    is_held: bool,
    /// Whether that goes with the groups also then.
    beside: bool,
}

/// What surrogates say of a setting.
#[derive(Debug, Clone, Copy)]
struct AgainstChance {
    /// Whether there is more than chance gives, where they settle it.
    is_beyond: Option<bool>,
    /// How many there are of each kind.
    n_surrogates: u64,
}

/// Names of columns in a headline.
pub(super) struct Names {
    pub(super) interest: String,
    /// Those that go with the groups.
    pub(super) others: String,
    /// Those that are held fixed.
    pub(super) held: String,
}

/// The case of a verdict; the history says what the column of interest is judged by.
pub(super) fn case_of(verdict: &Verdict, question: &Question, history: &History) -> Case {
    let interest = &question.column;
    let evident = |column: &&ColumnOverMaps| {
        (column.test.outcome.as_ref()).is_ok_and(|found| found.is_evident())
    };
    let (of_interest, others): (Vec<_>, Vec<_>) =
        (verdict.columns.iter()).partition(|column| column.name == *interest);
    let is_found = |column: &&ColumnOverMaps| {
        (column.test.outcome.as_ref()).is_ok_and(|found| history.is_evident(found))
    };
    let over_looks = history.paid_for().map(|looks| looks.p_value);
    let beside = verdict.beside.as_ref().is_none_or(|beside| {
        let of_maps = beside.maps.outcome.as_ref().ok();
        let of_features = beside.features.outcome.as_ref().ok();
        let of_maps = of_maps.map(|found| found.is_evident());
        let of_features = of_features.map(|found| found.is_evident());
        // By both, where both can be told.
        of_maps.or(of_features).unwrap_or(false) && of_features.unwrap_or(true)
    });
    Case::of(&Facts {
        clustered: verdict.agreement.clustered.median,
        n_clusters: verdict.agreement.n_clusters.median,
        is_given: verdict.tried.map.is_given(),
        agreement: verdict.agreement.ari.median,
        chance: (verdict.chance.as_ref().ok()).map(|test| AgainstChance {
            is_beyond: test.is_beyond(),
            n_surrogates: verdict.effort.n_surrogates,
        }),
        interest: of_interest.iter().any(is_found) && over_looks.is_none_or(|p| p <= LEVEL),
        others: others.iter().any(evident),
        is_held: !verdict.held.is_empty(),
        beside,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn by(is_beyond: Option<bool>, n_surrogates: u64) -> Option<AgainstChance> {
        Some(AgainstChance {
            is_beyond,
            n_surrogates,
        })
    }

    const FACTS: Facts = Facts {
        clustered: 0.9,
        n_clusters: 3.0,
        is_given: false,
        agreement: 0.9,
        chance: by(Some(true), 99),
        interest: false,
        others: false,
        is_held: false,
        beside: false,
    };

    /// Every case, in the order of docs/verdict.md, with facts that lead to it.
    fn table() -> Vec<(Case, Facts)> {
        let through = Facts {
            interest: true,
            others: true,
            is_held: true,
            ..FACTS
        };
        let facts = |change: &dyn Fn(&mut Facts)| {
            let mut facts = FACTS;
            change(&mut facts);
            facts
        };
        vec![
            // What comes first is said first, whatever else is true.
            (
                Case::TooFew,
                Facts {
                    clustered: 0.19,
                    agreement: 0.1,
                    ..through
                },
            ),
            (
                Case::OneGroup,
                Facts {
                    n_clusters: 1.0,
                    agreement: 0.1,
                    ..through
                },
            ),
            (
                Case::Given,
                Facts {
                    is_given: true,
                    agreement: 0.1,
                    ..through
                },
            ),
            (
                Case::NotAgain,
                Facts {
                    agreement: 0.59,
                    ..through
                },
            ),
            (
                Case::ChanceUnknown,
                Facts {
                    chance: None,
                    ..through
                },
            ),
            (Case::Undecided, facts(&|f| f.chance = by(None, 99))),
            (Case::CloseCall, facts(&|f| f.chance = by(None, 999))),
            (Case::AsByChance, facts(&|f| f.chance = by(Some(false), 99))),
            (Case::Unexplained, FACTS),
            (Case::OfOthers, facts(&|f| f.others = true)),
            (Case::Through, through),
            (
                Case::Beside,
                Facts {
                    beside: true,
                    ..through
                },
            ),
            (Case::OfInterest, facts(&|f| f.interest = true)),
        ]
    }

    #[test]
    fn every_case_is_told_by_its_facts() {
        for (case, facts) in table() {
            assert_eq!(Case::of(&facts), case, "{facts:?}");
        }
    }

    #[test]
    fn the_documentation_has_every_case_with_its_sentence() {
        let text = include_str!("../../../../docs/verdict.md");
        let names = Names {
            interest: "*interest*".to_owned(),
            others: "*others*".to_owned(),
            held: "*held*".to_owned(),
        };
        let rows: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let table = table();
        assert_eq!(rows.len(), table.len());
        for (row, (case, _)) in rows.iter().zip(table) {
            assert!(row.starts_with(&format!("| `{}` |", case.code())), "{row}");
            let end = format!("| {} |", case.headline(&names));
            assert!(row.ends_with(&end), "{row} should end with {end}");
        }
    }
}
