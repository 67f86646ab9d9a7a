//! Validated settings, made once from the words of the command line. Workers see these alone.

use std::net::{IpAddr, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::analysis;
use crate::analysis::association::{AssociationError, AssociationParams, CheckedAssociation};
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::measures::Measure;
use crate::analysis::null::{CheckedNull, NullError, NullParams};
use crate::analysis::projection::ProjectionParams;
use crate::analysis::scaling::Scaling;
use crate::analysis::search::{CheckedSearch, SearchError, SearchParams};
use crate::analysis::settings::{SettingError, Value, Words as _};
use crate::analysis::surrogate::SurrogateKind;
use crate::bundle;
use crate::cli;
use crate::cohort::{self, Missing};
use crate::features::backend::Device;
use crate::features::model::{Choice, Pool};
use crate::features::vectors::{Format, Shard};
#[cfg(feature = "object-store")]
use crate::objects::{Address, AddressError};
use crate::settings;

/// The port of the dashboard unless another is given.
pub const DEFAULT_PORT: u16 = 8420;

/// More values than this in one range of a search is a slip of the keyboard.
const MAX_VALUES: usize = 10_000;

/// A setting that cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// `--where` is not a condition.
    #[error(transparent)]
    Filter(#[from] cohort::CohortError),
    /// `--scaling` is none of what there is.
    #[error("--scaling is \"{0}\": give none, l2, standard or pca:N with N from 1")]
    Scaling(String),
    /// `--device` is none.
    #[error("--device is \"{0}\": give {words}", words = Device::words())]
    Device(String),
    /// `--shard` is none.
    #[error(
        "--shard is \"{0}\": give I/N with I from 0 to N - 1, such as 0/4 for the first of four"
    )]
    Shard(String),
    /// A shard does not know the others.
    #[error("--scaling is of all images, and a shard has some: give it when the parts are read")]
    ShardScaling,
    /// Other than two sets of features are to be compared.
    #[error(
        "--features is given {0} times: name two sets of vectors to compare, each with its own --features"
    )]
    TwoSets(usize),
    /// A parameter of the tests is out of range.
    #[error(transparent)]
    Association(#[from] AssociationError),
    /// A range of a search is not one.
    #[error(
        "{option} is \"{text}\": give START:STOP:STEP with a STEP above 0, or a comma-separated list of numbers"
    )]
    Range {
        /// The option as typed.
        option: String,
        /// What stood behind it.
        text: String,
    },
    /// `--clusters` is not MIN:MAX.
    #[error("--clusters is \"{0}\": give MIN:MAX, both whole numbers of at least 1, such as 3:8")]
    Clusters(String),
    /// `--question` names no column.
    #[error(
        "--question is \"{0}\": give COLUMN, with ,within=COLUMN behind it for what is held fixed and ,any for any setting"
    )]
    Question(String),
    /// A parameter of the map or the clusters cannot be this.
    #[error("{0}")]
    Setting(String),
    /// The search itself refuses the values.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The comparison with chance refuses the values.
    #[error(transparent)]
    Null(#[from] NullError),
    /// `--host` names no address.
    #[error("--host \"{0}\" is no address of this machine: give an IP address or localhost")]
    Host(String),
    /// `--frame-ancestor` is no origin.
    #[error(
        "--frame-ancestor is \"{0}\": give http:// or https:// and a host, with :PORT or :* behind it"
    )]
    FrameAncestor(String),
    /// `--threads` is out of range.
    #[error("--threads is {0}: give a number from 1 to 1024")]
    Threads(usize),
    /// The file to write has no ending that is known.
    #[error("--output must end in {endings}, not \"{}\"", .path.display())]
    Output {
        /// The file as typed.
        path: PathBuf,
        /// What it may end in.
        endings: &'static str,
    },
    /// `NEGATOSCOPE_TOKEN` is too short for a secret, or would not survive in a link.
    #[error("the token must have at least 16 letters, digits or any of -._~")]
    Token,
    /// Vectors alone have no columns.
    #[error("{0} needs metadata: name a COHORT beside --features")]
    NeedsCohort(&'static str),
    /// What makes maps, or keeps what they are made of, has no use for one that is ready.
    #[error("{0} takes no ready coordinates: leave out --embedding")]
    Embedding(&'static str),
    /// Ready coordinates come without vectors.
    #[error(
        "--scaling is of features, and --embedding alone has none: give --features or --model, or leave it out"
    )]
    NothingToScale,
    /// The cohort lies in an object store, and this program knows none.
    #[cfg(not(feature = "object-store"))]
    #[error(
        "COHORT is an address, and this negatoscope was built without object stores: build it with --features object-store, or give a folder"
    )]
    ObjectStore,
    /// What names the cohort is no address of an object store.
    #[cfg(feature = "object-store")]
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Only COHORT is brought from a store.
    #[error(
        "{0} takes a path of this machine: give COHORT the address with all that belongs to it"
    )]
    NoAddress(&'static str),
    /// There is no cache directory on this system.
    #[error("no cache directory was found: give one with --cache-dir")]
    CacheDir,
}

