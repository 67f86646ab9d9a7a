//! What a person made of a cohort: as it is sent, kept, answered, exported and brought along.
//!
//! A body is the same type everywhere. Images are named by their ids on the way to and from a page of
//! this cohort, and by ids and bytes where it is kept ([`ImageName`]), so that it finds its images again.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::pipeline::{self, ImageNames, Ledger, Project, Study};
use crate::project::{Item, ProjectError, ProjectFile};
use crate::settings;

/// Letters of a name, at most.
const LONGEST_NAME: usize = 200;
/// Letters of a note, at most.
const LONGEST_NOTE: usize = 10_000;
/// Letters of the query of a view, at most.
const LONGEST_QUERY: usize = 8_000;
/// Letters of an id, at most.
const LONGEST_ID: usize = 64;
/// The kind of the looks and declarations, which the program itself makes.
const LOOK: &str = Ledger::KIND;
/// What the documents that are exported are called, and their version.
const VERSION: u32 = 1;

/// What a person can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KindOfItem {
    /// Images under a name.
    Selection,
    /// Images that are a cluster of their own; its id is what `own` takes.
    Group,
    /// A note on an image, which it names; its id says nothing.
    Note,
    /// A setting under a name, or pinned.
    View,
}

impl KindOfItem {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Selection, "selection"),
        (Self::Group, "group"),
        (Self::Note, "note"),
        (Self::View, "view"),
    ];

    /// The names in addresses.
    pub fn words() -> [&'static str; 4] {
        Self::ALL.map(|(_, word)| word)
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == word)
            .map(|(kind, _)| *kind)
    }
}

/// What an item says; of each kind some of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "I: Deserialize<'de>"))]
#[schemars(bound = "I: JsonSchema + Serialize")]
pub struct Body<I> {
    /// Its name; of a selection there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = LONGEST_NAME))]
    name: String,
    /// A note on it, as plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = LONGEST_NOTE))]
    note: String,
    /// Its images; of a note one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    images: Vec<I>,
    /// The setting of a view, as the query of a link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = LONGEST_QUERY))]
    query: String,
    /// Whether a view was kept beside the map.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
    /// What was found of a view when it was kept, in few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = LONGEST_NAME))]
    said: String,
}

/// An image as a project names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageName {
    /// The record's id.
    id: String,
    /// The start of the hash of the file's bytes (BLAKE3); absent for vectors without images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

/// Why something cannot be kept.
#[derive(Debug, Error)]
pub enum NotKept {
    /// It is not what its kind is.
    #[error("{message}")]
    Field {
        /// The field at fault.
        name: &'static str,
        /// What to change.
        message: String,
    },
    /// The project does not take it.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// There is no project, not even in memory.
    #[error("there is no project on this server: start it again with another --project")]
    NoProject,
    /// A document is no exported project.
    #[error("this is no project that negatoscope has exported: choose the JSON of an export")]
    NoDocument,
}

fn fault(name: &'static str, message: impl Into<String>) -> NotKept {
    let message = message.into();
    NotKept::Field { name, message }
}

/// Something that was made, as it is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProjectItem {
    kind: KindOfItem,
    id: String,
    /// The number of its last change.
    revision: u64,
    /// When it was changed last, in UTC (RFC 3339).
    time: String,
    /// Whether it was taken back; then there is no body.
    gone: bool,
    /// What it says; images by the ids that they have here.
    body: Option<Body<String>>,
    /// Images that it names and that are not in this cohort.
    n_absent: usize,
}

/// The project of the cohort.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProjectState {
    /// A hash of the cohort's images, which no other cohort has.
    id: String,
    /// The number of the last change.
    revision: u64,
    /// Whether it outlives the server: if not, who made something keeps it.
    kept: bool,
    /// The name of its file; null where there is none.
    file: Option<String>,
    /// What must be known of it, in sentences.
    warnings: Vec<String>,
    /// Looks that are kept in it, at these features and others; `GET /api/looks` has those at these.
    n_looks: usize,
    /// Questions that were declared.
    n_declared: usize,
    /// What was changed since the revision that was asked for, the first made first.
    items: Vec<ProjectItem>,
}

