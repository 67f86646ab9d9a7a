//! Gradient descent as scikit-learn runs it for t-SNE.

use super::map::Map;
use super::params::{CheckedTsne, EXPLORATION_ITERATIONS, TsneError};
use crate::monitor::{Cancelled, Monitor, check};
use crate::projection::{Frame, Watch};
use multiversion::multiversion;
use ndarray::Array2;

/// A finished map.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// `(n_samples, n_components)`. The descent runs in single precision; these are its numbers,
    /// exactly, so that they are the same however they are passed on.
    pub coordinates: Array2<f64>,
    /// The Kullback-Leibler divergence of this map from the affinities, in nats; lower is better,
    /// and comparable only between maps of the same data and perplexity. Beyond 50,000 samples it is
    /// good to some thousandths.
    pub kl_divergence: f64,
    /// Iterations that ran. (scikit-learn's `n_iter_` is the index of the last one, one less.)
    pub n_iter: usize,
}

/// A cost of maps, with its gradient.
pub(super) trait Objective<const D: usize> {
    /// Writes the gradient at `map`, with attraction multiplied by `exaggeration`.
    fn gradient(&mut self, map: &Map<D>, exaggeration: f32, gradient: &mut Map<D>);

    /// The cost, without exaggeration, of the map that the gradient was last asked for: good
    /// enough to tell progress by.
    fn cost(&self, map: &Map<D>) -> f64;

    /// The Kullback-Leibler divergence of a finished map.
    fn kl_divergence(&mut self, map: &Map<D>, monitor: &dyn Monitor) -> Result<f64, Cancelled>;
}

/// Iterations between two looks at the progress.
const CHECK_EVERY: usize = 50;
/// The descent ends when the best cost is this many iterations old …
const ITERATIONS_WITHOUT_PROGRESS: usize = 300;
/// … or when the norm of the scaled gradient is this small.
const MIN_GRADIENT_NORM: f64 = 1e-7;

/// Descends from `start`: 250 iterations with exaggerated attraction and momentum 0.5, then up to
/// `max_iter` in all with momentum 0.8.
pub(super) fn minimise<const D: usize>(
    objective: &mut dyn Objective<D>,
    start: Map<D>,
    checked: &CheckedTsne,
    watch: &mut Watch<'_>,
) -> Result<Embedding, TsneError> {
    let max_iter = checked.params().max_iter;
    let early_exaggeration = match start.n_samples {
        // P and Q of two images are a half each on any map: there is nothing to descend, and
        // exaggeration would only drive them apart.
        2 => 1.0,
        _ => checked.params().early_exaggeration as f32,
    };
    let mut descent = Descent {
        map: start,
        n_iter: 0,
        n_iter_max: max_iter,
        watch,
    };
    // In this phase scikit-learn cannot stop for want of progress: 250 iterations are too few.
    descent.run(
        objective,
        &Phase {
            momentum: 0.5,
            exaggeration: early_exaggeration,
            learning_rate: checked.learning_rate(),
            end: EXPLORATION_ITERATIONS,
            watches_cost: false,
        },
    )?;
    descent.run(
        objective,
        &Phase {
            momentum: 0.8,
            exaggeration: 1.0,
            learning_rate: checked.late_learning_rate(),
            end: max_iter,
            watches_cost: true,
        },
    )?;
    let Descent { map, n_iter, .. } = descent;
    Ok(Embedding {
        coordinates: map.to_rows().mapv(f64::from),
        kl_divergence: objective.kl_divergence(&map, watch.monitor)?,
        n_iter,
    })
}

struct Phase {
    momentum: f32,
    exaggeration: f32,
    learning_rate: f64,
    /// Iterations after which it ends, counted from the start of the descent.
    end: usize,
    watches_cost: bool,
}

struct Descent<'a, 'b, const D: usize> {
    map: Map<D>,
    n_iter: usize,
    n_iter_max: usize,
    watch: &'a mut Watch<'b>,
}

impl<const D: usize> Descent<'_, '_, D> {
    /// Runs to the phase's end, or until it makes no progress. Gains and momentum start afresh.
    fn run(&mut self, objective: &mut dyn Objective<D>, phase: &Phase) -> Result<(), TsneError> {
        let mut gradient = self.map.zeros_like();
        let mut update = self.map.zeros_like();
        let mut gains = self.map.zeros_like();
        gains.axes.iter_mut().for_each(|axis| axis.fill(1.0));
        let (mut best_cost, mut best_iteration) = (f64::MAX, self.n_iter);
        while self.n_iter < phase.end {
            check(self.watch.monitor)?;
            objective.gradient(&self.map, phase.exaggeration, &mut gradient);
            let cost_wanted = phase.watches_cost && (self.n_iter + 1).is_multiple_of(CHECK_EVERY);
            // scikit-learn takes the cost before the step and the gradient's norm with gains.
            let cost = if cost_wanted {
                objective.cost(&self.map)
            } else {
                f64::MAX
            };
            for axis in 0..D {
                step(
                    &mut self.map.axes[axis][..self.map.n_samples],
                    &mut gradient.axes[axis],
                    &mut update.axes[axis],
                    &mut gains.axes[axis],
                    phase.momentum,
                    phase.learning_rate as f32,
                );
            }
            let iteration = self.n_iter;
            self.finish_iteration();
            if !self.n_iter.is_multiple_of(CHECK_EVERY) {
                continue;
            }
            if !self.map.is_bounded() {
                let learning_rate = phase.learning_rate;
                return Err(TsneError::Diverged { learning_rate });
            }
            if cost < best_cost {
                (best_cost, best_iteration) = (cost, iteration);
            } else if cost_wanted && iteration - best_iteration > ITERATIONS_WITHOUT_PROGRESS {
                break;
            }
            if norm(&gradient) <= MIN_GRADIENT_NORM {
                break;
            }
        }
        Ok(())
    }

    fn finish_iteration(&mut self) {
        self.n_iter += 1;
        let every = self.watch.frame_every;
        if every > 0 && self.n_iter.is_multiple_of(every) {
            let coordinates = self.map.to_rows();
            (self.watch.on_frame)(Frame {
                n_iter: self.n_iter,
                n_iter_max: self.n_iter_max,
                coordinates,
            });
        }
    }
}

/// One step along one axis. A gain grows by 0.2 while the gradient points against the last update
/// and shrinks to four fifths when it turns (Jacobs 1988), never below 0.01.
#[multiversion(targets = "simd")]
fn step(
    positions: &mut [f32],
    gradient: &mut [f32],
    update: &mut [f32],
    gains: &mut [f32],
    momentum: f32,
    learning_rate: f32,
) {
    let state = gradient.iter_mut().zip(update).zip(gains);
    for (position, ((gradient, update), gain)) in positions.iter_mut().zip(state) {
        let grown = if *update * *gradient < 0.0 {
            *gain + 0.2
        } else {
            *gain * 0.8
        };
        *gain = if grown < 0.01 { 0.01 } else { grown };
        *gradient *= *gain;
        *update = momentum * *update - learning_rate * *gradient;
        *position += *update;
    }
}

/// The length of the whole gradient. Padding is left out: it holds numbers without meaning.
fn norm<const D: usize>(gradient: &Map<D>) -> f64 {
    let values = gradient
        .axes
        .iter()
        .flat_map(|axis| &axis[..gradient.n_samples]);
    values
        .map(|&x| f64::from(x) * f64::from(x))
        .sum::<f64>()
        .sqrt()
}
