//! Opens the sources of events that the flags or the configuration name.

use std::sync::Arc;

use jiff::Timestamp;

use crate::clouds::{CloudEnvironment, EventSource, Run, SourceError};
use crate::config::{EventQueueName, Settings, WatchSettings};
use crate::error::{Error, ErrorKind};
use crate::watch::EventFile;

/// The sources that the settings name, checked.
#[derive(Debug)]
pub struct EventSourceNames {
    queues: Vec<EventQueueName>,
    azure_changes: bool,
    file: Option<String>,
}

/// What sources are opened with.
#[cfg_attr(not(feature = "watch"), expect(dead_code, reason = "a file needs none of it"))]
#[derive(Clone, Copy)]
pub struct SourceNeeds<'a> {
    pub settings: &'a Settings,
    pub environment: &'a CloudEnvironment,
    pub run: &'a Run,
    /// When what is known already was read.
    pub since: Timestamp,
}

impl EventSourceNames {
    /// Takes the settings, or instead of these a file of recorded events.
    ///
    /// # Errors
    /// When this build cannot read queues.
    pub fn new(watch: &WatchSettings, file: Option<&str>) -> Result<Self, Error> {
        if let Some(file) = file {
            return Ok(Self { queues: Vec::new(), azure_changes: false, file: Some(file.to_owned()) });
        }
        let (queues, azure_changes) = (watch.queues.value.clone(), watch.azure_changes.value);
        if !cfg!(feature = "watch") && (azure_changes || !queues.is_empty()) {
            return Err(Error::usage("this build cannot read queues of events")
                .remedy("build with: cargo install netcensus --features watch"));
        }
        Ok(Self { queues, azure_changes, file: None })
    }

    /// Lists the queues.
    pub fn queues(&self) -> &[EventQueueName] {
        &self.queues
    }

    /// Opens all of them, and looks whether they are there.
    ///
    /// # Errors
    /// When one cannot be read.
    pub async fn open(&self, needs: SourceNeeds<'_>) -> Result<Vec<Arc<dyn EventSource>>, Error> {
        let mut sources: Vec<Arc<dyn EventSource>> = Vec::new();
        for queue in &self.queues {
            sources.push(open_queue(queue, needs).await.map_err(unusable)?);
        }
        if self.azure_changes {
            sources.push(open_changes(needs).await?);
        }
        if let Some(path) = &self.file {
            let file = EventFile::open(path);
            sources.push(Arc::new(file.map_err(|error| Error::from_diagnostic(ErrorKind::Input, error))?));
        }
        Ok(sources)
    }
}

fn unusable(error: SourceError) -> Error {
    let SourceError { diagnostic, is_transient } = error;
    let is_unexplained = is_transient && diagnostic.remedies.is_empty();
    let error = Error::from_diagnostic(ErrorKind::Input, diagnostic);
    if is_unexplained { error.remedy("this may pass: start the watch again later") } else { error }
}

#[cfg(feature = "watch")]
async fn open_queue(
    queue: &EventQueueName,
    needs: SourceNeeds<'_>,
) -> Result<Arc<dyn EventSource>, SourceError> {
    use crate::clouds::{aws::SqsQueue, azure::AzureQueue};

    let SourceNeeds { settings, environment, run, .. } = needs;
    Ok(match queue {
        EventQueueName::Sqs(queue) => Arc::new(Box::pin(SqsQueue::open(queue, environment, run)).await?),
        EventQueueName::AzureStorage(queue) => {
            Arc::new(Box::pin(AzureQueue::open(queue, &settings.azure, environment, run)).await?)
        }
    })
}

#[cfg(feature = "watch")]
async fn open_changes(needs: SourceNeeds<'_>) -> Result<Arc<dyn EventSource>, Error> {
    use crate::clouds::{Needs, azure::ChangeFeed};
    use crate::redact::redact;
    use crate::watch::events::watched_types;

    let SourceNeeds { settings, environment, run, since } = needs;
    let cloud = Needs { settings, environment };
    let feed = Box::pin(ChangeFeed::open(cloud, run, since, watched_types())).await;
    let feed = feed.map_err(|error| {
        Error::from_diagnostic(ErrorKind::Input, error.diagnostic.map(redact)).context("--azure-changes")
    })?;
    Ok(Arc::new(feed))
}

#[cfg(not(feature = "watch"))]
#[expect(clippy::unused_async, reason = "a build with queues waits")]
async fn open_queue(queue: &EventQueueName, _: SourceNeeds<'_>) -> Result<Arc<dyn EventSource>, SourceError> {
    Err(SourceError::permanent(format!("{queue}: this build cannot read queues")))
}

#[cfg(not(feature = "watch"))]
#[expect(clippy::unused_async, reason = "a build with queues waits")]
async fn open_changes(_: SourceNeeds<'_>) -> Result<Arc<dyn EventSource>, Error> {
    Err(Error::usage("this build cannot read Azure's changes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_at_the_start_says_what_to_do() {
        let remedies = |error| unusable(error).diagnostic().remedies.clone();
        let later = ["this may pass: start the watch again later"];
        assert_eq!(remedies(SourceError::transient("HTTP 500")), later);
        assert_eq!(remedies(SourceError::transient("throttled").remedy("try later")), ["try later"]);
        assert!(remedies(SourceError::permanent("HTTP 400")).is_empty());
    }
}
