//! What was looked at and what was declared.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pipeline::evidence::verdict;
use crate::pipeline::{self, About, Entry, LookKind, standing};
use crate::settings;

use super::keyed::SettingParams;

/// All that was looked at and declared of a cohort, the first first: kept with it, over restarts and
/// browsers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Looks {
    looks: Vec<Look>,
    questions: Vec<DeclaredQuestion>,
}

/// Something that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct Look {
    /// What it changed of the look before it, or that it is of many settings: a plane, those around one, a search, or
    /// those among which one was found to open with.
    kind: KindOfLook,
    /// When it was first, in UTC (RFC 3339).
    time: String,
    #[serde(flatten)]
    of: Asked,
    /// Settings that were looked at: 1 of a verdict.
    n_settings: u64,
    /// The column's own p; null where it was not tested.
    p: Option<f64>,
    /// The verdict's case; null of many settings.
    case: Option<String>,
}

/// A question that was declared.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeclaredQuestion {
    #[serde(flatten)]
    of: Asked,
    #[serde(flatten)]
    declared: Declared,
}

/// When a question was declared, and after what.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Declared {
    /// In UTC (RFC 3339).
    time: String,
    /// Looks at its column before that: none, and it is confirmatory.
    looks_before: usize,
    /// Whether it means any setting.
    any: bool,
    /// In words.
    text: String,
}

/// What is asked, and of what.
#[derive(Debug, Serialize, JsonSchema)]
struct Asked {
    /// The column; null of a search or a proposal.
    column: Option<String>,
    /// The column whose levels are held fixed.
    within: Option<String>,
    noise: NoiseIs,
    /// The conditions that the images meet.
    #[serde(rename = "where")]
    conditions: Vec<String>,
    /// The setting in words.
    setting: String,
    /// The setting; null where any is meant. Of many settings it is what they go out from.
    params: Option<SettingParams>,
}

/// Whether noise is left out or one more cluster.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum NoiseIs {
    Out,
    In,
}

/// What a look is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum KindOfLook {
    Condition,
    Column,
    Level,
    Noise,
    Setting,
    Plane,
    Settings,
    Search,
    Proposal,
}

impl From<LookKind> for KindOfLook {
    fn from(kind: LookKind) -> Self {
        match kind {
            LookKind::Condition => Self::Condition,
            LookKind::Column => Self::Column,
            LookKind::Level => Self::Level,
            LookKind::Noise => Self::Noise,
            LookKind::Setting => Self::Setting,
            LookKind::Plane => Self::Plane,
            LookKind::Settings => Self::Settings,
            LookKind::Search => Self::Search,
            LookKind::Proposal => Self::Proposal,
        }
    }
}

impl Looks {
    /// All that is kept.
    pub fn new(entries: &[Entry]) -> Self {
        let (mut looks, mut questions) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry {
                Entry::Look(look) => looks.push(look.into()),
                Entry::Declaration(one) => {
                    let declared = standing(entries, one);
                    questions.push(DeclaredQuestion::new(&one.about, &declared));
                }
            }
        }
        Self { looks, questions }
    }
}

impl From<&pipeline::Look> for Look {
    fn from(look: &pipeline::Look) -> Self {
        Self {
            kind: look.kind.into(),
            time: look.at.rfc3339(),
            of: (&look.about).into(),
            n_settings: look.n_settings,
            p: look.p_value,
            case: look.case.clone(),
        }
    }
}

impl DeclaredQuestion {
    /// What was declared, and how it stands.
    pub fn new(about: &About, declared: &verdict::Declared) -> Self {
        Self {
            of: about.into(),
            declared: declared.into(),
        }
    }
}

impl From<&verdict::Declared> for Declared {
    fn from(declared: &verdict::Declared) -> Self {
        Self {
            time: declared.at.rfc3339(),
            looks_before: declared.n_looks_before,
            any: declared.at_any_setting,
            text: declared.in_words(),
        }
    }
}

impl From<&About> for Asked {
    fn from(about: &About) -> Self {
        let question = about.question.as_ref();
        let tried = about.tried.as_ref();
        Self {
            column: question.map(|question| question.column.clone()),
            within: question.and_then(|question| question.within.clone()),
            noise: match question.is_some_and(|question| question.with_noise) {
                true => NoiseIs::In,
                false => NoiseIs::Out,
            },
            conditions: about.conditions.clone(),
            setting: tried.map_or_else(
                || "any setting".to_owned(),
                |tried| settings::in_few_words(&tried.map, &tried.clustering),
            ),
            params: tried.map(|tried| SettingParams::new(&tried.map, &tried.clustering)),
        }
    }
}
