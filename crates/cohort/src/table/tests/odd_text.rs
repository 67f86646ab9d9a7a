//! Text as clinics' programs and people write it.

use proptest::prelude::*;

use super::*;

const ROWS: [&str; 4] = ["p00.png", "p01.png", "p02.png", "p03.png"];

/// A file of these lines.
fn lines(lines: &[&str]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| [line.as_bytes(), b"\n"].concat())
        .collect()
}

#[test]
fn a_line_that_names_the_separator() {
    for text in [
        "sep=;\r\nfilename;age;location\r\np00.png;20;Milan, Italy\r\n",
        "\"sep=;\"\nfilename;age;location\np00.png;20;Milan, Italy\n",
        "SEP=;\n\nfilename;age;location\np00.png;20;Milan, Italy\n",
        "sep=;;\nfilename;age;location\np00.png;20;Milan, Italy\n",
    ] {
        let table = table(text);
        assert_eq!(names(&table), ["filename", "age", "location"], "{text}");
        assert_eq!(column(&table, "location"), ["Milan, Italy"]);
        assert!(said(&table, "preamble").contains("line 1 (“"), "{text}");
        assert!(said(&table, "separator").contains("semicolons"));
    }
    let colons = table("sep=:\nfilename:age\np00.png:20\n");
    assert_eq!(names(&colons), ["filename", "age"]);
    let tabs = table("sep=\t\nfilename\tage\np00.png\t20\n");
    assert_eq!(names(&tabs), ["filename", "age"]);
}

#[test]
fn lines_before_the_header() {
    for title in [
        "Registry export,,",
        "Registry export",
        "Registry export, Milan, 2020",
        "Registry, Milan, Italy",
        ",Registry export,",
        "# exported 2020-03-01",
        "# exported, by, hand",
        "Registry export\n\nsecond line of it",
        "Hospital:,Milan\nDate:,2020-03-01",
        "\"Registry, export\"",
        "\"Registry\nexport\"",
    ] {
        let text = format!("{title}\nfilename,age,location\np00.png,20,Italy\np01.png,21,Italy\n");
        let table = table(&text);
        assert_eq!(names(&table), ["filename", "age", "location"], "{title}");
        assert_eq!(column(&table, "filename"), ROWS[..2]);
        assert!(said(&table, "preamble").contains("line"), "{title}");
    }
}

#[test]
fn a_header_of_words_that_nobody_knows() {
    let table = table("Registry export\ncode;score\nx1;3\nx2;4\nx3;5\n");
    assert_eq!(names(&table), ["code", "score"]);
    assert_eq!(column(&table, "score"), ["3", "4", "5"]);
}

#[test]
fn a_plain_header_stays_the_header() {
    for (text, expected) in [
        ("a,b\nx,y\nfoo,bar\n", vec!["a", "b"]),
        ("a,b\nunknown,1\nfoo,2\nbar,3\n", vec!["a", "b"]),
        (",a\n0,x\n1,y\n", vec!["column_1", "a"]),
        (",a\nfoo,bar\nbaz,qux\n", vec!["column_1", "a"]),
        ("#filename,age\np00.png,3\n", vec!["filename", "age"]),
        (
            "filename,finding\nlabel,image\nx,y\n",
            vec!["filename", "finding"],
        ),
        ("only\n1\n", vec!["only"]),
        (
            "notes\nfever, cough\nfever\ncough, dry, at night\n",
            vec!["notes"],
        ),
        ("notes\nfever; cough\nfever\ncough; dry\n", vec!["notes"]),
        ("filename\na, b.png\nc, d.png\n", vec!["filename"]),
        (
            "filename,tags\np00.png,a;b;c\np01.png,d;e;f\n",
            vec!["filename", "tags"],
        ),
        (
            "filename,tags\np00.png,a|b\np01.png,c|d\n",
            vec!["filename", "tags"],
        ),
        (
            "filename,2019,2020\np00.png,1,2\n",
            vec!["filename", "2019", "2020"],
        ),
        (
            "Name, Vorname;Alter\nDoe, John;5\nRoe, Jane;6\n",
            vec!["Name, Vorname", "Alter"],
        ),
    ] {
        let table = table(text);
        assert_eq!(names(&table), expected, "{text}");
        assert_eq!(table.len(), text.lines().count() - 1, "{text}");
        assert_eq!(said(&table, "preamble"), "", "{text}");
    }
}

