//! The patient in the file name: taken out by a pattern, and a pattern suggested where one is evident.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use regex::Regex;

use super::error::CohortError;
use super::record::Assumption;

/// A pattern that takes the independent unit, such as the patient, out of a file's path.
///
/// ```
/// use negatoscope_cohort::GroupPattern;
/// let pattern: GroupPattern = r"(person\d+)_".parse()?;
/// assert_eq!(pattern.unit("virus/person12_virus_3.jpg"), Some("person12"));
/// assert_eq!(pattern.unit("normal/IM-0001.jpg"), None);
/// # Ok::<(), negatoscope_cohort::CohortError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GroupPattern(Regex);

impl GroupPattern {
    /// The unit that a path names: what the group called `patient` holds, else the first group that
    /// takes part, else all that the pattern meets. `None` where it meets nothing.
    pub fn unit<'a>(&self, path: &'a str) -> Option<&'a str> {
        let captures = self.0.captures(path)?;
        let groups = || captures.iter().skip(1).flatten();
        let unit = captures
            .name("patient")
            .or_else(|| groups().next())
            .or_else(|| captures.get(0));
        unit.map(|unit| unit.as_str())
            .filter(|unit| !unit.is_empty())
    }
}

impl FromStr for GroupPattern {
    type Err = CohortError;

    fn from_str(given: &str) -> Result<Self, CohortError> {
        Regex::new(given).map(Self).map_err(|error| {
            // What is wrong stands in the last of several lines.
            let said = error.to_string();
            let last = said.lines().next_back().unwrap_or_default();
            CohortError::GroupPattern {
                given: given.to_owned(),
                reason: last.trim_start_matches("error: ").trim().to_owned(),
            }
        })
    }
}

/// Words before the number of a patient.
const WORDS: &str = "patient|person|subject|participant|individual|subj|sub|pat|pt|case";

/// What may stand before the unit, in a path.
const START: &str = "(?:^|[/_. -])";

/// Suggests `--group-pattern` where the paths evidently tell the patient: by a word and a number
/// (`person12`, `sub-01`), or by a number that several files share and a counter behind it
/// (`00000013_005.png`). Only where a unit has several files: without, nothing would change.
pub(super) fn suggest(paths: &[&str]) -> Option<Assumption> {
    let patterns = [by_word(paths), by_counter(paths)];
    let both: Vec<String> = patterns.into_iter().flatten().collect();
    if both.is_empty() {
        return None;
    }
    let text = format!("{START}({})", both.join("|"));
    let pattern: GroupPattern = text.parse().ok()?;
    let units: Vec<(&str, &str)> = paths
        .iter()
        .filter_map(|path| Some((*path, pattern.unit(path)?)))
        .collect();
    let n_units = units
        .iter()
        .map(|(_, unit)| unit)
        .collect::<HashSet<_>>()
        .len();
    let (n_files, (path, unit)) = (units.len(), units.first()?);
    if n_units == n_files || n_units < 2 || 2 * n_files < paths.len() {
        return None;
    }
    Some(Assumption {
        topic: "patient",
        column: None,
        text: format!(
            "Every image counts as a patient of its own, though the file names seem to tell the \
             patient ({unit} in {path}; {n_units} for {n_files} of {} images): if so, start with \
             --group-pattern '{text}'.",
            paths.len()
        ),
    })
}

/// The words that stand before numbers in enough of the paths, as a pattern.
fn by_word(paths: &[&str]) -> Option<String> {
    let regex = Regex::new(&format!(r"(?i){START}((?:{WORDS})[-_ ]?)\d")).ok()?;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for path in paths {
        if let Some(word) = regex.captures(path).and_then(|captures| captures.get(1)) {
            *counts.entry(word.as_str()).or_default() += 1;
        }
    }
    let mut words: Vec<_> = counts
        .into_iter()
        .filter(|(_, n)| 10 * n >= paths.len())
        .collect();
    words.sort_unstable();
    let words: Vec<String> = words
        .iter()
        .map(|(word, _)| format!(r"{}\d+", regex::escape(word)))
        .collect();
    (!words.is_empty()).then(|| words.join("|"))
}

/// The shapes of the beginnings that several file names share before a counter, as a pattern.
fn by_counter(paths: &[&str]) -> Option<String> {
    let mut heads: HashMap<String, Vec<&str>> = HashMap::new();
    for path in paths {
        let base = path.rsplit('/').next().unwrap_or(path);
        let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
        for head in heads_of(stem) {
            heads.entry(shape(head)).or_default().push(head);
        }
    }
    let mut shapes: Vec<(String, Vec<&str>)> = heads
        .into_iter()
        .filter(|(_, heads)| is_shared(heads) && 50 * heads.len() >= paths.len())
        .collect();
    // Of beginnings that begin alike the shortest is the patient.
    shapes.sort_by_key(|(shape, _)| (shape.len(), shape.clone()));
    let mut kept: Vec<String> = Vec::new();
    for (shape, _) in shapes {
        if !kept
            .iter()
            .any(|shorter| shape.starts_with(shorter.as_str()))
        {
            kept.push(shape);
        }
    }
    (!kept.is_empty() && kept.len() <= 4).then(|| kept.join("|"))
}

