//! The two macros in which settings are written down once: as types, as readers and as reference.

/// Declares an object of the configuration.
///
/// Each field names its key, and optionally its default; a field without one starts from `Default`, and
/// `=> required` makes a missing key an error. The doc comments are the reference that users read, so they say what
/// the key does, its unit and its range.
///
/// ```text
/// section! {
///     /// What the section is for.
///     pub struct App {
///         /// Name of the portal.
///         pub title: String = "title", default "Callboard".to_owned();
///     }
///     later: ["analytics"]      // keys that a later version will use
///     ignored: ["packages"]     // keys of Backstage without a meaning here
/// }
/// ```
macro_rules! section {
    (@default) => { Default::default() };
    (@default $default:expr) => { $default };
    (@read $reader:ident $at:ident $key:literal [] $($default:expr)?) => {
        $reader.field($at, $key, || section!(@default $($default)?))
    };
    (@read $reader:ident $at:ident $key:literal [required] $($default:expr)?) => {
        $reader.required($at, $key, || section!(@default $($default)?))
    };
    (@shown $type:ty; [required] $($default:expr)?) => { None };
    (@shown $type:ty; [] $($default:expr)?) => {{
        let default: $type = section!(@default $($default)?);
        Some($crate::config::reader::Setting::show(&default))
    }};
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                pub $field:ident: $type:ty = $key:literal $(, default $default:expr)? $(=> $required:ident)?;
            )*
        }
        $(later: [$($later:literal),* $(,)?])?
        $(ignored: [$($ignored:literal),* $(,)?])?
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: section!(@default $($default)?), )* }
            }
        }

        impl $crate::config::reader::Setting for $name {
            fn read(
                at: &$crate::config::reader::At<'_>,
                reader: &mut $crate::config::reader::Reader,
            ) -> Option<Self> {
                reader.open(at, &$crate::config::reader::Keys {
                    used: &[$($key),*],
                    later: &[$($($later),*)?],
                    ignored: &[$($($ignored),*)?],
                })?;
                Some(Self { $(
                    $field: section!(@read reader at $key [$($required)?] $($default)?),
                )* })
            }

            fn kind() -> String {
                "an object".to_owned()
            }

            fn describe(path: &str, table: &mut Vec<$crate::config::reference::KeyDescription>) {
                $( $crate::config::reference::describe_key::<$type>(
                    path,
                    $key,
                    &[$($doc),+],
                    section!(@shown $type; [$($required)?] $($default)?),
                    table,
                ); )*
            }
        }
    };
}

/// Declares a choice between words.
///
/// ```text
/// choice! {
///     /// How log lines are written.
///     pub enum LogFormat {
///         /// For people.
///         Text = "text",
///     }
/// }
/// ```
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident {
            $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal $(| $other:literal)*, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl $name {
            /// The word for it in the configuration.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::config::reader::Setting for $name {
            fn read(
                at: &$crate::config::reader::At<'_>,
                reader: &mut $crate::config::reader::Reader,
            ) -> Option<Self> {
                match at.text() {
                    $( Some($word $(| $other)*) => Some(Self::$variant), )+
                    _ => {
                        reader.wrong(at, &<Self as $crate::config::reader::Setting>::kind());
                        None
                    }
                }
            }

            fn kind() -> String {
                [$( concat!("`", $word, "`") ),+].join(" or ")
            }

            fn show(&self) -> String {
                self.as_str().to_owned()
            }
        }
    };
}