#[test]
fn every_separator_with_what_stands_in_cells() {
    for (separator, word) in [
        (',', "commas"),
        (';', "semicolons"),
        ('\t', "tabs"),
        ('|', "bars"),
    ] {
        let text = format!(
            "filename,age,location\n{}",
            "p00.png,20,\"Milan, It;al|y\"\n".repeat(3)
        );
        let text = text.replacen(',', &separator.to_string(), 2);
        let text = text.replace("png,20,", &format!("png{separator}20{separator}"));
        let table = table(&text);
        assert_eq!(column(&table, "location"), ["Milan, It;al|y"; 3], "{text}");
        assert!(said(&table, "separator").contains(word), "{text}");
    }
    let decimal = table("filename;patientid;temperature\r\np00.png;0;36,0\r\np01.png;1;36,1\r\n");
    assert_eq!(column(&decimal, "temperature"), ["36,0", "36,1"]);
    let quoted = table("filename,temperature\np00.png,\"36,5\"\np01.png,\"36,6\"\n");
    assert_eq!(column(&quoted, "temperature"), ["36,5", "36,6"]);
    let one = table("filename;temperature\np00.png;36,0\n");
    assert_eq!(column(&one, "temperature"), ["36,0"]);
}

#[test]
fn notes_full_of_other_separators() {
    let notes = "a; b; c | d | e; f\tg";
    let rows: String = ROWS
        .iter()
        .map(|row| format!("{row},20,{notes}\n"))
        .collect();
    let table = table(format!("filename,age,notes\n{rows}"));
    assert_eq!(names(&table), ["filename", "age", "notes"]);
    assert_eq!(column(&table, "notes"), [notes; 4]);
}

#[test]
fn blanks_before_quotes() {
    let row = |name| format!("{name}, 20, \"Milan, Italy\", \"pneumonia, viral\"\n");
    let rows: String = ROWS.iter().map(row).collect();
    let table = table(format!("filename, age, location, finding\n{rows}"));
    assert_eq!(names(&table), ["filename", "age", "location", "finding"]);
    assert_eq!(column(&table, "location"), ["Milan, Italy"; 4]);
    let all = super::table("\"filename\", \"age\"\n\"p00.png\", \"20\"\n\"p01.png\", \"21\"\n");
    assert_eq!(names(&all), ["filename", "age"]);
    assert_eq!(column(&all, "age"), ["20", "21"]);
}

#[test]
fn other_quotes_and_escapes() {
    let single = table("filename,location\n'p00.png','Milan, Italy'\n'p01.png','Rome, Italy'\n");
    assert_eq!(column(&single, "location"), ["Milan, Italy", "Rome, Italy"]);
    let apostrophes = table("filename,notes\np00.png,'t was\np01.png,it's o'clock'\n");
    assert_eq!(column(&apostrophes, "notes"), ["'t was", "it's o'clock'"]);
    let pairs = table("filename,age,location\np,,''\n");
    assert_eq!(column(&pairs, "location"), ["''"]);
    let pairs = table("filename,notes\np00.png,'t was'\np01.png,cough\np02.png,none\n");
    assert_eq!(column(&pairs, "notes"), ["'t was'", "cough", "none"]);
    let lines = table("filename,age,location\np,0,\"\n'\"\np|',;,\n");
    assert_eq!(column(&lines, "age"), ["0", ";"]);
    let escaped =
        table("filename,notes\np00.png,\"said \\\"no, thanks\\\" twice\"\np01.png,\"x\"\n");
    assert_eq!(
        column(&escaped, "notes"),
        ["said \"no, thanks\" twice", "x"]
    );
    assert!(said(&escaped, "separator").contains("backslash"));
    let paths = table("filename,folder\np00.png,C:\\x\\\np01.png,\"C:\\y\\\"\n");
    assert_eq!(column(&paths, "folder"), ["C:\\x\\", "C:\\y\\"]);
    let bare = table("filename,notes\np00.png,fever\\, cough\np01.png,none\n");
    assert_eq!(column(&bare, "notes"), ["fever, cough", "none"]);
    let inner =
        table("filename,notes,age\np00.png,\"pt \"well\" today, he said\",3\np01.png,x,4\n");
    assert_eq!(column(&inner, "notes"), ["pt \"well\" today, he said", "x"]);
    assert!(said(&inner, "quotes").contains("line 2"));
    let inches = table("filename,notes\np00.png,tube 5\"\np01.png,\"tube 7\"\"\"\n");
    assert_eq!(column(&inches, "notes"), ["tube 5\"", "tube 7\""]);
}

