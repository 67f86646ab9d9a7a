//! Which network of the program is used where nobody names one: the default, unless it was trained on
//! images of the cohort that the other has not seen.

use rayon::prelude::*;

use crate::cohort::{Assumption, Record};
use crate::features::model::BuiltIn;

/// The network for these images, and what must be said of the choice.
pub(super) fn of(records: &[Record]) -> (BuiltIn, Option<Assumption>) {
    if !records.par_iter().any(is_taught_to_default_alone) {
        return (BuiltIn::Default, None);
    }
    let said = Assumption {
        topic: "model",
        column: None,
        text: format!(
            "the default network was trained on some of these images, so {}, which has not seen them, gives \
             the features: --model {} takes the default one",
            BuiltIn::Unseen.word(),
            BuiltIn::Default.word()
        ),
    };
    (BuiltIn::Unseen, Some(said))
}

/// Whether the default network was trained on an image and the other was not. Hardly any other image is read
/// to know it.
fn is_taught_to_default_alone(record: &Record) -> bool {
    let image = record.image.as_ref();
    let Some(image) = image.filter(|image| {
        let n_bytes = image.n_bytes();
        n_bytes.is_some_and(BuiltIn::default_alone_may_know)
    }) else {
        return false;
    };
    // What cannot be read is told when its features are wanted.
    image.read_whole().is_ok_and(|(_, content)| {
        BuiltIn::Default.was_trained_on(&content.hash)
            && !BuiltIn::Unseen.was_trained_on(&content.hash)
    })
}
