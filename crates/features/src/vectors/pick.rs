//! Which array of a file that has several holds the features.

/// Names that people give to features, in the order in which they count.
const CALLED: [&str; 6] = [
    "features",
    "embeddings",
    "embedding",
    "vectors",
    "x",
    "arr_0",
];

/// The place of the one that holds the features among arrays of these names: the only one, else the one that is
/// called so. The second is what was passed over for it, in words.
///
/// # Errors
/// Why there is none, in words.
pub(super) fn features(names: &[&str]) -> Result<(usize, Option<String>), String> {
    let called = |wanted: &&str| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
    };
    let place = match names {
        [] => return Err("it holds no matrix of numbers".to_owned()),
        [_] => return Ok((0, None)),
        _ => CALLED.iter().find_map(called),
    };
    let quoted = |name: &&str| format!("{name:?}");
    let all = names.iter().map(quoted).collect::<Vec<_>>().join(", ");
    match place {
        Some(place) => Ok((
            place,
            Some(format!("{:?} was taken of {all}", names[place])),
        )),
        None => Err(format!(
            "it holds the matrices {all}, and none is called features"
        )),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_only_matrix_is_taken_and_of_several_the_one_that_is_called_so() {
        assert_eq!(super::features(&["anything"]), Ok((0, None)));
        let (place, taken) = super::features(&["logits", "Embedding"]).unwrap();
        assert_eq!(place, 1);
        assert_eq!(
            taken.unwrap(),
            r#""Embedding" was taken of "logits", "Embedding""#
        );
        let reason = super::features(&["a", "b"]).unwrap_err();
        assert_eq!(
            reason,
            r#"it holds the matrices "a", "b", and none is called features"#
        );
        assert!(super::features(&[]).is_err());
    }
}
