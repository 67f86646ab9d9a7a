//! Rows and files become a cohort.

use std::collections::HashSet;
use std::sync::Arc;

use super::Source;
use super::column::Column;
use super::derive::DerivedCells;
use super::describe::{DERIVED, free_name};
use super::error::CohortError;
use super::filter::Filter;
use super::headers::{self, Headers};
use super::inventory::Inventory;
use super::join::{Account, Join, Kept, Names, Need, rows_of, unknown};
use super::names::{find, letters};
use super::part::Sieve;
use super::pattern::{GroupPattern, suggest};
use super::record::{Assumption, Cohort, PICTURE_COLUMNS};
use super::settle::retain;
use super::summary::Skipped;
use super::table::Table;
use super::walk::FileEntry;

/// What a cohort is made of.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) table: Option<Table>,
    pub(super) files: Vec<FileEntry>,
    /// What was passed over when the table was looked for.
    pub(super) passed: Vec<Skipped>,
    pub(super) assumed: Vec<Assumption>,
    pub(super) inventory: Option<Inventory>,
}

/// Joins rows to files and types the columns; without a table each picture is a row.
pub(super) fn assemble(parts: Parts, source: &Source, need: Need) -> Result<Cohort, CohortError> {
    let (name, files) = (parts.name, &parts.files);
    let table = match (&source.second, parts.table) {
        (Some(second), Some(table)) => Some(second.join(&table, &source.missing)?),
        (Some(_), None) => return Err(CohortError::NeedsMetadata { option: "--join" }),
        (None, table) => table,
    };
    let mut cohort = match &table {
        Some(table) => Join::new(name, table, files, source, need)?.run(source)?,
        None => Join::of_images(name, &rows_of(files), files, source)?.run(source)?,
    };
    cohort.report.n_passed_over += parts.passed.len();
    cohort.skipped.extend(parts.passed);
    cohort.assumed.splice(0..0, parts.assumed);
    cohort.inventory = parts.inventory.map(Arc::new);
    let ids: HashSet<&str> = cohort
        .records
        .iter()
        .map(|record| record.id.as_str())
        .collect();
    // Pictures are asked for by id: two records with one would show the same.
    assert_eq!(
        ids.len(),
        cohort.records.len(),
        "every record has an id of its own"
    );
    Ok(cohort)
}