/// Which images.
#[derive(Debug, Clone)]
pub enum CohortConfig {
    /// The cohort that negatoscope draws itself; only filters and groups of the source count.
    Demo(cohort::Source),
    /// A cohort of files.
    Files(cohort::Source),
    /// No cohort at all: rows of the vectors are all there is.
    Rows,
}

/// How images become vectors.
#[derive(Debug, Clone)]
pub struct FeatureConfig {
    /// The cohort.
    pub cohort: CohortConfig,
    /// An ONNX file, or the word of a built-in model; the default one when `None`.
    pub model: Option<PathBuf>,
    /// What was chosen of the model.
    pub choice: Choice,
    /// What it runs on.
    pub device: Device,
    /// Ready vectors in place of a model.
    pub vectors: Option<PathBuf>,
    /// Ready coordinates, which are the map.
    pub embedding: Option<PathBuf>,
    /// What is done to features first.
    pub scaling: Scaling,
    /// The folder of the cache.
    pub cache_dir: PathBuf,
    /// Threads of the whole process.
    pub threads: usize,
    /// The column that is asked about; the countries when `None`.
    pub column: Option<String>,
}

/// The dashboard.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// What is shown.
    pub features: FeatureConfig,
    /// Address to bind.
    pub host: IpAddr,
    /// Ports to try, in this order.
    pub ports: Vec<u16>,
    /// Whether to open the browser.
    pub open: bool,
    /// The secret; `None` on loopback unless one was given.
    pub token: Option<String>,
    /// Sites whose pages may show this one in a frame.
    pub frame_ancestors: Vec<String>,
    /// Whether to end with standard input.
    pub until_input_ends: bool,
    /// Whether what the server counts of itself can be asked for.
    pub metrics: bool,
    /// The question to be declared before anybody looks.
    pub question: Option<ToDeclare>,
    /// The project's file, where it is not beside the cache.
    pub project: cli::ProjectArgs,
}

impl ServeConfig {
    /// Validates the options of the dashboard.
    pub fn new(args: cli::ServeArgs) -> Result<Self, ConfigError> {
        let host = host(&args.host)?;
        let ports = match args.port {
            Some(port) => vec![port],
            None => (DEFAULT_PORT..DEFAULT_PORT + 20).chain([0]).collect(),
        };
        let given = args.token.filter(|token| !token.is_empty());
        let sound = |token: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            token.len() >= 16 && token.chars().all(plain)
        };
        if given.as_ref().is_some_and(|token| !sound(token)) {
            return Err(ConfigError::Token);
        }
        let token = given.or_else(|| (!host.is_loopback()).then(new_token));
        if let Some(odd) = args.frame_ancestor.iter().find(|site| !is_origin(site)) {
            return Err(ConfigError::FrameAncestor(odd.clone()));
        }
        let question = args.question.as_deref().map(ToDeclare::new).transpose()?;
        let asked = question.as_ref().map(|question| question.column.clone());
        Ok(Self {
            features: FeatureConfig {
                column: args.column.or(asked),
                ..FeatureConfig::new(args.cohort, args.features)?
            },
            host,
            ports,
            open: !args.no_open,
            token,
            frame_ancestors: args.frame_ancestor,
            until_input_ends: args.until_input_ends,
            metrics: args.metrics,
            question,
            project: args.kept,
        })
    }
}

/// Whether it is `SCHEME://HOST`, `SCHEME://HOST:PORT` or `SCHEME://HOST:*`, and nothing that a policy
/// would read more into.
fn is_origin(text: &str) -> bool {
    let scheme = |scheme| text.strip_prefix(scheme);
    let Some(place) = scheme("http://").or_else(|| scheme("https://")) else {
        return false;
    };
    let (host, port) = place.split_once(':').unwrap_or((place, "*"));
    let named = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    !host.is_empty() && host.chars().all(named) && (port == "*" || port.parse::<u16>().is_ok())
}

/// The address that a host's name stands for.
///
/// # Errors
/// When it stands for none.
pub fn host(name: &str) -> Result<IpAddr, ConfigError> {
    let mut found = (name, 0).to_socket_addrs().ok();
    let first = found.as_mut().and_then(Iterator::next);
    Ok(first
        .ok_or_else(|| ConfigError::Host(name.to_owned()))?
        .ip())
}

