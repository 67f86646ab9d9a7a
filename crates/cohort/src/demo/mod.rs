//! The demo cohort: chest X-rays that are drawn, so that the product can be tried without any data.
//!
//! [`demo()`] draws 180 pictures of 110 made-up patients, most from the front and some from the side,
//! and makes up a table of the kind that published collections have: dates of mixed precision, a
//! third of the locations missing, several pictures of some patients. All of it follows from fixed
//! seeds and from arithmetic that IEEE 754 fixes to the last bit, so the bytes are the same on every
//! machine and with any number of threads.
//!
//! What is planted, and how it hangs together:
//!
//! ```text
//! pattern ──(prefers)── source ──(lives there)── country
//!    │                     │
//!  opacities          framing, grain, sharpness, grid lines, shutter, corners, marker
//! ```
//!
//! - `pattern` is the truth: `bilateral basal` (patches in the lower outer parts of both lungs),
//!   `lobar` (one dense lobe with a sharp fissure) or `interstitial` (a fine net over both lungs).
//!   It belongs to the patient; its severity varies from day to day.
//! - `source` (the host of `url`) is the confounder. Each of the four has a look of its own, and
//!   prefers one pattern, though every source has all three. A map of these pictures therefore shows
//!   groups that are sources, not diseases; the pattern goes with them only as far as the sources
//!   prefer it.
//! - Nothing else may stand for the source. Picture sizes, file types, brightness and contrast are
//!   drawn alike for all sources, and all of them have views from the bedside and from the side.
//! - `country` depends on the source alone: any agreement between groups and countries comes from
//!   who published the pictures.
//! - `finding` is what a reader of the pictures wrote down, and is wrong for about a tenth of the
//!   patients.

mod canvas;
mod film;
mod frontal;
mod glyphs;
mod lateral;
mod opacity;
mod plan;
mod rng;

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::{fs, io};

use csv::StringRecord;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use rayon::prelude::*;

use super::Source;
use super::assemble::{Parts, assemble};
use super::error::CohortError;
use super::image::{ImageError, ImageSource, encode_jpeg};
use super::join::Need;
use super::record::Cohort;
use super::table::Table;
use super::walk::{FileEntry, Found};
use canvas::{Canvas, Frame};
use frontal::{Anatomy, Breath};
use lateral::SideView;
use negatoscope_host::files::{Folder, OutputError};
use opacity::Seen;
use plan::{FileKind, HEADER, Shot, View};
use rng::Rng;

/// What must be said wherever these pictures are shown.
pub const NOTICE: &str = "These X-rays are drawn by negatoscope itself, not taken of patients.";

/// What the drawings are: BLAKE3 over names, rows and bytes of all pictures. Whoever changes a drawing puts the new
/// value here (`tests/cohort_demo.rs` says it), and no picture that was kept of the old ones is taken for a new one.
pub const DRAWINGS: &str = "0f06f21424c0bbf0d9541b19498e86e4e082f75483391c0a97d41d7442f2e5dc";

/// JPEG quality of the sources that publish JPEG.
const QUALITY: u8 = 88;

/// Keeps pictures from one start to the next, so that they are drawn once.
pub trait Drawer: Send + Sync {
    /// The bytes of a picture that was kept, whole.
    fn find(&self, filename: &str) -> Option<Vec<u8>>;
    /// Keeps them.
    fn keep(&self, filename: &str, bytes: &[u8]);
}

