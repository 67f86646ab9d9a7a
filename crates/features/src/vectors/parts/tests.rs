use super::*;
use tempfile::TempDir;

const N: usize = 7;

fn manifest(shard: Shard) -> Manifest {
    Manifest {
        negatoscope: "1.2.3".to_owned(),
        shard: shard.to_string(),
        n_records: N,
        records: "a list".to_owned(),
        model: "net".to_owned(),
        model_hash: "0123".to_owned(),
        layer: "gap".to_owned(),
        pool: "mean".to_owned(),
        preprocessing: r#"{"scale":1.0}"#.to_owned(),
        preprocessing_of: "a guess".to_owned(),
        is_guess: true,
        backend: "rten".to_owned(),
        space: "4567".to_owned(),
        assumed: vec![("layer".to_owned(), "A sentence.".to_owned())],
        scaling: "none".to_owned(),
    }
}

/// Record 4 could not be read.
fn part(shard: Shard) -> Part {
    let (read, unread): (Vec<usize>, Vec<usize>) = shard.positions(N).partition(|at| *at != 4);
    let name = |at: &usize| format!("{at}.png");
    Part {
        manifest: manifest(shard),
        ids: read.iter().map(|at| format!("id{at}")).collect(),
        filenames: read.iter().map(name).collect(),
        contents: read.iter().map(|at| format!("hash of {at}")).collect(),
        features: match read.len() {
            0 => Array2::zeros((0, 0)),
            n => Array2::from_shape_fn((n, 3), |(row, column)| (10 * read[row] + column) as f32),
        },
        positions: read,
        unread: unread
            .iter()
            .map(|at| Unread {
                position: *at,
                filename: name(at),
                reason: "it is no picture".to_owned(),
            })
            .collect(),
    }
}

fn shard(word: &str) -> Shard {
    Shard::of_word(word).unwrap()
}

fn write(folder: &TempDir, name: &str, part: &Part) -> PathBuf {
    let path = folder.path().join(name);
    write_part(Output::at(&path).unwrap(), part).unwrap();
    path
}

/// A folder with the parts of so many shards.
fn written(of: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..of {
        let shard = Shard::new(index, of).unwrap();
        write(&folder, &shard.file_name(), &part(shard));
    }
    folder
}

fn refusal(folder: &TempDir) -> String {
    read_parts(folder.path()).unwrap_err().to_string()
}

#[test]
fn any_number_of_parts_is_read_as_one() {
    let wanted = part(Shard::WHOLE);
    // More shards than records: some are empty, and one has nothing but what could not be read.
    for of in [1, 2, 4, 7, 9] {
        let read = read_parts(written(of).path()).unwrap();
        assert_eq!(read.manifest, wanted.manifest, "{of}");
        assert_eq!(read.positions, wanted.positions);
        assert_eq!(
            (read.ids, read.filenames),
            (wanted.ids.clone(), wanted.filenames.clone())
        );
        assert_eq!(read.contents, wanted.contents);
        assert_eq!(read.features, wanted.features);
        assert_eq!(read.unread, wanted.unread);
    }
}

#[test]
fn a_part_is_the_same_bytes_and_known_again() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(&folder, "one.parquet", &part(shard("1/2")));
    let two = write(&folder, "two.parquet", &part(shard("1/2")));
    assert!(fs::read(&one).unwrap() == fs::read(two).unwrap());
    assert!(is_part(&one, &manifest(shard("1/2"))));
    assert!(!is_part(&one, &manifest(shard("0/2"))));
    assert!(!is_part(
        &folder.path().join("none"),
        &manifest(shard("0/2"))
    ));
}

#[test]
fn what_is_missing_is_named() {
    let folder = written(4);
    for word in ["1/4", "2/4"] {
        fs::remove_file(folder.path().join(shard(word).file_name())).unwrap();
    }
    let said = refusal(&folder);
    assert!(
        said.contains(
            "lacks the parts of shards 1/4, 2/4: run `negatoscope embed COHORT --shard 1/4"
        ),
        "{said}"
    );
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join(".part.parquet"), "begun").unwrap();
    assert!(refusal(&empty).contains("holds no part"));
}

