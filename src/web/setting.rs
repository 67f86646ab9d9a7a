//! What a request is about: some of the images, a map of them, its clusters and the question that is
//! asked, read once from a query or a body.

use std::hash::Hash;
use std::sync::Arc;

use serde_json::{Map, Value};
use tracing::Span;

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::memo::Ticket;
use crate::output::project;
use crate::pipeline::evidence::Question;
use crate::pipeline::evidence::verdict::Tried;
use crate::pipeline::{
    About, Clusters, MapTicket, Projection, Selection, Stage, Study, StudyError, Workbench,
};

use super::error::ApiError;
use super::query::{LISTS, Query};

/// A setting of the images that a request is about.
pub(super) struct Setting {
    pub(super) study: Arc<Study>,
    pub(super) map: ProjectionParams,
    pub(super) clustering: ClusteringParams,
    /// Images picked by hand that are clusters, too.
    pub(super) own: Vec<Arc<Selection>>,
    pub(super) question: Question,
}

impl Setting {
    /// The setting of a query.
    pub(super) async fn of(bench: &Arc<Workbench>, query: &Query) -> Result<Self, ApiError> {
        let study = study_of(bench, query).await?;
        let (map, clustering) = query.setting(&study)?;
        Ok(Self {
            question: query.question(&study)?,
            own: own(bench, query).await?,
            map,
            clustering,
            study,
        })
    }

    /// The setting of a query whose question can be asked of this study.
    pub(super) async fn to_test(bench: &Arc<Workbench>, query: &Query) -> Result<Self, ApiError> {
        let setting = Self::of(bench, query).await?;
        let checked = setting.study.check(&setting.question);
        checked.map_err(StudyError::from)?;
        Ok(setting)
    }

    /// What a look at it is about.
    pub(super) fn about(&self) -> About {
        About {
            question: Some(self.question.clone()),
            conditions: self.study.conditions.clone(),
            tried: Some(self.tried()),
        }
    }

    /// How its map and clusters are made.
    pub(super) fn tried(&self) -> Tried {
        Tried {
            map: self.map,
            clustering: self.clustering,
        }
    }

    /// Asks for its map.
    pub(super) fn ask(&self, bench: &Arc<Workbench>) -> MapTicket {
        bench.map(&self.study, self.map)
    }

    /// Its map, once it is there.
    pub(super) async fn map(&self, bench: &Arc<Workbench>) -> Result<Arc<Projection>, ApiError> {
        wait(self.ask(bench)).await
    }

    /// Its map and clusters, once they are there.
    pub(super) async fn clusters(
        &self,
        bench: &Arc<Workbench>,
    ) -> Result<(Arc<Projection>, Arc<Clusters>), ApiError> {
        let map = self.map(bench).await?;
        let clusters = self.clusters_of(bench, &map).await?;
        Ok((map, clusters))
    }

    /// The clusters of its map.
    pub(super) async fn clusters_of(
        &self,
        bench: &Arc<Workbench>,
        map: &Arc<Projection>,
    ) -> Result<Arc<Clusters>, ApiError> {
        let asked = (self.clustering, self.own.clone());
        wait(bench.clusters(&self.study, map, asked)).await
    }
}

/// The study, once it is ready.
pub(super) fn study(bench: &Workbench) -> Result<Arc<Study>, ApiError> {
    match bench.stage() {
        Stage::Ready(study) => Ok(study),
        Stage::Pending => {
            let (done, total) = (bench.preparing.done(), bench.preparing.total());
            Err(ApiError::FeaturesPending { done, total })
        }
        Stage::Failed(message) => Err(ApiError::StudyFailed(message)),
    }
}

/// The study of the images that a query asks about, once it is ready.
pub(super) async fn study_of(
    bench: &Arc<Workbench>,
    query: &Query,
) -> Result<Arc<Study>, ApiError> {
    let conditions = query.conditions()?;
    let study = study(bench)?;
    let part = bench.parts.of(&study, conditions).await;
    Ok(part.ok_or(ApiError::Internal)??)
}

/// The selections that a query makes clusters of.
async fn own(bench: &Arc<Workbench>, query: &Query) -> Result<Vec<Arc<Selection>>, ApiError> {
    let mut own = Vec::new();
    for id in query.own() {
        own.push(selection(bench, "own", id).await?);
    }
    Ok(own)
}

/// The selection with this id, which the parameter `name` asks for.
pub(super) async fn selection(
    bench: &Arc<Workbench>,
    name: &str,
    id: &str,
) -> Result<Arc<Selection>, ApiError> {
    let known = match bench.selections.find(id) {
        Some(known) => Some(known),
        None => {
            // The project may have to be opened, and lies on a disk.
            let (bench, id, asked_by) = (Arc::clone(bench), id.to_owned(), Span::current());
            let group = move || asked_by.in_scope(|| group(&bench, &id));
            let group = tokio::task::spawn_blocking(group).await;
            group.map_err(|_| ApiError::Internal)?
        }
    };
    known.ok_or_else(|| {
        let message = format!(
            "{name} names no selection, \"{id}\": register its images again with POST \
             /api/selections"
        );
        ApiError::parameter(name, message)
    })
}

/// The group of the project with this id, as a selection of this process.
fn group(bench: &Workbench, id: &str) -> Option<Arc<Selection>> {
    let study = study(bench).ok()?;
    let (ids, name) = project::group(&study, &bench.project, id)?;
    let kept = bench.selections.keep(ids, name, &study.cohort).ok()?;
    // Where some of its images are not here, it is another one.
    (kept.id == id).then_some(kept)
}

/// Waits for an answer; leaving the request takes the question back.
pub(super) async fn wait<K: Hash + Eq, V, F>(
    ticket: Ticket<K, V, F, Arc<StudyError>>,
) -> Result<Arc<V>, ApiError>
where
    V: Send + Sync + 'static,
{
    Ok(ticket.answer().await.ok_or(ApiError::Internal)??)
}

/// A JSON body as if it had come in a query string, which may also say `more`. A list is as good as
/// its values given one by one.
pub(super) fn query_of_body(more: &[&str], body: Map<String, Value>) -> Result<Query, ApiError> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let pairs = body.into_iter().flat_map(|(name, value)| {
        let values = match value {
            Value::Array(values) if LISTS.contains(&name.as_str()) => values,
            value => vec![value],
        };
        let pair = move |value| (name.clone(), text(value));
        values.into_iter().map(pair).collect::<Vec<_>>()
    });
    Query::with(more, pairs.collect())
}
