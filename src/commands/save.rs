//! Where `--save` writes: what is surely a mistake is refused before anything is read, and so is what cannot be written.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::snapshot_lookup;
use crate::cli::store::SaveArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::fs::atomic::PendingFile;
use crate::model::Kind;
use crate::output::Format;
use crate::snapshot::{Reader, Store, is_snapshot};

/// Extensions that no format of ours has, and that no snapshot or document should have either.
const OTHER_EXTENSIONS: [&str; 4] = ["gz", "yaml", "yml", "toml"];

/// Refuses a target of `--save` that is surely a mistake, before anything is read.
///
/// # Errors
/// When it is the name of a kind, of a snapshot or of another format, or a file that holds something else.
pub fn check(args: &SaveArgs) -> Result<(), Error> {
    let Some(Some(path)) = &args.save else { return Ok(()) };
    check_name(path)?;
    if path.is_dir() {
        return Err(Error::usage(format!("--save {} would write to a folder", path.display())).remedy(
            format!("write `--save --store {0}` to keep a snapshot in it, or --save FILE", path.display()),
        ));
    }
    let is_ours = !path.is_file()
        || is_ours(path).map_err(|error| {
            Error::usage(format!("cannot read {}, which --save would replace", path.display()))
                .caused_by(&error)
                .remedy("make it readable, or name another file")
        })?;
    if !is_ours {
        return Err(Error::usage(format!(
            "{} is there already and holds something else, or is damaged",
            path.display()
        ))
        .remedy("name another file, or move this one away"));
    }
    Ok(())
}

/// Finds out whether `--save` could write where it is told to, so that a scan of minutes is not lost.
///
/// # Errors
/// When it could not.
pub fn probe(args: &SaveArgs, settings: &Settings) -> Result<(), Error> {
    match &args.save {
        None => Ok(()),
        Some(Some(path)) => Ok(PendingFile::check_writable(path)?),
        Some(None) => {
            let store = snapshot_lookup::store(settings)?;
            let path = store.probe().map_err(|error| cannot_keep(&store, &error))?;
            Ok(PendingFile::check_writable(&path)?)
        }
    }
}

/// Says that the folder of snapshots cannot be made.
pub fn cannot_keep(store: &Store, error: &io::Error) -> Error {
    let folder = store.folder().display();
    Error::new(ErrorKind::Output, format!("cannot keep snapshots in {folder}")).caused_by(error)
}

fn check_name(path: &Path) -> Result<(), Error> {
    let kinds = Kind::ALL.map(Kind::as_str);
    if let Some(kind) = kinds.iter().chain(&["all"]).find(|kind| path == Path::new(kind)) {
        return Err(Error::usage(format!("--save {kind} would write a file of that name"))
            .remedy(format!("write `netcensus scan {kind} --save` to keep {kind}, or --save ./{kind}")));
    }
    let shown = path.display();
    if path.as_os_str().as_encoded_bytes().starts_with(b"@") {
        return Err(Error::usage(format!(
            "--save {shown} would write a file of that name, and no snapshot is named by hand"
        ))
        .remedy(format!("write --save alone to keep one in the folder of snapshots, or --save ./{shown}")));
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_ours = Format::from_path(path).is_none_or(|format| format == Format::Json);
    if is_ours && !OTHER_EXTENSIONS.iter().any(|other| extension.eq_ignore_ascii_case(other)) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "cannot save to {shown}: --save writes snapshots, and inventory documents to .json files"
    ))
    .remedy("to write the table that is shown, use `-o FORMAT > FILE`, as in `-o csv > FILE.csv`")
    .remedy(format!("to save a snapshot, use a name that does not end in .{extension}")))
}

/// Tells whether a file is empty, a snapshot, or the inventory document.
///
/// # Errors
/// When it cannot be read: it may be anything then.
fn is_ours(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    if File::open(path)?.take(64).read_to_end(&mut start)? == 0 {
        return Ok(true);
    }
    let file = File::open(path)?;
    if is_snapshot(&start) {
        return Ok(Reader::new(file, "").is_ok());
    }
    Ok(serde_json::from_reader::<_, Document>(BufReader::new(file)).is_ok())
}

/// What tells the inventory document from other JSON, and from reports, which have a version too.
#[derive(Deserialize)]
#[expect(dead_code, reason = "all of it need only be there")]
struct Document {
    schema_version: u64,
    networks: IgnoredAny,
    coverage: IgnoredAny,
}
