//! Recorded messages in a file or on standard input: one on a line, or JSON documents one after the other.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::clouds::{EventSource, Message, MessageToken, SourceError};
use crate::diagnostic::Diagnostic;
use crate::fs::cannot_read;

/// What the token of a message begins with, before its number.
pub const LINE: &str = "line ";
/// How many messages are taken at once.
const MESSAGES_AT_ONCE: usize = 10;
/// A document that is longer is cut there, and the parser refuses it.
const LARGEST_DOCUMENT: usize = 32 << 20;

/// A file of messages. Completing a message does nothing: the file stays as it is.
pub struct EventFile {
    name: String,
    documents: Arc<Mutex<Documents<Box<dyn Read + Send>>>>,
}

impl EventFile {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &str) -> Result<Self, Diagnostic> {
        let (name, reader): (String, Box<dyn Read + Send>) = if path == "-" {
            ("standard input".to_owned(), Box::new(io::stdin()))
        } else {
            let unreadable = |error: io::Error| {
                cannot_read(path, &error)
                    .context("--events")
                    .remedy("name a file of recorded events, one on a line, or - for standard input")
            };
            (path.to_owned(), open_file(path).map_err(unreadable)?)
        };
        Ok(Self { name, documents: Arc::new(Mutex::new(Documents::new(reader))) })
    }

    async fn next_messages(&self) -> Result<Vec<Message>, SourceError> {
        let documents = Arc::clone(&self.documents);
        // Standard input may be a pipe that has nothing for hours.
        let read = tokio::task::spawn_blocking(move || {
            documents.lock().unwrap_or_else(PoisonError::into_inner).take(MESSAGES_AT_ONCE)
        });
        let read = read.await.map_err(io::Error::other).and_then(|read| read);
        let failed = |error: io::Error| {
            let diagnostic = Diagnostic::new(format!("cannot read the events in {}", self.name));
            SourceError::permanent(diagnostic.with_source(&error))
        };
        let read = read.map_err(failed)?;
        let message = |(number, body): (u64, Vec<u8>)| Message {
            token: MessageToken::new(format!("{LINE}{number}")),
            body,
            receive_count: 1,
            sent_at: None,
        };
        Ok(read.into_iter().map(message).collect())
    }
}

impl EventSource for EventFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_endless(&self) -> bool {
        false
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
        Box::pin(self.next_messages())
    }
}

fn open_file(path: &str) -> io::Result<Box<dyn Read + Send>> {
    let found = fs::metadata(path)?;
    // A directory can be opened, and cannot be read.
    if found.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    if found.is_file() {
        return Ok(Box::new(File::open(path)?));
    }
    Ok(Box::new(UnopenedFile { path: path.to_owned(), file: None }))
}

/// A pipe, which is opened by the first that reads it: that waits until something writes to it, and no signal ends it.
struct UnopenedFile {
    path: String,
    file: Option<File>,
}

impl Read for UnopenedFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            file => file.insert(File::open(&self.path)?),
        };
        file.read(bytes)
    }
}

/// Cuts a text into its documents: a JSON document, however many lines it has, or any other line.
struct Documents<R> {
    reader: BufReader<R>,
    line: u64,
    /// A line that was read, and is not part of the document before it.
    next: Option<Vec<u8>>,
    largest: usize,
}

impl<R: Read> Documents<R> {
    fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), line: 0, next: None, largest: LARGEST_DOCUMENT }
    }

    /// Takes the next documents, `most` or fewer, each with the number of its first line; none at the end. Waits for one,
    /// and not for others after it.
    fn take(&mut self, most: usize) -> io::Result<Vec<(u64, Vec<u8>)>> {
        let mut taken = Vec::new();
        while taken.len() < most {
            match self.next_document()? {
                Some(document) => taken.push(document),
                None => break,
            }
            if !self.has_line() {
                break;
            }
        }
        Ok(taken)
    }

    /// Tells whether another line is there without waiting.
    fn has_line(&self) -> bool {
        self.next.is_some() || self.reader.buffer().contains(&b'\n')
    }

    fn next_document(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let Some(mut document) = self.next_line()? else { return Ok(None) };
        let (begin, mut brackets) = (self.line, Brackets::default());
        brackets.read(&document);
        while brackets.is_open() && document.len() < self.largest {
            let Some(line) = self.next_line()? else { break };
            // A document that was cut off must not take those after it along. Only lists have `{` at the begin of a line, and no
            // text goes on in the next line.
            let begins_another = line.starts_with(b"{") && !brackets.is_in_list();
            if brackets.in_string || begins_another || line.starts_with(b"{") && document.starts_with(b"{") {
                self.next = Some(line);
                break;
            }
            brackets.read(&line);
            document.extend(line);
        }
        Ok(Some((begin, document)))
    }

    /// Returns the next line that is not empty.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.next.take() {
            return Ok(Some(line));
        }
        loop {
            let mut line = Vec::new();
            let mut part = Read::take(&mut self.reader, self.largest as u64);
            if part.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if line.len() == self.largest && !line.ends_with(b"\n") {
                self.reader.skip_until(b'\n')?;
            }
            self.line += 1;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }
}

