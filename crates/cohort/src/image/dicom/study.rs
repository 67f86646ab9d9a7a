//! What the header of a DICOM file says beside its pixels.

use super::data_set::{self, DataSet, Extent, Place};
use super::grey::Greys;
use super::header::{Colours, Header};
use super::tags::{self, Tag};
use crate::image::error::ImageError;
use crate::image::limits::MAX_FILE_BYTES;
use crate::image::source::ImageSource;

/// How much of a file is read to find its header, until one of them is enough.
const PARTS: [u64; 4] = [64 << 10, 1 << 20, 16 << 20, MAX_FILE_BYTES];
/// Of what lists the files of a folder.
const DIRECTORY: &str = "1.2.840.10008.1.3.10";

/// What the header of a file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Whether there is a picture in the file.
    pub has_picture: bool,
    /// Whether the file lists others, as a DICOMDIR does.
    pub is_directory: bool,
    /// Frames, of which the first is read.
    pub n_frames: u32,
    /// Who the patient is, as it is written.
    pub patient: Patient,
    /// The values of the columns that headers make, in their order.
    pub cells: Vec<Option<String>>,
    /// How far pixels are apart, where the file says so.
    pub spacing: Option<Spacing>,
    /// Which of the samples are shown, where the file says so of a picture of more than 8 bits.
    pub window: Option<Window>,
}

/// Who a patient is. None of it is shown unless it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patient {
    /// The identifier.
    pub id: Option<String>,
    /// Who gave it: others give the same to other patients.
    pub issuer: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The day of birth.
    pub birth_date: Option<String>,
}

/// How far the centres of neighbouring pixels are apart, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spacing {
    /// From a row to the one below.
    pub rows_mm: f64,
    /// From a column to the next.
    pub columns_mm: f64,
    /// Which attribute says so.
    pub attribute: SpacingAttribute,
}

/// The attributes that tell the spacing of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpacingAttribute {
    /// In the patient, or at the detector where nothing was calibrated.
    PixelSpacing,
    /// At the detector: what is nearer to the tube is smaller than it seems.
    ImagerPixelSpacing,
    /// On the film that was scanned.
    NominalScannedPixelSpacing,
}

/// Which samples are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The sample up to which all is black.
    pub dark: f64,
    /// The sample from which on all is white.
    pub bright: f64,
}

/// What a column is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    Date,
}

/// A column that headers make.
pub(crate) struct Said {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    read: fn(&DataSet<'_>) -> Option<String>,
}

/// The columns that headers make, beside the patient and the days since the first study.
pub(crate) const COLUMNS: &[Said] = &[
    said("modality", Kind::Text, |data| data.ascii(tags::MODALITY)),
    said("view_position", Kind::Text, |data| {
        data.ascii(tags::VIEW_POSITION)
    }),
    said("laterality", Kind::Text, |data| {
        let of_image = data.ascii(tags::IMAGE_LATERALITY);
        of_image.or_else(|| data.ascii(tags::LATERALITY))
    }),
    said("body_part", Kind::Text, |data| data.ascii(tags::BODY_PART)),
    said("patient_orientation", Kind::Text, |data| {
        data.ascii(tags::PATIENT_ORIENTATION)
    }),
    said("sex", Kind::Text, |data| data.ascii(tags::PATIENT_SEX)),
    said("age", Kind::Number, |data| {
        years(&data.ascii(tags::PATIENT_AGE)?)
    }),
    said("study_date", Kind::Date, |data| {
        date(&data.ascii(tags::STUDY_DATE)?)
    }),
    said("institution", Kind::Text, |data| {
        data.text(tags::INSTITUTION)
    }),
    said("manufacturer", Kind::Text, |data| {
        data.text(tags::MANUFACTURER)
    }),
    said("model", Kind::Text, |data| data.text(tags::MODEL)),
    said("detector_type", Kind::Text, |data| {
        data.ascii(tags::DETECTOR_TYPE)
    }),
    said("detector_id", Kind::Text, |data| {
        data.text(tags::DETECTOR_ID)
    }),
    said("kvp", Kind::Number, |data| {
        positive(data, tags::KVP).map(|kv| kv.to_string())
    }),
    said("exposure_mas", Kind::Number, |data| {
        let micro = || Some(positive(data, tags::EXPOSURE_UAS)? / 1000.0);
        let milli = positive(data, tags::EXPOSURE_MAS).or_else(micro);
        milli.map(|mas| mas.to_string())
    }),
    said("presentation_intent", Kind::Text, |data| {
        data.ascii(tags::PRESENTATION_INTENT)
    }),
    said("burned_in_annotation", Kind::Text, |data| {
        data.ascii(tags::BURNED_IN_ANNOTATION)
    }),
    said("pixel_spacing_mm", Kind::Number, |data| {
        Spacing::read(data).map(|spacing| spacing.rows_mm.to_string())
    }),
    said("pixel_spacing_from", Kind::Text, |data| {
        Spacing::read(data).map(|spacing| spacing.attribute.name().to_owned())
    }),
];

const fn said(name: &'static str, kind: Kind, read: fn(&DataSet<'_>) -> Option<String>) -> Said {
    Said { name, kind, read }
}

