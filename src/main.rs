//! The `negatoscope` binary: one function per mode.

use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::net::IpAddr;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{CommandFactory, Parser};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use negatoscope::cli::{
    Cli, Command, CompletionsArgs, DemoArgs, EmbedArgs, LayersArgs, ReportArgs, SearchArgs,
    ServeArgs, VerdictArgs,
};
use negatoscope::cohort::CohortError;
use negatoscope::config::{
    self, ConfigError, FeatureConfig, ReportConfig, ReportFormat, ServeConfig, VerdictConfig,
};
use negatoscope::features::model::{ModelError, OnnxFile};
use negatoscope::features::vectors::{self, FeatureTable};
use negatoscope::files::Output;
use negatoscope::jobs::Progress;
use negatoscope::pipeline::evidence::verdict::{Effort, Tried};
use negatoscope::pipeline::evidence::{Question, ReportParams, words};
use negatoscope::pipeline::{About, Look, Preparation, Study, StudyError, Verdicts, Workbench};
use negatoscope::plain::{Plain, PlainFields};
use negatoscope::web::{self, App, Gate};
use negatoscope::{analysis, cohort, interrupt, output, settings};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Time between two looks at the progress.
const TICK: Duration = Duration::from_millis(30);

/// Time between two lines about it where no terminal is that a bar could be drawn on.
const LINE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    // Nothing leaves this machine: since 1.29 a native ONNX Runtime would send events to its maker
    // unless this is set before it is loaded.
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("ORT_DISABLE_TELEMETRY", "1") };
    if let Err(error) = interrupt::listen() {
        say(format_args!(
            "signals cannot be heard ({error}): end it by SIGKILL"
        ));
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("NEGATOSCOPE_LOG").unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .with_target(false)
        .fmt_fields(PlainFields)
        .init();
    // Whoever panics may say what stood in a file.
    panic::set_hook(Box::new(|info| tracing::error!("{info}")));
    let outcome = match cli.command {
        None => serve(cli.serve),
        Some(Command::Embed(args)) => embed(args),
        Some(Command::Search(args)) => search(args),
        Some(Command::Report(args)) => report(args),
        Some(Command::Verdict(args)) => verdict(args),
        Some(Command::Layers(args)) => layers(&args),
        Some(Command::Demo(args)) => demo(&args),
        Some(Command::Completions(args)) => completions(&args),
        Some(Command::Man) => manual(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{}", sentence(&error)));
            ExitCode::from(if is_usage(&error) { 2 } else { 1 })
        }
    }
}

/// An error and its causes, each said once: many name their cause themselves.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Says what is wrong in one line on stderr.
fn say(what: fmt::Arguments<'_>) {
    writeln!(stderr(), "negatoscope: {}", Plain(what)).ok();
}

/// Says what of the command line is not understood, or helps with it.
fn misused(error: &clap::Error) -> ExitCode {
    let odd = |word: OsString| word.to_string_lossy().contains(char::is_control);
    if std::env::args_os().any(odd) && error.use_stderr() {
        // It repeats the words, which a shell may have made of the names of files.
        say(format_args!("{error}"));
    } else {
        error.print().ok();
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// Whether the words of the command line are at fault.
fn is_usage(error: &anyhow::Error) -> bool {
    let of_words = |error: &StudyError| {
        matches!(
            error,
            StudyError::Cohort(
                CohortError::UnknownColumn { .. }
                    | CohortError::NeedsMetadata { .. }
                    | CohortError::FilterSyntax { .. }
                    | CohortError::FilterBound { .. }
                    | CohortError::FilterKind { .. }
            ) | StudyError::Column(_)
                | StudyError::Model(ModelError::UnknownLayer { .. })
        )
    };
    error.is::<ConfigError>() || error.downcast_ref().is_some_and(of_words)
}

/// Serves the dashboard until Ctrl-C or SIGTERM.
fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let host_name = args.host.clone();
    let config = ServeConfig::new(args)?;
    set_threads(&config.features)?;
    let preparation = Preparation::open(&config.features)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut bench = preparation.workbench(config.features.threads);
        bench.question.clone_from(&config.question);
        let bench = Arc::new(bench);
        let closing = CancellationToken::new();
        // Before anybody can know that the server is there.
        interrupt::close_instead(closing.clone());
        let listener = web::bind(config.host, &config.ports).await;
        let listener = listener.with_context(|| {
            let (host, port) = (config.host, config.ports[0]);
            format!("{host} port {port} cannot be listened on: give another --host or --port")
        })?;
        let port = listener.local_addr()?.port();
        let gate = Gate::new(&host_name, port, config.token.as_deref());
        let threads = config.features.threads;
        let app = App::new(Arc::clone(&bench), gate, threads, closing.clone())?;
        let link = announce(&config, port)?;
        prepare_in_background(preparation, bench);
        if config.open
            && let Err(error) = open::that_detached(&link)
        {
            tracing::warn!("no browser could be opened ({error}): open the link above by hand");
        }
        tokio::spawn(web::work_ahead(app.clone()));
        web::serve(listener, web::router(app), closing).await;
        anyhow::Ok(())
    })?;
    // Work that nobody waits for any more is not waited for either.
    interrupt::leave(0)
}

