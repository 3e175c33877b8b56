//! Changes valid inputs into almost valid ones. The same numbers give the same changes.

/// Numbers that look random (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins a sequence; each `seed` has its own.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is below a usize")
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Values that readers get wrong, whatever the format.
const ODD_VALUES: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "-0",
    "1e400",
    "NaN",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "18446744073709551616",
    "0x10",
    "1.5",
    "true",
    "null",
    "banana",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{10ffff}",
    "é",
    "\r\n",
    "\\",
    "\\u0000",
    "\\ud800",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.1/8",
    "10.0.0.0/33",
    "255.255.255.255/32",
    "::/0",
    "::ffff:10.0.0.0/104",
    "2001:db8::/129",
    "fe80::1%eth0",
    "0000-00-00",
    "-009999-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "2026-02-30",
    "=1+1",
    "${x}",
    "{{x}}",
    "../../x",
];

/// Inputs longer than this do not grow.
const LONGEST: usize = 1 << 18;

/// Changes inputs of one format.
pub struct Mutator<'a> {
    /// Valid inputs, parts of which are put into others.
    pub seeds: &'a [Vec<u8>],
    /// Words and signs of the format.
    pub tokens: &'a [&'a str],
}

impl Mutator<'_> {
    /// Changes `input` in one to six places.
    pub fn mutate(&self, mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
        for _ in 0..=random.below(6) {
            input = self.change(input, random);
        }
        input
    }

    fn change(&self, mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
        let at = random.below(input.len() + 1);
        if at == input.len() {
            input.extend(self.token(random).as_bytes());
            return input;
        }
        match random.below(12) {
            0 => input[at] ^= 1 << random.below(8),
            1 => input[at] = *random.pick(&[&0, &b' ', &b'"', &b'\n', &0x7f, &0x80, &0xc3, &0xff]),
            2 => input.truncate(at),
            3 => {
                input.drain(span(&input, at, random));
            }
            4 => insert(&mut input, at, self.token(random).as_bytes()),
            5 => {
                let copied = input[span(&input, at, random)].to_vec();
                insert(&mut input, at, &copied);
            }
            6 => {
                let repeated = self.token(random).repeat(1 + random.below(300));
                insert(&mut input, at, repeated.as_bytes());
            }
            7 => {
                let other = &self.seeds[random.below(self.seeds.len())];
                let begin = random.below(other.len() + 1);
                insert(&mut input, at, &other[begin..][..random.below(other.len() - begin + 1)]);
            }
            8 => replace_line(&mut input, at, random),
            _ => replace_value(&mut input, at, self.token(random)),
        }
        input
    }

    fn token<'s>(&'s self, random: &mut Random) -> &'s str {
        if self.tokens.is_empty() || random.below(2) == 0 {
            random.pick(ODD_VALUES)
        } else {
            random.pick(self.tokens)
        }
    }
}

/// Chooses a stretch that begins at `at`, mostly a short one.
fn span(input: &[u8], at: usize, random: &mut Random) -> std::ops::Range<usize> {
    let most = if random.below(4) == 0 { input.len() - at } else { (input.len() - at).min(16) };
    at..at + 1 + random.below(most)
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if input.len() + bytes.len() < LONGEST {
        input.splice(at..at, bytes.iter().copied());
    }
}

/// Leaves a line out, or puts it in twice.
fn replace_line(input: &mut Vec<u8>, at: usize, random: &mut Random) {
    let begin = input[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end =
        input[at..].iter().position(|byte| *byte == b'\n').map_or(input.len(), |length| at + length + 1);
    let line = input[begin..end].to_vec();
    if random.below(2) == 0 {
        input.drain(begin..end);
    } else {
        insert(input, begin, &line);
    }
}

/// Replaces the word around `at`: what stands between quotes, tags, commas or blanks.
fn replace_value(input: &mut Vec<u8>, at: usize, value: &str) {
    let is_end = |byte: &u8| b"\"'<>,:=[]{}\n ".contains(byte);
    let begin = input[..at].iter().rposition(is_end).map_or(0, |before| before + 1);
    let end = input[at..].iter().position(is_end).map_or(input.len(), |length| at + length);
    if begin <= end {
        input.splice(begin..end, value.bytes());
    }
}
