//! What was looked at and what was declared, in the order of time: kept in the cohort's project, over
//! restarts and browsers, so that who says "chosen beforehand" can show it.

use std::sync::{Arc, Mutex, PoisonError};

use blake3::{Hash, Hasher};

use crate::analysis::search::SearchParams;
use crate::features::cache::Cache;
use crate::project::{Item, ProjectFile};
use crate::settings;

use super::evidence::Question;
use super::evidence::verdict::{Declared, History, Tried};
use super::moment::Moment;
use super::project::Project;
use super::study::Study;

/// What a look or a declaration is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// What is asked; `None` where no column is, as in a search.
    pub question: Option<Question>,
    /// The conditions that the images meet.
    pub conditions: Vec<String>,
    /// The setting, which a plane and a search go out from; `None` for a declaration that means any.
    pub tried: Option<Tried>,
}

impl About {
    /// The same wherever on the plane of the clusters it stands.
    fn off_plane(&self) -> Self {
        let tried = self.tried.map(|tried| Tried {
            clustering: tried.clustering.at([0.0; 2]),
            ..tried
        });
        let about = self.clone();
        Self { tried, ..about }
    }
}

/// What a look is: what it changed of the look before it, or something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookKind {
    /// Other images.
    Condition,
    /// Another column.
    Column,
    /// Another column held fixed, or none.
    Level,
    /// Noise in or out.
    Noise,
    /// Another setting; the first look is one.
    Setting,
    /// A column over all settings of a plane.
    Plane,
    /// A column over every setting around one.
    Settings,
    /// A search that ran to its end.
    Search,
    /// The settings among which the one that the page opens with was found.
    Proposal,
}

impl LookKind {
    const ALL: [Self; 9] = [
        Self::Condition,
        Self::Column,
        Self::Level,
        Self::Noise,
        Self::Setting,
        Self::Plane,
        Self::Settings,
        Self::Search,
        Self::Proposal,
    ];

    /// The name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Column => "column",
            Self::Level => "level",
            Self::Noise => "noise",
            Self::Setting => "setting",
            Self::Plane => "plane",
            Self::Settings => "settings",
            Self::Search => "search",
            Self::Proposal => "proposal",
        }
    }

    /// Whether it is a verdict that rested on the screen.
    fn is_verdict(self) -> bool {
        !matches!(
            self,
            Self::Plane | Self::Settings | Self::Search | Self::Proposal
        )
    }

    /// What a verdict about `about` changes of the one before.
    fn between(before: &About, about: &About) -> Self {
        let of = |about: &About| about.question.clone();
        let column = |about: &About| of(about).map(|question| question.column);
        let within = |about: &About| of(about).map(|question| question.within);
        if before.conditions != about.conditions {
            Self::Condition
        } else if column(before) != column(about) {
            Self::Column
        } else if within(before) != within(about) {
            Self::Level
        } else if of(before) != of(about) {
            Self::Noise
        } else {
            Self::Setting
        }
    }
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What it is.
    pub kind: LookKind,
    /// When it was first.
    pub at: Moment,
    /// What it is about.
    pub about: About,
    /// Settings that were looked at.
    pub n_settings: u64,
    /// The column's own p, where it could be tested.
    pub p_value: Option<f64>,
    /// The verdict's case.
    pub case: Option<String>,
}

/// A question that was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// When.
    pub at: Moment,
    /// What is asked.
    pub about: About,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A look.
    Look(Look),
    /// A declaration.
    Declaration(Declaration),
}

impl Look {
    /// A column over many settings at once.
    pub fn at_many(
        kind: LookKind,
        about: About,
        (n_settings, p_value): (usize, Option<f64>),
    ) -> Self {
        Self {
            kind,
            at: Moment::now(),
            about,
            n_settings: n_settings as u64,
            p_value,
            case: None,
        }
    }