/// What came of a change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemKept {
    item: ProjectItem,
    /// What was there, where another had changed it since it was seen.
    overwritten: Option<ProjectItem>,
}

/// A project to carry along; `import` takes it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProjectDocument {
    /// The version of this format.
    negatoscope_project: u32,
    cohort: OfCohort,
    items: Vec<ExportedItem>,
}

/// Whose a project is; not by its name, since a folder may be named for a patient.
#[derive(Debug, Serialize, JsonSchema)]
struct OfCohort {
    /// A hash of its images.
    id: String,
    n_images: usize,
}

/// Something that was made, as it is carried along.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct ExportedItem {
    /// What it is; a `look` is something that was looked at or declared.
    kind: String,
    id: String,
    /// When it was made, in milliseconds since 1970.
    made: u64,
    /// When it was changed last, likewise: of two with one name the later counts.
    changed: u64,
    /// Whether it was taken back.
    #[serde(default)]
    gone: bool,
    /// What it says: an object, of a look the query that would ask the same again; null once it is gone.
    #[serde(default)]
    body: Value,
}

/// What came of a document.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Imported {
    /// Items that were new, or newer than what was here.
    n_taken: usize,
    /// Items that were here already.
    n_known: usize,
    /// Items that were left out.
    left: Vec<LeftOut>,
    /// Images that the items name and that are not in this cohort; what names them is kept all the same.
    n_absent: usize,
    /// In words.
    text: String,
}

/// An item that was not taken.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftOut {
    item: String,
    reason: String,
}

/// The project of a study as it is, from a revision on; `study` is the whole one, as everywhere here.
pub fn state(study: &Study, project: &Project, since: u64) -> Result<ProjectState, NotKept> {
    let file = file(study, project)?;
    let names = ImageNames::new(&study.cohort);
    let looks = file.items(LOOK);
    let is_declared = |item: &&Item| Ledger::is_declaration(&item.body);
    let n_declared = looks.iter().filter(is_declared).count();
    let items = file.since(since).into_iter();
    let name = |path: &std::path::Path| Some(path.file_name()?.to_string_lossy().into_owned());
    Ok(ProjectState {
        id: project.id(study).to_owned(),
        revision: file.revision(),
        kept: file.path().is_some(),
        file: file.path().and_then(name),
        warnings: file.warnings().to_vec(),
        n_looks: looks.len() - n_declared,
        n_declared,
        // Who has seen nothing yet needs not hear of what is gone.
        items: items
            .filter(|item| since > 0 || !item.gone)
            .filter_map(|item| answered(&names, item))
            .collect(),
    })
}

/// Keeps what was made, in the place of what had its name; `seen` is the revision that the sender knew.
pub fn put(
    (study, project): (&Study, &Project),
    (kind, id): (&str, &str),
    body: Body<String>,
    seen: Option<u64>,
) -> Result<ItemKept, NotKept> {
    let file = file(study, project)?;
    let of = named(kind, id)?;
    let names = ImageNames::new(&study.cohort);
    let images = body.images.iter().map(|id| {
        let unknown = || {
            fault(
                "images",
                format!("images names no image, \"{id}\": choose of those that /api/cohort lists"),
            )
        };
        names.of(id).map(ImageName::from).ok_or_else(unknown)
    });
    let images = images.collect::<Result<Vec<_>, _>>()?;
    let mut body = body.with(images);
    // Images that are not here just now are not lost by a new name; a note is on the image that it names.
    let before = file.item(kind, id).filter(|_| of != KindOfItem::Note);
    let before = before.and_then(|item| read(&item.body));
    let absent = before.into_iter().flat_map(|before| before.images);
    body.images
        .extend(absent.filter(|image| names.find(&image.into()).is_none()));
    body.check(of)?;
    let text = serde_json::to_string(&body).unwrap_or_default();
    kept(&names, file.put((kind, id), &text, seen)?)
}

