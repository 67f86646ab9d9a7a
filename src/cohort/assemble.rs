//! Rows and files become a cohort.

use super::Source;
use super::derive::DerivedCells;
use super::error::CohortError;
use super::filter::Filter;
use super::folder::{FileEntry, Found};
use super::id::Ids;
use super::join::{Account, Join, Need, require_images, unknown};
use super::matching::letters;
use super::record::{Cohort, Record, Report, Skipped};
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
        let wanted = self.filtered(&rows, source)?;
        let mut account = Account {
            skipped: self.table.skipped().to_vec(),
            ..Account::default()
        };
        account.report.n_rows = rows.len();
        account.report.n_blank = self.table.len() - rows.len();
        account.report.n_filtered_out = rows.len() - wanted.len();
        let kept = self.claim(&wanted, &mut account);
        self.orphans(&mut account);
        if kept.is_empty() {
            return Err(self.none_matched(&wanted));
        }
        account.report.n_matched = kept.len();
        let columns = self.columns(&kept, group);
        let country_column = self.country_column(&columns);
        let records = self.records(&kept, group, country_column.as_deref(), &columns);
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
            notice: None,
            assumed: self.table.assumed().to_vec(),
        })
    }

    /// The rows that meet all filters; derived columns may be named too.
    fn filtered(&self, rows: &[usize], source: &Source) -> Result<Vec<usize>, CohortError> {
        let mut keep = vec![true; rows.len()];
        for filter in &source.filters {
            let columns = self.columns_of(filter, rows)?;
            let met = filter.rows(rows.len(), columns.into_iter());
            keep.iter_mut()
                .zip(met)
                .for_each(|(keep, met)| *keep &= met);
        }
        let kept = rows.iter().zip(keep).filter(|(_, keep)| *keep);
        let wanted: Vec<usize> = kept.map(|(row, _)| *row).collect();
        if wanted.is_empty() {
            let filters = source
                .filters
                .iter()
                .map(|filter| format!("{:?}", filter.to_string()));
            return Err(CohortError::NothingLeft {
                n_rows: rows.len(),
                filters: filters.collect(),
            });
        }
        Ok(wanted)
    }

    /// The cells of the columns that a filter is about.
    fn columns_of(&self, filter: &Filter, rows: &[usize]) -> Result<Vec<Vec<&str>>, CohortError> {
        let given = |column| rows.iter().map(move |row| self.table.cell(*row, column));
        if filter.is_about_any() {
            let all = (0..self.table.names().count()).map(|column| given(column).collect());
            let derived = self.derived.iter().map(|column| column.of_rows(rows));
            return Ok(all.chain(derived).collect());
        }
        if let Some(column) = self.table.find(&filter.column) {
            return Ok(vec![given(column).collect()]);
        }
        let named = |column: &&DerivedCells| filter.column.eq_ignore_ascii_case(column.name);
        let column = self.derived.iter().find(named);
        let column = column.ok_or_else(|| unknown(&filter.column, self.table, &self.derived))?;
        Ok(vec![column.of_rows(rows)])
    }
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
