//! The one table of channels: from the settings to what sends.

use super::channel::Channel;
use super::cloudwatch::CloudWatch;
use super::file::NoticeFile;
use super::slack::Slack;
use super::sns::Sns;
use super::teams::Teams;
use super::webhook::Webhook;
use crate::config::{ChannelSettings, ChannelTarget};

/// Makes the channel of these settings. Nothing is connected to, and no secret is read.
#[must_use]
pub fn open_channel(settings: &ChannelSettings) -> Box<dyn Channel> {
    match &settings.target {
        ChannelTarget::Sns(target) => Box::new(Sns::new(target.clone())),
        ChannelTarget::CloudWatch(target) => Box::new(CloudWatch::new(target.clone())),
        ChannelTarget::Slack(url) => Box::new(Slack(url.clone())),
        ChannelTarget::Teams(url) => Box::new(Teams(url.clone())),
        ChannelTarget::Webhook { url, key } => Box::new(Webhook { url: url.clone(), key: key.clone() }),
        ChannelTarget::File(path) => Box::new(NoticeFile(path.clone())),
    }
}
