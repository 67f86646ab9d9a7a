//! The words of the command line, as typed. [`crate::config`] makes validated settings of them;
//! nothing else sees clap.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analysis::measures::MEASURES;
use crate::analysis::settings::Words;
use crate::analysis::surrogate::SurrogateKind;

/// Lay out a cohort of X-rays, see which ones a neural network finds alike, and learn whether the
/// groups mean anything. A research instrument, not a diagnostic device.
#[derive(Debug, Parser)]
#[command(
    version,
    long_version = crate::version::in_full(),
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Cli {
    /// What to do instead of serving the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How what happens is written to standard error
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = LogFormat::Text,
        value_name = "FORMAT",
        env = "NEGATOSCOPE_LOG_FORMAT"
    )]
    pub log: LogFormat,
    /// Options of the dashboard.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// How what happens is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for a reader.
    Text,
    /// A line of JSON, for a program.
    Json,
}

/// What can be done without a server.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the features of a cohort to a .npy or .parquet file
    Embed(EmbedArgs),
    /// Search the parameters for the most balanced clusters, as the notebook did
    Search(SearchArgs),
    /// Say in one document what the clusters of a cohort are worth: tests, null, stability
    Report(ReportArgs),
    /// Say whether the groups of a setting are luck: over many maps, against chance, and what they are
    /// made of
    Verdict(VerdictArgs),
    /// Say whether two sets of features see the same images alike, such as those of two networks
    Agree(AgreeArgs),
    /// Write one file with all that a colleague needs to see the same study, without its X-rays
    Bake(BakeArgs),
    /// Write a folder with the page as it stands, which opens without a server: by a double-click on its
    /// index.html
    Export(ExportArgs),
    /// List the layers of a model that can be tapped, with their shapes
    Layers(LayersArgs),
    /// Write the demo cohort as files: images/ and metadata.csv
    Demo(DemoArgs),
    /// Say whether a server that runs on this machine answers
    Health(HealthArgs),
    /// Say what runs here and how fast: backends, vector units, cache, memory
    Doctor(DoctorArgs),
    /// Print the completions of a shell, made of these very options
    Completions(CompletionsArgs),
    /// Print the manual page, in roff
    Man,
}

/// How a question is written.
const QUESTION: &str = "COLUMN[,within=COLUMN][,any]";

/// Which images, and which of them.
#[derive(Debug, Clone, Default, Args)]
pub struct CohortArgs {
    /// Folder with images/ and metadata.csv, or its address in an object store, s3://BUCKET/PREFIX, where it was built
    /// with them; without it, what NEGATOSCOPE_COHORT names, or the embedded demo cohort
    pub cohort: Option<PathBuf>,
    /// The metadata table, when it is not COHORT/metadata.csv
    #[arg(long, value_name = "FILE")]
    pub metadata: Option<PathBuf>,
    /// A second table, whose columns are added to the rows of the metadata that have the same key
    #[arg(long, value_name = "FILE", requires = "on")]
    pub join: Option<PathBuf>,
    /// The column with that key; COLUMN=COLUMN where the second table calls it otherwise
    #[arg(long, value_name = "COLUMN", requires = "join")]
    pub on: Option<String>,
    /// The image folder, when it is not COHORT/images
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// The column that holds the file names, when it is not found by itself
    #[arg(long, value_name = "COLUMN")]
    pub filename_column: Option<String>,
    /// Keep rows where COLUMN=VALUE, COLUMN!=VALUE, COLUMN~TEXT (contains), or COLUMN>=VALUE or
    /// COLUMN<=VALUE (numbers and dates); * is any column; repeatable
    #[arg(long = "where", value_name = "CONDITION")]
    pub filters: Vec<String>,
    /// A word that stands for missing, in place of NA, n/a, none, unknown, ? and the like; repeatable;
    /// '' for none but blank cells
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub missing: Option<Vec<String>>,
    /// The column that names the independent unit, such as the patient
    #[arg(long, value_name = "COLUMN")]
    pub group_by: Option<String>,
    /// A regular expression that takes the patient out of a file's path: its first group, or the one
    /// called patient; such as '(person\d+)_'
    #[arg(long, value_name = "REGEX", conflicts_with = "group_by")]
    pub group_pattern: Option<String>,
    /// A folder outside into which links of the image folder may lead, such as the store of DVC,
    /// git-annex or Hugging Face; repeatable
    #[arg(long, value_name = "FOLDER")]
    pub follow_links: Vec<PathBuf>,
    /// Show patients of DICOM files by the identifier in their headers, with name and day of birth, in place of
    /// numbers
    #[arg(long)]
    pub dicom_identifiers: bool,
}

