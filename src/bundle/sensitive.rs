//! Which columns may say who somebody is: by their name, by how their values are spread over patients,
//! and by how long these are. Numbering one column too many costs its words and nothing else.

use std::collections::{HashMap, HashSet};

use crate::cohort::{Cohort, Column, ColumnKind, Value};

/// Parts of a column's name that say what identifies a person, a visit or a file.
const IDENTIFIERS: [&str; 46] = [
    "id",
    "ids",
    "uid",
    "guid",
    "uuid",
    "mrn",
    "ssn",
    "nhs",
    "pid",
    "accession",
    "name",
    "names",
    "surname",
    "forename",
    "firstname",
    "lastname",
    "fullname",
    "username",
    "initials",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "fax",
    "email",
    "mail",
    "address",
    "street",
    "postcode",
    "zip",
    "zipcode",
    "insurance",
    "passport",
    "doctor",
    "physician",
    "radiologist",
    "operator",
    "technician",
    "url",
    "doi",
    "file",
    "path",
];

/// Parts of a column's name that say where somebody was, closer than a country does.
const PLACES: [&str; 9] = [
    "location",
    "institution",
    "hospital",
    "clinic",
    "ward",
    "city",
    "town",
    "village",
    "county",
];

/// Parts of the name of a column of countries.
const COUNTRIES: [&str; 3] = ["country", "countries", "nation"];

/// What stands before `id` or `name` in one word, such as `patientid` and `filename`.
const OF_WHOM: [&str; 14] = [
    "patient",
    "subject",
    "person",
    "participant",
    "case",
    "study",
    "series",
    "exam",
    "visit",
    "file",
    "image",
    "record",
    "accession",
    "user",
];

/// Parts of a column's name that say that somebody wrote freely.
const WRITTEN: [&str; 12] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "history",
    "report",
    "reports",
    "description",
    "narrative",
    "anamnesis",
];

/// Parts of a column's name that say that its whole numbers are measured and no names of anybody.
const MEASURES: [&str; 13] = [
    "age",
    "ages",
    "alter",
    "year",
    "years",
    "jahr",
    "width",
    "height",
    "rows",
    "columns",
    "pixel",
    "pixels",
    "brightness",
];

/// Letters from which on a value is a text and no category.
const LONG: usize = 60;
/// Whole numbers of so many images or patients, nearly all different, are numbers of something.
const MANY: usize = 20;
/// Numbers up to this may be ages, of which few patients share one.
const AGES: f64 = 150.0;
/// With fewer images a value, each value may be a patient of a few films.
const FILMS: usize = 10;

/// Why the values of a column may say who somebody is; `None` where nothing speaks for it.
pub(super) fn reason(cohort: &Cohort, column: &Column) -> Option<&'static str> {
    if column.of_pictures {
        return None;
    }
    if cohort.group_column.as_deref() == Some(&column.name) {
        return Some("it tells the patients apart");
    }
    let words = words_of(&column.name);
    if words.iter().any(|word| identifies(word)) {
        return Some("its name says that it identifies somebody or something");
    }
    if words.iter().any(|word| PLACES.contains(&word.as_str())) {
        return Some("it says where somebody was, closer than a country does");
    }
    let free = "somebody may have written freely in it";
    let is_written = words.iter().any(|word| WRITTEN.contains(&word.as_str()));
    match column.kind {
        ColumnKind::Text => Some(free),
        ColumnKind::Category if is_written || is_long(column) => Some(free),
        ColumnKind::Category if is_of_single_patients(cohort, column) => {
            Some("most of its values are those of one patient alone")
        }
        ColumnKind::Number if is_running(cohort, column) => {
            Some("its whole numbers differ for nearly every image or patient")
        }
        ColumnKind::Category | ColumnKind::Number
            if has_no_patients(cohort)
                && !is_of_countries(column)
                && may_be_patients(column, &words) =>
        {
            Some("no patients are known, and it has as many values as there may be")
        }
        ColumnKind::Category | ColumnKind::Number | ColumnKind::Date => None,
    }
}

/// Whether a column is one of countries, by its name.
pub(super) fn is_of_countries(column: &Column) -> bool {
    let is_text = matches!(column.kind, ColumnKind::Category | ColumnKind::Text);
    is_text
        && words_of(&column.name)
            .iter()
            .any(|word| COUNTRIES.contains(&word.as_str()))
}

/// The words of a name, in lower case: `PatientID` and `patient_id` have the same.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (before.is_lowercase() && letter.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words
}

fn identifies(word: &str) -> bool {
    let of_whom = |ending| is_of_whom(word, ending);
    IDENTIFIERS.contains(&word) || of_whom("id") || of_whom("name") || of_whom("number")
}

