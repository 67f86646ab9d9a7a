//! The server's router on a study that is ready, without a process and a port.

use std::sync::Arc;

use axum::Router;
use negatoscope::config::FeatureConfig;
use negatoscope::pipeline::Preparation;
use negatoscope::web::{App, Gate, router};
use tokio_util::sync::CancellationToken;

/// The router on what `config` asks for.
pub fn serve(config: &FeatureConfig) -> Router {
    let preparation = Preparation::open(config).unwrap();
    let bench = Arc::new(preparation.workbench(2));
    bench.settle(preparation.run(&()));
    let gate = Gate::new("127.0.0.1", 0, None);
    router(App::new(bench, gate, 2, CancellationToken::new()).unwrap())
}
