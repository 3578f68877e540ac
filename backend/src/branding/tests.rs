//! Colours that are made and checked, pictures that are let in, and what is served.

use std::fs;

use super::colors::{DEFAULTS, SURFACES_DARK, SURFACES_LIGHT};
use super::picture::content_type;
use super::*;
use crate::platform::color::Color;

fn both(text: &str) -> Option<Themed> {
    let color = Color::parse(text).unwrap();
    Some(Themed { light: color, dark: color })
}

fn settings(colors: ColorSettings) -> BrandSettings {
    BrandSettings { title: "Larkspur".to_owned(), colors, ..BrandSettings::default() }
}

fn sheet(settings: &BrandSettings) -> String {
    let branding = Branding::open(settings).unwrap();
    branding.sheet.map(|sheet| String::from_utf8(sheet.bytes).unwrap()).unwrap_or_default()
}

#[test]
fn the_fixed_colours_are_those_of_the_page() {
    let tokens = include_str!("../../../frontend/styles/tokens.css");
    let surfaces = SURFACES_LIGHT.iter().zip(SURFACES_DARK).map(|((name, light), (_, dark))| (*name, *light, dark));
    let own = DEFAULTS.iter().map(|(_, name, light, dark)| (*name, *light, *dark));
    for (name, light, dark) in surfaces.chain(own) {
        let line = format!("{name}: light-dark({light}, {dark});");
        assert!(tokens.contains(&line), "tokens.css does not say `{line}`");
    }
}

#[test]
fn without_a_word_nothing_is_changed() {
    let branding = Branding::open(&settings(ColorSettings::default())).unwrap();
    assert_eq!((branding.sheet_address(), branding.logo()), (None, None));
}

#[test]
fn readable_colours_are_made_from_any_accent() {
    // A grid through the whole space, with its corners.
    let levels = [0_u8, 51, 102, 153, 204, 255];
    for red in levels {
        for green in levels {
            for blue in levels {
                let accent = Color { channels: [red, green, blue] };
                let themed = Some(Themed { light: accent, dark: accent });
                let colors = ColorSettings { accent: themed, ..ColorSettings::default() };
                if let Err(error) = colors.resolve() {
                    panic!("{accent}: {error}");
                }
            }
        }
    }
}

#[test]
fn one_accent_becomes_a_whole_set_in_the_style_sheet() {
    let text = sheet(&settings(ColorSettings { accent: both("#0a7d5a"), ..ColorSettings::default() }));
    assert!(text.contains("--accent: light-dark(#0a7d5a, #0a7d5a);"), "{text}");
    for (_, name, ..) in DEFAULTS {
        assert!(text.contains(&format!("  {name}: light-dark(#")), "{text}");
    }
    assert!(text.contains("--on-accent: light-dark(#ffffff, #ffffff);"), "{text}");
}

#[test]
fn a_set_that_is_hard_to_read_is_refused_and_the_pair_is_named() {
    let colors = ColorSettings { accent_text: both("#9bb8ff"), ..ColorSettings::default() };
    let error = Branding::open(&settings(colors)).unwrap_err().to_string();
    assert!(error.contains("`accentText` #9bb8ff on `--bg-surface` #ffffff has a contrast of 1.9"), "{error}");
    assert!(error.contains("in the light theme and needs 4.5:1; `#") && !error.contains("dark theme"), "{error}");

    let colors = ColorSettings { accent: both("#ffdd00"), on_accent: both("#ffffff"), ..ColorSettings::default() };
    let error = Branding::open(&settings(colors)).unwrap_err().to_string();
    assert!(error.contains("`onAccent` #ffffff on `accent` #ffdd00"), "{error}");

    let colors = ColorSettings { focus: both("#222222"), ..ColorSettings::default() };
    let error = Branding::open(&settings(colors)).unwrap_err().to_string();
    assert!(error.contains("`focus` #222222 on `--bg-raised` #191d25") && error.contains("needs 3:1"), "{error}");
}