/// A question to be declared before looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDeclare {
    /// The column that is asked about.
    pub column: String,
    /// The column whose levels are held fixed.
    pub within: Option<String>,
    /// Whether it is asked of any setting.
    pub at_any_setting: bool,
}

impl ToDeclare {
    /// Reads `COLUMN[,within=COLUMN][,any]`.
    fn new(text: &str) -> Result<Self, ConfigError> {
        let (rest, at_any_setting) = match text.strip_suffix(",any") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (column, within) = match rest.split_once(",within=") {
            Some((column, within)) => (column, Some(within)),
            None => (rest, None),
        };
        if column.is_empty() || within == Some("") {
            return Err(ConfigError::Question(text.to_owned()));
        }
        Ok(Self {
            column: column.to_owned(),
            within: within.map(str::to_owned),
            at_any_setting,
        })
    }
}

impl FeatureConfig {
    /// Of a cohort, with all else as it is where nobody says anything.
    pub fn of(cohort: CohortConfig, cache_dir: PathBuf, threads: usize) -> Self {
        Self {
            cohort,
            model: None,
            choice: Choice::default(),
            device: Device::Cpu,
            vectors: None,
            embedding: None,
            scaling: Scaling::None,
            cache_dir,
            threads,
            column: None,
        }
    }

    /// Validates the options that say which images and which vectors.
    pub fn new(cohort: cli::CohortArgs, args: cli::FeatureArgs) -> Result<Self, ConfigError> {
        let threads = threads(args.threads)?;
        let is_ready = args.features.is_some() || args.embedding.is_some();
        let cohort = cohort_config(cohort, is_ready)?;
        // Rows of two files are told to be of one image by the cohort alone.
        let is_alone = args.features.is_none() || args.embedding.is_none();
        if !is_alone && matches!(cohort, CohortConfig::Rows) {
            return Err(ConfigError::NeedsCohort("--embedding"));
        }
        let config = Self {
            cohort,
            model: args.model,
            choice: choice(args.reading)?,
            device: device(args.device.as_deref())?,
            vectors: args.features,
            embedding: args.embedding,
            scaling: scaling(&args.scaling)?,
            cache_dir: cache_dir(args.cache_dir)?,
            threads,
            column: None,
        };
        match config.embedding.is_some()
            && config.scaling != Scaling::None
            && !config.has_features()
        {
            true => Err(ConfigError::NothingToScale),
            false => Ok(config),
        }
    }

    /// The same, with the network read at another layer as `--layer` alone has it read.
    #[must_use]
    pub fn at(&self, layer: &str) -> Self {
        Self {
            choice: self.choice.at(layer),
            ..self.clone()
        }
    }

    /// Whether a network looks at the images: ready coordinates need none, unless one is asked for.
    pub fn wants_network(&self) -> bool {
        let is_asked_for = self.model.is_some() || self.choice != Choice::default();
        self.vectors.is_none() && (self.embedding.is_none() || is_asked_for)
    }

    fn has_features(&self) -> bool {
        self.vectors.is_some() || self.wants_network()
    }

    /// Refuses ready coordinates for `mode`, which makes maps or keeps what they are made of.
    fn without_embedding(self, mode: &'static str) -> Result<Self, ConfigError> {
        match self.embedding {
            Some(_) => Err(ConfigError::Embedding(mode)),
            None => Ok(self),
        }
    }

    /// The address of a cohort that lies in an object store.
    #[cfg(feature = "object-store")]
    pub fn address(&self) -> Option<&str> {
        match &self.cohort {
            CohortConfig::Files(source) => address(source.folder.as_deref()?),
            _ => None,
        }
    }

    /// The same, of the folder that the cohort was brought into.
    #[cfg(feature = "object-store")]
    pub fn of_folder(mut self, folder: &Path) -> Self {
        if let CohortConfig::Files(source) = &mut self.cohort {
            source.folder = Some(folder.to_owned());
        }
        self
    }

    /// The same machine, for a bundle in place of the cohort.
    pub fn of_bundle(self, path: PathBuf) -> Self {
        let source = cohort::Source {
            folder: Some(path),
            ..cohort::Source::default()
        };
        Self::of(CohortConfig::Files(source), self.cache_dir, self.threads)
    }
}

fn device(word: Option<&str>) -> Result<Device, ConfigError> {
    word.map_or(Ok(Device::Cpu), |word| {
        Device::of_word(word).ok_or_else(|| ConfigError::Device(word.to_owned()))
    })
}

