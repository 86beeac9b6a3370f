//! The simulation core as wasm for a Web Worker: what crosses between the page and the engine, and the run loop.

pub mod protocol;
