//! The server of a watch, if there is one, as its loop sees it.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;

use super::serve_options::ServeOptions;
use super::server::StatusServer;
use super::status_board::{Question, Questions, StatusBoard};
use crate::cli::watch::ServeArgs;
use crate::clouds::EventSource;
use crate::error::{Error, ErrorKind};
use crate::ui::Ui;

/// The server of a watch; none without `--serve`.
#[derive(Default)]
pub struct Serving(Option<Served>);

struct Served {
    board: Arc<StatusBoard>,
    questions: Questions,
    _server: AbortOnDropHandle<()>,
}

/// Takes the address of `--serve`, so that it is known to be free before anything is read.
///
/// # Errors
/// When the options are wrong, or the address cannot be had.
pub async fn bind(args: &ServeArgs, ui: &Ui) -> Result<Option<StatusServer>, Error> {
    let Some(address) = &args.serve else { return Ok(None) };
    let options = ServeOptions::new(address, args.serve_token_file.as_deref())?;
    let cannot = |error: &std::io::Error| {
        Error::new(ErrorKind::System, format!("--serve: cannot listen on {address}")).caused_by(error)
    };
    let server = StatusServer::bind(options).await.map_err(|error| cannot(&error))?;
    let bound = server.address().map_err(|error| cannot(&error))?;
    ui.status(&format!("serving http://{bound}/metrics, /healthz and /inventory once everything was read"));
    Ok(Some(server))
}

impl Serving {
    /// Begins to answer about a watch of these sources.
    pub fn start(server: Option<StatusServer>, sources: &[Arc<dyn EventSource>]) -> Self {
        Self(server.map(|server| {
            let (board, questions) = StatusBoard::new(Timestamp::now(), sources.to_vec());
            let board = Arc::new(board);
            Served { _server: server.start(Arc::clone(&board)), board, questions }
        }))
    }

    /// Notes that the inventory has changed.
    pub fn note_change(&self) {
        if let Some(served) = &self.0 {
            served.board.note_change();
        }
    }

    /// Notes what is wrong with `thing`, or that nothing is.
    pub fn set_problem(&self, thing: &str, problem: Option<String>) {
        if let Some(served) = &self.0 {
            served.board.set_problem(thing, problem);
        }
    }

    /// Waits for the next question; for ever without a server.
    pub async fn next_question(&mut self) -> Question {
        let question = match &mut self.0 {
            Some(served) => served.questions.next().await,
            None => None,
        };
        match question {
            Some(question) => question,
            None => std::future::pending().await,
        }
    }
}