/// What is read of a model, and how images are prepared for it.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadingArgs {
    /// The layer whose output is taken as features, or the block whose last layer it is [default: what the
    /// model says, else what it makes of a whole image]
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// How a layer's positions become one vector: cls is the first token [default: mean, and cls where the
    /// model ends in tokens with one for the whole image]
    #[arg(long, value_name = "HOW", value_parser = ["mean", "max", "cls"])]
    pub pool: Option<String>,
    /// The input that is the image, where a model has several that may be
    #[arg(long, value_name = "NAME")]
    pub input: Option<String>,
    /// How images are prepared: imagenet, clip, torchxrayvision, keras-vgg16, keras-tf, keras-scale, timm, unit
    /// or raw, or a JSON file [default: what the model, or a file beside it, says, else a guess that is told]
    #[arg(long, value_name = "PRESET|FILE.json")]
    pub preprocessing: Option<String>,
    /// One thing of that otherwise: size, width, height, channels, resize, antialias, fit, crop, fill, order,
    /// equalize, range=LOW:HIGH, scale, mean, std or layout; repeatable
    #[arg(long, value_name = "KEY=VALUE")]
    pub prepare: Vec<String>,
}

/// What is of no use to ready vectors.
const READING: [&str; 7] = [
    "model",
    "device",
    "layer",
    "pool",
    "input",
    "preprocessing",
    "prepare",
];