/// Takes back what was made.
pub fn remove(
    (study, project): (&Study, &Project),
    (kind, id): (&str, &str),
    seen: Option<u64>,
) -> Result<ItemKept, NotKept> {
    let file = file(study, project)?;
    named(kind, id)?;
    kept(
        &ImageNames::new(&study.cohort),
        file.remove((kind, id), seen)?,
    )
}

/// The images and the name of a group that was made by hand.
pub fn group(study: &Study, project: &Project, id: &str) -> Option<(Vec<String>, Option<String>)> {
    let body = read(&project.file(study)?.item("group", id)?.body)?;
    let names = ImageNames::new(&study.cohort);
    let images = body
        .images
        .iter()
        .filter_map(|image| names.find(&image.into()));
    let images = images.map(str::to_owned).collect();
    Some((images, Some(body.name).filter(|name| !name.is_empty())))
}

/// The whole project, looks and what was taken back included, to carry along.
pub fn export(study: &Study, project: &Project) -> Result<ProjectDocument, NotKept> {
    let items = file(study, project)?.since(0).into_iter();
    let exported = |item: Item| ExportedItem {
        body: match (item.gone, item.kind.as_str()) {
            (true, _) => Value::Null,
            (false, LOOK) => Value::String(item.body),
            (false, _) => serde_json::from_str(&item.body).unwrap_or(Value::Null),
        },
        kind: item.kind,
        id: item.id,
        made: item.made,
        changed: item.changed,
        gone: item.gone,
    };
    Ok(ProjectDocument {
        negatoscope_project: VERSION,
        cohort: OfCohort {
            id: project.id(study).to_owned(),
            n_images: study.cohort.records.len(),
        },
        items: items.map(exported).collect(),
    })
}

/// What goes into a bundle: selections, groups, notes and settings that a person kept, whose images `named`
/// gives the ids that they have there. Looks stay: whoever opens it has looks of their own.
///
/// Of a view its setting goes in and nothing else that its link may say, such as conditions, which name
/// values.
pub fn for_bundle(
    study: &Study,
    project: &Project,
    named: impl Fn(usize) -> String,
) -> Result<ProjectDocument, NotKept> {
    let mut document = export(study, project)?;
    let names = ImageNames::new(&study.cohort);
    let places = study.cohort.records.iter().enumerate();
    let places: HashMap<&str, usize> = places.map(|(i, record)| (&*record.id, i)).collect();
    let there = |name: &ImageName| {
        let id = names.find(&name.into())?;
        let id = named(*places.get(id)?);
        Some(ImageName { id, content: None })
    };
    let mut notes: HashSet<String> = HashSet::new();
    let item = |item: ExportedItem| {
        let kind = KindOfItem::of(&item.kind).filter(|_| !item.gone)?;
        let body: Body<ImageName> = Deserialize::deserialize(&item.body).ok()?;
        let images: Vec<ImageName> = body.images.iter().filter_map(there).collect();
        let mut body = body.with(images);
        body.query = setting_of(&body.query);
        body.check(kind).ok()?;
        // The id may be that of a file here. Of two notes on one image each has its own.
        let id = match kind {
            KindOfItem::Note => {
                let of = &body.images.first()?.id;
                let more = (2..).map(|n| format!("{of}-{n}"));
                let mut ids = std::iter::once(of.clone()).chain(more);
                ids.find(|id| notes.insert(id.clone()))?
            }
            _ => item.id,
        };
        let body = serde_json::to_value(&body).ok()?;
        Some(ExportedItem { id, body, ..item })
    };
    document.items = document.items.into_iter().filter_map(item).collect();
    document.cohort.id = String::new();
    Ok(document)
}

impl ProjectDocument {
    /// What is in it, as a line of the list that is printed before a bundle is written.
    pub fn in_words(&self) -> String {
        let n = pipeline::evidence::words::plural(self.items.len(), "thing");
        format!("project      {n} that you made, every word as you wrote it; looks stay here")
    }
}

