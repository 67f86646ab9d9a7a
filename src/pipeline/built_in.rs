//! Which network of the program is used where nobody names one: the default, unless it was trained on
//! images of the cohort that the other has not seen.

use rayon::prelude::*;

use crate::cohort::{Assumption, Record};
use crate::features::model::BuiltIn;

/// The network for these images, and what must be said of the choice.
pub(super) fn of(records: &[Record]) -> (BuiltIn, Option<Assumption>) {
    let taught: Vec<blake3::Hash> = records.par_iter().filter_map(taught).collect();
    let other = |hash: &&blake3::Hash| BuiltIn::Unseen.was_trained_on(hash);
    let (n_taught, n_by_other) = (taught.len(), taught.iter().filter(other).count());
    if n_by_other == n_taught {
        return (BuiltIn::Default, None);
    }
    let other = match n_by_other {
        0 => "which has seen none of them".to_owned(),
        n => format!("which has seen {n}"),
    };
    let said = Assumption {
        topic: "model",
        column: None,
        text: format!(
            "{n_taught} of these {} images were used to train the default network, so {}, {other}, gives the \
             features: --model {} takes the default one",
            records.len(),
            BuiltIn::Unseen.word(),
            BuiltIn::Default.word()
        ),
    };
    (BuiltIn::Unseen, Some(said))
}

/// The hash of an image that the default network was trained on. Hardly any other is read.
fn taught(record: &Record) -> Option<blake3::Hash> {
    let image = record.image.as_ref()?;
    let n_bytes = image.n_bytes()?;
    if !BuiltIn::Default.was_trained_on_one_of(n_bytes) {
        return None;
    }
    // What cannot be read is told when its features are wanted.
    let (_, content) = image.read_whole().ok()?;
    let is_taught = BuiltIn::Default.was_trained_on(&content.hash);
    is_taught.then_some(content.hash)
}
