//! Reading.

/// Bytes that one line may have.
const LINE_MAX: usize = 256 * 1024;
/// Values that one line may have.
const VALUES_MAX: usize = 1_024;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct CsvError {
    /// Where, from 1.
    pub line: u64,
    /// What.
    pub what: &'static str,
}

/// One line of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it begins, from 1.
    pub line: u64,
    /// Its values.
    pub values: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a value.
    Fresh,
    /// In a value without quotes.
    Bare,
    /// In a quoted value.
    Quoted,
    /// Behind a quote in a quoted value: its end, or a quote that stands for itself.
    Closed,
    /// Behind a CR.
    Return,
}

/// Takes a file piece by piece and gives its lines.
pub struct CsvReader {
    state: State,
    separator: Option<u8>,
    /// The first line, until it is whole and the separator can be told.
    head: Vec<u8>,
    /// Whether the first line, as far as it has come, ends inside quotes.
    quoted: bool,
    line: u64,
    began: u64,
    value: Vec<u8>,
    values: Vec<String>,
    bytes: usize,
}

impl Default for CsvReader {
    fn default() -> Self {
        CsvReader {
            state: State::Fresh,
            separator: None,
            head: Vec::new(),
            quoted: false,
            line: 1,
            began: 1,
            value: Vec::new(),
            values: Vec::new(),
            bytes: 0,
        }
    }
}

impl CsvReader {
    /// Takes a piece and appends the lines that it completes.
    ///
    /// # Errors
    /// [`CsvError`]; the file is of no use then.
    pub fn take(&mut self, piece: &[u8], lines: &mut Vec<Line>) -> Result<(), CsvError> {
        if self.separator.is_some() {
            return piece.iter().try_for_each(|byte| self.byte(*byte, lines));
        }
        let before = self.head.len();
        self.head.extend_from_slice(piece);
        // However small the pieces: every byte is looked at once.
        let end = piece.iter().position(|byte| {
            self.quoted ^= *byte == b'"';
            !self.quoted && *byte == b'\n'
        });
        let Some(end) = end else {
            return if self.head.len() > LINE_MAX {
                Err(self.wrong("a line is longer than 256 KiB"))
            } else {
                Ok(())
            };
        };
        let separator = most(&self.head[..before + end]);
        self.begin(separator, lines)
    }

    /// The file has ended: appends what is left of it.
    ///
    /// # Errors
    /// [`CsvError`] if a quote is still open.
    pub fn end(mut self, lines: &mut Vec<Line>) -> Result<(), CsvError> {
        if self.separator.is_none() {
            let separator = most(&self.head);
            self.begin(separator, lines)?;
        }
        match self.state {
            State::Quoted => {
                let line = self.began;
                Err(CsvError { line, what: "a quote is opened and never closed" })
            }
            State::Fresh if self.values.is_empty() => Ok(()),
            _ => self.end_line(lines),
        }
    }

    fn begin(&mut self, separator: u8, lines: &mut Vec<Line>) -> Result<(), CsvError> {
        self.separator = Some(separator);
        let head = std::mem::take(&mut self.head);
        // A byte order mark, which spreadsheets write.
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        head.iter().try_for_each(|byte| self.byte(*byte, lines))
    }

    fn byte(&mut self, byte: u8, lines: &mut Vec<Line>) -> Result<(), CsvError> {
        self.bytes += 1;
        if self.bytes > LINE_MAX {
            let what = "a line is longer than 256 KiB; is a quote opened and never closed?";
            return Err(CsvError { line: self.began, what });
        }
        let separates = Some(byte) == self.separator;
        match (self.state, byte) {
            (State::Return, b'\n') => return self.end_line(lines),
            (State::Return, _) => return Err(self.wrong("a carriage return stands alone")),
            (State::Quoted, b'"') => self.state = State::Closed,
            (State::Quoted, byte) => {
                self.line += u64::from(byte == b'\n');
                self.value.push(byte);
            }
            (State::Closed, b'"') => {
                self.value.push(b'"');
                self.state = State::Quoted;
            }
            (State::Fresh, b'"') => self.state = State::Quoted,
            (State::Fresh | State::Bare | State::Closed, b'\n') => return self.end_line(lines),
            (State::Fresh | State::Bare | State::Closed, b'\r') => self.state = State::Return,
            (State::Fresh | State::Bare | State::Closed, _) if separates => self.end_value()?,
            (State::Closed, _) => return Err(self.wrong("something follows a closing quote")),
            (State::Bare, b'"') => {
                return Err(self.wrong("a quote stands in a value that has none around it"));
            }
            (State::Fresh | State::Bare, byte) => {
                self.value.push(byte);
                self.state = State::Bare;
            }
        }
        Ok(())
    }

