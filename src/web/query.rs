//! Query strings into validated parameters.

use std::collections::HashMap;

use axum::extract::{self, FromRequestParts, Path};
use axum::http::request::Parts;

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::{SettingError, Spec, Value};
use crate::cohort::{CohortError, Filter};
use crate::pipeline::evidence::Question;
use crate::pipeline::{Study, StudyError};
use crate::settings::{self, NOISE};

use super::error::ApiError;

/// The column of interest.
pub(super) const BREAKDOWN: &str = "breakdown";
/// The column whose levels a test holds fixed.
const WITHIN: &str = "within";
/// What a question is asked with beside the setting.
pub(super) const OF_QUESTIONS: [&str; 2] = [WITHIN, NOISE.key];
/// The parameter that names the parts that are sent, with commas between.
pub(super) const PARTS: &str = "parts";
/// The parts of a setting.
pub(super) const OF_SETTING: [&str; 3] = ["map", "clusters", "plane"];
/// The parts of the findings.
pub(super) const FINDINGS: [&str; 3] = ["association", "enrichment", "quality"];
/// Names that may be given several times.
pub(super) const LISTS: [&str; 2] = ["where", "own"];

/// A query string as it came.
pub(super) type Words = extract::Query<Vec<(String, String)>>;

/// The part of an address behind its last fixed one: an id, or an asset's path.
pub(super) struct Segment(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    /// What is not text names nothing, and is answered like any other unknown name.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let unknown = |_| ApiError::NotFound("there is nothing at this address".to_owned());
        path.map(|Path(text)| Self(text)).map_err(unknown)
    }
}

/// The last two parts of an address: what something is, and its id.
pub(super) struct Segments(pub(super) (String, String));

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let unknown = |_| ApiError::NotFound("there is nothing at this address".to_owned());
        path.map(|Path(texts)| Self(texts)).map_err(unknown)
    }
}

/// The parameters of one request by name.
#[derive(Debug, Default)]
pub(super) struct Query {
    words: HashMap<String, String>,
    /// Conditions that images must all meet.
    conditions: Vec<String>,
    /// Ids of selections that are to be clusters.
    own: Vec<String>,
}

impl Query {
    /// Takes the parameters as they came; a misspelt name is an error, because it would otherwise
    /// silently leave a default in force.
    pub(super) fn new(given: Vec<(String, String)>) -> Result<Self, ApiError> {
        Self::with(&[], given)
    }

    /// As [`Query::new`], for a route that also takes the parameters `more`.
    pub(super) fn with(more: &[&str], given: Vec<(String, String)>) -> Result<Self, ApiError> {
        let catalogue = settings::catalogue().iter().map(|entry| entry.spec.key);
        let others = [&[BREAKDOWN][..], &LISTS, more].concat();
        let known: Vec<&str> = catalogue.chain(others).collect();
        let mut names = given.iter().map(|(name, _)| name.as_str());
        if let Some(name) = names.find(|name| !known.contains(name)) {
            let known = known.join(", ");
            let message = format!("there is no parameter \"{name}\": give {known}.");
            return Err(ApiError::parameter(name, message));
        }
        let mut query = Self::default();
        for (name, text) in given {
            if text.is_empty() && !LISTS.contains(&name.as_str()) {
                let message = format!("{name} is empty: give it a value, or leave it out.");
                return Err(ApiError::parameter(&name, message));
            }
            match name.as_str() {
                "where" => query.conditions.push(text),
                "own" => query.own.push(text),
                _ if query.words.contains_key(&name) => {
                    let message = format!("{name} is given twice: give it once.");
                    return Err(ApiError::parameter(name, message));
                }
                _ => drop(query.words.insert(name, text)),
            }
        }
        Ok(query)
    }

    /// The text of a parameter, if it is given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// The conditions on images.
    pub(super) fn conditions(&self) -> Result<Vec<Filter>, ApiError> {
        let read = |text: &String| text.parse();
        let read: Result<_, _> = self.conditions.iter().map(read).collect();
        read.map_err(|error: CohortError| ApiError::parameter("where", error.to_string()))
    }