/// Prints where the dashboard is, and gives the link that opens it.
fn announce(config: &ServeConfig, port: u16) -> anyhow::Result<String> {
    let shown = match config.host {
        IpAddr::V4(host) => host.to_string(),
        IpAddr::V6(host) => format!("[{host}]"),
    };
    let reachable = if config.host.is_unspecified() {
        "127.0.0.1"
    } else {
        &shown
    };
    let mut out = stdout().lock();
    writeln!(out, "Listening on http://{shown}:{port}")?;
    let link = match &config.token {
        None => format!("http://{reachable}:{port}/"),
        Some(token) => {
            let link = format!("http://{reachable}:{port}/?token={token}");
            writeln!(out, "Open {link}")?;
            link
        }
    };
    out.flush()?;
    Ok(link)
}

fn prepare_in_background(preparation: Preparation, bench: Arc<Workbench>) {
    std::thread::spawn(move || {
        let run = || preparation.run(&*bench.preparing);
        let run = || watch(&bench.preparing, "images", run);
        // One that is caught leaves nothing behind: the preparation is gone with it.
        match panic::catch_unwind(AssertUnwindSafe(run)) {
            Ok(outcome) => bench.settle(outcome),
            Err(_) => bench.fail("the features could not be computed; the log says why"),
        }
    });
}

/// Writes the features to a file.
fn embed(args: EmbedArgs) -> anyhow::Result<()> {
    let config = FeatureConfig::new(args.cohort, args.features)?;
    // Before the work and not after it.
    vectors::Format::of(&args.output).map_err(|_| ConfigError::Output {
        path: args.output.clone(),
        endings: ".npy or .parquet",
    })?;
    let output = Output::at(&args.output)?;
    let study = study(&config)?;
    let records = &study.cohort.records;
    let ids: Vec<_> = records.iter().map(|record| record.id.clone()).collect();
    let filenames: Vec<_> = records
        .iter()
        .map(|record| record.filename.clone())
        .collect();
    let features = study.features.view();
    vectors::write(
        output,
        FeatureTable {
            ids: &ids,
            filenames: &filenames,
            features,
        },
    )?;
    let (rows, columns) = study.features.dim();
    tracing::info!(
        "{rows} × {columns} features are in {}",
        args.output.display()
    );
    Ok(())
}

/// Searches the parameters and prints the best setting of each perplexity.
fn search(args: SearchArgs) -> anyhow::Result<()> {
    let search = config::search(&args)?;
    let asked = args.null;
    let null = asked.map(|n| config::null(search.params().clone(), n, &args.surrogates));
    let null = null.transpose()?;
    let n_settings = search.params().n_settings();
    let (study, verdicts) = looked_at(&FeatureConfig::new(args.cohort, args.features)?)?;
    let progress = Progress::new(n_settings);
    let started = Instant::now();
    let result = watch(&progress, "settings", || study.search(&search, &progress))?;
    let elapsed = started.elapsed();
    verdicts
        .ledger
        .look(&study, Look::search(&study, search.params()));
    tracing::info!("{n_settings} settings in {:.1} s", elapsed.as_secs_f64());
    let null = null.map(|null| {
        let progress = Progress::new(null.params().n_surrogates as u64 + 1);
        watch(&progress, "cohorts", || study.null(&null, &progress))
    });
    let null = null.transpose()?;
    let mut out = stdout().lock();
    if args.json {
        let document = output::Search::new(search.params(), &result, elapsed);
        let document = document.with_null(null.as_ref().map(output::Null::from));
        serde_json::to_writer(&mut out, &document)?;
        writeln!(out)?;
        return Ok(());
    }
    print_search(&mut out, search.params(), &result)?;
    for answer in null.iter().flat_map(|null| &null.answers) {
        writeln!(out, "{}", Plain(&answer.sentence))?;
    }
    for warning in null.iter().flat_map(|null| &null.warnings) {
        writeln!(out, "{}", Plain(warning))?;
    }
    Ok(())
}

