//! The words of the command line, as typed. [`crate::config`] makes validated settings of them;
//! nothing else sees clap.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand};

use crate::analysis::measures::MEASURES;
use crate::analysis::settings::Words;
use crate::analysis::surrogate::SurrogateKind;

/// Lay out a cohort of X-rays, see which ones a neural network finds alike, and learn whether the
/// groups mean anything. A research instrument, not a diagnostic device.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Cli {
    /// What to do instead of serving the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of the dashboard.
    #[command(flatten)]
    pub serve: ServeArgs,
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
    /// List the layers of a model that can be tapped, with their shapes
    Layers(LayersArgs),
    /// Write the demo cohort as files: images/ and metadata.csv
    Demo(DemoArgs),
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
    /// Folder with images/ and metadata.csv; without it, the embedded demo cohort
    pub cohort: Option<PathBuf>,
    /// The metadata table, when it is not COHORT/metadata.csv
    #[arg(long, value_name = "FILE")]
    pub metadata: Option<PathBuf>,
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
}

/// How images become vectors.
#[derive(Debug, Clone, Default, Args)]
pub struct FeatureArgs {
    /// An ONNX model to use in place of the built-in one
    #[arg(long, value_name = "FILE.onnx")]
    pub model: Option<PathBuf>,
    /// The layer whose output is taken as features
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// Ready vectors in place of a model: .npy in the order of the metadata, or .parquet with names as
    /// embed writes it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "layer"])]
    pub features: Option<PathBuf>,
    /// Where computed features are kept
    #[arg(long, value_name = "DIR", env = "NEGATOSCOPE_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Threads to use; all cores when not given
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
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
    #[arg(long)]
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
    /// The file to write, .npy or .parquet
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
    #[arg(long, value_parser = surrogates(), default_value = "gaussian", value_name = "KIND")]
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
        "One Gaussian cloud with the mean and the covariances between and within patients",
        "The real values of each feature, and how features go together by their ranks",
        "A gradient without gaps: patients anywhere along the curve that goes through the cohort",
        "The real values, with each principal component permuted over patients by itself",
    ];
    let kinds = SurrogateKind::WORDS.iter().zip(help);
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

/// `negatoscope report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The cohort.
    #[command(flatten)]
    pub cohort: CohortArgs,
    /// The features.
    #[command(flatten)]
    pub features: FeatureArgs,
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

/// `negatoscope layers`.
#[derive(Debug, Args)]
pub struct LayersArgs {
    /// The model
    pub model: PathBuf,
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
