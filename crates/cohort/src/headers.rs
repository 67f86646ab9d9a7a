//! What the headers of DICOM files say, as columns; and who the patients are, by number.
//!
//! A patient is "1", "2", … in the order in which files of patients come, and no name, identifier or day of birth
//! leaves this file unless [`Source::dicom_identifiers`](super::Source) asks for them. Numbers, and no hash with a
//! key: a key that is kept would have to be guarded as the names are, one that is not makes other names at each
//! start, and identifiers are few enough to try all of them against a hash whose key is known.

use std::collections::HashMap;

use rayon::prelude::*;

use super::civil;
use super::column::ColumnKind;
use super::date::Date;
use super::derive::DerivedCells;
use super::image::{COLUMNS, HeaderKind, Study};
use super::masking::masked;
use super::record::Assumption;
use super::walk::{FileEntry, Found};

/// The column of patients.
pub(super) const PATIENT: &str = "patient";
const NO_PICTURE: &str = "a DICOM file without a picture";

/// Reads the headers of all DICOM files. One without a picture is passed over, and paths that name the patient are
/// shown without, unless `identifiers` are asked for.
pub(super) fn read(files: &mut [FileEntry], identifiers: bool) {
    files.par_iter_mut().for_each(|file| {
        let Found::Image(source) = &file.found else {
            return;
        };
        if !file.is_dicom {
            return;
        }
        match Study::of(source) {
            Ok(study) => {
                if study.is_directory {
                    file.found = Found::Other;
                } else if !study.has_picture {
                    file.found = Found::Passed(NO_PICTURE.to_owned());
                }
                file.study = Some(Box::new(study));
            }
            Err(error) => file.found = Found::Passed(error.to_string()),
        }
    });
    if identifiers {
        return;
    }
    let patients = Headers::of(files).patients;
    let mut folders: HashMap<String, String> = HashMap::new();
    let has_picture = |file: &FileEntry| file.study.as_ref().is_some_and(|study| study.has_picture);
    for (file, patient) in files.iter_mut().zip(&patients) {
        if has_picture(file)
            && let Some(masked) = without_patient(file, &file.relative, *patient)
        {
            let parts = file.relative.split('/').zip(masked.split('/'));
            let changed = parts.filter(|(part, masked)| part != masked);
            folders.extend(changed.map(|(part, masked)| (part.to_owned(), masked.to_owned())));
            show_as(file, masked);
        }
    }
    // What else lies in the folders of a patient.
    let others = files.iter_mut().zip(&patients);
    for (file, patient) in others.filter(|(file, _)| !has_picture(file)) {
        let part = |part| folders.get(part).map_or(part, String::as_str);
        let parts: Vec<&str> = file.relative.split('/').map(part).collect();
        let masked = parts.join("/");
        let masked = without_patient(file, &masked, *patient).unwrap_or(masked);
        if masked != file.relative {
            show_as(file, masked);
        }
    }
}

fn without_patient(file: &FileEntry, path: &str, patient: Option<usize>) -> Option<String> {
    masked(path, &file.study.as_ref()?.patient, patient?)
}

fn show_as(file: &mut FileEntry, masked: String) {
    let original = std::mem::replace(&mut file.relative, masked);
    file.bytes.get_or_insert(original.into_bytes());
    file.is_masked = true;
}

/// What the headers of the files say.
pub(super) struct Headers<'a> {
    studies: Vec<Option<&'a Study>>,
    /// For each file the number of its patient, from 1.
    patients: Vec<Option<usize>>,
    /// Whether a file is shown by another path than it has.
    masked: Vec<bool>,
}

impl<'a> Headers<'a> {
    pub(super) fn of(files: &'a [FileEntry]) -> Self {
        let studies: Vec<Option<&Study>> = files.iter().map(|file| file.study.as_deref()).collect();
        let mut known = HashMap::new();
        // Patients with pictures come first.
        let with_picture = studies.iter().flatten().filter(|study| study.has_picture);
        let without = studies.iter().flatten().filter(|study| !study.has_picture);
        for key in with_picture
            .chain(without)
            .filter_map(|study| study.patient.key())
        {
            let next = known.len() + 1;
            known.entry(key).or_insert(next);
        }
        let number = |study: &Study| known.get(&study.patient.key()?).copied();
        Self {
            patients: studies.iter().map(|study| study.and_then(number)).collect(),
            masked: files.iter().map(|file| file.is_masked).collect(),
            studies,
        }
    }

