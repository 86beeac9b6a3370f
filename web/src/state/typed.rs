//! From what a visitor types or slides to a value as the file writes it.

use serde_json::{Number, Value as Json};
use tenfold::model::Shape;
use tenfold::units::{Bytes, PerSecond, Span};

/// What was typed into a field of this shape, as the file writes it.
///
/// A number without its unit takes the unit of the value before. What cannot be read is passed on as text, so that the core
/// refuses it in its own words.
pub(crate) fn typed(shape: &Shape, text: &str, before: &Json) -> Json {
    let text = text.trim();
    match shape {
        Shape::Count { .. } | Shape::Number { .. } => number(text).map_or_else(|| text.into(), Json::Number),
        Shape::Span { .. } | Shape::Rate { .. } | Shape::Bytes { .. } => {
            let Some(number) = number(text) else { return tidy(shape, text).into() };
            let unit = before
                .as_str()
                .map_or("", |b| b.trim_start_matches(|c: char| !c.is_ascii_alphabetic() && c != '/'));
            format!("{number}{}", unit_of(shape, unit)).into()
        }
        Shape::Optional { shape, .. } if !text.is_empty() => typed(shape, text, before),
        Shape::Optional { .. } => Json::Null,
        _ => text.into(),
    }
}

/// The unit to add to a bare number: the one before, or the shape's plainest.
fn unit_of<'a>(shape: &Shape, before: &'a str) -> &'a str {
    match shape {
        _ if !before.is_empty() && before.chars().all(|c| c.is_ascii_alphabetic() || c == '/') => before,
        Shape::Span { .. } => "ms",
        Shape::Rate { .. } => "/s",
        _ => "B",
    }
}

fn tidy(shape: &Shape, text: &str) -> String {
    let joined = text.replace(',', "");
    match shape {
        // "1.2k/s" is how the page itself writes a rate.
        Shape::Rate { .. } => {
            let (number, unit) = joined.split_at(joined.find('/').unwrap_or(joined.len()));
            let unit = if unit.is_empty() { "/s" } else { unit };
            let unit = unit.trim().replace("/sec", "/s").replace("/second", "/s");
            self::number(number.trim()).map_or(joined.clone(), |n| format!("{n}{unit}"))
        }
        _ => joined.replace('µ', "u"),
    }
}

/// A plain number, also as `1,000`, `12k` or `3M`.
fn number(text: &str) -> Option<Number> {
    let plain = text.replace([',', ' ', '\u{a0}'], "").replace('×', "");
    let (digits, times) = match plain.chars().last()? {
        'k' | 'K' => (&plain[..plain.len() - 1], 1e3),
        'M' => (&plain[..plain.len() - 1], 1e6),
        _ => (plain.as_str(), 1.0),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-') {
        return None;
    }
    let value = tenfold::number::read(digits)? * times;
    let whole = libm::floor(value) - value >= 0.0 && value.abs() < 9e15;
    if whole { Some(Number::from(value as i64)) } else { Number::from_f64(value) }
}

/// The range of a slider, logarithmic between two positive ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    linear: bool,
    whole: bool,
}

/// The plain number in a value of this shape: seconds, per second, bytes, or itself.
fn plain(shape: &Shape, value: &Json) -> Option<f64> {
    match shape {
        Shape::Count { .. } | Shape::Number { .. } => value.as_f64(),
        Shape::Span { .. } => value.as_str()?.parse::<Span>().ok().map(Span::secs),
        Shape::Rate { .. } => value.as_str()?.parse::<PerSecond>().ok().map(PerSecond::get),
        Shape::Bytes { .. } => value.as_str()?.parse::<Bytes>().ok().map(|b| b.get() as f64),
        Shape::Optional { shape, .. } => plain(shape, value),
        _ => None,
    }
}

/// A slider for values of this shape around `anchor` (the default), if one makes sense.
pub(crate) fn scale_of(shape: &Shape, anchor: &Json) -> Option<Scale> {
    let (min, max, whole) = match shape {
        // A count of nothing in particular, such as the seed, is a name and no amount.
        Shape::Count { unit: "", .. } => return None,
        Shape::Count { min, max, .. } => (*min as f64, *max as f64, true),
        Shape::Number { min, max, .. } => (*min, *max, false),
        Shape::Span { min, max } => (min.secs(), max.secs(), false),
        Shape::Rate { min, max } => (*min, *max, false),
        Shape::Bytes { min, max } => (*min as f64, *max as f64, true),
        Shape::Optional { shape, .. } => return scale_of(shape, anchor),
        _ => return None,
    };
    if max - min <= 3.0 && matches!(shape, Shape::Number { .. }) {
        return Some(Scale { low: min, high: max, linear: true, whole: false });
    }
    let anchor = plain(shape, anchor).filter(|a| *a > 0.0)?;
    let around = if anchor <= 4.0 && whole { 32.0 } else { 100.0 };
    let low = (anchor / around).max(min).max(if whole { 1.0 } else { 1e-9 });
    let high = (anchor * around).min(max);
    (high > low).then_some(Scale { low, high, linear: false, whole })
}

