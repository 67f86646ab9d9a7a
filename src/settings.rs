//! The catalogue of settings: what a query, a body, a link or the command line may say of a map and
//! its clusters, read from the methods' own lists.
//!
//! The methods say their parameters once, beside what computes them (`analysis::settings`). Here
//! they are put together; query and body, answers, the description of the API, the sliders, the
//! captions and the script are made from [`catalogue`] and [`read`], and none of them names a method.

use std::sync::LazyLock;

use serde_json::{Map, Number, Value as Json};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::measures::MEASURES;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::{Kind, SettingError, Spec, Value, Word};

/// The name of the parameter that chooses how the map is made.
pub const METHOD: &str = "method";
/// The name of the parameter that chooses how it is clustered.
pub const CLUSTERING: &str = "clustering";

/// One parameter of a map or its clusters.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called, may be and does, as the first of the methods has it.
    pub spec: Spec,
    /// What it is a parameter of.
    pub part: Part,
    /// The methods that have it; empty of the choice of the method itself.
    pub applies_to: Vec<&'static str>,
}

/// What a parameter is a parameter of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The map.
    Map,
    /// Its clusters.
    Clusters,
}

/// Every parameter of a map and its clusters: the choice of the method first, then theirs.
pub fn catalogue() -> &'static [Entry] {
    static ALL: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let maps = ProjectionParams::named();
        let maps = maps.iter().map(ProjectionParams::method);
        let maps = maps.map(|method| (method.key, method.specs));
        let clusters = ClusteringParams::all();
        let clusters = clusters.iter().map(ClusteringParams::method);
        let clusters = clusters.map(|method| (method.key, method.specs));
        let mut all = vec![choice(METHOD, "Method", Part::Map, &MAPS)];
        add(&mut all, Part::Map, maps);
        all.push(choice(CLUSTERING, "Method", Part::Clusters, &CLUSTERINGS));
        add(&mut all, Part::Clusters, clusters);
        all
    });
    &ALL
}

/// The methods of maps, by name.
static MAPS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let all = ProjectionParams::named();
    let methods = all.iter().map(ProjectionParams::method);
    methods
        .map(|method| word(method.key, method.label))
        .collect()
});

/// The methods of clustering, by name.
static CLUSTERINGS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let all = ClusteringParams::all();
    let methods = all.iter().map(ClusteringParams::method);
    methods
        .map(|method| word(method.key, method.label))
        .collect()
});

const fn word(key: &'static str, label: &'static str) -> Word {
    Word { key, label }
}

fn choice(key: &'static str, label: &'static str, part: Part, words: &'static [Word]) -> Entry {
    Entry {
        spec: Spec::choice(key, label, words),
        part,
        applies_to: Vec::new(),
    }
}

/// Adds the parameters of each method in its order: what an earlier one has too stays where it is, and
/// what is new stands before the next of those.
fn add(all: &mut Vec<Entry>, part: Part, methods: impl Iterator<Item = (&'static str, Vec<Spec>)>) {
    for (method, specs) in methods {
        for (i, spec) in specs.iter().enumerate() {
            let place = |spec: &Spec| {
                let is_it = |entry: &Entry| entry.part == part && entry.spec.key == spec.key;
                all.iter().position(is_it)
            };
            match place(spec) {
                Some(known) => all[known].applies_to.push(method),
                None => {
                    let before = specs[i..].iter().find_map(place).unwrap_or(all.len());
                    let entry = Entry {
                        spec: *spec,
                        part,
                        applies_to: vec![method],
                    };
                    all.insert(before, entry);
                }
            }
        }
    }
}

/// The map and the clusters that are asked for; what is not said is the default for so many images.
///
/// What another method has is checked too: a slip of the keyboard is told whatever is chosen.
///
/// # Errors
/// [`SettingError`] of the first value that cannot be.
pub fn read<'w>(
    said: impl Fn(&str) -> Option<&'w str>,
    n_images: usize,
) -> Result<(ProjectionParams, ClusteringParams), SettingError> {
    for entry in catalogue() {
        if let Some(text) = said(entry.spec.key) {
            entry.spec.read(text)?;
        }
    }
    let mut map = ProjectionParams::default();
    for one in ProjectionParams::named() {
        if said(METHOD) == Some(one.method().key) {
            map = one;
        }
    }
    map = map.default_for(n_images);
    for (spec, _) in map.values() {
        if let Some(text) = said(spec.key) {
            map.set(spec.key, spec.read(text)?)?;
        }
    }
    let mut clusters = ClusteringParams::default();
    for one in ClusteringParams::all() {
        if said(CLUSTERING) == Some(one.method().key) {
            clusters = one;
        }
    }
    for (spec, _) in clusters.values() {
        if let Some(text) = said(spec.key) {
            clusters.set(spec.key, spec.read(text)?)?;
        }
    }
    Ok((map, clusters))
}

