//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.
//!
//! # The flow
//!
//! ```text
//! schema/*.toml --load--> Schema --+                                +--> text, JSON
//!                                  +--diff--> Changes --plan--> Plan+--> migrations/V0001__name.sql
//! database --inspect----> Schema --+                                         |
//!     ^  ^----reword (twins, rolled back)                                    |
//!     |  `--pull--> schema/*.toml                                              |
//!     +-------------------------------- migrate (refinery) <-----------------+
//!     +-------------------------------- seed (one guarded transaction) <-- seeds/*
//! ```
//!
//! [`compare`] is that flow as one recipe; each [`command`] is a recipe around it.
//!
//! # The rooms
//!
//! Pure, that is, without input or output: [`schema`] (the model), [`kind`] (what each kind of object is and does),
//! [`diff`](mod@diff), [`plan`](mod@plan), [`hazard`], [`render`], [`pull`](mod@pull) (TOML from a schema), [`sql`]
//! (quoting and the lexer), [`types`], [`source`] (places in texts). With it: [`load`](mod@load), [`inspect`](mod@inspect),
//! [`reword`](mod@reword), [`migration`], [`seed`](mod@seed), [`database`], [`embedded`] (the private server), [`project`]
//! (the only reader of the environment), [`talk`], [`command`].
//!
//! # What always holds
//!
//! 1. The pure rooms do no input or output.
//! 2. No statement exists without its hazards: [`plan::Step`] cannot be made otherwise.
//! 3. dbtool writes only inside a scratch that it rolls back, through a migration, or through a seed.
//!    (The private server of `dev` is its own.)
//! 4. A migration file, once written, is never changed; it names the schema that it starts from.
//! 5. The same input gives the same bytes.
//! 6. Every name goes through one quoting function, every value is bound or quoted by one.
//! 7. The catalog is read by one statement, however many tables there are.
//! 8. No other session ever sees a table un-forced that a seed writes.
//!
//! Each of these has a test that fails when it is broken (`tests/it/house.rs`,
//! `tests/it/seed/`).

pub mod command;
pub mod compare;
pub mod database;
pub mod diff;
pub mod embedded;
pub mod error;
mod file;
pub mod hazard;
pub mod inspect;
pub mod interrupt;
pub mod kind;
pub mod load;
pub mod migration;
pub mod plan;
pub mod project;
pub mod pull;
pub mod render;
pub mod reword;
pub mod schema;
pub mod scratch;
pub mod seed;
pub mod source;
pub mod sql;
pub mod talk;
pub mod types;