fn scaling(word: &str) -> Result<Scaling, ConfigError> {
    Scaling::of_word(word).ok_or_else(|| ConfigError::Scaling(word.to_owned()))
}

/// What was chosen of a model.
///
/// # Errors
/// When `--prepare` is no KEY=VALUE.
pub fn choice(args: cli::ReadingArgs) -> Result<Choice, ConfigError> {
    let pair = |text: &String| {
        let (key, value) = Words::pair(text)?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let prepare = args.prepare.iter().map(pair);
    Ok(Choice {
        layer: args.layer,
        input: args.input,
        pool: args.pool.as_deref().and_then(Pool::of_word),
        preprocessing: args.preprocessing,
        prepare: prepare.collect::<Result<_, ConfigError>>()?,
    })
}

/// `negatoscope embed`.
#[derive(Debug)]
pub struct EmbedConfig {
    /// The cohort and its features.
    pub features: FeatureConfig,
    /// The file to write.
    pub output: PathBuf,
    /// The part that is written, unless it is all of it.
    pub shard: Option<Shard>,
}

impl EmbedConfig {
    /// Validates the options, before the long work.
    pub fn new(args: cli::EmbedArgs) -> Result<Self, ConfigError> {
        let shard =
            |word: &String| Shard::of_word(word).ok_or_else(|| ConfigError::Shard(word.clone()));
        let shard = args.shard.as_ref().map(shard).transpose()?;
        let format = Format::of(&args.output).ok();
        let endings = match (shard, format) {
            (None, None) => Some(".npy or .parquet"),
            (Some(_), Some(Format::Npy)) => Some(".parquet, or be a folder"),
            _ => None,
        };
        if let Some(endings) = endings {
            let path = args.output;
            return Err(ConfigError::Output { path, endings });
        }
        let features =
            FeatureConfig::new(args.cohort, args.features)?.without_embedding("embed")?;
        if shard.is_some() && features.scaling != Scaling::None {
            return Err(ConfigError::ShardScaling);
        }
        Ok(Self {
            features,
            output: shard.map_or(args.output.clone(), |shard| shard.place(&args.output)),
            shard,
        })
    }
}

/// What is to be measured on this machine.
#[derive(Debug, Clone)]
pub struct DoctorConfig {
    /// An ONNX file, or the word of a built-in model; the default one when `None`.
    pub model: Option<PathBuf>,
    /// The folder of the cache.
    pub cache_dir: PathBuf,
    /// Threads of the whole process.
    pub threads: usize,
}

impl DoctorConfig {
    /// Validates the options of `negatoscope doctor`.
    pub fn new(args: cli::DoctorArgs) -> Result<Self, ConfigError> {
        Ok(Self {
            model: args.model,
            cache_dir: cache_dir(args.cache_dir)?,
            threads: threads(args.threads)?,
        })
    }
}

fn threads(given: Option<usize>) -> Result<usize, ConfigError> {
    match given {
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        Some(n @ 1..=1024) => Ok(n),
        Some(n) => Err(ConfigError::Threads(n)),
    }
}

fn cache_dir(given: Option<PathBuf>) -> Result<PathBuf, ConfigError> {
    given.map_or_else(default_cache_dir, Ok)
}

/// Validates the values of `negatoscope search`.
pub fn search(args: &cli::SearchArgs) -> Result<CheckedSearch, ConfigError> {
    let words = Words::new(&args.settings)?;
    // How many images there are is not known yet: what so few do not allow has no result.
    let (projection, clustering) = words.read(usize::MAX)?;
    let grid = SearchParams::of(projection, clustering);
    let mut along = vec![
        ("perplexity", args.perplexity.as_deref()),
        ("eps", args.eps.as_deref()),
        ("min_samples", args.min_samples.as_deref()),
    ];
    for text in &args.along {
        let (key, values) = Words::pair(text)?;
        along.push((key, Some(values)));
    }
    let mut params = SearchParams {
        clusters: clusters(&args.clusters)?,
        rank_by: Measure::of_key(&args.rank_by).unwrap_or_default(),
        ..grid
    };
    for (key, text) in along {
        let Some(text) = text else { continue };
        let goes_along = params.set_values(key, values(key, text)?);
        if !goes_along {
            return Err(ConfigError::Setting(format!(
                "a search of these methods does not go along {key}: {}",
                params.axes_in_words()
            )));
        }
    }
    Ok(params.check()?)
}

/// Values of parameters as `--set` has them.
#[derive(Debug, Clone, Default)]
pub struct Words(Vec<(String, String)>);

impl Words {
    /// Reads `PARAMETER=VALUE`, each.
    fn new(texts: &[String]) -> Result<Self, ConfigError> {
        let pair = |text: &String| {
            let (key, value) = Self::pair(text)?;
            match settings::catalogue()
                .iter()
                .any(|entry| entry.spec.key == key)
            {
                true => Ok((key.to_owned(), value.to_owned())),
                false => {
                    let known = settings::catalogue().iter().map(|entry| entry.spec.key);
                    let known = known.collect::<Vec<_>>().join(", ");
                    let text = format!("there is no parameter \"{key}\": give {known}");
                    Err(ConfigError::Setting(text))
                }
            }
        };
        texts.iter().map(pair).collect::<Result<_, _>>().map(Self)
    }

    fn pair(text: &str) -> Result<(&str, &str), ConfigError> {
        text.split_once('=').ok_or_else(|| {
            ConfigError::Setting(format!("\"{text}\" is no PARAMETER=VALUE: put a = between"))
        })
    }

    fn add(&mut self, key: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push((key.to_owned(), value.to_string()));
        }
    }

    /// The map and the clusters for so many images.
    ///
    /// # Errors
    /// [`SettingError`] of the first value that cannot be.
    pub fn read(
        &self,
        n_images: usize,
    ) -> Result<(ProjectionParams, ClusteringParams), SettingError> {
        settings::read(|key| self.said(key), n_images)
    }

    /// What was said of a parameter last.
    pub fn said(&self, key: &str) -> Option<&str> {
        let mut pairs = self.0.iter().rev();
        let last = pairs.find(|(k, _)| k == key);
        last.map(|(_, value)| value.as_str())
    }
}

