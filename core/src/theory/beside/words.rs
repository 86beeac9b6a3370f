//! Words with holes. They are plain data until somebody reads them: texts that are made, copied and dropped on the way would be most of the program.

/// A sentence or part of one with a hole, written `@`, and what fills it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Words {
    pub(super) words: &'static str,
    pub(super) fill: Fill,
}

/// What fills a hole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fill {
    Nothing,
    /// The name of a component, by its place.
    Who(usize),
    Word(&'static str),
    Number(u32),
}

impl Words {
    pub(super) const fn plain(words: &'static str) -> Words {
        Words { words, fill: Fill::Nothing }
    }

    pub(super) fn of(words: &'static str, who: usize) -> Words {
        Words { words, fill: Fill::Who(who) }
    }

    pub(super) fn with(words: &'static str, word: &'static str) -> Words {
        Words { words, fill: Fill::Word(word) }
    }

    /// The text, with each hole filled.
    pub(super) fn text(self, name: impl Fn(usize) -> String) -> String {
        let fill = match self.fill {
            Fill::Nothing => String::new(),
            Fill::Who(who) => name(who),
            Fill::Word(word) => word.to_owned(),
            Fill::Number(number) => number.to_string(),
        };
        self.words.replace('@', &fill)
    }
}
