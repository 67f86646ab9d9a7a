//! What the chunks of a PNG say before it is decoded (PNG, third edition, sections 5 and 11).

use super::error::ImageError;
use super::file_type::FileType;

const PNG: FileType = FileType::Png;
const SIGNATURE: usize = 8;

/// Checks the checksum of every chunk that the picture is made of, and that the file reaches its end.
///
/// The decoder stops once it has its pixels, and what is behind them would not be looked at.
///
/// # Errors
/// When a checksum is wrong or the file is cut off.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImageError> {
    let truncated = || ImageError::Truncated { file_type: PNG };
    let mut chunks = Chunks::of(bytes);
    loop {
        let chunk = chunks.next().ok_or_else(truncated)?;
        // A chunk whose first letter is small can be done without.
        if chunk.is_critical() && !chunk.is_sound() {
            return Err(ImageError::Damaged {
                file_type: PNG,
                reason: "a checksum is wrong".to_owned(),
            });
        }
        if &chunk.name == b"IEND" {
            return Ok(());
        }
    }
}

/// The bits that are significant of each sample, where the file says so and its samples are within
/// them: the standard wants samples to be scaled up, and programs that do not are those that matter here.
pub(super) fn significant_bits(bytes: &[u8]) -> Option<u8> {
    let mut chunks = Chunks::of(bytes);
    let found = chunks.find(|chunk| &chunk.name == b"sBIT" && chunk.is_sound())?;
    // Colour types with alpha are 4 and 6; its bits come last and say nothing of the greys.
    let has_alpha = bytes.get(25).is_some_and(|colour| colour & 4 != 0);
    let n_colours = found.body.len() - usize::from(has_alpha && !found.body.is_empty());
    found.body[..n_colours].iter().copied().max()
}

/// Whether a browser would show other pixels than ours: by a colour profile or gamma, transparency,
/// an orientation, or frames.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    const OTHERWISE: [&[u8; 4]; 7] = [
        b"iCCP", b"gAMA", b"cHRM", b"cICP", b"tRNS", b"eXIf", b"acTL",
    ];
    Chunks::of(bytes).all(|chunk| !OTHERWISE.contains(&&chunk.name))
        // Colour types with alpha are 4 and 6.
        && bytes.get(25).is_some_and(|colour| colour & 4 == 0)
}

/// One chunk.
struct Chunk<'a> {
    name: [u8; 4],
    body: &'a [u8],
    /// Name and body, of which the checksum is made.
    checked: &'a [u8],
    checksum: u32,
}

impl Chunk<'_> {
    fn is_critical(&self) -> bool {
        self.name[0].is_ascii_uppercase()
    }

    fn is_sound(&self) -> bool {
        crc32fast::hash(self.checked) == self.checksum
    }
}

struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let rest = bytes.get(SIGNATURE..).unwrap_or_default();
        Self { rest }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let (checked, rest) = rest.split_at_checked(length.checked_add(4)?)?;
        let (name, body) = checked.split_first_chunk::<4>()?;
        let (checksum, rest) = rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(Chunk {
            name: *name,
            body,
            checked,
            checksum: u32::from_be_bytes(*checksum),
        })
    }
}
