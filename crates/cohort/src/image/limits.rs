//! How large a picture may be.

/// The largest width and height, in pixels.
pub const MAX_SIDE: u32 = 20_000;

/// The most memory that a decoded picture may take, in bytes.
pub const MAX_DECODED_BYTES: u64 = 400 * 1024 * 1024;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