/// The parameters of a map as they are sent and written: the method and its values by name.
pub fn map_json(map: &ProjectionParams) -> Map<String, Json> {
    let mut values = Map::new();
    values.insert(METHOD.to_owned(), map.method().key.into());
    values.extend(map.values().into_iter().map(pair));
    values
}

/// Adds the parameters of the clusters.
pub fn with_clusters(mut map: Map<String, Json>, clusters: &ClusteringParams) -> Map<String, Json> {
    map.insert(CLUSTERING.to_owned(), clusters.method().key.into());
    map.extend(clusters.values().into_iter().map(pair));
    map
}

/// A map and its clusters as a query says them: what [`read`] makes the same of.
pub fn as_query(
    map: &ProjectionParams,
    clusters: &ClusteringParams,
) -> impl Iterator<Item = (String, String)> {
    let text = |value: Json| match value {
        Json::String(text) => text,
        other => other.to_string(),
    };
    let all = with_clusters(map_json(map), clusters).into_iter();
    all.map(move |(key, value)| (key, text(value)))
}

/// A map and its clusters in a few words: "t-SNE, perplexity 17; DBSCAN, eps 0.4, min_samples 14".
pub fn in_few_words(map: &ProjectionParams, clusters: &ClusteringParams) -> String {
    let of = |values: Vec<(Spec, Value)>, axes: &[&str]| {
        let values = values.into_iter();
        let of_axes = values.filter(|(spec, _)| axes.contains(&spec.key));
        let words = of_axes.map(|(spec, value)| format!(", {} {value}", spec.key));
        words.collect::<String>()
    };
    let along: Vec<&str> = map.method().axis.into_iter().collect();
    format!(
        "{}{}; {}{}",
        map.method().label,
        of(map.values(), &along),
        clusters.method().label,
        of(clusters.values(), &clusters.axes())
    )
}

fn pair((spec, value): (Spec, Value)) -> (String, Json) {
    (spec.key.to_owned(), json(&spec, value))
}

/// A value as JSON: whole numbers without a point.
pub fn json(spec: &Spec, value: Value) -> Json {
    match value {
        Value::Word(word) => word.into(),
        Value::Number(number) if spec.range().is_some_and(|range| range.whole) => {
            Number::from(number as u64).into()
        }
        Value::Number(number) => number.into(),
    }
}

/// The values of a place on the plane of a method, by name: `{"eps": 0.4, "min_samples": 14}`.
pub fn place_json(clusters: &ClusteringParams, at: [f64; 2]) -> Map<String, Json> {
    let clusters = clusters.at(at);
    let axes = clusters.axes();
    let values = clusters.values().into_iter();
    let mut of_axes: Vec<_> = values
        .filter(|(spec, _)| axes.contains(&spec.key))
        .collect();
    of_axes.sort_by_key(|(spec, _)| axes.iter().position(|axis| *axis == spec.key));
    of_axes.into_iter().map(pair).collect()
}

