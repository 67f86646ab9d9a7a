//! Every parameter, whatever is said of it: a value in its range, or a sentence that names it.

use negatoscope::analysis::clustering::ClusteringParams;
use negatoscope::analysis::projection::ProjectionParams;
use negatoscope::analysis::settings::{Kind, Spec, Value};
use negatoscope::settings::{self, catalogue};
use proptest::prelude::*;

/// What people, links and programs write where a number or a word is wanted.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        (-1e4..1e4).prop_map(|number: f64| number.to_string()),
        (-200_i64..70_000).prop_map(|number| number.to_string()),
        (0.0..20.0).prop_map(|number: f64| format!("{number:.2}").replace('.', ",")),
        prop::sample::select(vec![
            "", " ", "nan", "NaN", "inf", "-0", "+3", "1e400", "0x10", "1_000", "1,5,2", "auto",
            "pca", "random", "cosine", "tsne", "٣", "½", "3 ", "true", "null",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ]
}

fn entries() -> impl Strategy<Value = Spec> {
    prop::sample::select(
        catalogue()
            .iter()
            .map(|entry| entry.spec)
            .collect::<Vec<_>>(),
    )
}

/// Whether a value is one that the parameter may have.
fn is_within(spec: &Spec, value: Value) -> bool {
    match (spec.kind, value) {
        (Kind::Number(range), Value::Number(number)) => {
            number >= range.min && number <= range.max && (!range.whole || number.fract() == 0.0)
        }
        (Kind::Number(range), Value::Word(word)) => {
            range.word.is_some_and(|known| known.key == word)
        }
        (Kind::Choice(words), Value::Word(word)) => words.iter().any(|known| known.key == word),
        (Kind::Choice(_), Value::Number(_)) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_text_is_a_value_in_range_or_a_sentence(spec in entries(), text in texts()) {
        match spec.read(&text) {
            Ok(value) => {
                prop_assert!(is_within(&spec, value), "{} {text:?} {value:?}", spec.key);
                prop_assert!(spec.check(value).is_ok());
                // It is read again from what is written of it.
                let written = settings::json(&spec, value);
                let written = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
                prop_assert_eq!(spec.read(&written), Ok(value), "{} {}", spec.key, written);
            }
            Err(error) => {
                let sentence = error.to_string();
                prop_assert!(sentence.contains(spec.key), "{sentence}");
                prop_assert!(!sentence.contains('\n'), "{sentence}");
            }
        }
    }

    #[test]
    fn a_setting_is_checked_before_it_is_used(
        said in prop::collection::vec((entries(), texts()), 0..6),
        method in prop::sample::select(vec!["tsne", "pca", "umap"]),
        clustering in prop::sample::select(vec!["dbscan", "hdbscan"]),
        n_images in 0_usize..400,
    ) {
        let said = |key: &str| match key {
            settings::METHOD => Some(method),
            settings::CLUSTERING => Some(clustering),
            _ => said.iter().find(|(spec, _)| spec.key == key).map(|(_, text)| text.as_str()),
        };
        let Ok((map, clusters)) = settings::read(said, n_images) else {
            return Ok(());
        };
        prop_assert_eq!(map.method().key, method);
        prop_assert_eq!(clusters.method().key, clustering);
        for (spec, value) in map.values().into_iter().chain(clusters.values()) {
            prop_assert!(is_within(&spec, value), "{} {value:?}", spec.key);
        }
        // What the cohort allows of it has a map, and what it does not names a parameter.
        if let Err(error) = map.check(n_images) {
            prop_assert!(error.parameter().is_some(), "{error}");
        }
    }
}

#[test]
fn every_method_can_be_chosen() {
    let keys = ProjectionParams::all()
        .into_iter()
        .map(|map| map.method().key);
    assert!(keys.eq(["tsne", "pca", "umap"]));
    let keys = ClusteringParams::all()
        .into_iter()
        .map(|clusters| clusters.method().key);
    assert!(keys.eq(["dbscan", "hdbscan"]));
}
