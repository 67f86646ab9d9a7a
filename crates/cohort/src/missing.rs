//! Words for missing: one list, for every column and whatever is made of columns.
//!
//! A word of the list means that nothing is known, unless it is one of a column's few categories:
//! `none` beside `mild` and `severe`, `NA` (Namibia) beside other codes of countries, `-` beside `+`.
//! What was taken for missing and what was kept is said for each column.

use std::collections::BTreeSet;

use super::country;
use super::names::folded;

/// What spreadsheets, databases, pandas, R and people write where they know nothing; in lower case.
const WORDS: [&str; 46] = [
    "na",
    "n/a",
    "n.a.",
    "n.a",
    "#n/a",
    "#n/a n/a",
    "#na",
    "<na>",
    "nan",
    "-nan",
    "null",
    "none",
    "nil",
    "unknown",
    "unk",
    "not known",
    "not available",
    "not reported",
    "not recorded",
    "missing",
    "no data",
    "(blank)",
    "?",
    "??",
    "???",
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "...",
    "1.#ind",
    "-1.#ind",
    "1.#qnan",
    "-1.#qnan",
    "#null!",
    "#value!",
    "#ref!",
    "#div/0!",
    "#name?",
    "#num!",
    "(null)",
    "<null>",
    "<none>",
];

/// The words that stand for missing. A blank cell is missing whatever the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// In lower case, composed.
    words: Vec<String>,
    /// Whether the user gave them: then they are missing in every column.
    given: bool,
}

impl Default for Missing {
    fn default() -> Self {
        Self {
            words: WORDS.map(str::to_owned).into(),
            given: false,
        }
    }
}

impl Missing {
    /// These words alone, whatever their case and in every column; without any, blank cells alone.
    pub fn of(words: &[String]) -> Self {
        let words = words.iter().map(|word| folded(word.trim()));
        Self {
            words: words.filter(|word| !word.is_empty()).collect(),
            given: true,
        }
    }

    /// The words, in lower case.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether a cell is blank or one of the words.
    pub(super) fn is(&self, cell: &str) -> bool {
        self.is_except(cell, &[])
    }

    /// As [`Missing::is`], where `kept` are values.
    pub(super) fn is_except(&self, cell: &str, kept: &[String]) -> bool {
        // No word is longer than a few letters, and most cells are no words.
        let cell = cell.trim();
        if cell.is_empty() {
            return true;
        }
        let longest = self.words.iter().map(String::len).max().unwrap_or(0);
        if cell.len() > 2 * longest {
            return false;
        }
        let word = folded(cell);
        self.words.contains(&word) && !kept.contains(&word)
    }

    /// The words that are values in a column of these cells.
    pub(super) fn kept(&self, column: &str, cells: &[&str]) -> Vec<String> {
        if self.given {
            return Vec::new();
        }
        let mut others = BTreeSet::new();
        let mut words = BTreeSet::new();
        for cell in cells {
            if !self.is(cell) {
                others.insert(*cell);
            } else if !cell.is_empty() {
                words.insert(*cell);
            }
            if others.len() > MOST_CATEGORIES {
                return Vec::new();
            }
        }
        let is_value = |word: &&&str| is_answer(column, word, &others);
        let kept: BTreeSet<String> = words
            .iter()
            .filter(is_value)
            .map(|word| folded(word))
            .collect();
        kept.into_iter().collect()
    }
}

/// More categories than these are not few. Every code of a country may occur.
const MOST_CATEGORIES: usize = 250;
/// A word is one answer among no more others than these.
const FEW: usize = 12;

/// Whether a word is an answer where the others are such.
fn is_answer(column: &str, word: &str, others: &BTreeSet<&str>) -> bool {
    let has = |wanted: &[&str]| others.iter().any(|other| wanted.contains(&&*folded(other)));
    match &*folded(word) {
        "na" if word == "NA" => {
            let says_so = ["countr", "nation", "iso"];
            let named = says_so.iter().any(|part| folded(column).contains(part));
            let enough = if named { 1 } else { 3 };
            others.len() >= enough && others.iter().all(|other| country::is_code(other))
        }
        "-" | "–" => {
            let is_sign =
                |other: &&str| other.contains('+') && !other.contains(char::is_alphanumeric);
            !others.is_empty() && others.iter().all(is_sign)
        }
        "unknown" | "not known" => has(&["known"]),
        "not available" => has(&["available"]),
        "not reported" => has(&["reported"]),
        "not recorded" => has(&["recorded"]),
        "missing" => has(&["present", "complete"]),
        "none" | "nil" => is_none_an_answer(column, word, others),
        _ => false,
    }
}

/// Degrees of something that may also be none.
const DEGREES: [&str; 27] = [
    "mild",
    "moderate",
    "severe",
    "minimal",
    "slight",
    "trace",
    "low",
    "medium",
    "high",
    "small",
    "large",
    "minor",
    "major",
    "some",
    "few",
    "many",
    "partial",
    "complete",
    "single",
    "multiple",
    "present",
    "left",
    "right",
    "both",
    "bilateral",
    "unilateral",
    "diffuse",
];
/// Columns of places, in which nothing is nowhere.
const PLACES: [&str; 12] = [
    "countr",
    "nation",
    "location",
    "place",
    "city",
    "town",
    "region",
    "state",
    "province",
    "hospital",
    "institution",
    "address",
];