/// Keeps nothing.
impl Drawer for () {
    fn find(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
    fn keep(&self, _: &str, _: &[u8]) {}
}

/// The demo cohort, whose pictures are drawn when they are read and not in the `drawer`. Filters and groups of
/// `source` apply; its paths are not looked at.
///
/// # Errors
/// As [`open`](super::open()) for filters and columns.
pub fn demo(source: &Source, drawer: Arc<dyn Drawer>) -> Result<Cohort, CohortError> {
    let shots = plan::shots();
    let rows = shots.iter().map(|shot| shot.row.iter().collect()).collect();
    let file = |shot: Shot| {
        let name = shot.row[0].clone();
        let drawer = Arc::clone(&drawer);
        let bytes = move || match drawer.find(&shot.row[0]) {
            Some(bytes) => Ok(bytes),
            None => draw(&shot).inspect(|bytes| drawer.keep(&shot.row[0], bytes)),
        };
        let drawn = LazyLock::new(Box::new(bytes) as _);
        FileEntry::new(name, Found::Image(ImageSource::Drawn(Arc::new(drawn))))
    };
    let files = shots.into_iter().map(file).collect();
    let table = Table::new(&HEADER.iter().collect::<StringRecord>(), rows);
    let parts = Parts {
        name: "demo".to_owned(),
        table: Some(table),
        files,
        passed: Vec::new(),
        assumed: Vec::new(),
        inventory: None,
    };
    let mut cohort = assemble(parts, source, Need::Images)?;
    cohort.notice = Some(NOTICE);
    Ok(cohort)
}

/// Writes the demo cohort to `folder` (made if need be, and empty): `images/`, `metadata.csv`, and a
/// `README.txt` that says what it is. [`open`](super::open()) reads the same records from it. It
/// appears as a whole or not at all.
///
/// # Errors
/// When the folder holds anything, or cannot be written.
pub fn write(folder: &Path) -> Result<(), OutputError> {
    let folder = Folder::at(folder)?;
    fill(folder.aside()).map_err(|reason| folder.refused(reason))?;
    folder.finish()
}

/// Writes the files of the demo cohort.
fn fill(folder: &Path) -> Result<(), String> {
    let io = |error: io::Error| error.to_string();
    let csv = |error: csv::Error| error.to_string();
    let images = folder.join("images");
    fs::create_dir(&images).map_err(io)?;
    let shots = plan::shots();
    let draw = |shot: &Shot| {
        let bytes = draw(shot).map_err(|error| error.to_string())?;
        fs::write(images.join(&shot.row[0]), bytes).map_err(io)
    };
    shots.par_iter().try_for_each(draw)?;
    let mut table = csv::Writer::from_path(folder.join("metadata.csv")).map_err(csv)?;
    table.write_record(HEADER).map_err(csv)?;
    for shot in &shots {
        table.write_record(&shot.row).map_err(csv)?;
    }
    table.flush().map_err(io)?;
    fs::write(folder.join("README.txt"), format!("{NOTICE}\n")).map_err(io)
}

/// One picture as a file.
fn draw(shot: &Shot) -> Result<Vec<u8>, ImageError> {
    let (width, height) = shot.size;
    let mut rng = Rng::new(4, shot.number);
    let frame = Frame {
        centre: (
            width as f32 * rng.about(0.5, 0.035),
            height as f32 * rng.about(0.52, 0.04),
        ),
        scale: width as f32 * rng.about(shot.source.style.framing, 0.03),
        turn: rng.about(
            0.0,
            if shot.view == View::ApSupine {
                0.08
            } else {
                0.035
            },
        ),
    };
    let mut canvas = Canvas::new(width, height, frame);
    let seen = if shot.view == View::Lateral {
        SideView::new(shot.patient).draw(&mut canvas);
        Seen::Side
    } else {
        let breath = Breath {
            dome_shift: rng.about(0.0, 0.06),
            supine: shot.view == View::ApSupine,
        };
        Anatomy::new(shot.patient, shot.female).draw(&mut canvas, breath);
        Seen::Front
    };
    opacity::draw(&mut canvas, shot.pattern, seen, shot.patient, shot.severity);
    let pixels = film::expose(&canvas, &shot.source.style, shot.number, shot.text);
    let (width, height) = (width as u32, height as u32);
    let mut bytes = Vec::new();
    match shot.file_type {
        FileKind::Png => {
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Sub)
                .write_image(&pixels, width, height, ExtendedColorType::L8)
                .map_err(|_| ImageError::NoThumbnail)?;
        }
        FileKind::Jpeg => {
            let color = ExtendedColorType::L8;
            bytes = encode_jpeg(&pixels, (width, height), color, QUALITY)?;
        }
    }
    Ok(bytes)
}
