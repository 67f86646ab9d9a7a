//! One route: what answers it and what is said of it, in one place. The router and the description
//! of the API are made of the same list.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, post, put};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::output::JobStarted;

use super::App;

/// What makes a schema, once there is a generator that collects those that it names.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type.
pub(super) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A route of the API.
pub(super) struct Route {
    pub(super) path: &'static str,
    /// In lower case.
    pub(super) method: &'static str,
    handler: MethodRouter<App>,
    /// What it does.
    pub(super) summary: &'static str,
    /// In the path and in the query, as OpenAPI has them.
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<SchemaOf>,
    pub(super) status: &'static str,
    /// What is told of the answer, where that is not the summary.
    pub(super) told: Option<&'static str>,
    /// By media type.
    pub(super) answers: Vec<(&'static str, Content)>,
}

/// What an answer is made of.
pub(super) enum Content {
    /// One document.
    Json(SchemaOf),
    /// Events by name, each with a document; without a name, those of type `message`.
    Events(Vec<(&'static str, SchemaOf)>),
    /// A file or a text.
    Bytes,
}

impl Route {
    /// Something to be read.
    pub(super) fn get<H, T>(path: &'static str, handler: H, summary: &'static str) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new("get", path, get(handler), summary)
    }

    /// Something to be taken back.
    pub(super) fn delete<H, T>(path: &'static str, handler: H, summary: &'static str) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new("delete", path, delete(handler), summary)
    }

    /// Something to be made of a body.
    pub(super) fn post<B: JsonSchema, H, T>(
        path: &'static str,
        handler: H,
        summary: &'static str,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new("post", path, post(handler), summary).with_body::<B>()
    }

    /// Something to be kept, in the place of what was there.
    pub(super) fn put<B: JsonSchema, H, T>(
        path: &'static str,
        handler: H,
        summary: &'static str,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new("put", path, put(handler), summary).with_body::<B>()
    }

    fn with_body<B: JsonSchema>(self) -> Self {
        Self {
            body: Some(schema::<B>),
            ..self
        }
    }

    fn new(
        method: &'static str,
        path: &'static str,
        handler: MethodRouter<App>,
        summary: &'static str,
    ) -> Self {
        Self {
            path,
            method,
            handler,
            summary,
            parameters: Vec::new(),
            body: None,
            status: "200",
            told: None,
            answers: Vec::new(),
        }
    }

    /// With more parameters.
    pub(super) fn takes(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// It answers with a document.
    pub(super) fn gives<T: JsonSchema>(mut self) -> Self {
        let json = ("application/json", Content::Json(schema::<T>));
        self.answers.push(json);
        self
    }

    /// It answers with a file of this type.
    pub(super) fn gives_file(mut self, media_type: &'static str) -> Self {
        self.answers.push((media_type, Content::Bytes));
        self
    }

    /// It answers with events of these names.
    pub(super) fn gives_events(mut self, events: Vec<(&'static str, SchemaOf)>) -> Self {
        let events = ("text/event-stream", Content::Events(events));
        self.answers.push(events);
        self
    }

    /// It answers with another status than 200, and what that means.
    pub(super) fn with_status(mut self, status: &'static str, told: &'static str) -> Self {
        (self.status, self.told) = (status, Some(told));
        self
    }

    /// It starts a job.
    pub(super) fn starts_job(self) -> Self {
        self.gives::<JobStarted>()
            .with_status("202", "The job's id")
    }

    /// As what answers it is changed by `change`, for bodies of another size.
    pub(super) fn map(
        mut self,
        change: impl FnOnce(MethodRouter<App>) -> MethodRouter<App>,
    ) -> Self {
        self.handler = change(self.handler);
        self
    }

    /// Adds it to a router.
    pub(super) fn on(self, router: Router<App>) -> Router<App> {
        router.route(self.path, self.handler)
    }
}
