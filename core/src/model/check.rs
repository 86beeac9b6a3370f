//! Collects every problem of a model, each with its path.

use super::field::{Field, FieldInfo};
use super::names::is_a_name;
use super::path::{FieldPath, KNOWN_MAX, ModelError, Problem, Step, nearest};
use super::shape::shortened;
use serde_json::{Map, Value as Json};

/// As many problems as are listed one by one; the rest is counted.
const LISTED_MAX: usize = 100;

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<ModelError>,
    unlisted: usize,
    /// How many of them there were when the record that is read now was begun: another of the same id has no part in its faults.
    before: usize,
}

impl Check {
    /// Begins to read a record of rules of its own.
    pub(super) fn begin(&mut self) {
        self.before = self.errors.len();
    }

    /// Notes a problem.
    pub fn problem(&mut self, at: &FieldPath, problem: Problem) {
        if self.lists_more() {
            self.errors.push(ModelError { at: at.clone(), problem });
        } else {
            self.unlisted += 1;
        }
    }

    /// Whether a further problem is listed; to look for what was meant takes long in a large model, and is done for those alone.
    fn lists_more(&self) -> bool {
        self.errors.len() < LISTED_MAX
    }

    /// Notes a broken rule in words of its own.
    pub fn rule(&mut self, at: &FieldPath, words: impl Into<String>) {
        self.problem(at, Problem::Rule(words.into()));
    }

    /// Notes that the values of `fields` break a rule together; where, is the first of them.
    ///
    /// Untold while one of them is refused for itself, as the rule would speak of a value that nobody gave; and while there is a field of no
    /// known name, which may be one of them misspelt.
    #[inline(never)]
    pub fn together(&mut self, at: &FieldPath, fields: &[&str], words: &str) {
        if !refused(&self.errors[self.before..], at, fields) {
            self.rule(&at.field(fields[0]), words);
        }
    }

    /// Whether one of `fields` of the record at `at` is faulty, or the record itself: what is there is not what somebody wrote.
    pub(super) fn refused(&self, at: &FieldPath, fields: &[&str]) -> bool {
        refused(&self.errors, at, fields)
    }

    /// Notes a field that does not exist, with the legal ones.
    pub fn unknown_field(&mut self, at: &FieldPath, found: &str, legal: &[&str]) {
        if !self.lists_more() {
            self.unlisted += 1;
            return;
        }
        let problem = Problem::UnknownField {
            found: found.chars().take(60).collect(),
            nearest: nearest(found, legal),
            legal: owned(legal),
        };
        self.problem(at, problem);
    }

    /// Notes a word that is none of the choices.
    pub fn unknown_choice(&mut self, at: &FieldPath, found: &str, legal: &[&str]) {
        if !self.lists_more() {
            self.unlisted += 1;
            return;
        }
        let problem = Problem::UnknownChoice {
            found: found.chars().take(60).collect(),
            nearest: nearest(found, legal),
            legal: owned(legal),
        };
        self.problem(at, problem);
    }

    /// Notes a name that nothing has, with names that something has.
    pub fn dangling(
        &mut self,
        at: &FieldPath,
        what: &str,
        found: &str,
        known: &mut dyn Iterator<Item = &str>,
    ) {
        if !self.lists_more() {
            self.unlisted += 1;
            return;
        }
        let known: Vec<&str> = known.collect();
        let problem = Problem::Dangling {
            what: what.to_owned(),
            found: found.chars().take(60).collect(),
            nearest: nearest(found, &known),
            known: owned(&known[..known.len().min(KNOWN_MAX)]),
            more: known.len().saturating_sub(KNOWN_MAX),
        };
        self.problem(at, problem);
    }

