//! One function for each kind of bytes that others write: they are read or refused, and nothing else happens. Used by
//! cargo-fuzz and, on stable, by `tests/fuzzed.rs`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use negatoscope::bundle::{Bundle, Size};
use negatoscope::cohort::image::{self, Want};
use negatoscope::cohort::{Date, Filter, Source, is_country, open_rows};
use negatoscope::features::model::{Choice, Model, OnnxFile};
use negatoscope::features::vectors;
use negatoscope::settings;

/// What is done with some bytes.
type Target = fn(&[u8]);

/// Every target by its name.
pub(crate) const TARGETS: [(&str, Target); 8] = [
    ("table", table),
    ("date", date),
    ("condition", condition),
    ("image", image),
    ("model", model),
    ("vectors", vectors),
    ("query", query),
    ("bundle", bundle),
];

/// A file with these bytes, which is gone when the folder is.
fn file(bytes: &[u8], name: &str) -> (tempfile::TempDir, PathBuf) {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder for temporary files");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("room for a small file");
    (folder, path)
}

/// Metadata of any format, with all that its cells become.
pub(crate) fn table(bytes: &[u8]) {
    let (_folder, path) = file(bytes, "metadata.csv");
    let source = Source {
        metadata: Some(path),
        ..Source::default()
    };
    if let Ok(cohort) = open_rows(&source) {
        for column in &cohort.columns {
            assert_eq!(column.values.len(), cohort.records.len(), "{}", column.name);
        }
    }
}

/// A cell that may be a date, or a country.
pub(crate) fn date(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = is_country(&text);
    if let Ok(date) = text.parse::<Date>() {
        let (_, month, day) = date.parts();
        assert!(month.is_none_or(|month| (1..=12).contains(&month)));
        assert!(day.is_none_or(|day| (1..=31).contains(&day)));
        assert!(date.years().is_finite());
    }
}

/// A condition on the columns of a table.
pub(crate) fn condition(bytes: &[u8]) {
    let Ok(filter) = String::from_utf8_lossy(bytes).parse::<Filter>() else {
        return;
    };
    let (_folder, path) = file(
        b"filename,age,view,date,country\na.png,31,PA,2020-01-31,France\nb.png,,AP,2020-02,\nc.png,7,L,,Italy\n",
        "metadata.csv",
    );
    let source = Source {
        metadata: Some(path),
        filters: vec![filter],
        ..Source::default()
    };
    if let Ok(cohort) = open_rows(&source) {
        assert!(cohort.records.len() <= 3);
    }
}

/// A picture of any format.
pub(crate) fn image(bytes: &[u8]) {
    for want in [Want::Grey, Want::Rgb] {
        if let Ok(picture) = image::decode(bytes, want) {
            assert!(picture.width() > 0 && picture.height() > 0);
        }
    }
    if let Ok(Some(deep)) = image::decode_deep(bytes) {
        let n_samples = deep.width as usize * deep.height as usize * usize::from(deep.channels);
        assert_eq!(deep.samples.len(), n_samples);
    }
}

/// A network.
pub(crate) fn model(bytes: &[u8]) {
    let Ok(file) = OnnxFile::from_bytes("fuzzed", Cow::Owned(bytes.to_vec())) else {
        return;
    };
    let _ = file
        .layers()
        .map(|layer| layer.shape_text().len())
        .sum::<usize>();
    if let Ok(model) = Model::new(file, &Choice::default()) {
        let _ = model
            .layers()
            .filter_map(|layer| layer.n_features())
            .count();
    }
}

/// Ready vectors; the first byte says what the file is called.
pub(crate) fn vectors(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    let names = ["x.npy", "x.npz", "x.safetensors", "x.csv", "x.parquet"];
    let (_folder, path) = file(bytes, names[usize::from(*kind) % names.len()]);
    if let Ok(ready) = vectors::read(&path) {
        assert!(ready.features.iter().all(|value| value.is_finite()));
    }
}

/// What a link or a request says of a setting.
pub(crate) fn query(bytes: &[u8]) {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(bytes).collect();
    let said = |key: &str| {
        let mut pairs = pairs.iter();
        pairs
            .find(|(name, _)| name == key)
            .map(|(_, value)| &**value)
    };
    for n_images in [0, 1, 193] {
        let Ok((map, clusters)) = settings::read(said, n_images) else {
            continue;
        };
        // Whatever is read can be said again, and is the same.
        let again: Vec<(String, String)> = settings::as_query(&map, &clusters).collect();
        let said = |key: &str| {
            let mut pairs = again.iter();
            pairs
                .find(|(name, _)| name == key)
                .map(|(_, value)| &**value)
        };
        let read = settings::read(said, n_images).expect("its own words");
        assert_eq!(read, (map, clusters));
        let _ = map.check(n_images);
    }
}

/// A study in one file.
pub(crate) fn bundle(bytes: &[u8]) {
    let (_folder, path) = file(bytes, "study.negatoscope");
    if let Ok(bundle) = Bundle::open(&path) {
        let _ = (
            bundle.read(),
            bundle.project(),
            bundle.picture(0, Size::Small),
        );
    }
}
