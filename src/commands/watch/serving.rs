//! The server of a watch, if there is one, as its loop sees it.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;

use super::documents::DocumentWriter;
use super::problems::Problems;
use super::serve_options::ServeOptions;
use super::server::StatusServer;
use super::status_board::{Question, Questions, StatusBoard};
use super::unread_scopes::UnreadScopes;
use crate::clouds::EventSource;
use crate::config::WatchSettings;
use crate::error::{Error, ErrorKind};
use crate::model::Coverage;
use crate::ui::Ui;

/// The server of a watch, if there is one, and what it is to tell.
#[derive(Default)]
pub struct Serving {
    /// What is wrong, also without a server: it is said on stderr too.
    problems: Problems,
    unread: UnreadScopes,
    /// None without `--serve`.
    served: Option<Served>,
}

struct Served {
    board: Arc<StatusBoard>,
    questions: Questions,
    _server: AbortOnDropHandle<()>,
}

/// Takes the address of `--serve`, so that it is known to be free before anything is read.
///
/// # Errors
/// When the options are wrong, or the address cannot be had.
pub async fn bind(watch: &WatchSettings, ui: &Ui) -> Result<Option<StatusServer>, Error> {
    let Some(address) = &watch.serve.value else { return Ok(None) };
    let options = ServeOptions::new(address, watch.serve_token_file.value.as_deref());
    let options = options.map_err(|refused| {
        let (key, origin) = refused.setting(watch);
        refused.error.context(origin.name_setting(key))
    })?;
    let cannot = |error: &std::io::Error| {
        let error = Error::new(ErrorKind::System, format!("cannot listen on {address}")).with_source(error);
        error.context(watch.serve.origin.name_setting("watch.serve"))
    };
    let server = StatusServer::bind(options).await.map_err(|error| cannot(&error))?;
    let bound = server.address().map_err(|error| cannot(&error))?;
    ui.status(&format!("serving http://{bound}: /, /metrics, /healthz and /inventory"));
    Ok(Some(server))
}

impl Serving {
    /// Begins to answer about a watch that has no inventory yet.
    pub fn start(server: StatusServer, writer: DocumentWriter) -> Self {
        let problems = Problems::default();
        let (board, questions) = StatusBoard::new(Timestamp::now(), writer, problems.clone());
        let board = Arc::new(board);
        let task = server.start(Arc::clone(&board));
        Self {
            problems,
            unread: UnreadScopes::default(),
            served: Some(Served { board, questions, _server: task }),
        }
    }

    /// Notes that the watch has an inventory, and takes events from these.
    pub fn begin(&self, sources: &[Arc<dyn EventSource>]) {
        if let Some(served) = &self.served {
            served.board.begin(sources);
        }
    }

    /// Notes that the inventory has changed.
    pub fn note_change(&self) {
        if let Some(served) = &self.served {
            served.board.note_change();
        }
    }

    /// Notes what is wrong with `thing`, or that nothing is. Returns whether that is a problem that was not known.
    pub fn set_problem(&self, thing: &str, problem: Option<String>) -> bool {
        self.problems.set(thing, problem)
    }

    /// Notes all that cannot be read now, and says what changed of that.
    pub fn note_unread<'c>(&mut self, unread: impl Iterator<Item = &'c Coverage>, ui: &Ui) {
        if self.unread.update(unread, ui) {
            self.problems.set("reads", self.unread.describe());
        }
    }

    /// What is wrong, a line each.
    #[cfg(all(test, feature = "aws"))]
    pub fn list_problems(&self) -> Vec<String> {
        self.problems.list()
    }

    /// Waits for the next question; for ever without a server.
    pub async fn next_question(&mut self) -> Question {
        let question = match &mut self.served {
            Some(served) => served.questions.next().await,
            None => None,
        };
        match question {
            Some(question) => question,
            None => std::future::pending().await,
        }
    }
}
