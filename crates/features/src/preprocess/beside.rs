//! What other programs write beside a model of how its images are prepared: `preprocessor_config.json`
//! (Transformers), `open_clip_config.json` (open_clip), and `config.json` (timm).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::description::Each;
use super::{Description, Fit, Order, PreprocessError, Resize};

/// Longest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The names, in the order in which they count.
const NAMES: [&str; 3] = [
    "preprocessor_config.json",
    "open_clip_config.json",
    "config.json",
];

/// Side from which on Transformers' ConvNeXt stretches and cuts nothing, in pixels.
const CONVNEXT_STRETCHED: f64 = 384.0;

/// A description that lies beside a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// What it says.
    pub description: Description,
    /// The file's name.
    pub name: &'static str,
}

/// Looks beside a model, and in the folder above one that is called `onnx`, as exporters lay them.
///
/// # Errors
/// When there is one that says something which cannot be done here.
pub fn beside(model: &Path) -> Result<Option<Beside>, PreprocessError> {
    let folder = model.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let above = folder.parent().filter(|_| folder.ends_with("onnx"));
    for folder in std::iter::once(folder).chain(above) {
        for name in NAMES {
            let path = folder.join(name);
            if !path.is_file() {
                continue;
            }
            let whose = format!("{name} beside the model");
            let said = read(&path, &whose).and_then(|json| foreign(&json, &whose));
            match said {
                Ok(Some(description)) => return Ok(Some(Beside { description, name })),
                Ok(None) => {}
                // Many programs have a file of this name.
                Err(PreprocessError::Json { .. }) if name == "config.json" => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(None)
}

/// Reads a file that somebody names: of this program's form, or of one of the others.
pub(crate) fn of_file(path: &Path) -> Result<Description, PreprocessError> {
    let whose = format!("{}", path.display());
    let json = read(path, &whose)?;
    match foreign(&json, &whose)? {
        Some(description) => Ok(description),
        None => Description::from_json(&json.to_string(), &whose),
    }
}

fn read(path: &Path, whose: &str) -> Result<Value, PreprocessError> {
    let refused = |source| PreprocessError::Read {
        whose: whose.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(refused)?;
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(refused)?;
    serde_json::from_slice(&bytes).map_err(|error| PreprocessError::Json {
        whose: whose.to_owned(),
        reason: error.to_string(),
    })
}

/// What another program's file says; `None` where it is none of them.
fn foreign(json: &Value, whose: &str) -> Result<Option<Description>, PreprocessError> {
    let has = |key: &str| json.get(key).is_some();
    let said = if has("preprocess_cfg") {
        of_open_clip(&json["preprocess_cfg"])
    } else if has("pretrained_cfg") {
        of_timm(&json["pretrained_cfg"])
    } else if has("interpolation") && has("mean") {
        of_timm(json)
    } else if ["image_mean", "do_normalize", "do_resize", "do_rescale"]
        .into_iter()
        .any(has)
    {
        of_transformers(json)
    } else {
        return Ok(None);
    };
    said.map(Some).map_err(|what| PreprocessError::Value {
        whose: whose.to_owned(),
        what,
        wanted: "say with --preprocessing and --prepare how images are prepared",
    })
}

fn of_timm(config: &Value) -> Result<Description, String> {
    let size = config["input_size"].as_array();
    let side = |index: usize| size.and_then(|size| whole(size.get(index)?));
    let fit = match config["crop_mode"].as_str() {
        None | Some("center") => Fit::Crop,
        Some("squash") => Fit::Stretch,
        Some("border") => Fit::Letterbox,
        Some(other) => return Err(format!("the crop_mode \"{other}\"")),
    };
    Ok(Description {
        channels: side(0),
        height: side(1),
        width: side(2),
        resize: filter(config["interpolation"].as_str())?,
        fit: Some(fit),
        crop: config["crop_pct"].as_f64(),
        mean: numbers(&config["mean"]),
        std: numbers(&config["std"]),
        ..Description::default()
    })
}

fn of_open_clip(config: &Value) -> Result<Description, String> {
    let fit = match config["resize_mode"].as_str() {
        None | Some("shortest") => Fit::Crop,
        Some("squash") => Fit::Stretch,
        Some("longest") => Fit::Letterbox,
        Some(other) => return Err(format!("the resize_mode \"{other}\"")),
    };
    let interpolation = config["interpolation"].as_str().or(Some("bicubic"));
    let (width, height) = match &config["size"] {
        Value::Array(size) => (size.get(1).and_then(whole), size.first().and_then(whole)),
        size => (whole(size), whole(size)),
    };
    Ok(Description {
        width,
        height,
        resize: filter(interpolation)?,
        fit: Some(fit),
        mean: numbers(&config["mean"]),
        std: numbers(&config["std"]),
        ..Description::default()
    })
}

/// Transformers' image processors. What a key means where it is left out differs from one to the other; taken
/// is what most of them do.
fn of_transformers(config: &Value) -> Result<Description, String> {
    let does = |key: &str| config[key].as_bool().unwrap_or(false);
    let does_unless_said = |key: &str| config[key].as_bool().unwrap_or(true);
    let size = Size::of(&config["size"]);
    let cut = Some(Size::of(&config["crop_size"])).filter(|_| does("do_center_crop"));
    let mut said = Description {
        resize: match config["resample"].as_u64() {
            None | Some(2) => Some(Resize::Bilinear),
            Some(0) => Some(Resize::Nearest),
            Some(1) => Some(Resize::Lanczos),
            Some(3) => Some(Resize::Bicubic),
            Some(4) => Some(Resize::Box),
            Some(other) => return Err(format!("the filter {other} as resample")),
        },
        order: does("do_flip_channel_order").then_some(Order::Bgr),
        range: Some([0.0, 255.0]),
        ..Description::default()
    };
    let share = config["crop_pct"].as_f64();
    match (&size, cut) {
        (
            Size {
                shorter: Some(side),
                ..
            },
            None,
        ) if share.is_some() => {
            said.size = Some(*side as u32);
            let is_cut = *side < CONVNEXT_STRETCHED;
            said.fit = Some(if is_cut { Fit::Crop } else { Fit::Stretch });
            said.crop = share.filter(|_| is_cut);
        }
        (
            Size {
                shorter: Some(side),
                ..
            },
            cut,
        ) => {
            let [width, height] = cut.map_or([Some(*side); 2], |cut| cut.sides());
            let kept = width.zip(height).map(|(width, height)| width.min(height));
            (said.width, said.height) = (width.map(|n| n as u32), height.map(|n| n as u32));
            said.fit = Some(Fit::Crop);
            said.crop = kept.map(|kept| (kept / side).min(1.0));
        }
        (size, Some(cut)) => {
            let [width, height] = cut.sides();
            (said.width, said.height) = (width.map(|n| n as u32), height.map(|n| n as u32));
            said.fit = Some(Fit::Stretch);
            let share = cut.sides()[0]
                .zip(size.sides()[0])
                .map(|(kept, of)| kept / of);
            said.crop = share.map(|share| share.min(1.0));
        }
        (size, None) => {
            let [width, height] = size.sides();
            (said.width, said.height) = (width.map(|n| n as u32), height.map(|n| n as u32));
            said.fit = Some(Fit::Stretch);
        }
    }
    if does_unless_said("do_rescale") {
        let factor = config["rescale_factor"].as_f64().unwrap_or(1.0 / 255.0);
        let top = 255.0 * factor;
        // Levels less 1, of processors that rescale to -1…1.
        let low = if does("rescale_offset") { -1.0 } else { 0.0 };
        said.range = Some([low, top + low]);
    }
    if does_unless_said("do_normalize") {
        said.mean = numbers(&config["image_mean"]);
        said.std = numbers(&config["image_std"]);
    }
    Ok(said)
}

/// A size as Transformers write it: a number, or sides by name.
struct Size {
    shorter: Option<f64>,
    height: Option<f64>,
    width: Option<f64>,
}

impl Size {
    fn of(size: &Value) -> Self {
        let number = |key: &str| size.get(key).and_then(Value::as_f64);
        Self {
            shorter: number("shortest_edge"),
            height: number("height").or(size.as_f64()),
            width: number("width").or(size.as_f64()),
        }
    }

    fn sides(&self) -> [Option<f64>; 2] {
        [self.width.or(self.shorter), self.height.or(self.shorter)]
    }
}

fn filter(name: Option<&str>) -> Result<Option<Resize>, String> {
    Ok(Some(match name {
        None => return Ok(None),
        Some("bilinear" | "random") => Resize::Bilinear,
        Some("bicubic") => Resize::Bicubic,
        Some("nearest") => Resize::Nearest,
        Some("lanczos") => Resize::Lanczos,
        Some("box") => Resize::Box,
        Some(other) => return Err(format!("the interpolation \"{other}\"")),
    }))
}

fn whole(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

fn numbers(value: &Value) -> Option<Each> {
    if let Some(number) = value.as_f64() {
        return Some(Each::Same(number));
    }
    let list: Option<Vec<f64>> = value.as_array()?.iter().map(Value::as_f64).collect();
    list.map(Each::Own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::{Preset, Reads};

    fn spec(json: &str) -> crate::preprocess::Preprocessing {
        let json = serde_json::from_str(json).unwrap();
        let said = foreign(&json, "a test").unwrap().unwrap();
        said.resolve(&Reads::default(), "a test").unwrap()
    }

    #[test]
    fn the_files_of_others_say_what_the_presets_say() {
        let preset = |key: &str| {
            let described = Preset::of(key).unwrap().describe().unwrap();
            described.resolve(&Reads::default(), "a test").unwrap()
        };
        // As openai/clip-vit-base-patch32, open_clip, and timm/resnet50.tv_in1k have them.
        let clip = r#"{"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true,
            "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.48145466, 0.4578275,
            0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "rescale_factor":
            0.00392156862745098, "size": {"shortest_edge": 224}}"#;
        assert_eq!(spec(clip), preset("clip"));
        let open_clip = r#"{"model_cfg": {}, "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073],
            "std": [0.26862954, 0.26130258, 0.27577711], "size": 224}}"#;
        assert_eq!(spec(open_clip), preset("clip"));
        let timm = r#"{"architecture": "resnet50", "pretrained_cfg": {"input_size": [3, 224, 224],
            "interpolation": "bilinear", "crop_pct": 0.875, "crop_mode": "center", "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225]}}"#;
        assert_eq!(spec(timm), preset("imagenet"));
    }

    #[test]
    fn other_shapes_of_the_same_are_read() {
        // ViT of Google: stretched to 224 × 224, half and half.
        let vit = spec(
            r#"{"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5], "resample": 2, "size": 224}"#,
        );
        assert_eq!(
            (vit.fit, vit.width, vit.range()),
            (Fit::Stretch, 224, (-1.0, 1.0))
        );
        // DINOv2: 256 and its middle of 224.
        let dino = spec(
            r#"{"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_normalize": true,
            "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "resample": 3,
            "size": {"shortest_edge": 256}}"#,
        );
        assert_eq!(
            (dino.fit, dino.crop, dino.resize),
            (Fit::Crop, 0.875, Resize::Bicubic)
        );
        // ConvNeXt: the share stands by itself.
        let convnext = spec(
            r#"{"crop_pct": 0.875, "do_resize": true, "image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225], "size": {"shortest_edge": 224}}"#,
        );
        assert_eq!((convnext.fit, convnext.crop), (Fit::Crop, 0.875));
        // MobileViT: blue first, and no normalisation.
        let mobile = spec(
            r#"{"do_flip_channel_order": true, "do_center_crop": true, "do_normalize": false,
            "crop_size": {"height": 256, "width": 256}, "size": {"shortest_edge": 288}}"#,
        );
        assert_eq!((mobile.order, mobile.range()), (Order::Bgr, (0.0, 1.0)));
    }

    #[test]
    fn what_cannot_be_done_here_is_refused_and_what_is_another_file_is_not_read() {
        let read = |json: &str| foreign(&serde_json::from_str(json).unwrap(), "a test");
        let error = read(r#"{"do_resize": true, "resample": 5}"#).unwrap_err();
        assert!(error.to_string().contains("resample"), "{error}");
        assert_eq!(
            read(r#"{"model_type": "vit", "hidden_size": 768}"#).unwrap(),
            None
        );
    }

    #[test]
    fn a_file_is_found_beside_the_model_and_above_a_folder_called_onnx() {
        let folder = tempfile::tempdir().unwrap();
        let onnx = folder.path().join("onnx");
        std::fs::create_dir(&onnx).unwrap();
        let model = onnx.join("model.onnx");
        assert_eq!(beside(&model).unwrap(), None);
        let timm = r#"{"pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "interpolation": "bicubic"}}"#;
        std::fs::write(folder.path().join("config.json"), timm).unwrap();
        assert_eq!(beside(&model).unwrap().unwrap().name, "config.json");
        assert_eq!(
            beside(&folder.path().join("a.onnx")).unwrap().unwrap().name,
            "config.json"
        );
        // Nearer counts more, and what is no description is passed over.
        std::fs::write(onnx.join("config.json"), r#"{"model_type": "vit"}"#).unwrap();
        assert_eq!(beside(&model).unwrap().unwrap().name, "config.json");
        std::fs::write(onnx.join("config.json"), "no JSON").unwrap();
        assert_eq!(beside(&model).unwrap().unwrap().name, "config.json");
        std::fs::write(onnx.join("preprocessor_config.json"), "no JSON").unwrap();
        assert!(beside(&model).is_err());
    }
}
