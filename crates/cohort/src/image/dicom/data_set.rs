//! The elements of a DICOM file, as far as its picture (DICOM PS3.5, section 7, and PS3.10, section 7).
//!
//! Of our own, and not `dicom-object`: that reads sequences within sequences by recursion, and a file of 360 kB with
//! 10,000 of them overflows the stack, which ends the process. Here nothing is copied, nesting is a list with a
//! limit, and the values are those that a picture and its columns are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::DeflateDecoder;

use super::elements::{Form, Reader, UNDEFINED};
use super::fault::{damaged, truncated};
use super::start;
use super::syntax::Syntax;
use super::tags::{self, Tag};
use crate::image::error::ImageError;
use crate::image::limits::MAX_FILE_BYTES;

/// Sequences within sequences, at most; those of real files are four deep.
const MAX_DEPTH: usize = 32;
/// Elements that are kept, at most.
const MAX_KEPT: usize = 10_000;

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In the data set itself, or among what an enhanced file says of its first frame.
    Top,
    /// In the first item of the modality LUT sequence.
    ModalityLut,
    /// In the first item of the VOI LUT sequence.
    VoiLut,
    /// Anywhere else.
    Elsewhere,
}

/// The elements of a file before its pixels, and where these are.
#[derive(Debug)]
pub(super) struct DataSet<'a> {
    /// How pixels and numbers are written.
    pub(super) syntax: Syntax,
    /// Values by place and tag; of a tag that comes again in the same place, the first.
    values: BTreeMap<(Place, Tag), &'a [u8]>,
    /// The bytes of the pixels, as they are in the file; `None` in a file without.
    pub(super) pixels: Option<PixelData<'a>>,
}

/// The value of Pixel Data.
#[derive(Debug, Clone, Copy)]
pub(super) enum PixelData<'a> {
    /// Samples.
    Native(&'a [u8]),
    /// Fragments behind each other, from the first item on.
    Encapsulated(&'a [u8]),
    /// Of a kind that is not read: floating-point numbers.
    Float,
}

/// How far the pixels must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of the file.
    Whole,
    /// What comes before the pixels: the beginning of a file may be all that was read.
    Header,
}

/// The bytes of a data set that may have been deflated, and how it is written.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    bytes: Cow<'a, [u8]>,
    form: Form,
    syntax: Syntax,
    /// What kind of thing the file is, by its meta information.
    sop_class: Option<String>,
}

/// Reads the meta information and inflates what follows where it is deflated.
///
/// # Errors
/// When the file is cut off or damaged, or its data set inflates to more than any file may have.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, ImageError> {
    let mut reader = Reader::of(start::behind(bytes), Form::EXPLICIT);
    let (mut uid, mut sop_class) = (None, None);
    while reader.rest().starts_with(&[2, 0]) {
        let header = reader.header()?;
        let value = reader.value(header.length)?;
        match header.tag {
            tags::TRANSFER_SYNTAX_UID => uid = Some(super::text::ascii(value)),
            tags::MEDIA_STORAGE_SOP_CLASS => sop_class = Some(super::text::ascii(value)),
            _ => {}
        }
    }
    let rest = reader.rest();
    let syntax = match uid {
        Some(uid) => Syntax::of(&uid),
        None => Syntax::Native,
    };
    let bytes = match syntax {
        Syntax::Deflated => Cow::Owned(inflated(rest)?),
        _ => Cow::Borrowed(rest),
    };
    // Some write explicitly what they call implicit, and the other way round: the first element tells.
    let form = match syntax {
        Syntax::BigEndian => Form::BIG_ENDIAN,
        _ => Form::guess(&bytes),
    };
    Ok(Opened {
        bytes,
        form,
        syntax,
        sop_class,
    })
}

fn inflated(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut all = Vec::new();
    let mut decoder = DeflateDecoder::new(bytes).take(MAX_FILE_BYTES + 1);
    decoder.read_to_end(&mut all).map_err(|error| {
        match error.kind() == std::io::ErrorKind::UnexpectedEof {
            true => truncated(),
            false => damaged("its deflated data cannot be inflated"),
        }
    })?;
    match all.len() as u64 > MAX_FILE_BYTES {
        true => Err(ImageError::FileTooLarge {
            bytes: all.len() as u64,
            limit: MAX_FILE_BYTES,
        }),
        false => Ok(all),
    }
}

