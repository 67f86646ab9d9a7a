//! Paths without the patient: exports of archives call folders and files by names and identifiers.

use super::image::Patient;

/// Shorter names are looked for as whole words alone, and shorter identifiers not at all.
const SHORT: usize = 4;
const LEAST: usize = 2;
/// What stands where a patient was named a second time.
const AGAIN: &str = "…";

/// The path with the patient's name and identifier replaced by the number, part by part; `None` where neither is in it.
/// Letters are compared in any case, and as they are written otherwise.
pub(super) fn masked(path: &str, patient: &Patient, number: usize) -> Option<String> {
    let words = words(patient);
    let parts: Vec<String> = path
        .split('/')
        .map(|part| masked_part(part, &words, number))
        .collect();
    let masked = parts.join("/");
    (masked != path).then_some(masked)
}

/// What tells the patient: the identifier and the parts of the name, longest first.
fn words(patient: &Patient) -> Vec<Vec<char>> {
    let id = patient
        .id
        .iter()
        .map(String::as_str)
        .filter(|id| id.chars().count() >= SHORT);
    let name = patient.name.iter();
    let names = name.flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<Vec<char>> = id.chain(names).map(folded).collect();
    words.retain(|word| word.len() >= LEAST);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn folded(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect()
}

fn masked_part(part: &str, words: &[Vec<char>], number: usize) -> String {
    let (letters, folded): (Vec<char>, _) = (part.chars().collect(), folded(part));
    let is_end = |at: Option<&char>| at.is_none_or(|c| !c.is_alphanumeric());
    let word_at = |at: usize| {
        words.iter().find(|word| {
            let behind = folded.get(at + word.len());
            let before = at.checked_sub(1).and_then(|at| folded.get(at));
            folded[at..].starts_with(word)
                && (word.len() >= SHORT || is_end(before) && is_end(behind))
        })
    };
    let (mut masked, mut at, mut is_first) = (String::new(), 0, true);
    while at < letters.len() {
        match word_at(at) {
            Some(word) => {
                match is_first {
                    true => masked.push_str(&format!("patient {number}")),
                    false => masked.push_str(AGAIN),
                }
                is_first = false;
                at += word.len();
            }
            None => {
                masked.push(letters[at]);
                at += 1;
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(id: &str, name: &str) -> Patient {
        Patient {
            id: Some(id.to_owned()),
            name: Some(name.to_owned()),
            ..Patient::default()
        }
    }

    #[test]
    fn names_and_identifiers_become_the_number() {
        let jane = patient("MRN-00412", "DOE^Jane^Li");
        let masked = |path| masked(path, &jane, 7);
        assert_eq!(
            masked("export/Doe_JANE/20200131/IM1").as_deref(),
            Some("export/patient 7_…/20200131/IM1")
        );
        assert_eq!(
            masked("mrn-00412/a.dcm").as_deref(),
            Some("patient 7/a.dcm")
        );
        assert_eq!(
            masked("xMRN-00412x.dcm").as_deref(),
            Some("xpatient 7x.dcm")
        );
        assert_eq!(
            masked("li.dcm").as_deref(),
            Some("patient 7.dcm"),
            "a whole word"
        );
        assert_eq!(masked("linear/does/IM1"), None, "parts of other words");
        assert_eq!(masked("study/IM1"), None);
    }

    #[test]
    fn short_identifiers_are_in_every_path() {
        let paths = ["1/IM1", "12/a"].map(|path| masked(path, &patient("1", ""), 3));
        assert_eq!(paths, [None, None]);
    }
}