    /// Ids of selections that are to be clusters of their own.
    pub(super) fn own(&self) -> &[String] {
        &self.own
    }

    /// For a part of a body: what it is asked of is said beside it, for the whole.
    pub(super) fn refuse_lists(&self, part: &str) -> Result<(), ApiError> {
        for (name, list) in [("where", &self.conditions), ("own", &self.own)] {
            if !list.is_empty() {
                let message = format!("{name} stands in {part}: give it beside, for the whole.");
                return Err(ApiError::parameter(name, message));
            }
        }
        Ok(())
    }

    /// For questions that look at many maps or settings, on which clusters drawn by hand are not
    /// found again.
    pub(super) fn refuse_own(&self) -> Result<(), ApiError> {
        match self.own.is_empty() {
            true => Ok(()),
            false => Err(StudyError::DrawnByHand.into()),
        }
    }

    /// The map and the clusters that are asked for; what is not said is the default for this study.
    pub(super) fn setting(
        &self,
        study: &Study,
    ) -> Result<(ProjectionParams, ClusteringParams), ApiError> {
        Ok(study.setting(|name| self.text(name))?)
    }

    /// A parameter, as it is said or by default.
    pub(super) fn value(&self, spec: &Spec) -> Result<Value, ApiError> {
        match self.text(spec.key) {
            Some(text) => Ok(spec.read(text)?),
            None => Ok(spec.default_value()),
        }
    }

    /// The column of interest; the one chosen beforehand unless another is named.
    pub(super) fn breakdown(&self, study: &Study) -> String {
        let named = self.text(BREAKDOWN);
        let named = named.unwrap_or_else(|| study.planned());
        study.cohort.column_name(named).to_owned()
    }

    /// What is asked of the clusters.
    pub(super) fn question(&self, study: &Study) -> Result<Question, ApiError> {
        Ok(Question {
            column: self.breakdown(study),
            within: self
                .text(WITHIN)
                .map(|name| study.cohort.column_name(name).to_owned()),
            with_noise: self.value(&NOISE)? == Value::Word("in"),
        })
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        default: T,
    ) -> Result<T, ApiError> {
        let Some(text) = self.words.get(name) else {
            return Ok(default);
        };
        let found = choices
            .iter()
            .find(|(word, _)| word == text)
            .map(|(_, value)| *value);
        found.ok_or_else(|| {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            ApiError::parameter(name, format!("{name} must be {}.", words.join(" or ")))
        })
    }
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> Self {
        Self::parameter(error.key, format!("{error}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<Query, ApiError> {
        Query::new(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (name, value) in [("perplexity", "nan"), ("method", "nope"), ("eps", "0")] {
            let query = query(&[(name, value)]).unwrap();
            let error = settings::read(|key| query.text(key), 193).unwrap_err();
            assert_eq!(error.key, name);
        }
        assert!(query(&[("perplexty", "5")]).is_err());
        let error = query(&[("breakdown", "")]).unwrap_err();
        assert!(matches!(error, ApiError::Parameter { name, .. } if name == "breakdown"));
    }

    #[test]
    fn only_lists_may_be_given_twice() {
        let given = query(&[
            ("where", "a=b"),
            ("where", "a>=2"),
            ("own", "x"),
            ("own", "y"),
        ]);
        let given = given.unwrap();
        assert_eq!(
            (given.conditions().unwrap().len(), given.own().len()),
            (2, 2)
        );
        let error = query(&[("eps", "0.4"), ("eps", "0.5")]).unwrap_err();
        assert!(matches!(error, ApiError::Parameter { name, .. } if name == "eps"));
        let error = query(&[("where", "a")]).unwrap().conditions().unwrap_err();
        assert!(matches!(error, ApiError::Parameter { name, .. } if name == "where"));
    }
}