/// Writes what the clusters of one setting are worth.
fn report(args: ReportArgs) -> anyhow::Result<()> {
    let config = ReportConfig::new(args)?;
    let output = Output::at(&config.output)?;
    set_threads(&config.features)?;
    let preparation = Preparation::open(&config.features)?;
    let bench = preparation.workbench(config.features.threads);
    let progress = Progress::new(preparation.n_images() as u64);
    let study = watch(&progress, "images", || preparation.run(&progress))?;
    bench.gallery.keep(&study.cohort);
    let params = ReportParams::new(&config, &study)?;
    params.check(&study)?;
    let expected = study.expected(&params, &())?;
    tracing::info!("the report takes {}", words::about(expected));
    if let Some(said) = &params.null_in_part {
        tracing::info!("{said}");
    }
    let progress = Progress::new(params.n_maps(false));
    let mut report = watch(&progress, "maps", || study.report(params, None, &progress))?;
    bench.verdicts.retell((&study, &study), &mut report);
    let text = match config.format {
        ReportFormat::Html => {
            output::report::render(&report, &study, &bench.gallery).map_err(anyhow::Error::msg)?
        }
        ReportFormat::Json => {
            let records = study.cohort.records.iter();
            let ids: Vec<_> = records.map(|record| record.id.as_str()).collect();
            serde_json::to_string(&output::ReportDocument::new(&report, &ids))?
        }
    };
    output.write(|file| file.write_all(text.as_bytes()).map_err(|e| e.to_string()))?;
    tracing::info!("the report is in {}", config.output.display());
    Ok(())
}

/// Says whether the groups of one setting are luck.
fn verdict(args: VerdictArgs) -> anyhow::Result<()> {
    let json = args.json;
    let config = VerdictConfig::new(args)?;
    let (study, verdicts) = looked_at(&config.features)?;
    let (map, clustering) = config.words.read(study.n_images())?;
    let name_of = |name: &str| study.cohort.column_name(name).to_owned();
    let question = Question {
        column: name_of(study.planned()),
        within: config.within.as_deref().map(name_of),
        with_noise: config.with_noise,
    };
    study.check(&question).map_err(StudyError::from)?;
    let tried = Tried { map, clustering };
    if let Some(declared) = &config.question {
        let about = About {
            question: Some(question.clone()),
            conditions: study.conditions.clone(),
            tried: (!declared.at_any_setting).then_some(tried),
        };
        verdicts.ledger.declare(&study, about);
    }
    let effort = Effort {
        n_maps: config.n_maps,
        n_surrogates: config.n_surrogates,
    };
    let progress = Progress::new(effort.n_maps + effort.n_surrogates + 1);
    let started = Instant::now();
    let work = || study.verdict_alone(&tried, &question, effort, &progress);
    let mut spoken = watch(&progress, "maps and cohorts", work)?;
    let found = (&spoken.verdict, &spoken.in_features);
    spoken.words = verdicts.words((&study, &study), &question, found, true);
    tracing::info!("{:.1} s", started.elapsed().as_secs_f64());
    let mut out = stdout().lock();
    if json {
        let document = output::Verdict::of(&spoken, &question);
        serde_json::to_writer(&mut out, &document)?;
        writeln!(out)?;
        return Ok(());
    }
    let words = &spoken.words;
    writeln!(out, "{}", Plain(&words.headline))?;
    let sentences = words.lines.iter().map(|line| &line.text);
    for sentence in sentences.chain(&words.warnings) {
        writeln!(out, "{}", Plain(sentence))?;
    }
    Ok(())
}

