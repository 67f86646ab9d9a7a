//! What of a cohort goes into a bundle, and how: chosen, told, and then done.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cohort::{Cohort, Column, ColumnKind, Date, Filter, Record, Value, Writing, is_country};

use super::LARGE;
use super::sensitive;

/// What the owner of a cohort says of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// These columns alone, where any are named.
    pub columns: Vec<String>,
    /// All but these.
    pub without: Vec<String>,
    /// These as they were written.
    pub as_written: Vec<String>,
    /// File names and ids as they are.
    pub keep_names: bool,
}

/// How a column goes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Every value as it is.
    AsItIs,
    /// Each value as a number in the order of the images: what is alike stays alike.
    Numbered,
    /// Dates by their year; what is no date is missing.
    ToTheYear,
    /// Countries as they are, and any other place as a number.
    Countries,
    /// Not at all.
    LeftOut,
}

/// A column, how it goes in, and why so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnForm {
    /// Its name.
    pub name: String,
    /// How.
    pub form: Form,
    /// Why, as the end of a sentence.
    pub why: String,
}

/// What goes into a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Every column of the cohort, in its order.
    pub columns: Vec<ColumnForm>,
    /// Whether file names and ids go in.
    pub names_kept: bool,
    /// Whether patients go in by their names, because their column goes in as it is.
    pub patients_named: bool,
    /// Conditions of the command line that go in; the others name values that do not.
    pub conditions: Vec<String>,
    /// How many do not.
    pub n_conditions_left_out: usize,
}

/// A column was named that is not there.
#[derive(Debug, Error)]
#[error("{option} names no column of the cohort, \"{name}\": choose one of {known}")]
pub struct UnknownName {
    /// The option.
    pub option: &'static str,
    /// The name as given.
    pub name: String,
    /// Names that there are.
    pub known: String,
}

/// What of `cohort` goes in, and how: columns that may say who somebody is are numbered, dates are cut to
/// their year, everything else is as it is, unless `choice` says otherwise.
///
/// # Errors
/// When a column is named that is not there.
pub fn choose(cohort: &Cohort, choice: &Choice) -> Result<Contents, UnknownName> {
    let named = |option, names: &[String]| -> Result<Vec<String>, UnknownName> {
        let lists = names.iter().map(|given| names_in(cohort, option, given));
        Ok(lists.collect::<Result<Vec<_>, _>>()?.concat())
    };
    let only = named("--columns", &choice.columns)?;
    let without = named("--without", &choice.without)?;
    let as_written = named("--as-written", &choice.as_written)?;
    let columns = cohort.columns.iter().map(|column| {
        let name = &column.name;
        let (form, why) = match () {
            () if without.contains(name) => (Form::LeftOut, "it was left out by name"),
            () if as_written.contains(name) => (Form::AsItIs, "it was asked for as written"),
            () if !only.is_empty() && !only.contains(name) => (Form::LeftOut, "others were chosen"),
            () => by_default(cohort, column),
        };
        ColumnForm {
            name: name.clone(),
            form,
            why: why.to_owned(),
        }
    });
    let columns: Vec<ColumnForm> = columns.collect();
    let goes_in = |text: &&String| {
        let filter: Option<Filter> = text.parse().ok();
        let about = filter
            .as_ref()
            .and_then(|filter| filter.column(&cohort.columns));
        let mut of = columns.iter().filter(|column| Some(&*column.name) == about);
        of.any(|column| column.form == Form::AsItIs)
    };
    let conditions: Vec<String> = cohort.filters.iter().filter(goes_in).cloned().collect();
    Ok(Contents {
        n_conditions_left_out: cohort.filters.len() - conditions.len(),
        conditions,
        names_kept: choice.keep_names,
        patients_named: patients_named(cohort, &columns),
        columns,
    })
}

fn patients_named(cohort: &Cohort, columns: &[ColumnForm]) -> bool {
    let name = cohort.group_column.as_deref();
    let mut of = columns.iter().filter(|column| Some(&*column.name) == name);
    of.any(|column| column.form == Form::AsItIs)
}

fn by_default(cohort: &Cohort, column: &Column) -> (Form, &'static str) {
    match (sensitive::reason(cohort, column), column.kind) {
        (None, ColumnKind::Date) => (Form::ToTheYear, "a day may say who somebody is"),
        (None, _) if sensitive::is_of_countries(column) && names_others(column) => (
            Form::Countries,
            "its values that are no known country are numbered",
        ),
        (None, _) => (Form::AsItIs, "nothing in it names anybody"),
        (Some(_), ColumnKind::Date) => (Form::ToTheYear, "a day may say who somebody is"),
        (Some(why), _) => (Form::Numbered, why),
    }
}

