//! Colours: reading, contrast, and lighter or darker ones of the same hue.

use std::fmt;

/// A colour of the sRGB space without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red, green and blue.
    pub channels: [u8; 3],
}

impl Color {
    /// White.
    pub const WHITE: Self = Self { channels: [255; 3] };
    /// Black.
    pub const BLACK: Self = Self { channels: [0; 3] };

    /// Reads `#2257d6` or `#25d`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            3 => Some(Self { channels: [8, 4, 0].map(|shift| byte(number >> shift & 0xf) * 17) }),
            6 => Some(Self { channels: [16, 8, 0].map(|shift| byte(number >> shift & 0xff)) }),
            _ => None,
        }
    }

    /// The relative luminance, from 0 for black to 1 for white. Source: WCAG 2.2, "relative luminance".
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast of two colours, from 1 to 21. Source: WCAG 2.2, "contrast ratio".
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with `share` of another in it, from 0 to 1, as `color-mix(in srgb, …)` does.
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |one: u8, two: u8| to_byte((f64::from(one) * (1.0 - share) + f64::from(two) * share) / 255.0);
        let ([a, b, c], [x, y, z]) = (self.channels, other.channels);
        Self { channels: [mix(a, x), mix(b, y), mix(c, z)] }
    }

    /// How light it looks, from 0 to 1 (the L of Oklab).
    #[must_use]
    pub fn lightness(self) -> f64 {
        self.oklab()[0]
    }

    /// The colour of the same hue that looks this light, as near as screens can show it.
    #[must_use]
    pub fn with_lightness(self, lightness: f64) -> Self {
        let [_, green_red, blue_yellow] = self.oklab();
        from_oklab([lightness.clamp(0.0, 1.0), green_red, blue_yellow])
    }

    fn linear(self) -> [f64; 3] {
        self.channels.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Source: Björn Ottosson, "A perceptual color space for image processing", 2020.
    fn oklab(self) -> [f64; 3] {
        let [red, green, blue] = self.linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        ]
    }
}

fn from_oklab([light, a, b]: [f64; 3]) -> Color {
    let long = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (light - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let linear = [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ];
    let encode = |share: f64| {
        let share = share.clamp(0.0, 1.0);
        to_byte(if share <= 0.003_130_8 { share * 12.92 } else { 1.055 * share.powf(1.0 / 2.4) - 0.055 })
    };
    Color { channels: linear.map(encode) }
}

fn byte(number: u32) -> u8 {
    u8::try_from(number).expect("it was cut to eight bits")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the share is between 0 and 1")]
fn to_byte(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.channels;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(color("#2257D6").to_string(), "#2257d6");
        assert_eq!(color(" #25d ").to_string(), "#2255dd");
        for wrong in ["2257d6", "#2257d", "#gg0000", "red", "", "#", "#12345678", "#+12345"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let check = |one: &str, two: &str, expected: f64| {
            let contrast = color(one).contrast(color(two));
            assert!((contrast - expected).abs() < 0.01, "{one} on {two}: {contrast}");
        };
        check("#000", "#fff", 21.0);
        check("#fff", "#fff", 1.0);
        check("#767676", "#ffffff", 4.54);
        check("#ff0000", "#ffffff", 3.998);
    }

    #[test]
    fn another_lightness_keeps_the_hue_and_the_same_one_the_colour() {
        for text in ["#2257d6", "#c2410c", "#0f6638", "#808080"] {
            let one = color(text);
            let same = one.with_lightness(one.lightness());
            assert!(one.channels.iter().zip(same.channels).all(|(a, b)| a.abs_diff(b) <= 1), "{one} {same}");
            assert!(one.with_lightness(one.lightness() + 0.1).luminance() > one.luminance());
        }
        assert_eq!(color("#808080").with_lightness(1.0), Color::WHITE);
        assert_eq!(Color::WHITE.mixed(Color::BLACK, 0.5).to_string(), "#808080");
    }
}