    /// A search of a study that ran to its end.
    pub fn search(study: &Study, params: &SearchParams) -> Self {
        let (map, clustering) = (params.projection, params.clustering);
        Self {
            kind: LookKind::Search,
            at: Moment::now(),
            about: About {
                question: None,
                conditions: study.conditions.clone(),
                tried: Some(Tried { map, clustering }),
            },
            n_settings: params.n_settings(),
            p_value: None,
            case: None,
        }
    }

    /// The settings among which one was found to open with; they are around `from`. No column is
    /// looked at.
    pub fn proposal(study: &Study, from: Tried, n_settings: usize) -> Self {
        let about = About {
            question: None,
            conditions: study.conditions.clone(),
            tried: Some(from),
        };
        Self::at_many(LookKind::Proposal, about, (n_settings, None))
    }

    /// Whether another look is this one again.
    fn is_again(&self, other: &Self) -> bool {
        match self.kind.is_verdict() {
            true => other.kind.is_verdict() && other.about == self.about,
            false => {
                (other.kind, other.n_settings) == (self.kind, self.n_settings)
                    && other.about.off_plane() == self.about.off_plane()
            }
        }
    }
}

impl Entry {
    fn is_look(&self) -> bool {
        matches!(self, Self::Look(_))
    }

    fn as_look(&mut self) -> Option<&mut Look> {
        match self {
            Self::Look(look) => Some(look),
            Self::Declaration(_) => None,
        }
    }

    /// Whether it looks at a column: at any setting, of any images and whatever is held fixed, since
    /// all of these show much the same.
    fn looks_at(&self, column: &str) -> bool {
        let Self::Look(look) = self else { return false };
        let question = look.about.question.as_ref();
        question.is_some_and(|question| question.column == column)
    }
}

/// The looks and declarations of a cohort.
pub struct Ledger {
    project: Arc<Project>,
    /// Entries are read, added to and written by one at a time.
    writing: Mutex<()>,
}

impl Ledger {
    /// What entries are in a project.
    pub const KIND: &'static str = "look";

    /// The ledger of a project.
    pub(super) fn new(project: Arc<Project>) -> Self {
        Self {
            project,
            writing: Mutex::default(),
        }
    }

    /// All that is kept of a cohort, the first first; `whole` is the study without conditions.
    pub fn entries(&self, whole: &Study) -> Vec<Entry> {
        let file = self.project.file(whole);
        let kept = file.map(|file| Self::kept(whole, file));
        let kept = kept.unwrap_or_default().into_iter();
        kept.map(|(_, entry)| entry).collect()
    }

    /// Keeps a look, and says how many there are. The same again is none, and only what it found is
    /// kept anew.
    pub fn look(&self, whole: &Study, look: Look) -> usize {
        self.change(whole, |entries| {
            add(entries, look);
            entries.iter().filter(|entry| entry.is_look()).count()
        })
    }

    /// Keeps a declaration, and says how it stands; one of the same question before it stays.
    pub fn declare(&self, whole: &Study, about: About) -> Declared {
        let at = Moment::now();
        let declaration = Declaration { at, about };
        self.change(whole, |entries| {
            entries.push(Entry::Declaration(declaration.clone()));
            standing(entries, &declaration)
        })
    }

    /// What was declared and looked at before a verdict; what the looks have come to is not known
    /// here.
    pub(super) fn history(&self, whole: &Study, about: &About) -> History {
        let entries = self.entries(whole);
        History {
            looks: None,
            declared: declared(&entries, about),
            n_looks_in_all: entries.iter().filter(|entry| entry.is_look()).count(),
        }
    }

    fn change<T>(&self, whole: &Study, change: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = self.project.file(whole) else {
            return change(&mut Vec::new());
        };
        // Another program may have written since.
        let kept = Self::kept(whole, file);
        let (ids, before): (Vec<String>, Vec<Entry>) = kept.into_iter().unzip();
        let mut entries = before.clone();
        let changed = change(&mut entries);
        // What is there stays in its place; what is new is behind it.
        for (place, entry) in entries.iter().enumerate() {
            if before.get(place) == Some(entry) {
                continue;
            }
            let new = || new_id(whole, entry, &ids);
            let id = ids.get(place).cloned().unwrap_or_else(new);
            if let Err(error) = file.put((Self::KIND, &id), &line_of(whole, entry), None) {
                tracing::warn!("A look is not kept: {error}.");
            }
        }
        changed
    }

