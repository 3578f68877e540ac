//! `search`: finding things.

use super::secret::SecretString;

section! {
    /// Finding things.
    pub struct Search {
        /// What holds the index: `embedded` keeps it in the data folder, `meilisearch` in a server that several replicas
        /// share.
        pub engine: SearchEngineName = "engine", default SearchEngineName::Embedded;
        /// The server, for the engine `meilisearch`.
        pub meilisearch: Meilisearch = "meilisearch";
        /// How many results a page may have.
        pub max_page_limit: u32 = "maxPageLimit", default 100;
        /// How many characters a search term may have.
        pub max_term_length: u32 = "maxTermLength", default 100;
    }
    later: ["collators"]
    ignored: ["pg", "elasticsearch", "permissions"]
}

section! {
    /// A Meilisearch server.
    pub struct Meilisearch {
        /// Address of the server.
        pub host: String = "host", default "http://localhost:7700".to_owned();
        /// A key that may search, and may change documents, settings and indexes whose names begin like `index`; best given
        /// as `${VARIABLE}`. Without it nothing is sent, for a server without a master key.
        pub api_key: Option<SecretString> = "apiKey";
        /// Name of the index: letters, digits, `-` and `_`. Portals that share a server need different ones, replicas of a
        /// portal the same.
        pub index: String = "index", default "callboard".to_owned();
    }
}

choice! {
    /// What holds the index.
    pub enum SearchEngineName {
        /// A folder.
        Embedded = "embedded",
        /// A Meilisearch server.
        Meilisearch = "meilisearch",
    }
}