impl Scale {
    /// Where the value stands, from 0 to 1000.
    pub(crate) fn position(&self, shape: &Shape, value: &Json) -> f64 {
        let x = plain(shape, value).unwrap_or(self.low).clamp(self.low, self.high);
        let share = if self.linear {
            (x - self.low) / (self.high - self.low)
        } else {
            libm::log(x / self.low) / libm::log(self.high / self.low)
        };
        libm::round(share * 1000.0)
    }

    /// The value at a position, rounded to what a hand can aim at, as the file writes it.
    pub(crate) fn value(&self, shape: &Shape, position: f64) -> Json {
        let share = (position / 1000.0).clamp(0.0, 1.0);
        let x = if self.linear {
            self.low + share * (self.high - self.low)
        } else {
            self.low * libm::exp(share * libm::log(self.high / self.low))
        };
        let x = if self.linear { libm::round(x * 100.0) / 100.0 } else { two_digits(x) };
        let x = if self.whole { libm::round(x) } else { x }.clamp(self.low, self.high);
        write(shape, x)
    }
}

fn write(shape: &Shape, x: f64) -> Json {
    match shape {
        Shape::Span { .. } => Span::from_secs_f64(x).to_string().into(),
        Shape::Rate { .. } => PerSecond::new(x).to_string().into(),
        Shape::Bytes { .. } => Bytes::new(x as u64).to_string().into(),
        Shape::Optional { shape, .. } => write(shape, x),
        Shape::Count { .. } => (x as u64).into(),
        _ => Number::from_f64(x).map_or(Json::Null, Json::Number),
    }
}

/// `x` with two significant digits.
fn two_digits(x: f64) -> f64 {
    if x <= 0.0 {
        return x;
    }
    let exponent = libm::floor(libm::log10(x)) as i32 - 1;
    let unit = libm::pow(10.0, f64::from(exponent.abs()));
    if exponent >= 0 { libm::round(x / unit) * unit } else { libm::round(x * unit) / unit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SPAN: Shape = Shape::span(Span::ZERO, Span::from_secs(3600));
    const COUNT: Shape = Shape::count(0, 10_000, "instances");

    #[test]
    fn a_bare_number_takes_the_unit_of_the_value_before() {
        assert_eq!(typed(&SPAN, "40", &json!("10ms")), json!("40ms"));
        assert_eq!(typed(&SPAN, "2", &json!("1.5s")), json!("2s"));
        assert_eq!(typed(&SPAN, "250ms", &json!("1.5s")), json!("250ms"));
        assert_eq!(typed(&Shape::Rate { min: 0.0, max: 1e7 }, "1.2k", &json!("100/s")), json!("1200/s"));
        assert_eq!(typed(&Shape::Rate { min: 0.0, max: 1e7 }, "1,200/s", &json!("100/s")), json!("1200/s"));
        assert_eq!(typed(&COUNT, "1,000", &json!(2)), json!(1000));
    }

    #[test]
    fn what_cannot_be_read_goes_on_as_it_was_typed() {
        assert_eq!(typed(&COUNT, "many", &json!(2)), json!("many"));
        assert_eq!(typed(&SPAN, "soon", &json!("1s")), json!("soon"));
        assert_eq!(typed(&COUNT, "-3", &json!(2)), json!(-3));
    }

    #[test]
    fn a_slider_gives_round_values_and_finds_its_place_again() {
        for (shape, anchor) in [
            (SPAN, json!("10ms")),
            (COUNT, json!(2)),
            (Shape::Number { min: 0.0, max: 1.0, unit: "" }, json!(0.5)),
        ] {
            let Some(scale) = scale_of(&shape, &anchor) else { panic!("{anchor} has a slider") };
            for position in [0.0, 180.0, 500.0, 777.0, 1000.0] {
                let value = scale.value(&shape, position);
                let again = scale.value(&shape, scale.position(&shape, &value));
                assert_eq!(value, again, "{anchor} at {position}");
            }
        }
        let Some(scale) = scale_of(&COUNT, &json!(2)) else { panic!("a count has a slider") };
        assert_eq!(scale.value(&COUNT, 0.0), json!(1));
        assert_eq!(scale.value(&COUNT, 1000.0), json!(64));
    }
}
