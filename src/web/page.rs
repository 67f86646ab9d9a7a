//! `GET /`: the page.

use std::iter;
use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::{Kind, Range, Spec, Word};
use crate::settings::{self, Entry, Part};

use super::App;
use super::assets::{FOLDER, MODULES};
use super::error::ApiError;

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    version: &'static str,
    /// Where the page's own files are.
    folder: &'static str,
    /// The column that is shown first, where one was named.
    column: Option<String>,
    /// How many axes the map has that is given, if one is.
    given: Option<usize>,
    /// Whether a network runs, whose layers can be looked at.
    network: bool,
    /// The number of the study, where another one may take its place.
    study: Option<u64>,
    /// What a copy without a server may load; `None` of a page that has one, which says so itself.
    policy: Option<&'static str>,
    controls: Controls,
    /// What the search goes along.
    ranges: Vec<Ranges>,
}

struct Controls {
    map: Vec<Control>,
    clusters: Vec<Control>,
    maps: Vec<Word>,
    clusterings: &'static [Word],
}

/// One parameter: a slider, or a row of those that are rarely moved.
struct Control {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    help: &'static str,
    /// The methods that it belongs to.
    methods: String,
    part: &'static str,
    /// Whether a plane of settings goes along it.
    axis: bool,
    prominent: bool,
    default: String,
    /// Of a number.
    range: Option<Range>,
    /// Of a choice.
    words: &'static [Word],
}

impl Control {
    fn new(entry: &Entry) -> Self {
        let spec = &entry.spec;
        Self {
            name: spec.key,
            label: spec.label,
            unit: spec.unit,
            help: spec.help,
            methods: entry.applies_to.join(" "),
            part: match entry.part {
                Part::Map => "map",
                Part::Clusters => "clusters",
            },
            axis: entry.part == Part::Clusters && settings::axes().contains(&spec.key),
            prominent: spec.prominent,
            default: spec.default_value().to_string(),
            range: spec.range(),
            words: words(spec),
        }
    }

    /// The word that may stand in place of a number.
    fn word(&self) -> &'static str {
        let word = self.range.and_then(|range| range.word);
        word.map_or("", |word| word.key)
    }
}

fn words(spec: &Spec) -> &'static [Word] {
    match spec.kind {
        Kind::Choice(words) => words,
        Kind::Number(_) => &[],
    }
}

/// What a search goes along with one method, which has an axis.
struct Ranges {
    part: &'static str,
    method: &'static str,
    axes: Vec<Along>,
}

/// `numpy.arange`'s arguments for one parameter.
struct Along {
    key: &'static str,
    start: f64,
    stop: f64,
    step: f64,
}

impl Along {
    /// The range that has these even values.
    fn new(key: &'static str, values: &[f64]) -> Option<Self> {
        let (&[start, second, ..], n) = (values, values.len() as f64) else {
            return None;
        };
        let step = tidy(second - start);
        let stop = tidy(start + n * step);
        Some(Self {
            key,
            start,
            stop,
            step,
        })
    }
}

/// Without the last digits that binary fractions leave.
fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// The ranges of every method, as its own grid has them.
fn ranges() -> Vec<Ranges> {
    let maps = ProjectionParams::all().into_iter().filter_map(|map| {
        let method = map.method();
        Some(Ranges {
            part: "map",
            method: method.key,
            axes: vec![Along::new(method.axis?, &method.along)?],
        })
    });
    let clusters = ClusteringParams::all().into_iter().map(|clusters| {
        let method = clusters.method();
        let axes = method.axes.into_iter().zip(&method.grid);
        Ranges {
            part: "clusters",
            method: method.key,
            axes: axes
                .filter_map(|(key, values)| Along::new(key, values))
                .collect(),
        }
    });
    maps.chain(clusters).collect()
}

/// The parameters of a part but the choice of the method, which has buttons of its own.
fn controls(part: Part) -> Vec<Control> {
    let entries = settings::catalogue().iter();
    let of_part = entries.filter(|entry| entry.part == part && !entry.applies_to.is_empty());
    of_part.map(Control::new).collect()
}

