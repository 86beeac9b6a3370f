//! `cargo play`: from a fresh clone to the page in the browser.

use crate::args::Play;
use crate::failure::Result;
use crate::serve::Server;
use crate::toolbox::Toolbox;
use crate::{open, page};

/// Installs what is missing, builds what has changed, and serves until interrupted.
pub(crate) fn play(options: &Play) -> Result<()> {
    let toolbox = Toolbox::open(true)?;
    toolbox.expect(&page::TOOLS)?;
    page::ensure(&toolbox)?;
    let server = Server::bind(&page::folder(), options.port)?;
    println!("\nTenfold is at {}  (Ctrl-C stops it)", server.url());
    if options.open {
        open::in_browser(server.url());
    }
    server.run()
}