    /// Columns of rows, each with its file: those of which any header says something. The patient comes as it is
    /// written where `identifiers` are asked for, with the name.
    pub(super) fn columns(&self, files: &[Option<usize>], identifiers: bool) -> Vec<DerivedCells> {
        let studies = || files.iter().map(|file| self.studies[(*file)?]);
        let texts = |text: &dyn Fn(usize, &Study) -> Option<String>| -> Vec<Option<String>> {
            let cell = |file: &Option<usize>| text((*file)?, self.studies[(*file)?]?);
            files.iter().map(cell).collect()
        };
        let mut columns = vec![DerivedCells::of_texts(
            PATIENT,
            texts(&|file, study| match identifiers {
                true => study
                    .patient
                    .id
                    .clone()
                    .or_else(|| study.patient.name.clone()),
                false => self.patients[file].map(|number| number.to_string()),
            }),
        )];
        if identifiers {
            let names = texts(&|_, study| study.patient.name.clone());
            columns.push(DerivedCells::of_texts("patient_name", names));
            let days = texts(&|_, study| study.patient.birth_date.clone());
            columns.push(DerivedCells::of_texts("patient_birth_date", days));
        }
        for (place, said) in COLUMNS.iter().enumerate() {
            let cells = studies().map(|study| study?.cells[place].clone()).collect();
            let mut column = DerivedCells::of_texts(said.name, cells);
            match said.kind {
                HeaderKind::Number => column.kind = Some(ColumnKind::Number),
                HeaderKind::Date => column.kind = Some(ColumnKind::Date),
                HeaderKind::Text => {}
            }
            columns.push(column);
        }
        columns.push(DerivedCells {
            kind: Some(ColumnKind::Number),
            ..DerivedCells::of_texts(
                "days_since_first_study",
                texts(&self.days_since_first_study()),
            )
        });
        columns.retain(|column| column.cells.iter().any(Option::is_some));
        columns
    }

    /// Days of a file's study since the first of its patient.
    fn days_since_first_study(&self) -> impl Fn(usize, &Study) -> Option<String> {
        let mut first: HashMap<usize, i64> = HashMap::new();
        for (study, patient) in self.studies.iter().zip(&self.patients) {
            if let (Some(day), Some(patient)) = (study.and_then(day_of), patient) {
                let first = first.entry(*patient).or_insert(day);
                *first = day.min(*first);
            }
        }
        move |file, study| {
            let first = first.get(&self.patients[file]?)?;
            Some((day_of(study)? - first).to_string())
        }
    }

    /// What somebody should know of these files.
    pub(super) fn said(&self, files: &[usize]) -> Vec<Assumption> {
        let studies = || files.iter().filter_map(|file| self.studies[*file]);
        let count = |is: &dyn Fn(&Study) -> bool| studies().filter(|study| is(study)).count();
        let mut said = Vec::new();
        let n_masked = files.iter().filter(|file| self.masked[**file]).count();
        let mut say = |topic, column: Option<&str>, n: usize, text: &dyn Fn(&str) -> String| {
            let files = match n {
                0 => return,
                1 => "1 DICOM file".to_owned(),
                n => format!("{n} DICOM files"),
            };
            said.push(Assumption {
                topic,
                column: column.map(str::to_owned),
                text: text(&files),
            });
        };
        say(
            "frames",
            None,
            count(&|study| study.n_frames > 1),
            &|files| format!("Of {files} with several frames the first is read."),
        );
        let raw = |study: &Study| study.cell("presentation_intent") == Some("FOR PROCESSING");
        let intent = Some("presentation_intent");
        say("presentation", intent, count(&raw), &|files| {
            format!(
                "The pixels of {files} are for processing: the detector's own values, and not what a reader of films \
                 would be shown."
            )
        });
        let burned = |study: &Study| study.cell(BURNED_IN) == Some("YES");
        say("burned_in", Some(BURNED_IN), count(&burned), &|files| {
            format!(
                "By their headers, letters are burnt into the pixels of {files}: they may name a patient."
            )
        });
        say("patient", None, n_masked, &|files| {
            format!(
                "The paths of {files} name the patient: the number is shown in place of the name; \
                 --dicom-identifiers shows them as they are."
            )
        });
        let nobody = count(&|study| study.patient.key().is_none());
        say("patient", Some(PATIENT), nobody, &|files| {
            format!("{files} name no patient: each counts as a patient of its own.")
        });
        said
    }
}

const BURNED_IN: &str = "burned_in_annotation";

/// The day of a study, where it is known.
fn day_of(study: &Study) -> Option<i64> {
    let date: Date = study.cell("study_date")?.parse().ok()?;
    match date.parts() {
        (year, Some(month), Some(day)) => Some(civil::to_days(year, month, day)),
        _ => None,
    }
}
