//! Columns that the metadata implies.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{Column, ColumnKind, Value, kind_of_text};
use super::country;
use super::missing::Missing;
use super::record::Assumption;
use super::table::Table;
use super::typing::examples;

/// A column that is computed from the table: one cell per row.
#[derive(Default)]
pub(super) struct DerivedCells {
    /// Its name without the suffix that a clash would bring.
    pub(super) name: &'static str,
    /// What its values are; categories unless something else is said.
    pub(super) kind: Option<ColumnKind>,
    /// One cell per row; `None` is missing.
    pub(super) cells: Vec<Option<String>>,
    /// Cells by the spellings of the table that are shown by another.
    pub(super) spellings: BTreeMap<String, String>,
    /// What was assumed to make it.
    pub(super) assumed: Vec<Assumption>,
}

impl DerivedCells {
    /// The column of these rows.
    pub(super) fn column(&self, name: String, rows: &[usize]) -> Column {
        let kind = self.kind.unwrap_or(ColumnKind::Category);
        let value = |row: &usize| value(self.cells[*row].as_deref()?, kind);
        let values = rows.iter().map(value).collect();
        let mut column = Column::derived(name, kind, values);
        column.writing.spellings = self.spellings.clone();
        column
    }

    /// A column of texts: categories where they are few.
    pub(super) fn of_texts(name: &'static str, cells: Vec<Option<String>>) -> Self {
        let texts = cells.iter().flatten().map(String::as_str);
        let kind = Some(kind_of_text(texts));
        Self {
            name,
            kind,
            cells,
            ..Self::default()
        }
    }
}

/// A cell as a value of its column; what is no number in a column of numbers is missing.
fn value(cell: &str, kind: ColumnKind) -> Option<Value> {
    let text = || Value::Text(cell.to_owned());
    match kind {
        ColumnKind::Number => {
            let number = cell.parse::<f64>().ok();
            number
                .filter(|number| number.is_finite())
                .map(Value::Number)
        }
        ColumnKind::Date => Some(cell.parse().map_or_else(|_| text(), Value::Date)),
        ColumnKind::Category | ColumnKind::Text => Some(text()),
    }
}

/// The country of each row, from `location`; nothing when there is no such column, or when none of
/// its cells ends in a country.
///
/// Where half of the places or more do, the last part of the others is kept as it was given; where
/// fewer do, the column is one of other places (such as lobes of a lung), and what is no country is
/// not made one.
pub(super) fn country(table: &Table, missing: &Missing) -> Option<DerivedCells> {
    let location = table.find("location")?;
    let cells: Vec<&str> = (0..table.len())
        .map(|row| table.cell(row, location))
        .collect();
    let tails: Vec<Tail<'_>> = Tails::new(&cells, missing).of(&cells);
    let n_countries = tails
        .iter()
        .filter(|tail| matches!(tail, Tail::Country(..)))
        .count();
    if n_countries == 0 {
        return None;
    }
    let others = tails.iter().filter_map(|tail| match tail {
        Tail::Other(place) => Some(*place),
        _ => None,
    });
    let others: Vec<&str> = others.collect();
    let kept = n_countries >= others.len();
    let pairs = tails.iter().filter_map(|tail| match tail {
        Tail::Country(spelling, name) => Some((spelling.as_str(), *name)),
        _ => None,
    });
    let (mut spellings, mut assumed) = one_name_each("location", pairs);
    if !others.is_empty() {
        let does = if kept { "stand as given" } else { "have none" };
        let text = format!(
            "location: {} of {} places end in no known country and {does}: {}.",
            others.len(),
            others.len() + n_countries,
            examples(&others)
        );
        assumed.push(Assumption {
            topic: "country_names",
            column: Some("location".to_owned()),
            text,
        });
    }
    let cells = tails.into_iter().map(|tail| match tail {
        Tail::Country(spelling, name) => {
            let shown = spellings.get(&spelling).or_else(|| spellings.get(name));
            Some(shown.map_or(name, String::as_str).to_owned())
        }
        Tail::Other(place) => kept.then(|| place.to_owned()),
        Tail::Missing => None,
    });
    let cells: Vec<Option<String>> = cells.collect();
    add_codes(&mut spellings, cells.iter().flatten().map(String::as_str));
    Some(DerivedCells {
        name: "country",
        kind: Some(ColumnKind::Category),
        cells,
        spellings,
        assumed,
    })
}

/// What a location ends in.
enum Tail<'a> {
    /// A country: as it is written, and its short name.
    Country(String, &'static str),
    /// Anything else.
    Other(&'a str),
    Missing,
}

/// How the locations of a column end.
struct Tails<'a> {
    missing: &'a Missing,
    /// Words for missing that are codes of countries here.
    kept: Vec<String>,
    /// Whether two capital letters are the code of a country and not of a state.
    has_codes: bool,
}

impl<'a> Tails<'a> {
    fn new(cells: &[&str], missing: &'a Missing) -> Self {
        let lasts: Vec<&str> = cells.iter().map(|cell| last(cell)).collect();
        let is_short =
            |text: &&&str| text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
        let mut codes: Vec<&str> = lasts.iter().filter(is_short).copied().collect();
        codes.sort_unstable();
        codes.dedup();
        let n_states = codes.iter().filter(|code| country::is_state(code)).count();
        Self {
            missing,
            kept: missing.kept("country", &lasts),
            has_codes: codes.iter().all(|code| country::is_code(code))
                && 2 * n_states < codes.len(),
        }
    }

