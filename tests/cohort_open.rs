//! Cohorts as people have them: every kind of mess, made here and opened.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use negatoscope::cohort::{
    self, Cohort, CohortError, ColumnKind, Examined, SecondTable, Source, Value,
};
use tempfile::TempDir;

/// The smallest thing that counts as a picture until it is decoded.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A cohort folder with this metadata and these files in `images/`.
fn folder(metadata: impl AsRef<[u8]>, images: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("metadata.csv"), metadata).unwrap();
    fs::create_dir(folder.path().join("images")).unwrap();
    for image in images {
        write(&folder.path().join("images").join(image), PNG);
    }
    folder
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn source(folder: &TempDir) -> Source {
    Source {
        folder: Some(folder.path().to_owned()),
        ..Source::default()
    }
}

fn filtered(folder: &TempDir, filters: &[&str]) -> Source {
    Source {
        filters: filters
            .iter()
            .map(|filter| filter.parse().unwrap())
            .collect(),
        ..source(folder)
    }
}

fn open(folder: &TempDir) -> Cohort {
    cohort::open(&source(folder)).unwrap()
}

fn filenames(cohort: &Cohort) -> Vec<&str> {
    let names = cohort.records.iter().map(|record| record.filename.as_str());
    names.collect()
}

fn skipped(cohort: &Cohort) -> Vec<(&str, &str)> {
    let pairs = cohort.skipped.iter();
    pairs
        .map(|s| (s.filename.as_str(), s.reason.as_str()))
        .collect()
}

/// Rows are either filtered out, matched, missing their file, duplicates, or unreadable.
fn adds_up(cohort: &Cohort) {
    let r = cohort.report;
    let parts =
        r.n_filtered_out + r.n_matched + r.n_missing_files + r.n_duplicates + r.n_unreadable;
    assert_eq!(r.n_rows, parts, "{r:?}");
    assert_eq!(r.n_matched, cohort.records.len());
    let n_files = r.n_without_row + r.n_passed_over;
    let n_skipped = r.n_missing_files + r.n_duplicates + r.n_unreadable + n_files;
    assert_eq!(n_skipped, cohort.skipped.len(), "{r:?}");
}

#[test]
fn rows_and_files_are_reconciled() {
    let folder = folder(
        "filename,x\na.png ,1\nb.png,2\na.png,3\ngone.png,4\nscan.nii.gz,5\n,6\n,\nnotes.txt,7\n",
        &["a.png", "b.png", "extra.png", ".hidden.png", "Thumbs.db"],
    );
    write(&folder.path().join("images/notes.txt"), b"no picture");
    write(
        &folder.path().join("images/other.txt"),
        b"no picture, no row",
    );
    let cohort = open(&folder);
    assert_eq!(filenames(&cohort), ["a.png", "b.png"]);
    assert_eq!(
        skipped(&cohort),
        [
            ("a.png", "duplicate of row 1"),
            ("gone.png", "no file of this name in the image folder"),
            (
                "scan.nii.gz",
                "no file of this name in the image folder, and the name is not that of a picture"
            ),
            ("row 6", "the row names no file"),
            (
                "notes.txt",
                "the file is not a DICOM, JPEG, PNG, TIFF, BMP, WebP or GIF picture"
            ),
            ("Thumbs.db", "no row in the metadata"),
            ("extra.png", "no row in the metadata"),
        ],
        "Thumbs.db begins like a PNG here"
    );
    assert_eq!(cohort.report.n_rows, 7, "a row of empty cells is none");
    adds_up(&cohort);
    assert_eq!(
        cohort.name,
        folder.path().file_name().unwrap().to_string_lossy()
    );
}

#[test]
fn rows_that_a_filter_leaves_out_are_not_reported() {
    let metadata = "filename,kind\na.png,x\nb.png,y\ngone.png,y\na.png,y\nb.png,x\n";
    let folder = folder(metadata, &["a.png", "b.png", "extra.png"]);
    let cohort = cohort::open(&filtered(&folder, &["kind=x"])).unwrap();
    assert_eq!(filenames(&cohort), ["a.png"]);
    assert_eq!(
        skipped(&cohort),
        [
            ("a.png", "duplicate of row 1"),
            ("b.png", "duplicate of row 2"),
            ("extra.png", "no row in the metadata"),
        ],
        "the first row of a file counts, whether it meets the filter or not"
    );
    assert_eq!(cohort.report.n_filtered_out, 2);
    assert_eq!(cohort.filters, ["kind=x"]);
    adds_up(&cohort);
}

