use super::*;

fn iso(cell: &str) -> Option<String> {
    match read(cell, Some(DateOrder::MonthFirst)) {
        Reading::Date(date) => Some(date.to_string()),
        _ => None,
    }
}

#[test]
fn precision_is_kept() {
    for (cell, expected) in [
        ("January 22, 2020", "2020-01-22"),
        ("Mar 4, 2020", "2020-03-04"),
        ("4 March 2020", "2020-03-04"),
        ("4-Mar-20", "2020-03-04"),
        ("March 4th, 2020", "2020-03-04"),
        ("Sept 2019", "2019-09"),
        ("March 2020", "2020-03"),
        ("03/2020", "2020-03"),
        ("2020-03", "2020-03"),
        ("2020", "2020"),
        ("20200304", "2020-03-04"),
        ("2020-03-04", "2020-03-04"),
        ("2020/3/4", "2020-03-04"),
        ("04.03.2020", "2020-03-04"),
        ("2/29/2020", "2020-02-29"),
        ("03/16/20", "2020-03-16"),
        ("03/16/68", "1968-03-16"),
        ("2305-01-02", "2305-01-02"),
        ("1/2/2305", "2305-01-02"),
        ("2 January 2305", "2305-01-02"),
        ("2305", "2305"),
    ] {
        assert_eq!(iso(cell).as_deref(), Some(expected), "{cell}");
    }
}

#[test]
fn times_of_day() {
    for (cell, expected) in [
        ("2020-03-04T12:30:00Z", "2020-03-04T12:30:00Z"),
        ("2020-03-04 12:30", "2020-03-04T12:30"),
        (
            "2020-03-04T12:30:00.250+01:00",
            "2020-03-04T12:30:00.250+01:00",
        ),
        ("2020-03-04T12:30:00-0530", "2020-03-04T12:30:00-05:30"),
        ("1/22/2020 4:05:00 PM", "2020-01-22T16:05:00"),
        ("1/22/2020 12:05:00 AM", "2020-01-22T00:05:00"),
        ("1/22/2020 12:05 PM", "2020-01-22T12:05"),
        ("1/22/2020 4:05pm", "2020-01-22T16:05"),
        ("1/22/2020, 4 p.m.", "2020-01-22T16:00"),
        ("January 22, 2020 4:05 AM", "2020-01-22T04:05"),
        ("2305-01-02 16:05:09", "2305-01-02T16:05:09"),
        ("2020-01-22 00:00:00", "2020-01-22T00:00:00"),
    ] {
        assert_eq!(iso(cell).as_deref(), Some(expected), "{cell}");
    }
    for cell in [
        "1/22/2020 13:05 PM",
        "1/22/2020 0:05 AM",
        "1/22/2020 25:00",
        "1/22/2020 12:61",
        "1/22/2020 4",
        "2020-01 12:30",
        "2020 12:30",
        "12:30",
    ] {
        assert_eq!(iso(cell), None, "{cell}");
    }
}

#[test]
fn what_is_no_date() {
    for cell in [
        "January 12",
        "2/30/2020",
        "2/29/2019",
        "13/13/2020",
        "65",
        "3.5",
        "2020.03",
        "PA",
        "",
        "Mayo Clinic 2020",
        "1234",
        "20201301",
        "March",
        "X-ray",
        "March March 2020",
        "43852",
        "0000-01-01",
        "2020-00-01",
    ] {
        let reading = read(cell, Some(DateOrder::MonthFirst));
        assert_eq!(reading, Reading::NoDate, "{cell}");
    }
}

#[test]
fn the_column_settles_whether_the_month_comes_first() {
    let order = |cells: &[&'static str]| Orders::of(cells.iter().copied()).settled();
    assert_eq!(
        order(&["3/4/2020", "2/29/2020"]),
        Some(DateOrder::MonthFirst)
    );
    assert_eq!(order(&["3/4/2020", "29/2/2020"]), Some(DateOrder::DayFirst));
    assert_eq!(
        order(&["3/4/2020", "29/2/2020 4:05 PM"]),
        Some(DateOrder::DayFirst)
    );
    assert_eq!(order(&["3/4/2020"]), None);
    assert_eq!(order(&["13/4/2020", "4/13/2020"]), None);
    assert_eq!(
        order(&["13.4.2020"]),
        None,
        "dots have an order of their own"
    );
    let read = |cell, order| match read(cell, order) {
        Reading::Date(date) => date.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(read("3/4/2020", Some(DateOrder::DayFirst)), "2020-04-03");
    assert_eq!(read("3/4/2020", None), "Ambiguous");
    assert_eq!(read("4/4/2020", None), "2020-04-04");
    assert_eq!(read("13/4/2020", None), "2020-04-13");
    let orders = Orders::of(["3/4/2020", "03/16/20"].into_iter());
    assert_eq!(
        (orders.either, orders.month_first),
        (Some("3/4/2020"), Some("03/16/20"))
    );
    assert_eq!(orders.short_year, Some(("03/16/20", 2020)));
}

#[test]
fn spans_follow_the_calendar() {
    let span = |cell: &str| match read(cell, None) {
        Reading::Date(date) => date.span(),
        other => panic!("{cell}: {other:?}"),
    };
    let in_order = [
        "2019-12-31T23:59:59.9",
        "2020-01-01T00:00",
        "2020-01-01T00:01:30",
        "2020-01-02",
        "2020-02",
        "2020-03-01",
        "2021",
        "2305-01-02",
    ];
    for pair in in_order.windows(2) {
        assert!(span(pair[0]).1 < span(pair[1]).0, "{pair:?}");
    }
    let within = [
        ("2020", "2020-12-31"),
        ("2020-02", "2020-02-29"),
        ("2020-02-29", "2020-02-29T23:59:59"),
    ];
    for (wide, narrow) in within {
        assert!(
            span(wide).0 <= span(narrow).0 && span(narrow).1 <= span(wide).1,
            "{narrow}"
        );
    }
}
