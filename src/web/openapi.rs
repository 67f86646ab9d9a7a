//! `GET /api/openapi.json`: the description of the API, made of the routes themselves.

use std::sync::LazyLock;

use axum::Json;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

use crate::output::ErrorEnvelope;

use super::routes::{Content, Route, SchemaOf, schema};

/// The description of every route, in OpenAPI 3.1.
pub(super) async fn openapi() -> Json<&'static Value> {
    static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| description(super::routes()));
    Json(&DESCRIPTION)
}

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/openapi.json";
    vec![Route::get(path, openapi, "This description").gives::<Value>()]
}

fn description(routes: Vec<Route>) -> Value {
    let mut schemas = Schemas::new();
    let (mut paths, mut parameters): (Map<String, Value>, Map<String, Value>) = Default::default();
    for route in &routes {
        let operations = paths.entry(route.path).or_insert_with(|| json!({}));
        let mut operation = operation(route, &mut schemas);
        let taken = route.parameters.iter();
        operation["parameters"] = taken.map(|one| named(one, &mut parameters)).collect();
        operations[route.method] = operation;
    }
    let error = schemas.given(schema::<ErrorEnvelope>);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "negatoscope",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A cohort of X-rays, laid out by what a neural network finds alike. \
                A research instrument, not a diagnostic device.",
        },
        "paths": paths,
        "components": {
            "responses": { "Error": {
                "description": "What to change, in one sentence",
                "content": { "application/json": { "schema": error } },
            } },
            "parameters": parameters,
            "schemas": schemas.all(),
        },
    })
}

/// A parameter by its name, under which it stands once for all routes that take it; one that means
/// something else on a route stands there.
fn named(parameter: &Value, known: &mut Map<String, Value>) -> Value {
    let name = parameter["name"].as_str().unwrap_or_default();
    let first = known.entry(name).or_insert_with(|| parameter.clone());
    match first == parameter {
        true => json!({ "$ref": format!("#/components/parameters/{name}") }),
        false => parameter.clone(),
    }
}

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let mut operation = json!({ "summary": route.summary, "parameters": [] });
    if let Some(body) = route.body {
        let schema = schemas.taken(body);
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": schema } } });
    }
    let answers = route.answers.iter();
    let content: Map<String, Value> = answers
        .map(|(media_type, content)| ((*media_type).to_owned(), media(content, schemas)))
        .collect();
    let told = route.told.unwrap_or("What is asked for");
    operation["responses"] = json!({
        route.status: { "description": told, "content": content },
        "default": { "$ref": "#/components/responses/Error" },
    });
    operation
}

/// OpenAPI 3.1 has no word for events: a stream is a text, and what its events hold is told beside.
fn media(content: &Content, schemas: &mut Schemas) -> Value {
    match content {
        Content::Json(of) => json!({ "schema": schemas.given(*of) }),
        Content::Events(events) => {
            let events = events.iter();
            let events: Map<String, Value> = events
                .map(|(name, of)| ((*name).to_owned(), schemas.given(*of)))
                .collect();
            json!({ "schema": { "type": "string" }, "x-events": events })
        }
        Content::Bytes => json!({}),
    }
}

/// The schemas that are named, of what is taken and of what is given: what may be left out of a body
/// is always there in an answer.
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            // The width of a number in memory says nothing to who reads it.
            let plain = RecursiveTransform(|schema: &mut schemars::Schema| {
                schema.remove("format");
            });
            settings.transforms.push(Box::new(plain));
        });
        Self {
            taken: settings.clone().for_deserialize().into_generator(),
            given: settings.for_serialize().into_generator(),
        }
    }

    fn taken(&mut self, of: SchemaOf) -> Value {
        of(&mut self.taken).to_value()
    }

    fn given(&mut self, of: SchemaOf) -> Value {
        of(&mut self.given).to_value()
    }

    /// Every schema that was named, by name.
    fn all(mut self) -> Map<String, Value> {
        let mut all = self.taken.take_definitions(true);
        all.extend(self.given.take_definitions(true));
        all.sort_keys();
        all
    }
}
