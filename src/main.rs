//! The `negatoscope` binary: one function per mode.

mod opening;
mod watch;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal, Write, stderr, stdout};
use std::net::IpAddr;
use std::panic;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use clap::{CommandFactory, Parser};
use negatoscope::bundle::{self, BundleError};
use negatoscope::cli::{
    AgreeArgs, BakeArgs, Cli, Command, CompletionsArgs, DemoArgs, DoctorArgs, EmbedArgs,
    ExportArgs, HealthArgs, LayersArgs, LogFormat, ProjectArgs, ReportArgs, SearchArgs, ServeArgs,
    VerdictArgs,
};
use negatoscope::cohort::CohortError;
use negatoscope::cohort::image::ImageSource;
use negatoscope::config::{
    self, AgreeConfig, BakeConfig, ConfigError, DoctorConfig, EmbedConfig, ExportConfig,
    FeatureConfig, ReportConfig, ReportFormat, ServeConfig, VerdictConfig,
};
use negatoscope::doctor::Doctor;
use negatoscope::features::model::{Model, ModelError, OnnxFile};
use negatoscope::features::vectors::{self, FeatureTable, Shard};
use negatoscope::files::{Folder, Output};
use negatoscope::jobs::Progress;
use negatoscope::pipeline::evidence::verdict::{Effort, FULL, REST, Tried};
use negatoscope::pipeline::evidence::{Question, ReportParams, words};
use negatoscope::pipeline::{
    About, Baking, Look, Preparation, Study, StudyError, Tensor, Verdicts,
};
use negatoscope::plain::{Plain, PlainFields};
use negatoscope::trial::TrialError;
use negatoscope::web::{self, App, Gate};
use negatoscope::{analysis, cohort, health, interrupt, machine, output, settings};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use opening::{Opening, lie_at, opened, sentence, try_out};
use watch::watch;

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
    write_log(cli.log);
    // Whoever panics may say what stood in a file.
    panic::set_hook(Box::new(|info| tracing::error!("{info}")));
    let outcome = match cli.command {
        None => serve(cli.serve),
        Some(Command::Embed(args)) => embed(args),
        Some(Command::Search(args)) => search(args),
        Some(Command::Report(args)) => report(args),
        Some(Command::Verdict(args)) => verdict(args),
        Some(Command::Agree(args)) => agree(args),
        Some(Command::Bake(args)) => bake(args),
        Some(Command::Export(args)) => export(args),
        Some(Command::Layers(args)) => layers(args),
        Some(Command::Demo(args)) => demo(&args),
        Some(Command::Health(args)) => ask(&args),
        Some(Command::Doctor(args)) => examine(args),
        Some(Command::Completions(args)) => completions(&args),
        Some(Command::Man) => manual(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has had enough, as `head` has.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{}", sentence(&error)));
            ExitCode::from(if is_usage(&error) { 2 } else { 1 })
        }
    }
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

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.root_cause().downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Whether the words of the command line are at fault.
fn is_usage(error: &anyhow::Error) -> bool {
    let of_words = |error: &StudyError| {
        matches!(
            error,
            StudyError::Cohort(
                CohortError::UnknownColumn { .. }
                    | CohortError::NeedsMetadata { .. }
                    | CohortError::NoCommonKey { .. }
                    | CohortError::FilterSyntax { .. }
                    | CohortError::FilterBound { .. }
                    | CohortError::FilterKind { .. }
            ) | StudyError::Column(_)
                | StudyError::Chosen(_)
                | StudyError::Bundle(BundleError::Option { .. } | BundleError::Again { .. })
                | StudyError::Model(
                    ModelError::UnknownLayer { .. }
                        | ModelError::UnknownInput { .. }
                        | ModelError::NoTokens { .. }
                        | ModelError::Preprocessing(_)
                )
        )
    };
    let in_trial = |error: &TrialError| matches!(error, TrialError::Refused { code: 2, .. });
    error.downcast_ref().is_some_and(in_trial)
        || error.is::<ConfigError>()
        || error.downcast_ref().is_some_and(of_words)
}

