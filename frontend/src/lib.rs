//! The Callboard web page.
