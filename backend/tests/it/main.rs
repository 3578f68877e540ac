//! HTTP behaviour of the whole server.
