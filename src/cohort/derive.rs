//! Columns that the metadata implies.

use super::table::Table;

/// A column that is computed from the table: one cell per row.
pub(super) struct DerivedCells {
    /// Its name without the suffix that a clash would bring.
    pub(super) name: &'static str,
    /// One cell per row; `None` is missing.
    pub(super) cells: Vec<Option<String>>,
}

impl DerivedCells {
    /// The cells of these rows; a missing one is blank.
    pub(super) fn of_rows(&self, rows: &[usize]) -> Vec<&str> {
        let cell = |row: &usize| self.cells[*row].as_deref().unwrap_or("");
        rows.iter().map(cell).collect()
    }
}

/// The country of each row, from `location`; nothing when there is no such column.
pub(super) fn country(table: &Table) -> Option<DerivedCells> {
    let location = table.find("location")?;
    let cells = (0..table.len()).map(|row| country_of(table.cell(row, location)));
    Some(DerivedCells {
        name: "country",
        cells: cells.collect(),
    })
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
    })
}

/// The last comma-separated part of a location. A blank, `nan`, `NA` and `unknown` are no country.
pub(super) fn country_of(location: &str) -> Option<String> {
    let last = location.rsplit(',').next().unwrap_or("").trim();
    let missing = ["", "nan", "na", "unknown"]
        .iter()
        .any(|word| last.eq_ignore_ascii_case(word));
    (!missing).then(|| last.to_owned())
}

/// The host of a web address, in lower case and without `www.`.
fn host_of(address: &str) -> Option<String> {
    // Cells may hold several addresses, or one without its scheme.
    let first = address
        .split([' ', ',', ';', '\n'])
        .find(|part| !part.is_empty())?;
    let with_scheme = if first.contains("://") {
        first.to_owned()
    } else {
        format!("https://{first}")
    };
    let url = url::Url::parse(&with_scheme).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
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
mod tests {
    use super::*;

    #[test]
    fn the_country_is_the_last_part() {
        let country = |location| country_of(location);
        assert_eq!(
            country("Cho Ray Hospital, Ho Chi Minh City, Vietnam").as_deref(),
            Some("Vietnam")
        );
        assert_eq!(country("Milan, Italy ").as_deref(), Some("Italy"));
        assert_eq!(country("Taiwan").as_deref(), Some("Taiwan"));
        for missing in [
            "",
            "  ",
            "nan",
            "NaN",
            "NA",
            "Unknown",
            "Toronto, ",
            "Wuhan, unknown",
        ] {
            assert_eq!(country(missing), None, "{missing:?}");
        }
        assert_eq!(
            country("-").as_deref(),
            Some("-"),
            "the contract's list has no dash"
        );
    }

    #[test]
    fn the_source_is_the_host_or_else_the_prefix() {
        assert_eq!(
            host_of("https://www.NEJM.org/doi/full/10.1056/x").as_deref(),
            Some("nejm.org")
        );
        assert_eq!(
            host_of("radiopaedia.org/cases/1").as_deref(),
            Some("radiopaedia.org")
        );
        assert_eq!(
            host_of("https://a.org/x https://b.org").as_deref(),
            Some("a.org")
        );
        for none in ["", "see text", "n/a"] {
            assert_eq!(host_of(none), None, "{none:?}");
        }
        assert_eq!(
            doi_prefix("10.1056/nejmc2001272").as_deref(),
            Some("10.1056")
        );
        assert_eq!(
            doi_prefix("https://doi.org/10.1148/rg.1").as_deref(),
            Some("10.1148")
        );
        assert_eq!(doi_prefix("10.x/1"), None);
    }
}