/// Where and how what happens is written.
fn write_log(format: LogFormat) {
    let wanted = EnvFilter::try_from_env("NEGATOSCOPE_LOG");
    // Of each request that is tried again the library says so; that none came of it is said once.
    let usual = || EnvFilter::new("info,object_store=warn");
    let log = tracing_subscriber::fmt()
        .with_env_filter(wanted.unwrap_or_else(|_| usual()))
        .with_writer(stderr)
        // They would be said where nobody reads, and be a panic.
        .log_internal_errors(false)
        .with_target(false);
    match format {
        LogFormat::Text => log
            .with_ansi(stderr().is_terminal())
            .fmt_fields(PlainFields)
            .init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

/// Serves the dashboard until Ctrl-C or SIGTERM.
fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let host_name = args.host.clone();
    let config = ServeConfig::new(args)?;
    set_threads(config.features.threads)?;
    let opening = Opening::new(&config);
    let (preparation, bench) = opening.open(None)?;
    let can_reopen = opening.can_be_repeated(&preparation);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let bench = Arc::new(bench);
        let closing = CancellationToken::new();
        // Before anybody can know that the server is there.
        interrupt::close_instead(closing.clone());
        if config.until_input_ends {
            let closing = closing.clone();
            std::thread::spawn(move || {
                io::copy(&mut io::stdin(), &mut io::sink()).ok();
                closing.cancel();
            });
        }
        let listener = web::bind(config.host, &config.ports).await;
        let listener = listener.with_context(|| {
            let (host, port) = (config.host, config.ports[0]);
            format!("{host} port {port} cannot be listened on: give another --host or --port")
        })?;
        let port = listener.local_addr()?.port();
        let gate =
            Gate::new(&host_name, port, config.token.as_deref()).framed_by(&config.frame_ancestors);
        let code = gate.code();
        let threads = config.features.threads;
        let app = App::new(Arc::clone(&bench), gate, threads, closing.clone())?;
        let app = match config.metrics {
            true => app.with_metrics(process),
            false => app,
        };
        let (link, lines) = whereabouts(&config, port, code);
        // It serves on where nobody reads: whoever started it may have wanted the first line alone.
        if let Err(error) = print(&lines)
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            return Err(error.into());
        }
        std::thread::spawn(move || opening::prepare(preparation, &bench));
        if config.open
            && let Err(error) = open::that_detached(&link)
        {
            tracing::warn!("no browser could be opened ({error}): open the link above by hand");
        }
        let reopen: Box<web::Reopen> = Box::new(move |at, tell| opening.again(at, tell));
        let router = web::begin(app, can_reopen.then_some(reopen));
        web::serve(listener, router, closing).await;
        anyhow::Ok(())
    })?;
    // Work that nobody waits for any more is not waited for either.
    interrupt::leave(0)
}

/// What the system tells of this process.
fn process() -> web::Process {
    web::Process {
        resident_memory: machine::resident_memory(),
        n_threads: machine::n_threads(),
        n_open_files: machine::n_open_files(),
    }
}

/// The link that opens the dashboard, and the lines that say so.
fn whereabouts(config: &ServeConfig, port: u16, code: Option<String>) -> (String, String) {
    let shown = match config.host {
        IpAddr::V4(host) => host.to_string(),
        IpAddr::V6(host) => format!("[{host}]"),
    };
    let reachable = if config.host.is_unspecified() {
        "127.0.0.1"
    } else {
        &shown
    };
    let listening = format!("Listening on http://{shown}:{port}\n");
    match code {
        None => (format!("http://{reachable}:{port}/"), listening),
        Some(code) => {
            let link = format!("http://{reachable}:{port}/?code={code}");
            let lines = format!("{listening}Open {link}\n");
            (link, lines)
        }
    }
}

/// Brings lines to whoever reads the output.
fn print(lines: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(lines.as_bytes())?;
    out.flush()
}

/// Writes the features to a file.
fn embed(args: EmbedArgs) -> anyhow::Result<()> {
    let config = EmbedConfig::new(args)?;
    // Room is made before the work and not after it.
    if let Some(shard) = config.shard {
        return embed_shard(&config, shard);
    }
    let output = Output::at(&config.output)?;
    let study = study(&config.features)?;
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
        config.output.display()
    );
    Ok(())
}

