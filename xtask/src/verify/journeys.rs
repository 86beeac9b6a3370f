//! What a visitor does with the page, done in a real Chromium by `tests/journeys`.

use std::env;
use std::process::Command;

use super::Bench;
use super::summary::Outcome;
use crate::failure::{Failure, Result};
use crate::serve::Server;
use crate::tools::Tool;
use crate::{page, process, workspace};

/// The page's tools and the browser's.
pub(crate) const TOOLS: [Tool; 5] =
    [Tool::Trunk, Tool::WasmBindgen, Tool::Binaryen, Tool::Playwright, Tool::Axe];

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    bench.need_page()?;
    let browser = bench.browser()?;
    let server = Server::bind(&page::folder(), 0)?;
    let url = server.url().to_owned();
    server.spawn();
    let modules = [bench.toolbox.programs(Tool::Playwright)?, bench.toolbox.programs(Tool::Axe)?];
    let modules = env::join_paths(modules).map_err(|problem| {
        Failure::new(format!("the tools' folder cannot be in a list of paths: {problem}"))
    })?;
    // The checks of the checks first: a watch that sees nothing would let every journey pass.
    for script in ["tests/journeys/selftest.mjs", "tests/journeys/run.mjs"] {
        let mut node = Command::new("node");
        node.current_dir(workspace::root())
            .arg(script)
            .env("TENFOLD_URL", &url)
            .env("TENFOLD_NODE_MODULES", &modules)
            .env("TENFOLD_ARTIFACTS", workspace::target().join("journeys"))
            .env("CHROME", &browser.chromium);
        process::run(&mut node)?;
    }
    Ok(Outcome::Passed)
}
