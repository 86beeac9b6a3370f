//! Where in a model something is, and what is wrong there.

use std::fmt;

/// A step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of a record.
    Field(String),
    /// An item of a list that is known by its id.
    Id(String),
    /// An item of a list that is known by its place, counted from zero.
    Index(usize),
}

/// The way from the model's root to a field, such as `components["web"].backlog`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// The model itself.
    pub const fn root() -> Self {
        FieldPath(Vec::new())
    }
    /// This path and then the field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.and(Step::Field(name.to_owned()))
    }
    /// This path and then the item known as `id`.
    #[must_use]
    pub fn id(&self, id: &str) -> Self {
        self.and(Step::Id(id.to_owned()))
    }
    /// This path and then the item at `index`.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.and(Step::Index(index))
    }
    fn and(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        FieldPath(steps)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("model");
        }
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if i == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Id(id) => write!(f, "[{id:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One thing that is wrong with a model: where, what was found, what would be legal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct ModelError {
    /// Where.
    pub at: FieldPath,
    /// What, and what would be legal.
    pub problem: Problem,
}

/// What can be wrong with a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is no JSON.
    #[error("this is not JSON: {message} at line {line}, column {column}")]
    NotJson {
        /// What the parser expected.
        message: String,
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// A value of another type, or a text that is no quantity of the unit.
    #[error("found {found}, expected {expected}")]
    WrongType {
        /// What was found, shortened.
        found: String,
        /// What would be legal.
        expected: String,
    },
    /// A number outside its legal range.
    #[error("{found} is outside {min} to {max}")]
    OutOfRange {
        /// What was found.
        found: String,
        /// The smallest legal value.
        min: String,
        /// The largest legal value.
        max: String,
    },
    /// A field that does not exist here.
    #[error("there is no field `{found}` here{}; legal are {}", hint(.nearest), .legal.join(", "))]
    UnknownField {
        /// What was found.
        found: String,
        /// The legal name that looks most like it.
        nearest: Option<String>,
        /// All legal names.
        legal: Vec<String>,
    },
    /// A word that is none of the choices.
    #[error("`{found}` is none of the choices{}; legal are {}", hint(.nearest), .legal.join(", "))]
    UnknownChoice {
        /// What was found.
        found: String,
        /// The choice that looks most like it.
        nearest: Option<String>,
        /// All choices.
        legal: Vec<String>,
    },
    /// A field that must be there is not.
    #[error("missing; expected {expected}")]
    Missing {
        /// What would be legal.
        expected: String,
    },
    /// A name of something the model does not have.
    #[error("there is no {what} `{found}`{}; {}", hint(.nearest), listed(.known, *.more))]
    Dangling {
        /// `component`, `class` or `link`.
        what: String,
        /// What was found.
        found: String,
        /// The existing name that looks most like it.
        nearest: Option<String>,
        /// Names that exist, eight at most.
        known: Vec<String>,
        /// How many more exist.
        more: usize,
    },
    /// Two things have the same id.
    #[error("the {what} `{id}` is there already; ids must differ")]
    Duplicate {
        /// `component`, `class` or `link`.
        what: String,
        /// The id that is taken.
        id: String,
    },
    /// A file that a newer version of Tenfold wrote.
    #[error(
        "this file has format {found}; this version reads format {known} and older: update Tenfold to open it"
    )]
    Newer {
        /// The file's format.
        found: String,
        /// The newest format this version knows.
        known: u32,
    },
    /// Anything else, in words that say what would be legal.
    #[error("{0}")]
    Rule(String),
    /// More problems than are worth listing.
    #[error("and {0} more problems")]
    More(usize),
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |name| format!(" (did you mean `{name}`?)"))
}

/// As many names as are listed where one of them was meant; the rest is counted.
pub(super) const KNOWN_MAX: usize = 8;

/// The names that exist, and how many more.
fn listed(known: &[String], more: usize) -> String {
    match (known, more) {
        ([], _) => "there are none".to_owned(),
        ([one], 0) => format!("there is only {one}"),
        (_, 0) => format!("there are {}", known.join(", ")),
        _ => format!("there are {} and {more} more", known.join(", ")),
    }
}

/// The one of `known` that looks most like `found`, if any is near enough to be a slip of the finger.
pub(crate) fn nearest(found: &str, known: &[&str]) -> Option<String> {
    let letters = found.chars().count();
    // A name of which no letter is left is another name.
    let far = (1 + letters / 4).min(letters.saturating_sub(1));
    let least = |name: &str| name.chars().count().min(LETTERS_MAX).abs_diff(letters.min(LETTERS_MAX));
    known
        .iter()
        .filter(|name| least(name) <= far)
        .map(|name| (edit_distance(found, name), name))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| (*name).to_owned())
}

/// So many letters of a name are looked at.
const LETTERS_MAX: usize = 64;

/// Insertions, deletions, replacements and swaps of neighbours between two words, on at most [`LETTERS_MAX`] characters. Without
/// memory of its own: it is asked for each of thousands of names.
fn edit_distance(a: &str, b: &str) -> usize {
    let letters = |word: &str| {
        let mut all = [' '; LETTERS_MAX];
        let mut count = 0;
        for (place, letter) in all.iter_mut().zip(word.chars()) {
            *place = letter.to_ascii_lowercase();
            count += 1;
        }
        (all, count)
    };
    let ((a, a_len), (b, b_len)) = (letters(a), letters(b));
    // The rows of the last two letters of `a` and of the current one.
    let mut older = [0; LETTERS_MAX + 1];
    let mut row: [usize; LETTERS_MAX + 1] = std::array::from_fn(|j| j);
    for i in 0..a_len {
        let mut next = [i + 1; LETTERS_MAX + 1];
        for j in 0..b_len {
            let replaced = row[j] + usize::from(a[i] != b[j]);
            next[j + 1] = replaced.min(next[j] + 1).min(row[j + 1] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                next[j + 1] = next[j + 1].min(older[j - 1] + 1);
            }
        }
        older = std::mem::replace(&mut row, next);
    }
    row[b_len]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_one_would_write_them() {
        let path = FieldPath::root().field("components").id("api-cache").field("capacity");
        assert_eq!(path.to_string(), "components[\"api-cache\"].capacity");
        assert_eq!(FieldPath::root().field("timeline").index(2).to_string(), "timeline[2]");
        assert_eq!(FieldPath::root().to_string(), "model");
    }

    #[test]
    fn names_that_exist_are_listed_while_they_are_few() {
        let names = |n: usize| (0..n).map(|i| format!("n{i}")).collect::<Vec<_>>();
        assert_eq!(listed(&names(0), 0), "there are none");
        assert_eq!(listed(&names(1), 0), "there is only n0");
        assert_eq!(listed(&names(3), 0), "there are n0, n1, n2");
        assert_eq!(listed(&names(2), 5), "there are n0, n1 and 5 more");
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_nonsense_is_not() {
        let known = &["backlog", "instances", "cores"];
        assert_eq!(nearest("backlg", known), Some("backlog".to_owned()));
        assert_eq!(nearest("Cores", known), Some("cores".to_owned()));
        assert_eq!(nearest("croes", known), Some("cores".to_owned()));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("a", &["b"]), None);
    }
}