#[test]
fn ids_depend_on_the_file_name_alone() {
    let images = ["a.png", "b.png"];
    let all = open(&folder("filename,kind\na.png,x\nb.png,y\n", &images));
    let turned = open(&folder("kind,file\ny,images\\b.png\nx, a.png \n", &images));
    let folder = folder("filename,kind\na.png,x\nb.png,y\n", &images);
    let one = cohort::open(&filtered(&folder, &["kind~Y"])).unwrap();
    assert_eq!(all.records[0].id, blake3::hash(b"a.png").to_hex()[..12]);
    assert_eq!(all.records[0].id, turned.records[1].id);
    assert_eq!(all.records[1].id, turned.records[0].id);
    assert_eq!(all.records[1].id, one.records[0].id);
}

#[test]
fn countries_groups_and_sources() {
    let folder = folder(
        "filename,Patient ID,location,url,doi\n\
         a.png,7,\"Milan, Italy \",https://www.sirm.org/x,\n\
         b.png,7,nan,,10.1056/x\n\
         c.png,,\"Lyon, unknown\",,\n\
         d.png,n/a,Italy,,\n",
        &["a.png", "b.png", "c.png", "d.png"],
    );
    let cohort = open(&folder);
    let countries: Vec<_> = cohort
        .records
        .iter()
        .map(|r| r.country.as_deref())
        .collect();
    assert_eq!(countries, [Some("Italy"), None, None, Some("Italy")]);
    assert_eq!(cohort.n_without_country(), 2);
    assert_eq!(cohort.group_column.as_deref(), Some("Patient ID"));
    assert_eq!(cohort.n_groups(), 3, "patient 7, and two images of nobody");
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let source = cohort.column("source").unwrap();
    assert_eq!(
        source.values,
        [text("sirm.org"), text("10.1056"), None, None]
    );
    assert!(source.derived && source.kind == ColumnKind::Category);
    let italy = cohort::open(&filtered(&folder, &["country=Italy"])).unwrap();
    assert_eq!(
        filenames(&italy),
        ["a.png", "d.png"],
        "derived columns can be filtered by"
    );
}

#[test]
fn given_columns_keep_their_names() {
    let metadata = "filename,country,source,width,location\na.png,X,Y,Z,\"Rome, Italy\"\n";
    let folder1 = folder(metadata, &["a.png"]);
    let cohort = open(&folder1);
    assert!(!cohort.column("country").unwrap().derived);
    assert!(cohort.column("country (derived)").unwrap().derived);
    assert_eq!(cohort.country_column.as_deref(), Some("country"));
    assert_eq!(cohort.records[0].country.as_deref(), Some("X"));
    assert!(
        cohort.column("source (derived)").is_none(),
        "there is no url and no doi"
    );
    let cohort = open(&folder("filename,Country\na.png,Spain\n", &["a.png"]));
    assert_eq!(cohort.country_column.as_deref(), Some("Country"));
    assert_eq!(cohort.records[0].country.as_deref(), Some("Spain"));
}

#[test]
fn encodings_quotes_and_ragged_rows_at_once() {
    let metadata =
        b"filename;city;\nm\xFCnchen.png;\"M\xFCnchen;\n\"\"Mitte\"\"\"\nb.png\nc.png;x;;y\n";
    let folder = folder(metadata, &["münchen.png", "b.png", "c.png"]);
    let cohort = open(&folder);
    assert_eq!(filenames(&cohort), ["münchen.png", "b.png"]);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let city = cohort.column("city").unwrap();
    assert_eq!(city.values, [text("München;\n\"Mitte\""), None]);
    assert_eq!(
        cohort.skipped[0].filename, "metadata.csv, line 5",
        "more cells than the header has"
    );
    assert!(
        cohort.skipped[0]
            .reason
            .starts_with("4 cells where the header has 3")
    );
    assert_eq!(cohort.columns.len(), 2, "the unnamed third column is empty");
}

#[test]
fn a_folder_of_images_alone() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.png", "sub/a.jpeg", "no_extension", "readme.txt"] {
        let bytes = if name == "readme.txt" {
            b"words words words"
        } else {
            PNG
        };
        write(&folder.path().join(name), bytes);
    }
    let cohort = open(&folder);
    assert_eq!(filenames(&cohort), ["b.png", "no_extension", "sub/a.jpeg"]);
    assert_eq!(cohort.n_groups(), 3);
    let columns: Vec<&str> = cohort.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["filename", "folder"]);
    assert!(cohort.skipped.is_empty());
    let error = cohort::open(&filtered(&folder, &["a=b"])).unwrap_err();
    assert!(matches!(error, CohortError::UnknownColumn { .. }));
}

