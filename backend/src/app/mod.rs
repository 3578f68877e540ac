//! The one place where slices are wired together.

mod api;
mod document;
mod metrics;
mod preview;
mod search;
mod settings;
mod urls;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::Compress;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use chrono::SecondsFormat;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shared::api::app::{AboutApp, AppConfig};
use thiserror::Error;
use tokio::task::JoinHandle;
use tracing::info;

pub use api::openapi_json;
pub use settings::{check_branding, database as database_target, processing_interval};
pub use urls::urls;

use self::metrics::MetricsSources;
use crate::app_config;
use crate::auth::{AuthError, AuthService, Authenticate, Mounts};
use crate::branding::{BrandError, Branding};
use crate::catalog::CatalogService;
use crate::catalog::example::ExampleError;
use crate::catalog::feed::Feed;
use crate::catalog::ingest::Ingest;
use crate::catalog::locations::LocationService;
use crate::catalog::store::{CatalogStore, StoreError};
use crate::config::{Config, ListenAddress};
use crate::permissions::Permissions;
use crate::platform::clock::Clock;
use crate::platform::db::{Db, DbOpenError};
use crate::platform::http::{
    Cors, DocumentHead, Health, HoldUntilReady, HttpMetrics, Page, RequestFrame, page_or_not_found,
};
use crate::platform::ids::Ids;
use crate::platform::stop::{self, Stop, Stopping};
use crate::search::{Follower, SearchError, SearchService};
use crate::user_settings::UserSettingsService;

/// Plugins whose routes need credentials.
const PROTECTED: [&str; 4] = ["catalog", "personal-tokens", "search", "user-settings"];
/// What reads although it is asked with POST, so that personal tokens that only read may ask it.
const READING_POSTS: [(&str, &str); 11] = [
    ("catalog", "/entities/by-query"),
    ("catalog", "/entities/by-refs"),
    ("catalog", "/entities/csv"),
    ("catalog", "/entity-counts"),
    ("catalog", "/entity-facets"),
    ("catalog", "/locations/preview"),
    ("catalog", "/locations/preview-text"),
    ("catalog", "/locations/by-query"),
    ("catalog", "/analyze-location"),
    ("catalog", "/validate-entity"),
    ("user-settings", "/multiget"),
];
/// How long a client may take to send the head of a request. Browsers open connections ahead of need, and report one that
/// is closed in the meantime as a failed request, so this is longer than they keep such a connection.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests that are under way may take when the process stops, in seconds.
const SHUTDOWN_SECS: u64 = 10;

/// Everything that a portal consists of, ready to run.
pub struct Application {
    listener: TcpListener,
    workers: usize,
    services: Services,
    ingest: Ingest,
    feed: Arc<Feed>,
    search: Follower,
    db: Db,
    stop: Stop,
    stopping: Stopping,
    more_routes: MoreRoutes,
}

/// Routes beside the portal's own.
type MoreRoutes = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// What the routes need. Clones share everything.
#[derive(Clone)]
struct Services {
    auth: Data<AuthService>,
    catalog: CatalogService,
    locations: LocationService,
    search: SearchService,
    user_settings: UserSettingsService,
    app_config: AppConfig,
    about: AboutApp,
    health: Health,
    cors: Cors,
    metrics: MetricsSources,
    page: Data<Page>,
    branding: Data<Branding>,
    ids: Ids,
    stopping: Stopping,
}