/// Of the query of a link what is a parameter of a map or its clusters, or a group made by hand.
fn setting_of(query: &str) -> String {
    let is_setting = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        key == "own"
            || settings::catalogue()
                .iter()
                .any(|entry| entry.spec.key == key)
    };
    let pairs: Vec<&str> = query.split('&').filter(is_setting).collect();
    pairs.join("&")
}

/// Joins an exported project with this one: nothing is deleted but what was taken back later there.
pub fn import(study: &Study, project: &Project, document: &Value) -> Result<Imported, NotKept> {
    let file = file(study, project)?;
    let items = document["items"].as_array().ok_or(NotKept::NoDocument)?;
    if document["negatoscope_project"] != VERSION {
        return Err(NotKept::NoDocument);
    }
    let names = ImageNames::new(&study.cohort);
    let (mut taken, mut imported) = (Vec::new(), Imported::default());
    for (place, item) in items.iter().enumerate() {
        match brought(item) {
            Ok((item, body)) => {
                let images = body.iter().flat_map(|body| &body.images);
                let is_absent = |image: &&ImageName| names.find(&(*image).into()).is_none();
                imported.n_absent += images.filter(is_absent).count();
                taken.push(item);
            }
            Err(reason) => imported.left.push(LeftOut {
                item: match item["id"].as_str() {
                    Some(id) => format!("{} {id}", item["kind"].as_str().unwrap_or("item")),
                    None => format!("item {}", place + 1),
                },
                reason: reason.to_string(),
            }),
        }
    }
    let merged = file.merge(taken)?;
    if merged.n_too_many > 0 {
        imported.left.push(LeftOut {
            item: format!("{} items", merged.n_too_many),
            reason: "there are as many of their kind as are kept".to_owned(),
        });
    }
    (imported.n_taken, imported.n_known) = (merged.n_taken, merged.n_known);
    imported.text = imported.in_words(merged.n_too_many);
    Ok(imported)
}

impl Imported {
    fn in_words(&self, n_too_many: usize) -> String {
        let items = |n: usize| pipeline::evidence::words::plural(n, "item");
        let mut said = format!(
            "{} taken, {} here already",
            items(self.n_taken),
            self.n_known
        );
        let n_left = match n_too_many {
            0 => self.left.len(),
            n => self.left.len() - 1 + n,
        };
        if n_left > 0 {
            said += &format!(", {n_left} left out");
        }
        if self.n_absent > 0 {
            let images = pipeline::evidence::words::plural(self.n_absent, "image");
            said += &format!("; {images} of them not in this cohort");
        }
        said + "."
    }
}

/// An item of a document, if it is sound.
fn brought(item: &Value) -> Result<(Item, Option<Body<ImageName>>), NotKept> {
    let wrong = |error: serde_json::Error| fault("body", error.to_string());
    let exported: ExportedItem = Deserialize::deserialize(item).map_err(wrong)?;
    let (text, body) = match exported.kind.as_str() {
        LOOK if exported.gone => {
            let message = "nobody takes a look back: leave gone out, and give its body";
            return Err(fault("gone", message));
        }
        _ if exported.gone => (String::new(), None),
        LOOK => {
            let text = exported.body.as_str().filter(|text| Ledger::is_entry(text));
            let text =
                text.ok_or_else(|| fault("body", "it is no look that this version knows"))?;
            (text.to_owned(), None)
        }
        kind => {
            let body: Body<ImageName> = Deserialize::deserialize(&exported.body).map_err(wrong)?;
            body.check(named(kind, &exported.id)?)?;
            let text = serde_json::to_string(&body).map_err(wrong)?;
            (text, Some(body))
        }
    };
    if exported.kind != LOOK {
        named(&exported.kind, &exported.id)?;
    } else {
        sound_id(&exported.id)?;
    }
    let item = Item {
        kind: exported.kind,
        id: exported.id,
        body: text,
        made: exported.made.min(LATEST),
        changed: exported.changed.min(LATEST),
        revision: 0,
        gone: exported.gone,
    };
    Ok((item, body))
}

/// The year 9999: a clock of a later one is wrong.
const LATEST: u64 = 253_370_764_800_000;