#[test]
fn conditions_on_a_folder_of_images_alone() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.png", "sub/a.png", "sub/c.png"] {
        write(&folder.path().join(name), PNG);
    }
    let left = |filters: &[&str]| {
        let cohort = cohort::open(&filtered(&folder, filters)).unwrap();
        filenames(&cohort).join(" ")
    };
    assert_eq!(left(&["folder=sub"]), "sub/a.png sub/c.png");
    assert_eq!(left(&["folder="]), "b.png");
    assert_eq!(left(&["filename~A.P"]), "sub/a.png");
    assert_eq!(
        left(&["Filename!=b.png", "FOLDER~su"]),
        "sub/a.png sub/c.png"
    );
    assert_eq!(
        left(&["width>=500"]),
        "b.png sub/a.png sub/c.png",
        "not yet known"
    );
    let flat = tempfile::tempdir().unwrap();
    write(&flat.path().join("a.png"), PNG);
    assert!(cohort::open(&filtered(&flat, &["mean_brightness<=9"])).is_ok());
    let refused = |filters: &[&str]| {
        cohort::open(&filtered(&folder, filters))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(&["folder=sub", "filename~x"]),
        "no image of the 2 (of 3) that the conditions before it leave meets \"filename~x\": loosen --where"
    );
}

#[test]
fn parts_may_lie_apart() {
    let tables = tempfile::tempdir().unwrap();
    fs::write(tables.path().join("t.tsv"), "scan\tx\na\t1\nb\t2\n").unwrap();
    let images = tempfile::tempdir().unwrap();
    write(&images.path().join("deep/a.png"), PNG);
    write(&images.path().join("b.tif"), PNG);
    let cohort = cohort::open(&Source {
        metadata: Some(tables.path().join("t.tsv")),
        images: Some(images.path().to_owned()),
        ..Source::default()
    })
    .unwrap();
    assert_eq!(
        filenames(&cohort),
        ["deep/a.png", "b.tif"],
        "found by matching stems"
    );
}

#[test]
fn errors_say_what_to_change() {
    let message = |source: &Source| cohort::open(source).unwrap_err().to_string();
    let good = folder("filename,finding\na.png,x\nb.png,y\n", &["a.png"]);
    assert_eq!(
        message(&filtered(&good, &["findings=x"])),
        "there is no column \"findings\": choose one of filename, finding"
    );
    assert_eq!(
        message(&filtered(&good, &["finding=z"])),
        "no row of 2 meets \"finding=z\": loosen --where"
    );
    assert_eq!(
        message(&filtered(&good, &["finding~x", "finding!=x", "filename=z"])),
        "no row of the 1 (of 2) that the conditions before it leave meets \"finding!=x\": loosen --where"
    );
    assert!(message(&filtered(&good, &["finding=y"])).contains("\"b.png\""));
    let by = |group_by: &str| Source {
        group_by: Some(group_by.into()),
        ..source(&good)
    };
    assert!(message(&by("patient")).contains("no column \"patient\""));
    let column = |name: &str| Source {
        filename_column: Some(name.into()),
        ..source(&good)
    };
    assert!(message(&column("nope")).contains("no column \"nope\""));
    assert!(message(&column("finding")).contains("\"finding\" says \"x\""));
    assert!(message(&Source::default()).starts_with("no cohort was given"));
    let nowhere = Source {
        folder: Some("/nonexistent/x".into()),
        ..Source::default()
    };
    assert!(message(&nowhere).contains("is not a folder"));
    assert!(message(&source(&folder("filename\na.png\n", &[]))).contains("holds no picture"));
    let many = folder("filename\na.png\n", &["a.png"]);
    fs::rename(many.path().join("metadata.csv"), many.path().join("x.csv")).unwrap();
    fs::write(many.path().join("y.csv"), "filename\na.png\n").unwrap();
    assert!(message(&source(&many)).contains("several tables (x.csv, y.csv)"));
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("secret.png"), PNG);
    let metadata =
        "filename,k\na.png,1\nout.png,1\nfiltered.png,2\nin.png,1\nsub/../../metadata.csv,1\n";
    let folder = folder(metadata, &["a.png"]);
    let images = folder.path().join("images");
    for name in ["out.png", "filtered.png", "nobody.png"] {
        symlink(outside.path().join("secret.png"), images.join(name)).unwrap();
    }
    symlink(outside.path(), images.join("away")).unwrap();
    symlink(images.join("gone"), images.join("broken.png")).unwrap();
    symlink(images.join("a.png"), images.join("in.png")).unwrap();
    symlink(&images, images.join("loop")).unwrap();
    let cohort = cohort::open(&filtered(&folder, &["k=1"])).unwrap();
    assert_eq!(filenames(&cohort), ["a.png", "in.png"]);
    let leaves = "a link that leaves the image folder: name the folder that it leads into with --follow-links";
    assert_eq!(
        skipped(&cohort),
        [
            ("out.png", leaves),
            (
                "sub/../../metadata.csv",
                "no file of this name in the image folder"
            ),
            ("away", leaves),
            ("broken.png", "a link that leads nowhere"),
            ("nobody.png", leaves),
        ]
    );
    adds_up(&cohort);
}

