//! Our words for the engine.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::search::words::{Word, words};

/// The name of the tokenizer in the schema.
pub const WORDS: &str = "words";

/// Cuts texts into words; see [`crate::search::words`].
#[derive(Clone, Debug, Default)]
pub struct WordTokenizer;

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        WordStream { words: words(text).into_iter(), position: 0, token: Token::default() }
    }
}

/// The words of one text.
#[derive(Debug)]
pub struct WordStream {
    words: std::vec::IntoIter<Word>,
    position: usize,
    token: Token,
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = Token {
            offset_from: word.start,
            offset_to: word.end,
            position: self.position,
            text: word.text,
            position_length: 1,
        };
        self.position += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