    /// The entries of these features, with the ids of their items.
    fn kept(whole: &Study, file: &ProjectFile) -> Vec<(String, Entry)> {
        let of_these = of_features(whole);
        let items = file.items(Self::KIND).into_iter();
        let items = items.filter(|item| item.body.starts_with(&of_these));
        let entries = items.filter_map(|item| Some((item.id, read(&item.body)?)));
        entries.collect()
    }

    /// Whether a text is an entry, of whatever features.
    pub fn is_entry(text: &str) -> bool {
        read(text).is_some()
    }

    /// Whether a text is a declaration.
    pub fn is_declaration(text: &str) -> bool {
        matches!(read(text), Some(Entry::Declaration(_)))
    }
}

/// Adds a look, unless it is there.
fn add(entries: &mut Vec<Entry>, mut look: Look) {
    let mut before = None;
    for known in entries.iter_mut().filter_map(Entry::as_look) {
        if known.is_again(&look) {
            (known.p_value, known.case) = (look.p_value, look.case);
            return;
        }
        if known.kind.is_verdict() {
            before = Some(&known.about);
        }
    }
    if let (true, Some(before)) = (look.kind.is_verdict(), before) {
        look.kind = LookKind::between(before, &look.about);
    }
    entries.push(Entry::Look(look));
}

/// Looks at the column of a declaration before it.
fn looks_before(entries: &[Entry], declaration: &Declaration) -> usize {
    let is_it = |entry: &Entry| matches!(entry, Entry::Declaration(one) if one == declaration);
    let before = entries.iter().take_while(|entry| !is_it(entry));
    let question = declaration.about.question.as_ref();
    let column = question.map_or("", |question| &question.column);
    before.filter(|entry| entry.looks_at(column)).count()
}

fn declarations(entries: &[Entry]) -> impl Iterator<Item = &Declaration> {
    entries.iter().filter_map(|entry| match entry {
        Entry::Declaration(declaration) => Some(declaration),
        Entry::Look(_) => None,
    })
}

/// How a declaration stands among all entries.
pub fn standing(entries: &[Entry], declaration: &Declaration) -> Declared {
    let mut beforehand: Vec<&About> = Vec::new();
    for one in declarations(entries).filter(|one| looks_before(entries, one) == 0) {
        if !beforehand.contains(&&one.about) {
            beforehand.push(&one.about);
        }
    }
    Declared {
        at: declaration.at,
        n_looks_before: looks_before(entries, declaration),
        at_any_setting: declaration.about.tried.is_none(),
        n_beforehand: beforehand.len(),
    }
}

/// The declaration that a question at a setting counts by: of several the one with fewest looks before
/// it, then one of this very setting, then the first.
fn declared(entries: &[Entry], about: &About) -> Option<Declared> {
    let is_it = |declared: &About| {
        (&declared.question, &declared.conditions) == (&about.question, &about.conditions)
            && (declared.tried.is_none() || declared.tried == about.tried)
    };
    let of_it = declarations(entries).filter(|one| is_it(&one.about));
    let best = of_it.min_by_key(|one| (looks_before(entries, one), one.about.tried.is_none()));
    best.map(|one| standing(entries, one))
}

/// How the lines of these features begin.
fn of_features(whole: &Study) -> String {
    format!("features={}&", whole.features_hash())
}

fn line_of(whole: &Study, entry: &Entry) -> String {
    of_features(whole) + &written(entry)
}

