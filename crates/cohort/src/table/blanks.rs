//! Tables with blanks between their cells, as R's `write.table` makes them unless told otherwise.

use std::borrow::Cow;

/// The text with a tab in place of the blanks between cells, where nothing else can separate them
/// and all lines agree: each has as many cells as the first or, where that one does not name the
/// row names of R, one more. Names with blanks in them are told from cells by the quotes of the
/// header or, without any, by a column of numbers among three and more.
pub(super) fn as_tabs(text: &str) -> Cow<'_, str> {
    retold(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn retold(text: &str) -> Option<String> {
    let mut header: Option<Vec<&str>> = None;
    let mut n_rows = 0;
    let mut numbers: Vec<bool> = Vec::new();
    let mut retold = String::with_capacity(text.len());
    for line in text.lines() {
        if line.trim().is_empty() {
            retold.push('\n');
            continue;
        }
        let cells = cells(line)?;
        retold.push_str(&cells.join("\t"));
        retold.push('\n');
        let Some(header) = &header else {
            header = Some(cells);
            continue;
        };
        if n_rows == 0 {
            numbers = vec![true; cells.len()];
        }
        let is_named = cells.len() == header.len() || cells.len() == header.len() + 1;
        if cells.len() != numbers.len() || !is_named {
            return None;
        }
        n_rows += 1;
        for (is_number, cell) in numbers.iter_mut().zip(&cells) {
            *is_number &= cell.parse::<f64>().is_ok() || *cell == "NA";
        }
    }
    let header = header.filter(|header| n_rows > 0 && header.len() >= 2)?;
    let is_quoted = |cell: &&str| cell.starts_with('"');
    let is_clear = match header.iter().any(is_quoted) {
        true => header.iter().all(is_quoted),
        false => numbers.len() >= 3 && numbers.contains(&true),
    };
    is_clear.then_some(retold)
}

/// The cells of a line with their quotes; `None` where another sign may separate them, or a quote
/// does not close at the end of a cell.
fn cells(line: &str) -> Option<Vec<&str>> {
    let mut cells = Vec::new();
    let mut rest = line.trim_matches(' ');
    while !rest.is_empty() {
        let end = match rest.strip_prefix('"') {
            Some(inside) => inside.find('"')? + 2,
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        let (cell, after) = rest.split_at(end);
        let is_quoted = cell.starts_with('"');
        if !(after.is_empty() || after.starts_with(' '))
            || (!is_quoted && cell.contains([',', ';', '\t', '|', '"']))
            || (is_quoted && cell.contains('\t'))
        {
            return None;
        }
        cells.push(cell);
        rest = after.trim_start_matches(' ');
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_separate_where_all_lines_agree() {
        let rows = |text: &str| retold(text).map(|text| text.replace('\t', "/").replace('\n', " "));
        let named = "\"filename\" \"age\"\n\"1\" \"a b.png\" 40\n\"2\" \"c.png\" NA\n";
        let told = "\"filename\"/\"age\" \"1\"/\"a b.png\"/40 \"2\"/\"c.png\"/NA ";
        assert_eq!(rows(named).as_deref(), Some(told));
        let plain = "filename age  view\na.png 40 PA\nb.png  41 L\n";
        let told = "filename/age/view a.png/40/PA b.png/41/L ";
        assert_eq!(rows(plain).as_deref(), Some(told));
        for other in [
            "filename\nscan 1.png\nscan 2.png\n",
            "file name\nscan 1.png\nscan 2.png\n",
            "filename,age\na b.png,40\n",
            "filename age view\na.png 40 PA\nb.png 41\n",
            "\"filename\" age\n\"a.png\" 40\n",
            "\"filename\" \"age\"\n\"a.png 40\n",
            "a note of three\nwords in each line\n",
        ] {
            assert_eq!(rows(other), None, "{other}");
        }
    }
}