#[test]
fn a_quote_that_never_closes() {
    let head = "filename,patientid,age,notes,location";
    let row = |n: usize, note: &str| format!("p{n:02}.png,P{n},{},{note},Italy", 20 + n);
    let with = |notes: [&str; 8]| {
        let rows: Vec<String> = notes
            .iter()
            .enumerate()
            .map(|(n, note)| row(n, note))
            .collect();
        table(format!("{head}\n{}\n", rows.join("\n")))
    };
    for notes in [
        ["a", "b", "c", "\"tube 5 cm above", "e", "f", "g", "h"],
        [
            "a",
            "b",
            "c",
            "\"tube 5 cm above",
            "\"e, f\"",
            "f",
            "g",
            "h",
        ],
        [
            "\"a, b\"",
            "b",
            "c",
            "\"tube 5 cm",
            "e",
            "tube 7\"",
            "g",
            "h",
        ],
        ["a", "b", "c", "\"tube 5 cm", "e", "\"", "g", "h"],
        ["\"a", "\"b", "\"c", "\"d", "\"e", "\"f", "\"g", "\"h"],
        ["a", "b", "c", "d", "e", "f", "g", "\"h"],
    ] {
        let table = with(notes);
        assert_eq!(table.len(), 8, "{notes:?}");
        assert_eq!(column(&table, "location"), ["Italy"; 8], "{notes:?}");
    }
    let one = with(["a", "b", "c", "\"tube 5 cm above", "e", "f", "g", "h"]);
    assert_eq!(column(&one, "notes")[3], "\"tube 5 cm above");
    assert!(
        said(&one, "quotes").contains("line 5"),
        "{:?}",
        one.assumed()
    );
    assert_eq!(
        refused(
            "filename,notes,location\np0.png,\"a, b\",x\np1.png,\"open, y,z\np2.png,\"c, d\",z\n"
        ),
        "has a quote in line 3 that never closes: close it or take it out"
    );
}

#[test]
fn notes_of_several_lines_stay_one_cell() {
    let note = "first, line\nsecond, line, of, it\n\nlast \"\"line\"\"";
    let text = format!("filename,age,notes\np00.png,20,\"{note}\"\np01.png,21,\"x\ny\"\n");
    let table = table(&text);
    assert_eq!(table.len(), 2);
    assert_eq!(
        column(&table, "notes"),
        [note.replace("\"\"", "\"").as_str(), "x\ny"]
    );
    let address = super::table("filename,address\np00.png,\"Via Roma 1\n20100 Milano, Italy\"\n");
    assert_eq!(
        column(&address, "address"),
        ["Via Roma 1\n20100 Milano, Italy"]
    );
    let like_rows = super::table(
        "filename,age,a,b\np00.png,23,\"fever, cough\nsmoker, 20 years, x\",Italy\np01.png,24,x,y\n",
    );
    assert_eq!(like_rows.len(), 2);
}

#[test]
fn lines_that_are_no_rows_are_named() {
    let table = table(lines(&[
        "filename,age,location",
        "p00.png,20,Italy",
        "p01.png,21,Milan, Italy",
        "# a comment",
        "p02.png,22",
        "p03.png,23,Italy",
        "Total: 4 rows",
    ]));
    assert_eq!(
        column(&table, "filename"),
        ["p00.png", "", "p02.png", "p03.png", ""]
    );
    assert_eq!(
        skipped(&table),
        [
            "metadata.csv, line 3: 4 cells where the header has 3: put quotes around a cell that holds a separator",
            "metadata.csv, line 4: a comment and no row",
            "metadata.csv, line 7: “Total: 4 rows” below the rows is no row",
        ]
    );
    assert_eq!(table.n_skipped_lines(), 3);
    assert!(said(&table, "rows").contains("line 5 has fewer cells"));
}

