//! Countries by whatever name: ISO 3166 names and codes, and what people write, from a maintained
//! table.

use std::collections::HashMap;
use std::sync::LazyLock;

use keshvar::CountryIterator;

use super::names::{folded, unmarked};

/// The plain short name in English, where ISO 3166 has a longer one.
const SHORT: [(&str, &str); 29] = [
    ("BO", "Bolivia"),
    ("BN", "Brunei"),
    ("CD", "Democratic Republic of the Congo"),
    ("CG", "Republic of the Congo"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MF", "Saint Martin"),
    ("MO", "Macau"),
    ("PS", "Palestine"),
    ("RU", "Russia"),
    ("SH", "Saint Helena"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("TR", "Turkey"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VG", "British Virgin Islands"),
    ("VI", "U.S. Virgin Islands"),
    ("VN", "Vietnam"),
    ("CC", "Cocos Islands"),
];

/// Spellings that the table lacks.
const ALSO: [(&str, &str); 42] = [
    ("US", "U.S.A."),
    ("US", "U.S."),
    ("US", "America"),
    ("US", "United States of America (USA)"),
    ("GB", "U.K."),
    ("GB", "Scotland"),
    ("GB", "Wales"),
    ("GB", "Northern Ireland"),
    ("KR", "Korea"),
    ("KR", "Republic of Korea"),
    ("KR", "S. Korea"),
    ("KR", "Rep. of Korea"),
    ("KP", "DPRK"),
    ("KP", "N. Korea"),
    ("CN", "PR China"),
    ("CN", "P.R. China"),
    ("CN", "P.R.C."),
    ("CN", "PRC"),
    ("CN", "Mainland China"),
    ("CN", "China (Mainland)"),
    ("HK", "Hong Kong SAR"),
    ("HK", "Hong Kong, SAR China"),
    ("HK", "China, Hong Kong SAR"),
    ("HK", "Hong Kong SAR, China"),
    ("MO", "Macau SAR"),
    ("MO", "China, Macao SAR"),
    ("TW", "Taiwan, R.O.C."),
    ("TW", "Chinese Taipei"),
    ("AE", "U.A.E."),
    ("AE", "UAE"),
    ("SA", "KSA"),
    ("CD", "DRC"),
    ("CD", "DR Congo"),
    ("CD", "D.R. Congo"),
    ("CG", "Congo Republic"),
    ("NL", "Holland"),
    ("BA", "Bosnia"),
    ("TT", "Trinidad"),
    ("MM", "Burma"),
    ("SZ", "Swaziland"),
    ("MK", "F.Y.R.O.M."),
    // Of both, and so of none.
    ("VI", "Virgin Islands"),
];

/// Codes of two letters that also stand for a state or province of the USA, Canada or Australia.
const STATES: [&str; 32] = [
    "AL", "AR", "AZ", "CA", "CO", "DE", "GA", "ID", "IL", "IN", "KY", "LA", "MA", "MD", "ME", "MN",
    "MO", "MS", "MT", "NC", "NE", "NL", "NU", "PA", "PE", "SA", "SC", "SD", "SK", "TN", "VA", "YT",
];

/// Countries by name and by code.
struct Table {
    /// The short names.
    names: Vec<String>,
    /// Places in `names`; `None` where a spelling is that of several.
    by_name: HashMap<String, Option<usize>>,
    by_code: HashMap<String, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Self {
        let mut table = Self {
            names: Vec::new(),
            by_name: HashMap::new(),
            by_code: HashMap::new(),
        };
        for (place, country) in CountryIterator::new().enumerate() {
            let code = format!("{:?}", country.alpha2());
            let official = country.iso_short_name();
            let of = |(wanted, _): &&(&str, &str)| *wanted == code;
            let short = SHORT.iter().find(of).map_or(official, |(_, name)| name);
            let also = ALSO.iter().filter(of).map(|(_, name)| *name);
            table.names.push(short.to_owned());
            let long = country.iso_long_name();
            let unofficial = country.unofficial_name_list().iter().copied();
            for name in [short, official, long]
                .into_iter()
                .chain(unofficial)
                .chain(also)
            {
                table.add(name, place);
            }
            table
                .by_code
                .insert(format!("{:?}", country.alpha3()), place);
            table.by_code.insert(code, place);
        }
        // What every address uses and no standard has.
        if let Some(place) = table.by_code.get("GB").copied() {
            table.by_code.insert("UK".to_owned(), place);
        }
        table
    }

    fn add(&mut self, name: &str, place: usize) {
        for key in [Some(key(name)), inverted(name)].into_iter().flatten() {
            let known = self.by_name.entry(key).or_insert(Some(place));
            if *known != Some(place) {
                *known = None;
            }
        }
    }

    fn by_name(&self, name: &str) -> Option<usize> {
        let find = |key: &str| self.by_name.get(key).copied().flatten();
        find(&key(name))
            .or_else(|| find(&inverted(name)?))
            .or_else(|| {
                // `United Kingdom (UK)`: both say the same.
                let (outside, inside) = name.trim().strip_suffix(')')?.split_once('(')?;
                let place = find(&key(outside))?;
                let same = find(&key(inside)).or_else(|| self.by_code.get(inside.trim()).copied());
                (same == Some(place)).then_some(place)
            })
    }
}

/// A name in lower case, without marks, signs and a `the` in front.
fn key(name: &str) -> String {
    let letters: String = unmarked(&folded(name))
        .replace(['\'', '’', '‘', 'ʼ', '`', '´', '.'], "")
        .replace('&', " and ")
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let mut words: Vec<&str> = letters
        .split_whitespace()
        .filter(|word| *word != "the")
        .collect();
    if words.first() == Some(&"st") {
        words[0] = "saint";
    }
    words.join(" ")
}

/// `Korea, Republic of` and `Korea (Republic of)` as `Republic of Korea`.
fn inverted(name: &str) -> Option<String> {
    let (first, second) = name.split_once([',', '('])?;
    Some(key(&format!("{second} {first}")))
}

/// Whether `text` names a country: by any name or spelling, one that several share among them, or by a
/// code of two or three letters.
pub fn is_country(text: &str) -> bool {
    by_name(text).is_some()
        || by_code(&text.trim().to_uppercase()).is_some()
        || TABLE.by_name.contains_key(&key(text))
}

/// The codes of the country with this short name.
pub(super) fn codes(name: &str) -> Vec<&'static str> {
    let of = |(code, place): (&'static String, &usize)| {
        (TABLE.names[*place] == name).then_some(code.as_str())
    };
    let mut codes: Vec<&str> = TABLE.by_code.iter().filter_map(of).collect();
    codes.sort_unstable();
    codes
}

/// The short name of the country that goes by `name`, a code of three letters among them.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let code = || TABLE.by_code.get(name).copied().filter(|_| name.len() == 3);
    let place = TABLE.by_name(name).or_else(code)?;
    Some(&TABLE.names[place])
}

/// The short name of the country with this code of two or three capital letters.
pub(super) fn by_code(code: &str) -> Option<&'static str> {
    TABLE
        .by_code
        .get(code)
        .map(|place| TABLE.names[*place].as_str())
}