/// An id that is the entry's own, whatever of it is found anew later; of two that are the same to the
/// second the later one has another.
fn new_id(whole: &Study, entry: &Entry, known: &[String]) -> String {
    let mut bare = entry.clone();
    if let Some(look) = bare.as_look() {
        (look.p_value, look.case) = (None, None);
    }
    let line = line_of(whole, &bare);
    let id = |n: usize| blake3::hash(format!("{n} {line}").as_bytes()).to_hex()[..16].to_owned();
    let mut ids = (0..=known.len()).map(id);
    let free = ids.find(|id| !known.contains(id));
    free.unwrap_or_default()
}

/// Takes over, once, what was kept in the cache before there were projects: whoever counts or exports
/// what is in the project has it.
pub(super) fn take_over(whole: &Study, cache: &Cache, file: &ProjectFile) {
    let key = key(whole);
    let Some(kept) = cache.answer(key) else {
        return;
    };
    let text = String::from_utf8_lossy(&kept);
    let (mut ids, mut items) = (Vec::new(), Vec::new());
    for entry in text.lines().filter_map(read) {
        let (Entry::Look(Look { at, .. }) | Entry::Declaration(Declaration { at, .. })) = &entry;
        let id = new_id(whole, &entry, &ids);
        items.push(Item {
            kind: Ledger::KIND.to_owned(),
            id: id.clone(),
            body: line_of(whole, &entry),
            made: 1000 * at.0,
            changed: 1000 * at.0,
            revision: 0,
            gone: false,
        });
        ids.push(id);
    }
    if let Err(error) = file.merge_once(key.as_bytes(), items) {
        tracing::warn!("Earlier looks are not taken over: {error}.");
    }
}

/// The entries of one cohort in the cache, where they were before there were projects.
fn key(whole: &Study) -> Hash {
    let mut hasher = Hasher::new_derive_key("negatoscope 2026 ledger 1");
    hasher.update(whole.features_hash().as_bytes());
    hasher.finalize()
}

/// An entry as a line: the query that would ask the same again, and what came of it.
fn written(entry: &Entry) -> String {
    let (kind, at, about) = match entry {
        Entry::Look(look) => (look.kind.code(), look.at, &look.about),
        Entry::Declaration(declaration) => (DECLARED, declaration.at, &declaration.about),
    };
    let mut line = form_urlencoded::Serializer::new(String::new());
    line.append_pair("kind", kind);
    line.append_pair("time", &at.0.to_string());
    if let Some(question) = &about.question {
        line.append_pair("breakdown", &question.column);
        if let Some(within) = &question.within {
            line.append_pair("within", within);
        }
        line.append_pair("noise", if question.with_noise { "in" } else { "out" });
    }
    for condition in &about.conditions {
        line.append_pair("where", condition);
    }
    if let Some(tried) = &about.tried {
        line.extend_pairs(settings::as_query(&tried.map, &tried.clustering));
    }
    if let Entry::Look(look) = entry {
        line.append_pair("n_settings", &look.n_settings.to_string());
        if let Some(p) = look.p_value {
            line.append_pair("p", &p.to_string());
        }
        if let Some(case) = &look.case {
            line.append_pair("case", case);
        }
    }
    line.finish()
}

/// The kind of a declaration.
const DECLARED: &str = "declared";

