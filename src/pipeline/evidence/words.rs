//! Sentences that say what a number means for this cohort, for the page and the report alike.
//!
//! A test can find evidence or none; it never shows that something does not matter, and no sentence
//! says so. Every p stands beside the images and patients it comes from and the settings that were
//! viewed before it.

use std::time::Duration;

use crate::analysis::clustering::ClusteringParams;
use crate::cohort::Cohort;

use super::super::values::is_left_out;

/// What stands behind a p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Basis {
    /// Images tested.
    pub n_images: usize,
    /// Images that there are.
    pub n_all: usize,
    /// Independent units (patients) that they come from.
    pub n_groups: usize,
    /// Settings that have been viewed so far, this one included.
    pub n_viewed: usize,
}

/// What the independent units of a cohort are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Patients.
    Patient,
    /// Subjects.
    Subject,
    /// Any other unit.
    Group,
    /// Nothing groups the images: each stands for itself.
    Image,
}

impl Unit {
    /// The unit of a cohort, by the name of its column.
    pub fn of(cohort: &Cohort) -> Self {
        let Some(column) = &cohort.group_column else {
            return Self::Image;
        };
        let column = column.to_lowercase();
        if column.contains("patient") {
            Self::Patient
        } else if column.contains("subject") {
            Self::Subject
        } else {
            Self::Group
        }
    }

    /// "79 patients".
    pub fn count(self, n: usize) -> String {
        plural(n, self.one())
    }

    /// "patient".
    pub fn one(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Subject => "subject",
            Self::Group => "group",
            Self::Image => "image",
        }
    }

    /// "patients".
    pub fn many(self) -> &'static str {
        match self {
            Self::Patient => "patients",
            Self::Subject => "subjects",
            Self::Group => "groups",
            Self::Image => "images",
        }
    }
}

impl Basis {
    /// "p = 0.21, 139 images, 79 patients, 12 settings viewed".
    pub fn with_p(self, p_value: f64, unit: Unit) -> String {
        format!("{}, {}", p(p_value), self.counts(unit))
    }

    /// "139 images, 79 patients, 12 settings viewed"; where these are fewer than half of all images,
    /// "31 of 193 images".
    pub fn counts(self, unit: Unit) -> String {
        let images = if 2 * self.n_images < self.n_all {
            let all = plural(self.n_all, "image");
            format!("{} of {all}", thousands(self.n_images))
        } else {
            plural(self.n_images, "image")
        };
        let groups = match unit {
            Unit::Image => String::new(),
            unit => format!(", {}", unit.count(self.n_groups)),
        };
        let viewed = match self.n_viewed {
            0 => String::new(),
            n => format!(", {} viewed", plural(n, "setting")),
        };
        format!("{images}{groups}{viewed}")
    }
}

/// "p = 0.21", to two significant digits.
pub fn p(value: f64) -> String {
    format!("p = {}", significant(value))
}

/// A number below 1 to two significant digits, and never as 0 or with an exponent.
pub fn significant(value: f64) -> String {
    if value <= 0.0 {
        return "0".to_owned();
    }
    let decimals = (1.0 - value.log10().floor()).clamp(2.0, 8.0) as usize;
    let text = format!("{value:.decimals$}");
    // 0.10 stays: two digits are what is known. 0.0010 is written 0.001.
    match text.strip_suffix('0') {
        Some(shorter) if decimals > 2 => shorter.to_owned(),
        _ => text,
    }
}

/// 0.213 → "21%".
pub fn percent(share: f64) -> String {
    // Adding zero makes -0 the same as 0.
    format!("{:.0}%", (100.0 * share).round() + 0.0)
}

/// "1 image", "1,204 images".
pub fn plural(n: usize, one: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {one}{s}", thousands(n))
}

/// "about 40 s", "about 3 minutes".
pub fn about(time: Duration) -> String {
    match time.as_secs_f64().ceil() {
        seconds if seconds < 90.0 => format!("about {seconds:.0} s"),
        seconds => format!("about {:.0} minutes", seconds / 60.0),
    }
}

/// 51015 → "51,015".
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let head = digits.len() % 3;
    let mut groups = Vec::new();
    if head > 0 {
        groups.push(&digits[..head]);
    }
    let rest = digits.as_bytes()[head..].chunks(3);
    groups.extend(rest.filter_map(|chunk| std::str::from_utf8(chunk).ok()));
    groups.join(",")
}

/// "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Why nothing can be said of a column without any value.
pub fn without_values(cohort: &Cohort, name: &str) -> String {
    let why = match is_left_out(cohort, name) {
        true => "is not in the bundle: nothing can be said of it",
        false => "has no values to test",
    };
    format!("{} {why}.", capital(name))
}

/// A sentence as it goes on after a colon.
pub fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// With a capital at its head, unless that is a name in code.
pub fn capital(text: &str) -> String {
    let word = text.split(|c: char| c.is_whitespace()).next().unwrap_or("");
    if word.contains('_') {
        return text.to_owned();
    }
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// "eps 0.40 and min_samples 14": where clusters lie on the plane of their method.
pub fn place(clusters: &ClusteringParams) -> String {
    let axes = clusters.axes();
    let value = |key| {
        let (spec, value) = clusters
            .values()
            .into_iter()
            .find(|(spec, _)| spec.key == key)?;
        let whole = spec.range().is_some_and(|range| range.whole);
        let digits = if whole { 0 } else { 2 };
        Some(format!("{key} {:.digits$}", value.number()))
    };
    let both: Vec<String> = axes.into_iter().filter_map(value).collect();
    both.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_written() {
        for (value, text) in [
            (0.21, "0.21"),
            (0.1, "0.10"),
            (0.05, "0.05"),
            (0.0514, "0.051"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (1.0, "1.00"),
            (0.0, "0"),
        ] {
            assert_eq!(significant(value), text);
        }
        assert_eq!(percent(-0.003), "0%");
        assert_eq!(thousands(51_015), "51,015");
        assert_eq!(thousands(193), "193");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn a_p_never_stands_alone() {
        let basis = Basis {
            n_images: 139,
            n_all: 193,
            n_groups: 79,
            n_viewed: 1,
        };
        assert_eq!(
            basis.with_p(0.214, Unit::Patient),
            "p = 0.21, 139 images, 79 patients, 1 setting viewed"
        );
        let alone = basis.with_p(0.214, Unit::Image);
        assert_eq!(alone, "p = 0.21, 139 images, 1 setting viewed");
        let few = Basis {
            n_images: 31,
            n_groups: 28,
            ..basis
        };
        assert_eq!(
            few.counts(Unit::Patient),
            "31 of 193 images, 28 patients, 1 setting viewed"
        );
    }

    #[test]
    fn lists_read_as_sentences() {
        let words = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        assert_eq!(list(&words(1)), "0");
        assert_eq!(list(&words(2)), "0 and 1");
        assert_eq!(list(&words(3)), "0, 1 and 2");
    }
}
