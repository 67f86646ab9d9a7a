//! Who is in the demo cohort, and what its table says.

use super::film::{Marker, Style};
use super::opacity::Pattern;
use super::rng::Rng;

/// Drawn patients.
const N_PATIENTS: usize = 110;

/// Drawn pictures.
const N_SHOTS: usize = 180;

/// The columns of the table.
pub(super) const HEADER: [&str; 13] = [
    "filename",
    "patientid",
    "offset",
    "sex",
    "age",
    "finding",
    "pattern",
    "view",
    "modality",
    "date",
    "location",
    "url",
    "notes",
];

/// One picture and its row.
#[derive(Debug, Clone)]
pub(super) struct Shot {
    pub(super) number: u64,
    pub(super) patient: u64,
    pub(super) female: bool,
    pub(super) pattern: Pattern,
    pub(super) source: &'static Origin,
    pub(super) file_type: FileKind,
    /// Width and height in pixels.
    pub(super) size: (usize, usize),
    pub(super) view: View,
    /// 1 is a typical case.
    pub(super) severity: f32,
    /// What is written on the picture.
    pub(super) text: &'static str,
    /// Cells below [`HEADER`].
    pub(super) row: [String; 13],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Pa,
    Ap,
    ApSupine,
    Lateral,
}

impl View {
    fn name(self) -> &'static str {
        match self {
            Self::Pa => "PA",
            Self::Ap => "AP",
            Self::ApSupine => "AP Supine",
            Self::Lateral => "L",
        }
    }
}

/// Where pictures were published: what they look like, and where their patients live.
#[derive(Debug)]
pub(super) struct Origin {
    host: &'static str,
    pub(super) style: Style,
    /// Share of its pictures that were taken at the bedside.
    bedside: f32,
    /// Share of each of [`Pattern::ALL`] that was published here.
    share: [f32; 3],
    towns: [&'static str; 4],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Png,
    Jpeg,
}

/// Widths and heights in pixels. All sources use all of them, and both types of file, so that
/// neither stands for the source.
const SIZES: [(usize, usize); 4] = [(320, 304), (336, 304), (304, 304), (320, 288)];

/// The four sources. Each prefers one pattern: that is the planted confounder.
pub(super) static ORIGINS: [Origin; 4] = [
    Origin {
        host: "www.northlight.example",
        style: Style {
            framing: 0.49,
            grain: 0.004,
            edge: 1.4,
            grid: 0.0,
            shutter: 0.0,
            vignette: 0.0,
            marker: Marker::Letter,
        },
        bedside: 0.15,
        share: [0.22, 0.46, 0.22],
        towns: [
            "Oslo, Norway",
            "Bergen, Norway",
            "Gothenburg, Sweden",
            "Porto, Portugal",
        ],
    },
    Origin {
        host: "harbour-cases.example",
        style: Style {
            framing: 0.5,
            grain: 0.035,
            edge: 0.0,
            grid: 0.0,
            shutter: 0.1,
            vignette: 0.0,
            marker: Marker::Boxed,
        },
        bedside: 0.15,
        share: [0.46, 0.16, 0.18],
        towns: [
            "Osaka, Japan",
            "Busan, South Korea",
            "Hanoi, Vietnam",
            "Hue, Vietnam",
        ],
    },
    Origin {
        host: "journal-of-phantoms.example",
        style: Style {
            framing: 0.57,
            grain: 0.006,
            edge: -0.7,
            grid: 0.0,
            shutter: 0.0,
            vignette: 0.2,
            marker: Marker::Tile,
        },
        bedside: 0.15,
        share: [0.20, 0.24, 0.20],
        towns: [
            "Lyon, France",
            "Bologna, Italy",
            "Porto, Portugal",
            "Osaka, Japan",
        ],
    },
    Origin {
        host: "bedside.example",
        style: Style {
            framing: 0.46,
            grain: 0.01,
            edge: 0.0,
            grid: 0.06,
            shutter: 0.0,
            vignette: 0.0,
            marker: Marker::Words,
        },
        bedside: 0.24,
        share: [0.12, 0.14, 0.40],
        towns: [
            "Quito, Ecuador",
            "Nairobi, Kenya",
            "Bologna, Italy",
            "Turin, Italy",
        ],
    },
];

/// All pictures, patient by patient.
pub(super) fn shots() -> Vec<Shot> {
    let mut counts = [1usize; N_PATIENTS];
    let mut rng = Rng::new(1, 0);
    let mut left = N_SHOTS - N_PATIENTS;
    while left > 0 {
        let patient = rng.below(N_PATIENTS);
        // Nobody has more than five pictures.
        if counts[patient] < 5 {
            counts[patient] += 1;
            left -= 1;
        }
    }
    let mut shots = Vec::with_capacity(N_SHOTS);
    for (patient, n_shots) in counts.into_iter().enumerate() {
        let patient = Patient::new(patient as u64 + 1);
        let mut day = 0;
        for order in 0..n_shots {
            let number = shots.len() as u64 + 1;
            let mut rng = Rng::new(3, number);
            day += if order == 0 {
                rng.below(3)
            } else {
                1 + rng.below(6)
            };
            shots.push(patient.shot(number, order, day, &mut rng));
        }
    }
    shots
}

/// What all pictures of a patient share.
struct Patient {
    number: u64,
    female: bool,
    sex: &'static str,
    age: String,
    pattern: Pattern,
    finding: &'static str,
    origin: &'static Origin,
    location: String,
    /// Month and day of falling ill, in 2021.
    start: (usize, usize),
    precision: usize,
    file_type: FileKind,
}

impl Patient {
    fn new(number: u64) -> Self {
        let mut rng = Rng::new(2, number);
        let female = rng.happens(0.45);
        let pattern = rng.below(3);
        let shares: Vec<f32> = ORIGINS.iter().map(|origin| origin.share[pattern]).collect();
        let origin = &ORIGINS[rng.pick(&shares)];
        // The reader of the pictures calls some of them by another name.
        let read = if rng.happens(0.15) {
            rng.below(3)
        } else {
            pattern
        };
        let findings = [
            "multifocal opacities",
            "focal consolidation",
            "reticulation",
        ];
        Self {
            number,
            female,
            sex: if rng.happens(0.06) {
                ""
            } else if female {
                "F"
            } else {
                "M"
            },
            age: if rng.happens(0.1) {
                String::new()
            } else {
                (18 + rng.below(72)).to_string()
            },
            pattern: Pattern::ALL[pattern],
            finding: if rng.happens(0.05) {
                ""
            } else {
                findings[read]
            },
            origin,
            location: location(origin, &mut rng),
            start: (1 + rng.below(11), 1 + rng.below(10)),
            precision: rng.pick(&[0.45, 0.2, 0.35]),
            file_type: if rng.happens(0.5) {
                FileKind::Png
            } else {
                FileKind::Jpeg
            },
        }
    }

