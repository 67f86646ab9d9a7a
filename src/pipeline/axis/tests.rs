use crate::cohort::Writing;

use super::*;

fn column(kind: ColumnKind, values: Vec<Option<Value>>) -> Column {
    Column {
        name: "x".to_owned(),
        kind,
        values,
        derived: false,
        of_pictures: false,
        writing: Writing::default(),
    }
}

fn numbers(values: &[f64]) -> Axis {
    let values = values.iter().map(|&number| Some(Value::Number(number)));
    Axis::of(&column(ColumnKind::Number, values.collect())).unwrap()
}

fn dates(values: &[&str]) -> Axis {
    let value = |text: &&str| match text.parse() {
        _ if text.is_empty() => None,
        Ok(date) => Some(Value::Date(date)),
        Err(_) => Some(Value::Text((*text).to_owned())),
    };
    let values = values.iter().map(value).collect();
    Axis::of(&column(ColumnKind::Date, values)).unwrap()
}

fn names(axis: &Axis) -> Vec<&str> {
    axis.bins.iter().map(|bin| bin.name.as_str()).collect()
}

fn bounds(bin: &Bin) -> (Option<&str>, Option<&str>) {
    (bin.from.as_deref(), bin.to.as_deref())
}

/// All images in the order of the bins.
fn all(axis: &Axis) -> Vec<usize> {
    let everyone: Vec<usize> = (0..axis.places.len()).collect();
    axis.spread(&everyone).bins
}

#[test]
fn whole_numbers_are_not_cut_in_two() {
    let few = numbers(&[3.0, 1.0, 2.0, 3.0]);
    assert_eq!(names(&few), ["1", "2", "3"]);
    assert_eq!(all(&few), [1, 1, 2]);
    assert_eq!((few.step.as_str(), few.end.as_str()), ("1", "4"));
    let ages: Vec<f64> = (18..=92).map(f64::from).collect();
    let ages = numbers(&ages);
    assert_eq!(ages.step, "5");
    assert_eq!(names(&ages)[..2], ["15 to 19", "20 to 24"]);
    assert_eq!(all(&ages)[..2], [2, 5]);
    assert_eq!(bounds(&ages.bins[0]), (Some("15"), Some("19")));
    assert_eq!(bounds(&ages.bins[15]), (Some("90"), Some("92")));
}

