//! Text of files on a terminal and in a log: file names, cells, names of layers.
//!
//! Whoever names a file could otherwise write a line of the log with it, or move the cursor.

use std::fmt::{self, Display, Formatter, Write};

use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{DefaultFields, Writer};

/// Shows its content on one line, with everything that a terminal would obey written out.
#[derive(Debug, Clone, Copy)]
pub struct Plain<T>(pub T);

impl<T: Display> Display for Plain<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write!(Escaped(&mut text), "{}", self.0)?;
        f.pad(&text)
    }
}

/// The fields of a log line, [`Plain`].
#[derive(Debug, Clone, Copy)]
pub struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut out: Writer<'w>, fields: R) -> fmt::Result {
        let mut text = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut text), fields)?;
        write!(out, "{}", Plain(text))
    }
}

struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_obeyed(c) {
                self.0.extend(c.escape_default());
            } else {
                self.0.push(c);
            }
        }
        Ok(())
    }
}

/// Control characters of both sets, line and paragraph separators, and the marks that turn the
/// direction of all that follows.
fn is_obeyed(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        let shown = |text: &str| Plain(text).to_string();
        assert_eq!(shown("a\nb\r\tc\0"), r"a\nb\r\tc\u{0}");
        assert_eq!(
            shown("\x1b[31mred\x7f\u{9b}2J"),
            r"\u{1b}[31mred\u{7f}\u{9b}2J"
        );
        assert_eq!(
            shown("\u{202e}gnp.exe\u{2066}\u{2029}"),
            r"\u{202e}gnp.exe\u{2066}\u{2029}"
        );
        for sound in ["Côte d’Ivoire", "患者 1.png", "שלום", "a\\b", "👩‍⚕️"] {
            assert_eq!(shown(sound), sound);
        }
        assert_eq!(format!("{:6}|", Plain("a\n")), r"a\n   |");
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_file_name_makes_no_line_of_the_log() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(true)
            .fmt_fields(PlainFields);
        tracing::subscriber::with_default(log.finish(), || {
            let name = "a.png: fine\n2026-01-01T00:00:00Z ERROR forged \x1b]0;owned\x07";
            tracing::warn!(name, "skipped {name}");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text:?}");
        assert!(
            !text.contains("\x1b]") && !text.contains('\x07'),
            "{text:?}"
        );
        assert!(text.contains(r"skipped a.png: fine\n2026"), "{text:?}");
    }
}