/// An entry as it was written; `None` of what is something else.
fn read(line: &str) -> Option<Entry> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(line.as_bytes())
        .into_owned()
        .collect();
    let said = |key: &str| {
        let mut pairs = pairs.iter();
        pairs.find(|(k, _)| k == key).map(|(_, text)| text.as_str())
    };
    let question = said("breakdown").map(|column| Question {
        column: column.to_owned(),
        within: said("within").map(str::to_owned),
        with_noise: said("noise") == Some("in"),
    });
    let tried = match said(settings::METHOD) {
        None => None,
        Some(_) => {
            let (map, clustering) = settings::read(said, usize::MAX).ok()?;
            Some(Tried { map, clustering })
        }
    };
    let conditions = pairs.iter().filter(|(key, _)| key == "where");
    let about = About {
        question,
        conditions: conditions.map(|(_, text)| text.clone()).collect(),
        tried,
    };
    let at = Moment(said("time")?.parse().ok()?);
    let kind = said("kind")?;
    if kind == DECLARED {
        return Some(Entry::Declaration(Declaration { at, about }));
    }
    Some(Entry::Look(Look {
        kind: LookKind::ALL.into_iter().find(|one| one.code() == kind)?,
        at,
        about,
        n_settings: said("n_settings")?.parse().ok()?,
        p_value: said("p").and_then(|text| text.parse().ok()),
        case: said("case").map(str::to_owned),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(column: &str, eps: Option<&str>) -> About {
        let said = |key: &str| eps.filter(|_| key == "eps");
        let (map, clustering) = settings::read(said, 193).unwrap();
        About {
            question: Some(Question {
                column: column.to_owned(),
                within: None,
                with_noise: false,
            }),
            conditions: vec!["note~a&b=c, d".to_owned()],
            tried: eps.map(|_| Tried { map, clustering }),
        }
    }

    fn look(column: &str, eps: &str) -> Entry {
        Entry::Look(Look {
            kind: LookKind::Setting,
            at: Moment(7),
            about: about(column, Some(eps)),
            n_settings: 1,
            p_value: Some(0.012),
            case: Some("through".to_owned()),
        })
    }

    fn declaration(at: u64, about: About) -> Entry {
        let at = Moment(at);
        Entry::Declaration(Declaration { at, about })
    }

    #[test]
    fn entries_come_back_as_they_were() {
        let mut within = about("country", Some("0.45"));
        if let Some(question) = &mut within.question {
            (question.within, question.with_noise) = (Some("a\nb".to_owned()), true);
        }
        let search = Entry::Look(Look {
            kind: LookKind::Search,
            at: Moment(8),
            about: About {
                question: None,
                conditions: Vec::new(),
                tried: None,
            },
            n_settings: 51_015,
            p_value: None,
            case: None,
        });
        for entry in [
            look("country", "0.4"),
            declaration(9, within),
            declaration(9, about("sex", None)),
            search,
        ] {
            assert_eq!(read(&written(&entry)), Some(entry));
        }
        assert_eq!(read("kind=nothing&time=4"), None);
    }

    #[test]
    fn only_what_was_declared_before_its_column_was_looked_at_is_beforehand() {
        let asked = about("country", Some("0.4"));
        let here = || declaration(1, asked.clone());
        let any = || declaration(2, about("country", None));
        let elsewhere = || declaration(3, about("country", Some("0.5")));
        let looks = |entries: &[Entry]| declared(entries, &asked).map(|one| one.n_looks_before);
        assert_eq!(looks(&[look("country", "0.4")]), None);
        assert_eq!(looks(&[here(), look("country", "0.4")]), Some(0));
        assert_eq!(looks(&[look("sex", "0.4"), here()]), Some(0));
        // Settings beside each other show much the same.
        assert_eq!(looks(&[look("country", "0.5"), here()]), Some(1));
        assert_eq!(looks(&[elsewhere(), look("country", "0.5")]), None);
        // Who declares again does not lose what was declared first.
        assert_eq!(looks(&[any(), look("country", "0.4"), here()]), Some(0));
        let both = declared(&[any(), here()], &asked).unwrap();
        assert_eq!((both.at_any_setting, both.n_beforehand), (false, 2));
        let twice = declared(&[here(), here()], &asked).unwrap();
        assert_eq!(twice.n_beforehand, 1);
    }

    #[test]
    fn a_look_is_named_for_what_it_changes() {
        let before = about("country", Some("0.4"));
        let mut noise = before.clone();
        if let Some(question) = &mut noise.question {
            question.with_noise = true;
        }
        let parts = About {
            conditions: Vec::new(),
            ..about("sex", Some("0.5"))
        };
        for (after, kind) in [
            (about("country", Some("0.5")), LookKind::Setting),
            (about("sex", Some("0.5")), LookKind::Column),
            (noise, LookKind::Noise),
            (parts, LookKind::Condition),
        ] {
            assert_eq!(LookKind::between(&before, &after), kind);
        }
    }
}
