//! Rows and files become a cohort.

use std::collections::HashSet;

use super::Source;
use super::column::Column;
use super::describe::free_name;
use super::error::CohortError;
use super::filter::Filter;
use super::folder::{FileEntry, Found};
use super::id::Ids;
use super::join::{Account, Join, Need, require_images, unknown};
use super::matching::letters;
use super::record::{Cohort, Record, Report, Skipped};
use super::settle::{PICTURE_COLUMNS, retain};
use super::table::Table;

/// What a cohort is made of.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) table: Option<Table>,
    pub(super) files: Vec<FileEntry>,
}

/// Joins rows to files and types the columns.
pub(super) fn assemble(parts: Parts, source: &Source, need: Need) -> Result<Cohort, CohortError> {
    match parts.table {
        Some(table) => Join::new(parts.name, &table, &parts.files, source, need)?.run(source),
        None => images_alone(parts.name, &parts.files, source),
    }
}

/// A cohort of a folder without metadata: every picture is a record.
fn images_alone(name: String, files: &[FileEntry], source: &Source) -> Result<Cohort, CohortError> {
    let options = [
        ("--where", !source.filters.is_empty()),
        ("--group-by", source.group_by.is_some()),
        ("--filename-column", source.filename_column.is_some()),
    ];
    if let Some((option, _)) = options.into_iter().find(|(_, used)| *used) {
        return Err(CohortError::NeedsMetadata { option });
    }
    require_images(files, source)?;
    let ids = Ids::assign(files.iter().map(|file| file.relative.as_str()));
    let (mut records, mut skipped) = (Vec::new(), Vec::new());
    for file in files {
        let filename = file.relative.clone();
        match &file.found {
            Found::Image(image) => records.push(Record {
                id: ids.get(&filename).unwrap_or_default().to_owned(),
                filename,
                row: None,
                image: Some(image.clone()),
                group: None,
                country: None,
            }),
            Found::Refused(reason) => {
                skipped.push(Skipped {
                    filename,
                    reason: (*reason).to_owned(),
                });
            }
            Found::Other => {}
        }
    }
    let report = Report {
        n_matched: records.len(),
        n_unreadable: skipped.len(),
        ..Report::default()
    };
    Ok(Cohort {
        name,
        records,
        columns: Vec::new(),
        skipped,
        report,
        group_column: None,
        country_column: None,
        filters: Vec::new(),
        awaited: Vec::new(),
        missing: source.missing.clone(),
        notice: None,
        assumed: Vec::new(),
    })
}

impl Join<'_> {
    fn run(self, source: &Source) -> Result<Cohort, CohortError> {
        let group = match &source.group_by {
            Some(name) => Some(
                self.table
                    .find(name)
                    .ok_or_else(|| unknown(name, self.table, &[]))?,
            ),
            None => usual_group(self.table),
        };
        let rows: Vec<usize> = (0..self.table.len())
            .filter(|row| !self.table.is_blank(*row))
            .collect();
        // Of all rows: what a column is does not depend on which of them are wanted.
        let (mut columns, read) = self.columns(&rows, group, &source.missing);
        let Filtered { wanted, awaited } = filtered(&rows, &columns, source)?;
        let mut account = Account {
            skipped: self.table.skipped().to_vec(),
            ..Account::default()
        };
        account.report.n_skipped_lines = self.table.n_skipped_lines();
        account.report.n_rows = rows.len();
        account.report.n_blank = self.table.len() - rows.len();
        account.report.n_filtered_out = rows.len() - wanted.len();
        let kept = self.claim(&wanted, &mut account);
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
        Ok(Cohort {
            name: self.name,
            records,
            columns,
            skipped: account.skipped,
            report: account.report,
            group_column: group
                .and_then(|group| self.table.names().nth(group))
                .map(str::to_owned),
            country_column,
            filters: source.filters.iter().map(ToString::to_string).collect(),
            awaited,
            missing: source.missing.clone(),
            notice: None,
            assumed,
        })
    }
}

/// The rows that meet all filters which can be answered without looking at the pictures, and the
/// filters that cannot.
struct Filtered {
    wanted: Vec<usize>,
    awaited: Vec<Filter>,
}

fn filtered(rows: &[usize], columns: &[Column], source: &Source) -> Result<Filtered, CohortError> {
    let mut keep = vec![true; rows.len()];
    let mut awaited = Vec::new();
    let of_pictures = PICTURE_COLUMNS.map(|name| free_name(columns, name));
    for filter in &source.filters {
        match filter.rows(columns, rows.len(), &source.missing) {
            Ok(met) => keep
                .iter_mut()
                .zip(met)
                .for_each(|(keep, met)| *keep &= met),
            Err(error) => match filter.about(of_pictures.iter().map(String::as_str)) {
                Ok(Some(_)) => awaited.push(filter.clone()),
                _ => return Err(error),
            },
        }
    }
    let kept = rows.iter().zip(keep).filter(|(_, keep)| *keep);
    let wanted: Vec<usize> = kept.map(|(row, _)| *row).collect();
    if wanted.is_empty() {
        return Err(CohortError::NothingLeft {
            n_rows: rows.len(),
            filters: source
                .filters
                .iter()
                .map(|filter| format!("{:?}", filter.to_string()))
                .collect(),
        });
    }
    Ok(Filtered { wanted, awaited })
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
