//! A column of numbers or dates as bins of one axis, on which every cluster is counted.
//!
//! A bin is as wide as 1, 2 or 5 times a power of ten, or as a step of the calendar. What lies far
//! beyond the rest is counted in an outer bin that is open, so that a few large values do not leave
//! the others in one bin. Each bin is said as conditions, and holds what meets them.

use crate::cohort::{Column, ColumnKind, Value};

use super::calendar::{self, Steps, Unit};

/// More bins have too few images each, and are too narrow to be pointed at on a card.
const MOST: usize = 20;
/// The ends that may be cut off, as a share of the images each.
const TAIL: f64 = 0.1;
/// An axis that is so many times as long as without its ends is cut.
const FAR: f64 = 4.0;
/// What has a value and no place on the axis.
const YEAR_ONLY: &str = "year only";
const NO_DATE: &str = "not read as a date";

/// One bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// What it holds, in words.
    pub name: String,
    /// Its lower end, to be written at the axis; empty where it has none.
    pub start: String,
    /// The least that it holds, as a condition has it; `None` where there is no such bound.
    pub from: Option<String>,
    /// The most that it holds.
    pub to: Option<String>,
}

/// The bins of a column, and where each image is among them.
#[derive(Debug, Clone)]
pub struct Axis {
    /// How wide a bin is, in words: "5", "week".
    pub step: String,
    /// Where the last bin ends; empty where it does not.
    pub end: String,
    /// From the lowest on; empty where no value has a place.
    pub bins: Vec<Bin>,
    /// What has a value and no place on the axis, in words.
    pub apart: Vec<&'static str>,
    places: Vec<Option<Place>>,
    numbers: Vec<Option<f64>>,
    /// What dates are counted in.
    unit: Option<Unit>,
}

/// Some of the images on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// Images in each bin.
    pub bins: Vec<usize>,
    /// Images of each kind that has no place on the axis.
    pub apart: Vec<usize>,
    /// Half of those on the axis are at most this; of dates the earlier one of two in the middle.
    pub median: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Bin(usize),
    Apart(usize),
}

impl Axis {
    /// The axis of a column; `None` where its values have no order.
    pub(super) fn of(column: &Column) -> Option<Self> {
        match column.kind {
            ColumnKind::Number => Some(Self::of_numbers(&column.values)),
            ColumnKind::Date => Some(Self::of_dates(column)),
            ColumnKind::Category | ColumnKind::Text => None,
        }
    }

    /// The bin of each image, and what it is apart from them, by their numbers.
    pub fn places(&self) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let of = |place: &Option<Place>| match *place {
            Some(Place::Bin(at)) => (Some(at), None),
            Some(Place::Apart(at)) => (None, Some(at)),
            None => (None, None),
        };
        self.places.iter().map(of).unzip()
    }

    /// The number of each image, dates as a count, and dates as they are written.
    pub fn numbers(&self) -> (&[Option<f64>], Option<Vec<Option<String>>>) {
        let written = |unit: Unit| {
            let numbers = self.numbers.iter();
            let written = numbers.map(|number| Some(unit.text((*number)? as i64)));
            written.collect()
        };
        (&self.numbers, self.unit.map(written))
    }

    /// These images on it.
    pub(super) fn spread(&self, members: &[usize]) -> Spread {
        let mut spread = Spread {
            bins: vec![0; self.bins.len()],
            apart: vec![0; self.apart.len()],
            median: None,
        };
        let mut numbers = Vec::new();
        for &image in members {
            match self.places[image] {
                Some(Place::Bin(at)) => spread.bins[at] += 1,
                Some(Place::Apart(at)) => spread.apart[at] += 1,
                None => {}
            }
            numbers.extend(self.numbers[image]);
        }
        numbers.sort_by(f64::total_cmp);
        spread.median = self.median(&numbers);
        spread
    }

    /// Of numbers in order.
    fn median(&self, sorted: &[f64]) -> Option<String> {
        let n = sorted.len();
        let lower = *sorted.get(n.checked_sub(1)? / 2)?;
        Some(match self.unit {
            Some(unit) => unit.text(lower as i64),
            None => short(lower / 2.0 + sorted[n / 2] / 2.0).to_string(),
        })
    }

    fn of_numbers(values: &[Option<Value>]) -> Self {
        let number = |value: &Option<Value>| match value {
            // Adding zero turns -0 into 0.
            Some(Value::Number(number)) => Some(number + 0.0),
            _ => None,
        };
        let numbers: Vec<Option<f64>> = values.iter().map(number).collect();
        let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let edges = Edges::of(&sorted);
        let place = |number: &Option<f64>| Some(Place::Bin(edges.place((*number)?)));
        Self {
            places: numbers.iter().map(place).collect(),
            step: edges.step.map(written).unwrap_or_default(),
            end: edges.end(&sorted),
            bins: edges.bins(&sorted),
            apart: Vec::new(),
            numbers,
            unit: None,
        }
    }

    fn of_dates(column: &Column) -> Self {
        let (unit, counts) = calendar::placed(column);
        let mut sorted: Vec<f64> = counts.iter().flatten().map(|&count| count as f64).collect();
        sorted.sort_by(f64::total_cmp);
        let calendar = Calendar::of(unit, &sorted);
        let mut apart = Vec::new();
        let places = counts.iter().zip(&column.values).map(|(count, value)| {
            if let (Some(count), Some(calendar)) = (count, &calendar) {
                return Some(Place::Bin(calendar.place(*count)));
            }
            value.as_ref()?;
            let known = calendar::date_of(value).is_some();
            let name = if known { YEAR_ONLY } else { NO_DATE };
            let at = apart.iter().position(|&one| one == name);
            Some(Place::Apart(at.unwrap_or_else(|| {
                apart.push(name);
                apart.len() - 1
            })))
        });
        let places = places.collect();
        let (steps, bins) = calendar.map_or((None, Vec::new()), |c| (Some(c.steps), c.bins()));
        Self {
            places,
            step: steps.map(Steps::name).unwrap_or_default(),
            end: bins
                .last()
                .and_then(|bin| bin.to.clone())
                .unwrap_or_default(),
            bins,
            apart,
            numbers: counts.iter().map(|count| Some((*count)? as f64)).collect(),
            unit: Some(unit),
        }
    }
}