/// The values of one axis of a plane.
pub fn axis_json(clusters: &ClusteringParams, axis: usize, values: &[f64]) -> Vec<Json> {
    let key = clusters.axes()[axis];
    let specs = clusters.method().specs;
    let spec = specs.iter().find(|spec| spec.key == key);
    let json = |&value: &f64| spec.map_or(Json::Null, |spec| json(spec, Value::Number(value)));
    values.iter().map(json).collect()
}

/// Every parameter that a search of some methods goes along.
pub fn axes() -> Vec<&'static str> {
    let maps = ProjectionParams::all();
    let maps = maps.iter().filter_map(|map| map.method().axis);
    let clusters = ClusteringParams::all();
    let clusters = clusters.iter().flat_map(ClusteringParams::axes);
    let mut axes: Vec<_> = maps.chain(clusters).collect();
    axes.sort_unstable();
    axes.dedup();
    axes
}

/// Parameters in words, with their labels and units: what a caption and a report say.
pub fn in_words(values: Vec<(Spec, Value)>) -> Vec<(&'static str, String)> {
    let text = |spec: &Spec, value: Value| match (spec.kind, value) {
        (Kind::Choice(words), Value::Word(key)) => {
            let word = words.iter().find(|word| word.key == key);
            word.map_or(key, |word| word.label).to_owned()
        }
        _ => value.to_string(),
    };
    let pair = |(spec, value): (Spec, Value)| (spec.label, text(&spec, value));
    values.into_iter().map(pair).collect()
}

/// Neighbours that a map is compared with its features by.
pub const N_COMPARED: Spec = Spec::number("n_compared", "Neighbours", (1.0, 1000.0))
    .whole()
    .slider(1.0, 50.0, 1.0)
    .default(5.0)
    .unit("images")
    .help(
        "Nearest neighbours of each image that are compared between map and features. Few ask about \
         the grain of the map, many about its layout.",
    );

/// Images that are shown as most like one.
pub const N_NEAREST: Spec = Spec::number("n", "Neighbours", (1.0, 1000.0))
    .whole()
    .slider(1.0, 50.0, 1.0)
    .default(12.0)
    .unit("images")
    .help("Images that are listed, the nearest first.");

/// The longest side of a thumbnail.
pub const SIZE: Spec = Spec::number("size", "Size", (16.0, 768.0))
    .whole()
    .slider(16.0, 768.0, 16.0)
    .default(128.0)
    .unit("pixels")
    .help("Longest side in pixels.");

/// Whether noise is one more cluster in the tests.
pub const NOISE: Spec = Spec::choice(
    "noise",
    "Noise",
    &[word("out", "left out"), word("in", "one more cluster")],
)
.help("Whether noise is left out or taken as one more cluster");

/// How much is made before a verdict is spoken.
pub const EFFORT: Spec = Spec::choice(
    "effort",
    "Effort",
    &[
        word("full", "100 maps, 99 cohorts without groups"),
        word("first", "20 maps, 19 cohorts"),
        word("rest", "100 maps, 999 cohorts"),
    ],
)
.help("How many maps and cohorts without groups a verdict is made from");

/// What the plane of settings is drawn by.
pub const PLANE_OF: Spec = Spec::choice(
    "of",
    "Colour by",
    &[
        word("again", "agreement over maps"),
        word("column", "the column, over maps"),
        word("chance", "against chance"),
    ],
)
.help("What is told of every place of the plane");

/// What settings of a search are ranked by.
pub static RANK_BY: LazyLock<Spec> = LazyLock::new(|| {
    static WORDS: LazyLock<Vec<Word>> =
        LazyLock::new(|| MEASURES.map(|about| word(about.key, about.label)).to_vec());
    Spec::choice("rank_by", "Rank by", &WORDS).help("The measure that ranks the settings")
});

