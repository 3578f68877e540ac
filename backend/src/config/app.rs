//! `app`, `organization` and `permission`.

use super::links::Support;
use super::values::HttpUrl;

section! {
    /// The web page.
    pub struct App {
        /// Name of the portal, as the browser's title and the page show it.
        pub title: String = "title", default "Callboard".to_owned();
        /// Address under which people open the page, where it differs from `backend.baseUrl`. The server itself serves
        /// the page under `backend.baseUrl`. Not used yet.
        pub base_url: Option<HttpUrl> = "baseUrl";
        /// Where people get help. The page shows it in its help menu.
        pub support: Support = "support";
    }
    later: ["analytics", "extensions", "packages", "packageName", "pluginOverrides", "datadogRum", "auth",
        "branding", "routes", "listen"]
}

section! {
    /// The organisation that the catalog describes.
    pub struct Organization {
        /// Name of the organisation, shown beside the title.
        pub name: Option<String> = "name";
    }
}

section! {
    /// Decisions about who may do what.
    pub struct Permission {
        /// Whether requests are checked against a policy. Without it everyone who is signed in may do everything.
        /// Not enforced yet.
        pub enabled: bool = "enabled";
    }
    later: ["rules", "policy", "rbac"]
}
