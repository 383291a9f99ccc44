//! Whatever happens half-way is known and can be finished: each test interrupts a mixed plan in a way of its own, looks
//! whether the database is before, after or resumable, and proves it by finishing.

mod broken_off;
mod killed;
mod lost;
mod runners;
mod subject;
