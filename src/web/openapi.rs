//! `GET /api/openapi.json`: the description of the API, with the ranges of the catalogue.

use axum::Json;
use serde_json::{Map, Value, json};

use super::query::{FINDINGS, OF_SETTING, PARTS};
use crate::analysis::settings::{Kind, Spec};
use crate::settings::{self, Entry, N_COMPARED, N_NEAREST, NOISE, Part, RANK_BY, SIZE, SURROGATE};

/// The description of every route, in OpenAPI 3.1.
pub(super) async fn openapi() -> Json<Value> {
    Json(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "negatoscope",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A cohort of X-rays, laid out by what a neural network finds alike. \
                A research instrument, not a diagnostic device.",
        },
        "paths": paths(),
        "components": { "schemas": { "Error": error_schema() } },
    }))
}

fn paths() -> Value {
    let conditions = list(
        "where",
        "A condition that images must meet: COLUMN=VALUE, COLUMN!=VALUE, \
        COLUMN~TEXT, COLUMN>=VALUE or COLUMN<=VALUE; * is any column. Those that do not meet all are \
        left out of everything that is computed",
    );
    let own = list(
        "own",
        "The id of a selection whose images are to be a cluster of their own",
    );
    let map = [of_part(Part::Map), vec![conditions.clone()]].concat();
    let clusters = [map.clone(), cluster_parameters(), vec![own]].concat();
    let id = vec![
        json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }),
    ];
    let sized = [id.clone(), vec![parameter(&SIZE)]].concat();
    let page = vec![
        json!({ "name": "page", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 0 } }),
    ];
    let noise = parameter(&NOISE);
    let within = json!({
        "name": "within", "in": "query",
        "description": "The column whose levels are held fixed", "schema": { "type": "string" },
    });
    let on_plane = [map.clone(), of_part(Part::Clusters)].concat();
    let over_plane = [&on_plane[..], &[breakdown_parameter(), noise.clone()]].concat();
    let tested = [clusters.clone(), vec![within, noise]].concat();
    let quality = [map.clone(), vec![parameter(&N_COMPARED)]].concat();
    let parts = |of: &[&str]| {
        json!({
            "name": PARTS, "in": "query", "explode": false,
            "description": "The parts that are sent, with commas between",
            "schema": { "type": "array", "items": { "enum": of }, "default": of },
        })
    };
    let slid = [&clusters[..], &[parts(&OF_SETTING)]].concat();
    let found = [&tested[..], &[parts(&FINDINGS)]].concat();
    let events = "text/event-stream";
    let at_least_dense = [map.clone(), of_part(Part::Clusters)].concat();
    let metric = choice("metric", &["euclidean", "cosine"]);
    let nearest = vec![metric, parameter(&N_NEAREST), conditions.clone()];
    let nearest = [id.clone(), nearest].concat();
    let only = json!({
        "name": "only", "in": "query",
        "description": "The id of a selection: its images alone", "schema": { "type": "string" },
    });
    let tables = vec![choice("format", &["csv", "json", "parquet"]), only];
    let exported = [clusters.clone(), tables].concat();
    let matrix = [
        choice("format", &["csv", "npy", "parquet"]),
        conditions.clone(),
    ];
    let json = "application/json";
    json!({
        "/healthz": { "get": operation("ok, once the server answers", &[], "text/plain") },
        "/api/cohort": { "get": operation(
            "The cohort: its columns, records, skipped files and model; state is pending until \
             the features are computed, then ready and final; each record's index is its place in \
             the whole cohort, whatever is left out, and its bits those that its picture uses", &[conditions], json) },
        "/api/setting": { "get": operation(
            "All that one move of a slider asks for: events frame while the map forms, then map, \
             clusters and plane as their own routes answer, or error", &slid, events) },
        "/api/findings": { "get": operation(
            "What is to be known of a setting: events association, enrichment and quality as their \
             own routes answer, each when it is there; failed has the part that cannot be had and \
             the error", &found, events) },
        "/api/projection": { "get": operation(
            "Coordinates of every image, in the order of the records; with Accept: \
             text/event-stream frames of the map forming, then the result", &map, json) },
        "/api/clusters": { "get": operation(
            "Clusters of the standardised map: labels as scikit-learn numbers them (-1 is noise), \
             core points, the notebook's score, and the clusters by the values of one column",
            &clusters, json) },
        "/api/plane": { "get": operation(
            "Clusters, noise and score at every eps and min_samples of the notebook's grid, or of \
             another method's two axes", &on_plane, json) },
        "/api/k-distance": { "get": operation(
            "The distance of each image to its min_samples-th neighbour on the standardised map, \
             itself counted, ascending; at most 1,000 of them, evenly spaced in rank",
            &at_least_dense, json) },
        "/api/frames": { "get": operation(
            "A t-SNE map every 20 iterations, the last one included: base64 of little-endian \
             32-bit floats, row by row; up to 20,000 images", &map, json) },
        "/api/neighbours/{id}": { "get": operation(
            "The images nearest to one in feature space, the nearest first", &nearest, json) },
        "/api/association": { "get": operation(
            "Every column against the clusters by permutation of whole patients, the one that \
             explains most first; with within=COLUMN among the levels of that column",
            &tested, json) },
        "/api/association/plane": { "get": operation(
            "The column of interest against the clusters of every setting of the notebook's grid \
             at once: the p-value of having looked at all of them", &over_plane, json) },
        "/api/enrichment": { "get": operation(
            "Each value of the column of interest in each cluster: observed, expected, log odds \
             ratio, and whether it survives all cells being looked at", &tested, json) },
        "/api/quality": { "get": operation(
            "How faithful the map is to the features: trustworthiness, continuity, and the share \
             of nearest neighbours that it keeps, also per image", &quality, json) },
        "/api/export": { "get": operation(
            "Every image with its place on the map, its cluster (-1 is noise), whether it is a \
             core point, and its metadata; in CSV a text that a spreadsheet would take for a \
             formula begins with an apostrophe", &exported, "*/*") },
        "/api/features": { "get": operation(
            "The features of every image, in the order of the records", &matrix, "*/*") },
        "/api/script": { "get": operation(
            "A Python script that makes map and clusters again with scikit-learn, from the \
             exported features and clusters", &clusters, "text/x-python") },
        "/api/search": { "post": start(
            "Starts the parameter search; what is left out is the notebook's", search()) },
        "/api/null": { "post": start(
            "Starts the search again on cohorts without clusters; the result says how often they \
             do as well", null()) },
        "/api/stability": { "post": start(
            "Starts repeating map and clusters with other seeds and without some patients; takes \
             the clusters' parameters too", stability()) },
        "/api/report": { "post": start(
            "Starts a report on one setting; its result's url is the page to read", report()) },
        "/api/selections": { "post": posted(
            "Remembers images that were picked by hand; the answer's id is what own takes",
            selection(), ("201", "The selection's id and how many images it has")) },
        "/report/{id}": { "get": operation("A finished report", &id, "text/html") },
        "/api/jobs/{id}": {
            "get": operation(
                "Where a job stands; its result once it is done. total counts the settings of a search, \
                 the cohorts of a null, the maps of a stability or a report; done is less until the end",
                &id, json),
            "delete": operation("Cancels a job", &id, json),
        },
        "/api/jobs/{id}/events": { "get": operation(
            "The job ten times a second until it ends", &id, "text/event-stream") },
        "/api/thumbnails/{id}": { "get": operation("A small picture", &sized, "image/jpeg") },
        "/api/atlas/{page}": { "get": operation(
            "256 images in the order of the records: a JPEG with 16 squares of 64 pixels to a row",
            &page, "image/jpeg") },
        "/api/images/{id}": { "get": operation(
            "The image as it is, or as PNG where browsers cannot show its type", &id, "image/*") },
        "/api/images/{id}/deep": { "get": operation(
            "The samples of an image of more than 8 bits, whose record says how many, as they are \
             used in its file: an array of 16-bit numbers in NumPy's format, (height, width) or \
             (height, width, 3)", &id, "application/octet-stream") },
        "/api/changed": { "get": operation(
            "The images whose files are not those any more that the features were made of: id, \
             filename and reason", &[], json) },
        "/api/openapi.json": { "get": operation("This description", &[], json) },
    })
}

