//! What somebody chooses of a model, in place of what its file says.

/// What somebody chooses of a model; whatever is `None` or empty follows from its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The layer that features are read from.
    pub layer: Option<String>,
    /// The input that is the image.
    pub input: Option<String>,
    /// How the positions of a layer become one vector.
    pub pool: Option<Pool>,
    /// How images are prepared: the name of a preset, or the path of a JSON file.
    pub preprocessing: Option<String>,
    /// Keys of the preprocessing with their values, which count more.
    pub prepare: Vec<(String, String)>,
}

impl Choice {
    /// A layer by its name, or what the file says.
    pub fn of_layer(layer: Option<&str>) -> Self {
        Self {
            layer: layer.map(str::to_owned),
            ..Self::default()
        }
    }

    /// The same at another layer, of which nobody said how its positions become one vector.
    #[must_use]
    pub fn at(&self, layer: &str) -> Self {
        Self {
            layer: Some(layer.to_owned()),
            pool: None,
            ..self.clone()
        }
    }
}

/// How the values at all positions of a layer become one for each feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pool {
    /// Their mean.
    #[default]
    Mean,
    /// The largest.
    Max,
    /// That of the first token, which transformers have for the whole image.
    Cls,
}

impl Pool {
    /// Words as `--pool` takes them.
    pub const WORDS: [&str; 3] = ["mean", "max", "cls"];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// What a word means.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Mean, Self::Max, Self::Cls];
        all.into_iter().find(|pool| pool.word() == word)
    }
}