fn print_search(
    out: &mut impl Write,
    params: &analysis::search::SearchParams,
    result: &analysis::search::SearchResult,
) -> anyhow::Result<()> {
    let [first, second] = params.clustering.axes();
    let axis = params.axis();
    let widths = [axis, first, second].map(|name| name.len().max(5));
    let [w0, w1, w2] = widths;
    writeln!(
        out,
        "{axis:>w0$} {first:>w1$} {second:>w2$}  clusters  noise  score"
    )?;
    for row in &result.best {
        let mark = if row.degenerate {
            "  perplexity above a third of the images"
        } else {
            ""
        };
        let values = settings::place_json(&params.clustering, row.cell.at);
        let [one, other] = [first, second].map(|key| match &values[key] {
            Value::Number(number) if number.is_f64() => {
                format!("{:.2}", number.as_f64().unwrap_or(f64::NAN))
            }
            value => value.to_string(),
        });
        let along = match params.projection.method().axis {
            Some(_) => row.along.to_string(),
            None => params.projection.method().key.to_owned(),
        };
        writeln!(
            out,
            "{along:>w0$} {one:>w1$} {other:>w2$} {:>9} {:>6} {:>6}{mark}",
            row.cell.n_clusters, row.cell.n_noise, row.cell.score,
        )?;
    }
    if !result.without_result.is_empty() {
        let listed: Vec<_> = result.without_result.iter().map(f64::to_string).collect();
        writeln!(out, "no admissible setting at {axis} {}", listed.join(", "))?;
    }
    Ok(())
}

/// Lists a model's layers.
fn layers(args: &LayersArgs) -> anyhow::Result<()> {
    let file = OnnxFile::open(&args.model)?;
    let names: Vec<String> = file
        .layers()
        .map(|layer| Plain(&layer.name).to_string())
        .collect();
    let widths = names.iter().map(|name| name.chars().count());
    let width = widths.max().unwrap_or(0);
    let mut out = stdout().lock();
    for (layer, name) in file.layers().zip(&names) {
        let (op, shape) = (Plain(&layer.op), Plain(layer.shape_text()));
        writeln!(out, "{name:width$}  {op:<20} {shape}")?;
    }
    Ok(())
}

/// Prints what a shell completes.
fn completions(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "negatoscope", &mut text);
    Ok(stdout().write_all(&text)?)
}

/// Prints the manual page.
fn manual() -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text)?;
    Ok(stdout().write_all(&text)?)
}

/// Writes the demo cohort as files.
fn demo(args: &DemoArgs) -> anyhow::Result<()> {
    cohort::demo::write(&args.folder)?;
    tracing::info!("the drawn X-rays are in {}", args.folder.display());
    Ok(())
}

/// A cohort with its features, without a server.
fn study(config: &FeatureConfig) -> anyhow::Result<Study> {
    set_threads(config)?;
    prepared(Preparation::open(config)?)
}

/// A cohort with its features, and what was looked at of it.
fn looked_at(config: &FeatureConfig) -> anyhow::Result<(Study, Verdicts)> {
    set_threads(config)?;
    let preparation = Preparation::open(config)?;
    let verdicts = preparation.workbench(config.threads).verdicts;
    Ok((prepared(preparation)?, verdicts))
}

/// The study of a preparation.
fn prepared(preparation: Preparation) -> anyhow::Result<Study> {
    let progress = Progress::new(preparation.n_images() as u64);
    Ok(watch(&progress, "images", || preparation.run(&progress))?)
}

/// Runs `work` on this thread and draws its progress from another.
fn watch<T>(progress: &Progress, unit: &str, work: impl FnOnce() -> T) -> T {
    let bar = bar(progress.total(), unit);
    let (working, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let ended = ended; // Dropping its other end is the signal.
            let started = Instant::now();
            let mut n_lines = 0;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(progress.done());
                if bar.is_hidden() && started.elapsed() > LINE * (n_lines + 1) {
                    n_lines += 1;
                    tracing::info!("{}", how_far(progress, unit, started.elapsed()));
                }
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}

/// "120 of 640 maps, about 40 s left".
fn how_far(progress: &Progress, unit: &str, elapsed: Duration) -> String {
    let (done, total) = (progress.done(), progress.total());
    let left = match done {
        0 => String::new(),
        done => {
            let left = elapsed.mul_f64((total - done) as f64 / done as f64);
            format!(", {} left", words::about(left))
        }
    };
    format!("{done} of {total} {unit}{left}")
}

/// A bar on stderr, drawn only when that is a terminal.
fn bar(total: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let template = format!("{{bar:40}} {{pos}}/{{len}} {unit}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

fn set_threads(config: &FeatureConfig) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(config.threads)
        .build_global()?;
    Ok(())
}