fn is_of_whom(word: &str, ending: &str) -> bool {
    let whom = word.strip_suffix(ending);
    whom.is_some_and(|whom| OF_WHOM.contains(&whom))
}

fn is_long(column: &Column) -> bool {
    let texts = column.values.iter().flatten();
    let mut lengths = texts.map(|value| match value {
        Value::Text(text) => text.chars().count(),
        _ => 0,
    });
    lengths.any(|length| length > LONG)
}

/// Whether most values occur in one patient alone, as a name would.
fn is_of_single_patients(cohort: &Cohort, column: &Column) -> bool {
    let mut patients: HashMap<String, HashSet<String>> = HashMap::new();
    for (patient, value) in by_patient(cohort, column) {
        let of_value = patients.entry(value.to_string()).or_default();
        of_value.insert(patient);
    }
    let n_single = patients.values().filter(|all| all.len() == 1).count();
    patients.len() > 1 && 2 * n_single > patients.len()
}

/// Whether whole numbers tell nearly all images apart, or nearly all patients or their visits.
fn is_running(cohort: &Cohort, column: &Column) -> bool {
    let numbers = by_patient(cohort, column).filter_map(|(patient, value)| match value {
        Value::Number(number) => Some((patient, number.to_bits())),
        _ => None,
    });
    // A number that comes again in one patient is one number: some have a second, and are no less told.
    let units: HashSet<(String, u64)> = numbers.collect();
    let distinct: HashSet<u64> = units.iter().map(|(_, number)| *number).collect();
    let mut numbers = distinct.iter().map(|&number| f64::from_bits(number));
    units.len() >= MANY
        && numbers.clone().all(|number| number.fract() == 0.0)
        && numbers.any(|number| number > AGES)
        && 10 * distinct.len() >= 9 * units.len()
}

/// Whether most images have no patient, so that nothing can be told by how values are spread over these.
fn has_no_patients(cohort: &Cohort) -> bool {
    let known = cohort
        .records
        .iter()
        .filter(|record| record.group.is_some());
    2 * known.count() < cohort.records.len()
}

/// Whether there are as many values as there may be patients. Yes and no, and what is measured, are
/// nobody's.
fn may_be_patients(column: &Column, words: &[String]) -> bool {
    let (n_values, n_distinct) = (column.values.len() - column.n_missing(), column.n_unique());
    if n_distinct <= MANY && n_values >= FILMS * n_distinct {
        return false;
    }
    let mut numbers = Vec::new();
    for value in column.values.iter().flatten() {
        match value {
            Value::Number(number) => numbers.push(*number),
            Value::Text(_) => return true,
            Value::Date(_) | Value::Bool(_) => {}
        }
    }
    let is_measure = |word: &String| MEASURES.contains(&word.as_str()) || is_of_whom(word, "age");
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Ages have gaps, or do not begin with 1.
    let n_counted = most - least + 1.0;
    let is_counted =
        least <= 1.0 && n_distinct >= MANY && 10.0 * n_distinct as f64 >= 9.0 * n_counted;
    numbers.iter().all(|number| number.fract() == 0.0)
        && !words.iter().any(is_measure)
        && (most > AGES || is_counted)
}

