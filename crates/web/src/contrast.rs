//! The contrast ratio of colours by the formula of WCAG 2.

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// The background of tables and cards in the light and in the dark theme.
pub const PAPERS: [(&str, Rgb); 2] = [("light", [0xff, 0xff, 0xff]), ("dark", [0x15, 0x18, 0x1c])];

/// The level that a ratio reaches (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// From 7 on: AAA for text.
    Enhanced,
    /// From 4.5 on: AA for text.
    Text,
    /// From 3 on: AA for large text and for shapes.
    Shapes,
    /// Below 3: needs an edge, or text beside it.
    Faint,
}

/// A colour of the form `#RRGGBB`.
pub fn rgb(text: &str) -> Option<Rgb> {
    hex::decode(text.strip_prefix('#')?).ok()?.try_into().ok()
}

/// The contrast ratio, from 1 to 21.
pub fn ratio(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance([red, green, blue]: Rgb) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

impl Level {
    /// The level of a ratio.
    pub fn of(ratio: f64) -> Self {
        match ratio {
            7.0.. => Self::Enhanced,
            4.5.. => Self::Text,
            3.0.. => Self::Shapes,
            _ => Self::Faint,
        }
    }

    /// The message for it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Enhanced => "contrast-enhanced",
            Self::Text => "contrast-text",
            Self::Shapes => "contrast-shapes",
            Self::Faint => "contrast-faint",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_formula() {
        // The last four are worked examples of WCAG's own techniques and of common checkers.
        for (one, other, expected) in [
            ("#000000", "#FFFFFF", 21.0),
            ("#FFFFFF", "#FFFFFF", 1.0),
            ("#777777", "#FFFFFF", 4.48),
            ("#767676", "#FFFFFF", 4.54),
            ("#949494", "#FFFFFF", 3.03),
            ("#FF0000", "#FFFFFF", 4.0),
        ] {
            let (one, other) = (rgb(one).expect("a colour"), rgb(other).expect("a colour"));
            let found = ratio(one, other);
            assert!((found - expected).abs() < 0.005, "{one:?} {other:?}: {found}");
            assert!((found - ratio(other, one)).abs() < f64::EPSILON);
        }
        for text in ["", "#", "#12345", "#1234567", "123456", "#12345g"] {
            assert_eq!(rgb(text), None, "{text}");
        }
    }

    #[test]
    fn levels_begin_where_wcag_has_them() {
        use Level::{Enhanced, Faint, Shapes, Text};

        let levels = [1.0, 2.99, 3.0, 4.49, 4.5, 6.99, 7.0, 21.0].map(Level::of);
        assert_eq!(levels, [Faint, Faint, Shapes, Shapes, Text, Text, Enhanced, Enhanced]);
    }

    #[test]
    fn papers_are_those_of_the_stylesheet() {
        let styles = include_str!("../assets/statuary.css");
        let [light, dark] = PAPERS.map(|(_, paper)| hex::encode(paper));
        assert!(styles.contains(&format!("--paper: light-dark(#{light}, #{dark});")));
    }
}
