//! Whether two sets of features see the same images alike, in numbers and in words.

use std::collections::HashMap;

use ndarray::Axis;

use crate::analysis::Monitor;
use crate::analysis::association::{CheckedAssociation, LEVEL, NotTestable, SetsFinding, SetsTest};

use super::super::study::{Study, StudyError};
use super::super::values::group_numbers;
use super::words::{self, Unit, percent, plural};

/// Two sets of features of one cohort, compared.
#[derive(Debug)]
pub struct Sets {
    /// What each is called.
    pub names: [String; 2],
    /// Images that have a vector in both.
    pub n_images: usize,
    /// Images that have one in this set alone.
    pub n_alone: [usize; 2],
    /// What was found.
    pub test: SetsTest,
    /// It in sentences.
    pub sentences: Vec<String>,
}

impl Study {
    /// Compares its features with those of another study of the same cohort, image by image; those that are in one of
    /// them alone are left out and counted. `names` has what each set is called.
    ///
    /// # Errors
    /// When no image is in both, and when cancelled.
    pub fn compare_sets(
        &self,
        other: &Self,
        names: [String; 2],
        (checked, n_neighbors): (&CheckedAssociation, usize),
        monitor: &dyn Monitor,
    ) -> Result<Sets, StudyError> {
        let records = other.cohort.records.iter().zip(0..);
        let places: HashMap<&str, usize> = records
            .map(|(record, place)| (record.id.as_str(), place))
            .collect();
        let here = self.cohort.records.iter().enumerate();
        let both =
            here.filter_map(|(place, record)| Some((place, *places.get(record.id.as_str())?)));
        let (here, there): (Vec<usize>, Vec<usize>) = both.unzip();
        if here.is_empty() {
            return Err(StudyError::NothingInBoth);
        }
        let groups = group_numbers(&self.cohort);
        let groups: Vec<usize> = here.iter().map(|&place| groups[place]).collect();
        let a = self.features.select(Axis(0), &here);
        let b = other.features.select(Axis(0), &there);
        let test = checked.sets([a.view(), b.view()], &groups, n_neighbors, monitor)?;
        let mut sets = Sets {
            n_images: here.len(),
            n_alone: [self.n_images() - here.len(), other.n_images() - here.len()],
            names,
            test,
            sentences: Vec::new(),
        };
        sets.sentences = sets.sentences(Unit::of(&self.cohort));
        Ok(sets)
    }
}

impl Sets {
    fn sentences(&self, unit: Unit) -> Vec<String> {
        let mut all = vec![self.which(unit)];
        match &self.test.outcome {
            Ok(finding) => all.extend(self.found(finding, unit)),
            // It is of columns elsewhere.
            Err(NotTestable::FewValues) => all.push(
                "Nothing can be compared: in one of the sets all images are equally far apart."
                    .to_owned(),
            ),
            Err(reason) => all.push(format!(
                "Nothing can be compared: {}.",
                reason.sentence(unit.one(), unit.many())
            )),
        }
        all
    }

    /// What is compared.
    fn which(&self, unit: Unit) -> String {
        let [a, b] = &self.names;
        let mut said = format!(
            "{} have a vector in both {a} and {b}",
            plural(self.n_images, "image")
        );
        for (n, name) in self.n_alone.iter().zip(&self.names) {
            if *n > 0 {
                said += &format!(", {} in {name} alone", words::thousands(*n));
            }
        }
        if self.test.n_sampled < self.n_images {
            let (n, of) = (
                words::thousands(self.test.n_sampled),
                unit.count(self.test.n_groups),
            );
            said += &format!("; {n} of them were drawn for what follows, all images of {of}");
        }
        said + "."
    }

    fn found(&self, finding: &SetsFinding, unit: Unit) -> Vec<String> {
        let test = &self.test;
        let (others, basis) = match unit {
            Unit::Image => (String::new(), plural(test.n_sampled, "image")),
            unit => {
                let (images, groups) = (plural(test.n_sampled, "image"), unit.count(test.n_groups));
                (
                    format!(" of other {}", unit.many()),
                    format!("{images}, {groups}"),
                )
            }
        };
        let said = |p: f64, what: &str| {
            let nothing = "no evidence that the two see the same images alike: ";
            let nothing = if p <= LEVEL { "" } else { nothing };
            words::capital(&format!("{nothing}{what} ({}, {basis}).", words::p(p)))
        };
        let neighbours = format!(
            "of an image's {} nearest{others}, {} are the same in both sets, where chance gives {}",
            test.n_neighbors,
            percent(finding.shared),
            percent(finding.shared_by_chance)
        );
        let distances = format!(
            "the distances between images{others} have a Mantel correlation of {:.2}",
            finding.correlation
        );
        vec![
            said(finding.shared_p_value, &neighbours),
            said(finding.correlation_p_value, &distances),
            self.exchanges(unit),
            "Two sets that agree may both see the view, the exposure or the device: the verdict of each says what it \
             sees."
                .to_owned(),
        ]
    }

    /// What p is of.
    fn exchanges(&self, unit: Unit) -> String {
        let n = words::thousands(self.test.n_permutations);
        match unit {
            Unit::Image => format!("p is of {n} exchanges of images."),
            unit => format!(
                "p is of {n} exchanges of whole {} that have equally many images; {} of {} have another one like that.",
                unit.many(),
                words::thousands(self.test.n_movable),
                words::thousands(self.test.n_groups)
            ),
        }
    }
}
