//! Changes -> ordered statements with their hazards; who must step aside for whom. Pure.
//!
//! The order is a property of the objects (the rank of their kind, what they depend on, who steps aside), never a list
//! of special cases.

mod access;
mod aside;
mod body;
mod context;
mod expand;
mod files;
mod gap;
mod given_up;
mod order;
mod owner;
mod priority;
mod reads;
mod rename;
mod ring;
mod sort;
mod step;
mod tie;

pub(crate) use access::opened;
pub use context::{Context, Options};
pub use expand::{Expand, Expanded, Kept, expand, expandable, rewritten};
pub use files::{Part, parts};
pub use order::plan;
pub(crate) use owner::owner_of;
pub use step::{Between, Gradual, Move, Plan, Run, Step, Unchecked};
