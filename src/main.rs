//! The thin binary: parse, run, print the error chain and the hint, choose the exit code.

use std::process::ExitCode;

use clap::Parser as _;
use dbtool::command::{Cli, run};
use dbtool::error::{Exit, exit_code, report};
use dbtool::project::Environment;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: cannot start: {error}");
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let outcome = runtime.block_on(run(cli, Environment::from_process()));
    let exit = outcome.unwrap_or_else(|error| {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let text = report(&error);
        let rest = text.strip_prefix("error:").unwrap_or(&text);
        anstream::eprint!("{red}error:{red:#}{rest}");
        exit_code(&error)
    });
    ExitCode::from(exit as u8)
}
