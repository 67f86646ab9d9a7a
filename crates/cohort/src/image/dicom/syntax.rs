//! Transfer syntaxes: how the pixels of a file are written (DICOM PS3.5, annex A).

/// How pixels are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// As they are, little-endian.
    Native,
    /// As they are, big-endian; retired.
    BigEndian,
    /// As they are, in a data set that is deflated.
    Deflated,
    /// Runs of equal bytes.
    Rle,
    /// JPEG of 8 bits, baseline.
    JpegBaseline,
    /// JPEG of 8 or 12 bits, extended.
    JpegExtended,
    /// JPEG without loss, of up to 16 bits.
    JpegLossless,
    /// JPEG-LS, without loss or nearly so.
    JpegLs,
    /// JPEG 2000, with or without loss.
    Jpeg2000,
    /// One that is not read, by its name.
    NotRead(&'static str),
}

impl Syntax {
    /// The syntax of a unique identifier.
    pub(super) fn of(uid: &str) -> Self {
        let Some(standard) = uid.strip_prefix("1.2.840.10008.1.2") else {
            return Self::NotRead("pixels in a transfer syntax of its maker's own");
        };
        match standard {
            "" | ".1" => Self::Native,
            ".1.99" => Self::Deflated,
            ".2" => Self::BigEndian,
            ".5" => Self::Rle,
            ".4.50" => Self::JpegBaseline,
            ".4.51" => Self::JpegExtended,
            ".4.57" | ".4.70" => Self::JpegLossless,
            ".4.80" | ".4.81" => Self::JpegLs,
            ".4.90" | ".4.91" => Self::Jpeg2000,
            ".4.92" | ".4.93" => Self::NotRead("multi-component JPEG 2000 pixels"),
            ".4.110" | ".4.111" | ".4.112" => Self::NotRead("JPEG XL pixels"),
            ".4.201" | ".4.202" | ".4.203" => Self::NotRead("High-Throughput JPEG 2000 pixels"),
            _ if standard.starts_with(".4.10") => Self::NotRead("films"),
            _ => Self::NotRead("pixels in this transfer syntax"),
        }
    }

    /// Whether samples lie in the file as they are.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Self::Native | Self::BigEndian | Self::Deflated)
    }
}
