//! Asks the router, and holds each answer against the schema that the description has for its route.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::routed::{Served, told};
use super::snapshot;

/// A router with its description.
pub(crate) struct Asking {
    pub(crate) served: Served,
    description: Value,
    /// Routes that give documents or events and were not asked yet.
    unasked: BTreeSet<String>,
}

impl Asking {
    pub(crate) async fn new(served: Served) -> Self {
        let description = served.get("/api/openapi.json").await;
        let paths = description["paths"].as_object().unwrap().iter();
        let gives = |operation: &Value| {
            let answers = operation["responses"].as_object().unwrap().iter();
            let answers = answers.filter(|(status, _)| *status != "default");
            let mut told = answers.filter_map(|(_, answer)| answer["content"].as_object());
            told.any(|content| content.keys().any(|kind| kind == EVENTS || kind == JSON))
        };
        let unasked = paths.flat_map(|(path, operations)| {
            let operations = operations.as_object().unwrap().iter();
            let giving = operations.filter(|(_, operation)| gives(operation));
            giving.map(move |(method, _)| format!("{method} {path}"))
        });
        let mut unasked: BTreeSet<String> = unasked.collect();
        // It is held against docs/openapi.json.
        unasked.remove("get /api/openapi.json");
        Self {
            served,
            description,
            unasked,
        }
    }

    /// Routes that were not asked, among those that give documents or events.
    pub(crate) fn unasked(&self) -> &BTreeSet<String> {
        &self.unasked
    }

    pub(crate) async fn get(&mut self, name: &str, path: &str) {
        let answer = self.served.get(path).await;
        self.hold(name, ("get", path), "200", &answer);
    }

    pub(crate) async fn post(&mut self, name: &str, path: &str, body: &Value) -> Value {
        self.ask(name, ("POST", path), body).await
    }

    pub(crate) async fn ask(
        &mut self,
        name: &str,
        (method, path): (&str, &str),
        body: &Value,
    ) -> Value {
        let (status, answer) = self.served.ask(method, path, body).await;
        let method = method.to_lowercase();
        self.hold(name, (&method, path), &status.to_string(), &answer);
        answer
    }

    /// The events of a stream, but the frames, of which there are as many as there was time for.
    pub(crate) async fn stream(&mut self, name: &str, path: &str) {
        let text = self.served.stream(path).await;
        let mut events = told(&text);
        let schemas = self.media(("get", path), "200", EVENTS)["x-events"].clone();
        for (event, data) in &events {
            let schema = schemas.get(event);
            let schema = schema.unwrap_or_else(|| panic!("{path} tells of no event {event}"));
            self.check(path, schema, data);
        }
        // Some come as they are ready.
        events.sort_by(|(a, _), (b, _)| a.cmp(b));
        let events = events.iter().filter(|(event, _)| event != "frame");
        let events = events.map(|(event, data)| json!({ "event": event, "data": data }));
        snapshot::hold_answer(name, &events.collect());
    }

    /// A job: how it starts, what comes of it, and what is told of one that has ended.
    pub(crate) async fn job(&mut self, name: &str, path: &str, body: &Value) {
        let job = self.served.job(path, body).await;
        let id = job["id"].as_str().unwrap();
        assert_eq!(job["state"], "done", "{job}");
        let started = json!({ "id": id });
        let schema = self.media(("post", path), "202", JSON)["schema"].clone();
        self.check(path, &schema, &started);
        self.hold(name, ("get", &format!("/api/jobs/{id}")), "200", &job);
        let path = format!("/api/jobs/{id}/events");
        let events = told(&self.served.stream(&path).await);
        let schema = self.media(("get", &path), "200", EVENTS)["x-events"]["message"].clone();
        self.check(&path, &schema, &events[0].1);
        assert_eq!(events, [("message".to_owned(), job.clone())]);
        let (status, left) = self
            .served
            .ask("DELETE", &format!("/api/jobs/{id}"), &job)
            .await;
        let schema =
            self.media(("delete", &format!("/api/jobs/{id}")), "200", JSON)["schema"].clone();
        self.check(&path, &schema, &left);
        assert_eq!((status, left), (200, job));
    }

    pub(crate) async fn refused(&self, name: &str, (method, path): (&str, &str), status: u16) {
        let (told, answer) = self.served.ask(method, path, &json!([])).await;
        assert_eq!(told, status, "{path}: {answer}");
        let schema = json!({ "$ref": "#/components/schemas/ErrorEnvelope" });
        self.check(path, &schema, &answer);
        snapshot::hold_answer(name, &answer);
    }

    fn hold(&mut self, name: &str, (method, path): (&str, &str), status: &str, answer: &Value) {
        let schema = self.media((method, path), status, JSON)["schema"].clone();
        self.check(path, &schema, answer);
        snapshot::hold_answer(name, answer);
    }

    /// What the description says of an answer.
    fn media(&mut self, (method, path): (&str, &str), status: &str, kind: &str) -> &Value {
        let path = path.split('?').next().unwrap();
        let paths = self.description["paths"].as_object().unwrap();
        let described = paths.keys().find(|described| fits(described, path));
        let described = described.unwrap_or_else(|| panic!("{path} is not described"));
        self.unasked.remove(&format!("{method} {described}"));
        &self.description["paths"][described][method]["responses"][status]["content"][kind]
    }

    fn check(&self, path: &str, schema: &Value, answer: &Value) {
        assert!(schema.is_object(), "{path} has no schema");
        let mut whole = schema.clone();
        whole["components"] = self.description["components"].clone();
        // What is not told of is not sent.
        let schemas = whole["components"]["schemas"].as_object_mut().unwrap();
        for schema in schemas.values_mut() {
            if let Some(schema) = schema.as_object_mut()
                && schema.contains_key("properties")
            {
                schema.entry("additionalProperties").or_insert(false.into());
            }
        }
        let validator: Validator = jsonschema::validator_for(&whole).unwrap();
        let errors = validator.iter_errors(answer);
        let errors: Vec<String> = errors
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{path}");
    }
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// Whether a path is one of those that are described by `/api/jobs/{id}`.
fn fits(described: &str, path: &str) -> bool {
    let (mut a, mut b) = (described.split('/'), path.split('/'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a.starts_with('{') => {}
            _ => return false,
        }
    }
}