fn operation(summary: &str, parameters: &[Value], media_type: &str) -> Value {
    let mut content = Map::new();
    content.insert(media_type.to_owned(), json!({}));
    json!({
        "summary": summary,
        "parameters": parameters,
        "responses": { "200": { "description": summary, "content": content }, "default": fault() },
    })
}

/// A route that starts a job with a body of these properties.
fn start(summary: &str, mut properties: Value) -> Value {
    properties["where"] = json!({ "type": "array", "items": { "type": "string" } });
    posted(summary, properties, ("202", "The job's id"))
}

/// A route that takes a body of these properties.
fn posted(summary: &str, properties: Value, (status, answer): (&str, &str)) -> Value {
    json!({
        "summary": summary,
        "requestBody": { "content": { "application/json": { "schema": {
            "type": "object",
            "properties": properties,
        } } } },
        "responses": {
            status: { "description": answer, "content": { "application/json": {} } },
            "default": fault(),
        },
    })
}

fn selection() -> Value {
    json!({
        "ids": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        "name": { "type": ["string", "null"] },
    })
}

fn search() -> Value {
    let range = json!({
        "type": "object",
        "description": "numpy.arange's values: stop is left out",
        "required": ["start", "stop", "step"],
        "properties": {
            "start": { "type": "number" },
            "stop": { "type": "number" },
            "step": { "type": "number", "exclusiveMinimum": 0 },
        },
    });
    let count = json!({ "type": "integer", "minimum": 1 });
    let mut properties = json!({
        "min_clusters": count, "max_clusters": count,
    });
    for axis in settings::axes() {
        properties[axis] = range.clone();
    }
    properties["rank_by"] = parameter(&RANK_BY)["schema"].take();
    properties
}