#[test]
fn a_header_that_comes_again_is_no_row() {
    let table = table(lines(&[
        "filename,age",
        "p00.png,20",
        "filename,age",
        "p01.png,21",
    ]));
    assert_eq!(column(&table, "age"), ["20", "", "21"]);
    let reason = "metadata.csv, line 3: the header again and no row";
    assert_eq!(skipped(&table), [reason]);
}

#[test]
fn footers_and_what_only_looks_like_one() {
    for footer in [
        "Total,12,",
        "Total: 12 rows,,",
        "(12 rows)",
        "Source: registry",
        "-- end",
    ] {
        let table = table(format!(
            "filename,age,x\np00.png,1,2\np01.png,2,3\n{footer}\n"
        ));
        assert_eq!(
            table.n_skipped_lines(),
            usize::from(footer != "Total,12,"),
            "{footer}"
        );
    }
    let table = table("name,age\npage 1,2\npage 2,3\npage 3,\n");
    assert_eq!(column(&table, "name"), ["page 1", "page 2", "page 3"]);
    let one = super::table("name\nnote 1\nnote 2\n");
    assert_eq!(one.len(), 2);
}

#[test]
fn headers_that_lack_names() {
    let r = table(
        "\"filename\" \"age\"\n".replace(' ', ",")
            + "\"1\",\"p00.png\",20\n\"2\",\"p01.png\",21\n\"3\",\"p02.png\",22\n",
    );
    assert_eq!(names(&r), ["column_1", "filename", "age"]);
    assert_eq!(column(&r, "filename"), ROWS[..3]);
    assert!(said(&r, "header").contains("as R writes them"));
    let trailing = table("filename,age\np00.png,1,\np01.png,2,\np02.png,3,\n");
    assert_eq!(names(&trailing), ["filename", "age"]);
    let more = table("filename,age\np0.png,1,a,b\np0.png,2,c,d\np0.png,3,e,f\n");
    assert_eq!(names(&more), ["filename", "age", "column_3", "column_4"]);
    let unquoted =
        table("filename,age,place\np00,20,Milan, Italy\np01,21,Rome, Italy\np02,22,Bari, Italy\n");
    assert_eq!(column(&unquoted, "filename"), ["p00", "p01", "p02"]);
    assert!(said(&unquoted, "header").contains("1 more cell than"));
    let none = table("p00.png,20,Italy\np01.png,21,Spain\n");
    assert_eq!(names(&none), ["column_1", "column_2", "column_3"]);
    assert_eq!(none.len(), 2);
    assert!(said(&none, "header").contains("no header"));
    assert!(refused("a,b\n1,2,3\n").contains("no row of as many cells"));
}

#[test]
fn encodings() {
    for (encoding, word) in [
        ("windows-1250", "Łódź, Żółć, příliš žluťoučký kůň"),
        ("windows-1251", "Москва, больница номер семь"),
        ("windows-1252", "Höpital Sainte-Thérèse, Orléans"),
        ("shift_jis", "東京都立病院の患者データ"),
        ("gbk", "武汉市金银潭医院患者"),
        ("euc-kr", "서울대학교병원 환자 자료"),
        ("big5", "臺北榮民總醫院病患資料"),
    ] {
        let text = format!(
            "filename,location\n{}",
            format!("p00.png,\"{word}\"\n").repeat(4)
        );
        let label = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        let (bytes, _, lost) = label.encode(&text);
        assert!(!lost);
        let table = table(&bytes);
        assert_eq!(column(&table, "location"), [word; 4], "{encoding}");
        assert!(
            said(&table, "encoding").to_lowercase().contains(encoding),
            "{:?}",
            table.assumed()
        );
    }
}

#[test]
fn utf16_without_a_mark() {
    for word in ["München", "武汉市金银潭医院", "Москва"] {
        let text = format!(
            "filename;location\r\n{}",
            format!("p0.png;{word}\r\n").repeat(5)
        );
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
            let table = table(&bytes);
            assert_eq!(column(&table, "location"), [word; 5]);
            assert!(said(&table, "encoding").contains("UTF-16"));
            assert!(refused(&bytes[..bytes.len() - 1]).contains("odd number of bytes"));
        }
    }
    assert!(refused(b"\xFF\xFE\0\0a\0\0\0").contains("UTF-32"));
}