#[test]
fn rows_without_images_for_ready_vectors() {
    let folder = folder(
        "filename,x\ngone.png,1\na.png,2\ngone.png,3\n,4\n",
        &["a.png"],
    );
    let cohort = cohort::open_rows(&source(&folder)).unwrap();
    assert_eq!(filenames(&cohort), ["gone.png", "a.png", "row 4"]);
    let rows: Vec<_> = cohort.records.iter().map(|record| record.row).collect();
    assert_eq!(rows, [Some(0), Some(1), Some(3)]);
    assert!(cohort.records[0].image.is_none() && cohort.records[1].image.is_some());
    assert_eq!(skipped(&cohort), [("gone.png", "duplicate of row 1")]);
    adds_up(&cohort);
    let bare = tempfile::tempdir().unwrap();
    fs::write(bare.path().join("metadata.csv"), "x,y\n1,2\n3,4\n").unwrap();
    let cohort = cohort::open_rows(&source(&bare)).unwrap();
    assert_eq!(
        cohort
            .records
            .iter()
            .map(|r| r.id.as_str())
            .collect::<Vec<_>>(),
        ["0", "1"]
    );
    assert!(!cohort.has_images());
    let alone = cohort::from_rows("vectors", 3, None);
    assert_eq!(alone.records[2].id, "2");
    assert_eq!(alone.n_groups(), 3);
}

#[test]
fn unreadable_images_leave_every_column() {
    let folder = folder(
        "filename,width\na.png,7\nb.png,8\nc.png,9\n",
        &["a.png", "b.png", "c.png"],
    );
    let read = |side| Examined::Read {
        facts: cohort::image::ImageFacts {
            depth: cohort::image::Depth::EIGHT,
            width: side,
            height: 2 * side,
            file_type: "PNG".into(),
            mean_brightness: 100.126,
        },
        in_training: Some(side == 30),
        is_taught: side == 30,
    };
    let bad = || Examined::Unreadable {
        reason: "cut off".into(),
    };
    let cohort = open(&folder)
        .settle(vec![read(10), bad(), read(30)])
        .unwrap();
    assert_eq!(filenames(&cohort), ["a.png", "c.png"]);
    assert_eq!(skipped(&cohort), [("b.png", "cut off")]);
    assert!(cohort.columns.iter().all(|column| column.values.len() == 2));
    assert_eq!(
        cohort.column("width").unwrap().values[1],
        Some(Value::Number(9.0))
    );
    let values = |name: &str| &cohort.column(name).unwrap().values;
    assert_eq!(values("width (derived)")[1], Some(Value::Number(30.0)));
    assert_eq!(values("height")[0], Some(Value::Number(20.0)));
    assert_eq!(values("file_type")[0], Some(Value::Text("PNG".into())));
    assert_eq!(values("mean_brightness")[0], Some(Value::Number(100.13)));
    assert_eq!(values("in_training")[1], Some(Value::Bool(true)));
    assert_eq!(
        (cohort.report.n_unreadable, cohort.report.n_in_training),
        (1, 1)
    );
    adds_up(&cohort);
    let misaligned = open(&folder).settle(vec![bad()]).unwrap_err();
    assert!(matches!(
        misaligned,
        CohortError::Misaligned {
            expected: 3,
            given: 1
        }
    ));
    let none = open(&folder).settle(vec![bad(), bad(), bad()]).unwrap_err();
    assert!(
        none.to_string()
            .contains("none of the 3 images can be read (the first: cut off)")
    );
}

