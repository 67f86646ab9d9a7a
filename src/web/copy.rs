//! A copy of the page that does without a server, in a folder: the router is asked what the page would
//! ask, and its answers are written beside the page. So the copy says what the server says.

use axum::Router;
use axum::body::{self, Body};
use axum::http::{Request, header};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::analysis::Count;
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::measures::{MEASURES, Measure};
use crate::analysis::projection::ProjectionParams;
use crate::output::copy::{self, Index};
use crate::pipeline::Study;
use crate::pipeline::evidence::choices::notebooks;
use crate::pipeline::evidence::verdict::Tried;
use crate::settings;

use super::{App, assets, page, router};

/// Of more images the page would be slow to cluster: it looks at every pair.
const MOST_IMAGES: usize = 5000;
/// Images of all maps along the axis, at most: of some thousand and more images, some values are left out.
const MOST_PLACES: usize = 200_000;
/// Neighbours of each image: as many as the page asks for.
const N_NEIGHBOURS: usize = 60;
/// Longest side of the pictures that lie in the folder as files, in pixels.
const SMALL: u32 = 256;
/// Of those that the light table shows: as many pixels as a folder of 200 X-rays has room for in 20 MB.
const LARGE: u32 = 640;
/// Values of a category that the page counts by, at most.
const MOST_VALUES: u64 = 60;
/// Images of a page of the atlas.
const PER_PAGE: usize = 256;

/// Why there is no copy.
#[derive(Debug, Error)]
pub enum CopyError {
    /// The page could not work with so many.
    #[error(
        "{n_images} images are too many for a copy that does without a server, {MOST_IMAGES} at most: choose some with --where, or bake a bundle"
    )]
    TooMany {
        /// Images of the cohort.
        n_images: usize,
    },
    /// The server has no answer.
    #[error("{path} has no answer for the copy ({reason}): open the cohort itself to see why")]
    Unanswered {
        /// What was asked.
        path: String,
        /// What was said.
        reason: String,
    },
    /// A file of the folder.
    #[error("{0}")]
    Unwritten(String),
    /// Nobody waits any more.
    #[error("the copy was cancelled: begin it anew")]
    Cancelled,
}

/// Takes a file of the folder: its name, with slashes, and its bytes.
pub type Put<'a> = dyn Fn(&str, &[u8]) -> Result<(), String> + 'a;

/// A copy on its way into a folder.
pub struct Copy<'a> {
    /// A server of the study that nobody has looked at: looks count, and each answer is to be a first one.
    fresh: &'a dyn Fn() -> Result<App, String>,
    study: &'a Study,
    asked: Vec<Tried>,
    put: &'a Put<'a>,
    counter: &'a dyn Count,
    index: Index,
}

/// Whether a cohort of so many images can be copied.
///
/// # Errors
/// When the page could not work with so many.
pub fn check(n_images: usize) -> Result<(), CopyError> {
    match n_images <= MOST_IMAGES {
        true => Ok(()),
        false => Err(CopyError::TooMany { n_images }),
    }
}

/// Units of work, at most: a map, a question or an image.
pub fn n_units(n_images: usize, n_asked: usize, n_columns: usize) -> u64 {
    let n_settings = 2 + n_asked;
    let n_maps = maps(n_images, &[]).len() + n_settings;
    (n_maps + n_settings * n_columns + n_images) as u64
}

