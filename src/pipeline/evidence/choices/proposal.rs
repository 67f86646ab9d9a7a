//! The setting that the page opens with: among a few perplexities and the plane of each, the one whose
//! groups come again most, and in words why it is that one.

use std::time::{Duration, Instant};

use crate::analysis::Monitor;
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::proposal::{self, ProposalParams, Proposed};

use super::super::super::study::{Study, StudyError};
use super::super::super::values::group_numbers;
use super::super::verdict::{AGAIN, SEED, Tried, Uncounted};
use super::super::words;
use super::LIMIT;

/// Maps that each perplexity's could as well have been: three of each kind of variation.
const N_MAPS: u64 = 9;

/// What the notebook's perplexity is multiplied by.
const ALONG: [f64; 4] = [0.5, 1.0, 2.0, 3.0];

/// Images up to which several perplexities are tried: beyond, their maps take many seconds.
const SEVERAL: usize = 500;

/// A setting to open with.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The setting.
    pub tried: Tried,
    /// What speaks for it; `None` where it is the notebook's for want of a better one.
    pub proposed: Option<Proposed>,
    /// Settings that were looked at.
    pub n_settings: usize,
    /// Maps of each.
    pub n_maps: u64,
    /// Why this one, in a sentence or two.
    pub sentence: String,
    /// Time it took.
    pub elapsed: Duration,
}

/// The notebook's setting for so many images.
pub fn notebooks(n_images: usize) -> Tried {
    Tried {
        map: ProjectionParams::default().default_for(n_images),
        clustering: ClusteringParams::default(),
    }
}

/// Where settings are looked for; `None` in a cohort that is too large for it.
pub fn proposal_params(n_images: usize) -> Option<ProposalParams> {
    let Tried { map, clustering } = notebooks(n_images);
    let own = map.along();
    let factors = match n_images {
        0..=SEVERAL => &ALONG[..],
        _ => &[1.0],
    };
    let along = own
        .iter()
        .flat_map(|own| factors.iter().map(move |factor| (own * factor).round()));
    (n_images <= LIMIT).then(|| ProposalParams {
        projection: map,
        clustering,
        along: along.collect(),
        axes: clustering.method().grid,
        n_maps: N_MAPS,
        random_state: SEED,
    })
}

impl Study {
    /// Looks for a setting among `params`.
    pub fn propose(
        &self,
        params: &ProposalParams,
        monitor: &dyn Monitor,
    ) -> Result<proposal::Proposal, StudyError> {
        self.refuse_given()?;
        let groups = group_numbers(&self.cohort);
        Ok(params.propose(self.features.view(), &groups, &Uncounted(monitor))?)
    }
}

impl Proposal {
    /// What was found since `started`.
    pub fn found(
        n_images: usize,
        (params, found): (&ProposalParams, &proposal::Proposal),
        started: Instant,
    ) -> Self {
        let notebooks = notebooks(n_images);
        let tried = found.best.map_or(notebooks, |best| Tried {
            map: best
                .along
                .map_or(notebooks.map, |along| notebooks.map.at(along)),
            clustering: notebooks.clustering.at(best.at),
        });
        let n_settings = found.n_settings;
        let mut sentence = match &found.best {
            Some(best) => told(best, n_settings),
            None if n_settings == 0 => {
                "There are too few images to compare settings: this is the notebook's.".to_owned()
            }
            None => format!(
                "None of {} has 2 to 8 groups with half of the images in them: this is the notebook's.",
                words::plural(n_settings, "setting")
            ),
        };
        if n_images > SEVERAL && n_settings > 0 {
            sentence.push_str(" Of so many images one perplexity was tried.");
        }
        Self {
            tried,
            proposed: found.best,
            n_settings,
            n_maps: params.n_maps,
            sentence,
            elapsed: started.elapsed(),
        }
    }

    /// The notebook's setting, for this reason.
    pub fn kept(tried: Tried, why: &str) -> Self {
        Self {
            tried,
            proposed: None,
            n_settings: 0,
            n_maps: 0,
            sentence: format!("{why}: this is the notebook's setting."),
            elapsed: Duration::ZERO,
        }
    }

    /// Why nothing is looked for in a cohort that is too large.
    pub fn too_many() -> String {
        let most = words::plural(LIMIT, "image");
        format!("Of more than {most} no setting is proposed")
    }
}

fn told(best: &Proposed, n_settings: usize) -> String {
    let judged = match best.agreement >= AGAIN {
        true => String::new(),
        false => format!(" That is little: below {AGAIN:.2} groups do not come again."),
    };
    format!(
        "Of {}, the one whose groups come again most: agreement {:.2} over {N_MAPS} maps, {} of the images \
         in groups.{judged}",
        words::plural(n_settings, "setting"),
        best.agreement,
        words::percent(best.clustered),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(best: Option<Proposed>, n_settings: usize, n_images: usize) -> Proposal {
        let params = proposal_params(n_images).unwrap();
        let found = proposal::Proposal { best, n_settings };
        Proposal::found(n_images, (&params, &found), Instant::now())
    }

    #[test]
    fn larger_cohorts_have_fewer_perplexities_and_then_none() {
        let n = |n_images| proposal_params(n_images).map(|params| params.along.len());
        assert_eq!(
            [n(193), n(SEVERAL), n(501), n(LIMIT)].map(Option::unwrap),
            [4, 4, 1, 1]
        );
        assert_eq!(n(LIMIT + 1), None);
        assert!(proposal_params(193).unwrap().along.contains(&17.0));
    }

    #[test]
    fn it_says_why_it_is_this_setting() {
        let best = Proposed {
            along: Some(34.0),
            at: [0.5, 9.0],
            agreement: 0.7,
            clustered: 0.91,
        };
        let proposal = found(Some(best), 1140, 193);
        assert_eq!(proposal.tried.map.along(), Some(34.0));
        assert_eq!(proposal.tried.clustering.place(), [0.5, 9.0]);
        assert!(
            proposal.sentence.contains("Of 1,140 settings"),
            "{}",
            proposal.sentence
        );
        assert!(!proposal.sentence.contains("little"));
        let rarely = Proposed {
            agreement: 0.3,
            ..best
        };
        assert!(
            found(Some(rarely), 285, 900)
                .sentence
                .contains("That is little")
        );
        assert!(
            found(Some(rarely), 285, 900)
                .sentence
                .contains("one perplexity")
        );
        for kept in [found(None, 1140, 193), found(None, 0, 3)] {
            assert_eq!(kept.tried, notebooks(kept.n_settings.clamp(3, 193)));
            assert!(kept.sentence.contains("notebook's"), "{}", kept.sentence);
        }
    }
}