#[test]
fn a_hundred_thousand_rows() {
    let n: usize = 100_000;
    let mut metadata = String::from("patientid,age,date,location,notes,filename,url\n");
    for i in 0..n {
        let (age, day) = (i % 90, i % 28 + 1);
        metadata += &format!(
            "p{},{age},\"March {day}, 2020\",\"Town {}, Country {}\",note {i},img/{i}.png,https://www.host{}.org/case/{i}\n",
            i / 3,
            i % 500,
            i % 40,
            i % 20
        );
    }
    let folder = folder(metadata, &["7.png", "99999.png"]);
    let start = Instant::now();
    let cohort = cohort::open(&source(&folder)).unwrap();
    println!("{n} rows, 2 files: {:.2} s", start.elapsed().as_secs_f64());
    assert_eq!(cohort.records.len(), 2);
    let start = Instant::now();
    let cohort = cohort::open_rows(&source(&folder)).unwrap();
    println!("{n} records: {:.2} s", start.elapsed().as_secs_f64());
    assert_eq!(
        (cohort.records.len(), cohort.n_groups()),
        (n, n.div_ceil(3))
    );
    let kind = |name: &str| cohort.column(name).unwrap().kind;
    assert_eq!(kind("date"), ColumnKind::Date);
    assert_eq!(kind("age"), ColumnKind::Number);
    assert_eq!(kind("location"), ColumnKind::Category);
    assert_eq!(kind("notes"), ColumnKind::Text);
}

/// Three patients, and what another system knows of them.
fn joined(clinical: &str, on: &str) -> Result<Cohort, CohortError> {
    let folder = folder(
        "filename,patient,age\na.png,007,40\n,,\nb.png,12,41\nc.png,A3,42\nd.png,unknown,43\n",
        &["a.png", "b.png", "c.png", "d.png"],
    );
    let path = folder.path().join("clinical.csv");
    fs::write(&path, clinical).unwrap();
    cohort::open(&Source {
        second: Some(SecondTable {
            path,
            on: on.to_owned(),
        }),
        ..source(&folder)
    })
}

fn texts(cohort: &Cohort, column: &str) -> Vec<String> {
    let column = cohort.column(column).unwrap();
    let text = |value: &Option<Value>| value.as_ref().map_or_else(String::new, Value::to_string);
    column.values.iter().map(text).collect()
}

#[test]
fn a_second_table_adds_its_columns_by_a_key() {
    let cohort = joined(
        "patient,ward,age\n12.0,B,30\na3,C,31\n007,A,32\n007,Z,33\nunknown,X,34\n99,Y,35\n",
        "patient",
    )
    .unwrap();
    // Exactly; as a number; whatever its case; and what is missing is no key.
    assert_eq!(texts(&cohort, "ward"), ["A", "B", "C", ""]);
    assert_eq!(texts(&cohort, "age"), ["40", "41", "42", "43"]);
    assert_eq!(texts(&cohort, "age (clinical.csv)"), ["32", "30", "31", ""]);
    assert_eq!(cohort.records[3].row, Some(4));
    let said = cohort.assumed.iter().find(|said| said.topic == "join");
    assert_eq!(
        said.unwrap().text,
        "clinical.csv is joined by patient and adds ward, age (clinical.csv): 3 of 4 rows have a row in \
         it, and 3 of its 6 rows are used. 2 of these by a key that is written otherwise there, in its \
         case or as a number. Of several rows with one key the first counts (so of 1 key)."
    );
    // It is no further table that nobody reads.
    assert!(cohort.skipped.is_empty(), "{:?}", cohort.skipped);
}

#[test]
fn numbers_that_two_keys_have_are_not_guessed() {
    let cohort = joined("patient,ward\n7,A\n07,B\n12,C\n", "patient").unwrap();
    assert_eq!(texts(&cohort, "ward"), ["", "C", "", ""]);
}

#[test]
fn the_key_may_be_called_otherwise_in_the_second_table() {
    let cohort = joined("PatientID,ward\n12,B\n", "patient=PatientID").unwrap();
    assert_eq!(texts(&cohort, "ward"), ["", "B", "", ""]);
    assert!(cohort.column("PatientID").is_none());
}

#[test]
fn tables_that_have_nothing_in_common_are_not_joined() {
    let error = |clinical, on| joined(clinical, on).unwrap_err().to_string();
    assert!(error("patient,ward\n55,B\n", "patient").starts_with("no value of \"patient\" is in "));
    assert!(error("id,ward\n55,B\n", "patient").starts_with("there is no column \"patient\""));
    assert!(error("id,ward\n55,B\n", "name=id").starts_with("there is no column \"name\""));
    let without = TempDir::new().unwrap();
    write(&without.path().join("a.png"), PNG);
    let second = SecondTable {
        path: without.path().join("clinical.csv"),
        on: "patient".to_owned(),
    };
    fs::write(&second.path, "patient,ward\n1,B\n").unwrap();
    let source = Source {
        second: Some(second),
        ..source(&without)
    };
    let error = cohort::open(&source).unwrap_err().to_string();
    assert!(error.starts_with("--join needs metadata"), "{error}");
}
