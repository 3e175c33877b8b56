//! Takes a query apart into words.

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// A name, a keyword or an operator.
    Plain(String),
    /// What stands in quotes.
    Text(String),
}

impl Word {
    /// Tells whether it is a certain keyword or sign.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Plain(word) if word == keyword)
    }
}

/// Splits a query; `None` when a quote does not end or a character is none of the language's.
pub fn words(query: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let end = rest[1..].find(first)?;
                words.push(Word::Text(rest[1..=end].to_owned()));
                end + 2
            }
            '|' | '(' | ')' | ',' => plain(&mut words, rest, 1),
            '=' if rest.starts_with("=~") => plain(&mut words, rest, 2),
            _ if is_name(first) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                // `in~` is the one name with a sign in it.
                let end = if rest.starts_with("in~") { 3 } else { end };
                plain(&mut words, rest, end)
            }
            _ => return None,
        };
        rest = rest[length..].trim_start();
    }
    Some(words)
}

fn plain(words: &mut Vec<Word>, text: &str, length: usize) -> usize {
    words.push(Word::Plain(text[..length].to_owned()));
    length
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