/// Counts the brackets of JSON that are open.
#[derive(Default)]
struct Brackets {
    open: Vec<u8>,
    in_string: bool,
    after_backslash: bool,
}

impl Brackets {
    const fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Tells whether the next value may be an item of a list.
    fn is_in_list(&self) -> bool {
        self.open.last() == Some(&b'[')
    }

    fn read(&mut self, text: &[u8]) {
        for byte in text {
            match byte {
                _ if self.after_backslash => self.after_backslash = false,
                b'\\' if self.in_string => self.after_backslash = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.open.push(*byte),
                b'}' | b']' => drop(self.open.pop()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(text: &str) -> Vec<(u64, String)> {
        let mut documents = Documents::new(text.as_bytes());
        let mut all = Vec::new();
        loop {
            let taken = documents.take(2).unwrap();
            if taken.is_empty() {
                return all;
            }
            all.extend(
                taken
                    .into_iter()
                    .map(|(line, body)| (line, String::from_utf8(body).unwrap().trim().to_owned())),
            );
        }
    }

    fn expected(of: &[(u64, &str)]) -> Vec<(u64, String)> {
        of.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn a_document_ends_where_its_brackets_do() {
        assert_eq!(documents("{\"a\":1}\n\n{\"b\":2}"), expected(&[(1, "{\"a\":1}"), (3, "{\"b\":2}")]));
        let pretty = "{\n  \"a\": \"}\\\"\"\n}";
        let text = format!("{pretty}\nZXZlbnQ=\n{pretty}\n");
        assert_eq!(documents(&text), expected(&[(1, pretty), (4, "ZXZlbnQ="), (5, pretty)]));
        let list = "[\n{\"a\":1},\n{\"b\":2}\n]";
        assert_eq!(documents(list), expected(&[(1, list)]));
        assert!(documents("").is_empty() && documents("\n \n").is_empty());
    }

    #[test]
    fn a_document_that_is_cut_off_does_not_take_the_next_along() {
        let text = "{\"a\": {\n{\"b\":2}\n{\"c\":\n";
        assert_eq!(documents(text), expected(&[(1, "{\"a\": {"), (2, "{\"b\":2}"), (3, "{\"c\":")]));
        // Up to 32 MiB of events were taken for a part of these.
        for cut in ["[{\"a\":\"", "[{\"a\":1,", "[{\"a\":", "{\"a\":\"", "[\"a"] {
            let text = format!("{cut}\n{{\"b\":2}}\n{{\"c\":3}}\n");
            assert_eq!(documents(&text), expected(&[(1, cut), (2, "{\"b\":2}"), (3, "{\"c\":3}")]));
        }
        assert_eq!(documents("[\"a\nZXZlbnQ=\n"), expected(&[(1, "[\"a"), (2, "ZXZlbnQ=")]));
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_the_next_one_is_whole() {
        let text = format!("{}\n{{\"b\":2}}\n", "x".repeat(100));
        let mut documents = Documents { largest: 20, ..Documents::new(text.as_bytes()) };
        assert_eq!(documents.next_document().unwrap(), Some((1, "x".repeat(20).into_bytes())));
        assert_eq!(documents.next_document().unwrap(), Some((2, b"{\"b\":2}\n".to_vec())));
        assert_eq!(documents.next_document().unwrap(), None);
    }

    #[tokio::test]
    async fn a_file_ends_and_a_file_that_is_not_there_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{}\n{}\n").unwrap();
        let source = EventFile::open(file.path().to_str().unwrap()).unwrap();
        let received = source.receive().await.unwrap();
        assert_eq!(
            received.iter().map(|message| message.token.as_str()).collect::<Vec<_>>(),
            ["line 1", "line 2"]
        );
        assert!(source.receive().await.unwrap().is_empty() && !source.is_endless());
        let error = EventFile::open("/no/such/file").err().unwrap();
        assert_eq!(error.message, "--events: there is no file /no/such/file");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_pipe_that_nothing_writes_to_holds_up_only_its_reader() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let source = EventFile::open(path.to_str().unwrap()).unwrap();
        let early = tokio::time::timeout(std::time::Duration::from_millis(200), source.receive()).await;
        assert!(early.is_err(), "it waits");
        // The thread that waits for a writer is let go: the test would not end before.
        std::fs::write(&path, "{}\n").unwrap();
    }
}