fn file<'p>(study: &Study, project: &'p Project) -> Result<&'p ProjectFile, NotKept> {
    project.file(study).ok_or(NotKept::NoProject)
}

fn named(kind: &str, id: &str) -> Result<KindOfItem, NotKept> {
    sound_id(id)?;
    KindOfItem::of(kind).ok_or_else(|| {
        let words = KindOfItem::words().join(", ");
        fault(
            "kind",
            format!("there is no kind \"{kind}\": give one of {words}"),
        )
    })
}

fn sound_id(id: &str) -> Result<(), NotKept> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !id.is_empty() && id.len() <= LONGEST_ID && id.chars().all(plain) {
        true => Ok(()),
        false => Err(fault(
            "id",
            format!("an id has 1 to {LONGEST_ID} letters, digits, - or _: give another"),
        )),
    }
}

impl<I> Body<I> {
    /// Whether it is what its kind is.
    fn check(&self, kind: KindOfItem) -> Result<(), NotKept> {
        for (name, text, longest) in [
            ("name", &self.name, LONGEST_NAME),
            ("note", &self.note, LONGEST_NOTE),
            ("query", &self.query, LONGEST_QUERY),
            ("said", &self.said, LONGEST_NAME),
        ] {
            if text.chars().count() > longest {
                let message = format!("{name} is too long: give {longest} letters at most");
                return Err(fault(name, message));
            }
        }
        let n_images = self.images.len();
        match kind {
            KindOfItem::Selection if self.name.trim().is_empty() => {
                Err(fault("name", "a selection has no name: give it one"))
            }
            KindOfItem::Selection | KindOfItem::Group if n_images == 0 => Err(fault(
                "images",
                "images names no image: give the id of one at least",
            )),
            KindOfItem::Note if n_images != 1 => {
                Err(fault("images", "a note is on one image: give its id alone"))
            }
            KindOfItem::Note if self.note.trim().is_empty() => Err(fault(
                "note",
                "the note is empty: write something, or delete it",
            )),
            KindOfItem::View if self.query.is_empty() => {
                Err(fault("query", "a view has no query: give that of its link"))
            }
            _ => Ok(()),
        }
    }

    fn with<J>(self, images: Vec<J>) -> Body<J> {
        let Self {
            name,
            note,
            query,
            pinned,
            said,
            ..
        } = self;
        Body {
            name,
            note,
            images,
            query,
            pinned,
            said,
        }
    }
}

/// A body as it is kept; `None` for what another version has kept.
fn read(text: &str) -> Option<Body<ImageName>> {
    serde_json::from_str(text).ok()
}

fn answered(names: &ImageNames<'_>, item: Item) -> Option<ProjectItem> {
    let body = read(&item.body);
    let images = body.iter().flat_map(|body| &body.images);
    let found: Vec<Option<&str>> = images.map(|image| names.find(&image.into())).collect();
    let n_absent = found.iter().filter(|id| id.is_none()).count();
    let here = found.into_iter().flatten().map(str::to_owned).collect();
    Some(ProjectItem {
        kind: KindOfItem::of(&item.kind)?,
        id: item.id,
        revision: item.revision,
        time: pipeline::Moment(item.changed / 1000).rfc3339(),
        gone: item.gone,
        body: body.map(|body| body.with(here)),
        n_absent,
    })
}

fn kept(names: &ImageNames<'_>, put: crate::project::Put) -> Result<ItemKept, NotKept> {
    let of_another = || fault("kind", "another version of negatoscope made this");
    Ok(ItemKept {
        item: answered(names, put.item).ok_or_else(of_another)?,
        overwritten: put.overwritten.and_then(|item| answered(names, item)),
    })
}

impl From<pipeline::ImageName> for ImageName {
    fn from(name: pipeline::ImageName) -> Self {
        let pipeline::ImageName { id, content } = name;
        Self { id, content }
    }
}

impl From<&ImageName> for pipeline::ImageName {
    fn from(name: &ImageName) -> Self {
        Self {
            id: name.id.clone(),
            content: name.content.clone(),
        }
    }
}
