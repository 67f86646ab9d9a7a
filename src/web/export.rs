//! What can be taken away: `GET /api/export`, `GET /api/features` and `GET /api/script`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{self, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::features::vectors::{self, FeatureTable};
use crate::output::script;
use crate::output::table::{self, Table, TableDocument};
use crate::pipeline::{Clusters, Projection, Study};

use super::App;
use super::error::ApiError;
use super::parameters;
use super::pieces;
use super::query::{Query, Words};
use super::routes::Route;
use super::setting::{Setting, selection};

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_table = "Every image with its place on the map, its cluster (-1 is noise), whether it is a \
                    core point, and its metadata; in CSV a text that a spreadsheet would take for a \
                    formula begins with an apostrophe";
    let of_features = "The features of every image, in the order of the records";
    let of_script = "A Python script that makes map and clusters again with scikit-learn, from the \
                     exported features and clusters";
    let tables = [parameters::choice("format", &TABLES), parameters::only()];
    let matrices = [
        parameters::choice("format", &MATRICES),
        parameters::conditions(),
    ];
    vec![
        Route::get("/api/export", export, of_table)
            .takes(parameters::clusters())
            .takes(tables)
            .gives::<TableDocument<'_>>()
            .gives_file("*/*"),
        Route::get("/api/features", features, of_features)
            .takes(matrices)
            .gives_file("*/*"),
        Route::get("/api/script", python, of_script)
            .takes(parameters::clusters())
            .gives_file("text/x-python"),
    ]
}

/// Formats of files; each route takes three of them.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Format {
    Csv,
    Json,
    Npy,
    Parquet,
}

/// Formats of the table.
const TABLES: [(&str, Format); 3] = [
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("parquet", Format::Parquet),
];
/// Formats of the features.
const MATRICES: [(&str, Format); 3] = [
    ("csv", Format::Csv),
    ("npy", Format::Npy),
    ("parquet", Format::Parquet),
];

/// A map and its clusters, to be written.
struct Written {
    study: Arc<Study>,
    map: Arc<Projection>,
    clusters: Arc<Clusters>,
}

impl Written {
    async fn of(app: &App, query: &Query) -> Result<Self, ApiError> {
        let setting = Setting::of(&app.workbench, query).await?;
        let (map, clusters) = setting.clusters(&app.workbench).await?;
        Ok(Self {
            study: setting.study,
            map,
            clusters,
        })
    }

    fn parts(&self) -> (&Projection, &Clusters) {
        (&self.map, &self.clusters)
    }
}

/// Every image with its place on the map, its cluster and its metadata.
pub(super) async fn export(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::with(&["format", "only"], query)?;
    let format = query.choice("format", &TABLES, Format::Csv)?;
    let only = match query.text("only") {
        Some(id) => Some(selection(&app.workbench, "only", id).await?),
        None => None,
    };
    let setting = Written::of(&app, &query).await?;
    let what = if only.is_some() {
        "selection"
    } else {
        "clusters"
    };
    let name = file_name(&setting.study, what, format);
    let body = pieces::body(&app, move |out| {
        let Written {
            study,
            map,
            clusters,
        } = &setting;
        let table = Table::new(study, map, clusters, only.as_deref());
        match format {
            Format::Json => {
                let document = TableDocument::new(&table, study, setting.parts());
                serde_json::to_writer(out, &document).map_err(|error| error.to_string())
            }
            Format::Parquet => table::parquet(&table, out).map_err(|error| error.to_string()),
            Format::Csv | Format::Npy => table::csv(&table, out).map_err(|error| error.to_string()),
        }
    });
    Ok(attachment(format.media_type(), &name, body.await?))
}

/// The features of every image, in the order of the records.
pub(super) async fn features(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let query = Query::with(&["format"], query)?;
    let format = query.choice("format", &MATRICES, Format::Csv)?;
    let study = app.study_of(&query).await?;
    study.need_features()?;
    let name = file_name(&study, "features", format);
    let body = pieces::body(&app, move |out| {
        let records = || study.cohort.records.iter();
        let ids: Vec<String> = records().map(|record| record.id.clone()).collect();
        let filenames: Vec<String> = records().map(|record| record.filename.clone()).collect();
        let features = FeatureTable {
            ids: &ids,
            filenames: &filenames,
            features: study.features.view(),
        };
        match format {
            Format::Npy => vectors::write_as(out, vectors::Format::Npy, features),
            Format::Parquet => vectors::write_as(out, vectors::Format::Parquet, features),
            Format::Csv | Format::Json => {
                table::features_csv(features, out).map_err(|error| error.to_string())
            }
        }
    });
    Ok(attachment(format.media_type(), &name, body.await?))
}

/// A script that makes the map and its clusters again from the exported files.
pub(super) async fn python(
    State(app): State<App>,
    extract::Query(query): Words,
) -> Result<Response, ApiError> {
    let setting = Written::of(&app, &Query::new(query)?).await?;
    let features = file_name(&setting.study, "features", Format::Npy);
    let table = file_name(&setting.study, "clusters", Format::Json);
    let script = script(setting.parts(), &features, &table).map_err(|error| {
        tracing::error!("the script could not be rendered: {error}");
        ApiError::Internal
    })?;
    let name = format!("{}-clusters.py", stem(&setting.study));
    Ok(attachment(
        "text/x-python; charset=utf-8",
        &name,
        script.into_bytes(),
    ))
}

impl Format {
    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Npy => "application/octet-stream",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Npy => "npy",
            Self::Parquet => "parquet",
        }
    }
}

fn attachment(media_type: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body.into()).into_response()
}

fn file_name(study: &Study, what: &str, format: Format) -> String {
    format!("{}-{what}.{}", stem(study), format.ending())
}

/// The cohort's name as every file system, header and shell takes it.
fn stem(study: &Study) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = study.cohort.name.chars().map(plain).collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "cohort".to_owned()
    } else {
        words.join("-")
    }
}
