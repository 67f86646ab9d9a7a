//! Features as a table of text, with the names of their rows beside them.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;

use ndarray::Array2;

use super::npy::{MAX_BYTES, MAX_FEATURES, check_size};
use super::{ReadyVectors, RowNames, VectorsError, finite};

/// Columns that name image files, in the order in which they count.
const FILES: [&str; 6] = ["filename", "file", "image", "path", "file_name", "name"];
/// Columns that name records.
const IDS: [&str; 1] = ["id"];

/// Reads a table with a header: the columns `feature_0`, `feature_1`, … where there are any, else all columns of
/// numbers, and what `filename` (or `file`, `image`, `path`, `id`) calls the rows. Cells stand between commas,
/// semicolons or tabs, whichever the header has most of.
///
/// # Errors
/// When the file is no such table, is beyond the limits, or holds in a column of features what is no finite number.
pub(super) fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    let unfit = |reason: String| VectorsError::Unfit {
        path: path.to_owned(),
        format: "CSV",
        reason,
        advice: "give a header, a column filename, and columns of numbers with a point before decimals",
    };
    let failed = |source| VectorsError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > MAX_BYTES {
        return Err(unfit("it has more than 2 GiB".to_owned()));
    }
    let mut file = BufReader::new(file);
    let mut first = String::new();
    file.read_line(&mut first)
        .map_err(|_| unfit("it is no text in UTF-8".to_owned()))?;
    file.rewind().map_err(failed)?;
    let n_of = |sign: &char| first.matches(*sign).count();
    // Of equal numbers the last, which is the comma.
    let between = ['\t', ';', ','].into_iter().max_by_key(n_of).unwrap_or(',');
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(between as u8)
        .from_reader(file);
    let header = reader.headers().map_err(|error| unfit(why(&error)))?;
    let header: Vec<String> = header
        .iter()
        .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
        .collect();
    if header.len() > MAX_FEATURES + 1_000 {
        return Err(unfit(format!("it has {} columns", header.len())));
    }
    let rows: Vec<::csv::StringRecord> = reader
        .records()
        .collect::<Result<_, _>>()
        .map_err(|error| unfit(why(&error)))?;

    let called = |wanted: &[&str]| {
        let place = |wanted: &&str| {
            header
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
        };
        wanted.iter().find_map(place)
    };
    let (files, ids) = (called(&FILES), called(&IDS));
    let (columns, taken) = columns_of(&header, &rows, [files, ids]).map_err(unfit)?;
    check_size(path, rows.len(), columns.len())?;
    let mut features = Array2::zeros((rows.len(), columns.len()));
    for (row, cells) in rows.iter().enumerate() {
        for (place, &column) in columns.iter().enumerate() {
            let cell = cells.get(column).unwrap_or_default().trim();
            let value: f64 = cell.parse().map_err(|_| {
                let name = &header[column];
                unfit(format!(
                    "its column {name} holds \"{}\" in row {}",
                    short(cell),
                    row + 1
                ))
            })?;
            features[[row, place]] = finite(path, value, row, place)?;
        }
    }
    let texts = |column: usize| {
        let cell =
            |cells: &::csv::StringRecord| cells.get(column).unwrap_or_default().trim().to_owned();
        rows.iter().map(cell).collect()
    };
    let names = match (files, ids) {
        (Some(files), _) => Some(RowNames::Files(texts(files))),
        (None, Some(ids)) => Some(RowNames::Ids(texts(ids))),
        (None, None) => None,
    };
    Ok(ReadyVectors {
        features,
        names,
        taken,
    })
}

/// The columns that hold the features, and what else there was, in words.
fn columns_of(
    header: &[String],
    rows: &[::csv::StringRecord],
    names: [Option<usize>; 2],
) -> Result<(Vec<usize>, Option<String>), String> {
    let number = |name: &String| name.strip_prefix("feature_")?.parse::<u32>().ok();
    let mut numbered: Vec<(u32, usize)> = (header.iter().enumerate())
        .filter_map(|(column, name)| Some((number(name)?, column)))
        .collect();
    numbered.sort_unstable();
    if !numbered.is_empty() {
        if let Some((wanted, _)) = (0..).zip(&numbered).find(|(place, (n, _))| place != n) {
            return Err(format!("it has no column feature_{wanted}, or one twice"));
        }
        return Ok((
            numbered.into_iter().map(|(_, column)| column).collect(),
            None,
        ));
    }
    if header.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err("its first row holds numbers in place of names".to_owned());
    }
    // A data frame writes the numbers of its rows before everything else.
    let counts = |column: usize| {
        let is_called = header[column].is_empty()
            || header[column] == "Unnamed: 0"
            || header[column] == "index";
        let is_its = |(row, cells): (usize, &::csv::StringRecord)| {
            cells.get(column) == Some(&row.to_string())
        };
        is_called && rows.iter().enumerate().all(is_its)
    };
    let is_number = |column: usize| {
        let is_one = |cells: &::csv::StringRecord| {
            let cell = cells.get(column).unwrap_or_default().trim();
            cell.parse::<f64>().is_ok_and(f64::is_finite)
        };
        rows.iter().all(is_one)
    };
    let left: Vec<usize> = (0..header.len())
        .filter(|column| !names.contains(&Some(*column)) && !counts(*column))
        .collect();
    let (columns, others): (Vec<usize>, Vec<usize>) =
        left.into_iter().partition(|column| is_number(*column));
    if columns.is_empty() {
        return Err("it has no column of numbers".to_owned());
    }
    let first = |all: &[usize]| {
        let named: Vec<&str> = all
            .iter()
            .take(3)
            .map(|&column| header[column].as_str())
            .collect();
        let more = if all.len() > 3 { ", …" } else { "" };
        format!("{}{more}", named.join(", "))
    };
    let mut said = format!(
        "{} columns of numbers were taken as features: {}",
        columns.len(),
        first(&columns)
    );
    if !others.is_empty() {
        said.push_str(&format!("; passed over: {}", first(&others)));
    }
    Ok((columns, Some(said)))
}

fn why(error: &::csv::Error) -> String {
    match error.kind() {
        ::csv::ErrorKind::Utf8 { .. } => "it is no text in UTF-8".to_owned(),
        ::csv::ErrorKind::UnequalLengths { pos, len, .. } => {
            let line = pos.as_ref().map_or(0, ::csv::Position::line);
            format!("line {line} has {len} cells, other than the header")
        }
        _ => error.to_string(),
    }
}

/// The beginning of a cell.
fn short(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(40).collect()
}