/// How images become vectors.
#[derive(Debug, Clone, Default, Args)]
pub struct FeatureArgs {
    /// An ONNX model to use in place of the built-in one, or builtin:unseen, a built-in one that has seen no image
    /// of the public COVID-19 collection
    #[arg(long, value_name = "FILE.onnx")]
    pub model: Option<PathBuf>,
    /// What is read of it, and how.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// What a native ONNX Runtime runs the model on: cpu, cuda, tensorrt, migraphx, directml, coreml, openvino, or
    /// auto for the first that the library has. Where it cannot, the processor does, and it is said. Last digits of
    /// features differ between them [default: cpu]
    #[arg(long, value_name = "DEVICE")]
    pub device: Option<String>,
    /// Ready vectors in place of a model: .npy, .npz or .safetensors in the order of the metadata,
    /// .parquet or .csv with names as embed writes it, or the folder of all parts that embed --shard wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = READING)]
    pub features: Option<PathBuf>,
    /// Ready coordinates, two or three for each image, in the formats of --features: they are the map. Without
    /// --features or --model there are no features
    #[arg(long, value_name = "FILE")]
    pub embedding: Option<PathBuf>,
    /// What is done to the vectors first: none, l2 (each image's gets length 1), standard (each feature gets
    /// mean 0 and deviation 1), or pca:N (their first N principal components)
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub scaling: String,
    /// Where computed features are kept
    #[arg(long, value_name = "DIR", env = "NEGATOSCOPE_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Threads to use; all cores when not given
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Where what is made and looked at is kept.
#[derive(Debug, Clone, Default, Args)]
pub struct ProjectArgs {
    /// The file that keeps what you make of this cohort and what was looked at, to carry along; made
    /// where it is missing [default: one for each cohort in the cache directory]
    #[arg(long, value_name = "FILE")]
    pub project: Option<PathBuf>,
}

/// The dashboard.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The project.
    #[command(flatten)]
    pub kept: ProjectArgs,
    /// The column that you ask about, judged by its own p; all others are by q [default: country]
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Declare a question before looking, of the setting that the page opens with or of any; it is
    /// kept with the cohort and the time
    #[arg(long, value_name = QUESTION, conflicts_with = "column")]
    pub question: Option<String>,
    /// Address to listen on; anything but loopback needs a token
    #[arg(long, default_value = "127.0.0.1", env = "NEGATOSCOPE_HOST")]
    pub host: String,
    /// Port to listen on [default: 8420, then the next free one]
    #[arg(long, env = "NEGATOSCOPE_PORT")]
    pub port: Option<u16>,
    /// Do not open the browser
    #[arg(long, env = "NEGATOSCOPE_NO_OPEN", value_parser = FalseyValueParser::new())]
    pub no_open: bool,
    /// The secret that browsers must show when the address is not loopback
    #[arg(
        long,
        env = "NEGATOSCOPE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// A site whose pages may show this one in a frame, as a notebook does, such as
    /// http://localhost:8888, or http://localhost:* for any port; repeatable, and needs --token
    #[arg(long, value_name = "ORIGIN", requires = "token")]
    pub frame_ancestor: Vec<String>,
    /// End when standard input ends, as it does with the program that started this one
    #[arg(long)]
    pub until_input_ends: bool,
    /// Answer at /metrics, in Prometheus' format: requests and their times, what was computed, jobs, memory
    #[arg(long, env = "NEGATOSCOPE_METRICS", value_parser = FalseyValueParser::new())]
    pub metrics: bool,
}

/// `negatoscope embed`.
#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// Write the part of one of N processes, of which each embeds every N-th image: I is 0 to N - 1. --features takes
    /// the folder of all parts
    #[arg(long, value_name = "I/N", conflicts_with = "features")]
    pub shard: Option<String>,
    /// The file to write, .npy or .parquet; of a shard .parquet, or a folder, which is made where it is missing
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// `negatoscope search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The project.
    #[command(flatten)]
    pub kept: ProjectArgs,
    /// Perplexities: START:STOP:STEP (STOP left out, as numpy.arange) or a list [default: 1:180:1]
    #[arg(long, value_name = "VALUES")]
    pub perplexity: Option<String>,
    /// Radii of a neighbourhood on the standardised map [default: 0.1:2.0:0.1]
    #[arg(long, value_name = "VALUES")]
    pub eps: Option<String>,
    /// Images that make a neighbourhood dense [default: 5:20:1]
    #[arg(long, value_name = "VALUES")]
    pub min_samples: Option<String>,
    /// Numbers of clusters that are admissible, both ends included
    #[arg(long, default_value = "3:8", value_name = "MIN:MAX")]
    pub clusters: String,
    /// Values of any other parameter that a search of this method goes along, such as
    /// n_neighbors=5:50:5
    #[arg(long = "along", value_name = "PARAMETER=VALUES")]
    pub along: Vec<String>,
    /// Any parameter of the maps and clusters, such as method=umap or clustering=hdbscan; repeatable
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub settings: Vec<String>,
    /// The measure that ranks the settings
    #[arg(long, value_parser = measures(), default_value = "score", value_name = "MEASURE")]
    pub rank_by: String,
    /// Also search this many cohorts without clusters, to see how good the best is by luck
    #[arg(long, value_name = "B")]
    pub null: Option<usize>,
    /// How they are made
    #[command(flatten)]
    pub surrogates: SurrogateArgs,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Cohorts without clusters.
