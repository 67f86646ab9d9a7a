use super::*;

fn typed(name: &str, cells: &[&str]) -> Typed {
    let missing = &Missing::default();
    Typing {
        missing,
        commas: false,
    }
    .column(name, cells)
}

fn kind(name: &str, cells: &[&str]) -> ColumnKind {
    typed(name, cells).column.kind
}

fn shown(typed: &Typed) -> Vec<String> {
    let shown = |value: &Option<Value>| value.as_ref().map_or(String::new(), Value::to_string);
    typed.column.values.iter().map(shown).collect()
}

fn said(typed: &Typed, topic: &str) -> Option<String> {
    let mut assumed = typed.assumed.iter();
    let found = assumed.find(|assumed| assumed.topic == topic)?;
    Some(found.text.clone())
}

#[test]
fn numbers_and_codes() {
    assert_eq!(
        kind("age", &["65", "", "7.5", "-1e2", "NaN"]),
        ColumnKind::Number
    );
    assert_eq!(kind("code", &["001", "002", "010"]), ColumnKind::Category);
    assert_eq!(kind("x", &["0.5", "0"]), ColumnKind::Number);
    assert_ne!(kind("x", &["1", "inf"]), ColumnKind::Number);
    assert_ne!(kind("x", &["1,000", "2,000"]), ColumnKind::Number);
    assert_eq!(kind("nothing", &["", "?"]), ColumnKind::Text);
}

#[test]
fn long_digits_keep_every_one() {
    let cells = [
        "123456789012345678",
        "123456789012345679",
        "123456789012345680",
    ];
    let accession = typed("accession", &cells);
    assert_eq!(
        (accession.column.kind, accession.column.n_unique()),
        (ColumnKind::Category, 3)
    );
    assert_eq!(shown(&accession), cells);
    assert!(accession.assumed.is_empty());
    let mut ages = vec!["65"; 30];
    ages.push("123456789012345678");
    assert_eq!(
        kind("age", &ages),
        ColumnKind::Category,
        "one name makes all names"
    );
}

#[test]
fn decimal_commas_are_read_where_they_can_be_nothing_else() {
    let column = typed("temperature", &["36,0", "36,6", "", "37"]);
    assert_eq!(column.column.kind, ColumnKind::Number);
    assert_eq!(shown(&column), ["36", "36.6", "", "37"]);
    assert_eq!(column.column.writing.decimals, DecimalSign::Comma);
    let text = said(&column, "decimal_sign").unwrap();
    assert_eq!(
        text,
        "temperature: a comma stands before the decimals, as in \"36,0\"."
    );
    assert_eq!(shown(&typed("x", &["0,125", "1,250"])), ["0.125", "1.25"]);
    assert_eq!(shown(&typed("x", &["36,6", "36.7"])), ["36.6", "36.7"]);
    for cells in [
        &["1,234", "2,345"][..],
        &["1,234", "12.5"],
        &["36,6", "1.234"],
        &["1,234.5", "2"],
        &["1.234,5", "2"],
        &["1 234", "2 345"],
    ] {
        let column = typed("weight", cells);
        assert_eq!(column.column.kind, ColumnKind::Category, "{cells:?}");
        assert!(
            said(&column, "decimal_sign")
                .unwrap()
                .contains("so this column is text")
        );
    }
    assert!(
        typed("notes", &["1,234", "see text", "none of it"])
            .assumed
            .is_empty()
    );
}

#[test]
fn other_columns_tell_what_a_comma_is() {
    let missing = &Missing::default();
    let typing = Typing {
        missing,
        commas: true,
    };
    let weight = typing.column("weight", &["1,234", "2,345"]);
    assert_eq!(shown(&weight), ["1.234", "2.345"]);
    assert!(weight.leans_on_others && said(&weight, "decimal_sign").is_some());
    assert_eq!(
        typing.column("count", &["1.234", "2.345"]).column.kind,
        ColumnKind::Category
    );
    assert_eq!(
        typing.column("dose", &["1.5", "2.345"]).column.kind,
        ColumnKind::Number
    );
    assert!(!typed("dose", &["1.5", "2.345"]).leans_on_others);
}