/// Whether there is a value that is no country.
fn names_others(column: &Column) -> bool {
    let mut values = column.values.iter().flatten();
    values.any(is_other)
}

fn is_other(value: &Value) -> bool {
    matches!(value, Value::Text(text) if !is_country(text))
}

/// The columns that a word of the command line names: one, or several between commas.
fn names_in(
    cohort: &Cohort,
    option: &'static str,
    given: &str,
) -> Result<Vec<String>, UnknownName> {
    let known = |name: &str| {
        let meant = cohort.column_name(name);
        cohort.column(meant).map(|column| column.name.clone())
    };
    if let Some(one) = known(given) {
        return Ok(vec![one]);
    }
    let each = given.split(',').map(|name| {
        known(name.trim()).ok_or_else(|| UnknownName {
            option,
            name: name.trim().to_owned(),
            known: cohort.suggestion(name.trim()),
        })
    });
    each.collect()
}

impl Form {
    /// "as it is", "numbered"…
    pub fn in_words(self) -> &'static str {
        match self {
            Self::AsItIs => "as it is",
            Self::Numbered => "numbered",
            Self::ToTheYear => "to the year",
            Self::Countries => "countries",
            Self::LeftOut => "left out",
        }
    }
}

/// The list that is printed before a bundle is written, one line for each kind of thing.
impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = match self.names_kept {
            true => "with their file names and ids",
            false => "numbered in their order; file names, paths and ids stay here",
        };
        writeln!(f, "images       {names}")?;
        writeln!(
            f,
            "patients     {}, and whole as they were",
            if self.patients_named {
                "by their names"
            } else {
                "numbered"
            }
        )?;
        writeln!(
            f,
            "pictures     at most {LARGE} pixels to a side: what is written on a film can be read there"
        )?;
        writeln!(f, "features     to the bit")?;
        writeln!(
            f,
            "left here    X-rays in full, what was left out of the cohort and why, cells as they were typed"
        )?;
        if self.n_conditions_left_out > 0 {
            let n = self.n_conditions_left_out;
            writeln!(
                f,
                "conditions   {n} of --where stay here, for the values in them"
            )?;
        }
        writeln!(f, "columns")?;
        let widest = self
            .columns
            .iter()
            .map(|column| column.name.chars().count());
        let width = widest.max().unwrap_or(0).min(30);
        for ColumnForm { name, form, why } in &self.columns {
            writeln!(f, "  {name:width$}  {:<11}  {why}", form.in_words())?;
        }
        Ok(())
    }
}

impl Contents {
    /// The cohort as it goes in. Its order is that of `cohort`, and patients stay apart as they were.
    pub fn apply(&self, cohort: &Cohort) -> Cohort {
        let mut baked = cohort.clone();
        baked.name = String::new();
        baked.skipped.clear();
        baked.assumed.clear();
        baked.filters.clone_from(&self.conditions);
        let forms = self
            .columns
            .iter()
            .map(|column| (&*column.name, column.form));
        let forms: HashMap<&str, Form> = forms.collect();
        let form_of = |name: &str| forms.get(name).copied().unwrap_or(Form::LeftOut);
        baked
            .columns
            .retain(|column| form_of(&column.name) != Form::LeftOut);
        for column in &mut baked.columns {
            // "patient 7", but "location 7": the former stands behind its word wherever it is shown.
            let is_patient = cohort.group_column.as_ref() == Some(&column.name);
            let word = if is_patient { "" } else { &column.name.clone() };
            change(column, form_of(&column.name), word);
        }
        if !self.patients_named {
            let groups = cohort.records.iter().map(|record| record.group.clone());
            let numbers = numbered(&groups.collect::<Vec<_>>());
            for (record, number) in baked.records.iter_mut().zip(numbers) {
                record.group = number.map(|number| number.to_string());
            }
        }
        self.settle_countries(&mut baked, form_of);
        for (place, record) in baked.records.iter_mut().enumerate() {
            record.row = None;
            record.id = self.id(record, place);
            if !self.names_kept {
                record.filename = format!("image {}", place + 1);
            }
        }
        baked
    }

    /// The id that a record has in the bundle.
    pub fn id(&self, record: &Record, place: usize) -> String {
        match self.names_kept {
            true => record.id.clone(),
            false => (place + 1).to_string(),
        }
    }