/// Whether a text is a country's code of two capital letters.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == 2 && by_code(text).is_some()
}

/// Whether a code is also that of a state or province.
pub(super) fn is_state(code: &str) -> bool {
    STATES.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_country_however_it_is_written() {
        for (name, spellings) in [
            (
                "South Korea",
                &[
                    "Korea, South",
                    "South Korea",
                    "Republic of Korea",
                    "KOR",
                    "Korea (South)",
                    "Korea, Republic of",
                    "korea, republic of",
                    "The Republic of Korea",
                    "Korea",
                ][..],
            ),
            (
                "North Korea",
                &[
                    "Korea, North",
                    "Korea, Democratic People's Republic of",
                    "DPRK",
                ],
            ),
            (
                "Moldova",
                &["Moldova, Republic of", "Republic of Moldova", "MDA"],
            ),
            (
                "Iran",
                &[
                    "Iran (Islamic Republic of)",
                    "Iran, Islamic Republic of",
                    "IRAN",
                ],
            ),
            (
                "United Kingdom",
                &[
                    "UK",
                    "U.K.",
                    "Great Britain",
                    "England",
                    "United Kingdom (UK)",
                    "GBR",
                ],
            ),
            (
                "United States",
                &[
                    "U.S.A.",
                    "USA",
                    "the United States of America",
                    "US",
                    "United States",
                ],
            ),
            ("Vietnam", &["Viet Nam", "vietnam", "VNM"]),
            ("Hong Kong", &["Hong Kong", "Hong Kong SAR", "HKG"]),
            ("Taiwan", &["Taiwan", "Taiwan, Province of China", "TWN"]),
            (
                "Côte d'Ivoire",
                &[
                    "Cote d'Ivoire",
                    "Côte d’Ivoire",
                    "Ivory Coast",
                    "CÔTE D'IVOIRE",
                ],
            ),
            ("Czechia", &["Czechia", "czech republic"]),
            (
                "North Macedonia",
                &[
                    "Macedonia",
                    "FYROM",
                    "Macedonia, the former Yugoslav Republic of",
                ],
            ),
            ("Turkey", &["Türkiye", "Turkiye", "TUR"]),
            ("Gambia", &["Gambia, The", "The Gambia"]),
            (
                "Bolivia",
                &[
                    "Bolivia (Plurinational State of)",
                    "Bolivia, Plurinational State of",
                ],
            ),
            (
                "Tanzania",
                &[
                    "Tanzania, United Republic of",
                    "United Republic of Tanzania",
                ],
            ),
            (
                "Democratic Republic of the Congo",
                &["Congo, Democratic Republic of the", "DRC"],
            ),
            ("Russia", &["Russian Federation", "Russia"]),
            ("Germany", &["Deutschland", "DEU", "germany"]),
            ("Saint Lucia", &["St. Lucia", "St Lucia"]),
        ] {
            for spelling in spellings {
                let found = by_name(spelling).or_else(|| by_code(spelling));
                assert_eq!(found, Some(name), "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_no_country_is_not_made_one() {
        for text in [
            "South",
            "Republic of",
            "Islamic Republic of",
            "left lower lobe",
            "arm",
            "Wuhan",
            "Milan",
            "Washington",
            "unknown",
            "",
            "Europe",
            "Virgin Islands",
            "Province of China",
            "ita",
        ] {
            assert_eq!(by_name(text), None, "{text}");
        }
    }

    #[test]
    fn a_country_is_one_by_whatever_name() {
        for text in [
            "Italy",
            "the Netherlands",
            "Virgin Islands",
            "ITA",
            "gb",
            "Côte d’Ivoire",
        ] {
            assert!(is_country(text), "{text}");
        }
        for text in [
            "Leeds",
            "St Mary's Hospital",
            "Wuhan",
            "country 1",
            "unknown",
            "",
        ] {
            assert!(!is_country(text), "{text}");
        }
    }

    #[test]
    fn codes_are_capital_letters() {
        assert_eq!(by_code("NA"), Some("Namibia"));
        assert_eq!(by_code("UK"), Some("United Kingdom"));
        assert!(is_code("ZA") && !is_code("za") && !is_code("AP") && !is_code("ZAF"));
        assert!(is_state("MA") && !is_state("FR"));
    }

    #[test]
    fn every_short_name_is_found_and_is_one_country() {
        for name in &TABLE.names {
            assert_eq!(by_name(name), Some(name.as_str()));
        }
    }
}
