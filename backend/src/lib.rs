//! The Callboard server.