/// The cohort and the features of `negatoscope search`.
///
/// # Errors
/// When one of them cannot be used, and when the map is ready: there is nothing to search.
pub fn searched(
    cohort: cli::CohortArgs,
    features: cli::FeatureArgs,
) -> Result<FeatureConfig, ConfigError> {
    FeatureConfig::new(cohort, features)?.without_embedding("search")
}

/// Validates the comparison of a search with `n_surrogates` cohorts without clusters.
pub fn null(
    search: SearchParams,
    n_surrogates: usize,
    args: &cli::SurrogateArgs,
) -> Result<CheckedNull, ConfigError> {
    let params = NullParams {
        search,
        n_surrogates,
        kind: <Option<SurrogateKind>>::of_word(&args.surrogate),
        stop_after: args.stop_after,
        seed: args.seed,
    };
    Ok(params.check()?)
}

/// Cohorts without clusters that a report searches where nobody says how many.
const N_SURROGATES: usize = 99;

/// `negatoscope report`.
#[derive(Debug, Clone)]
pub struct ReportConfig {
    /// The cohort and its features.
    pub features: FeatureConfig,
    /// The file to write.
    pub output: PathBuf,
    /// How it is written.
    pub format: ReportFormat,
    /// What was said of the map and its clusters.
    pub words: Words,
    /// The column that the clusters are counted by; the one asked about when `None`.
    pub column: Option<String>,
    /// The column whose levels are held fixed.
    pub within: Option<String>,
    /// Whether noise is one more cluster.
    pub with_noise: bool,
    /// The comparison of the search with chance, unless it is left out.
    pub null: Option<CheckedNull>,
    /// How much of it.
    pub extent: Extent,
    /// Runs of the repeats, unless they are left out.
    pub n_runs: Option<usize>,
}

/// How much of a comparison with chance is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it: somebody said how many cohorts.
    Whole,
    /// As much as does not take long with so many images.
    Bearable,
}

