//! The chi-squared distributions, as far as the power of a test needs them.

/// The mean number of events of a Poisson variable whose probability of none is still a float.
const LARGEST_NONCENTRALITY: f64 = 1_400.0;

/// The noncentrality at which chi-squared with `df` > 0 degrees of freedom exceeds `critical` with
/// probability `power` (Cohen 1988); `None` beyond 1,400.
pub(super) fn noncentrality_beyond(df: f64, critical: f64, power: f64) -> Option<f64> {
    let short = |lambda: f64| power - noncentral_upper_tail(df, lambda, critical);
    (short(LARGEST_NONCENTRALITY) <= 0.0).then(|| zero_of_falling(short, LARGEST_NONCENTRALITY))
}

/// P(X > x) for chi-squared with `df` > 0 degrees of freedom and x ≥ 0.
#[cfg(test)]
fn upper_tail(df: f64, x: f64) -> f64 {
    upper_gamma(df / 2.0, x / 2.0)
}

/// P(X > x) for noncentral chi-squared: the tails of chi-squared with df, df + 2, df + 4, …
/// degrees of freedom under Poisson weights with mean `lambda` / 2, at most 700.
pub(super) fn noncentral_upper_tail(df: f64, lambda: f64, x: f64) -> f64 {
    let (mean, a, x) = (lambda / 2.0, df / 2.0, x / 2.0);
    let mut weight = (-mean).exp();
    let mut tail = upper_gamma(a, x);
    // The tails grow by one term of the Poisson kind each; all sums are of positive numbers.
    let mut step = power_over_gamma(a + 1.0, a, x);
    let mut sum = 0.0;
    let last = mean + 10.0 * mean.sqrt() + 30.0;
    let mut j = 0.0;
    while j <= last {
        sum += weight * tail;
        tail += step;
        step *= x / (a + j + 1.0);
        j += 1.0;
        weight *= mean / j;
    }
    sum
}

/// The regularised upper incomplete gamma function Q(a, x), a > 0, x ≥ 0: the series for P below
/// a + 1, Lentz's continued fraction above (Press et al., Numerical Recipes, 2007, 6.2).
fn upper_gamma(a: f64, x: f64) -> f64 {
    const PRECISION: f64 = 1e-16;
    if x <= 0.0 {
        return 1.0;
    }
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * PRECISION {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - sum * power_over_gamma(a, a, x);
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (f64::INFINITY, 1.0 / b);
    let mut h = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let numerator = i * (a - i);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        h *= c * d;
        if (c * d - 1.0).abs() <= PRECISION {
            break;
        }
    }
    h * power_over_gamma(a, a, x)
}

/// x^power e^(-x) / Γ(argument).
fn power_over_gamma(argument: f64, power: f64, x: f64) -> f64 {
    (power * x.ln() - x - ln_gamma(argument)).exp()
}

/// ln Γ(x) for x > 0 by Stirling's series, moved up to where five terms suffice.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let mut series = 0.0;
    for coefficient in [
        1.0 / 1_188.0,
        -1.0 / 1_680.0,
        1.0 / 1_260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ] {
        series = series * square + coefficient;
    }
    let half_ln_tau = 0.5 * std::f64::consts::TAU.ln();
    (x - 0.5) * x.ln() - x + half_ln_tau + series / x - f64::ln(product)
}

/// Where a function that falls from above zero to below it between 0 and `high` passes it.
fn zero_of_falling(f: impl Fn(f64) -> f64, high: f64) -> f64 {
    let (mut low, mut high) = (0.0, high);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if f(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_with_a_closed_form() {
        for x in [0.0, 0.1, 1.0, 3.0, 10.0, 50.0] {
            // Two degrees of freedom are an exponential distribution.
            assert!(
                (upper_tail(2.0, x) - (-x / 2.0_f64).exp()).abs() < 1e-14,
                "{x}"
            );
            // Six are three events of a Poisson process.
            let h: f64 = x / 2.0;
            let closed = (-h).exp() * (1.0 + h + h * h / 2.0);
            assert!((upper_tail(6.0, x) - closed).abs() < 1e-14, "{x}");
            assert!((noncentral_upper_tail(6.0, 0.0, x) - closed).abs() < 1e-14);
        }
    }

    #[test]
    fn tails_are_scipys() {
        // (df, lambda, x, scipy's tail), printed by tests/golden/make_association.py.
        for (df, lambda, x, expected) in [
            (1.0, 0.0, 0.5, 4.795001221869534e-01),
            (3.0, 0.0, 9.0, 2.929088653488826e-02),
            (77.0, 0.0, 60.0, 9.238253570017947e-01),
            (500.0, 0.0, 590.0, 3.343670851014096e-03),
            (1.0, 9.0, 4.0, 8.413450327201148e-01),
            (3.0, 0.5, 12.0, 1.545279710105765e-02),
            (10.0, 9.0, 40.0, 1.028263285613581e-02),
            (77.0, 80.0, 99.0, 9.986101810239009e-01),
            (500.0, 80.0, 640.0, 5.273982952975293e-02),
        ] {
            let found = noncentral_upper_tail(df, lambda, x);
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn the_textbook_power_of_one_degree_of_freedom() {
        // (1.959964 + 0.841621)^2, the normal approximation, which is exact to the other tail.
        let found = noncentrality_beyond(1.0, 1.959_964_f64.powi(2), 0.8).unwrap();
        assert!((found - 7.848_86).abs() < 1e-4, "{found}");
        assert_eq!(noncentrality_beyond(1e6, 2e6, 0.8), None);
    }
}
