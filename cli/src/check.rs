//! `tenfold check`: says whether a model can run, and everything that is wrong with it.

use crate::failure::{Failure, one_line};
use crate::{input, output};

/// Checks the model called `name`.
pub(crate) fn check(name: &str) -> Result<(), Failure> {
    let model = input::model(name)?;
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    output::print(&format!(
        "ok: {}; {}, {}\n",
        one_line(&model.head.title),
        counted(model.components.len(), "component"),
        counted(model.links.len(), "link")
    ))
}
