//! A second table, joined to the first by a key: what a hospital's other system knows of the patients.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::error::CohortError;
use super::folder::name_of;
use super::missing::Missing;
use super::names::{composed, find, folded};
use super::record::Assumption;
use super::table::Table;

/// A table to join, and the key.
#[derive(Debug, Clone)]
pub struct SecondTable {
    /// The file.
    pub path: PathBuf,
    /// The column that both tables have, or `COLUMN=COLUMN` where the second calls it otherwise.
    pub on: String,
}

impl SecondTable {
    /// The table with the columns of the second: the key's first row there, blank where it has none.
    ///
    /// # Errors
    /// When the second table cannot be read, one of them has no such column, or no key is in both.
    pub(super) fn join(&self, table: &Table, missing: &Missing) -> Result<Table, CohortError> {
        let second = Table::read(&self.path)?;
        let file = name_of(&self.path);
        let (left, right) = self.columns(table, &second)?;
        let keys = |table: &Table, column: usize| -> Vec<Key> {
            let rows = 0..table.len();
            let key = |row| {
                let cell = table.cell(row, column);
                (!cell.is_empty() && !missing.is(cell)).then(|| composed(cell).into_owned())
            };
            rows.map(key).collect()
        };
        let (ours, theirs) = (keys(table, left), keys(&second, right));
        let found = matches(&ours, &theirs);
        if found.rows.iter().all(Option::is_none) {
            return Err(CohortError::NoCommonKey {
                column: self.on.clone(),
                path: self.path.clone(),
            });
        }
        let columns = 0..second.names().count();
        let others: Vec<usize> = columns.filter(|&column| column != right).collect();
        let is_taken = |name: &str| find(table.names(), name).is_some();
        let known: Vec<&str> = second.names().collect();
        let name = |&column: &usize| match known[column] {
            name if is_taken(name) => format!("{name} ({file})"),
            name => name.to_owned(),
        };
        let names: Vec<String> = others.iter().map(name).collect();
        let cells = |row: usize| {
            let found = found.rows[row];
            let cell = |&column: &usize| found.map_or("", |row| second.cell(row, column));
            others.iter().map(cell).collect::<Vec<_>>()
        };
        let n_rows = [table, &second]
            .map(|table| (0..table.len()).filter(|&row| !table.is_blank(row)).count());
        let said = said(&file, &self.on, &names, n_rows, &found);
        let widened = table.widened(&names, cells, &second, said);
        widened.map_err(|fault| CohortError::Table {
            path: self.path.clone(),
            fault,
        })
    }

    /// Where the key is in either table.
    fn columns(&self, table: &Table, second: &Table) -> Result<(usize, usize), CohortError> {
        let both = |ours: &str, theirs: &str| {
            Some((find(table.names(), ours)?, find(second.names(), theirs)?))
        };
        let (ours, theirs) = self.on.split_once('=').unwrap_or((&self.on, &self.on));
        // A column may have the sign in its name.
        let columns = both(&self.on, &self.on).or_else(|| both(ours, theirs));
        columns.ok_or_else(|| {
            let is_ours = find(table.names(), ours).is_some();
            let (column, lacks) = if is_ours {
                (theirs, second)
            } else {
                (ours, table)
            };
            CohortError::UnknownColumn {
                column: column.to_owned(),
                known: lacks.names().map(str::to_owned).collect(),
            }
        })
    }
}

/// The key of a row; nothing where its cell says nothing.
type Key = Option<String>;

/// Which row of the second table belongs to each row of the first.
struct Found {
    rows: Vec<Option<usize>>,
    /// Keys with several rows in the second table.
    n_repeated: usize,
    /// Rows whose key is written otherwise there.
    n_otherwise: usize,
}

/// By the key as it is written; else whatever its case, and numbers by their value, where one key
/// alone fits.
fn matches(ours: &[Key], theirs: &[Key]) -> Found {
    let mut exact: HashMap<&str, usize> = HashMap::new();
    let mut repeated: HashSet<&str> = HashSet::new();
    let mut loose: HashMap<String, Vec<usize>> = HashMap::new();
    for (row, key) in theirs.iter().enumerate() {
        let Some(key) = key else { continue };
        if exact.contains_key(key.as_str()) {
            repeated.insert(key);
            continue;
        }
        exact.insert(key, row);
        loose.entry(value(key)).or_default().push(row);
    }
    let mut n_otherwise = 0;
    let row_of = |key: &Key| {
        let key = key.as_ref()?;
        exact.get(key.as_str()).copied().or_else(|| {
            let [row] = loose.get(&value(key))?[..] else {
                return None;
            };
            n_otherwise += 1;
            Some(row)
        })
    };
    Found {
        rows: ours.iter().map(row_of).collect(),
        n_repeated: repeated.len(),
        n_otherwise,
    }
}

/// What a key means: programs write 12 as 12.0 and 007 as 7.
fn value(key: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_digit() || letter == '.';
    match key.parse::<f64>() {
        // Beyond it whole numbers are not told apart.
        Ok(number) if key.chars().all(is_plain) && number < 9e15 => number.to_string(),
        _ => folded(key),
    }
}

fn said(
    file: &str,
    on: &str,
    names: &[String],
    [n_ours, n_theirs]: [usize; 2],
    found: &Found,
) -> Assumption {
    let used: HashSet<usize> = found.rows.iter().copied().flatten().collect();
    let mut text = format!(
        "{file} is joined by {on} and adds {}: {} of {} rows have a row in it, and {} of its {} rows are used.",
        names.join(", "),
        found.rows.iter().flatten().count(),
        n_ours,
        used.len(),
        n_theirs,
    );
    if found.n_otherwise > 0 {
        text += &format!(
            " {} of these by a key that is written otherwise there, in its case or as a number.",
            found.n_otherwise
        );
    }
    if found.n_repeated > 0 {
        let plural = if found.n_repeated == 1 { "" } else { "s" };
        text += &format!(
            " Of several rows with one key the first counts (so of {} key{plural}).",
            found.n_repeated
        );
    }
    Assumption {
        topic: "join",
        column: None,
        text,
    }
}
