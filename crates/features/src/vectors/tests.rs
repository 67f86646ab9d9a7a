use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::RowAccessor;
use ndarray::{Array2, ShapeBuilder, array};

use super::*;
use std::fs::File;
use std::path::PathBuf;

/// Writes bytes or an array to a file and reads it as features.
fn read_bytes(bytes: &[u8]) -> Result<Array2<f32>, VectorsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("features.npy");
    std::fs::write(&path, bytes).unwrap();
    read_npy(&path)
}

fn saved(array: &impl WriteNpyExt) -> Vec<u8> {
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).unwrap();
    bytes
}

/// A version 1 file as numpy writes it.
fn file(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), values].concat()
}

#[test]
fn what_another_writer_saves_is_read() {
    let matrix: Array2<f32> = array![[1.0, -2.5, 3.0], [4.0, 5.0, 1e-30]];
    assert_eq!(read_bytes(&saved(&matrix)).unwrap(), matrix);
    let wide = matrix.mapv(f64::from);
    assert_eq!(read_bytes(&saved(&wide)).unwrap(), matrix);
    let mut fortran = Array2::<f32>::zeros((2, 3).f());
    fortran.assign(&matrix);
    let bytes = saved(&fortran);
    assert!(String::from_utf8_lossy(&bytes).contains("'fortran_order': True"));
    let read = read_bytes(&bytes).unwrap();
    assert_eq!(read, matrix);
    assert!(read.is_standard_layout());
}

#[test]
fn either_byte_order_is_read() {
    let big: Vec<u8> = [1.5_f32, -2.0]
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    assert_eq!(
        read_bytes(&file(">f4", "(1, 2)", &big)).unwrap(),
        array![[1.5, -2.0]]
    );
    let big: Vec<u8> = [1.5_f64, -2.0]
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    assert_eq!(
        read_bytes(&file(">f8", "(2, 1)", &big)).unwrap(),
        array![[1.5], [-2.0]]
    );
}

#[test]
fn numbers_of_every_type_are_read() {
    // 1, 2, -3 (or 3 where there is no sign) as NumPy 2.4 writes them.
    let half = [0x00, 0x3c, 0x00, 0x40, 0x00, 0xc2];
    let cases: [(&str, &[u8], [f32; 3]); 12] = [
        ("<f2", &half, [1.0, 2.0, -3.0]),
        (">f2", &[0x3c, 0, 0x40, 0, 0xc2, 0], [1.0, 2.0, -3.0]),
        ("|u1", &[1, 2, 253], [1.0, 2.0, 253.0]),
        ("|i1", &[1, 2, 253], [1.0, 2.0, -3.0]),
        ("|b1", &[1, 0, 1], [1.0, 0.0, 1.0]),
        ("<u2", &[1, 0, 0, 1, 0xff, 0xff], [1.0, 256.0, 65535.0]),
        (">i2", &[0, 1, 1, 0, 0xff, 0xfd], [1.0, 256.0, -3.0]),
        ("=i2", &[1, 0, 0, 1, 0xfd, 0xff], [1.0, 256.0, -3.0]),
        (
            "<i4",
            &[1, 0, 0, 0, 0, 1, 0, 0, 0xfd, 0xff, 0xff, 0xff],
            [1.0, 256.0, -3.0],
        ),
        (
            ">u4",
            &[0, 0, 0, 1, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff],
            [1.0, 256.0, 4_294_967_296.0],
        ),
        (
            "<i8",
            &[
                1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff,
                0xff, 0xff,
            ],
            [1.0, 256.0, -3.0],
        ),
        (
            ">u8",
            &[
                0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0,
            ],
            [1.0, 256.0, 4_294_967_296.0],
        ),
    ];
    for (descr, bytes, expected) in cases {
        let found = read_bytes(&file(descr, "(1, 3)", bytes)).unwrap();
        assert_eq!(found, array![expected], "{descr}");
    }
    let mut fortran = file("<f2", "(3, 1)", &half);
    let at = fortran
        .windows(5)
        .position(|five| five == b"False")
        .unwrap();
    fortran[at..at + 5].copy_from_slice(b"True ");
    assert_eq!(read_bytes(&fortran).unwrap(), array![[1.0], [2.0], [-3.0]]);
}