#[derive(Debug, Args)]
pub struct SurrogateArgs {
    /// What the cohorts without clusters keep of this one
    #[arg(long, value_parser = surrogates(), default_value = "auto", value_name = "KIND")]
    pub surrogate: String,
    /// Stop a statistic at its H-th surrogate that is as good (Besag & Clifford 1991)
    #[arg(long, value_name = "H")]
    pub stop_after: Option<usize>,
    /// The seed of the surrogates
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

/// The names of the measures, each with what it is.
fn measures() -> PossibleValuesParser {
    PossibleValuesParser::new(MEASURES.map(|about| PossibleValue::new(about.key).help(about.help)))
}

/// The names of the kinds of cohorts without clusters.
fn surrogates() -> PossibleValuesParser {
    let help = [
        "The real values where features are those of a rectifier, else one Gaussian cloud",
        "One Gaussian cloud with the mean and the covariances between and within patients",
        "The real values of each feature, and how features go together by their ranks",
        "A gradient without gaps: patients anywhere along the curve that goes through the cohort",
        "The real values, with each principal component permuted over patients by itself",
    ];
    let kinds = <Option<SurrogateKind>>::WORDS.iter().zip(help);
    let values = kinds.map(|((_, key), help)| PossibleValue::new(*key).help(help));
    PossibleValuesParser::new(values.collect::<Vec<_>>())
}

/// A map, its clusters, and what is asked of them.
#[derive(Debug, Args)]
pub struct SettingArgs {
    /// The perplexity of the map [default: 17, or a third of the images]
    #[arg(long)]
    pub perplexity: Option<f64>,
    /// The radius of a neighbourhood on the standardised map [default: 0.4]
    #[arg(long)]
    pub eps: Option<f64>,
    /// Images that make a neighbourhood dense [default: 14]
    #[arg(long)]
    pub min_samples: Option<usize>,
    /// Any other parameter of the map and its clusters, such as method=umap or clustering=hdbscan;
    /// repeatable
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub settings: Vec<String>,
    /// The column that you ask about, judged by its own p; all others are by q [default: country]
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Test within the levels of this column
    #[arg(long, value_name = "COLUMN")]
    pub within: Option<String>,
    /// Take noise as one more cluster in the tests
    #[arg(long)]
    pub with_noise: bool,
}

/// `negatoscope verdict`.
#[derive(Debug, Args)]
pub struct VerdictArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The project.
    #[command(flatten)]
    pub kept: ProjectArgs,
    /// The setting, and what is asked of it
    #[command(flatten)]
    pub setting: SettingArgs,
    /// Declare this question before looking, of this setting or of any; it is kept with the cohort
    /// and the time, and its verdict is confirmatory where nobody looked before
    #[arg(long, value_name = QUESTION, conflicts_with_all = ["column", "within"])]
    pub question: Option<String>,
    /// Maps of the setting that the verdict is over
    #[arg(long, default_value_t = 100, value_name = "M", value_parser = clap::value_parser!(u64).range(2..=1000))]
    pub maps: u64,
    /// Cohorts without clusters to lay out at this setting
    #[arg(long, default_value_t = 99, value_name = "B", value_parser = clap::value_parser!(u64).range(19..=9999))]
    pub surrogates: u64,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `negatoscope agree`.
#[derive(Debug, Args)]
pub struct AgreeArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// A file of vectors, or a folder of parts, as --features takes them elsewhere; give two
    #[arg(long, value_name = "FILE", required = true)]
    pub features: Vec<PathBuf>,
    /// What is done to the vectors of both first: none, l2, standard, or pca:N
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub scaling: String,
    /// Nearest images of each that are compared
    #[arg(long, default_value_t = 10, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub neighbors: u64,
    /// Exchanges of patients that p is of
    #[arg(long, default_value_t = 9_999, value_name = "B", value_parser = clap::value_parser!(u64).range(19..=1_000_000))]
    pub permutations: u64,
    /// The seed of the exchanges
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Where facts of images are kept
    #[arg(long, value_name = "DIR", env = "NEGATOSCOPE_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Threads to use; all cores when not given
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `negatoscope report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The project.
    #[command(flatten)]
    pub kept: ProjectArgs,
    /// The file to write: .html to read and print, .json for programs
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The setting, and what is asked of it
    #[command(flatten)]
    pub setting: SettingArgs,
    /// The column that the clusters are counted by [default: that of --column]
    #[arg(long, value_name = "COLUMN")]
    pub breakdown: Option<String>,
    /// Cohorts without clusters to search; 0 leaves the question out [default: 99; of many images so
    /// few, on so few maps each, that the report takes about a minute]
    #[arg(long, value_name = "B")]
    pub null: Option<usize>,
    /// How they are made
    #[command(flatten)]
    pub surrogates: SurrogateArgs,
    /// Runs with other seeds, and runs without a fifth of the patients; 0 leaves the question out
    #[arg(long, default_value_t = 20, value_name = "R")]
    pub runs: usize,
}

/// What of a cohort goes to somebody else, and how.
#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// The columns that go in, and no others; repeatable, or with commas between
    #[arg(long, value_name = "COLUMNS")]
    pub columns: Vec<String>,
    /// Columns that do not go in; likewise
    #[arg(long, value_name = "COLUMNS")]
    pub without: Vec<String>,
    /// Columns that go in as they were written, though they may say who somebody is; likewise
    #[arg(long, value_name = "COLUMNS")]
    pub as_written: Vec<String>,
    /// Let file names and ids go in, which are numbers otherwise
    #[arg(long)]
    pub keep_names: bool,
}

/// `negatoscope bake`.
#[derive(Debug, Args)]
pub struct BakeArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The file to write, such as study.negatoscope
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// What goes in.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Let what you made go in: selections, groups made by hand, notes and named settings, with every
    /// word as you wrote it
    #[arg(long)]
    pub with_project: bool,
    /// The project.
    #[command(flatten)]
    pub kept: ProjectArgs,
    /// Print what would go in and how, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The column that is asked about when the bundle is opened [default: country]
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Another setting whose map and verdict go in beside the proposed and the default one, such as
    /// perplexity=30; repeatable
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub settings: Vec<String>,
    /// Let the notebook's search on this many cohorts without clusters go in, such as 99
    #[arg(long, value_name = "B")]
    pub null: Option<usize>,
}

/// `negatoscope export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The cohort, or a bundle.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
    /// The folder to write, empty or new, such as share/
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// What goes in.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Print what would go in and how, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The column that is asked about when the page is opened [default: country]
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Another setting that is tested beside the proposed and the default one, such as perplexity=30;
    /// repeatable
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub settings: Vec<String>,
}

/// `negatoscope layers`.
#[derive(Debug, Args)]
pub struct LayersArgs {
    /// The model: a file, builtin:default or builtin:unseen
    pub model: PathBuf,
    /// What is read of it, and how.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// An image, of which the tensor is told that the network gets
    #[arg(long, value_name = "FILE")]
    pub image: Option<PathBuf>,
    /// Write that tensor: .png to look at, .npy for its numbers
    #[arg(short, long, value_name = "FILE", requires = "image")]
    pub output: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `negatoscope health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Address to ask [default: that of the server which runs here]
    #[arg(long)]
    pub host: Option<String>,
    /// Port to ask [default: that of the server which runs here, or 8420]
    #[arg(long, env = "NEGATOSCOPE_PORT")]
    pub port: Option<u16>,
}

/// `negatoscope doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// An ONNX model to measure in place of the built-in one, or builtin:unseen
    #[arg(long, value_name = "FILE.onnx")]
    pub model: Option<PathBuf>,
    /// Where computed features are kept
    #[arg(long, value_name = "DIR", env = "NEGATOSCOPE_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Threads to use; all cores when not given
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `negatoscope completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `negatoscope demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to write into; it is made when it is missing
    pub folder: PathBuf,
}
