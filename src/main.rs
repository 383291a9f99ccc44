//! The thin binary: parse, run, print the error chain and the hint, choose the exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use dbtool::command::{Cli, run};
use dbtool::error::{Exit, exit_code, report};
use dbtool::project::Environment;

/// A schema is a hundred thousand small texts: the allocator is a tenth of a diff's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Some(code) = hide_password() {
        return code;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return answered(&answer),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tell(&format!("error: cannot start: {error}\n"));
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let outcome = runtime.block_on(run(cli, Environment::from_process()));
    let exit = outcome.unwrap_or_else(|error| {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        // A URL in the place of a name is quoted like any other name.
        let text = dbtool::command::without_passwords(&report(&error));
        let rest = text.strip_prefix("error:").unwrap_or(&text);
        tell(&format!("{red}error:{red:#}{rest}"));
        exit_code(&error)
    });
    ExitCode::from(exit as u8)
}

/// Help and version are done; arguments that make no sense are a failure. Never clap's own code for them: 2 means that
/// something differs.
fn answered(answer: &clap::Error) -> ExitCode {
    let text = dbtool::command::without_passwords(&answer.render().ansi().to_string());
    let _ =
        if answer.use_stderr() { write!(anstream::stderr(), "{text}") } else { write!(anstream::stdout(), "{text}") };
    ExitCode::from(if answer.use_stderr() { Exit::Failed } else { Exit::Done } as u8)
}

/// Writes to stderr. Where nobody can read it, the exit code has to do.
fn tell(text: &str) {
    let _ = write!(anstream::stderr(), "{text}");
}

/// Arguments can be read by everybody on the machine: a URL with a password moves into the environment, which cannot,
/// by starting over. Gives an exit code only if that fails.
#[cfg(unix)]
fn hide_password() -> Option<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let (arguments, url) = dbtool::command::without_secret_url(std::env::args_os().skip(1))?;
    let program = std::env::current_exe().ok()?;
    let error = std::process::Command::new(program).args(arguments).env(dbtool::command::URL_VARIABLE, url).exec();
    tell(&format!("error: cannot start over to hide the password in the arguments: {error}\n"));
    Some(ExitCode::from(Exit::Failed as u8))
}

#[cfg(not(unix))]
fn hide_password() -> Option<ExitCode> {
    None
}
