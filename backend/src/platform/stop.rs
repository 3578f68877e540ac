//! How the process tells its tasks to end.

use tokio::sync::watch;

/// Tells every holder of a [`Stopping`] to end.
pub type Stop = watch::Sender<bool>;
/// Turns true when the process stops.
pub type Stopping = watch::Receiver<bool>;

/// Both ends.
pub fn channel() -> (Stop, Stopping) {
    watch::channel(false)
}

/// Returns when the process stops.
pub async fn stopped(stopping: &mut Stopping) {
    // An error means that the sender is gone, which is the end, too. The value borrows a lock and is let go here.
    drop(stopping.wait_for(|is_stopping| *is_stopping).await);
}