/// The beginnings of a file's stem that end with digits and are followed by counters alone:
/// `IM-0115-0001-0002` has `IM-0115` and `IM-0115-0001`.
fn heads_of(stem: &str) -> Vec<&str> {
    let ends = stem.match_indices(['-', '_', ' ', '.']);
    let is_head = |at: &usize| {
        let (head, rest) = stem.split_at(*at);
        let counters = rest
            .bytes()
            .all(|b| b.is_ascii_digit() || b"-_ .".contains(&b));
        let ends_in_digit = head.ends_with(|c: char| c.is_ascii_digit());
        counters && rest.len() > 1 && ends_in_digit && !is_date(head)
    };
    ends.map(|(at, _)| at)
        .filter(is_head)
        .map(|at| &stem[..at])
        .collect()
}

/// Whether a beginning is a year, or a year and a month: what follows is no counter then.
fn is_date(head: &str) -> bool {
    let tail: Vec<&str> = head.rsplitn(3, ['-', '_', ' ', '.']).collect();
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    match tail[..] {
        [year] => is_year(year),
        [last, before, ..] => is_year(last) || is_year(before) && last.len() <= 2,
        [] => false,
    }
}

/// A text as a pattern in which each number is any number.
fn shape(head: &str) -> String {
    let mut shape = String::new();
    for part in head.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let (digits, sign) = match part.char_indices().next_back() {
            Some((at, sign)) if !sign.is_ascii_digit() => (&part[..at], &part[at..]),
            _ => (part, ""),
        };
        if !digits.is_empty() {
            shape.push_str(r"\d+");
        }
        shape.push_str(&regex::escape(sign));
    }
    shape
}

/// Whether several names begin so, and several times: at least two beginnings, a tenth of the files
/// beyond the first of each, and no more than a tenth as many beginnings as would be one for all.
fn is_shared(heads: &[&str]) -> bool {
    let n_units = heads.iter().collect::<HashSet<_>>().len();
    let n_repeats = heads.len() - n_units;
    n_units >= 2 && 10 * n_repeats >= heads.len() && 20 * n_units >= heads.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(paths: &[String]) -> Option<String> {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        suggest(&paths).map(|said| said.text)
    }

    fn flag(paths: &[String]) -> Option<String> {
        let text = suggested(paths)?;
        let flag = text.split("--group-pattern '").nth(1)?;
        Some(flag.trim_end_matches("'.").to_owned())
    }

    #[test]
    fn the_unit_is_the_named_group_the_first_group_or_everything() {
        let unit = |pattern: &str, path: &str| {
            let pattern: GroupPattern = pattern.parse().unwrap();
            pattern.unit(path).map(str::to_owned)
        };
        assert_eq!(
            unit(r"(?:x)_(?<patient>p\d)", "x_p7_1").as_deref(),
            Some("p7")
        );
        assert_eq!(unit(r"(a)(?<patient>b)", "ab").as_deref(), Some("b"));
        assert_eq!(unit(r"(p\d+)|(q\d+)", "q12").as_deref(), Some("q12"));
        assert_eq!(unit(r"^[^_]+", "p7_1.png").as_deref(), Some("p7"));
        assert_eq!(unit(r"x*", "p7"), None, "nothing is no patient");
    }

    #[test]
    fn what_is_no_pattern_is_refused_in_one_sentence() {
        for given in ["(", "[a", r"(?=x)", "*"] {
            let error = given.parse::<GroupPattern>().unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
            assert!(error.contains("--group-pattern"), "{error}");
        }
    }

    #[test]
    fn words_and_numbers_are_a_patient() {
        let paths: Vec<String> = (0..12)
            .map(|n| format!("virus/person{}_virus_{n}.jpg", n / 2))
            .collect();
        assert_eq!(flag(&paths).as_deref(), Some(r"(?:^|[/_. -])(person\d+)"));
        let said = suggested(&paths).unwrap();
        assert!(
            said.contains("person0 in virus/person0_virus_0.jpg; 6 for 12 of 12"),
            "{said}"
        );
        let folders: Vec<String> = (0..12)
            .map(|n| format!("sub-{:02}/scan{n}.png", n / 3))
            .collect();
        assert_eq!(flag(&folders).as_deref(), Some(r"(?:^|[/_. -])(sub\-\d+)"));
    }

    #[test]
    fn a_number_with_a_counter_behind_it_is_a_patient() {
        let paths: Vec<String> = (0..30)
            .map(|n| format!("{:08}_{:03}.png", n / 3, n % 3))
            .collect();
        assert_eq!(flag(&paths).as_deref(), Some(r"(?:^|[/_. -])(\d+)"));
        let paths: Vec<String> = (0..30)
            .map(|n| format!("normal/IM-{:04}-{:04}.jpeg", n / 3, n % 3))
            .collect();
        assert_eq!(flag(&paths).as_deref(), Some(r"(?:^|[/_. -])(IM\-\d+)"));
    }

    #[test]
    fn nothing_is_suggested_where_nothing_is_evident() {
        let none = |of: &dyn Fn(usize) -> String| {
            let paths: Vec<String> = (0..40).map(of).collect();
            assert_eq!(suggested(&paths), None, "{}", paths[0]);
        };
        none(&|n| format!("scan_{n}.png"));
        none(&|n| format!("{n}.png"));
        none(&|n| format!("person{n}_x.png"));
        none(&|n| format!("2020-01-{n:02}.png"));
        none(&|n| format!("2020-{:02}-{n:02}.png", n % 12));
        none(&|n| format!("cohort1_{n}.png"));
        none(&|n| format!("covid-19-pneumonia-{n}.png"));
    }
}