/// What cohorts without clusters keep of this one.
pub const SURROGATE: Spec = Spec::choice(
    "surrogate",
    "Surrogates",
    &[
        word("auto", "what fits the features"),
        word("gaussian", "one Gaussian cloud"),
        word("copula", "one cloud of these values"),
        word("curve", "a gradient without gaps"),
        word("permuted", "permuted components"),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::clustering::dbscan::DbscanParams;
    use crate::analysis::projection::tsne::TsneParams;

    fn read_all(
        pairs: &[(&str, &'static str)],
    ) -> Result<(ProjectionParams, ClusteringParams), SettingError> {
        let said = |key: &str| pairs.iter().find(|(k, _)| *k == key).map(|(_, text)| *text);
        read(said, 193)
    }

    #[test]
    fn defaults_are_the_notebooks() {
        let (map, clusters) = read_all(&[]).unwrap();
        assert_eq!(map, ProjectionParams::Tsne(TsneParams::default()));
        assert_eq!(
            clusters,
            ClusteringParams::Dbscan(DbscanParams {
                eps: 0.4,
                min_samples: 14
            })
        );
        assert_eq!(read(|_| None, 10).unwrap().0.along(), Some(3.0));
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        for (key, text) in [
            ("perplexity", "nan"),
            ("perplexity", "-1"),
            ("perplexity", "inf"),
            ("perplexity", ""),
            ("method", "nope"),
            ("clustering", "nope"),
            ("n_components", "4"),
            ("max_iter", "1000.5"),
            ("learning_rate", "0"),
            ("init", "warm"),
            ("eps", "0"),
        ] {
            assert_eq!(read_all(&[(key, text)]).unwrap_err().key, key, "{text}");
        }
        // What another method has is checked too.
        assert!(read_all(&[("method", "pca"), ("perplexity", "x")]).is_err());
    }

    /// A control that methods share has one place and one text, which are right for each.
    #[test]
    fn methods_say_the_same_of_what_they_share_and_each_in_its_order() {
        let maps = ProjectionParams::named()
            .into_iter()
            .map(|map| map.method().specs);
        let clusters = ClusteringParams::all().into_iter();
        let clusters = clusters.map(|clusters| clusters.method().specs);
        for (part, of_method) in [
            (Part::Map, maps.collect::<Vec<_>>()),
            (Part::Clusters, clusters.collect()),
        ] {
            let entries = catalogue().iter().filter(|entry| entry.part == part);
            let entries: Vec<&Spec> = entries.map(|entry| &entry.spec).collect();
            for specs in of_method {
                let place = |spec: &Spec| entries.iter().position(|one| one.key == spec.key);
                let places: Vec<usize> = specs.iter().filter_map(place).collect();
                assert!(places.is_sorted(), "{specs:?}");
                for (spec, place) in specs.iter().zip(places) {
                    let shared = entries[place];
                    assert_eq!((shared.label, shared.help), (spec.label, spec.help));
                    assert_eq!(
                        shared.default(0.0).kind,
                        spec.default(0.0).kind,
                        "{}",
                        spec.key
                    );
                }
            }
        }
    }

    #[test]
    fn a_setting_in_a_few_words_has_its_methods_and_their_axes() {
        let (map, clusters) = read_all(&[("perplexity", "30"), ("eps", "0.45")]).unwrap();
        assert_eq!(
            in_few_words(&map, &clusters),
            "t-SNE, perplexity 30; DBSCAN, eps 0.45, min_samples 14"
        );
    }

    #[test]
    fn each_name_is_said_once_and_read_back() {
        let mut keys: Vec<_> = catalogue().iter().map(|entry| entry.spec.key).collect();
        keys.sort_unstable();
        let n_keys = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), n_keys, "{keys:?}");
        for map in ProjectionParams::named() {
            for clusters in ClusteringParams::all() {
                let sent: Vec<(String, String)> = as_query(&map, &clusters).collect();
                let said = |key: &str| {
                    let mut pairs = sent.iter();
                    pairs.find(|(k, _)| k == key).map(|(_, text)| text.as_str())
                };
                assert_eq!(read(said, 1000), Ok((map, clusters)));
            }
        }
    }
}
