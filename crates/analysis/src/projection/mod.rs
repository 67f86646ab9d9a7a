//! Maps: how features become two or three coordinates per image.

pub mod pca;
pub mod tsne;
