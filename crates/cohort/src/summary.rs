//! What was left out, one by one and by reason.

use std::collections::HashMap;
use std::fmt;

/// File names that are given as examples.
const N_EXAMPLES: usize = 3;

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file name as the metadata gives it, or the path inside the image folder.
    pub filename: String,
    /// Why, in words for the person who has the files.
    pub reason: String,
}

/// How many files and rows were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedReason {
    /// The reason; numbers in which those of several files differ are left out.
    pub reason: String,
    /// How many there are.
    pub n: usize,
    /// The first of them, three at most.
    pub examples: Vec<String>,
}

/// Counts what was left out by reason, most frequent first.
pub fn by_reason(skipped: &[Skipped]) -> Vec<SkippedReason> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut reasons: Vec<SkippedReason> = Vec::new();
    for Skipped { filename, reason } in skipped {
        let kind = without_numbers(reason);
        let place = *places.entry(kind.clone()).or_insert_with(|| {
            reasons.push(SkippedReason {
                reason: reason.clone(),
                n: 0,
                examples: Vec::new(),
            });
            reasons.len() - 1
        });
        let of_kind = &mut reasons[place];
        of_kind.n += 1;
        if of_kind.reason != *reason {
            of_kind.reason = kind;
        }
        if of_kind.examples.len() < N_EXAMPLES {
            of_kind.examples.push(filename.clone());
        }
    }
    // Stable: of equals the one that was met first stays first.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.n));
    reasons
}

/// A reason with each number replaced by `…`.
fn without_numbers(reason: &str) -> String {
    let mut text = String::with_capacity(reason.len());
    for letter in reason.chars() {
        if !letter.is_ascii_digit() {
            text.push(letter);
        } else if !text.ends_with('…') {
            text.push('…');
        }
    }
    text
}

/// One line for the log: one file is named, of several the number and examples are given.
impl fmt::Display for SkippedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            reason,
            n,
            examples,
        } = self;
        let names = examples.join(", ");
        if *n == 1 {
            return write!(f, "{names}: {reason}");
        }
        let more = if *n > examples.len() { ", …" } else { "" };
        write!(f, "{n}: {reason} ({names}{more})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(filename: String, reason: &str) -> Skipped {
        Skipped {
            filename,
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn reasons_are_counted_with_examples() {
        let mut all = vec![skipped("x.dcm".into(), "DICOM")];
        all.extend((0..5).map(|n| skipped(format!("{n}.png"), &format!("duplicate of row {n}"))));
        all.extend((0..2).map(|n| skipped(format!("g{n}.png"), "no file of 1 name")));
        let lines: Vec<String> = by_reason(&all).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "5: duplicate of row … (0.png, 1.png, 2.png, …)",
                "2: no file of 1 name (g0.png, g1.png)",
                "x.dcm: DICOM",
            ]
        );
    }

    #[test]
    fn a_hundred_thousand_are_one_line() {
        let all: Vec<_> = (0..100_000)
            .map(|n| skipped(format!("{n}.png"), "no file"))
            .collect();
        let reasons = by_reason(&all);
        assert_eq!(
            (reasons.len(), reasons[0].n, reasons[0].examples.len()),
            (1, 100_000, 3)
        );
    }
}