impl From<SettingError> for ConfigError {
    fn from(error: SettingError) -> Self {
        Self::Setting(error.to_string())
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// A page to read and print.
    Html,
    /// A document for programs.
    Json,
}

impl ReportConfig {
    /// Validates the options of a report, before the long work.
    pub fn new(args: cli::ReportArgs) -> Result<Self, ConfigError> {
        let format = match args.output.extension().and_then(|ending| ending.to_str()) {
            Some("html" | "htm") => ReportFormat::Html,
            Some("json") => ReportFormat::Json,
            _ => {
                return Err(ConfigError::Output {
                    path: args.output,
                    endings: ".html or .json",
                });
            }
        };
        let words = words_of(&args.setting)?;
        let (projection, clustering) = words.read(usize::MAX)?;
        let search = SearchParams::of(plane_map(projection), clustering);
        let (n_surrogates, extent) = match args.null {
            Some(asked) => (asked, Extent::Whole),
            None => (N_SURROGATES, Extent::Bearable),
        };
        let null = (n_surrogates > 0)
            .then(|| null(search, n_surrogates, &args.surrogates))
            .transpose()?;
        Ok(Self {
            features: FeatureConfig {
                column: args.setting.column,
                ..FeatureConfig::new(args.cohort, args.features)?
            },
            output: args.output,
            format,
            words,
            column: args.breakdown,
            within: args.setting.within,
            with_noise: args.setting.with_noise,
            null,
            extent,
            n_runs: (args.runs > 0).then_some(args.runs),
        })
    }
}

/// What `negatoscope verdict` does.
#[derive(Debug)]
pub struct VerdictConfig {
    /// The cohort and its features.
    pub features: FeatureConfig,
    /// What was said of the map and its clusters.
    pub words: Words,
    /// The question to be declared before it is looked at.
    pub question: Option<ToDeclare>,
    /// The column whose levels are held fixed.
    pub within: Option<String>,
    /// Whether noise is one more cluster.
    pub with_noise: bool,
    /// Maps of the setting.
    pub n_maps: u64,
    /// Cohorts without clusters.
    pub n_surrogates: u64,
}

impl VerdictConfig {
    /// Validates the options of a verdict, before the long work.
    pub fn new(args: cli::VerdictArgs) -> Result<Self, ConfigError> {
        let question = args.question.as_deref().map(ToDeclare::new).transpose()?;
        let asked = question.clone();
        let (column, within) = asked.map_or((None, None), |one| (Some(one.column), one.within));
        Ok(Self {
            words: words_of(&args.setting)?,
            features: FeatureConfig {
                column: args.setting.column.or(column),
                ..FeatureConfig::new(args.cohort, args.features)?
            },
            question,
            within: args.setting.within.or(within),
            with_noise: args.setting.with_noise,
            n_maps: args.maps,
            n_surrogates: args.surrogates,
        })
    }
}

/// What `negatoscope agree` does.
#[derive(Debug)]
pub struct AgreeConfig {
    /// The cohort with each of the two sets.
    pub sets: [FeatureConfig; 2],
    /// Nearest images that are compared.
    pub n_neighbors: usize,
    /// How it is tested.
    pub test: CheckedAssociation,
}

impl AgreeConfig {
    /// Validates what is to be compared, before the long work.
    pub fn new(args: cli::AgreeArgs) -> Result<Self, ConfigError> {
        let n_sets = args.features.len();
        let paths: [PathBuf; 2] =
            (args.features.try_into()).map_err(|_| ConfigError::TwoSets(n_sets))?;
        let set = |path: PathBuf| {
            let features = cli::FeatureArgs {
                features: Some(path),
                scaling: args.scaling.clone(),
                cache_dir: args.cache_dir.clone(),
                threads: args.threads,
                ..cli::FeatureArgs::default()
            };
            match FeatureConfig::new(args.cohort.clone(), features)? {
                FeatureConfig {
                    cohort: CohortConfig::Rows,
                    ..
                } => Err(ConfigError::NeedsCohort("agree")),
                config => Ok(config),
            }
        };
        let [first, second] = paths;
        let params = AssociationParams {
            n_permutations: args.permutations as usize,
            seed: args.seed,
            ..AssociationParams::default()
        };
        Ok(Self {
            sets: [set(first)?, set(second)?],
            n_neighbors: args.neighbors as usize,
            test: params.check()?,
        })
    }
}

/// What `negatoscope bake` does.
#[derive(Debug)]
pub struct BakeConfig {
    /// The cohort and its features.
    pub features: FeatureConfig,
    /// The file to write; none where it is only told what would be in it.
    pub output: Option<PathBuf>,
    /// What goes in.
    pub choice: bundle::Choice,
    /// What was said of a setting to bake beside the others, if anything was.
    pub words: Option<Words>,
    /// What the whole search is compared with, if it is.
    pub null: Option<CheckedNull>,
}

impl BakeConfig {
    /// Validates what goes into a bundle, before the long work.
    pub fn new(args: cli::BakeArgs) -> Result<Self, ConfigError> {
        Self::of_mode("bake", args)
    }