impl Study {
    /// Reads the header of a file, and no more of it than that takes.
    ///
    /// # Errors
    /// When the file cannot be read, or its header is cut off or damaged.
    pub fn of(source: &ImageSource) -> Result<Self, ImageError> {
        for n_bytes in PARTS {
            let bytes = source.read_start(n_bytes)?;
            let is_all = (bytes.len() as u64) < n_bytes || n_bytes == MAX_FILE_BYTES;
            match Self::read(&bytes) {
                Err(ImageError::Truncated { .. }) if !is_all => {}
                read => return read,
            }
        }
        Err(super::fault::truncated())
    }

    fn read(bytes: &[u8]) -> Result<Self, ImageError> {
        let opened = data_set::open(bytes)?;
        let data = opened.read(Extent::Header)?;
        let class = data.ascii(tags::SOP_CLASS_UID);
        let class = class.or_else(|| opened.sop_class().map(str::to_owned));
        let n_frames = data.number(Place::Top, tags::N_FRAMES);
        Ok(Self {
            has_picture: data.pixels.is_some(),
            is_directory: class.as_deref() == Some(DIRECTORY),
            n_frames: n_frames.map_or(1, |n| n as u32),
            patient: Patient {
                id: data.text(tags::PATIENT_ID),
                issuer: data.text(tags::ISSUER_OF_PATIENT_ID),
                name: data.text(tags::PATIENT_NAME),
                birth_date: data.ascii(tags::PATIENT_BIRTH_DATE),
            },
            cells: COLUMNS.iter().map(|said| (said.read)(&data)).collect(),
            spacing: Spacing::read(&data),
            window: Window::read(&data),
        })
    }

    /// The value of a column.
    pub(crate) fn cell(&self, name: &str) -> Option<&str> {
        let place = COLUMNS.iter().position(|said| said.name == name)?;
        self.cells[place].as_deref()
    }
}

impl Patient {
    /// What is the same for all files of a patient: the identifier and who gave it; without one, name and day of
    /// birth. `None` where the file says neither.
    pub(crate) fn key(&self) -> Option<[Option<&str>; 3]> {
        let text = |text: &'_ Option<String>| text.is_some();
        match (text(&self.id), text(&self.name)) {
            (true, _) => Some([self.id.as_deref(), self.issuer.as_deref(), None]),
            (false, true) => Some([None, self.name.as_deref(), self.birth_date.as_deref()]),
            (false, false) => None,
        }
    }
}

impl Spacing {
    fn read(data: &DataSet<'_>) -> Option<Self> {
        use SpacingAttribute as A;
        let of = |tag: Tag, attribute| match &data.numbers(Place::Top, tag)[..] {
            &[Some(rows_mm), Some(columns_mm), ..] if rows_mm > 0.0 && columns_mm > 0.0 => {
                Some(Self {
                    rows_mm,
                    columns_mm,
                    attribute,
                })
            }
            _ => None,
        };
        of(tags::PIXEL_SPACING, A::PixelSpacing)
            .or_else(|| of(tags::IMAGER_PIXEL_SPACING, A::ImagerPixelSpacing))
            .or_else(|| {
                let scanned = tags::NOMINAL_SCANNED_PIXEL_SPACING;
                of(scanned, A::NominalScannedPixelSpacing)
            })
    }
}

impl SpacingAttribute {
    /// The attribute's keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::PixelSpacing => "PixelSpacing",
            Self::ImagerPixelSpacing => "ImagerPixelSpacing",
            Self::NominalScannedPixelSpacing => "NominalScannedPixelSpacing",
        }
    }
}

impl Window {
    /// Whatever is wrong with the pixels is said when they are read.
    fn read(data: &DataSet<'_>) -> Option<Self> {
        data.pixels?;
        let header = Header::of(data).ok()?;
        if header.colours != Colours::Grey {
            return None;
        }
        let greys = Greys::of(&header, data).ok()?;
        let [dark, bright] = greys.window.filter(|_| greys.bits > 8)?;
        Some(Self { dark, bright })
    }
}

/// The first of numbers, if it is above zero.
fn positive(data: &DataSet<'_>, tag: Tag) -> Option<f64> {
    data.number(Place::Top, tag).filter(|number| *number > 0.0)
}

/// `YYYYMMDD`, as it is and as it once was with dots, as ISO 8601.
fn date(text: &str) -> Option<String> {
    let digits = text.replace('.', "");
    let is_date = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_date.then(|| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
}

/// `045Y`, `018M`, `003W` or `012D` in years, to two decimals.
fn years(text: &str) -> Option<String> {
    let unit = text.chars().last()?;
    let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    let in_year = match unit {
        'Y' => 1.0,
        'M' => 12.0,
        'W' => 52.18,
        'D' => 365.25,
        _ => return None,
    };
    Some(((number / in_year * 100.0).round() / 100.0).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_years() {
        let ages = ["045Y", "018M", "026W", "010D", "45", "", "0x5Y"].map(years);
        let ages = ages.map(|age| age.unwrap_or_default());
        assert_eq!(ages, ["45", "1.5", "0.5", "0.03", "", "", ""]);
    }

    #[test]
    fn days_as_iso_8601() {
        assert_eq!(date("20200131").as_deref(), Some("2020-01-31"));
        assert_eq!(date("2020.01.31").as_deref(), Some("2020-01-31"));
        assert_eq!(date("202001"), None);
        assert_eq!(date("2020013Ü"), None);
    }
}
