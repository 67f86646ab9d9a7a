//! Letters as the markers on X-rays have them: lead cut-outs, drawn here as bitmaps.

/// Rows of a glyph, five pixels wide, the leftmost pixel in bit 4.
type Glyph = [u8; 7];

const GLYPHS: [(char, Glyph); 14] = [
    (
        'A',
        [
            0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001,
        ],
    ),
    (
        'B',
        [
            0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110,
        ],
    ),
    (
        'C',
        [
            0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110,
        ],
    ),
    (
        'D',
        [
            0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110,
        ],
    ),
    (
        'E',
        [
            0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111,
        ],
    ),
    (
        'I',
        [
            0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110,
        ],
    ),
    (
        'L',
        [
            0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111,
        ],
    ),
    (
        'N',
        [
            0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001,
        ],
    ),
    (
        'P',
        [
            0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000,
        ],
    ),
    (
        'R',
        [
            0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001,
        ],
    ),
    (
        'S',
        [
            0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110,
        ],
    ),
    (
        'T',
        [
            0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100,
        ],
    ),
    (
        'U',
        [
            0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110,
        ],
    ),
    (' ', [0; 7]),
];

/// How much ink is at a point of a text, 0 to 1, in units of glyph pixels from the text's top left.
///
/// The bitmap is read with bilinear interpolation and a threshold, which rounds its corners.
pub(super) fn ink(text: &str, x: f32, y: f32) -> f32 {
    let sample = |i: i32, j: i32| if pixel(text, i, j) { 1.0f32 } else { 0.0 };
    let (x, y) = (x - 0.5 + 8.0, y - 0.5 + 8.0);
    let (i, j) = (x as i32 - 8, y as i32 - 8);
    let (fx, fy) = (x - (i + 8) as f32, y - (j + 8) as f32);
    let top = sample(i, j) * (1.0 - fx) + sample(i + 1, j) * fx;
    let bottom = sample(i, j + 1) * (1.0 - fx) + sample(i + 1, j + 1) * fx;
    let value = top * (1.0 - fy) + bottom * fy;
    ((value - 0.3) / 0.4).clamp(0.0, 1.0)
}

/// Width of a text in glyph pixels.
pub(super) fn width(text: &str) -> f32 {
    (text.chars().count() * 6) as f32 - 1.0
}

/// Height of every text in glyph pixels.
pub(super) const HEIGHT: f32 = 7.0;

fn pixel(text: &str, i: i32, j: i32) -> bool {
    let (Ok(i), Ok(j)) = (usize::try_from(i), usize::try_from(j)) else {
        return false;
    };
    if j >= 7 || i % 6 == 5 {
        return false;
    }
    let glyph = text.chars().nth(i / 6).and_then(glyph);
    glyph.is_some_and(|rows| rows[j] >> (4 - i % 6) & 1 == 1)
}

fn glyph(letter: char) -> Option<Glyph> {
    GLYPHS
        .iter()
        .find(|(known, _)| *known == letter)
        .map(|(_, glyph)| *glyph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_ink_where_they_should() {
        assert!(ink("L", 0.5, 3.0) > 0.9, "the stem");
        assert!(ink("L", 3.0, 3.0) < 0.1, "beside it");
        assert!(ink("L", 3.0, 6.5) > 0.9, "the foot");
        assert_eq!(ink("L", -2.0, -2.0), 0.0);
        assert!(ink("IL", 6.5, 3.0) > 0.9, "the second letter");
        assert_eq!(width("AP"), 11.0);
    }
}
