//! What can be wrong with a file that should be a table.

/// Why a file is no table that can be read. Each message goes on from the file's path and says what
/// to change; lines count from 1, as an editor shows them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// Binary, or a document of another kind.
    #[error("is {kind} and not a table: save it as CSV in UTF-8")]
    NotTable {
        /// What it seems to be.
        kind: &'static str,
    },
    /// Bytes are missing, or something else was written into the text.
    #[error(
        "has a zero byte in line {line}, which is no part of any text: the file is damaged, so save it again as CSV in UTF-8"
    )]
    ZeroByte {
        /// The line.
        line: u32,
    },
    /// Half a character is missing.
    #[error(
        "is UTF-16 with an odd number of bytes: the copy is incomplete, so save it again as CSV in UTF-8"
    )]
    OddUtf16,
    /// A quote that never closes, where reading it as text does not give a row either.
    #[error("has a quote in line {line} that never closes: close it or take it out")]
    OpenQuote {
        /// The line in which the quote opens.
        line: u32,
    },
    /// There is nothing below a header.
    #[error("has no rows below its header: check that it is the right file")]
    Empty,
    /// No row has the width of the header.
    #[error(
        "has {width} columns in its header (line {line}) and no row of as many cells: check its separators and quotes"
    )]
    NoRowFits {
        /// Cells of the header.
        width: usize,
        /// Where the header is.
        line: u32,
    },
    /// The file is far larger than a table of images can be.
    #[error("has {bytes} bytes, more than the {limit} that a table may have: split it")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size that is read.
        limit: u64,
    },
    /// More cells than a table of images can have.
    #[error("has more than {limit} {what}: leave out what is not needed, or split it")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The most that are read.
        limit: usize,
    },
    /// A workbook in Excel's format before 2007, or behind a password: both are such files.
    #[error(
        "is an old Excel workbook (.xls) or has a password: save it as .xlsx without one, or as CSV"
    )]
    OldWorkbook,
    /// A workbook that cannot be taken apart.
    #[error("is not a readable workbook ({reason}): save it as .xlsx again, or as CSV")]
    Workbook {
        /// What the reader said.
        reason: String,
    },
    /// A workbook without a table.
    #[error(
        "has no sheet that holds a table with a header and rows: check that it is the right file"
    )]
    NoSheet,
    /// A Parquet file that cannot be taken apart.
    #[error("is not a readable Parquet file ({reason}): write it again, or save it as CSV")]
    Parquet {
        /// What the reader said.
        reason: String,
    },
    /// JSON of another shape.
    #[error(
        "is no table in JSON (line {line}: {reason}): write one object a line, as in {{\"file_name\": \"a.png\"}}"
    )]
    Json {
        /// The line.
        line: u32,
        /// What is wrong there.
        reason: String,
    },
    /// The operating system refused.
    #[error("cannot be read ({0}): check the path and its permissions")]
    Io(#[from] std::io::Error),
}

impl TableError {
    /// Whether the file holds something else than its name says, or is too damaged to tell.
    pub(crate) fn is_of_content(&self) -> bool {
        matches!(
            self,
            Self::NotTable { .. } | Self::Workbook { .. } | Self::Parquet { .. }
        )
    }
}