impl<'a> Copy<'a> {
    /// Begins with nothing; settings of `asked` are tested beside the proposal and the default.
    pub fn new(
        fresh: &'a dyn Fn() -> Result<App, String>,
        study: &'a Study,
        asked: Vec<Tried>,
        (put, counter): (&'a Put<'a>, &'a dyn Count),
    ) -> Self {
        Self {
            fresh,
            study,
            asked,
            put,
            counter,
            index: Index::default(),
        }
    }

    /// Writes all of it; the counter hears of one unit a map, a question and an image.
    ///
    /// # Errors
    /// [`CopyError`], when it cannot be had or written, and when cancelled.
    pub async fn write(mut self) -> Result<(), CopyError> {
        let server = self.server()?;
        let mut cohort = server.json("/api/cohort").await?;
        if !cohort["reduced_to"].is_null() {
            cohort["reduced_to"] = LARGE.into();
        }
        for whole in ["project", "looks", "proposal"] {
            let answer = server.json(&format!("/api/{whole}")).await?;
            self.answer(whole, answer)?;
        }
        let tried = self.tried(&server).await?;
        self.maps(&server, &tried).await?;
        self.columns(&server, &cohort, &tried[0]).await?;
        self.settings(&tried).await?;
        self.pictures(&server).await?;
        self.answer("cohort", cohort)?;
        self.page()
    }

    fn server(&self) -> Result<Server, CopyError> {
        Ok(Server::new((self.fresh)().map_err(CopyError::Unwritten)?))
    }

    /// The settings that are tested, each once: the proposed one first.
    async fn tried(&self, server: &Server) -> Result<Vec<Tried>, CopyError> {
        let n_images = self.study.n_images();
        let proposal = server.json("/api/proposal").await?;
        let said = |name: &str| match &proposal["params"][name] {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        let words: Vec<(&str, String)> = settings::catalogue()
            .iter()
            .filter_map(|entry| Some((entry.spec.key, said(entry.spec.key)?)))
            .collect();
        let word = |name: &str| {
            let mut found = words.iter().filter(|(key, _)| *key == name);
            found.next().map(|(_, text)| text.as_str())
        };
        let read = settings::read(word, n_images);
        let (map, clustering) = read.map_err(|error| CopyError::Unanswered {
            path: "/api/proposal".to_owned(),
            reason: error.to_string(),
        })?;
        let all = [Tried { map, clustering }, notebooks(n_images)];
        let mut tried: Vec<Tried> = Vec::new();
        for one in all.into_iter().chain(self.asked.iter().copied()) {
            if !tried.contains(&one) {
                tried.push(one);
            }
        }
        Ok(tried)
    }

    /// Every map along the axis, and one of each method: with its plane of settings and its quality.
    async fn maps(&mut self, server: &Server, tried: &[Tried]) -> Result<(), CopyError> {
        let n_images = self.study.n_images();
        let clustering = notebooks(n_images).clustering;
        for map in maps(n_images, tried) {
            let query = query_of(settings::as_query(&map, &clustering));
            let mut answers = Map::new();
            for part in ["projection", "plane", "quality"] {
                let asked = match part {
                    "plane" => server.json(&format!("/api/{part}?{query}")).await,
                    _ => {
                        server
                            .json(&format!("/api/{part}?{}", query_of_map(&map)))
                            .await
                    }
                };
                answers.insert(part.to_owned(), asked?);
            }
            self.index.maps.push(query_of_map(&map));
            let name = format!("map-{}", self.index.maps.len());
            self.answer(&name, Value::Object(answers))?;
            self.advance(1)?;
        }
        self.index.said = said(&maps(n_images, tried), tried.len());
        Ok(())
    }

    /// The columns that groups are counted by, image by image.
    async fn columns(
        &mut self,
        server: &Server,
        cohort: &Value,
        at: &Tried,
    ) -> Result<(), CopyError> {
        for name in countable(cohort, self.study.planned()) {
            let query = query_of_question(at, &name, None);
            let mut clusters = server.json(&format!("/api/clusters?{query}")).await?;
            let coded = self.study.coded(&name);
            let coded = coded.map_err(|error| CopyError::Unwritten(error.to_string()))?;
            self.index.columns.push(name);
            let answer = copy::column(&coded, clusters["breakdown"].take());
            self.answer(&format!("column-{}", self.index.columns.len()), answer)?;
        }
        Ok(())
    }

    /// The scores of each setting, and what is to be said of each column.
    async fn settings(&mut self, tried: &[Tried]) -> Result<(), CopyError> {
        let others = MEASURES
            .iter()
            .filter(|about| about.measure != Measure::Balance);
        self.index.scores = others.map(|about| about.key.to_owned()).collect();
        for one in tried {
            let server = self.server()?;
            let query = query_of(settings::as_query(&one.map, &one.clustering));
            let clusters = server.json(&format!("/api/clusters?{query}")).await?;
            let score = |name: &String| (name.clone(), clusters[name].clone());
            let scores: Map<String, Value> = self.index.scores.iter().map(score).collect();
            self.index.settings.push(query);
            let name = format!("setting-{}", self.index.settings.len());
            self.answer(&name, Value::Object(scores))?;
            for column in self.index.columns.clone() {
                self.question(one, &column).await?;
                self.advance(1)?;
            }
        }
        Ok(())
    }

    /// What a server that is asked nothing else says of a column; what it cannot say is not there.
    async fn question(&mut self, tried: &Tried, column: &str) -> Result<(), CopyError> {
        let server = self.server()?;
        let query = query_of_question(tried, column, Some("out"));
        let mut answers = Map::new();
        for part in ["association", "enrichment", "names", "verdict"] {
            if let Ok(answer) = server.json(&format!("/api/{part}?{query}")).await {
                answers.insert(part.to_owned(), answer);
            }
        }
        self.index.questions.push(query);
        let name = format!("question-{}", self.index.questions.len());
        self.answer(&name, Value::Object(answers))
    }

    /// The pictures by the places of their records, and what lies nearest to each.
    async fn pictures(&mut self, server: &Server) -> Result<(), CopyError> {
        let records = &self.study.cohort.records;
        self.index.ids = records.iter().map(|record| record.id.clone()).collect();
        for metric in ["euclidean", "cosine"] {
            let mut all = Vec::new();
            for id in &self.index.ids {
                let query = query_of([
                    ("metric".to_owned(), metric.to_owned()),
                    ("n".to_owned(), N_NEIGHBOURS.to_string()),
                ]);
                let path = format!("/api/neighbours/{}?{query}", encoded(id));
                all.push(server.json(&path).await?);
            }
            self.answer(&format!("neighbours-{metric}"), Value::Array(all))?;
        }
        if !self.study.cohort.has_images() {
            return Ok(());
        }
        for (place, id) in self.index.ids.iter().enumerate() {
            let path = format!("/api/thumbnails/{}", encoded(id));
            let small = server.bytes(&format!("{path}?size={SMALL}")).await?;
            self.put(&format!("pictures/small/{}.jpg", place + 1), &small)?;
            let large = server.bytes(&format!("{path}?size={LARGE}")).await?;
            let name = format!("pictures/large/{}", place + 1);
            self.put(&format!("{name}.js"), &copy::picture(&name, &large))?;
            self.advance(1)?;
        }
        for page in 0..records.len().div_ceil(PER_PAGE) {
            let sheet = server.bytes(&format!("/api/atlas/{page}")).await?;
            self.put(&format!("pictures/atlas/{page}.jpg"), &sheet)?;
        }
        Ok(())
    }

    /// The page itself, with all of its modules.
    fn page(&self) -> Result<(), CopyError> {
        self.put("page/index.js", &self.index.script())?;
        for (name, bytes) in assets::apart() {
            self.put(&format!("page/{name}"), bytes)?;
        }
        self.put("page/modules.js", &copy::modules(&assets::modules()))?;
        let (along, step) = along(self.study.n_images());
        let first = along.first().copied().unwrap_or(1.0);
        let html = page::of_copy(self.study.column.clone(), (first, step as f64));
        let html = html.map_err(|error| CopyError::Unwritten(error.to_string()))?;
        self.put("index.html", html.as_bytes())
    }

    fn answer(&self, name: &str, answer: Value) -> Result<(), CopyError> {
        let name = format!("answers/{name}");
        self.put(&format!("{name}.js"), &copy::script(&name, answer))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), CopyError> {
        (self.put)(name, bytes).map_err(CopyError::Unwritten)
    }

    fn advance(&self, n: u64) -> Result<(), CopyError> {
        self.counter.advance(n);
        match self.counter.cancelled() {
            true => Err(CopyError::Cancelled),
            false => Ok(()),
        }
    }
}

/// The router, asked without a network.
struct Server(TowerToHyperService<Router>);

impl Server {
    fn new(app: App) -> Self {
        Self(TowerToHyperService::new(router(app)))
    }

    async fn json(&self, path: &str) -> Result<Value, CopyError> {
        let bytes = self.bytes(path).await?;
        serde_json::from_slice(&bytes).map_err(|error| unanswered(path, error.to_string()))
    }

    async fn bytes(&self, path: &str) -> Result<Vec<u8>, CopyError> {
        let request = Request::get(path).header(header::HOST, "127.0.0.1");
        let request = request.body(Body::empty());
        let request = request.map_err(|error| unanswered(path, error.to_string()))?;
        let response = self.0.call(request).await;
        let response = response.unwrap_or_else(|never| match never {});
        let is_there = response.status().is_success();
        let bytes = body::to_bytes(response.into_body(), usize::MAX).await;
        let bytes = bytes.map_err(|error| unanswered(path, error.to_string()))?;
        match is_there {
            true => Ok(bytes.to_vec()),
            false => Err(unanswered(
                path,
                String::from_utf8_lossy(&bytes).into_owned(),
            )),
        }
    }
}

fn unanswered(path: &str, reason: String) -> CopyError {
    CopyError::Unanswered {
        path: path.to_owned(),
        reason,
    }
}

/// The values along the axis of which a copy of so many images has maps: those that a step divides, counted
/// from the default, so that a slider gets to each of them.
fn along(n_images: usize) -> (Vec<f64>, usize) {
    let own = notebooks(n_images).map;
    let all = own.method().along;
    let step = (all.len() * n_images).div_ceil(MOST_PLACES).max(1);
    let default = own
        .along()
        .and_then(|default| all.iter().position(|&one| one >= default));
    let first = default.unwrap_or(0) % step;
    (all.into_iter().skip(first).step_by(step).collect(), step)
}

/// The maps of a copy, each once: those of the settings, along the axis, and one of each method.
fn maps(n_images: usize, tried: &[Tried]) -> Vec<ProjectionParams> {
    let own = notebooks(n_images).map;
    let along = along(n_images).0.into_iter().map(|value| own.at(value));
    let each = ProjectionParams::all().into_iter();
    let each = each.map(|map| map.default_for(n_images));
    let mut found: Vec<ProjectionParams> = Vec::new();
    for map in tried.iter().map(|one| one.map).chain(along).chain(each) {
        if map.check(n_images).is_ok() && !found.contains(&map) {
            found.push(map);
        }
    }
    found
}

/// What a copy of these maps has, in a sentence.
fn said(maps: &[ProjectionParams], n_tested: usize) -> String {
    let mut methods: Vec<String> = Vec::new();
    for method in ProjectionParams::all() {
        let method = method.method();
        let of: Vec<f64> = maps
            .iter()
            .filter(|map| map.method().key == method.key)
            .filter_map(ProjectionParams::along)
            .collect();
        let n_maps = maps.iter().filter(|map| map.method().key == method.key);
        let lowest = of.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        methods.extend(match (n_maps.count(), method.axis) {
            (0, _) => None,
            (1, _) => Some(format!("one of {}", method.label)),
            (n, axis) => Some(format!(
                "{n} maps of {}, {} {lowest} to {highest}",
                method.label,
                axis.unwrap_or("")
            )),
        });
    }
    let more = match n_tested {
        0..3 => "",
        _ => " and at one more",
    };
    format!(
        "It has {}, DBSCAN at any setting, and tests at the proposed and the notebook's setting{more}.",
        methods.join(", ")
    )
}

/// The columns that the page counts by: the planned one first.
fn countable(cohort: &Value, planned: &str) -> Vec<String> {
    let columns = cohort["columns"].as_array().map_or(&[][..], Vec::as_slice);
    let named = columns
        .iter()
        .filter(|column| match column["kind"].as_str() {
            Some("category") => column["n_unique"].as_u64() <= Some(MOST_VALUES),
            kind => kind != Some("text"),
        })
        .filter_map(|column| column["name"].as_str());
    let mut found = vec![planned.to_owned()];
    for name in named {
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

fn query_of(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

fn query_of_map(map: &ProjectionParams) -> String {
    let clustering = ClusteringParams::default();
    let all = settings::as_query(map, &clustering);
    let map: Vec<(String, String)> = all
        .filter(|(name, _)| {
            let mut entries = settings::catalogue().iter();
            entries.any(|entry| entry.part == settings::Part::Map && entry.spec.key == name)
        })
        .collect();
    query_of(map)
}

fn query_of_question(tried: &Tried, column: &str, noise: Option<&str>) -> String {
    let pairs = settings::as_query(&tried.map, &tried.clustering);
    let asked = [
        Some(("breakdown", column)),
        noise.map(|noise| ("noise", noise)),
    ];
    let asked = asked.into_iter().flatten();
    query_of(pairs.chain(asked.map(|(name, value)| (name.to_owned(), value.to_owned()))))
}

/// An id as a part of an address.
fn encoded(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_many_images_has_the_default_among_fewer_maps() {
        let (few, step) = along(193);
        assert_eq!((few.len(), few[0], step), (179, 1.0, 1));
        let (many, step) = along(4000);
        assert_eq!(step, 4);
        let default = notebooks(4000).map.along().unwrap();
        assert!(many.contains(&default), "{default} in {many:?}");
        assert!(many.windows(2).all(|pair| pair[1] - pair[0] == 4.0));
        assert!(said(&maps(193, &[]), 2).contains("179 maps of t-SNE, perplexity 1 to 179, "));
    }
}
