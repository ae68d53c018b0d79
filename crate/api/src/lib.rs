//! Everything that can be asked of the engine: one request and one response each.