impl Opened<'_> {
    /// What kind of thing the file is, by its meta information.
    pub(super) fn sop_class(&self) -> Option<&str> {
        self.sop_class.as_deref()
    }

    /// Reads the elements up to the pixels.
    ///
    /// # Errors
    /// When the file is cut off or damaged.
    pub(super) fn read(&self, extent: Extent) -> Result<DataSet<'_>, ImageError> {
        let mut reader = Reader::of(&self.bytes, self.form);
        let mut data_set = DataSet {
            syntax: self.syntax,
            values: BTreeMap::new(),
            pixels: None,
        };
        let mut open: Vec<Level> = Vec::new();
        loop {
            while open.last().is_some_and(|level| level.ends(reader.at)) {
                open.pop();
            }
            if reader.rest().is_empty() {
                return match open.is_empty() {
                    true => Ok(data_set),
                    false => Err(truncated()),
                };
            }
            // Zeros behind the last element fill up a length.
            let rest = reader.rest();
            if open.is_empty() && rest.iter().take(4).all(|byte| *byte == 0) {
                let is_filling = rest.iter().all(|byte| *byte == 0);
                let fault = || damaged("an element has no number");
                return is_filling.then_some(data_set).ok_or_else(fault);
            }
            reader.form = open.last().map_or(self.form, |level| level.form);
            let header = reader.header()?;
            match header.tag {
                tags::ITEM => {
                    let level = open.last_mut().filter(|level| level.is_sequence());
                    let place = level
                        .ok_or_else(|| damaged("an item stands outside of a sequence"))?
                        .next_item();
                    open.push(Level::item(place, header.length, &reader));
                }
                tags::ITEM_DELIMITER | tags::SEQUENCE_DELIMITER => {
                    // Some write a delimiter behind a length that was told, too.
                    let is_item = header.tag == tags::ITEM_DELIMITER;
                    if open
                        .last()
                        .is_some_and(|level| level.is_sequence() != is_item)
                    {
                        open.pop();
                    }
                }
                tags::PIXEL_DATA if open.is_empty() => {
                    data_set.pixels = Some(pixels(&mut reader, header.length, extent)?);
                    return Ok(data_set);
                }
                tags::FLOAT_PIXEL_DATA | tags::DOUBLE_PIXEL_DATA if open.is_empty() => {
                    data_set.pixels = Some(PixelData::Float);
                    return Ok(data_set);
                }
                tag if header.is_sequence() => {
                    if open.len() >= MAX_DEPTH {
                        return Err(damaged(
                            "its sequences are nested deeper than any need to be",
                        ));
                    }
                    let place = open.last().map_or(Place::Top, |level| level.place);
                    let mut level = Level::sequence(tag, place, header.length, &reader);
                    // What is unknown is written implicitly (DICOM PS3.5, 6.2.2).
                    if header.kind == Some(*b"UN") {
                        level.form.explicit = false;
                    }
                    open.push(level);
                }
                tag => {
                    let place = open.last().map_or(Place::Top, |level| level.place);
                    let value = reader.value(header.length)?;
                    data_set.keep(place, tag, value)?;
                }
            }
        }
    }
}

impl<'a> DataSet<'a> {
    fn keep(&mut self, place: Place, tag: Tag, value: &'a [u8]) -> Result<(), ImageError> {
        // Odd groups are their makers' own.
        if place == Place::Elsewhere || (tag >> 16) % 2 == 1 {
            return Ok(());
        }
        self.values.entry((place, tag)).or_insert(value);
        match self.values.len() > MAX_KEPT {
            true => Err(damaged("it has more elements than any picture has")),
            false => Ok(()),
        }
    }