    fn end_value(&mut self) -> Result<(), CsvError> {
        if self.values.len() >= VALUES_MAX {
            return Err(self.wrong("a line has more than 1,024 values"));
        }
        let value = String::from_utf8(std::mem::take(&mut self.value));
        self.values.push(value.map_err(|_| self.wrong("the text is not UTF-8"))?);
        self.state = State::Fresh;
        Ok(())
    }

    fn end_line(&mut self, lines: &mut Vec<Line>) -> Result<(), CsvError> {
        let empty = self.values.is_empty() && self.value.is_empty() && self.state != State::Closed;
        if !empty {
            self.end_value()?;
            lines.push(Line { line: self.began, values: std::mem::take(&mut self.values) });
        }
        self.state = State::Fresh;
        self.line += 1;
        self.began = self.line;
        self.bytes = 0;
        Ok(())
    }

    fn wrong(&self, what: &'static str) -> CsvError {
        CsvError { line: self.line, what }
    }
}

/// What separates the values of a line.
fn most(line: &[u8]) -> u8 {
    let count = |separator: u8| {
        let mut quoted = false;
        line.iter()
            .filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == separator
            })
            .count()
    };
    // The comma stands last: it wins where all are equal.
    *[b'\t', b';', b','].iter().max_by_key(|separator| count(**separator)).unwrap_or(&b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a text that comes in pieces of so many bytes.
    fn read(text: &[u8], piece: usize) -> Result<Vec<(u64, Vec<String>)>, CsvError> {
        let (mut reader, mut lines) = (CsvReader::default(), Vec::new());
        for piece in text.chunks(piece) {
            reader.take(piece, &mut lines)?;
        }
        reader.end(&mut lines)?;
        Ok(lines.into_iter().map(|line| (line.line, line.values)).collect())
    }

    #[test]
    fn lines_are_the_same_however_the_file_is_cut() {
        let text = "\u{feff}name,note\r\n\"Ana, B.\",\"says \"\"hi\"\"\nand more\"\nBen,\n\n\"\",ö\n";
        let wanted = vec![
            (1, vec!["name".to_owned(), "note".to_owned()]),
            (2, vec!["Ana, B.".to_owned(), "says \"hi\"\nand more".to_owned()]),
            (4, vec!["Ben".to_owned(), String::new()]),
            (6, vec![String::new(), "ö".to_owned()]),
        ];
        for piece in [1, 2, 3, 7, 1_000] {
            assert_eq!(read(text.as_bytes(), piece), Ok(wanted.clone()), "pieces of {piece}");
        }
        assert_eq!(
            read(b"a;b;c\n1;2,5;3", 4).map(|lines| lines[1].1.clone()),
            Ok(vec!["1".into(), "2,5".into(), "3".into()])
        );
        assert_eq!(read(b"", 1), Ok(vec![]));
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        let wrong =
            |text: &[u8]| read(text, 5).map_err(|error| (error.line, error.what)).expect_err("it is broken");
        assert_eq!(wrong(b"a,b\n1,\"x\n2,3\n"), (2, "a quote is opened and never closed"));
        assert_eq!(wrong(b"a,b\n1,x\"y\n"), (2, "a quote stands in a value that has none around it"));
        assert_eq!(wrong(b"a,b\n\"1\"2,x\n"), (2, "something follows a closing quote"));
        assert_eq!(wrong(b"a,b\n1,\xff\n"), (2, "the text is not UTF-8"));
        assert_eq!(wrong(b"a\rb\n"), (1, "a carriage return stands alone"));
        let long = [b"a,b\n\"".as_slice(), &vec![b'x'; LINE_MAX + 1]].concat();
        assert!(wrong(&long).1.starts_with("a line is longer"));
        assert!(wrong(&vec![b'x'; LINE_MAX + 10]).1.starts_with("a line is longer"));
        assert!(wrong(&vec![b','; VALUES_MAX + 10]).1.starts_with("a line has more"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let values = ["plain", "a,b", "say \"hi\"", "two\nlines", "", " edge "];
        let text = crate::csv::row(values.into_iter());
        assert_eq!(
            read(text.as_bytes(), 3).map(|lines| lines[0].1.clone()),
            Ok(values.map(str::to_owned).to_vec())
        );
    }
}