/// Bins of dates.
struct Calendar {
    unit: Unit,
    steps: Steps,
    /// The first and the last step that is a bin.
    first: i64,
    last: i64,
    /// Whether something lies before, and after.
    open: (bool, bool),
}

impl Calendar {
    /// Of counts of the unit, in order; `None` of none.
    fn of(unit: Unit, sorted: &[f64]) -> Option<Self> {
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        let (from, to) = body(sorted);
        let (from, to) = (from as i64, to as i64);
        let steps = Steps::fitting(unit, from, to, MOST);
        let place = |count: f64| steps.place(unit, count as i64);
        let (first, last) = (steps.place(unit, from), steps.place(unit, to));
        Some(Self {
            unit,
            steps,
            first,
            last,
            open: (place(low) < first, place(high) > last),
        })
    }

    fn place(&self, count: i64) -> usize {
        let below = i64::from(self.open.0);
        let at = self.steps.place(self.unit, count) - self.first + below;
        let most = self.last - self.first + below + i64::from(self.open.1);
        at.clamp(0, most) as usize
    }

    fn bins(&self) -> Vec<Bin> {
        let Self {
            steps,
            first,
            last,
            open,
            ..
        } = *self;
        let before = open.0.then(|| Bin {
            name: format!("before {}", steps.ends(first).0),
            start: String::new(),
            from: None,
            to: Some(steps.ends(first - 1).1),
        });
        let after = open.1.then(|| {
            let (start, _) = steps.ends(last + 1);
            Bin {
                name: format!("{start} and later"),
                start: start.clone(),
                from: Some(start),
                to: None,
            }
        });
        let inside = (first..=last).map(|at| dated(steps.ends(at)));
        before.into_iter().chain(inside).chain(after).collect()
    }
}

fn dated((from, to): (String, String)) -> Bin {
    Bin {
        name: match from == to {
            true => from.clone(),
            false => format!("{from} to {to}"),
        },
        start: from.clone(),
        from: Some(from),
        to: Some(to),
    }
}

/// The lower ends of bins of numbers.
struct Edges {
    /// Ascending; below the first one is a bin of its own where something lies there.
    lower: Vec<f64>,
    /// How wide a bin is; `None` where one holds everything.
    step: Option<f64>,
    /// Whether every number is whole.
    whole: bool,
    /// Whether something lies below the first edge, and beyond the last bin.
    open: (bool, bool),
}