#[test]
fn a_half_that_is_infinite_or_no_number_is_named_by_row_and_column() {
    for special in [[0x00, 0x7c], [0x00, 0xfc], [0x01, 0x7e]] {
        let bytes = [&[0, 0x3c][..], &special].concat();
        let error = read_bytes(&file("<f2", "(2, 1)", &bytes)).unwrap_err();
        assert!(
            matches!(
                error,
                VectorsError::Value {
                    row: 1,
                    column: 0,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn values_that_are_not_finite_are_named_by_row_and_column() {
    for value in [f64::NAN, f64::INFINITY, 1e300] {
        let mut matrix = Array2::<f64>::zeros((3, 2));
        matrix[[2, 1]] = value;
        let mut fortran = Array2::<f64>::zeros((3, 2).f());
        fortran.assign(&matrix);
        for bytes in [saved(&matrix), saved(&fortran)] {
            let error = read_bytes(&bytes).unwrap_err();
            assert!(
                matches!(
                    error,
                    VectorsError::Value {
                        row: 2,
                        column: 1,
                        ..
                    }
                ),
                "{error}"
            );
        }
    }
}

#[test]
fn files_that_lie_about_their_length_are_refused_without_allocating() {
    for shape in ["(1000000, 500)", "(2, 2)", "(1, 1)"] {
        let error = read_bytes(&file("<f4", shape, &[0; 12])).unwrap_err();
        assert!(
            matches!(error, VectorsError::Length { .. }),
            "{shape}: {error}"
        );
    }
    for shape in [
        "(18446744073709551615, 2)",
        "(1000001, 1)",
        "(1, 65537)",
        "(1000000, 65536)",
    ] {
        let error = read_bytes(&file("<f4", shape, &[0; 12])).unwrap_err();
        assert!(
            matches!(error, VectorsError::TooLarge { .. }),
            "{shape}: {error}"
        );
    }
}

#[test]
fn other_shapes_and_types_are_refused() {
    for shape in ["()", "(3,)", "(1, 1, 3)"] {
        let error = read_bytes(&file("<f4", shape, &[0; 12])).unwrap_err();
        assert!(matches!(error, VectorsError::Axes { .. }), "{error}");
        let said = format!("have the shape {shape}: save a matrix");
        assert!(error.to_string().contains(&said), "{error}");
    }
    for shape in ["(0, 3)", "(3, 0)"] {
        let error = read_bytes(&file("<f4", shape, &[])).unwrap_err();
        assert!(matches!(error, VectorsError::Empty { .. }), "{error}");
    }
    let others = [
        ("|O", "object (pickled)"),
        ("<U7", "text"),
        ("|S3", "text"),
        ("<c8", "complex"),
        ("<M8[ns]", "M8[ns]"),
        ("<f16", "f16"),
        ("<f3", "f3"),
        ("|V2", "V2"),
        ("é", "é"),
        ("", ""),
    ];
    for (descr, found) in others {
        let error = read_bytes(&file(descr, "(1, 3)", &[0; 12])).unwrap_err();
        assert!(
            matches!(error, VectorsError::ElementType { .. }),
            "{descr}: {error}"
        );
        let said = format!("of the type {found}: save them as numbers");
        assert!(error.to_string().contains(&said), "{error}");
    }
    let record = b"\x93NUMPY\x01\x00\x2a\x00{'descr': [('a', '<f4')], 'fortran_order': F";
    let error = read_bytes(record).unwrap_err().to_string();
    assert!(error.contains("record of several fields"), "{error}");
}

#[test]
fn what_is_no_npy_file_is_refused() {
    let whole = file("<f4", "(1, 3)", &[0; 12]);
    let header_end = whole.len() - 12;
    for n in [0, 5, 8, 9, 30, header_end - 1] {
        let error = read_bytes(&whole[..n]).unwrap_err();
        assert!(matches!(error, VectorsError::NotNpy { .. }), "{n}: {error}");
    }
    for shape in ["(x, 3)", "(-1, 3)", "7"] {
        let error = read_bytes(&file("<f4", shape, &[0; 12])).unwrap_err();
        assert!(
            matches!(error, VectorsError::NotNpy { .. }),
            "{shape}: {error}"
        );
    }
    let error = read_bytes(b"PK\x03\x04 an archive of arrays").unwrap_err();
    assert!(error.to_string().contains("numpy.save"), "{error}");
}

fn written(name: &str, features: &Array2<f32>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let ids: Vec<String> = (0..features.nrows())
        .map(|row| format!("id{row}"))
        .collect();
    let filenames: Vec<String> = ids.iter().map(|id| format!("{id} é.png")).collect();
    let table = FeatureTable {
        ids: &ids,
        filenames: &filenames,
        features: features.view(),
    };
    std::fs::write(&path, "what was there before").unwrap();
    write(Output::at(&path).unwrap(), table).unwrap();
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "the temporary file is gone");
    (folder, path)
}

#[test]
fn npy_files_come_back_as_they_went() {
    let features = array![[0.0, 1.5], [-3.25, f32::MIN_POSITIVE], [7.0, 8.0]];
    let (_folder, path) = written("out.NPY", &features);
    assert_eq!(read_npy(&path).unwrap(), features);
}

#[test]
fn parquet_files_hold_ids_names_and_a_column_for_each_feature() {
    let features = array![[0.0, 1.5], [-3.25, 2.0], [7.0, 8.0]];
    let (_folder, path) = written("out.parquet", &features);
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<&str> = schema
        .columns()
        .iter()
        .map(|column| column.name())
        .collect();
    assert_eq!(names, ["id", "filename", "feature_0", "feature_1"]);
    for (index, row) in reader.get_row_iter(None).unwrap().enumerate() {
        let row = row.unwrap();
        assert_eq!(*row.get_string(0).unwrap(), format!("id{index}"));
        assert_eq!(*row.get_string(1).unwrap(), format!("id{index} é.png"));
        let values = [row.get_float(2).unwrap(), row.get_float(3).unwrap()];
        assert_eq!(values, [features[[index, 0]], features[[index, 1]]]);
    }
    assert_eq!(reader.metadata().file_metadata().num_rows(), 3);
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let features = array![[1.0_f32]];
    let ids = ["a".to_owned()];
    let table = FeatureTable {
        ids: &ids,
        filenames: &ids,
        features: features.view(),
    };
    let output = |name: &str| Output::at(&folder.path().join(name)).unwrap();
    let error = write(output("out.csv"), table).unwrap_err();
    assert!(matches!(error, VectorsError::Ending { .. }), "{error}");
    let error = write(output("o.npy"), FeatureTable { ids: &[], ..table });
    assert!(matches!(
        error.unwrap_err(),
        VectorsError::Lengths { n_ids: 0, .. }
    ));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A Parquet file of these columns, each of whole numbers.
fn whole_numbers(columns: &[(&str, &[i32])]) -> Result<ReadyVectors, VectorsError> {
    use ::parquet::data_type::Int32Type;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.parquet");
    let named = columns
        .iter()
        .map(|(name, _)| format!("required int32 {name};"));
    let schema = format!("message given {{ {} }}", named.collect::<String>());
    let schema = parse_message_type(&schema).unwrap().into();
    let file = File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (_, values) in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<Int32Type>();
        typed.write_batch(values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    read(&path)
}

#[test]
fn whole_numbers_of_parquet_are_what_their_type_says() {
    let read = whole_numbers(&[
        ("feature_0 (INTEGER(32,false))", &[-1, 2]),
        ("feature_1", &[-1, 2]),
    ]);
    assert_eq!(
        read.unwrap().features,
        array![[4_294_967_296.0, -1.0], [2.0, 2.0]]
    );
    let error = whole_numbers(&[("feature_0 (DECIMAL(5,2))", &[125])]).unwrap_err();
    assert!(
        error.to_string().contains("feature_0 holds decimals"),
        "{error}"
    );
}

#[test]
fn numbers_of_features_have_no_gaps() {
    let error = whole_numbers(&[("feature_0", &[1]), ("feature_2", &[2])]).unwrap_err();
    assert!(error.to_string().contains("no column feature_1"), "{error}");
}

/// A file of tests/vectors, which `make.py` there wrote with NumPy, safetensors and pandas.
fn made(name: &str) -> Result<ReadyVectors, VectorsError> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    read(&PathBuf::from(folder).join(name))
}

/// The rows that all of them hold.
fn rows() -> Array2<f32> {
    array![
        [1.5, -2.25, 0.5],
        [3.0, 4.0, -5.0],
        [0.125, 8.0, 16.0],
        [-1.0, 0.0, 2.0]
    ]
}

fn owned(names: [&str; 4]) -> Vec<String> {
    names.map(str::to_owned).into()
}

#[test]
fn what_numpy_safetensors_and_pandas_write_is_read() {
    let files = || {
        Some(RowNames::Files(owned([
            "a/one.png",
            "two.png",
            "drei ü.png",
            "four.png",
        ])))
    };
    let named = made("named.npz").unwrap();
    assert_eq!(
        (named.features, named.names, named.taken),
        (rows(), files(), None)
    );

    let several = made("several.npz").unwrap();
    assert_eq!(several.features, rows());
    assert_eq!(
        several.names,
        Some(RowNames::Ids(owned(["i", "ii", "iii", "iv"])))
    );
    let taken = several.taken.unwrap();
    assert!(taken.starts_with("\"Embedding\" was taken of"), "{taken}");

    let half = made("half.safetensors").unwrap();
    assert_eq!(
        (half.features, half.names, half.taken),
        (rows(), None, None)
    );

    let frame = made("frame.csv").unwrap();
    assert_eq!((frame.features, frame.names), (rows(), files()));
    let taken = frame.taken.unwrap();
    assert_eq!(
        taken,
        "3 columns of numbers were taken as features: u, v, w; passed over: site"
    );

    // Columns that say so are in the order of their numbers, and others are none.
    let numbered = made("numbered.tsv").unwrap();
    let order = [1, 2, 0];
    assert_eq!(numbered.features, rows().select(ndarray::Axis(1), &order));
    assert_eq!((numbered.names, numbered.taken), (None, None));
}

#[test]
fn files_without_one_matrix_are_refused_in_a_sentence() {
    let said = |name: &str| made(name).unwrap_err().to_string();
    assert!(said("pickled.npz").contains("it holds no matrix of numbers"));
    let two = said("two.safetensors");
    assert!(
        two.contains("it holds the matrices \"a\", \"b\", and none is called features"),
        "{two}"
    );
}

#[test]
fn damage_is_refused_and_nothing_is_allocated_for_what_is_claimed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["named.npz", "half.safetensors", "frame.csv"] {
        let whole = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
        let bytes = std::fs::read(PathBuf::from(whole).join(name)).unwrap();
        let path = folder.path().join(name);
        for cut in [0, 1, 7, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            // A table that ends early is a shorter table where a line ends there.
            assert!(
                read(&path).is_err() || name == "frame.csv",
                "{name} cut at {cut}"
            );
        }
    }
    // A header of a terabyte.
    let path = folder.path().join("claims.safetensors");
    let header =
        br#"{"features":{"dtype":"F32","shape":[500000,524288],"data_offsets":[0,1048576000000]}}"#;
    let length = (header.len() as u64).to_le_bytes();
    std::fs::write(&path, [&length[..], header].concat()).unwrap();
    assert!(read(&path).is_err());
}

#[test]
fn a_cell_that_is_no_number_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path).unwrap_err().to_string()
    };
    let comma = said("comma.csv", "feature_0;feature_1\n1,5;2\n");
    assert!(
        comma.contains("feature_0 holds \"1,5\" in row 1"),
        "{comma}"
    );
    let without = said("without.csv", "1.0,2.0\n3.0,4.0\n");
    assert!(without.contains("numbers in place of names"), "{without}");
    let nan = said("nan.csv", "feature_0\nnan\n");
    assert!(nan.contains("row 0, column 0"), "{nan}");
    let uneven = said("uneven.csv", "a,b\n1,2\n3\n");
    assert!(uneven.contains("line 3 has 1 cells"), "{uneven}");
    let text = said("text.csv", "a,b\nx,y\n");
    assert!(text.contains("it has no column of numbers"), "{text}");
}