impl Join<'_> {
    fn run(mut self, source: &Source) -> Result<Cohort, CohortError> {
        let group = self.group(source)?;
        let is_row = |row: &usize| self.names == Names::Files || !self.table.is_blank(*row);
        let rows: Vec<usize> = (0..self.table.len()).filter(is_row).collect();
        // Of all rows: what a column is does not depend on which of them are wanted.
        let (mut columns, read) = self.columns(&rows, group, &source.missing);
        let unit = match self.names {
            Names::Files => "image",
            Names::Column(_) | Names::Nothing => "row",
        };
        let earlier = self.earlier(&rows);
        let Filtered { wanted, awaited } = filtered(&rows, &earlier, &columns, source, unit)?;
        let mut account = Account {
            skipped: self.table.skipped().to_vec(),
            ..Account::default()
        };
        account.report.n_skipped_lines = self.table.n_skipped_lines();
        if self.names != Names::Files {
            account.report.n_rows = rows.len();
            account.report.n_blank = self.table.len() - rows.len();
        }
        let kept = self.claim(&rows, &earlier, &wanted, &mut account);
        self.orphans(&mut account);
        if kept.is_empty() {
            return Err(self.none_matched(&wanted));
        }
        account.report.n_matched = kept.len();
        let kept_rows: HashSet<usize> = kept.iter().map(|kept| kept.row).collect();
        let keep: Vec<bool> = rows.iter().map(|row| kept_rows.contains(row)).collect();
        for column in &mut columns {
            retain(&mut column.values, &keep);
        }
        let country_column = self.country_column(&columns);
        let records = self.records(&kept, group, country_column.as_deref(), &columns);
        let mut assumed = self.table.assumed().to_vec();
        assumed.extend(read);
        assumed.append(&mut self.said);
        assumed.extend(Headers::of(self.files).said(&self.files_of(&kept)));
        assumed.extend(group.is_none().then(|| self.suggested(&kept)).flatten());
        assumed.extend(source.group_pattern.as_ref().and_then(|_| unmet(&records)));
        let group_column = group.map(|group| columns[group].name.clone());
        Ok(Cohort {
            name: self.name,
            records,
            columns,
            skipped: account.skipped,
            report: account.report,
            group_column,
            country_column,
            filters: source.filters.iter().map(ToString::to_string).collect(),
            awaited,
            wanted,
            missing: source.missing.clone(),
            notice: None,
            assumed,
            inventory: None,
        })
    }

    /// The place of the independent unit among all columns, given and derived: what
    /// `--group-pattern` takes out of the paths, or `--group-by` names, or is usually called so.
    fn group(&mut self, source: &Source) -> Result<Option<usize>, CohortError> {
        let n_given = self.table.names().count();
        if let Some(pattern) = &source.group_pattern {
            self.derived.push(self.units(pattern)?);
            return Ok(Some(n_given + self.derived.len() - 1));
        }
        let Some(name) = &source.group_by else {
            let of_headers = || Some(n_given + self.derived_column(headers::PATIENT)?);
            return Ok(usual_group(self.table).or_else(of_headers));
        };
        let given = find(self.table.names(), name);
        let derived = || Some(n_given + self.derived_column(name)?);
        let group = given.or_else(derived);
        let unknown = || unknown(name, self.table, &self.derived);
        Ok(Some(group.ok_or_else(unknown)?))
    }

    /// The unit of each row, out of the path of its file or, without one, out of the name it gives.
    fn units(&self, pattern: &GroupPattern) -> Result<DerivedCells, CohortError> {
        let path = |row: usize| match self.matches[row].file() {
            Some(file) => self.files[file].relative.as_str(),
            None => self.cell(row),
        };
        let units = (0..self.table.len()).map(|row| pattern.unit(path(row)).map(str::to_owned));
        let cells: Vec<Option<String>> = units.collect();
        if cells.iter().all(Option::is_none) {
            return Err(CohortError::PatternMeetsNothing {
                n_images: cells.len(),
                example: path(0).to_owned(),
            });
        }
        Ok(DerivedCells::of_texts("patient", cells))
    }

    /// The places of the files of these rows.
    fn files_of(&self, kept: &[Kept<'_>]) -> Vec<usize> {
        kept.iter()
            .filter_map(|kept| self.matches[kept.row].file())
            .collect()
    }

    fn suggested(&self, kept: &[Kept<'_>]) -> Option<Assumption> {
        let files = kept.iter().filter_map(|kept| kept.file);
        let paths: Vec<&str> = files.map(|(file, _)| file.relative.as_str()).collect();
        suggest(&paths)
    }

    /// The derived column of this name, with or without what a clash adds to it.
    fn derived_column(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        let short = name.strip_suffix(DERIVED).unwrap_or(name);
        find(self.derived.iter().map(|column| column.name), short)
    }
}

/// The rows that meet all filters which can be answered without looking at the pictures, and the
/// filters that cannot.
struct Filtered {
    wanted: Vec<usize>,
    awaited: Vec<Filter>,
}

fn filtered(
    rows: &[usize],
    earlier: &[Option<usize>],
    columns: &[Column],
    source: &Source,
    unit: &'static str,
) -> Result<Filtered, CohortError> {
    let mut sieve = Sieve::new(rows.len());
    sieve.keep = earlier.iter().map(Option::is_none).collect();
    let mut meets = vec![true; rows.len()];
    let mut awaited = Vec::new();
    let of_pictures = PICTURE_COLUMNS.map(|name| free_name(columns, name));
    for filter in &source.filters {
        match filter.rows(columns, rows.len(), &source.missing) {
            Ok(met) => {
                sieve.pass(filter, &met);
                meets.iter_mut().zip(met).for_each(|(all, met)| *all &= met);
            }
            Err(error) => match filter.about(of_pictures.iter().map(String::as_str)) {
                Ok(Some(_)) => awaited.push(filter.clone()),
                _ => return Err(error),
            },
        }
    }
    if let Some(mut nothing) = sieve.nothing_left(unit) {
        nothing.condition = format!("{:?}", nothing.condition);
        return Err(CohortError::NothingLeft(nothing));
    }
    let kept = rows.iter().zip(meets).filter(|(_, keep)| *keep);
    let wanted: Vec<usize> = kept.map(|(row, _)| *row).collect();
    Ok(Filtered { wanted, awaited })
}

/// Says how many images `--group-pattern` gives no patient.
fn unmet(records: &[super::Record]) -> Option<Assumption> {
    let mut unmet = records.iter().filter(|record| record.group.is_none());
    let example = unmet.next()?;
    let n = 1 + unmet.count();
    Some(Assumption {
        topic: "patient",
        column: None,
        text: format!(
            "--group-pattern meets {n} of the {} file names not, such as {}: each of these images \
             counts as a patient of its own.",
            records.len(),
            example.filename
        ),
    })
}

/// Columns whose values usually name the independent unit; compared in lower case with everything
/// but letters left out, first come, first taken.
const USUAL_GROUPS: [&str; 8] = [
    "patientid",
    "patient",
    "subjectid",
    "subject",
    "participantid",
    "participant",
    "personid",
    "caseid",
];

fn usual_group(table: &Table) -> Option<usize> {
    let names: Vec<String> = table.names().map(letters).collect();
    USUAL_GROUPS
        .iter()
        .find_map(|usual| names.iter().position(|name| name == usual))
}