impl Edges {
    /// Of numbers in order.
    fn of(sorted: &[f64]) -> Self {
        let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
            return Self::one(Vec::new());
        };
        let whole = sorted.iter().all(|number| number.fract() == 0.0);
        let (from, to) = body(sorted);
        let mut step = step_above((to - from) / MOST as f64);
        if whole {
            step = step.max(1.0);
        }
        let places = |step: f64| [from, to].map(|end| (end / step + 1e-9).floor());
        let [mut first, mut last] = places(step);
        while last - first >= MOST as f64 {
            step = step_above(step * 1.01);
            [first, last] = places(step);
        }
        // Beyond what a double tells apart, or no spread at all: one bin.
        if !(step.is_normal() && (last - first).is_finite() && last > first) {
            return Self::one(vec![low]);
        }
        let n = (last - first) as usize + 1;
        let mut lower: Vec<f64> = (0..n)
            .map(|at| rounded((first + at as f64) * step))
            .collect();
        if lower.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Self::one(vec![low]);
        }
        let end = rounded((last + 1.0) * step);
        let open = (low < lower[0], high >= end);
        if open.1 {
            lower.push(end);
        }
        Self {
            lower,
            step: Some(step),
            whole,
            open,
        }
    }

    fn one(lower: Vec<f64>) -> Self {
        Self {
            lower,
            step: None,
            whole: false,
            open: (false, false),
        }
    }

    fn place(&self, number: f64) -> usize {
        let below = usize::from(self.open.0);
        let at = self.lower.partition_point(|&edge| edge <= number) + below;
        at.saturating_sub(1)
    }

    /// Where the last bin ends.
    fn end(&self, sorted: &[f64]) -> String {
        match (self.step, self.lower.last()) {
            _ if self.open.1 => String::new(),
            (Some(step), Some(&last)) => written(rounded(last + step)),
            _ => sorted.last().copied().map(written).unwrap_or_default(),
        }
    }

    fn bins(&self, sorted: &[f64]) -> Vec<Bin> {
        // The most that lies below an edge: bounds hold what they name.
        let below = |edge: f64| {
            let n = sorted.partition_point(|&number| number < edge);
            n.checked_sub(1).map(|at| sorted[at])
        };
        let mut bins = Vec::new();
        if let (true, Some(&first)) = (self.open.0, self.lower.first()) {
            bins.push(Bin {
                name: format!("less than {}", written(first)),
                start: String::new(),
                from: None,
                to: below(first).map(written),
            });
        }
        for (at, &edge) in self.lower.iter().enumerate() {
            let next = self.lower.get(at + 1).copied();
            let next = next.or_else(|| Some(rounded(edge + self.step?)));
            let is_open = self.open.1 && at + 1 == self.lower.len();
            let most = match next {
                Some(next) => below(next).filter(|&most| most >= edge),
                None => sorted.last().copied(),
            };
            let start = written(edge);
            bins.push(Bin {
                name: match next {
                    _ if is_open => format!("{start} and more"),
                    Some(next) if self.whole && next - edge > 1.0 => {
                        format!("{start} to {}", written(next - 1.0))
                    }
                    Some(next) if !self.whole => {
                        format!("{start} to less than {}", written(next))
                    }
                    Some(_) => start.clone(),
                    None if most.is_some_and(|most| most > edge) => {
                        format!("{start} to {}", most.map(written).unwrap_or_default())
                    }
                    None => start.clone(),
                },
                from: Some(start.clone()),
                start,
                to: (!is_open).then(|| written(most.unwrap_or(edge))),
            });
        }
        bins
    }
}

/// The part that the axis shows in bins of equal width: all of it, unless a tenth at either end
/// makes it so long that nothing could be told of the rest.
fn body(sorted: &[f64]) -> (f64, f64) {
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let cut = (TAIL * (sorted.len() - 1) as f64).ceil() as usize;
    let (lower, upper) = (sorted[cut], sorted[sorted.len() - 1 - cut]);
    let length = upper - lower;
    if length > 0.0 && high - low > FAR * length {
        (
            low.max(lower - length / 2.0),
            high.min(upper + length / 2.0),
        )
    } else {
        (low, high)
    }
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn step_above(least: f64) -> f64 {
    if least.is_nan() || least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    let fits = |factor: &f64| factor * power >= least * 0.999;
    let factor = [1.0, 2.0, 5.0].into_iter().find(fits).unwrap_or(10.0);
    rounded(factor * power)
}

/// As it was meant: 0.3 in place of three times 0.1.
fn rounded(number: f64) -> f64 {
    to_digits(number, 14)
}

/// Five digits say enough of a median.
fn short(number: f64) -> f64 {
    to_digits(number, 4)
}

fn to_digits(number: f64, behind: usize) -> f64 {
    format!("{number:.behind$e}").parse().unwrap_or(number)
}

/// As a condition reads it: more than 15 digits would be taken for a name.
fn written(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() > 15 && number.fract() == 0.0 {
        format!("{number:e}")
    } else {
        plain
    }
}

#[cfg(test)]
#[path = "axis/tests.rs"]
mod tests;
