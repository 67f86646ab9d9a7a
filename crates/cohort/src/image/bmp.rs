//! Whether a Windows bitmap has the rows that its header announces.

use super::error::ImageError;
use super::file_type::FileType;

const BMP: FileType = FileType::Bmp;

/// Checks that there are as many bytes as pixels need, and as the header says; of run lengths, that they
/// come to the code of their end.
///
/// # Errors
/// When there are fewer, or the header contradicts itself.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImageError> {
    let header = Header::of(bytes).ok_or_else(truncated)?;
    let data = bytes.get(header.data..).ok_or_else(truncated)?;
    if let Some(of_row) = header.pixels_per_byte_of_runs() {
        return match ends(data, &header, of_row) {
            true => Ok(()),
            false => Err(damaged(
                "its data hold fewer or more pixels than the picture",
            )),
        };
    }
    let row = (header.width * header.bits).div_ceil(32) * 4;
    let needed = row.saturating_mul(header.height);
    if (data.len() as u64) < needed {
        return Err(truncated());
    }
    // Zero means that the sides say it; Photoshop counts two bytes more, others the whole file.
    let told = u64::from(header.told);
    if told == 0 || (needed..needed.saturating_add(4)).contains(&told) || told == bytes.len() as u64
    {
        Ok(())
    } else {
        Err(damaged(
            "its header announces other pixels than the file has",
        ))
    }
}

struct Header {
    /// Where the pixels begin.
    data: usize,
    width: u64,
    height: u64,
    bits: u64,
    compression: u32,
    /// The bytes of all rows, as the header says; 0 where it does not.
    told: u32,
}

impl Header {
    fn of(bytes: &[u8]) -> Option<Self> {
        let short = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let long = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let data = usize::try_from(long(10)?).ok()?;
        // The first header, of OS/2, is short.
        Some(match long(14)? {
            12 => Self {
                data,
                width: short(18)?.into(),
                height: short(20)?.into(),
                bits: short(24)?.into(),
                compression: 0,
                told: 0,
            },
            _ => Self {
                data,
                width: long(18)?.into(),
                // Negative where the first row is the upper one.
                height: long(22)?.cast_signed().unsigned_abs().into(),
                bits: short(28)?.into(),
                compression: long(30)?,
                told: long(34)?,
            },
        })
    }

    /// Where pixels are written as run lengths.
    fn pixels_per_byte_of_runs(&self) -> Option<usize> {
        match self.compression {
            1 => Some(1),
            2 => Some(2),
            _ => None,
        }
    }
}

/// Whether run lengths come to the code of their end, behind the last pixel of the last row.
fn ends(mut data: &[u8], header: &Header, pixels_per_byte: usize) -> bool {
    let (mut column, mut row) = (0, 0);
    // ImageMagick fills rows up to four bytes, as they are without run lengths.
    let widest = header.width.next_multiple_of(4 * pixels_per_byte as u64);
    loop {
        let taken = match *data {
            [0, 0, ..] => {
                (column, row) = (0, row + 1);
                2
            }
            [0, 1, ..] => {
                let is_last = row + 1 == header.height && (header.width..=widest).contains(&column);
                return is_last || row == header.height;
            }
            [0, 2, right, down, ..] => {
                (column, row) = (column + u64::from(right), row + u64::from(down));
                4
            }
            [0, n, ..] if n > 2 => {
                column += u64::from(n);
                2 + usize::from(n).div_ceil(pixels_per_byte).next_multiple_of(2)
            }
            [n, _, ..] if n > 0 => {
                column += u64::from(n);
                2
            }
            _ => return false,
        };
        let rest = data.get(taken..);
        let Some(rest) = rest.filter(|_| column <= widest && row <= header.height) else {
            return false;
        };
        data = rest;
    }
}

fn damaged(reason: &str) -> ImageError {
    ImageError::Damaged {
        file_type: BMP,
        reason: reason.to_owned(),
    }
}

fn truncated() -> ImageError {
    ImageError::Truncated { file_type: BMP }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_lengths_have_all_rows_and_none_too_wide() {
        let header = Header {
            data: 0,
            width: 5,
            height: 2,
            bits: 8,
            compression: 1,
            told: 0,
        };
        let whole = |data: &[u8]| ends(data, &header, 1);
        assert!(whole(&[5, 9, 0, 0, 5, 9, 0, 0, 0, 1]));
        assert!(whole(&[5, 9, 0, 0, 2, 9, 0, 3, 1, 2, 3, 0, 0, 1]));
        assert!(whole(&[8, 9, 0, 0, 8, 9, 0, 0, 0, 1]), "filled up");
        assert!(!whole(&[5, 9, 0, 0, 0, 1]), "a row is missing");
        assert!(!whole(&[5, 9, 0, 0, 3, 9, 0, 1]), "half a row is");
        assert!(!whole(&[9, 9, 0, 0, 5, 9, 0, 1]), "too wide");
        assert!(
            !whole(&[5, 9, 0, 0, 5, 9, 0, 0, 0, 0, 0, 0, 0, 1]),
            "too high"
        );
        assert!(!whole(&[5, 9, 0, 0, 5, 9]), "no end");
    }
}