    fn of_mode(mode: &'static str, args: cli::BakeArgs) -> Result<Self, ConfigError> {
        let words = Words::new(&args.settings)?;
        let (projection, clustering) = words.read(usize::MAX)?;
        let search = SearchParams::of(plane_map(projection), clustering);
        let null = args.null.map(|n| NullParams::of(search, n).check());
        Ok(Self {
            null: null.transpose()?,
            features: FeatureConfig {
                column: args.column,
                ..FeatureConfig::new(args.cohort, args.features)?.without_embedding(mode)?
            },
            output: (!args.dry_run).then_some(args.output),
            choice: bundle::Choice {
                columns: args.choice.columns,
                without: args.choice.without,
                as_written: args.choice.as_written,
                keep_names: args.choice.keep_names,
            },
            words: (!args.settings.is_empty()).then_some(words),
        })
    }
}

/// What is validated of `negatoscope export`.
#[derive(Debug)]
pub struct ExportConfig {
    /// The cohort or a bundle, and what goes in.
    pub bake: BakeConfig,
    /// An option about what goes in, if one was given: what a bundle has is settled.
    pub chosen: Option<&'static str>,
}

impl ExportConfig {
    /// Validates what goes into a folder, before the long work.
    pub fn new(args: cli::ExportArgs) -> Result<Self, ConfigError> {
        let given = [
            ("--columns", !args.choice.columns.is_empty()),
            ("--without", !args.choice.without.is_empty()),
            ("--as-written", !args.choice.as_written.is_empty()),
            ("--keep-names", args.choice.keep_names),
        ];
        let chosen = given.into_iter().find(|(_, is_given)| *is_given);
        Ok(Self {
            chosen: chosen.map(|(option, _)| option),
            bake: BakeConfig::of_mode(
                "export",
                cli::BakeArgs {
                    cohort: args.cohort,
                    features: args.features,
                    output: args.output,
                    choice: args.choice,
                    with_project: false,
                    kept: cli::ProjectArgs::default(),
                    dry_run: args.dry_run,
                    column: args.column,
                    settings: args.settings,
                    null: None,
                },
            )?,
        })
    }
}

/// What was said of a map and its clusters.
fn words_of(args: &cli::SettingArgs) -> Result<Words, ConfigError> {
    let mut words = Words::new(&args.settings)?;
    words.add("perplexity", args.perplexity);
    words.add("eps", args.eps);
    words.add("min_samples", args.min_samples);
    words.read(usize::MAX)?;
    Ok(words)
}

/// A search is over plane maps.
fn plane_map(mut projection: ProjectionParams) -> ProjectionParams {
    // Two is in the range of every method.
    let _ = projection.set("n_components", Value::Number(2.0));
    projection
}

/// Text that is an address and no path, such as `s3://BUCKET/PREFIX`.
fn address(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let (scheme, _) = text.split_once("://")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (!scheme.is_empty() && scheme.chars().all(plain)).then_some(text)
}

/// Refuses an address where none is read, and one that names nothing.
fn check_address(args: &cli::CohortArgs) -> Result<(), ConfigError> {
    let is_address = |path: &Option<PathBuf>| path.as_deref().and_then(address).is_some();
    let paths = [
        ("--images", &args.images),
        ("--metadata", &args.metadata),
        ("--join", &args.join),
    ];
    if let Some((option, _)) = paths.into_iter().find(|(_, path)| is_address(path)) {
        return Err(ConfigError::NoAddress(option));
    }
    match args.cohort.as_deref().and_then(address) {
        #[cfg(feature = "object-store")]
        Some(text) => Ok(Address::of(text).map(drop)?),
        #[cfg(not(feature = "object-store"))]
        Some(_) => Err(ConfigError::ObjectStore),
        None => Ok(()),
    }
}

/// The folder of a DICOMDIR stands in its place: the files that it lists are read, not the list.
fn of_disc(path: PathBuf) -> PathBuf {
    let is_list = path
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("DICOMDIR"));
    match path.parent() {
        Some(folder) if is_list && path.is_file() => Path::new(".").join(folder),
        _ => path,
    }
}

fn cohort_config(mut args: cli::CohortArgs, vectors: bool) -> Result<CohortConfig, ConfigError> {
    let is_nothing = args.cohort.is_none() && args.metadata.is_none() && args.images.is_none();
    if is_nothing && !vectors {
        args.cohort = cohort_of_environment();
    }
    check_address(&args)?;
    let nothing = args.cohort.is_none() && args.metadata.is_none() && args.images.is_none();
    let source = cohort::Source {
        folder: args.cohort.map(of_disc),
        metadata: args.metadata,
        second: args
            .join
            .zip(args.on)
            .map(|(path, on)| cohort::SecondTable { path, on }),
        images: args.images,
        filename_column: args.filename_column,
        filters: args
            .filters
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()?,
        group_by: args.group_by,
        missing: args
            .missing
            .map_or_else(Missing::default, |words| Missing::of(&words)),
        group_pattern: args.group_pattern.as_deref().map(str::parse).transpose()?,
        follow_links: args.follow_links,
        dicom_identifiers: args.dicom_identifiers,
    };
    Ok(match (nothing, vectors) {
        (false, _) => CohortConfig::Files(source),
        (true, false) => CohortConfig::Demo(source),
        (true, true) => {
            let options = [
                ("--where", !source.filters.is_empty()),
                ("--group-by", source.group_by.is_some()),
                ("--group-pattern", source.group_pattern.is_some()),
                ("--filename-column", source.filename_column.is_some()),
                ("--join", source.second.is_some()),
            ];
            if let Some((option, _)) = options.into_iter().find(|(_, used)| *used) {
                return Err(ConfigError::NeedsCohort(option));
            }
            CohortConfig::Rows
        }
    })
}