#[test]
fn names_of_fonts_cannot_leave_their_quotes() {
    let with = |fonts: &str| BrandSettings { font_sans: Some(fonts.to_owned()), ..BrandSettings::default() };
    let text = sheet(&with("Source Sans 3, 'Noto Sans'"));
    assert!(text.contains("--font-sans: \"Source Sans 3\", \"Noto Sans\", ui-sans-serif"), "{text}");
    for wrong in ["a\"; } body { display: none", "url(x)", "a,,b", ""] {
        assert!(matches!(Branding::open(&with(wrong)), Err(BrandError::Font { .. })), "{wrong}");
    }
    let text = sheet(&BrandSettings { corners: Corners::Sharp, ..BrandSettings::default() });
    assert!(text.contains("--r-1: 0;") && text.contains("--r-4: "), "{text}");
}

#[test]
fn pictures_are_known_by_what_they_are() {
    assert_eq!(content_type(b"\x89PNG\r\n\x1a\n..."), Ok("image/png"));
    assert_eq!(content_type(b"RIFF....WEBPVP8 "), Ok("image/webp"));
    assert_eq!(content_type(b"\xff\xd8\xff\xe0"), Ok("image/jpeg"));
    let plain = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1\"><path d=\"M1 1\"/><a id=\"on\"/></svg>";
    assert_eq!(content_type(plain.as_bytes()), Ok("image/svg+xml"));
    for (inner, what) in [
        ("<script>alert(1)</script>", "a script"),
        ("<path onload=\"x()\"/>", "an event handler"),
        ("<path OnClick = 'x'/>", "an event handler"),
        ("<a href=\"javascript:x\"/>", "a `javascript:` address"),
        ("<foreignObject/>", "a `foreignObject`"),
        ("<image href=\"https://a.example/x.png\"/>", "an address of another server"),
    ] {
        let error = content_type(format!("<svg>{inner}</svg>").as_bytes()).unwrap_err();
        assert!(error.contains(what), "{inner}: {error}");
    }
    assert!(content_type(b"GIF89a").is_err() && content_type(b"<html>").is_err());
}

#[test]
fn a_picture_that_cannot_be_used_is_named_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("logo.svg");
    let with = |logo: &std::path::Path| BrandSettings { logo: Some(logo.to_owned()), ..BrandSettings::default() };
    let error = Branding::open(&with(&file)).unwrap_err().to_string();
    assert!(error.starts_with("`callboard.branding.logo`: cannot read "), "{error}");
    fs::write(&file, vec![b' '; 300 * 1024]).unwrap();
    assert!(Branding::open(&with(&file)).unwrap_err().to_string().contains("larger than 256 KiB"));
    fs::write(&file, "<svg/>").unwrap();
    let logo = Branding::open(&with(&file)).unwrap().logo().unwrap();
    assert!(logo.light.starts_with("/branding/logo?v=") && logo.dark.is_none(), "{logo:?}");
    let dark_alone = BrandSettings { logo_dark: Some(file), ..BrandSettings::default() };
    assert!(matches!(Branding::open(&dark_alone), Err(BrandError::DarkLogoAlone)));
}

#[test]
fn the_manifest_has_the_names_and_colours_of_the_organisation() {
    let settings = BrandSettings {
        title: "Port \"Larkspur\"".to_owned(),
        organization: "Larkspur".to_owned(),
        colors: ColorSettings { accent: both("#0a7d5a"), ..ColorSettings::default() },
        ..BrandSettings::default()
    };
    let branding = Branding::open(&settings).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&branding.manifest.bytes).unwrap();
    assert_eq!(manifest["short_name"], "Port \"Larkspur\"");
    assert_eq!(manifest["theme_color"], "#0a7d5a");
    let icons = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend");
    for icon in manifest["icons"].as_array().unwrap() {
        let path = format!("{icons}{}", icon["src"].as_str().unwrap());
        assert!(fs::metadata(&path).is_ok(), "{path} does not exist");
    }
}
