//! The thin binary: parse, run, print the error chain and the hint, choose the exit code.

use std::process::ExitCode;

use clap::Parser as _;
use dbtool::command::{Cli, run};
use dbtool::error::{Exit, exit_code, report};
use dbtool::project::Environment;

fn main() -> ExitCode {
    if let Some(code) = hide_password() {
        return code;
    }
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

/// Arguments can be read by everybody on the machine: a URL with a password moves into the environment, which cannot,
/// by starting over. Gives an exit code only if that fails.
#[cfg(unix)]
fn hide_password() -> Option<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let (arguments, url) = dbtool::command::without_secret_url(std::env::args_os().skip(1))?;
    let program = std::env::current_exe().ok()?;
    let error = std::process::Command::new(program).args(arguments).env(dbtool::command::URL_VARIABLE, url).exec();
    anstream::eprintln!("error: cannot start over to hide the password in the arguments: {error}");
    Some(ExitCode::from(Exit::Failed as u8))
}

#[cfg(not(unix))]
fn hide_password() -> Option<ExitCode> {
    None
}