#[test]
fn ages_that_are_no_numbers_are_left_out_and_said() {
    let ages = [
        "50+",
        "67+",
        "early 40s",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
    ];
    let column = typed("age", &ages);
    assert_eq!(
        (column.column.kind, column.column.n_missing()),
        (ColumnKind::Number, 3)
    );
    assert_eq!(
        said(&column, "left_out").unwrap(),
        "age: 3 cells are no number and left out of this column: \"50+\", \"67+\", \"early 40s\"."
    );
    let mut cells = vec!["7"; 18];
    cells.extend(["adult", "adult"]);
    assert_eq!(kind("age", &cells), ColumnKind::Number);
    cells.push("adult");
    assert_ne!(kind("age", &cells), ColumnKind::Number);
    assert_ne!(
        kind("stage", &["1", "2", "3a", "3b", "4", "1", "2"]),
        ColumnKind::Number
    );
    assert_ne!(kind("age", &["50+", "60+", "70"]), ColumnKind::Number);
}

#[test]
fn years_are_dates_only_by_name() {
    assert_eq!(kind("date", &["2020", "2019"]), ColumnKind::Date);
    assert_eq!(kind("dose", &["2020", "2019"]), ColumnKind::Number);
    assert_eq!(
        kind("taken", &["2020", "2019", "2020", "2020-03"]),
        ColumnKind::Date
    );
    assert_eq!(
        kind("date", &["43852", "43853"]),
        ColumnKind::Number,
        "no serials are guessed"
    );
}

#[test]
fn nine_in_ten_are_enough_for_dates() {
    let mut cells = vec!["2020"; 8];
    cells.extend(["March 2020", "January 12"]);
    let column = typed("taken", &cells);
    assert_eq!(column.column.kind, ColumnKind::Date);
    assert_eq!(shown(&column)[8], "2020-03");
    assert_eq!(
        column.column.values[9],
        Some(Value::Text("January 12".into()))
    );
    let left = "taken: 1 cell is no date and left as given: \"January 12\".";
    assert_eq!(said(&column, "left_out").unwrap(), left);
    cells.push("soon");
    assert_ne!(kind("taken", &cells), ColumnKind::Date);
}

#[test]
fn the_order_of_day_and_month_is_said() {
    let said = |cells: &[&str]| said(&typed("date", cells), "date_order");
    assert_eq!(said(&["2020-01-22"]), None);
    assert_eq!(said(&["January 22, 2020"]), None);
    let month = "date: the month comes first, as in \"03/16/20\".";
    assert_eq!(said(&["3/4/2020", "03/16/20"]).unwrap(), month);
    let day = "date: the day comes first, as in \"29/2/2020\".";
    assert_eq!(said(&["3/4/2020", "29/2/2020"]).unwrap(), day);
    assert!(said(&["04.03.2020"]).unwrap().contains("as dots mean"));
    let doubtful = said(&["3/4/2020", "5/6/2020"]).unwrap();
    assert!(doubtful.contains("2 cells such as \"3/4/2020\" may have the month or the day first"));
    assert_eq!(
        kind("date", &["3/4/2020", "5/6/2020"]),
        ColumnKind::Category
    );
    let short = typed("date", &["03/16/20"]);
    assert!(
        self::said(&short, "short_year")
            .unwrap()
            .contains("\"03/16/20\" is of 2020")
    );
}

#[test]
fn categories_repeat_and_texts_do_not() {
    assert_eq!(kind("sex", &["M", "F", "M"]), ColumnKind::Category);
    let notes: Vec<String> = (0..20).map(|i| format!("note {i}")).collect();
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    assert_eq!(kind("notes", &notes), ColumnKind::Text);
    assert_eq!(kind("notes", &notes.repeat(2)), ColumnKind::Category);
}

#[test]
fn missing_and_distinct_values_are_counted_and_said() {
    let column = typed("x", &["a", "b", "a", "", "N/A", "-", "unknown"]);
    assert_eq!(
        (column.column.n_missing(), column.column.n_unique()),
        (4, 2)
    );
    assert_eq!(
        said(&column, "missing_words").unwrap(),
        "x: 3 cells are missing: \"N/A\", \"-\", \"unknown\"."
    );
    let kept = typed("complications", &["none", "mild", "severe", "none"]);
    assert_eq!((kept.column.n_missing(), kept.column.n_unique()), (0, 3));
    assert!(
        said(&kept, "missing_words")
            .unwrap()
            .contains("\"none\" in 2 cells are kept")
    );
    let zeros = typed("x", &["0", "-0", "0.0"]);
    assert_eq!(zeros.column.n_unique(), 1);
    assert!(
        typed("x", &["a", ""]).assumed.is_empty(),
        "blank is no word"
    );
}

#[test]
fn names_in_digits_stay_text() {
    let missing = &Missing::default();
    let typing = Typing {
        missing,
        commas: false,
    };
    let column = typing.names("patient", &["2", "2", "NA"]);
    assert_eq!(shown(&column), ["2", "2", ""]);
}
