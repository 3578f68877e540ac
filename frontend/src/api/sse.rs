//! Reads a stream of server-sent events, whose pieces end anywhere.

/// Puts pieces together and hands out the data of each event.
#[derive(Debug, Default)]
pub struct EventParser {
    pending: Vec<u8>,
    data: Vec<String>,
}

impl EventParser {
    /// Takes the next piece; hands out the events that it completes. Comments, names and ids are passed over.
    pub fn push(&mut self, piece: &[u8]) -> Vec<String> {
        self.pending.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.pending.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(event) = self.take_line(line.trim_end_matches(['\n', '\r'])) {
                events.push(event);
            }
        }
        events
    }

    fn take_line(&mut self, line: &str) -> Option<String> {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then(|| data.join("\n"));
        }
        if let Some(value) = line.strip_prefix("data:") {
            self.data.push(value.strip_prefix(' ').unwrap_or(value).to_owned());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_may_end_anywhere() {
        let text = ": hello\r\nid: 1\r\nevent: change\ndata: {\"a\":\ndata: \"ü\"}\n\ndata: 2\n\n";
        let mut parser = EventParser::default();
        let events: Vec<String> = text.as_bytes().chunks(1).flat_map(|piece| parser.push(piece)).collect();
        assert_eq!(events, ["{\"a\":\n\"ü\"}", "2"]);
    }

    #[test]
    fn an_event_without_data_is_nothing() {
        assert_eq!(EventParser::default().push(b": keep alive\n\nevent: x\n\n"), Vec::<String>::new());
    }
}
