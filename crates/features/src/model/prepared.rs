//! Where it is known from how images are prepared for a network, and what is guessed where it is not.

use std::path::Path;

use super::super::onnx::{Onnx, ValueInfo};
use super::super::preprocess::{
    Description, PreprocessError, Preprocessing, Preset, Reads, beside, of_file,
};
use super::signs::{self, Sign};
use super::{Choice, ModelError, input, layer};

/// How images are prepared, and from where that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// What is done.
    pub spec: Preprocessing,
    /// Who says so: "the model's metadata", "the preset imagenet", "a guess".
    pub origin: String,
    /// Whether nobody says so.
    pub is_guess: bool,
    /// What had to be assumed, in one sentence.
    pub(super) said: Option<String>,
}

impl Prepared {
    /// As it was known elsewhere, where what had to be assumed was said already. `description` is JSON as
    /// [`Preprocessing`] becomes it, and `origin` who says so.
    ///
    /// # Errors
    /// When it is no such description.
    pub fn told(description: &str, origin: &str, is_guess: bool) -> Result<Self, PreprocessError> {
        let description = Description::from_json(description, origin)?;
        Ok(Self {
            spec: description.resolve(&Reads::default(), origin)?,
            origin: origin.to_owned(),
            is_guess,
            said: None,
        })
    }
}

/// Who says how images are prepared.
enum Origin {
    Given(String),
    Metadata,
    Beside(&'static str),
    Sign(Sign),
    Nothing,
}

/// Asks, in this order: what was chosen, the model's metadata, what lies beside it, and what gives itself away.
pub(super) fn settle(
    onnx: &Onnx,
    input: &ValueInfo,
    path: Option<&Path>,
    choice: &Choice,
) -> Result<Prepared, ModelError> {
    let reads = input::reads(onnx, input);
    let over = Description::of_words(&choice.prepare, "--prepare")?;
    let (base, origin) = base(onnx, input, path, choice)?;
    let is_open = reads.channels.is_none() && base.channels.or(over.channels).is_none();
    if is_open && matches!(origin, Origin::Nothing | Origin::Sign(_)) {
        return Err(ModelError::NotAnImage {
            shape: layer::shape_text(input.shape.as_deref()),
        });
    }
    let base = match origin {
        // Of the family, and not of this size.
        Origin::Beside(_) if reads.contradicts(&base) => base.without_size(),
        _ => base,
    };
    let is_size_told = over.sides().iter().chain(&base.sides()).flatten().count() >= 2;
    let is_changed = over != Description::default();
    let whose = match &origin {
        Origin::Given(name) => name.clone(),
        Origin::Metadata => "the model's metadata (negatoscope.preprocessing)".to_owned(),
        Origin::Beside(name) => format!("{name} beside the model"),
        Origin::Sign(sign) => sign.origin(),
        Origin::Nothing => "a guess".to_owned(),
    };
    let whose = match is_changed {
        true => format!("{whose} with --prepare"),
        false => whose,
    };
    let spec = over.over(base).resolve(&reads, &whose)?;
    let is_free = reads.width.is_none() || reads.height.is_none();
    let size = format!(
        "{} × {} pixels{}",
        spec.width,
        spec.height,
        if is_free && !is_size_told {
            " (a guess)"
        } else {
            ""
        }
    );
    let (said, is_guess) = match &origin {
        Origin::Given(_) | Origin::Metadata => (None, false),
        Origin::Beside(_) => (
            Some(format!(
                "Images are prepared as {whose} says: {}.",
                spec.in_words()
            )),
            false,
        ),
        Origin::Sign(sign) => (Some(sign.sentence(&size)), sign.is_guess()),
        Origin::Nothing => (Some(unknown(&spec, &size, is_changed)), !is_changed),
    };
    Ok(Prepared {
        spec,
        origin: whose,
        is_guess,
        said,
    })
}

fn base(
    onnx: &Onnx,
    input: &ValueInfo,
    path: Option<&Path>,
    choice: &Choice,
) -> Result<(Description, Origin), PreprocessError> {
    if let Some(asked) = &choice.preprocessing {
        return given(asked, path);
    }
    if let Some(json) = onnx.metadata.get("negatoscope.preprocessing") {
        let whose = "the model's negatoscope.preprocessing";
        return Ok((Description::from_json(json, whose)?, Origin::Metadata));
    }
    if let Some(found) = path.map(beside).transpose()?.flatten() {
        return Ok((found.description, Origin::Beside(found.name)));
    }
    Ok(match signs::of(onnx, input) {
        Some(sign) => (sign.description(), Origin::Sign(sign)),
        None => (Description::default(), Origin::Nothing),
    })
}

/// A preset or a file.
fn given(asked: &str, model: Option<&Path>) -> Result<(Description, Origin), PreprocessError> {
    let Some(preset) = Preset::of(asked) else {
        let path = Path::new(asked);
        return match path.is_file() {
            true => Ok((of_file(path)?, Origin::Given(format!("the file {asked}")))),
            false => Err(PreprocessError::Unknown {
                asked: asked.to_owned(),
            }),
        };
    };
    let origin = Origin::Given(format!("the preset {asked}"));
    if preset.is_beside()
        && let Some(found) = model.map(beside).transpose()?.flatten()
    {
        return Ok((found.description, origin));
    }
    Ok((preset.describe()?, origin))
}

impl Reads {
    /// Whether a network of a fixed size reads another one.
    fn contradicts(&self, said: &Description) -> bool {
        let pairs = [self.width, self.height].into_iter().zip(said.sides());
        pairs.into_iter().any(|(reads, said)| {
            let both = reads.zip(said);
            both.is_some_and(|(reads, said)| reads != said)
        })
    }
}

/// Nothing tells.
fn unknown(spec: &Preprocessing, size: &str, is_changed: bool) -> String {
    let (low, high) = spec.range();
    let others = match spec.channels {
        1 => "torchxrayvision or raw",
        _ => "imagenet, clip, keras-tf or raw",
    };
    let but = if is_changed {
        " and what --prepare says"
    } else {
        ""
    };
    let equalised = if spec.equalize {
        ""
    } else {
        " without equalisation"
    };
    format!(
        "The model does not say how its images were prepared, so levels from {low} to {high}{equalised}{but} \
         are assumed, {size}; it could as well be {others}, which moves features more than a disease does: \
         --preprocessing says what it is."
    )
}