/// Writes the features of one shard to a file, unless they are there.
fn embed_shard(config: &EmbedConfig, shard: Shard) -> anyhow::Result<()> {
    let place = &config.output;
    let output = Output::with_folder(place)?;
    set_threads(config.features.threads)?;
    let preparation = opened(&config.features)?;
    let manifest = preparation.manifest(shard)?;
    if vectors::is_part(place, &manifest) {
        tracing::info!(
            "shard {shard} is in {} already: it stays as it is",
            place.display()
        );
        return Ok(());
    }
    let n_records = shard.positions(preparation.n_images()).len();
    let progress = Progress::new(n_records as u64);
    let part = watch(&progress, "images", || preparation.part(shard, &progress))?;
    vectors::write_part(output, &part)?;
    let (rows, columns) = part.features.dim();
    tracing::info!(
        "{rows} × {columns} features of shard {shard} are in {}",
        place.display()
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
    let config = config::searched(args.cohort, args.features)?;
    let (study, verdicts) = looked_at(&config, &args.kept)?;
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
        let searched = verdicts.searched(&study, Some(&null));
        watch(&progress, "cohorts", || {
            study.null(&null, &searched, &progress)
        })
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
    let kept = args.kept.clone();
    let config = ReportConfig::new(args)?;
    let output = Output::at(&config.output)?;
    set_threads(config.features.threads)?;
    let preparation = opened(&config.features)?;
    let bench = preparation.workbench(config.features.threads);
    lie_at(&bench, &kept);
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
    let searched = bench.verdicts.searched(&study, params.null.as_ref());
    let report = || study.report(params, (None, &searched), &progress);
    let mut report = watch(&progress, "maps", report)?;
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
    let (json, kept) = (args.json, args.kept.clone());
    let config = VerdictConfig::new(args)?;
    let (study, verdicts) = looked_at(&config.features, &kept)?;
    let (map, clustering) = study.setting(|key| config.words.said(key))?;
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
    let started = Instant::now();
    let made = |effort: Effort| {
        let progress = Progress::new(effort.n_maps + effort.n_surrogates + 1);
        let work = || study.verdict_alone(&tried, &question, effort, &progress);
        watch(&progress, "maps and cohorts", work)
    };
    let mut spoken = made(effort)?;
    if effort == FULL && study.goes_on(&spoken.verdict, &question) {
        spoken = made(REST)?;
    }
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

/// Says whether two sets of features see the same images alike.
fn agree(args: AgreeArgs) -> anyhow::Result<()> {
    let json = args.json;
    let config = AgreeConfig::new(args)?;
    let [first, second] = &config.sets;
    set_threads(first.threads)?;
    let (one, other) = (prepared(opened(first)?)?, prepared(opened(second)?)?);
    let paths = [first, second].map(|set| set.vectors.as_deref().unwrap_or(Path::new("")));
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or(path.as_os_str())
            .display()
            .to_string()
    };
    let names = match paths.map(name) {
        [a, b] if a == b => paths.map(|path| path.display().to_string()),
        names => names,
    };
    let found = one.compare_sets(&other, names, (&config.test, config.n_neighbors), &())?;
    let mut out = stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &output::Sets::from(&found))?;
        writeln!(out)?;
        return Ok(());
    }
    for sentence in &found.sentences {
        writeln!(out, "{}", Plain(sentence))?;
    }
    Ok(())
}

/// Writes a study without its X-rays, after it has said what goes in.
fn bake(args: BakeArgs) -> anyhow::Result<()> {
    let project = args.with_project.then(|| args.kept.clone());
    let config = BakeConfig::new(args)?;
    let output = config.output.as_deref().map(Output::at).transpose()?;
    set_threads(config.features.threads)?;
    let preparation = opened(&config.features)?;
    if let Some(bundle) = preparation.bundle() {
        let path = bundle.path().to_owned();
        return Err(StudyError::from(BundleError::Again { path }).into());
    }
    if let Some(output) = output {
        let place = output.path().to_owned();
        bake_into(Some(output), preparation, &config, project.as_ref())?;
        tracing::info!("the bundle is in {}", place.display());
        return Ok(());
    }
    bake_into(None, preparation, &config, project.as_ref())
}

