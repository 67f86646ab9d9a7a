//! Values under names that the catalogue and the table of measures say: a parameter's own name, a
//! measure's key. Another method or measure changes nothing here.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::measures::{self, MEASURES, Measure};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::settings::{Kind, Spec};
use crate::settings::{self, CLUSTERING, METHOD, Part};

/// Each type is described by its own name, with the schema that a function gives.
macro_rules! described {
    ($($name:ident: $schema:ident,)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema()
            }
        }
    )*};
}

described! {
    MapParams: map_params,
    SettingParams: setting_params,
    Along: along,
    Place: place,
    PlaneValues: plane_values,
    AlongValues: along_values,
    PlaneAxis: plane_axis,
    Axis: axis,
    MeasureKey: measure_key,
    MapMethod: map_method,
    ClusteringMethod: clustering_method,
    OtherScores: other_scores,
}

/// Parameters as they were used, by name: the method, and what the method has.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct MapParams(Map<String, Value>);

impl From<&ProjectionParams> for MapParams {
    fn from(map: &ProjectionParams) -> Self {
        Self(settings::map_json(map))
    }
}

fn map_params() -> Schema {
    let about = "The parameters of a map as they were used: its method, and what the method has";
    object(about, of_catalogue(&[Part::Map]), &[METHOD])
}

/// Parameters of a map and its clusters as they were used, by name.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct SettingParams(Map<String, Value>);

impl SettingParams {
    /// Those of a map and its clusters.
    pub fn new(map: &ProjectionParams, clusters: &ClusteringParams) -> Self {
        Self(settings::with_clusters(settings::map_json(map), clusters))
    }
}

fn setting_params() -> Schema {
    let about = "The parameters of a map and its clusters as they were used: both methods, and \
                     what they have";
    let all = of_catalogue(&[Part::Map, Part::Clusters]);
    object(about, all, &[METHOD, CLUSTERING])
}

/// Where a map stands on the axis of its method: `{"perplexity": 30}`; nothing of a method without.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Along(Map<String, Value>);

impl Along {
    /// The place `value` on the axis of a map.
    pub fn new(map: &ProjectionParams, value: f64) -> Self {
        let axis = map.method().axis;
        Self(
            axis.map(|axis| (axis.to_owned(), value.into()))
                .into_iter()
                .collect(),
        )
    }
}

fn along() -> Schema {
    let number = |axis: &str| (axis.to_owned(), json!({ "type": "number" }));
    let axes = map_axes().into_iter().map(number).collect();
    object("The value along the axis of the map", axes, &[])
}

/// A place on the plane of a method of clustering: `{"eps": 0.4, "min_samples": 14}`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Place(Map<String, Value>);

impl Place {
    /// The place `at` on the plane of a method.
    pub fn new(clustering: &ClusteringParams, at: [f64; 2]) -> Self {
        Self(settings::place_json(clustering, at))
    }
}

fn place() -> Schema {
    object(
        "A value of each axis of the method",
        axes_of_clusters(value_schema),
        &[],
    )
}

/// The values of the axes of a plane, by the name of the axis: `{"eps": [0.1, 0.2]}`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct PlaneValues(Map<String, Value>);

impl PlaneValues {
    /// The values of the axes of a method of clustering, of as many as there are lists.
    pub fn new(clustering: &ClusteringParams, lists: &[&[f64]]) -> Self {
        let axes = clustering.axes().into_iter().enumerate().zip(lists);
        let values = |((place, axis), list): ((usize, &str), &&[f64])| {
            let values = settings::axis_json(clustering, place, list);
            (axis.to_owned(), values.into())
        };
        Self(axes.map(values).collect())
    }
}

fn plane_values() -> Schema {
    let list = |spec: &Spec| json!({ "type": "array", "items": value_schema(spec) });
    object(
        "The values of each axis, ascending",
        axes_of_clusters(list),
        &[],
    )
}

/// The values along the axis of the maps, by its name: `{"perplexity": [5, 10]}`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AlongValues(Map<String, Value>);

impl AlongValues {
    /// The values along the axis of a map; nothing of a method without.
    pub fn new(map: &ProjectionParams, values: &[f64]) -> Self {
        let axis = map.method().axis;
        let values = axis.map(|axis| (axis.to_owned(), json!(values)));
        Self(values.into_iter().collect())
    }
}

fn along_values() -> Schema {
    let list = json!({ "type": "array", "items": { "type": "number" } });
    let axes = map_axes().into_iter();
    let axes = axes.map(|axis| (axis.to_owned(), list.clone())).collect();
    object(
        "The values along the axis of the maps, ascending",
        axes,
        &[],
    )
}

/// The name of an axis of a plane.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct PlaneAxis(pub &'static str);

