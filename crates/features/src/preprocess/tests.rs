use super::*;

fn grey(width: u32, height: u32, levels: &[u8]) -> Pixels<'_> {
    Pixels::Grey {
        width,
        height,
        levels,
    }
}

fn rgb(width: u32, height: u32, levels: &[u8]) -> Pixels<'_> {
    Pixels::Rgb {
        width,
        height,
        levels,
    }
}

const DEFAULT: &str = r#"{"version": 1, "width": 224, "height": 224, "channels": 1,
    "resize": "bilinear", "fit": "stretch", "equalize": true, "scale": 0.00392156862745098,
    "mean": [0.5], "std": [0.2885], "layout": "NCHW"}"#;

#[test]
fn an_image_of_the_tensors_size_is_only_scaled() {
    let spec = Preprocessing::plain(2, 2, 1, Layout::Nchw);
    let values = tensor(&spec, grey(2, 2, &[0, 51, 102, 255])).unwrap();
    assert_eq!(values, [0.0, 0.2, 0.4, 1.0]);
}

#[test]
fn halving_weighs_the_neighbours_as_a_triangle_does() {
    // Pillow: Image.fromarray(float32 [[0, 0, 120, 240]]).resize((2, 1), BILINEAR)
    let spec = Preprocessing {
        scale: 1.0,
        ..Preprocessing::plain(2, 1, 1, Layout::Nchw)
    };
    let values = tensor(&spec, grey(4, 1, &[0, 0, 120, 240])).unwrap();
    // Weights 3 : 3 : 1 from the first output's centre, 1 : 3 : 3 from the second's.
    assert!((values[0] - 120.0 / 7.0).abs() < 1e-4, "{values:?}");
    assert!(
        (values[1] - (3.0 * 120.0 + 3.0 * 240.0) / 7.0).abs() < 1e-4,
        "{values:?}"
    );
}

#[test]
fn colour_becomes_grey_with_pillows_weights() {
    assert_eq!(luma_of(&[255, 0, 0]), 76);
    assert_eq!(luma_of(&[0, 255, 0]), 150);
    assert_eq!(luma_of(&[0, 0, 255]), 29);
    assert_eq!(luma_of(&[255, 255, 255]), 255);
    let spec = Preprocessing {
        scale: 1.0,
        ..Preprocessing::plain(1, 1, 1, Layout::Nchw)
    };
    assert_eq!(tensor(&spec, rgb(1, 1, &[255, 0, 0])).unwrap(), [76.0]);
}

#[test]
fn channels_lie_as_the_layout_says() {
    let levels = [10, 20, 30, 40, 50, 60];
    let spec = |layout| Preprocessing {
        scale: 1.0,
        ..Preprocessing::plain(2, 1, 3, layout)
    };
    let planes = tensor(&spec(Layout::Nchw), rgb(2, 1, &levels)).unwrap();
    assert_eq!(planes, [10.0, 40.0, 20.0, 50.0, 30.0, 60.0]);
    let pixels = tensor(&spec(Layout::Nhwc), rgb(2, 1, &levels)).unwrap();
    assert_eq!(pixels, [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
    assert_eq!(spec(Layout::Nchw).shape(), [1, 3, 1, 2]);
    assert_eq!(spec(Layout::Nhwc).shape(), [1, 1, 2, 3]);
}

#[test]
fn a_grey_image_fills_three_channels_that_are_normalised_apart() {
    let spec = Preprocessing {
        scale: 1.0,
        mean: vec![0.0, 10.0, 20.0],
        std: vec![1.0, 2.0, 4.0],
        ..Preprocessing::plain(1, 1, 3, Layout::Nchw)
    };
    assert_eq!(tensor(&spec, grey(1, 1, &[40])).unwrap(), [40.0, 15.0, 5.0]);
}

#[test]
fn pixels_that_do_not_fill_the_picture_are_refused() {
    let spec = Preprocessing::plain(2, 2, 1, Layout::Nchw);
    for pixels in [grey(2, 2, &[0; 3]), grey(0, 2, &[]), rgb(2, 2, &[0; 4])] {
        let error = tensor(&spec, pixels).unwrap_err();
        assert!(matches!(error, PreprocessError::Pixels { .. }), "{error}");
    }
}

#[test]
fn the_default_models_description_is_read() {
    let spec = Preprocessing::from_json(DEFAULT).unwrap();
    assert_eq!((spec.width, spec.channels, spec.equalize), (224, 1, true));
    assert_eq!(spec.shape(), [1, 1, 224, 224]);
}

#[test]
fn a_description_out_of_range_is_refused_with_the_reason() {
    let cases = [
        (r#""version": 1"#, r#""version": 2"#, "newer"),
        (r#""width": 224"#, r#""width": 0"#, "4096"),
        (r#""width": 224"#, r#""width": 100000"#, "4096"),
        (r#""channels": 1"#, r#""channels": 2"#, "1 or 3"),
        (r#""channels": 1"#, r#""channels": 3"#, "every channel"),
        (r#"[0.2885]"#, "[0.0]", "positive"),
        (r#""bilinear""#, r#""hamming""#, "hamming"),
        (r#""layout""#, r#""rotate": 90, "layout""#, "rotate"),
    ];
    for (from, to, wanted) in cases {
        let json = DEFAULT.replace(from, to);
        assert_ne!(json, DEFAULT);
        let error = Preprocessing::from_json(&json).unwrap_err().to_string();
        assert!(error.contains(wanted), "{to}: {error}");
    }
}

#[test]
fn the_version_key_tells_every_change_apart() {
    let spec = Preprocessing::from_json(DEFAULT).unwrap();
    let other = Preprocessing {
        std: vec![0.288_500_000_000_000_1],
        ..spec.clone()
    };
    assert_eq!(spec.version_key(), spec.clone().version_key());
    assert_ne!(spec.version_key(), other.version_key());
}