    fn shot(&self, number: u64, order: usize, day: usize, rng: &mut Rng) -> Shot {
        let view = match order {
            1.. if rng.happens(0.10) => View::Lateral,
            _ if !rng.happens(self.origin.bedside) => View::Pa,
            _ if rng.happens(0.7) => View::ApSupine,
            _ => View::Ap,
        };
        let severity = rng.about(1.15, 0.40);
        let ending = match self.file_type {
            FileKind::Png => "png",
            FileKind::Jpeg => "jpeg",
        };
        let row = [
            format!("phantom-{number:03}.{ending}"),
            format!("P{:03}", self.number),
            day.to_string(),
            self.sex.to_owned(),
            self.age.clone(),
            self.finding.to_owned(),
            self.pattern.name().to_owned(),
            view.name().to_owned(),
            "X-ray".to_owned(),
            self.date(day),
            self.location.clone(),
            format!("https://{}/case/{}", self.origin.host, self.number),
            note(severity, day),
        ];
        Shot {
            number,
            patient: self.number,
            female: self.female,
            pattern: self.pattern,
            source: self.origin,
            file_type: self.file_type,
            size: SIZES[rng.below(SIZES.len())],
            view,
            severity,
            text: marker_text(self.origin.style.marker, view, order),
            row,
        }
    }

    /// The day, the month or the year alone, as the source gives it.
    fn date(&self, day: usize) -> String {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let (month, first) = self.start;
        // Months are cut to 28 days: nobody is ill for longer than the next month.
        let (month, day) = (month + (first + day - 1) / 28, (first + day - 1) % 28 + 1);
        match self.precision {
            0 => format!("{} {day}, 2021", MONTHS[month - 1]),
            1 => format!("{} 2021", MONTHS[month - 1]),
            _ => "2021".to_owned(),
        }
    }
}

/// A third of the patients live nobody knows where; the others' towns depend on the source alone.
fn location(origin: &Origin, rng: &mut Rng) -> String {
    let town = origin.towns[rng.below(4)];
    match rng.pick(&[0.34, 0.40, 0.14, 0.12]) {
        0 => String::new(),
        1 => town.to_owned(),
        2 => format!("General Hospital, {town} "),
        _ => town.rsplit(", ").next().unwrap_or(town).to_owned(),
    }
}

fn marker_text(marker: Marker, view: View, order: usize) -> &'static str {
    match (marker, view) {
        (Marker::Tile, _) => ["A", "B", "C", "D", "E"][order.min(4)],
        (Marker::Words, View::Pa) => "PA",
        (Marker::Words, View::Ap) => "AP BEDSIDE",
        (Marker::Words, View::ApSupine) => "AP SUPINE",
        (Marker::Words, View::Lateral) => "SIDE",
        (Marker::Boxed, View::Lateral) | (Marker::Letter, _) => "L",
        (Marker::Boxed, _) => "R",
    }
}

fn note(severity: f32, day: usize) -> String {
    let degree = match severity {
        s if s < 0.85 => "Slight",
        s if s < 1.2 => "Moderate",
        _ => "Marked",
    };
    format!("Drawn, not a patient. {degree} changes on day {day}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_pictures_and_patients_as_the_documentation_says() {
        let shots = shots();
        assert_eq!(shots.len(), 180);
        let mut patients: Vec<u64> = shots.iter().map(|shot| shot.patient).collect();
        patients.dedup();
        assert_eq!(patients, (1..=110).collect::<Vec<u64>>());
        for pattern in Pattern::ALL {
            let n = shots.iter().filter(|shot| shot.pattern == pattern).count();
            assert!((40..=80).contains(&n), "{pattern:?} {n}");
        }
        assert!((8..=40).contains(&shots.iter().filter(|s| s.view == View::Lateral).count()));
    }

    /// The confounder: pattern and source are associated, yet each source has every pattern.
    #[test]
    fn sources_prefer_patterns_but_have_all() {
        let shots = shots();
        for origin in &ORIGINS {
            let of = |pattern: Pattern| {
                let here = shots.iter().filter(|s| s.source.host == origin.host);
                here.filter(|s| s.pattern == pattern).count()
            };
            let counts = Pattern::ALL.map(of);
            assert!(
                counts.iter().all(|count| *count >= 2),
                "{} {counts:?}",
                origin.host
            );
        }
    }
}