/// The place in a container where a cohort is mounted, `NEGATOSCOPE_COHORT`; `None` where nobody did.
fn cohort_of_environment() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("NEGATOSCOPE_COHORT")?);
    if address(&path).is_some() {
        return Some(path);
    }
    let is_empty = match path.read_dir() {
        Ok(mut entries) => entries.next().is_none(),
        // A file, and a folder that cannot be read, are something.
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_empty {
        let path = path.display();
        tracing::warn!("nothing is mounted at {path}: the demo cohort is shown");
    }
    (!is_empty).then_some(path)
}

fn default_cache_dir() -> Result<PathBuf, ConfigError> {
    directories::ProjectDirs::from("", "", "negatoscope")
        .map(|folders| folders.cache_dir().to_path_buf())
        .ok_or(ConfigError::CacheDir)
}

/// `START:STOP:STEP` as `numpy.arange` counts it, or a comma-separated list.
fn values(option: &str, text: &str) -> Result<Vec<f64>, ConfigError> {
    let error = || ConfigError::Range {
        option: format!("--{}", option.replace('_', "-")),
        text: text.to_owned(),
    };
    let numbers = |separator| {
        text.split(separator)
            .map(|part: &str| {
                part.trim()
                    .parse::<f64>()
                    .ok()
                    .filter(|value| value.is_finite())
            })
            .collect::<Option<Vec<f64>>>()
            .ok_or_else(error)
    };
    if !text.contains(':') {
        return numbers(',');
    }
    match numbers(':')?[..] {
        [start, stop, step] if step > 0.0 && (stop - start) / step <= MAX_VALUES as f64 => {
            Ok(analysis::arange(start, stop, step))
        }
        _ => Err(error()),
    }
}

fn clusters(text: &str) -> Result<RangeInclusive<usize>, ConfigError> {
    let parsed = text.split_once(':').and_then(|(min, max)| {
        let (min, max) = (min.trim().parse().ok()?, max.trim().parse().ok()?);
        (1 <= min && min <= max).then_some(min..=max)
    });
    parsed.ok_or_else(|| ConfigError::Clusters(text.to_owned()))
}

/// 128 random bits in hexadecimal.
fn new_token() -> String {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_counts_as_numpy_does() {
        assert_eq!(values("eps", "0.1:2.0:0.1").unwrap().len(), 19);
        assert_eq!(
            values("eps", "0.1:2.0:0.1").unwrap()[2],
            0.30000000000000004
        );
        assert_eq!(values("perplexity", "5, 17").unwrap(), [5.0, 17.0]);
    }

    #[test]
    fn a_question_is_a_column_and_what_is_held_fixed_at_one_setting_or_any() {
        let read = |text| {
            let question = ToDeclare::new(text).ok()?;
            Some((question.column, question.within, question.at_any_setting))
        };
        let text = |text: &str| text.to_owned();
        assert_eq!(read("a, b"), Some((text("a, b"), None, false)));
        assert_eq!(read("a,any"), Some((text("a"), None, true)));
        let both = (text("a"), Some(text("b")), true);
        assert_eq!(read("a,within=b,any"), Some(both));
        for nonsense in ["", ",any", "a,within=", ",within=b"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_list_of_a_disc_stands_for_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("DICOMDIR");
        assert_eq!(of_disc(list.clone()), list, "there is none");
        let named = tempfile::Builder::new()
            .prefix("DICOMDIR")
            .rand_bytes(0)
            .tempfile_in(&folder);
        let _kept = named.unwrap();
        assert_eq!(
            of_disc(list).canonicalize().unwrap(),
            folder.path().canonicalize().unwrap()
        );
        let other = folder.path().join("IMAGES");
        assert_eq!(of_disc(other.clone()), other);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "", "a", "1:2", "1:2:0", "1:2:-1", "nan", "0:1:1e-9", "1:2:nan",
        ] {
            assert!(values("eps", text).is_err(), "{text}");
        }
        for text in ["", "3", "8:3", "0:3", "a:b"] {
            assert!(clusters(text).is_err(), "{text}");
        }
    }
}