/// The values that there are, each with the patient; an image without one is one of its own.
fn by_patient<'a>(
    cohort: &'a Cohort,
    column: &'a Column,
) -> impl Iterator<Item = (String, &'a Value)> {
    let pairs = column.values.iter().zip(&cohort.records).enumerate();
    pairs.filter_map(|(place, (value, record))| {
        let patient = record.group.clone();
        Some((
            patient.unwrap_or_else(|| format!("\n{place}")),
            value.as_ref()?,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_their_words() {
        for name in [
            "patientid",
            "Patient ID",
            "StudyInstanceUID",
            "mrn",
            "patient_name",
            "fileName",
            "accession-number",
            "DOB",
            "casenumber",
        ] {
            assert!(words_of(name).iter().any(|word| identifies(word)), "{name}");
        }
        for name in [
            "age", "sex", "finding", "humid", "paid", "view", "modality", "rapid",
        ] {
            assert!(
                !words_of(name).iter().any(|word| identifies(word)),
                "{name}"
            );
        }
    }

    /// Whether a column of these values may say who somebody is, where each image has the patient that
    /// `patient` gives it.
    fn is_told_of(
        patient: impl Fn(usize) -> Option<usize>,
        (name, kind): (&str, ColumnKind),
        values: Vec<Value>,
    ) -> bool {
        let mut cohort = crate::cohort::from_rows("x", values.len(), None);
        for (place, record) in cohort.records.iter_mut().enumerate() {
            record.group = patient(place).map(|patient| patient.to_string());
        }
        let column = Column {
            name: name.to_owned(),
            kind,
            values: values.into_iter().map(Some).collect(),
            derived: false,
            of_pictures: false,
            writing: crate::cohort::Writing::default(),
        };
        reason(&cohort, &column).is_some()
    }

    /// The same of thirty patients of two images each.
    fn is_told(kind: ColumnKind, values: impl Iterator<Item = Value>) -> bool {
        is_told_of(|place| Some(place / 2), ("x", kind), values.collect())
    }

    fn numbers(n_images: usize, of: impl Fn(usize) -> usize) -> Vec<Value> {
        let number = |place| Value::Number(of(place) as f64);
        (0..n_images).map(number).collect()
    }

    fn texts(n_images: usize, of: impl Fn(usize) -> usize) -> Vec<Value> {
        let text = |place| Value::Text(format!("Mueller_{}", of(place)));
        (0..n_images).map(text).collect()
    }

    #[test]
    fn values_are_told_by_how_they_are_spread_over_patients() {
        let number = |of: fn(usize) -> usize| (0..60).map(move |i| Value::Number(of(i) as f64));
        let kind = ColumnKind::Number;
        assert!(is_told(kind, number(|i| 7000 + i)), "one for each image");
        assert!(
            is_told(kind, number(|i| 7000 + i / 2)),
            "one for each patient"
        );
        assert!(!is_told(kind, number(|i| 30 + i / 2)), "ages");
        assert!(!is_told(kind, number(|i| 1000 * (i / 2 % 20))), "counts");
        let halves = (0..60).map(|i| Value::Number(i as f64 + 0.5));
        assert!(!is_told(kind, halves), "measures");
        let text = |of: fn(usize) -> String| (0..60).map(move |i| Value::Text(of(i)));
        let kind = ColumnKind::Category;
        assert!(is_told(kind, text(|i| format!("name {}", i / 2))));
        assert!(!is_told(kind, text(|i| format!("answer {}", i / 2 % 3))));
        assert!(is_told(
            kind,
            text(|i| format!("{} {}", "long ".repeat(20), i % 2))
        ));
        assert!(is_told(ColumnKind::Text, text(|i| format!("{i}"))));
    }

    #[test]
    fn a_second_number_of_some_patients_hides_none() {
        let number = |place: usize| 7000 + place / 2 + usize::from(place == 59) * 100;
        let told = |of: &dyn Fn(usize) -> usize| {
            is_told_of(
                |place| Some(place / 4),
                ("x", ColumnKind::Number),
                numbers(120, of),
            )
        };
        assert!(is_told(ColumnKind::Number, numbers(60, number).into_iter()));
        assert!(told(&|place| 7000 + place / 2), "one for each visit");
        assert!(!told(&|place| 1000 * (place / 2 % 25)), "counts");
    }

    #[test]
    fn where_no_patients_are_known_many_values_may_be_theirs() {
        let told = |name, kind, values| is_told_of(|_| None, (name, kind), values);
        let (category, number) = (ColumnKind::Category, ColumnKind::Number);
        assert!(told("folder", category, texts(300, |i| i / 10)));
        for name in ["pat", "Proband", "Nachname", "birth_name"] {
            assert!(told(name, category, texts(60, |i| i / 3)), "{name}");
        }
        assert!(told("group", category, texts(24, |i| i / 6)), "few images");
        assert!(told("nr", number, numbers(60, |i| 1 + i / 2)), "from 1");
        assert!(told("nr", number, numbers(60, |i| 4000 + 17 * (i / 2))));
        // One in ten has a patient: nobody is told apart by these.
        let some = |place: usize| place.is_multiple_of(10).then_some(place);
        assert!(is_told_of(some, ("pat", category), texts(60, |i| i / 3)));
        assert!(!told("sex", category, texts(60, |i| i % 2)));
        assert!(!told("view", category, texts(60, |i| i % 3)));
        assert!(!told("finding", category, texts(60, |i| i % 6)));
        // Its values are looked at one by one.
        assert!(!told("country", category, texts(60, |i| i / 3)));
        let answers = (0..12).map(|place| Value::Bool(place % 2 == 0));
        assert!(!told("icu", category, answers.collect()));
        for name in ["age", "PatientAge", "Alter"] {
            assert!(!told(name, number, numbers(300, |i| i % 95)), "{name}");
        }
        assert!(!told("x", number, numbers(60, |i| 20 + 7 * i % 60)), "ages");
        assert!(!told("x", number, numbers(60, |i| i % 11)), "scores");
        assert!(!told("year", number, numbers(60, |i| 1990 + i % 25)));
        assert!(!told("width", number, numbers(60, |i| 512 + 16 * (i % 30))));
        let halves = (0..60).map(|place| Value::Number(place as f64 + 0.5));
        assert!(!told("x", number, halves.collect()), "measures");
    }
}
