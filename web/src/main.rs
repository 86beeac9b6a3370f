//! The page's program.

fn main() {
    tenfold_web::start();
}
