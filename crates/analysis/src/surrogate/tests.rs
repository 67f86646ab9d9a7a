use super::*;

/// Ten patients.
const PATIENTS: [usize; 14] = [4, 4, 4, 1, 2, 2, 3, 3, 0, 9, 5, 6, 7, 8];

fn features(n_features: usize) -> Array2<f32> {
    Array2::from_shape_fn((PATIENTS.len(), n_features), |(i, j)| {
        (PATIENTS[i] as f32 * (j + 1) as f32).sin() * 5.0 + ((i * i + 3 * j) as f32).cos()
    })
}

#[test]
fn a_surrogate_depends_on_seed_and_index_alone() {
    for kind in [SurrogateKind::Gaussian, SurrogateKind::Permuted] {
        for n_features in [3, 40] {
            let features = features(n_features);
            let surrogates = Surrogates::new(features.view(), &PATIENTS, kind, &()).unwrap();
            let third = surrogates.draw(7, 3);
            assert_eq!(third.dim(), features.dim());
            assert!(third.iter().all(|x| x.is_finite()));
            surrogates.draw(7, 2);
            assert_eq!(surrogates.draw(7, 3), third);
            assert_ne!(surrogates.draw(7, 4), third);
            assert_ne!(surrogates.draw(8, 3), third);
        }
    }
}

/// The mean squares of all features together within patients and in all.
fn variation(features: &Array2<f32>) -> (f64, f64) {
    let square = |x: &f32| f64::from(*x).powi(2);
    let mut within = 0.0;
    for patient in 0..10 {
        let images = (0..PATIENTS.len()).filter(|&i| PATIENTS[i] == patient);
        let rows = features.select(ndarray::Axis(0), &images.collect::<Vec<_>>());
        if let Some(mean) = rows.mean_axis(ndarray::Axis(0)) {
            within += (&rows - &mean).iter().map(square).sum::<f64>();
        }
    }
    let mean = features.mean_axis(ndarray::Axis(0)).unwrap();
    (within, (features - &mean).iter().map(square).sum())
}

#[test]
fn near_duplicates_stay_near_and_the_variance_stays() {
    let features = features(40);
    let observed = variation(&features);
    for kind in [SurrogateKind::Gaussian, SurrogateKind::Permuted] {
        let surrogates = Surrogates::new(features.view(), &PATIENTS, kind, &()).unwrap();
        let drawn = (0..400).map(|index| variation(&surrogates.draw(1, index)));
        let sum = drawn.fold((0.0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        let (within, all) = (sum.0 / 400.0 / observed.0, sum.1 / 400.0 / observed.1);
        assert!((within - 1.0).abs() < 0.03, "within {kind:?}: {within}");
        assert!((all - 1.0).abs() < 0.1, "all {kind:?}: {all}");
    }
}

#[test]
fn permuted_values_are_those_of_patients() {
    // One component and one image each, so that the order is all there is to permute.
    let scores = [1.0, 2.0, 4.0, 8.0].map(|score| vec![score]);
    let blocks: Vec<Vec<usize>> = (0..4).map(|image| vec![image]).collect();
    let permuted = Permuted::new(&scores, &blocks);
    let mut orders = std::collections::BTreeSet::new();
    for index in 0..500 {
        let mut drawn = vec![vec![0.0]; 4];
        permuted.draw(&blocks, &mut Random::nth(1, index), &mut drawn);
        let mut values: Vec<i32> = drawn.concat().iter().map(|x| x.round() as i32).collect();
        orders.insert(values.clone());
        values.sort_unstable();
        assert_eq!(values, [1, 2, 4, 8]);
    }
    assert_eq!(orders.len(), 24);
}

#[test]
fn equal_images_make_equal_surrogates() {
    let features = Array2::from_elem((PATIENTS.len(), 3), 2.0);
    for kind in [SurrogateKind::Gaussian, SurrogateKind::Permuted] {
        let surrogates = Surrogates::new(features.view(), &PATIENTS, kind, &()).unwrap();
        assert_eq!(surrogates.draw(0, 0), features);
    }
}

#[test]
fn images_and_patients_are_checked() {
    let mut features = features(2);
    let new = |features: &Array2<f32>, groups: &[usize]| {
        Surrogates::new(features.view(), groups, SurrogateKind::Gaussian, &()).map(|_| ())
    };
    let few: Vec<usize> = PATIENTS.iter().map(|&patient| patient.min(8)).collect();
    for (groups, n_groups) in [(&[3; 14][..], 1), (&few, 9)] {
        let expected = SurrogateError::TooFewGroups { n_groups };
        assert_eq!(new(&features, groups), Err(expected));
    }
    assert!(matches!(
        new(&features, &[1]),
        Err(SurrogateError::Groups { .. })
    ));
    features[[2, 1]] = f32::NAN;
    let expected = SurrogateError::NotFinite { row: 2, column: 1 };
    assert_eq!(new(&features, &PATIENTS), Err(expected));
}