/// Says what goes into a bundle, and writes it where there is a place for it.
fn bake_into(
    output: Option<Output>,
    preparation: Preparation,
    config: &BakeConfig,
    project: Option<&ProjectArgs>,
) -> anyhow::Result<()> {
    let bench = preparation.workbench(config.features.threads);
    let study = prepared(preparation)?;
    bench.gallery.keep(&study.cohort);
    let contents = bundle::choose(&study.cohort, &config.choice).map_err(StudyError::from)?;
    let listed = contents.to_string();
    for line in listed.lines() {
        writeln!(stdout(), "{}", Plain(line))?;
    }
    let mut baking = Baking::new(&study, &bench.gallery, &contents);
    if let Some(kept) = project {
        lie_at(&bench, kept);
        let document = output::project::for_bundle(&study, &bench.project, |place| {
            contents.id(&study.cohort.records[place], place)
        })?;
        writeln!(stdout(), "{}", Plain(document.in_words()))?;
        baking.bring(serde_json::to_string(&document)?);
    } else {
        writeln!(stdout(), "project      stays here")?;
    }
    let Some(output) = output else { return Ok(()) };
    if let Some(words) = &config.words {
        let (map, clustering) = words.read(study.n_images())?;
        baking.ask(Tried { map, clustering });
    }
    if let Some(null) = config.null.clone() {
        null.check_for(study.n_images()).map_err(StudyError::from)?;
        baking.compare(null);
    }
    let progress = Progress::new(baking.n_units());
    watch(&progress, "maps, cohorts and pictures", || {
        baking.gather(&progress)?;
        Ok(output.write(|file| baking.write(file, &progress))?)
    })
}

/// Writes a folder with the page as it stands. It is made of a bundle, so that nothing else can be in it.
fn export(args: ExportArgs) -> anyhow::Result<()> {
    let ExportConfig { bake, chosen } = ExportConfig::new(args)?;
    let folder = bake.output.as_deref().map(Folder::at).transpose()?;
    set_threads(bake.features.threads)?;
    let preparation = opened(&bake.features)?;
    if let (Some(bundle), Some(option)) = (preparation.bundle(), chosen) {
        let path = bundle.path().to_owned();
        return Err(StudyError::from(BundleError::Option { path, option }).into());
    }
    web::copy::check(preparation.n_images())?;
    let Some(folder) = folder else {
        return match preparation.bundle() {
            Some(_) => Ok(writeln!(stdout(), "all that is in the bundle")?),
            None => bake_into(None, preparation, &bake, None),
        };
    };
    let scratch = folder.scratch()?;
    let mut features = bake.features.clone();
    if preparation.bundle().is_none() {
        // A bundle is called by its file's name, and the copy likewise.
        let path = scratch
            .path()
            .join(folder.name())
            .with_extension("negatoscope");
        bake_into(Some(Output::at(&path)?), preparation, &bake, None)?;
        features = features.of_bundle(path);
    }
    let words = bake.words.as_ref();
    copy(&folder, &features, words, scratch.path())?;
    drop(scratch);
    folder.finish()?;
    let place = bake.output.unwrap_or_default();
    tracing::info!("the page is in {}: open its index.html", place.display());
    Ok(())
}