/// `none` is an answer beside a degree, or beside few other words. `None` alone in a column of
/// other spelling is what Python writes for missing; codes such as `M` and `F` have no none.
fn is_none_an_answer(column: &str, word: &str, others: &BTreeSet<&str>) -> bool {
    let name = folded(column);
    let is_place = PLACES.iter().any(|place| name.contains(place));
    if is_place || others.is_empty() || others.len() > FEW {
        return false;
    }
    if others
        .iter()
        .any(|other| DEGREES.contains(&&*folded(other)))
    {
        return true;
    }
    let letters = |other: &str| {
        other
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .count()
    };
    let is_word = |other: &&&str| {
        let least = if other.chars().any(char::is_lowercase) {
            3
        } else {
            4
        };
        letters(other) >= least && !other.contains(|c: char| c.is_ascii_digit())
    };
    let is_title = |other: &&str| {
        let mut letters = other.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
    };
    let words = others.iter().filter(is_word).count();
    2 * words > others.len() && (word != "None" || others.iter().any(is_title))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(column: &str, cells: &[&str]) -> Vec<String> {
        Missing::default().kept(column, cells)
    }

    #[test]
    fn words_are_missing_whatever_their_case() {
        let missing = Missing::default();
        for word in [
            "",
            "  ",
            "NA",
            "n/a",
            "N.A.",
            "NaN",
            "NULL",
            "None",
            "nil",
            "-",
            "--",
            ".",
            "?",
            "Unknown",
            "Not available",
            "#N/A",
            "#DIV/0!",
            "<NA>",
        ] {
            assert!(missing.is(word), "{word:?}");
        }
        for value in [
            "no",
            "0",
            "x",
            "Nah",
            "none of these",
            "unknown origin",
            "inf",
            "ND",
        ] {
            assert!(!missing.is(value), "{value:?}");
        }
    }

    #[test]
    fn a_user_gives_the_words() {
        let own = Missing::of(&["-9".to_owned(), "None".to_owned()]);
        assert!(own.is("-9") && own.is("none") && own.is("") && !own.is("NA"));
        assert!(
            own.kept("effusion", &["none", "mild"]).is_empty(),
            "what is given is meant"
        );
        let nothing = Missing::of(&[String::new()]);
        assert!(nothing.is("") && !nothing.is("NA"));
    }

    #[test]
    fn none_is_an_answer_among_few_words() {
        for others in [
            &["mild", "severe"][..],
            &["Mild", "Severe"],
            &["low", "high"],
            &["left", "right", "bilateral"],
            &["diabetes", "hypertension"],
            &["MILD", "SEVERE"],
            &["trace", "1+", "2+"],
        ] {
            let cells = [&["none"], others].concat();
            assert_eq!(kept("effusion", &cells), ["none"], "{others:?}");
        }
        assert_eq!(kept("effusion", &["None", "Small", "Unclear"]), ["none"]);
        assert_eq!(kept("effusion", &["None", "NA", "mild"]), ["none"]);
        for (column, cells) in [
            ("location", &["None", "Italy", "Spain"][..]),
            ("city", &["none", "Rome"]),
            ("sex", &["None", "M", "F"]),
            ("sex", &["none", "M", "F"]),
            ("view", &["None", "PA", "AP"]),
            ("finding", &["None", "pneumonia", "tube"]),
            ("age", &["none", "1", "2"]),
            ("x", &["none"]),
        ] {
            assert!(kept(column, cells).is_empty(), "{column} {cells:?}");
        }
        let many: Vec<String> = (0..13)
            .map(|i| format!("drug{}", char::from(b'a' + i)))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).chain(["none"]).collect();
        assert!(kept("drug", &many).is_empty());
    }

    #[test]
    fn namibia_is_a_country_among_codes() {
        assert_eq!(kept("country", &["NA", "ZA", "BW"]), ["na"]);
        assert_eq!(kept("iso2", &["NA", "ZA"]), ["na"]);
        assert_eq!(kept("origin", &["NA", "ZA", "BW", "IT"]), ["na"]);
        assert!(kept("country", &["NA", "Italy"]).is_empty());
        assert!(kept("country", &["na", "ZA", "BW"]).is_empty());
        assert!(kept("view", &["NA", "PA", "AP"]).is_empty());
        assert!(
            kept("fever", &["NA", "NO", "SI"]).is_empty(),
            "yes and no in Italian"
        );
    }

    #[test]
    fn opposites_and_signs_are_answers() {
        assert_eq!(kept("culture", &["-", "+", "++"]), ["-"]);
        assert!(kept("culture", &["-", "E. coli"]).is_empty());
        assert_eq!(kept("contact", &["unknown", "known"]), ["unknown"]);
        assert!(kept("sex", &["unknown", "M", "F"]).is_empty());
        assert_eq!(
            kept("ct", &["available", "not available"]),
            ["not available"]
        );
    }
}
