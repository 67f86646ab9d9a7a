//! From the cells of a column to its kind and its values, and the account of what was assumed.

use super::column::{Column, ColumnKind, Value, Writing, kind_of_text};
use super::date::{self, Orders, Reading};
use super::missing::Missing;
use super::names::folded;
use super::number::{self, DecimalSign};
use super::record::Assumption;

/// Cells that are named as examples.
const EXAMPLES: usize = 5;

/// A column and what was assumed to read it.
pub(super) struct Typed {
    pub(super) column: Column,
    pub(super) assumed: Vec<Assumption>,
    /// Whether it would be read otherwise if other columns of the table had decimal commas.
    pub(super) leans_on_others: bool,
}

/// How columns are typed.
#[derive(Clone, Copy)]
pub(super) struct Typing<'a> {
    /// The words for missing.
    pub(super) missing: &'a Missing,
    /// Whether another column of the table has decimal commas.
    pub(super) commas: bool,
}

impl Typing<'_> {
    /// Types the cells of a column, which are trimmed; what is missing is told by [`Missing`].
    ///
    /// - Date when at least nine in ten cells are dates. Numbers are dates (`2020`, `20200122`)
    ///   only if the column's name says so. What is no date stays text.
    /// - Number when no cell is a code (leading zeros, more digits than a number holds), at least nine
    ///   in ten are numbers or about one (`50+`), and two in three are numbers. What is none is
    ///   missing.
    /// - Category or text otherwise, as [`kind_of_text`] has it.
    pub(super) fn column(self, name: &str, cells: &[&str]) -> Typed {
        let mut work = Work::new(name, cells, self);
        let numbers = work.numbers();
        let values = match numbers {
            Numbers::All if speaks_of_dates(name) => work.dates().or_else(|| work.as_numbers()),
            Numbers::All | Numbers::Most => work.as_numbers(),
            Numbers::Few => work.dates(),
        };
        let (kind, values) = values.unwrap_or_else(|| work.as_text());
        work.typed(kind, values)
    }

    /// A column of names, such as patients: never numbers, though they be written in digits.
    pub(super) fn names(self, name: &str, cells: &[&str]) -> Typed {
        let mut work = Work::new(name, cells, self);
        work.writing.kept.clear();
        let (kind, values) = work.as_text();
        work.typed(kind, values)
    }
}

/// How many of the cells are numbers.
enum Numbers {
    All,
    Most,
    Few,
}

/// A column while it is typed.
struct Work<'a> {
    name: &'a str,
    cells: &'a [&'a str],
    typing: Typing<'a>,
    writing: Writing,
    /// The cells that are not missing.
    present: Vec<&'a str>,
    assumed: Vec<Assumption>,
    leans_on_others: bool,
}

type Values = (ColumnKind, Vec<Option<Value>>);