    /// Countries are those of their column, as it went in.
    fn settle_countries(&self, baked: &mut Cohort, form_of: impl Fn(&str) -> Form) {
        let form = baked.country_column.as_deref().map(form_of);
        if form == Some(Form::AsItIs) {
            return;
        }
        let column = baked
            .country_column
            .as_deref()
            .and_then(|name| baked.column(name));
        let countries: Vec<Option<String>> = match column {
            Some(column) => {
                let values = column.values.iter();
                values
                    .map(|value| value.as_ref().map(Value::to_string))
                    .collect()
            }
            None => vec![None; baked.records.len()],
        };
        if column.is_none() {
            baked.country_column = None;
        }
        for (record, country) in baked.records.iter_mut().zip(countries) {
            record.country = country;
        }
    }

    /// Sentences about what is not as it was, each with the column that it is about, for whoever opens
    /// the bundle.
    pub fn sentences(&self) -> Vec<(Option<String>, String)> {
        let mut all = vec![(
            None,
            format!(
                "This is a bundle: its pictures have at most {LARGE} pixels to a side, and full-size X-rays are \
                 not in it."
            ),
        )];
        if !self.names_kept {
            let text = "The images are numbered: their file names are not in the bundle.";
            all.push((None, text.to_owned()));
        }
        if self.n_conditions_left_out > 0 {
            let text = format!(
                "The cohort was chosen by conditions of which {} are not in the bundle, for the values in them.",
                self.n_conditions_left_out
            );
            all.push((None, text));
        }
        for ColumnForm { name, form, why } in &self.columns {
            let text = match form {
                Form::AsItIs => continue,
                Form::Numbered => format!(
                    "{name}: its values are numbers in the bundle, because {why}; what was alike is alike."
                ),
                Form::ToTheYear => format!(
                    "{name}: dates are cut to their year in the bundle, so that what is said of it may differ."
                ),
                Form::Countries => format!(
                    "{name}: values that are no known country are numbers in the bundle; what was alike is alike."
                ),
                Form::LeftOut => {
                    format!("{name}: it is not in the bundle, and nothing can be said of it.")
                }
            };
            all.push((Some(name.clone()), text));
        }
        all
    }
}

/// Numbers stand behind `word`.
fn change(column: &mut Column, form: Form, word: &str) {
    match form {
        Form::AsItIs | Form::LeftOut => return,
        Form::Countries => {
            let others = column.values.iter().map(|value| {
                let other = value.as_ref().filter(|value| is_other(value));
                other.map(Value::to_string)
            });
            let numbers = numbered(&others.collect::<Vec<_>>());
            for (value, number) in column.values.iter_mut().zip(numbers) {
                if let Some(number) = number {
                    *value = Some(Value::Text(numbered_as(word, number)));
                }
            }
            // "USA" still finds the United States where the bundle is opened.
            let mut spellings = std::mem::take(&mut column.writing.spellings);
            spellings.retain(|spelling, shown| is_country(spelling) && is_country(shown));
            column.writing = Writing {
                spellings,
                ..Writing::default()
            };
            return;
        }
        Form::Numbered => {
            let shown = column
                .values
                .iter()
                .map(|value| value.as_ref().map(Value::to_string));
            let numbers = numbered(&shown.collect::<Vec<_>>());
            let value = |number: usize| match column.kind {
                ColumnKind::Number => Value::Number(number as f64),
                _ => Value::Text(numbered_as(word, number)),
            };
            column.values = numbers
                .into_iter()
                .map(|number| number.map(value))
                .collect();
        }
        Form::ToTheYear => {
            for value in &mut column.values {
                *value = match value {
                    Some(Value::Date(date)) => year_of(date).map(Value::Date),
                    _ => None,
                };
            }
        }
    }
    column.writing = Writing::default();
}

fn numbered_as(word: &str, number: usize) -> String {
    format!("{word} {number}").trim_start().to_owned()
}

/// Numbers in the order in which values are met first, from 1.
fn numbered(values: &[Option<String>]) -> Vec<Option<usize>> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut number = |text| {
        let next = known.len() + 1;
        *known.entry(text).or_insert(next)
    };
    let texts = values.iter().map(Option::as_deref);
    texts.map(|text| text.map(&mut number)).collect()
}

fn year_of(date: &Date) -> Option<Date> {
    format!("{:04}", date.parts().0).parse().ok()
}
