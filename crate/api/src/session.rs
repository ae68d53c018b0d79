//! What a session is told and what it reports.