/// The methods of a part.
fn methods(part: Part) -> &'static [Word] {
    let mut entries = settings::catalogue().iter();
    let choice = entries.find(|entry| entry.part == part && entry.applies_to.is_empty());
    choice.map_or(&[], |entry| words(&entry.spec))
}

impl IndexPage {
    fn new(folder: &'static str, column: Option<String>, given: Option<usize>) -> Self {
        // A map is made, or it is there.
        let of_given = ProjectionParams::given(2).method().key;
        let fits = |word: &&Word| (word.key == of_given) == given.is_some();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            folder,
            column,
            given,
            network: false,
            study: None,
            policy: None,
            controls: Controls {
                map: controls(Part::Map),
                clusters: controls(Part::Clusters),
                maps: methods(Part::Map).iter().filter(fits).copied().collect(),
                clusterings: methods(Part::Clusters),
            },
            ranges: ranges(),
        }
    }
}

/// What a copy may load: the files of its folder as scripts, styles and pictures, and the modules that
/// they hold; nothing by a request that could bring or take data.
const POLICY_OF_COPY: &str = "default-src 'none'; script-src 'self' blob:; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'none'; base-uri 'none'; form-action 'none'";

/// The page of a copy that does without a server. Its maps are `step` apart along the default method's
/// axis, from `first` on.
///
/// # Errors
/// When it cannot be rendered.
pub(super) fn of_copy(
    column: Option<String>,
    (first, step): (f64, f64),
) -> Result<String, askama::Error> {
    let mut page = IndexPage::new("page", column, None);
    page.policy = Some(POLICY_OF_COPY);
    let axis = ProjectionParams::default().method().axis;
    let mut controls = page.controls.map.iter_mut();
    if let Some(control) = controls.find(|control| Some(control.name) == axis)
        && let Some(range) = &mut control.range
    {
        range.slider = (first, range.slider.1, step);
    }
    page.render()
}

/// The page, with its sliders from the catalogue.
pub(super) async fn index(State(app): State<App>) -> Result<Response, ApiError> {
    let bench = &app.workbench;
    let mut page = IndexPage::new(&FOLDER, bench.column.clone(), bench.given);
    page.network = bench.layers.is_some();
    page.study = app.door.as_ref().map(|_| app.study);
    let html = page.render().map_err(|error| {
        tracing::error!("the page could not be rendered: {error}");
        ApiError::Internal
    })?;
    Ok(([(header::LINK, AHEAD.clone())], Html(html)).into_response())
}

/// What the page will ask for, told with its first bytes, so that all of it is fetched side by side:
/// found by the browser, the modules come one import after another, and the cohort after all of them.
/// First what the parser and the first paint wait for.
static AHEAD: LazyLock<HeaderValue> = LazyLock::new(|| {
    let folder = FOLDER.as_str();
    let waited_for = format!(
        "<{folder}/js/early.js>; rel=preload; as=script, <{folder}/page.css>; rel=preload; \
         as=style, </api/cohort>; rel=preload; as=fetch; crossorigin"
    );
    let modules = MODULES
        .iter()
        .map(|path| format!("<{folder}/{path}>; rel=modulepreload"));
    let links: Vec<String> = iter::once(waited_for).chain(modules).collect();
    HeaderValue::from_str(&links.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::arange;
    use crate::analysis::search::SearchParams;

    /// What the page asks for, unless it is changed, is what is searched when nothing is asked for.
    #[test]
    fn the_form_has_the_grid_of_every_method() {
        for projection in ProjectionParams::all() {
            for clustering in ClusteringParams::all() {
                let grid = SearchParams::of(projection, clustering);
                let mut asked = grid.clone();
                let chosen = [
                    ("map", projection.method().key),
                    ("clusters", clustering.method().key),
                ];
                let ranges = ranges().into_iter();
                let of_these = ranges.filter(|one| chosen.contains(&(one.part, one.method)));
                let axes: Vec<Along> = of_these.flat_map(|one| one.axes).collect();
                for along in &axes {
                    let values = arange(along.start, along.stop, along.step);
                    assert!(asked.set_values(along.key, values), "{}", along.key);
                }
                let n_axes = 2 + usize::from(projection.method().axis.is_some());
                assert_eq!((asked, axes.len()), (grid, n_axes));
            }
        }
    }
}
