//! Our words for the engine.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::search::words::{Run, Word, runs};

/// The name of the tokenizer in the schema.
pub const WORDS: &str = "words";

/// Cuts texts into words; see [`crate::search::words`].
#[derive(Clone, Debug, Default)]
pub struct WordTokenizer;

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let mut position = 0;
        let mut words = Vec::new();
        for Run { whole, humps } in runs(text) {
            let n_words = humps.len().max(1);
            words.push((position, whole));
            words.extend(humps.into_iter().enumerate().map(|(at, word)| (position + at, word)));
            position += n_words;
        }
        WordStream { words: words.into_iter(), token: Token::default() }
    }
}

/// The words of one text.
#[derive(Debug)]
pub struct WordStream {
    /// Each with its place; a word with humps has the place of the first of them.
    words: std::vec::IntoIter<(usize, Word)>,
    token: Token,
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some((position, word)) = self.words.next() else { return false };
        self.token =
            Token { offset_from: word.start, offset_to: word.end, position, text: word.text, position_length: 1 };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