    fn of<'b>(&self, cells: &[&'b str]) -> Vec<Tail<'b>> {
        cells.iter().map(|cell| self.tail(cell)).collect()
    }

    /// The longest end of a cell that names a country, else its last part.
    fn tail<'b>(&self, cell: &'b str) -> Tail<'b> {
        let last = last(cell);
        if self.missing.is_except(cell, &self.kept) || self.missing.is_except(last, &self.kept) {
            return Tail::Missing;
        }
        let starts = [0]
            .into_iter()
            .chain(cell.match_indices(',').map(|(at, _)| at + 1));
        for start in starts {
            let end = cell[start..].trim();
            if let Some(name) = country::by_name(end) {
                return Tail::Country(end.to_owned(), name);
            }
        }
        let is_code = self.has_codes || matches!(last, "US" | "UK");
        match country::by_code(last).filter(|_| is_code) {
            Some(name) => Tail::Country(last.to_owned(), name),
            None => Tail::Other(last),
        }
    }
}

/// The last comma-separated part.
fn last(cell: &str) -> &str {
    cell.rsplit(',').next().unwrap_or("").trim()
}

/// Gives each country of a given column one name.
pub(super) fn fold_countries(column: &mut Column, assumed: &mut Vec<Assumption>) {
    let name_of = |value: &Value| match value {
        Value::Text(text) => {
            let code = || country::by_code(&text.to_uppercase());
            Some((text.clone(), country::by_name(text).or_else(code)?))
        }
        _ => None,
    };
    let pairs: Vec<_> = column.values.iter().flatten().filter_map(name_of).collect();
    let pairs = pairs.iter().map(|(text, name)| (text.as_str(), *name));
    let (mut spellings, said) = one_name_each(&column.name, pairs);
    for value in column.values.iter_mut().flatten() {
        if let Value::Text(text) = value
            && let Some(name) = spellings.get(text)
        {
            text.clone_from(name);
        }
    }
    let texts = column.values.iter().flatten().map(Value::to_string);
    let texts: Vec<String> = texts.collect();
    if !spellings.is_empty() {
        column.kind = kind_of_text(texts.iter().map(String::as_str));
    }
    add_codes(&mut spellings, texts.iter().map(String::as_str));
    column.writing.spellings = spellings;
    assumed.extend(said);
}

/// The names of countries by the spellings that differ from them, and a sentence about these. A name
/// that the column writes with another apostrophe, and only so, is shown so.
fn one_name_each<'a>(
    column: &str,
    pairs: impl Iterator<Item = (&'a str, &'static str)>,
) -> (BTreeMap<String, String>, Vec<Assumption>) {
    let mut spelled: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (spelling, name) in pairs {
        let known = spelled.entry(name).or_default();
        if !known.contains(&spelling) {
            known.push(spelling);
        }
    }
    let mut spellings = BTreeMap::new();
    let mut lines = Vec::new();
    for (name, known) in spelled {
        let plain = |text: &str| text.replace('’', "'");
        let same: Vec<&&str> = known.iter().filter(|text| plain(text) == name).collect();
        let shown = if let [one] = same[..] { one } else { name };
        let others: Vec<&str> = known
            .iter()
            .copied()
            .filter(|text| *text != shown)
            .collect();
        if !others.is_empty() {
            lines.push(format!("{shown} for {}", examples(&others)));
        }
        let entries = others
            .into_iter()
            .map(|text| (text.to_owned(), shown.to_owned()));
        spellings.extend(entries);
        if shown != name {
            spellings.insert(name.to_owned(), shown.to_owned());
        }
    }
    let assumed = (!lines.is_empty()).then(|| Assumption {
        topic: "country_names",
        column: Some(column.to_owned()),
        text: format!(
            "{column}: each country goes by one name, {}.",
            lines.join("; ")
        ),
    });
    (spellings, assumed.into_iter().collect())
}

/// A condition may give a country's code, unless the column has the code for something else.
fn add_codes<'a>(spellings: &mut BTreeMap<String, String>, values: impl Iterator<Item = &'a str>) {
    let values: BTreeSet<&str> = values.collect();
    for shown in &values {
        for code in country::codes(&shown.replace('’', "'")) {
            if !values.contains(code) {
                let known = spellings.entry(code.to_owned());
                known.or_insert_with(|| (*shown).to_owned());
            }
        }
    }
}

/// Where each row was published, from `url` or `doi`; nothing when there is neither column.
pub(super) fn source(table: &Table) -> Option<DerivedCells> {
    let (url, doi) = (table.find("url"), table.find("doi"));
    if url.is_none() && doi.is_none() {
        return None;
    }
    let cell = |row, column: Option<usize>| column.map_or("", |column| table.cell(row, column));
    let cells = (0..table.len())
        .map(|row| host_of(cell(row, url)).or_else(|| doi_prefix(cell(row, doi))))
        .collect();
    Some(DerivedCells {
        name: "source",
        cells,
        ..DerivedCells::default()
    })
}

/// The host of a web address, in lower case and without `www.`.
fn host_of(address: &str) -> Option<String> {
    // Cells may hold several addresses, or one without its scheme.
    let first = address
        .split([' ', ',', ';', '\n'])
        .find(|part| !part.is_empty())?;
    let behind_scheme = first.split_once("://").map_or(first, |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', '#']).next()?;
    let authority: http::uri::Authority = authority.parse().ok()?;
    let host = authority.host().to_ascii_lowercase();
    let host = host.trim_start_matches("www.").to_owned();
    host.contains('.').then_some(host)
}

/// The registrant's prefix of a DOI, such as `10.1056`.
fn doi_prefix(doi: &str) -> Option<String> {
    let start = doi.find("10.")?;
    let (prefix, _) = doi[start..].split_once('/')?;
    let registrant = &prefix[3..];
    let valid =
        registrant.len() >= 4 && registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    valid.then(|| prefix.to_owned())
}

#[cfg(test)]
mod tests;