    /// The bytes of a value; `None` where it is not there or empty.
    pub(super) fn bytes(&self, place: Place, tag: Tag) -> Option<&'a [u8]> {
        let value = self.values.get(&(place, tag)).copied();
        value.filter(|value| !value.is_empty())
    }

    /// The first of 16-bit numbers.
    pub(super) fn u16(&self, tag: Tag) -> Option<u16> {
        self.u16s(Place::Top, tag).next()
    }

    /// 16-bit numbers.
    pub(super) fn u16s(&self, place: Place, tag: Tag) -> impl Iterator<Item = u16> {
        let big_endian = self.syntax == Syntax::BigEndian;
        let bytes = self.bytes(place, tag).unwrap_or_default();
        bytes.chunks_exact(2).map(move |pair| match big_endian {
            true => u16::from_be_bytes([pair[0], pair[1]]),
            false => u16::from_le_bytes([pair[0], pair[1]]),
        })
    }

    /// The first of numbers that are written as text.
    pub(super) fn number(&self, place: Place, tag: Tag) -> Option<f64> {
        self.numbers(place, tag).into_iter().next().flatten()
    }

    /// Numbers that are written as text; `None` for what is no finite one.
    pub(super) fn numbers(&self, place: Place, tag: Tag) -> Vec<Option<f64>> {
        let text = super::text::ascii(self.bytes(place, tag).unwrap_or_default());
        let number = |part: &str| part.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        text.split('\\').map(number).collect()
    }

    /// A value of letters that every character set has, without the blanks at its ends; `None` where none is left.
    pub(super) fn ascii(&self, tag: Tag) -> Option<String> {
        let text = super::text::ascii(self.bytes(Place::Top, tag)?);
        (!text.is_empty()).then_some(text)
    }

    /// A text in the character set of the file, without blanks at its ends; `None` where none is left.
    pub(super) fn text(&self, tag: Tag) -> Option<String> {
        let charset = self.ascii(tags::SPECIFIC_CHARACTER_SET).unwrap_or_default();
        let text = super::text::decoded(self.bytes(Place::Top, tag)?, &charset);
        (!text.is_empty()).then_some(text)
    }
}

/// A sequence or an item that is open.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Of the elements in it, or of the items of a sequence.
    place: Place,
    /// The tag of a sequence; `None` of an item.
    sequence: Option<Tag>,
    /// How many items a sequence had so far.
    n_items: usize,
    /// Where it ends; `None` where a delimiter ends it.
    end: Option<usize>,
    /// How what is in it is written.
    form: Form,
}

impl Level {
    fn sequence(tag: Tag, within: Place, length: u32, reader: &Reader<'_>) -> Self {
        let place = match (within, tag) {
            (Place::Top, tags::MODALITY_LUT_SEQUENCE) => Place::ModalityLut,
            (Place::Top, tags::VOI_LUT_SEQUENCE) => Place::VoiLut,
            (Place::Top, tag) if tags::OF_FRAMES.contains(&tag) => Place::Top,
            _ => Place::Elsewhere,
        };
        Self {
            sequence: Some(tag),
            ..Self::item(place, length, reader)
        }
    }

    fn item(place: Place, length: u32, reader: &Reader<'_>) -> Self {
        Self {
            place,
            sequence: None,
            n_items: 0,
            end: (length != UNDEFINED).then(|| reader.at.saturating_add(length as usize)),
            form: reader.form,
        }
    }

    fn is_sequence(&self) -> bool {
        self.sequence.is_some()
    }

    /// The place of what the next item holds: the first alone counts.
    fn next_item(&mut self) -> Place {
        self.n_items += 1;
        match self.n_items {
            1 => self.place,
            _ => Place::Elsewhere,
        }
    }

    fn ends(&self, at: usize) -> bool {
        self.end.is_some_and(|end| at >= end)
    }
}

fn pixels<'a>(
    reader: &mut Reader<'a>,
    length: u32,
    extent: Extent,
) -> Result<PixelData<'a>, ImageError> {
    match (length, extent) {
        (UNDEFINED, _) => Ok(PixelData::Encapsulated(reader.rest())),
        (_, Extent::Header) => Ok(PixelData::Native(&[])),
        (length, Extent::Whole) => Ok(PixelData::Native(reader.value(length)?)),
    }
}
