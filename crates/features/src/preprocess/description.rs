//! How images are prepared, as far as somebody says it: in JSON, by a preset, or key by key.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Fit, Layout, Order, PreprocessError, Preprocessing, Resize};

/// Side of an image where nothing tells one, in pixels.
const USUAL_SIDE: u32 = 224;

/// How a model wants its images; whatever is left out follows from what the network reads, or is the default.
///
/// In a model's file it is JSON under the metadata key `negatoscope.preprocessing`. `docs/networks.md` has each
/// key with its default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Version of this description; 1 is the only one so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Columns and rows of the tensor, where these are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// Columns of the tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Rows of the tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// 1 (grey) or 3 (colours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// The filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize: Option<Resize>,
    /// Whether the filter is widened where the image is reduced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub antialias: Option<bool>,
    /// What happens to the aspect ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// The share of the shorter side that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crop: Option<f64>,
    /// The level, 0…255, that fills what an image leaves of the tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<f64>,
    /// Which colour comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Whether each level is replaced by its place in the image's distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equalize: Option<bool>,
    /// What black and white become before mean and std.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// The same as a factor on the levels 0…255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// Subtracted, in the order of the tensor's channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<Each>,
    /// Divided by after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<Each>,
    /// Order of the tensor's axes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
}

/// A number for each channel, or one for all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Each {
    /// For all.
    Same(f64),
    /// For each.
    Own(Vec<f64>),
}

/// What a network reads, as far as its file tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads {
    /// Columns.
    pub width: Option<u32>,
    /// Rows.
    pub height: Option<u32>,
    /// Channels.
    pub channels: Option<u32>,
    /// Order of the axes.
    pub layout: Option<Layout>,
    /// Whether it reads whole numbers, which are taken for levels from 0 to 255.
    pub is_whole: bool,
}

impl Description {
    /// Reads JSON of this form; `whose` it is, is for messages.
    ///
    /// # Errors
    /// When it is not JSON, or a key or value is not known.
    pub fn from_json(json: &str, whose: &str) -> Result<Self, PreprocessError> {
        serde_json::from_str(json).map_err(|error| refused(whose, &error))
    }

    /// Reads `KEY=VALUE`, each: a word, a number, `A,B,C` for each channel, or `A:B` for a range.
    ///
    /// # Errors
    /// When a key or value is not known.
    pub fn of_words(words: &[(String, String)], whose: &str) -> Result<Self, PreprocessError> {
        let mut object = Map::new();
        for (key, text) in words {
            object.insert(key.clone(), value_of(text));
        }
        serde_json::from_value(Value::Object(object)).map_err(|error| refused(whose, &error))
    }

