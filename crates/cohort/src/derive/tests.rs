use csv::StringRecord;

use super::*;

/// The countries of these locations.
fn countries(locations: &[&str]) -> Vec<Option<String>> {
    let rows = locations
        .iter()
        .map(|location| StringRecord::from(vec![*location]));
    let table = Table::new(&StringRecord::from(vec!["location"]), rows.collect());
    let derived = country(&table, &Missing::default());
    derived.map_or(vec![None; locations.len()], |derived| derived.cells)
}

fn country_of(location: &str) -> Option<String> {
    // Among places that end in countries.
    countries(&[location, "Milan, Italy", "Spain"]).swap_remove(0)
}

#[test]
fn the_country_is_the_longest_end_that_names_one() {
    for (location, expected) in [
        ("Cho Ray Hospital, Ho Chi Minh City, Vietnam", "Vietnam"),
        ("Milan, Italy ", "Italy"),
        ("Taiwan", "Taiwan"),
        ("Daegu, Korea, South", "South Korea"),
        ("Seoul, Korea, Republic of", "South Korea"),
        ("Chisinau, Moldova, Republic of", "Moldova"),
        ("Tehran, Iran, Islamic Republic of", "Iran"),
        (
            "Snohomish County, Washington, United States",
            "United States",
        ),
        ("London, UK", "United Kingdom"),
        ("Abidjan, Côte d’Ivoire", "Côte d’Ivoire"),
        ("Abidjan, Cote d'Ivoire", "Côte d'Ivoire"),
        ("Hong Kong", "Hong Kong"),
    ] {
        assert_eq!(
            country_of(location).as_deref(),
            Some(expected),
            "{location}"
        );
    }
}

#[test]
fn a_place_that_is_no_country_stands_as_given_among_countries() {
    assert_eq!(country_of("Boston, MA").as_deref(), Some("MA"));
    assert_eq!(country_of("Atlantis").as_deref(), Some("Atlantis"));
    let found = countries(&["left lower lobe", "bilateral", "bilateral", "Milan, Italy"]);
    assert_eq!(found, [None, None, None, Some("Italy".to_owned())]);
    assert_eq!(countries(&["left lower lobe", "arm"]), [None, None]);
}

#[test]
fn missing_is_no_country() {
    for missing in [
        "",
        "  ",
        "nan",
        "NaN",
        "NA",
        "Unknown",
        "Toronto, ",
        "Wuhan, unknown",
        "-",
        "n/a",
        "None",
        "?",
        "Rome, N/A",
    ] {
        assert_eq!(country_of(missing), None, "{missing:?}");
    }
}

#[test]
fn codes_count_where_they_are_no_states() {
    let codes = countries(&["Windhoek, NA", "Pretoria, ZA", "Gaborone, BW", "Paris, FR"]);
    let codes: Vec<&str> = codes.iter().flatten().map(String::as_str).collect();
    assert_eq!(codes, ["Namibia", "South Africa", "Botswana", "France"]);
    let found = countries(&["Boston, MA", "Austin, TX", "Rome, Italy", "Wilmington, DE"]);
    assert_eq!(found[3], None, "Delaware");
}

#[test]
fn the_source_is_the_host_or_else_the_prefix() {
    assert_eq!(
        host_of("https://www.NEJM.org/doi/full/10.1056/x").as_deref(),
        Some("nejm.org")
    );
    assert_eq!(
        host_of("radiopaedia.org/cases/1").as_deref(),
        Some("radiopaedia.org")
    );
    assert_eq!(
        host_of("https://a.org/x https://b.org").as_deref(),
        Some("a.org")
    );
    for none in ["", "see text", "n/a"] {
        assert_eq!(host_of(none), None, "{none:?}");
    }
    assert_eq!(
        doi_prefix("10.1056/nejmc2001272").as_deref(),
        Some("10.1056")
    );
    assert_eq!(
        doi_prefix("https://doi.org/10.1148/rg.1").as_deref(),
        Some("10.1148")
    );
    assert_eq!(doi_prefix("10.x/1"), None);
}
