//! What a visitor does with the page, done in a real Chromium by `tests/journeys`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use super::summary::Outcome;
use crate::failure::{Doing, Failure, Result};
use crate::serve::Server;
use crate::tools::Tool;
use crate::{page, process, workspace};

/// The page's tools and the browser's.
pub(crate) const TOOLS: [Tool; 6] =
    [Tool::Trunk, Tool::WasmBindgen, Tool::Binaryen, Tool::Esbuild, Tool::Playwright, Tool::Axe];

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    bench.need_page()?;
    let chromium = bench.browser()?;
    let server = Server::bind(&page::folder(), 0)?;
    let url = server.url().to_owned();
    server.spawn();
    let modules = [bench.toolbox.programs(Tool::Playwright)?, bench.toolbox.programs(Tool::Axe)?];
    let modules = env::join_paths(modules).map_err(|problem| {
        Failure::new(format!("the tools' folder cannot be in a list of paths: {problem}"))
    })?;
    let commands = commands(bench)?;
    let artifacts = workspace::target().join("journeys");
    let models = random_models(&artifacts)?;
    // The checks of the checks first: a watch that sees nothing would let every journey pass.
    for script in ["tests/journeys/selftest.mjs", "tests/journeys/run.mjs"] {
        let mut node = Command::new("node");
        node.current_dir(workspace::root())
            .arg(script)
            .env("TENFOLD_URL", &url)
            .env("TENFOLD_NODE_MODULES", &modules)
            .env("TENFOLD_COMMANDS", &commands)
            .env("TENFOLD_MODELS", &models)
            .env("TENFOLD_ARTIFACTS", &artifacts)
            .env("CHROME", &chromium);
        process::run(&mut node)?;
    }
    Ok(Outcome::Passed)
}

/// The command built twice, with every assertion on and as users have it: its reports are compared with the browser's. The first is built
/// together with all that the tests build, so that it takes nothing but to link it.
fn commands(bench: &Bench) -> Result<OsString> {
    process::run(&mut bench.cargo("build --profile verify --workspace --bins --examples"))?;
    process::run(&mut bench.cargo("build --profile release -p tenfold-cli"))?;
    let programs = ["verify/tenfold", "release/tenfold"].map(program);
    env::join_paths(programs)
        .map_err(|problem| Failure::new(format!("the target folder cannot be in a list of paths: {problem}")))
}

fn program(name: &str) -> PathBuf {
    workspace::target().join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// A file of random models, whose reports are compared as well.
fn random_models(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).doing(|| format!("create {}", folder.display()))?;
    let file = folder.join("random-models.json");
    process::run(Command::new(program("verify/examples/random_models")).arg(&file))?;
    Ok(file)
}
