//! Runs targets: some hundred inputs for each, the same ones each time. `NETCENSUS_FUZZ` tries so many inputs, or for so long
//! (`10m`), from a random start, and keeps the one that is tried in the temporary directory, for when it aborts the process.

mod mutate;

use std::fs::File;
use std::io::{self, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mutate::{Mutator, Random};

/// Reads an input, and tells whether it is accepted. Panics when something is wrong.
pub type Check = Box<dyn Fn(&[u8]) -> bool>;

/// A reader of bytes.
pub struct Target {
    /// What it reads.
    pub name: &'static str,
    /// Valid inputs.
    pub seeds: Vec<Vec<u8>>,
    /// Words and signs of its format.
    pub tokens: &'static [&'static str],
    /// What has to hold of every input.
    pub check: Check,
}

impl Target {
    /// Checks that the seeds are accepted: changes begin with what readers know.
    #[track_caller]
    pub fn check_seeds(&self) {
        for (number, seed) in self.seeds.iter().enumerate() {
            assert!((self.check)(seed), "{}: seed {number} is refused", self.name);
        }
    }
}

/// How many inputs a quick target gets unless `NETCENSUS_FUZZ` says otherwise.
pub const INPUTS: u64 = 500;

/// When to stop.
enum Limit {
    /// After so many inputs.
    Inputs(u64),
    /// After this time.
    Time(Duration),
}

/// When to stop, and where the sequence of inputs begins.
fn plan(usual: u64) -> (Limit, u64) {
    let Ok(asked) = std::env::var("NETCENSUS_FUZZ") else { return (Limit::Inputs(usual), 0) };
    let limit = match (asked.parse(), asked.parse::<jiff::SignedDuration>()) {
        (Ok(inputs), _) => Limit::Inputs(inputs),
        (_, Ok(time)) => Limit::Time(time.unsigned_abs()),
        _ => panic!("NETCENSUS_FUZZ={asked} is neither a number of inputs nor a time such as `10m`"),
    };
    (limit, jiff::Timestamp::now().as_microsecond().unsigned_abs())
}

/// The file of the input that is tried.
struct InputFile {
    path: PathBuf,
    /// Open during a long run: ext4 writes a file that was emptied and closed to the disk at once, which takes longer than most
    /// inputs do.
    file: Option<File>,
}

impl InputFile {
    fn new(target: &Target) -> Self {
        Self { path: std::env::temp_dir().join(format!("netcensus-fuzz-{}", target.name)), file: None }
    }

    fn write(&mut self, input: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(&self.path)?),
        };
        file.rewind()?;
        file.write_all(input)?;
        file.set_len(input.len() as u64)
    }
}

/// Gives `target` almost valid inputs: so many as `usual` says, unless `NETCENSUS_FUZZ` says how many or for how long.
///
/// # Panics
/// When a seed is refused, or the check of an input panics; its bytes are in the file that the message names.
#[expect(clippy::disallowed_macros, reason = "the figures of a long run are for those who started it")]
pub fn run(target: &Target, usual: u64) {
    target.check_seeds();
    let (limit, start) = plan(usual);
    let mutator = Mutator { seeds: &target.seeds, tokens: target.tokens };
    let mut input_file = InputFile::new(target);
    let (begun, mut slowest, mut inputs) = (Instant::now(), Duration::ZERO, 0);
    let is_over = |inputs| match limit {
        Limit::Inputs(most) => inputs >= most,
        Limit::Time(most) => begun.elapsed() >= most,
    };
    while !is_over(inputs) {
        let number = start + inputs;
        inputs += 1;
        let mut random = Random::new(number);
        let seed = target.seeds[random.below(target.seeds.len())].clone();
        let input = mutator.mutate(seed, &mut random);
        if start > 0 {
            input_file.write(&input).expect("a temporary file can be written");
        }
        let at = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| (target.check)(&input)));
        slowest = slowest.max(at.elapsed());
        if result.is_err() {
            input_file.write(&input).expect("a temporary file can be written");
            panic!("{}: input {number} is in {}", target.name, input_file.path.display());
        }
    }
    if start > 0 {
        eprintln!("{}: {inputs} inputs in {:?}, the slowest {slowest:?}", target.name, begun.elapsed());
    }
}