/// Fills a folder with the page of a bundle; projects of the servers that are asked lie in `scratch`.
fn copy(
    folder: &Folder,
    features: &FeatureConfig,
    words: Option<&config::Words>,
    scratch: &Path,
) -> anyhow::Result<()> {
    // Once for the study and once for the servers, of which each asks it for a workbench.
    let preparation = Preparation::open(features)?;
    let study = prepared(Preparation::open(features)?)?;
    let asked = words
        .map(|words| words.read(study.n_images()))
        .transpose()?;
    let asked: Vec<Tried> = asked
        .into_iter()
        .map(|(map, clustering)| Tried { map, clustering })
        .collect();
    let n_servers = AtomicUsize::new(0);
    // One whose project is empty: looks are counted there.
    let fresh = || {
        let bench = preparation.workbench(features.threads);
        let number = n_servers.fetch_add(1, Ordering::Relaxed);
        bench
            .project
            .lie_at(&scratch.join(format!("{number}.project")));
        bench.settle(Ok(study.clone()));
        let gate = Gate::new("127.0.0.1", 0, None);
        let app = App::new(
            Arc::new(bench),
            gate,
            features.threads,
            CancellationToken::new(),
        );
        app.map_err(|error| error.to_string())
    };
    let put = |name: &str, bytes: &[u8]| folder.put(name, bytes).map_err(|e| e.to_string());
    let n_units = web::copy::n_units(study.n_images(), asked.len(), study.cohort.columns.len());
    let progress = Progress::new(n_units);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    watch(&progress, "maps, questions and images", || {
        let copy = web::copy::Copy::new(&fresh, &study, asked, (&put, &progress));
        Ok(runtime.block_on(copy.write())?)
    })
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

/// Lists a model's layers, how images are prepared for it, and what it gets of one.
fn layers(args: LayersArgs) -> anyhow::Result<()> {
    try_out((&args.model, 1), None, || {
        OnnxFile::open(&args.model).map(drop)
    })?;
    let as_numbers = args
        .output
        .as_deref()
        .is_some_and(|path| ends_in(path, "npy"));
    if let Some(path) = args
        .output
        .as_ref()
        .filter(|path| !as_numbers && !ends_in(path, "png"))
    {
        let (path, endings) = (path.clone(), ".png or .npy");
        return Err(ConfigError::Output { path, endings }.into());
    }
    let output = args.output.as_deref().map(Output::at).transpose()?;
    let is_named = args.reading.layer.is_some();
    let choice = config::choice(args.reading)?;
    let path = Some(args.model.as_path());
    let (model, why) = match Model::chosen(path, &choice) {
        Ok(model) => (Some(model), String::new()),
        // What there is to choose from is told all the same.
        Err(error) if !is_named && error.is_of_reading() => (None, error.to_string()),
        Err(error) => return Err(StudyError::from(error).into()),
    };
    let mut document = match &model {
        Some(model) => output::Layers::new(Ok(model)),
        None => output::Layers::new(Err((&OnnxFile::open(&args.model)?, why.clone()))),
    };
    if let Some(image) = &args.image {
        let model = model.as_ref().with_context(|| why)?;
        let tensor = tensor_of(model, image)?;
        if let Some(output) = output {
            let bytes = match as_numbers {
                true => tensor.npy().map_err(anyhow::Error::msg)?,
                false => tensor.png()?,
            };
            output.write(|file| file.write_all(&bytes).map_err(|error| error.to_string()))?;
        }
        document = document.with_tensor(&tensor);
    }
    let mut out = stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &document).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        document.write(&mut out, |text| Plain(text).to_string())?;
    }
    Ok(())
}

fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// What a network gets of the image in a file.
fn tensor_of(model: &Model, image: &Path) -> anyhow::Result<Tensor> {
    let named = || format!("the image {}", image.display());
    let path = image.canonicalize().with_context(named)?;
    Tensor::of(model.preprocessing(), &ImageSource::File(path)).with_context(named)
}

/// Asks whether a server answers.
fn ask(args: &HealthArgs) -> anyhow::Result<()> {
    let addresses = health::addresses(args)?;
    health::ask_any(&addresses).with_context(|| {
        let words: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let words = words.join(", ");
        format!("no server answers on {words}: start one, or give its --host and --port")
    })?;
    Ok(writeln!(stdout(), "ok")?)
}

/// Says what runs here and how fast.
fn examine(args: DoctorArgs) -> anyhow::Result<()> {
    let is_json = args.json;
    let config = DoctorConfig::new(args)?;
    set_threads(config.threads)?;
    if let Some(model) = &config.model {
        try_out((model, config.threads), None, || {
            Doctor::examine(&config).map(drop)
        })?;
    }
    let doctor = Doctor::examine(&config)?;
    let mut out = stdout().lock();
    if is_json {
        serde_json::to_writer(&mut out, &doctor)?;
        writeln!(out)?;
    } else {
        // A model may be called anything, and its layers too.
        for line in doctor.to_string().lines() {
            writeln!(out, "{}", Plain(line))?;
        }
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
    // What holds of this machine alone is no part of it.
    let command = Cli::command().long_version(None::<&str>);
    clap_mangen::Man::new(command).render(&mut text)?;
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
    set_threads(config.threads)?;
    prepared(opened(config)?)
}

/// A cohort with its features, and what was looked at of it.
fn looked_at(config: &FeatureConfig, kept: &ProjectArgs) -> anyhow::Result<(Study, Verdicts)> {
    set_threads(config.threads)?;
    let preparation = opened(config)?;
    let bench = preparation.workbench(config.threads);
    lie_at(&bench, kept);
    Ok((prepared(preparation)?, bench.verdicts))
}

/// The study of a preparation.
fn prepared(preparation: Preparation) -> anyhow::Result<Study> {
    let progress = Progress::new(preparation.n_images() as u64);
    Ok(watch(&progress, "images", || preparation.run(&progress))?)
}

fn set_threads(n_threads: usize) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build_global()?;
    Ok(())
}