#[test]
fn stray_bytes_are_read_one_by_one() {
    let text = "filename,location\np0.png,\"Genève, Côte d’Ivoire\"\n".to_owned();
    let mut bytes = text.clone().into_bytes();
    bytes.extend(b"p1.png,na\xEFve d\x92Ivoire\np2.png,x\n");
    let table = table(&bytes);
    assert_eq!(
        column(&table, "location"),
        ["Genève, Côte d’Ivoire", "naïve d’Ivoire", "x"]
    );
    assert_eq!(
        said(&table, "encoding"),
        "metadata.csv is UTF-8 but for 2 bytes in line 3: read there as Windows-1252."
    );
    let two_sources =
        super::table(b"filename,place\np0.png,Gen\xC3\xA8ve\np1.png,Z\xFCrich\np2.png,K\xF6ln\n");
    assert_eq!(column(&two_sources, "place"), ["Genève", "Zürich", "Köln"]);
    let lost = super::table("filename,location\np0.png,M\u{FFFD}nchen\n");
    assert!(said(&lost, "encoding").contains("line 2, where letters were lost"));
}

#[test]
fn an_apostrophe_in_a_quoted_cell_does_not_quote_cells() {
    let text = "filename,age,location\np0,,|\np1,\"',\n\",\",\"\n";
    let table = super::table(text);
    assert_eq!(column(&table, "filename"), ["p0", "p1"]);
    assert_eq!(column(&table, "location"), ["|", ","]);
}

#[test]
fn too_much_of_anything_is_an_error() {
    let wide = format!("{}\n{}\n", ",a".repeat(20_000), ",1".repeat(20_000));
    assert!(refused(wide).contains("columns"));
    let quotes = format!("a,b\n{}", "\"x\"\"\n,\"".repeat(100_000));
    let _ = read(quotes.as_bytes());
    let open = format!("a,b\n{}", ",\"\n".repeat(200_000));
    let _ = read(open.as_bytes());
}

#[test]
fn the_real_table_is_read_as_before() {
    let Ok(cohort) = std::env::var("NEGATOSCOPE_TEST_COHORT") else {
        eprintln!("skipped: NEGATOSCOPE_TEST_COHORT is not set");
        return;
    };
    let path = Path::new(&cohort).join("metadata.csv");
    let table = Table::read(&path).unwrap();
    assert_same(&table, &std::fs::read_to_string(path).unwrap());
    assert_eq!(table.assumed().len(), 1, "{:?}", table.assumed());
    assert!(table.skipped().is_empty());
}

/// The table is what the csv crate reads.
fn assert_same(table: &Table, text: &str) {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<StringRecord> = reader.records().map(Result::unwrap).collect();
    let expected = Table::new(&header, rows);
    assert_eq!(names(table), names(&expected));
    assert_eq!(table.len(), expected.len());
    for row in 0..table.len() {
        for column in 0..table.names().count() {
            assert_eq!(table.cell(row, column), expected.cell(row, column));
        }
    }
}

proptest! {
    #[test]
    fn what_a_csv_writer_writes_is_read_back(
        rows in prop::collection::vec(prop::collection::vec("[a-z;|,'\" \n0-9é-]{0,8}", 3), 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["filename", "age", "location"]).unwrap();
        for row in &rows {
            // A name at the beginning, so that no row looks like a sum below the rows.
            writer.write_record([&format!("p{}", row[0]), &row[1], &row[2]]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        if let Ok(table) = read(text.as_bytes()) {
            assert_same(&table, &text);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a,;|\t\"'\\\\\n\r #=]{0,200}") {
        let _ = read(text.as_bytes());
    }
}

#[test]
fn a_line_of_many_quotes_is_looked_through_once() {
    let text = format!("name,x\n\"a{}\",1\nb,2\n", "\" ".repeat(60_000));
    let begun = std::time::Instant::now();
    assert_eq!(column(&table(text), "x"), ["1", "2"]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
