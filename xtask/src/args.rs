//! The command line, parsed by hand: three commands with six options need no library.

use std::path::PathBuf;

/// Shown for `--help` and below every usage error.
pub(crate) const HELP: &str = "\
cargo play    [--port N] [--no-open]
    Installs what is missing, builds the page, serves it on this machine and opens the browser.
    --port N       the first port to try (8080); the next free one is taken
    --no-open      only print the address

cargo site    [--out DIR]
    Builds the page as a static folder that any web host can serve.
    --out DIR      copies it there; files already in DIR that the page does not have are left alone

cargo verify  [--full] [--no-install] [--only STEP[,STEP]]
    Everything CI checks, fastest first.
    --full         also what takes long: the tests marked as ignored
    --no-install   a missing tool is a failure with instructions, never an installation
    --only STEP    these steps alone: fmt, deny, advisories, clippy, clippy-wasm, docs, tests, doc-tests,
                   wasm-tests, page, size, journeys, long-tests

Tools are kept in the user's cache folder, or in the folder that TENFOLD_TOOLS names.";

/// One parsed command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Play(Play),
    Site { out: Option<PathBuf> },
    Verify(Verify),
}

/// Options of `cargo play`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Play {
    /// The first port to try; the next free one is taken.
    pub(crate) port: u16,
    pub(crate) open: bool,
}

/// Options of `cargo verify`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verify {
    pub(crate) full: bool,
    /// A missing tool is a failure with instructions.
    pub(crate) no_install: bool,
    /// Names of steps; empty means all.
    pub(crate) only: Vec<String>,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut args = args.into_iter();
    match args.next().as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Command::Help),
        Some("play") => play(args),
        Some("site") => site(args),
        Some("verify") => verify(args),
        Some(other) => Err(format!("there is no command `{other}`")),
    }
}

fn play(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut play = Play { port: 8080, open: true };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => {
                let value = value_of("--port", args.next())?;
                play.port = value
                    .parse()
                    .map_err(|_| format!("--port: `{value}` is not a port; use a number from 0 to 65535"))?;
            }
            "--no-open" => play.open = false,
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(format!("`play` has no option `{other}`")),
        }
    }
    Ok(Command::Play(play))
}

fn site(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut out = None;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--out" => out = Some(PathBuf::from(value_of("--out", args.next())?)),
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(format!("`site` has no option `{other}`")),
        }
    }
    Ok(Command::Site { out })
}

fn verify(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut verify = Verify::default();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--full" => verify.full = true,
            "--no-install" => verify.no_install = true,
            "--only" => {
                let names = value_of("--only", args.next())?;
                if let Some(unknown) = names.split(',').find(|name| !crate::verify::is_step(name)) {
                    return Err(format!("`verify` has no step `{unknown}`"));
                }
                verify.only.extend(names.split(',').map(str::to_owned));
            }
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(format!("`verify` has no option `{other}`")),
        }
    }
    Ok(Command::Verify(verify))
}

fn value_of(option: &str, value: Option<String>) -> Result<String, String> {
    value.filter(|text| !text.starts_with("--")).ok_or_else(|| format!("{option} needs a value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn play_without_options_opens_the_browser_on_8080() {
        assert_eq!(parsed("play"), Ok(Command::Play(Play { port: 8080, open: true })));
        assert_eq!(parsed("play --port 9000 --no-open"), Ok(Command::Play(Play { port: 9000, open: false })));
    }

    #[test]
    fn steps_may_be_given_one_by_one_or_with_commas() {
        let Ok(Command::Verify(verify)) = parsed("verify --only fmt,docs --only size") else {
            panic!("this is a legal command line")
        };
        assert_eq!(verify.only, ["fmt", "docs", "size"]);
    }

    #[test]
    fn a_wrong_option_is_named_in_the_message() {
        assert_eq!(parsed("play --prot 1"), Err("`play` has no option `--prot`".to_owned()));
        assert_eq!(parsed("play --port 70000").map_err(|text| text.contains("`70000`")), Err(true));
        assert_eq!(parsed("verify --only fmt,lint"), Err("`verify` has no step `lint`".to_owned()));
        assert_eq!(parsed("verify --only --full"), Err("--only needs a value".to_owned()));
    }

    #[test]
    fn help_is_always_within_reach() {
        for line in ["", "help", "--help", "play --help", "site -h", "verify --help"] {
            assert_eq!(parsed(line), Ok(Command::Help), "{line}");
        }
    }
}
