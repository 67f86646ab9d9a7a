//! What is told of a table: what was assumed to read it and what of it was passed over.

use super::super::record::Assumption;
use super::super::summary::Skipped;

/// Letters of the file that a sentence quotes.
const QUOTED: usize = 60;
/// Lines that a sentence names.
const NAMED: usize = 5;

/// The account of one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// The file's name, as the sentences call it.
    pub(super) file: String,
    pub(super) assumed: Vec<Assumption>,
    pub(super) skipped: Vec<Skipped>,
    /// How many of [`skipped`](Self::skipped) are lines.
    pub(super) n_lines: usize,
}

impl Account {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
        }
    }

    /// Says what was assumed, in a whole sentence.
    pub(super) fn assume(&mut self, topic: &'static str, text: String) {
        self.assumed.push(Assumption {
            topic,
            column: None,
            text,
        });
    }

    /// As [`assume`](Self::assume), of one column.
    pub(super) fn assume_of(&mut self, topic: &'static str, column: &str, text: String) {
        self.assumed.push(Assumption {
            topic,
            column: Some(column.to_owned()),
            text,
        });
    }

    /// Names a line (`place`) that is not in the table.
    pub(super) fn skip_line(&mut self, place: &str, reason: String) {
        self.n_lines += 1;
        self.skip(place, reason);
    }

    /// Names a part of the file, such as a sheet, that is not in the table.
    pub(super) fn skip(&mut self, part: &str, reason: String) {
        self.skipped.push(Skipped {
            filename: format!("{}, {part}", self.file),
            reason,
        });
    }
}

/// A text of the file between quotes, cut when it is long.
pub(super) fn quoted(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut cut: String = text.trim().chars().take(QUOTED).map(clean).collect();
    if cut.len() < text.trim().len() {
        cut.push('…');
    }
    format!("“{cut}”")
}

/// "line 3", "lines 3, 5 and 9", "lines 3, 5, 9, 10, 11 and 40 more", for a `unit` such as `line`;
/// each is named once.
pub(super) fn places(unit: &str, mut lines: Vec<u32>) -> String {
    lines.sort_unstable();
    lines.dedup();
    let list = |lines: &[u32]| {
        let words: Vec<String> = lines.iter().map(u32::to_string).collect();
        words.join(", ")
    };
    match &lines[..] {
        [line] => format!("{unit} {line}"),
        [first @ .., last] if lines.len() <= NAMED => {
            format!("{unit}s {} and {last}", list(first))
        }
        lines => {
            let n_more = lines.len() - NAMED;
            format!("{unit}s {} and {n_more} more", list(&lines[..NAMED]))
        }
    }
}