#[test]
fn a_part_that_is_not_of_the_others_is_named() {
    type Change = fn(&mut Manifest);
    let changes: [(&str, Change); 7] = [
        ("the version 2", |m| m.negatoscope = "2".to_owned()),
        ("the model net (9)", |m| m.model_hash = "9".to_owned()),
        ("the layer other", |m| m.layer = "other".to_owned()),
        ("the preprocessing {\"scale\":2.0}", |m| {
            m.preprocessing = r#"{"scale":2.0}"#.to_owned()
        }),
        ("the backend other", |m| m.backend = "other".to_owned()),
        ("the list of records other", |m| {
            m.records = "other".to_owned()
        }),
        ("the number of shards 3", |m| m.shard = "1/3".to_owned()),
    ];
    for (wanted, change) in changes {
        let folder = written(2);
        let mut part = part(shard("1/2"));
        change(&mut part.manifest);
        write(&folder, &shard("1/2").file_name(), &part);
        let said = refusal(&folder);
        assert!(
            said.contains(&format!("part-00001-of-00002.parquet has {wanted}, and")),
            "{said}"
        );
        assert!(said.contains("part-00000-of-00002.parquet has "), "{said}");
    }
}

#[test]
fn a_part_twice_a_record_twice_and_one_too_few_are_named() {
    let folder = written(2);
    write(&folder, "z.parquet", &part(shard("1/2")));
    let said = refusal(&folder);
    assert!(
        said.contains("z.parquet and ") && said.contains("are both the part of shard 1/2"),
        "{said}"
    );

    let refused = |change: &dyn Fn(&mut Part)| {
        let folder = written(2);
        let mut part = part(shard("1/2"));
        change(&mut part);
        write(&folder, &shard("1/2").file_name(), &part);
        refusal(&folder)
    };
    let said = refused(&|part| part.positions[1] = part.positions[0]);
    assert!(said.contains("it has 3.png, record 1, twice"), "{said}");
    let said = refused(&|part| part.positions[1] = 2);
    assert!(
        said.contains("3.png, record 2, is not of shard 1/2"),
        "{said}"
    );
    let said = refused(&|part| {
        part.positions.pop();
        part.ids.pop();
        part.filenames.pop();
        part.contents.pop();
        part.features = part.features.slice(ndarray::s![..2, ..]).to_owned();
    });
    assert!(
        said.contains("it has 2 of the 3 records of shard 1/2"),
        "{said}"
    );
    let said = refused(&|part| part.features = Array2::zeros((3, 2)));
    assert!(
        said.contains("its vectors have 2 features, and others have 3"),
        "{said}"
    );
}

#[test]
fn what_is_no_part_is_named() {
    let folder = written(2);
    fs::write(
        folder.path().join("words.parquet"),
        "PAR1 and nothing else PAR1",
    )
    .unwrap();
    assert!(refusal(&folder).contains("words.parquet cannot be read as Parquet"));
    let folder = written(2);
    let path = folder.path().join("whole.parquet");
    let part = part(Shard::WHOLE);
    let table = FeatureTable {
        ids: &part.ids,
        filenames: &part.filenames,
        features: part.features.view(),
    };
    super::super::write(Output::at(&path).unwrap(), table).unwrap();
    let said = refusal(&folder);
    assert!(
        said.contains("whole.parquet is no whole part (its metadata has no negatoscope.part)"),
        "{said}"
    );
    // One of the parts alone is read as any Parquet is.
    let alone = super::super::read(&folder.path().join("part-00001-of-00002.parquet")).unwrap();
    assert_eq!(alone.features.dim(), (3, 3));
    assert!(alone.taken.unwrap().contains("shard 1/2 alone"));
}

#[test]
fn damaged_parts_are_refused_and_end_nothing() {
    let folder = written(1);
    let path = folder.path().join(Shard::WHOLE.file_name());
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        fs::write(&path, damaged).unwrap();
        let _ = read_parts(folder.path());
    }
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(read_parts(folder.path()).is_err());
}