#[test]
fn an_edge_is_the_number_that_was_meant() {
    let tenths: Vec<f64> = (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect();
    let axis = numbers(&tenths);
    let starts: Vec<&str> = axis.bins.iter().map(|bin| bin.start.as_str()).collect();
    assert!(starts.contains(&"0.3"), "{starts:?}");
    let at = starts.iter().position(|&start| start == "0.3").unwrap();
    assert_eq!(axis.places[3], Some(Place::Bin(at)));
    assert_eq!(all(&axis).iter().sum::<usize>(), 11);
}

#[test]
fn a_column_without_spread_is_one_bin() {
    for values in [&[7.0][..], &[7.0, 7.0, 7.0], &[1e300, 1e300]] {
        let axis = numbers(values);
        assert_eq!(axis.bins.len(), 1);
        assert_eq!(all(&axis), [values.len()]);
        let (from, to) = bounds(&axis.bins[0]);
        assert_eq!(from, to);
    }
    assert_eq!(bounds(&numbers(&[7.0]).bins[0]), (Some("7"), Some("7")));
    assert_eq!(numbers(&[7.0]).bins[0].name, "7");
    assert!(numbers(&[]).bins.is_empty());
    assert_eq!(numbers(&[]).spread(&[]).median, None);
}

#[test]
fn a_few_large_values_are_counted_together() {
    let mut values: Vec<f64> = (0..200).map(|at| f64::from(at % 40)).collect();
    values.extend([5000.0, 90_000.0]);
    let axis = numbers(&values);
    let last = axis.bins.last().unwrap();
    assert_eq!(last.to, None, "{:?}", names(&axis));
    assert!(last.name.ends_with(" and more"));
    assert_eq!(all(&axis).last(), Some(&2));
    assert_eq!(axis.end, "");
    assert!(axis.bins.len() > 10 && axis.bins.len() <= MOST + 2);
    let low: Vec<f64> = values.iter().map(|value| -value).collect();
    let low = numbers(&low);
    assert_eq!(bounds(&low.bins[0]), (None, Some("-5000")));
    assert_eq!(all(&low)[0], 2);
    assert_eq!(low.bins[0].start, "");
    // What is long by itself is not cut: half of it would be gone.
    let even: Vec<f64> = (0..100).map(|at| f64::from(at) * 100.0).collect();
    assert!(numbers(&even).bins.iter().all(|bin| bin.to.is_some()));
}

#[test]
fn numbers_beyond_what_can_be_told_apart_are_one_bin() {
    for values in [
        &[-1e308, 1e308][..],
        &[1e18, 1e18 + 256.0],
        &[5e-324, 1e-323],
    ] {
        let axis = numbers(values);
        assert_eq!(all(&axis).iter().sum::<usize>(), 2, "{values:?}");
    }
    assert_eq!(numbers(&[1e18]).bins[0].from.as_deref(), Some("1e18"));
}

#[test]
fn dates_go_by_what_is_known_of_all_of_them() {
    let days = dates(&["2020-01-22", "2020-01-30", "2020-01-24T10:00"]);
    assert_eq!((days.step.as_str(), days.bins.len()), ("day", 9));
    assert_eq!(all(&days), [1, 0, 1, 0, 0, 0, 0, 0, 1]);
    let weeks = dates(&["2020-01-22", "2020-04-06"]);
    assert_eq!(weeks.step, "week");
    assert_eq!(names(&weeks)[0], "2020-01-20 to 2020-01-26");
    let months = dates(&["2020-01", "2020-01-30", "2020-03-01"]);
    assert_eq!(names(&months), ["2020-01", "2020-02", "2020-03"]);
    assert_eq!(all(&months), [2, 0, 1]);
    let years = dates(&["2018", "2020"]);
    assert_eq!(names(&years), ["2018", "2019", "2020"]);
    assert_eq!(names(&dates(&["2020-02-29"])), ["2020-02-29"]);
}

#[test]
fn what_has_no_place_among_the_dates_is_counted_apart() {
    let axis = dates(&["2020", "2020-03-01", "soon", "", "2019", "2020-03-02"]);
    assert_eq!(axis.apart, ["year only", "not read as a date"]);
    let spread = axis.spread(&[0, 1, 2, 3, 4, 5]);
    assert_eq!(
        (spread.bins, spread.apart),
        (vec![1, 1], vec![2, 1]),
        "the missing one is in neither"
    );
    assert_eq!(spread.median.as_deref(), Some("2020-03-01"));
    assert!(dates(&["", "soon"]).bins.is_empty());
}

#[test]
fn the_median_lies_between_two() {
    let axis = numbers(&[4.0, 1.0, 2.0, 100.0]);
    let median = |members: &[usize]| axis.spread(members).median.unwrap();
    assert_eq!(median(&[0, 1, 2, 3]), "3");
    assert_eq!(median(&[0, 1, 2]), "2");
    assert_eq!(median(&[3]), "100");
}

#[test]
fn a_few_old_dates_do_not_leave_the_others_in_one_bin() {
    let days: Vec<String> = (0..60)
        .map(|at| format!("2020-{:02}-{:02}", 2 + at / 28, 1 + at % 28))
        .collect();
    let mut days: Vec<&str> = days.iter().map(String::as_str).collect();
    days.extend(["2010-05-04", "2012-01-01"]);
    let axis = dates(&days);
    assert_eq!(axis.step, "week");
    assert_eq!(all(&axis)[0], 2);
    let (from, to) = bounds(&axis.bins[0]);
    assert_eq!(from, None);
    assert_eq!(axis.bins[0].name, format!("before {}", axis.bins[1].start));
    assert!(to.unwrap() < axis.bins[1].start.as_str());
    assert_eq!(all(&axis).iter().sum::<usize>(), 62);
}
