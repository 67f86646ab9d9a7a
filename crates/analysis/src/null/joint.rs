//! Several questions about one cohort, held against surrogates together.

use super::aspect::{N_JUDGED, Standing};

/// Of each setting and each judged aspect, the share of cohorts, the observed one included, that have
/// some aspect at some setting at least as far above chance (the single-step maxT of Westfall and Young
/// 1993). `None` where all cohorts are alike. What the questions share costs nothing, as it would by
/// Bonferroni or Holm.
pub(super) fn adjusted(
    observed: &[Standing],
    surrogates: &[&[Standing]],
) -> Vec<[Option<f64>; N_JUDGED]> {
    let all = || std::iter::once(observed).chain(surrogates.iter().copied());
    let n = (1 + surrogates.len()) as f64;
    // Mean and deviation of each aspect at each setting, over all cohorts alike.
    let spread = |setting: usize, aspect: usize| {
        let values = || all().map(|standing| standing[setting].0[aspect]);
        let mean = values().sum::<f64>() / n;
        let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
        (variance > 1e-18).then_some((mean, variance.sqrt()))
    };
    let spreads: Vec<[Option<(f64, f64)>; N_JUDGED]> = (0..observed.len())
        .map(|setting| std::array::from_fn(|aspect| spread(setting, aspect)))
        .collect();
    let height = |standing: &[Standing], setting: usize, aspect: usize| {
        let (mean, deviation) = spreads[setting][aspect]?;
        Some((standing[setting].0[aspect] - mean) / deviation)
    };
    let highest = |standing: &[Standing]| {
        let settings = 0..observed.len();
        let aspects =
            |setting| (0..N_JUDGED).filter_map(move |aspect| height(standing, setting, aspect));
        settings.flat_map(aspects).fold(f64::NEG_INFINITY, f64::max)
    };
    let maxima: Vec<f64> = all().map(highest).collect();
    let share = |setting: usize, aspect: usize| {
        let height = height(observed, setting, aspect)?;
        let n_as_good = maxima.iter().filter(|&&max| max >= height - 1e-9).count();
        Some(n_as_good as f64 / n)
    };
    (0..observed.len())
        .map(|setting| std::array::from_fn(|aspect| share(setting, aspect)))
        .collect()
}