/// Why a portal does not start. Each message says what to do.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Host and port.
        address: String,
        /// What the operating system says, and what to do about it.
        reason: String,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DbOpenError),
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(String),
    /// The example catalog cannot be written to the data folder.
    #[error(transparent)]
    Example(#[from] ExampleError),
    /// The branding cannot be used.
    #[error(transparent)]
    Branding(#[from] BrandError),
    /// The catalog cannot be loaded.
    #[error("cannot load the catalog")]
    Catalog(#[source] StoreError),
    /// The search index cannot be opened.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The signing keys cannot be loaded.
    #[error("cannot prepare sign-in")]
    Auth(#[from] AuthError),
    /// The HTTP server fails.
    #[error("the server stopped unexpectedly")]
    Serve(#[from] std::io::Error),
}

impl Application {
    /// Opens the address, the database and the read model. Nothing is read from locations before [`Application::run`].
    ///
    /// # Errors
    /// See [`StartError`].
    // In a box, as `run` is: what awaits an `async fn` of another crate compiles all of it once more.
    pub fn build(config: &Config) -> LocalBoxFuture<'_, Result<Self, StartError>> {
        Self::open(config).boxed_local()
    }

    async fn open(config: &Config) -> Result<Self, StartError> {
        // First, because it is the quickest to fail: a second copy must not touch the database of the first.
        let listener = listen(&config.backend.listen)?;
        let (clock, ids) = (Clock::system(), Ids::random());
        let about = app_config::about(clock.now().to_rfc3339_opts(SecondsFormat::Secs, true));
        let target = settings::database(config);
        let explain = |error: StoreError| match target.explain_corruption(&error) {
            Some(corruption) => StartError::Database(corruption),
            None => StartError::Catalog(error),
        };
        let db = Db::open(&target).await?;
        let store = CatalogStore::new(db.clone());
        let feed = Arc::new(Feed::load(store.clone()).await.map_err(explain)?);
        let ingest_settings = settings::ingest(config, clock.clone(), ids.clone())?;
        let location_settings = settings::locations(config, &ingest_settings);
        let (ingest, handle) = Ingest::new(store.clone(), Arc::clone(&feed), ingest_settings).await.map_err(explain)?;
        let catalog = CatalogService::new(store, Arc::clone(&feed), Permissions, handle);
        let locations = LocationService::new(catalog.clone(), location_settings);
        let for_groups = catalog.clone();
        let auth = AuthService::open(
            settings::auth(config),
            Mounts::new(&PROTECTED).with_reading_posts(&READING_POSTS),
            db.connection().clone(),
            Arc::new(move |user| for_groups.groups_of(user)),
            clock.clone(),
            ids.clone(),
        );
        let auth = Data::new(auth.await?);
        let branding = Branding::open(&settings::branding(config))?;
        let app_config = settings::app_config(config, auth.providers(), &branding);
        let for_previews = config.backend.auth.dangerously_disable_default_auth_policy.then(|| catalog.clone());
        let head = DocumentHead::new(
            &app_config.title,
            crate::branding::DESCRIPTION,
            &app_config,
            branding.sheet_address().as_deref(),
            Box::new(move |path| preview::preview(path, for_previews.as_ref())),
        );
        let metrics = MetricsSources {
            access: config.callboard.metrics,
            http: Arc::new(HttpMetrics::new(&api::route_patterns())),
            catalog: catalog.clone(),
            db: db.clone(),
        };
        let user_settings = UserSettingsService::new(db.clone());
        let (search, follower) = search::open(config, &catalog, &user_settings, &clock)?;
        let (stop, stopping) = stop::channel();
        let services = Services {
            auth,
            catalog,
            locations,
            search,
            user_settings,
            app_config,
            about,
            health: Health::default(),
            cors: settings::cors(config)?,
            metrics,
            page: Data::new(Page::default().with_head(head)),
            branding: Data::new(branding),
            ids,
            stopping: stopping.clone(),
        };
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            listener,
            workers,
            services,
            ingest,
            feed,
            search: follower,
            db,
            stop,
            stopping,
            more_routes: Arc::new(|_| {}),
        })
    }

    /// Serves these routes as well, behind the same middleware; they win over the portal's own. `routes` is called once
    /// for each worker.
    ///
    /// For measurements: what a handler costs shows beside one that does nothing.
    #[must_use]
    pub fn with_routes(mut self, routes: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static) -> Self {
        self.more_routes = Arc::new(routes);
        self
    }

    /// Where the portal listens. With port 0 in the configuration this is where the real port is found.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Tells the portal to stop, from outside.
    pub fn stopper(&self) -> Stop {
        self.stop.clone()
    }

    /// Serves until it is told to stop, then finishes what is under way.
    ///
    /// # Errors
    /// When the server fails.
    pub fn run(self) -> LocalBoxFuture<'static, Result<(), StartError>> {
        self.serve().boxed_local()
    }

    async fn serve(self) -> Result<(), StartError> {
        let health = self.services.health.clone();
        let is_first_start = self.feed.index().is_empty();
        if !is_first_start {
            health.set_ready();
        }
        let for_ingest = health.clone();
        // On the very first start an empty catalog would be a lie, so requests wait until the sources were read once.
        let ingest = tokio::spawn(self.ingest.run(self.stopping.clone(), move || for_ingest.set_ready()));
        let following = tokio::spawn({
            let (feed, stopping) = (Arc::clone(&self.feed), self.stopping.clone());
            async move { feed.run(stopping).await }
        });
        let searching = tokio::spawn(self.search.run(self.stopping.clone()));
        let (services, more_routes) = (self.services, self.more_routes);
        let server = HttpServer::new(move || app(services.clone(), Arc::clone(&more_routes)))
            .workers(self.workers)
            .disable_signals()
            .shutdown_timeout(SHUTDOWN_SECS)
            .client_request_timeout(REQUEST_TIMEOUT)
            // A compressed answer is written in pieces. Without this, the last one waits for the client to acknowledge the
            // one before, which clients put off for 40 ms.
            .tcp_nodelay(true)
            .listen(self.listener)?
            .run();
        let handle = server.handle();
        let mut stopping = self.stopping.clone();
        let ending = tokio::spawn(async move {
            stop::stopped(&mut stopping).await;
            info!("stopping: finishing what is under way");
            health.set_stopping();
            handle.stop(true).await;
        });
        server.await?;
        // Whatever ended the server ends the tasks, too.
        self.stop.send_replace(true);
        for task in [ingest, following, searching, ending] {
            finish(task).await;
        }
        self.db.close().await;
        Ok(())
    }
}

