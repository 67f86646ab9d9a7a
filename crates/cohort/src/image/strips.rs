//! Whether the strips or tiles of a TIFF hold as much as its tags announce.
//!
//! The decoder takes what it needs and looks at nothing else: not whether a strip is as long as it is said
//! to be, not what is left over, and not at the checksum behind deflated data.

use std::io::{Read, copy, sink};

use flate2::read::ZlibDecoder;
use tiff::decoder::ChunkType;
use tiff::tags::{CompressionMethod, Tag};
use weezl::{BitOrder, decode};

use super::error::ImageError;
use super::lzw;
use super::tiff_source::{Source, damaged, explain, truncated};

/// Rows of uncompressed pixels may be filled up to a multiple of four bytes.
const MOST_PADDING: u64 = 3;

/// A strip or a tile.
pub(super) struct Chunk<'a> {
    pub(super) coded: &'a [u8],
    /// Of its upper left pixel.
    pub(super) left: u32,
    pub(super) top: u32,
    /// Of what is coded: a tile reaches over the picture's edges, the last strip does not.
    pub(super) width: u32,
    pub(super) height: u32,
    /// What the last strip has as well, where a program fills it up.
    pub(super) most_height: u32,
}

/// The strips or tiles of the picture in `file`, those of each plane one after the other.
///
/// # Errors
/// When one is missing or ends beyond the file.
pub(super) fn chunks<'a>(
    decoder: &mut Source<'_>,
    file: &'a [u8],
) -> Result<Vec<Chunk<'a>>, ImageError> {
    let is_tiled = decoder.get_chunk_type() == ChunkType::Tile;
    let (offsets, lengths) = match is_tiled {
        true => (Tag::TileOffsets, Tag::TileByteCounts),
        false => (Tag::StripOffsets, Tag::StripByteCounts),
    };
    let mut list = |tag| decoder.get_tag_u64_vec(tag).map_err(explain);
    let (offsets, lengths) = (list(offsets)?, list(lengths)?);
    let (width, height) = decoder.dimensions().map_err(explain)?;
    let (across, down) = decoder.chunk_dimensions();
    // A single strip may be said to be as high as can be.
    let down = if is_tiled { down } else { down.min(height) };
    if across == 0 || down == 0 {
        return Err(damaged("its strips or tiles have no size"));
    }
    // Strips that lie over one another would be read once for each.
    if lengths
        .iter()
        .fold(0, |sum: u64, &length| sum.saturating_add(length))
        > file.len() as u64
    {
        return Err(damaged("its strips or tiles hold more than the file"));
    }
    let (columns, rows) = (width.div_ceil(across), height.div_ceil(down));
    let per_plane = u64::from(columns) * u64::from(rows);
    let expected = per_plane.saturating_mul(planes(decoder));
    if (offsets.len() as u64, lengths.len() as u64) != (expected, expected) {
        return Err(damaged(
            "it has more or fewer strips or tiles than its size needs",
        ));
    }
    let chunk = |(place, (&start, &length)): (u64, (&u64, &u64))| {
        let end = usize::try_from(start.saturating_add(length)).ok();
        let range = usize::try_from(start).ok().zip(end);
        let coded = range.and_then(|(start, end)| file.get(start..end));
        let place = (place % per_plane) as u32;
        let top = place / columns * down;
        Ok(Chunk {
            coded: coded.ok_or_else(truncated)?,
            left: place % columns * across,
            top,
            width: across,
            height: if is_tiled {
                down
            } else {
                down.min(height - top)
            },
            most_height: down,
        })
    };
    let listed = (0..).zip(offsets.iter().zip(&lengths));
    listed.map(chunk).collect()
}

/// How many planes there are, each with strips of its own.
fn planes(decoder: &mut Source<'_>) -> u64 {
    let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration);
    match planar.ok().flatten() {
        Some(2) => samples(decoder),
        _ => 1,
    }
}

/// Samples of a pixel.
fn samples(decoder: &mut Source<'_>) -> u64 {
    let samples = decoder.find_tag_unsigned::<u64>(Tag::SamplesPerPixel);
    samples.ok().flatten().unwrap_or(1).max(1)
}

/// Checks every strip or tile of the picture in `file`.
///
/// # Errors
/// When one is missing, ends beyond the file, or holds less or more than its rows.
pub(super) fn check(
    decoder: &mut Source<'_>,
    file: &[u8],
    compression: CompressionMethod,
    bits_per_sample: u8,
) -> Result<(), ImageError> {
    let bits = (samples(decoder) / planes(decoder)).saturating_mul(u64::from(bits_per_sample));
    let padding = match compression {
        CompressionMethod::None => MOST_PADDING,
        _ => 0,
    };
    for chunk in chunks(decoder, file)? {
        let row = bits.saturating_mul(u64::from(chunk.width)).div_ceil(8);
        let of_rows = |rows: u32| row.saturating_mul(u64::from(rows));
        let (wanted, full) = (of_rows(chunk.height), of_rows(chunk.most_height));
        let held = held(chunk.coded, compression, full)?;
        let fits = |wanted: u64| (wanted..=wanted.saturating_add(padding)).contains(&held);
        if !fits(wanted) && !fits(full) {
            return Err(damaged(
                "a strip or tile holds less or more than its pixels",
            ));
        }
    }
    Ok(())
}

/// How many bytes a strip or tile becomes, of `full` and one at most.
fn held(coded: &[u8], compression: CompressionMethod, full: u64) -> Result<u64, ImageError> {
    match compression {
        CompressionMethod::None => Ok(coded.len() as u64),
        CompressionMethod::LZW => {
            let decoder = decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
            let length = lzw::decoded_length(decoder, coded, full);
            length.ok_or_else(|| damaged("its data hold a code that is in no table"))
        }
        CompressionMethod::Deflate | CompressionMethod::OldDeflate => {
            // One byte more than there should be, so that the checksum is come to.
            let mut inflated = ZlibDecoder::new(coded).take(full.saturating_add(1));
            copy(&mut inflated, &mut sink()).map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => truncated(),
                _ => damaged("its deflated data or their checksum are wrong"),
            })
        }
        CompressionMethod::PackBits => Ok(packed_length(coded, full)),
        // Of facsimile nobody else counts either; that there is something is all that can be asked.
        _ if coded.is_empty() => Err(truncated()),
        _ => Ok(full),
    }
}

/// How many bytes runs and literals become, of `full` and one at most (TIFF 6.0, section 9).
fn packed_length(mut coded: &[u8], full: u64) -> u64 {
    let mut length = 0;
    while let [head, rest @ ..] = coded
        && length <= full
    {
        let (n, taken) = match head.cast_signed() {
            -128 => (0, 0),
            run @ ..0 => (1 - i64::from(run), 1),
            literal => (i64::from(literal) + 1, usize::from(*head) + 1),
        };
        let Some(rest) = rest.get(taken..) else { break };
        length += n.unsigned_abs();
        coded = rest;
    }
    length
}
