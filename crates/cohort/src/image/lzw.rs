//! How much data of Lempel, Ziv and Welch's codes hold, as GIF and TIFF use them.

use weezl::LzwStatus;
use weezl::decode::Decoder;

/// How many bytes `coded` becomes, of `most` and one at most; `None` where a code is in no table. That the
/// code of the end is missing is nobody's loss.
pub(super) fn decoded_length(mut decoder: Decoder, mut coded: &[u8], most: u64) -> Option<u64> {
    let mut room = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let step = decoder.decode_bytes(coded, &mut room);
        coded = &coded[step.consumed_in..];
        length += step.consumed_out as u64;
        match step.status.ok()? {
            LzwStatus::Ok if length <= most => {}
            _ => return Some(length),
        }
    }
}