fn null() -> Value {
    let mut properties = search();
    properties["n_surrogates"] =
        json!({ "type": "integer", "minimum": 1, "maximum": 9999, "default": 99 });
    properties["surrogate"] = parameter(&SURROGATE)["schema"].take();
    properties["stop_after"] = json!({ "type": ["integer", "null"], "minimum": 1 });
    properties["seed"] = json!({ "type": "integer", "minimum": 0, "default": 42 });
    properties
}

fn stability() -> Value {
    json!({
        "n_runs": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 20 },
        "fraction": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.8 },
        "seed": { "type": "integer", "minimum": 0, "default": 42 },
    })
}

fn report() -> Value {
    let part = |when_null: &str, properties: Value| json!({ "type": ["object", "null"], "description": format!("When null, {when_null}"), "properties": properties });
    json!({
        "own": { "type": "array", "items": { "type": "string" } },
        "within": { "type": "string" },
        "noise": parameter(&NOISE)["schema"],
        "null": part("the last one that was computed, if any", null()),
        "stability": part("left out", stability()),
    })
}

/// The parameters of a map, or of its clusters.
fn of_part(part: Part) -> Vec<Value> {
    let entries = settings::catalogue()
        .iter()
        .filter(|entry| entry.part == part);
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
    let mut schema = match spec.kind {
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
    };
    schema["default"] = settings::json(spec, spec.default_value());
    json!({ "name": spec.key, "in": "query", "description": spec.help, "schema": schema })
}

/// One of a few words; the first is the default.
fn choice(name: &str, values: &[&str]) -> Value {
    json!({ "name": name, "in": "query", "schema": { "enum": values, "default": values[0] } })
}

fn cluster_parameters() -> Vec<Value> {
    [of_part(Part::Clusters), vec![breakdown_parameter()]].concat()
}

fn breakdown_parameter() -> Value {
    json!({
        "name": "breakdown", "in": "query",
        "description": "The column of interest, whose values are counted in each cluster",
        "schema": { "type": "string", "default": "country" },
    })
}

/// A parameter that may be given several times.
fn list(name: &str, description: &str) -> Value {
    json!({
        "name": name, "in": "query", "description": description, "explode": true,
        "schema": { "type": "array", "items": { "type": "string" }, "default": [] },
    })
}

fn fault() -> Value {
    json!({
        "description": "What to change, in one sentence",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
    })
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": { "type": "string" },
                "message": { "type": "string" },
                "parameter": { "type": "string" },
                "done": { "type": "integer" },
                "total": { "type": "integer" },
            },
        } },
    })
}