impl<'a> Work<'a> {
    fn new(name: &'a str, cells: &'a [&'a str], typing: Typing<'a>) -> Self {
        let kept = typing.missing.kept(name, cells);
        let mut work = Self {
            name,
            cells,
            typing,
            writing: Writing {
                kept,
                ..Writing::default()
            },
            present: Vec::new(),
            assumed: Vec::new(),
            leans_on_others: false,
        };
        let present = cells.iter().copied().filter(|cell| !work.is_missing(cell));
        work.present = present.collect();
        work
    }

    fn typed(mut self, kind: ColumnKind, values: Vec<Option<Value>>) -> Typed {
        self.say_what_is_missing();
        Typed {
            column: Column::given(self.name, kind, values, self.writing),
            assumed: self.assumed,
            leans_on_others: self.leans_on_others,
        }
    }

    fn is_missing(&self, cell: &str) -> bool {
        self.typing.missing.is_except(cell, &self.writing.kept)
    }

    fn values(&self, value: impl Fn(&str) -> Option<Value>) -> Vec<Option<Value>> {
        let value = |cell: &&str| (!self.is_missing(cell)).then(|| value(cell))?;
        self.cells.iter().map(value).collect()
    }

    fn as_text(&mut self) -> Values {
        let kind = kind_of_text(self.present.iter().copied());
        (kind, self.values(|cell| Some(text(cell))))
    }

    /// Whether the cells are numbers, and with which sign before their decimals.
    fn numbers(&mut self) -> Numbers {
        let Some(sign) = self.decimal_sign() else {
            return Numbers::Few;
        };
        let (n, mut n_numbers, mut n_about, mut n_words) = (self.present.len(), 0, 0, 0);
        let mut grouped = None;
        for cell in &self.present {
            match number::read(cell, sign) {
                number::Reading::Number(_) => n_numbers += 1,
                number::Reading::Code => return Numbers::Few,
                // `2020-03` is no range of years.
                number::Reading::About if !is_date(cell) => n_about += 1,
                number::Reading::Grouped => _ = grouped.get_or_insert(*cell),
                number::Reading::About | number::Reading::NoNumber => n_words += 1,
            }
            // Most columns hold no numbers, and show it in their first cells.
            if n_words > n / 10 {
                return Numbers::Few;
            }
        }
        if let Some(cell) = grouped {
            self.say(
                "decimal_sign",
                format!(
                    "\"{cell}\" has signs between its digits, so this column is text: write its \
                     numbers without them"
                ),
            );
            return Numbers::Few;
        }
        self.writing.decimals = sign;
        match n_about + n_words {
            _ if n_numbers == 0 || 3 * n_numbers < 2 * n => Numbers::Few,
            0 => Numbers::All,
            _ => Numbers::Most,
        }
    }

    /// The sign before the decimals; `None` where it may as well stand between groups of digits.
    fn decimal_sign(&mut self) -> Option<DecimalSign> {
        use DecimalSign::{Comma, Point};
        let [mut commas, mut points] = [[None; 2]; 2];
        for cell in &self.present {
            if let Some((sign, may_be_group)) = number::decimals(cell) {
                let seen = if sign == Comma {
                    &mut commas
                } else {
                    &mut points
                };
                seen[usize::from(may_be_group)].get_or_insert(*cell);
            }
        }
        let ([comma, maybe_comma], [point, maybe_point]) = (commas, points);
        self.leans_on_others = match (comma, point) {
            (None, None) => maybe_comma.or(maybe_point).is_some(),
            _ => false,
        };
        let has_commas = comma.is_some() || (self.typing.commas && point.is_none());
        let doubtful = if has_commas { maybe_point } else { maybe_comma };
        if let Some(cell) = doubtful {
            if !self.are_mostly_digits() {
                return Some(Point);
            }
            let (decimals, whole) = (cell.replace(',', "."), cell.replace([',', '.'], ""));
            self.say(
                "decimal_sign",
                format!(
                    "\"{cell}\" may be {decimals} or {whole}, so this column is text: write its \
                     numbers with a point before the decimals and nothing between other digits"
                ),
            );
            return None;
        }
        Some(match comma.or(maybe_comma) {
            Some(_) => Comma,
            None => Point,
        })
    }

    /// Whether at least nine in ten cells are numbers in one way of writing or another.
    fn are_mostly_digits(&self) -> bool {
        let is_word =
            |cell: &&&str| number::read(cell, DecimalSign::Comma) == number::Reading::NoNumber;
        let n_words = self.present.iter().filter(is_word).count();
        n_words <= self.present.len() / 10
    }

    fn as_numbers(&mut self) -> Option<Values> {
        let sign = self.writing.decimals;
        let mut left_out = Vec::new();
        for cell in &self.present {
            if number::number(cell, sign).is_none() {
                left_out.push(*cell);
            }
        }
        if sign == DecimalSign::Comma {
            let example = self.present.iter().find(|cell| cell.contains(','));
            let text = format!(
                "a comma stands before the decimals, as in \"{}\"",
                example.unwrap_or(&"")
            );
            self.say("decimal_sign", text);
        }
        if let Some((one, other)) = number::same_but_for_zeros(&self.present) {
            let text = format!("\"{one}\" and \"{other}\" are one number");
            self.say("same_number", text);
        }
        self.say_left_out(&left_out, "no number and left out of this column");
        let value = |cell: &str| number::number(cell, sign).map(Value::Number);
        Some((ColumnKind::Number, self.values(value)))
    }

    /// The cells as dates, if at least nine in ten are dates.
    fn dates(&mut self) -> Option<Values> {
        let allowed = self.present.len() / 10;
        let orders = Orders::of(self.present.iter().copied());
        let order = orders.settled();
        let (mut unread, mut n_ambiguous) = (Vec::new(), 0);
        for cell in &self.present {
            match date::read(cell, order) {
                Reading::Date(_) => continue,
                Reading::Ambiguous => n_ambiguous += 1,
                Reading::NoDate => unread.push(*cell),
            }
            // Most columns hold no dates, and show it in their first cells.
            if unread.len() > allowed {
                return None;
            }
        }
        if self.present.is_empty() {
            return None;
        }
        self.writing.dates = order;
        self.say_order(&orders, n_ambiguous);
        if unread.len() + n_ambiguous > allowed {
            return None;
        }
        if let Some((cell, year)) = orders.short_year {
            let text =
                format!("a year of two digits lies between 1950 and 2049: \"{cell}\" is of {year}");
            self.say("short_year", text);
        }
        self.say_left_out(&unread, "no date and left as given");
        let value = |cell: &str| {
            Some(match date::read(cell, order) {
                Reading::Date(date) => Value::Date(date),
                _ => text(cell),
            })
        };
        Some((ColumnKind::Date, self.values(value)))
    }

    fn say_left_out(&mut self, others: &[&str], what_they_are: &str) {
        if !others.is_empty() {
            let (cells, are) = counted(others.len(), "cell");
            let text = format!("{cells} {are} {what_they_are}: {}", examples(others));
            self.say("left_out", text);
        }
    }

    fn say_order(&mut self, orders: &Orders<'_>, n_ambiguous: usize) {
        let text = match (orders.month_first, orders.day_first, orders.either) {
            (Some(cell), None, _) => format!("the month comes first, as in \"{cell}\""),
            (None, Some(cell), _) => format!("the day comes first, as in \"{cell}\""),
            (_, _, Some(cell)) if n_ambiguous > 0 => {
                let (cells, are) = counted(n_ambiguous, "cell");
                format!(
                    "{cells} such as \"{cell}\" may have the month or the day first and {are} left \
                     as text: write dates as 2020-12-31"
                )
            }
            _ => match orders.dotted {
                Some(cell) => format!("the day comes first, as dots mean, in \"{cell}\""),
                None => return,
            },
        };
        self.say("date_order", text);
    }

    fn say_what_is_missing(&mut self) {
        let blank = |cell: &&&str| !cell.is_empty();
        let (mut taken, mut kept, mut n_taken, mut n_kept) = (Vec::new(), Vec::new(), 0, 0);
        for &cell in self.cells.iter().filter(blank) {
            if !self.typing.missing.is(cell) {
                continue;
            }
            let (words, n) = match self.is_missing(cell) {
                true => (&mut taken, &mut n_taken),
                false => (&mut kept, &mut n_kept),
            };
            *n += 1;
            if !words.contains(&cell) {
                words.push(cell);
            }
        }
        if n_taken > 0 {
            let (cells, are) = counted(n_taken, "cell");
            let text = format!("{cells} {are} missing: {}", examples(&taken));
            self.say("missing_words", text);
        }
        if n_kept > 0 {
            let (cells, are) = counted(n_kept, "cell");
            let text = format!(
                "{} in {cells} {are} kept as a value, one of few: say --missing to take it for missing",
                examples(&kept)
            );
            self.say("missing_words", text);
        }
    }

    fn say(&mut self, topic: &'static str, text: String) {
        self.assumed.push(Assumption {
            topic,
            column: Some(self.name.to_owned()),
            text: format!("{}: {text}.", self.name),
        });
    }
}

fn text(cell: &str) -> Value {
    Value::Text(cell.to_owned())
}

/// `1 cell`, `is`; `3 cells`, `are`.
fn counted(n: usize, noun: &str) -> (String, &'static str) {
    match n {
        1 => (format!("1 {noun}"), "is"),
        n => (format!("{n} {noun}s"), "are"),
    }
}

/// The first few distinct texts, quoted.
pub(super) fn examples(cells: &[&str]) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for cell in cells {
        if !distinct.contains(cell) && distinct.len() <= EXAMPLES {
            distinct.push(cell);
        }
    }
    let short = |cell: &&str| {
        let letters: String = cell.chars().take(40).collect();
        let more = if letters.len() < cell.len() {
            "…"
        } else {
            ""
        };
        format!("{:?}", format!("{letters}{more}"))
    };
    let quoted: Vec<String> = distinct.iter().take(EXAMPLES).map(short).collect();
    let more = if distinct.len() > EXAMPLES {
        " and others"
    } else {
        ""
    };
    format!("{}{more}", quoted.join(", "))
}

fn is_date(cell: &str) -> bool {
    date::read(cell, None) != Reading::NoDate
}

fn speaks_of_dates(name: &str) -> bool {
    let name = folded(name);
    name.contains("date") || name.contains("year")
}

#[cfg(test)]
mod tests;
