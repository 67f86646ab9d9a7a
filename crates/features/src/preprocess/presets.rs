//! Preprocessing that many networks share, by name.

use super::description::Each;
use super::{Description, Fit, Order, PreprocessError, Resize};

/// A preprocessing that many networks share.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub key: &'static str,
    /// What it is of.
    pub about: &'static str,
    describe: Option<fn() -> Description>,
}

/// Mean and std of ImageNet, of levels from 0 to 1.
const IMAGENET: [[f64; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
/// Those of the images that CLIP was trained on.
const CLIP: [[f64; 3]; 2] = [
    [0.48145466, 0.4578275, 0.40821073],
    [0.26862954, 0.26130258, 0.27577711],
];
/// Means of ImageNet's blue, green and red, of levels from 0 to 255.
const CAFFE: [f64; 3] = [103.939, 116.779, 123.68];

/// All presets.
pub static PRESETS: [Preset; 9] = [
    Preset {
        key: "imagenet",
        about: "torchvision: bilinear, 7/8 of the middle, mean and std of ImageNet",
        describe: Some(|| normalised(Resize::Bilinear, 0.875, IMAGENET)),
    },
    Preset {
        key: "clip",
        about: "CLIP and open_clip: bicubic, all of the middle, mean and std of CLIP",
        describe: Some(|| normalised(Resize::Bicubic, 1.0, CLIP)),
    },
    Preset {
        key: "torchxrayvision",
        about: "torchxrayvision: grey, all of the middle, levels from -1024 to 1024",
        describe: Some(|| Description {
            channels: Some(1),
            fit: Some(Fit::Crop),
            range: Some([-1024.0, 1024.0]),
            ..Description::default()
        }),
    },
    Preset {
        key: "keras-vgg16",
        about: "Keras's VGG and ResNet (\"caffe\"): stretched, blue, green and red less their means",
        describe: Some(|| Description {
            order: Some(Order::Bgr),
            mean: Some(Each::Own(CAFFE.to_vec())),
            ..keras([0.0, 255.0])
        }),
    },
    Preset {
        key: "keras-tf",
        about: "Keras's MobileNet, Inception, Xception and ResNetV2 (\"tf\"): stretched, levels from -1 to 1",
        describe: Some(|| keras([-1.0, 1.0])),
    },
    Preset {
        key: "keras-scale",
        about: "Keras's Rescaling(1 / 255): stretched, levels from 0 to 1",
        describe: Some(|| keras([0.0, 1.0])),
    },
    Preset {
        key: "timm",
        about: "what timm's config.json beside the model says",
        describe: None,
    },
    Preset {
        key: "unit",
        about: "stretched, levels from 0 to 1: what is guessed where nothing tells",
        describe: Some(|| ranged([0.0, 1.0])),
    },
    Preset {
        key: "raw",
        about: "stretched, levels from 0 to 255: for networks that normalise by themselves",
        describe: Some(|| ranged([0.0, 255.0])),
    },
];

impl Preset {
    /// The preset of a name.
    pub fn of(key: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.key == key)
    }

    /// What it says.
    ///
    /// # Errors
    /// When it is read of a file, for which nobody asked here.
    pub fn describe(&self) -> Result<Description, PreprocessError> {
        let described = self.describe.map(|describe| describe());
        described.ok_or(PreprocessError::NothingBeside {
            preset: self.key,
            names: "config.json",
        })
    }

    /// Whether it is read of a file beside the model.
    pub(crate) fn is_beside(&self) -> bool {
        self.describe.is_none()
    }
}

fn normalised(resize: Resize, crop: f64, [mean, std]: [[f64; 3]; 2]) -> Description {
    Description {
        resize: Some(resize),
        fit: Some(Fit::Crop),
        crop: Some(crop),
        range: Some([0.0, 1.0]),
        mean: Some(Each::Own(mean.to_vec())),
        std: Some(Each::Own(std.to_vec())),
        ..Description::default()
    }
}

fn ranged(range: [f64; 2]) -> Description {
    Description {
        range: Some(range),
        ..Description::default()
    }
}

/// Keras's loaders stretch images and smooth nothing.
fn keras(range: [f64; 2]) -> Description {
    Description {
        antialias: Some(false),
        fit: Some(Fit::Stretch),
        ..ranged(range)
    }
}

/// "imagenet, clip, … or raw".
pub(super) fn in_words() -> String {
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.key).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{Pixels, Reads, tensor};
    use super::*;

    /// One pixel of red 255, green 128, blue 0, as each preset gives it.
    #[test]
    fn presets_give_what_their_libraries_give() {
        let pixel = [255, 128, 0];
        let of = |key: &str, channels| {
            let described = Preset::of(key).unwrap().describe().unwrap();
            let reads = Reads {
                width: Some(1),
                height: Some(1),
                channels: Some(channels),
                ..Reads::default()
            };
            let spec = described.resolve(&reads, key).unwrap();
            let pixels = Pixels::Rgb {
                width: 1,
                height: 1,
                levels: &pixel,
            };
            tensor(&spec, pixels).unwrap()
        };
        // By hand: ((255, 128, 0) / 255 - mean) / std, and so on; grey is (76 + 75 + 0).
        let cases: [(&str, u32, &[f32]); 7] = [
            ("imagenet", 3, &[2.248908, 0.205182, -1.804444]),
            ("clip", 3, &[1.930336, 0.168901, -1.480_22]),
            ("torchxrayvision", 1, &[188.737_26]),
            ("keras-vgg16", 3, &[-103.939, 11.221, 131.32]),
            ("keras-tf", 3, &[1.0, 0.003922, -1.0]),
            ("keras-scale", 3, &[1.0, 0.501961, 0.0]),
            ("raw", 3, &[255.0, 128.0, 0.0]),
        ];
        for (key, channels, expected) in cases {
            let values = of(key, channels);
            assert_eq!(values.len(), expected.len(), "{key}");
            for (value, expected) in values.iter().zip(expected) {
                assert!((value - expected).abs() < 2e-4, "{key}: {values:?}");
            }
        }
    }

    #[test]
    fn a_preset_that_is_a_file_says_what_is_missing() {
        let error = Preset::of("timm").unwrap().describe().unwrap_err();
        assert!(error.to_string().contains("config.json"), "{error}");
    }
}
