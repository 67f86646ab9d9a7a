//! What routes take in path, query and body, as the description of the API has it; read from the
//! catalogue.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::analysis::settings::Spec;
use crate::output::keyed::{of_value, value_schema};
use crate::settings::{
    self, EFFORT, Entry, N_COMPARED, N_NEAREST, NOISE, PLANE_OF, Part, RANK_BY, SIZE, SURROGATE,
};

use super::query::PARTS;
use super::reopening::STUDY;

/// The id of an image, a job or a report.
pub(super) fn id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

/// The layer of a network.
pub(super) fn layer() -> Value {
    let about = "The name of a layer, as /api/layers has it";
    let schema = json!({ "type": "string" });
    json!({ "name": "layer", "in": "query", "required": true, "description": about, "schema": schema })
}

/// The study that a picture is asked of.
pub(super) fn study() -> Value {
    let about = "The number of a study, as /api/open has it: refused once another one is served";
    let schema = json!({ "type": "integer", "minimum": 1 });
    json!({ "name": STUDY, "in": "query", "description": about, "schema": schema })
}

/// The page of an atlas.
pub(super) fn page() -> Value {
    let schema = json!({ "type": "integer", "minimum": 0 });
    json!({ "name": "page", "in": "path", "required": true, "schema": schema })
}

/// Which images count.
pub(super) fn conditions() -> Value {
    list(
        "where",
        "A condition that images must meet: COLUMN=VALUE, COLUMN!=VALUE, COLUMN~TEXT, \
         COLUMN>=VALUE or COLUMN<=VALUE; * is any column. Those that do not meet all are left out of \
         everything that is computed",
    )
}

/// A map, and of which images.
pub(super) fn map() -> Vec<Value> {
    [of_part(Part::Map), vec![conditions()]].concat()
}

/// A map and how it is clustered.
pub(super) fn setting() -> Vec<Value> {
    [map(), of_part(Part::Clusters)].concat()
}

/// The clusters of a map, by a column of interest.
pub(super) fn clusters() -> Vec<Value> {
    let own = list(
        "own",
        "The id of a selection whose images are to be a cluster of their own",
    );
    [setting(), vec![breakdown(), own]].concat()
}

/// The clusters of a map, and what is asked of them.
pub(super) fn question() -> Vec<Value> {
    [clusters(), vec![within(), noise()]].concat()
}

/// The column of interest.
pub(super) fn breakdown() -> Value {
    json!({
        "name": "breakdown", "in": "query",
        "description": "The column of interest, whose values are counted in each cluster",
        "schema": { "type": "string", "default": "country" },
    })
}

fn within() -> Value {
    json!({
        "name": "within", "in": "query",
        "description": "The column whose levels are held fixed", "schema": { "type": "string" },
    })
}

/// Whether noise is one more cluster.
pub(super) fn noise() -> Value {
    parameter(&NOISE)
}

/// How much a verdict is made from.
pub(super) fn effort() -> Value {
    parameter(&EFFORT)
}

/// What is told of every place of the plane.
pub(super) fn plane_of() -> Value {
    parameter(&PLANE_OF)
}

/// The longest side of a picture.
pub(super) fn size() -> Value {
    parameter(&SIZE)
}

/// How many neighbours are compared.
pub(super) fn n_compared() -> Value {
    parameter(&N_COMPARED)
}

/// How many neighbours are listed.
pub(super) fn n_nearest() -> Value {
    parameter(&N_NEAREST)
}

/// The id of a selection.
pub(super) fn only() -> Value {
    json!({
        "name": "only", "in": "query",
        "description": "The id of a selection: its images alone", "schema": { "type": "string" },
    })
}

/// Which parts of a stream are sent.
pub(super) fn parts(of: &[&str]) -> Value {
    json!({
        "name": PARTS, "in": "query", "explode": false,
        "description": "The parts that are sent, with commas between",
        "schema": { "type": "array", "items": { "enum": of }, "default": of },
    })
}

/// One of a few words; the first is the default.
pub(super) fn choice<T>(name: &str, choices: &[(&str, T)]) -> Value {
    let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
    json!({ "name": name, "in": "query", "schema": { "enum": words, "default": words[0] } })
}

/// A parameter that may be given several times.
fn list(name: &str, description: &str) -> Value {
    json!({
        "name": name, "in": "query", "description": description, "explode": true,
        "schema": texts(),
    })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "default": [] })
}

/// The parameters of a map, or of its clusters.
fn of_part(part: Part) -> Vec<Value> {
    let entries = settings::catalogue().iter();
    let entries = entries.filter(|entry| entry.part == part);
    entries.map(entry).collect()
}

/// A parameter of some methods.
fn entry(entry: &Entry) -> Value {
    let mut value = parameter(&entry.spec);
    if !entry.applies_to.is_empty() {
        value["x-applies-to"] = json!(entry.applies_to);
    }
    value
}

/// A parameter as the catalogue has it.
fn parameter(spec: &Spec) -> Value {
    let schema = with_default(spec);
    json!({ "name": spec.key, "in": "query", "description": spec.help, "schema": schema })
}

fn with_default(spec: &Spec) -> Value {
    let mut schema = value_schema(spec);
    schema["default"] = settings::json(spec, spec.default_value());
    schema
}

/// What ranks the settings of a search, in a body.
pub(super) fn rank_by(_: &mut SchemaGenerator) -> Schema {
    of_value(with_default(&RANK_BY))
}

/// What cohorts without clusters keep, in a body.
pub(super) fn surrogate(_: &mut SchemaGenerator) -> Schema {
    of_value(with_default(&SURROGATE))
}

/// The parameters of a map and its clusters in a body, and which images count.
pub(super) struct SettingBody;

impl JsonSchema for SettingBody {
    fn schema_name() -> Cow<'static, str> {
        "SettingBody".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut properties = values();
        for name in ["breakdown", "within"] {
            properties.insert(name.to_owned(), json!({ "type": "string" }));
        }
        properties.insert("own".to_owned(), texts());
        properties.insert(NOISE.key.to_owned(), with_default(&NOISE));
        of_value(json!({ "type": "object", "properties": properties }))
    }
}

/// Every parameter of the catalogue, and the conditions.
pub(super) fn values() -> Map<String, Value> {
    let entries = settings::catalogue().iter();
    let values = entries.map(|entry| (entry.spec.key.to_owned(), value_schema(&entry.spec)));
    let conditions = ("where".to_owned(), texts());
    values.chain([conditions]).collect()
}
