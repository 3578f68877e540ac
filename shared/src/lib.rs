//! What the portal's server and web page agree on.
