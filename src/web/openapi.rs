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
    let mut paths: Map<String, Value> = Map::new();
    for route in &routes {
        let operations = paths.entry(route.path).or_insert_with(|| json!({}));
        operations[route.method] = operation(route, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "negatoscope",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A cohort of X-rays, laid out by what a neural network finds alike. \
                A research instrument, not a diagnostic device.",
        },
        "paths": paths,
        "components": { "schemas": schemas.all() },
    })
}

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let mut operation = json!({ "summary": route.summary, "parameters": route.parameters });
    if let Some(body) = route.body {
        let schema = schemas.taken(body);
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": schema } } });
    }
    let answers = route.answers.iter();
    let content: Map<String, Value> = answers
        .map(|(media_type, content)| ((*media_type).to_owned(), media(content, schemas)))
        .collect();
    let fault = schemas.given(schema::<ErrorEnvelope>);
    operation["responses"] = json!({
        route.status: {
            "description": route.told.unwrap_or(route.summary),
            "content": content,
        },
        "default": {
            "description": "What to change, in one sentence",
            "content": { "application/json": { "schema": fault } },
        },
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