async fn finish(task: JoinHandle<()>) {
    if let Err(cause) = task.await {
        tracing::error!(%cause, "a background task ended unexpectedly");
    }
}

/// One worker's application. What it serves is listed in [`api`].
fn app(
    services: Services,
    more_routes: MoreRoutes,
) -> App<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let Services {
        auth,
        catalog,
        locations,
        search,
        user_settings,
        app_config,
        about,
        health,
        cors,
        metrics,
        page,
        branding,
        ids,
        stopping,
    } = services;
    let http_metrics = Arc::clone(&metrics.http);
    api::application(more_routes)
        .configure(|config| {
            config
                .app_data(auth.clone())
                .app_data(Data::new(catalog))
                .app_data(Data::new(locations))
                .app_data(Data::new(search))
                .app_data(Data::new(user_settings))
                .app_data(Data::new(app_config))
                .app_data(Data::new(about))
                .app_data(Data::new(health.clone()))
                .app_data(Data::new(metrics))
                .app_data(page)
                .app_data(branding)
                .app_data(Data::new(stopping));
        })
        .default_service(web::to(page_or_not_found))
        .wrap(Authenticate::new(auth))
        .wrap(HoldUntilReady::new(health))
        .wrap(Compress::default())
        .wrap(RequestFrame::new(ids, cors, http_metrics))
}

fn listen(listen: &ListenAddress) -> Result<TcpListener, StartError> {
    let address = format!("{}:{}", listen.host, listen.port);
    let explain = |error: std::io::Error| {
        let reason = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "the port is in use; stop the program that uses it, or choose another one with `--port {}` or `backend.listen.port`",
                listen.port.wrapping_add(1)
            ),
            std::io::ErrorKind::PermissionDenied => {
                "ports below 1024 need special rights; choose another one with `--port 7007` or `backend.listen.port`"
                    .to_owned()
            }
            _ => format!("{error}; check `backend.listen`"),
        };
        StartError::Listen { address: address.clone(), reason }
    };
    TcpListener::bind((listen.host.as_str(), listen.port)).map_err(explain)
}
