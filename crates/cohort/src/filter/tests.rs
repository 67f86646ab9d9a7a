use super::*;

/// The columns of a small table, as the names and values of `cells` make them.
fn columns() -> Vec<Column> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let number = |number: f64| Some(Value::Number(number));
    let date = |text: &str| Some(Value::Date(text.parse().unwrap()));
    let given = |name: &str, kind, values: [Option<Value>; 3]| {
        Column::given(name, kind, values.to_vec(), Writing::default())
    };
    vec![
        given("age", ColumnKind::Number, [number(65.0), None, number(9.0)]),
        given(
            "age>=65",
            ColumnKind::Category,
            [text("1"), text("0"), text("1")],
        ),
        given(
            "p=value",
            ColumnKind::Category,
            [text("a"), text("b"), text("a")],
        ),
        given(
            "date",
            ColumnKind::Date,
            [date("2020-03-28T16:05"), date("2020"), text("soon")],
        ),
        given("code", ColumnKind::Text, [text("007"), text("7"), None]),
    ]
}

fn rows(filter: &str) -> Result<Vec<usize>, CohortError> {
    let filter: Filter = filter.parse()?;
    let met = filter.rows(&columns(), 3, &Missing::default())?;
    Ok((0..3).filter(|&row| met[row]).collect())
}

fn met(filter: &str) -> Vec<usize> {
    rows(filter).unwrap()
}

#[test]
fn the_longest_name_goes_first_and_a_blank_ends_it() {
    assert_eq!(met("age>=65"), [0]);
    assert_eq!(met("age>=65=1"), [0, 2]);
    assert_eq!(met("p=value=a"), [0, 2]);
    assert_eq!(met("AGE >= 9"), [0, 2]);
    assert_eq!(met("age>=65!=1"), [1]);
}

#[test]
fn values_are_read_as_the_columns_cells_are() {
    assert_eq!(met("age=65.0"), [0]);
    assert_eq!(met("age="), [1]);
    assert_eq!(met("age=NA"), [1]);
    assert_eq!(met("date=March 28, 2020"), [0]);
    assert_eq!(met("date=3/28/2020 4:05 PM"), [0]);
    assert_eq!(met("date=2020"), [1]);
    assert_eq!(met("date=soon"), [2]);
    assert_eq!(met("date>=2020-03"), [0]);
    assert_eq!(met("code>=5"), [1], "leading zeros make a name");
    assert_eq!(met("code=007"), [0]);
}

#[test]
fn written_as_it_was_given() {
    for text in ["a=b", "a!=b", "a~b", "a=", "a>=2", "a<=2020-03", "*~b"] {
        assert_eq!(text.parse::<Filter>().unwrap().to_string(), text);
    }
}

#[test]
fn nonsense_is_refused() {
    for text in [
        "", "age", "=x", "!=x", "~x", "age~", " ~ ", ">=1", "age>1", "age>=", "age>=b",
    ] {
        assert!(rows(text).is_err(), "{text}");
    }
    for text in [
        "age<=nan",
        "date>=3/4/2020",
        "date>=40",
        "age>=2020-03",
        "planet=Mars",
    ] {
        assert!(rows(text).is_err(), "{text}");
    }
    assert!("".parse::<Filter>().is_err() && "age".parse::<Filter>().is_err());
}

/// Each sign of a value may end a name: a value of many signs was compared with all names once a sign, in lower case
/// each time.
#[test]
fn a_long_value_full_of_signs_is_read_in_no_time() {
    let long = format!("code~{}", "~=".repeat(15_000));
    let started = std::time::Instant::now();
    assert_eq!(met(&long), [0; 0]);
    assert!(rows(&long[4..]).is_err());
    let took = started.elapsed();
    assert!(took < std::time::Duration::from_millis(200), "{took:?}");
}

#[test]
fn one_who_has_left_is_not_worked_for() {
    let filter: Filter = "code=7".parse().unwrap();
    let rows = |stop| filter.rows_unless(&columns(), 3, &Missing::default(), &|| stop);
    assert!(rows(true).unwrap().is_none());
    assert_eq!(rows(false).unwrap(), Some(vec![false, true, false]));
}