    /// The object that `json` should be; notes a problem and gives `None` when it is something else.
    pub fn object<'a>(
        &mut self,
        json: &'a Json,
        at: &FieldPath,
        expected: &str,
    ) -> Option<&'a Map<String, Json>> {
        let object = json.as_object();
        if object.is_none() {
            self.problem(at, Problem::WrongType { found: shortened(json), expected: expected.to_owned() });
        }
        object
    }

    /// The list in `record[key]`: empty when absent, a problem when something else.
    pub fn list<'a>(&mut self, record: &'a Map<String, Json>, key: &str, at: &FieldPath) -> &'a [Json] {
        match record.get(key) {
            None | Some(Json::Null) => &[],
            Some(Json::Array(items)) => items,
            Some(other) => {
                let expected = "a list".to_owned();
                self.problem(&at.field(key), Problem::WrongType { found: shortened(other), expected });
                &[]
            }
        }
    }

    /// The text in `record[key]`, which must be there and not be empty.
    pub fn name(
        &mut self,
        record: &Map<String, Json>,
        key: &str,
        at: &FieldPath,
        expected: &str,
    ) -> Option<String> {
        match record.get(key) {
            Some(Json::String(text)) if is_a_name(text) => Some(text.clone()),
            Some(other) => {
                let expected = format!("{expected}: a text of 1 to 80 characters");
                self.problem(&at.field(key), Problem::WrongType { found: shortened(other), expected });
                None
            }
            None => {
                self.problem(&at.field(key), Problem::Missing { expected: expected.to_owned() });
                None
            }
        }
    }

    /// Fills `config` from `record` by its field table. Keys in `others` belong to somebody else.
    pub fn fields<C>(
        &mut self,
        record: &Map<String, Json>,
        others: &[&str],
        at: &FieldPath,
        table: &'static [Field<C>],
        config: &mut C,
    ) {
        let infos: Vec<&FieldInfo> = table.iter().map(|field| &field.info).collect();
        self.values(record, others, at, &infos, &mut |place, json| (table[place].set)(config, json));
    }

    /// Checks each value of `record` and gives it to `set` with the place of its field; `set` tells whether it took it.
    ///
    /// Most of [`Check::fields`] is here, where it does not depend on the type of the settings and so exists once.
    fn values(
        &mut self,
        record: &Map<String, Json>,
        others: &[&str],
        at: &FieldPath,
        infos: &[&FieldInfo],
        set: &mut dyn FnMut(usize, &Json) -> bool,
    ) {
        for (key, json) in record {
            let Some(place) = infos.iter().position(|info| info.key == key) else {
                if !others.contains(&key.as_str()) {
                    let keys = infos.iter().map(|info| info.key);
                    let legal: Vec<&str> = others.iter().copied().chain(keys).collect();
                    self.unknown_field(at, key, &legal);
                }
                continue;
            };
            let (shape, at) = (&infos[place].shape, at.field(key));
            let before = self.count();
            shape.check(json, &at, self);
            if self.count() == before && !set(place, json) {
                self.problem(&at, Problem::WrongType { found: shortened(json), expected: shape.expected() });
            }
        }
    }

    /// How many problems there are.
    pub fn count(&self) -> usize {
        self.errors.len() + self.unlisted
    }

    /// `value` when there was no problem, all problems otherwise.
    ///
    /// # Errors
    /// Every problem that was noted, in the order of the file.
    pub fn finish<T>(mut self, value: T) -> Result<T, Vec<ModelError>> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        if self.unlisted > 0 {
            self.errors.push(ModelError { at: FieldPath::root(), problem: Problem::More(self.unlisted) });
        }
        Err(self.errors)
    }
}

fn refused(errors: &[ModelError], at: &FieldPath, fields: &[&str]) -> bool {
    // A rule that is broken is no fault of any one field, and hides no other; nor does an id that is there already.
    let of_a_value =
        |error: &&ModelError| !matches!(error.problem, Problem::Rule(_) | Problem::Duplicate { .. });
    let faults = errors.iter().filter(of_a_value);
    let mut steps = faults.filter_map(|error| error.at.0.strip_prefix(at.0.as_slice()));
    steps.any(|rest| match rest.first() {
        Some(Step::Field(name)) => fields.contains(&name.as_str()),
        _ => true,
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