    /// What is said here, and where nothing is, what `base` says.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        // A size is said in one way, and so is a range.
        let says_size = self.size.is_some() || self.width.is_some() || self.height.is_some();
        let says_range = self.range.is_some() || self.scale.is_some();
        let base = Self {
            size: base.size.filter(|_| !says_size),
            width: base.width.filter(|_| self.size.is_none()),
            height: base.height.filter(|_| self.size.is_none()),
            range: base.range.filter(|_| !says_range),
            scale: base.scale.filter(|_| !says_range),
            ..base
        };
        Self {
            version: self.version.or(base.version),
            size: self.size.or(base.size),
            width: self.width.or(base.width),
            height: self.height.or(base.height),
            channels: self.channels.or(base.channels),
            resize: self.resize.or(base.resize),
            antialias: self.antialias.or(base.antialias),
            fit: self.fit.or(base.fit),
            crop: self.crop.or(base.crop),
            fill: self.fill.or(base.fill),
            order: self.order.or(base.order),
            equalize: self.equalize.or(base.equalize),
            range: self.range.or(base.range),
            scale: self.scale.or(base.scale),
            mean: self.mean.or(base.mean),
            std: self.std.or(base.std),
            layout: self.layout.or(base.layout),
        }
    }

    /// The same without a size, for a network that has its own.
    #[must_use]
    pub fn without_size(self) -> Self {
        Self {
            size: None,
            width: None,
            height: None,
            ..self
        }
    }

    /// Columns and rows, as far as they are said.
    pub(crate) fn sides(&self) -> [Option<u32>; 2] {
        [self.width.or(self.size), self.height.or(self.size)]
    }

    /// The preprocessing for what a network reads.
    ///
    /// # Errors
    /// When a value is out of its range or two contradict each other.
    pub fn resolve(&self, reads: &Reads, whose: &str) -> Result<Preprocessing, PreprocessError> {
        if self.range.is_some() && self.scale.is_some() {
            return Err(PreprocessError::Value {
                whose: whose.to_owned(),
                what: "both a range and a scale".to_owned(),
                wanted: "give one of them",
            });
        }
        let [width, height] = self.sides();
        let n_own = |each: &Option<Each>| match each {
            Some(Each::Own(values)) => u32::try_from(values.len()).ok(),
            _ => None,
        };
        let told = self.channels.or(reads.channels);
        let channels = told.or(n_own(&self.mean)).or(n_own(&self.std)).unwrap_or(3);
        let each = |each: &Option<Each>, usual: f64| match each {
            Some(Each::Own(values)) => values.clone(),
            Some(Each::Same(value)) => vec![*value; channels as usize],
            None => vec![usual; channels as usize],
        };
        let equalize = self.equalize.unwrap_or(false);
        let (scale, mean, std) = self.normalisation(
            equalize,
            reads.is_whole,
            each(&self.mean, 0.0),
            each(&self.std, 1.0),
        );
        let crops = self.crop.is_some_and(|crop| crop < 1.0);
        let usual_fit = if crops { Fit::Crop } else { Fit::Stretch };
        let spec = Preprocessing {
            version: self.version.unwrap_or(1),
            width: width.or(reads.width).unwrap_or(USUAL_SIDE),
            height: height.or(reads.height).unwrap_or(USUAL_SIDE),
            channels,
            resize: self.resize.unwrap_or(Resize::Bilinear),
            antialias: self.antialias.unwrap_or(true),
            fit: self.fit.unwrap_or(usual_fit),
            crop: self.crop.unwrap_or(1.0),
            fill: self.fill.unwrap_or(0.0),
            order: self.order.unwrap_or(Order::Rgb),
            equalize,
            scale,
            mean,
            std,
            layout: self.layout.or(reads.layout).unwrap_or(Layout::Nchw),
        };
        spec.check(whose)?;
        Ok(spec)
    }

    /// A range is a factor and a mean: `low + u × (high - low)`, of which the mean is subtracted. The share
    /// `u` is the level over 255, or the place of an equalised one.
    fn normalisation(
        &self,
        equalize: bool,
        is_whole: bool,
        mean: Vec<f64>,
        std: Vec<f64>,
    ) -> (f64, Vec<f64>, Vec<f64>) {
        let usual = if is_whole { [0.0, 255.0] } else { [0.0, 1.0] };
        let unit = 1.0 / 255.0;
        if let Some(scale) = self.scale {
            return (scale, mean, std);
        }
        let [low, high] = self.range.unwrap_or(usual);
        let span = high - low;
        let below = |mean: Vec<f64>| mean.into_iter().map(|mean| mean - low);
        if equalize {
            let mean = below(mean).map(|mean| mean / span).collect();
            return (unit, mean, std.iter().map(|std| std / span).collect());
        }
        // Of the usual ranges the factor is exact.
        let scale = if span == 255.0 { 1.0 } else { span * unit };
        (scale, below(mean).collect(), std)
    }
}

fn refused(whose: &str, error: &serde_json::Error) -> PreprocessError {
    PreprocessError::Json {
        whose: whose.to_owned(),
        reason: error.to_string(),
    }
}

