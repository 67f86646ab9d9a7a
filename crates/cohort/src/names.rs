//! Names and words as they are compared: composed (NFC), and without case where that is unique.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text with its marks composed: `e` and an acute are one `é`.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Composed and in lower case.
pub(super) fn folded(text: &str) -> String {
    composed(text).to_lowercase()
}

/// The letters alone, without their marks: `Côte` becomes `Cote`.
pub(super) fn unmarked(text: &str) -> String {
    let is_mark = |letter: &char| ('\u{300}'..='\u{36f}').contains(letter);
    text.nfkd().filter(|letter| !is_mark(letter)).collect()
}

/// A column's name as it is compared with the usual ones.
pub(super) fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The place of a name among `names`: to the letter, or else whatever its case when only one fits.
pub(super) fn find<'a>(names: impl Iterator<Item = &'a str> + Clone, name: &str) -> Option<usize> {
    let wanted = composed(name.trim());
    let exact = |known: &str| composed(known) == wanted;
    names.clone().position(exact).or_else(|| {
        let wanted = folded(&wanted);
        let mut same = (0..)
            .zip(names)
            .filter(|(_, known)| folded(known) == wanted);
        let (place, _) = same.next()?;
        same.next().is_none().then_some(place)
    })
}

/// Names that are listed in full.
const FEW: usize = 10;
/// How many of more than that are listed.
const NEAREST: usize = 5;

/// What a name may have been meant for, to choose from: all `names` where they are few, else the
/// nearest to it.
pub(super) fn suggestion(names: &[&str], given: &str) -> String {
    if names.is_empty() {
        return "none, for there are none".to_owned();
    }
    if names.len() <= FEW {
        return names.join(", ");
    }
    let wanted = folded(given.trim());
    let likeness = |name: &str| {
        let name = folded(name);
        let holds = !wanted.is_empty() && (name.contains(&wanted) || wanted.contains(&name));
        strsim::jaro_winkler(&name, &wanted) + f64::from(u8::from(holds))
    };
    let mut nearest: Vec<(f64, &str)> = names.iter().map(|name| (likeness(name), *name)).collect();
    nearest.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let nearest: Vec<&str> = nearest
        .iter()
        .take(NEAREST)
        .map(|(_, name)| *name)
        .collect();
    format!(
        "{} or another of the {} columns",
        nearest.join(", "),
        names.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_composed_and_without_case_where_that_is_unique() {
        let names = ["Größe", "age", "Age", "Sex"];
        let find = |name: &str| find(names.into_iter(), name);
        assert_eq!(find("Gro\u{308}ße"), Some(0));
        assert_eq!((find("age"), find("Age")), (Some(1), Some(2)));
        assert_eq!(find("AGE"), None, "two differ in case alone");
        assert_eq!((find(" sex "), find("GRÖßE")), (Some(3), Some(0)));
        assert_eq!(find("planet"), None);
    }

    #[test]
    fn of_many_names_the_nearest_are_suggested() {
        assert_eq!(suggestion(&["age", "sex"], "planet"), "age, sex");
        let many: Vec<String> = (0..40).map(|n| format!("x{n}")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.extend(["patient_age", "Finding", "finding_date"]);
        let suggested = suggestion(&many, "findings");
        assert!(
            suggested.starts_with("Finding, finding_date, "),
            "{suggested}"
        );
        assert!(
            suggested.ends_with(" or another of the 43 columns"),
            "{suggested}"
        );
        assert!(suggestion(&many, "AGE").starts_with("patient_age, "));
    }

    #[test]
    fn letters_without_their_marks() {
        assert_eq!(unmarked("Türkiye, São Tomé"), "Turkiye, Sao Tome");
    }
}
