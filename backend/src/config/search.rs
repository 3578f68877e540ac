//! `search`: finding things.

section! {
    /// Finding things.
    pub struct Search {
        /// How many results a page may have.
        pub max_page_limit: u32 = "maxPageLimit", default 100;
        /// How many characters a search term may have.
        pub max_term_length: u32 = "maxTermLength", default 100;
    }
    later: ["collators", "engine", "meilisearch"]
    ignored: ["pg", "elasticsearch", "permissions"]
}