fn value_of(text: &str) -> Value {
    let number = |text: &str| text.trim().parse::<f64>().ok().map(number_of);
    let list = |separator| {
        text.split(separator)
            .map(number)
            .collect::<Option<Vec<Value>>>()
    };
    let several = |separator| {
        list(separator)
            .filter(|list| list.len() > 1)
            .map(Value::Array)
    };
    match text {
        "true" | "yes" => Value::Bool(true),
        "false" | "no" => Value::Bool(false),
        _ => number(text)
            .or_else(|| several(','))
            .or_else(|| several(':'))
            .unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

/// Whole numbers stay whole: sizes are.
fn number_of(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 1e9 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[(&str, &str)]) -> Description {
        let words: Vec<_> = words
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Description::of_words(&words, "--prepare").unwrap()
    }

    #[test]
    fn words_are_read_as_json_would_be() {
        let said = of(&[
            ("size", "299"),
            ("resize", "bicubic"),
            ("fit", "crop"),
            ("crop", "0.875"),
            ("range", "-1024:1024"),
            ("mean", "0.5"),
            ("std", "1,2,3"),
            ("equalize", "yes"),
            ("order", "bgr"),
        ]);
        let json = r#"{"size": 299, "resize": "bicubic", "fit": "crop", "crop": 0.875, "mean": 0.5,
            "range": [-1024, 1024], "std": [1, 2, 3], "equalize": true, "order": "bgr"}"#;
        assert_eq!(said, Description::from_json(json, "a test").unwrap());
        for (key, value) in [("sise", "224"), ("fit", "squeeze"), ("size", "big")] {
            let words = [(key.to_owned(), value.to_owned())];
            let error = Description::of_words(&words, "--prepare").unwrap_err();
            assert!(error.to_string().starts_with("--prepare cannot"), "{error}");
        }
    }

    #[test]
    fn black_and_white_become_the_ends_of_the_range() {
        for equalize in ["no", "yes"] {
            let said = of(&[("range", "-1024:1024"), ("equalize", equalize)]);
            let reads = Reads {
                channels: Some(1),
                ..Reads::default()
            };
            let spec = said.resolve(&reads, "a test").unwrap();
            let (low, high) = spec.range();
            assert!(
                (low + 1024.0).abs() < 1e-9 && (high - 1024.0).abs() < 1e-9,
                "{spec:?}"
            );
        }
        let spec = of(&[("range", "0:255"), ("mean", "100,110,120")]);
        let spec = spec.resolve(&Reads::default(), "a test").unwrap();
        assert_eq!(
            (spec.scale, spec.channels, spec.range()),
            (1.0, 3, (-120.0, 155.0))
        );
    }

    #[test]
    fn everything_that_is_left_out_is_what_the_network_reads_or_usual() {
        let reads = Reads {
            width: Some(24),
            height: Some(32),
            channels: Some(3),
            layout: Some(Layout::Nhwc),
            is_whole: false,
        };
        let spec = Description::default().resolve(&reads, "a test").unwrap();
        assert_eq!(spec, Preprocessing::plain(24, 32, 3, Layout::Nhwc));
        let whole = Reads {
            is_whole: true,
            ..reads
        };
        let spec = Description::default().resolve(&whole, "a test").unwrap();
        assert_eq!(spec.range(), (0.0, 255.0));
    }

    #[test]
    fn what_is_said_last_counts_and_a_size_or_range_is_said_once() {
        let base = of(&[
            ("width", "10"),
            ("height", "20"),
            ("range", "0:1"),
            ("mean", "0.5"),
        ]);
        let over = of(&[("size", "30"), ("scale", "2")]).over(base.clone());
        assert_eq!(over.sides(), [Some(30), Some(30)]);
        assert_eq!((over.range, over.scale), (None, Some(2.0)));
        assert_eq!(over.mean, base.mean);
        let both = of(&[("range", "0:1"), ("scale", "2")]);
        assert!(both.resolve(&Reads::default(), "a test").is_err());
    }

    #[test]
    fn ranges_that_do_not_rise_are_refused() {
        for range in ["1:1", "1:0"] {
            for equalize in ["no", "yes"] {
                let said = of(&[("range", range), ("equalize", equalize)]);
                assert!(
                    said.resolve(&Reads::default(), "a test").is_err(),
                    "{range}"
                );
            }
        }
    }
}
