//! The one integration test binary: a module a subject, all on the servers of [`support`].
//!
//! One binary, because every further one would link dbtool again and start servers of its own.

#![allow(clippy::print_stderr, reason = "a test tells which case it is at")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod support;

mod access;
#[cfg(unix)]
mod baseline;
#[cfg(unix)]
mod bouncer;
mod bulk;
#[cfg(unix)]
mod by_hand;
mod cases;
#[cfg(unix)]
mod command;
mod complaints;
mod composites;
#[cfg(unix)]
mod connection;
mod converge;
mod drift;
#[cfg(unix)]
mod embedded;
#[cfg(unix)]
mod expand;
#[cfg(unix)]
mod faults;
mod grants;
mod hazards;
mod house;
mod load;
#[cfg(unix)]
mod malice;
mod many;
mod migration;
mod names;
mod numbers;
mod online;
mod owners;
mod partitions;
#[cfg(unix)]
mod people;
mod properties;
mod pull;
mod random;
mod readme;
#[cfg(unix)]
mod rehearsal;
#[cfg(unix)]
mod rollback;
mod roundtrip;
mod second_opinion;
#[cfg(unix)]
mod seed;
mod servers;
mod shared;
mod takeover;
mod unmanaged;
mod wordings;
#[cfg(unix)]
mod zero_downtime;
