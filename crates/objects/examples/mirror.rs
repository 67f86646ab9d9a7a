//! Mirrors an address and prints the folder: `mirror s3://BUCKET/PREFIX CACHE_DIR`. The program does the same before it
//! opens a cohort.

use std::path::Path;
use std::process::ExitCode;

use negatoscope_objects::{Mirror, MirrorError};

/// As large as the file of a picture may be.
const LIMIT: u64 = 256 << 20;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, cache_dir] = &words[..] else {
        eprintln!("give s3://BUCKET/PREFIX and a folder");
        return ExitCode::from(2);
    };
    match mirror(address, Path::new(cache_dir)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn mirror(address: &str, cache_dir: &Path) -> Result<(), MirrorError> {
    let mirror = Mirror::of(address, cache_dir, LIMIT)?;
    let changes = mirror.compare()?;
    eprintln!("{} objects come", changes.n_objects());
    changes.make(&|| ())?;
    println!("{}", mirror.folder().display());
    Ok(())
}