fn plane_axis() -> Schema {
    let all = ClusteringParams::all();
    let mut axes: Vec<_> = all.iter().flat_map(ClusteringParams::axes).collect();
    axes.sort_unstable();
    axes.dedup();
    words("A parameter that a plane goes along", axes)
}

/// The name of an axis that a search or a plane goes along.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct Axis(pub &'static str);

fn axis() -> Schema {
    words(
        "A parameter that a search or a plane goes along",
        settings::axes(),
    )
}

/// The name of a measure.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct MeasureKey(&'static str);

impl From<Measure> for MeasureKey {
    fn from(measure: Measure) -> Self {
        Self(measure.about().key)
    }
}

fn measure_key() -> Schema {
    let keys = MEASURES.iter().map(|about| about.key).collect();
    words("What clusters are judged by", keys)
}

/// The name of a method of maps.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct MapMethod(pub &'static str);

fn map_method() -> Schema {
    let all = ProjectionParams::named();
    let keys = all.iter().map(|map| map.method().key).collect();
    words("How a map is made", keys)
}

/// The name of a method of clustering.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct ClusteringMethod(pub &'static str);

fn clustering_method() -> Schema {
    let all = ClusteringParams::all();
    let keys = all.iter().map(|clusters| clusters.method().key).collect();
    words("How a map is clustered", keys)
}

/// The scores beside the notebook's, which stands by itself: it is there without distances.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct OtherScores(Map<String, Value>);

impl From<Option<&measures::Scores>> for OtherScores {
    fn from(scores: Option<&measures::Scores>) -> Self {
        let value = |about: &measures::About| {
            let value = scores.and_then(|scores| scores.get(about.measure));
            (about.key.to_owned(), json!(value))
        };
        Self(other_measures().map(value).collect())
    }
}

fn other_scores() -> Schema {
    let score = |about: &measures::About| {
        let help = format!(
            "{}, {} is better; null where it is undefined, or too many images for it",
            about.help,
            if about.lower_is_better {
                "lower"
            } else {
                "higher"
            }
        );
        let schema = json!({ "type": ["number", "null"], "description": help });
        (about.key.to_owned(), schema)
    };
    let keys: Vec<_> = other_measures().map(|about| about.key).collect();
    object(
        "The scores beside the notebook's",
        other_measures().map(score).collect(),
        &keys,
    )
}

fn other_measures() -> impl Iterator<Item = &'static measures::About> {
    MEASURES
        .iter()
        .filter(|about| about.measure != Measure::Balance)
}

/// What a parameter may be, as JSON Schema.
pub fn value_schema(spec: &Spec) -> Value {
    match spec.kind {
        Kind::Choice(words) => {
            json!({ "enum": words.iter().map(|word| word.key).collect::<Vec<_>>() })
        }
        Kind::Number(range) => {
            let kind = if range.whole { "integer" } else { "number" };
            let number = json!({ "type": kind, "minimum": range.min, "maximum": range.max });
            match range.word {
                Some(word) => json!({ "anyOf": [number, { "const": word.key }] }),
                None => number,
            }
        }
    }
}

/// What a parameter may be, as the schema of a field.
pub(super) fn of_spec(spec: &Spec) -> Schema {
    of_value(value_schema(spec))
}

/// A schema that was put together as a value.
pub fn of_value(schema: Value) -> Schema {
    Schema::try_from(schema).unwrap_or_default()
}

/// Every parameter of some parts, by name.
fn of_catalogue(parts: &[Part]) -> Map<String, Value> {
    let entries = settings::catalogue().iter();
    let entries = entries.filter(|entry| parts.contains(&entry.part));
    entries
        .map(|entry| (entry.spec.key.to_owned(), value_schema(&entry.spec)))
        .collect()
}

/// The axes of the maps' methods.
fn map_axes() -> Vec<&'static str> {
    let maps = ProjectionParams::all();
    maps.iter().filter_map(|map| map.method().axis).collect()
}

/// The axes of the methods of clustering, each with a schema.
fn axes_of_clusters(schema: impl Fn(&Spec) -> Value) -> Map<String, Value> {
    let all = ClusteringParams::all();
    let mut schemas = Map::new();
    for clusters in &all {
        let specs = clusters.method().specs;
        for axis in clusters.axes() {
            if let Some(spec) = specs.iter().find(|spec| spec.key == axis) {
                schemas.insert(axis.to_owned(), schema(spec));
            }
        }
    }
    schemas
}

fn object(about: &str, properties: Map<String, Value>, required: &[&str]) -> Schema {
    let mut schema = json!({ "description": about, "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    of_value(schema)
}

fn words(about: &str, words: Vec<&'static str>) -> Schema {
    of_value(json!({ "description": about, "type": "string", "enum": words }))
}
