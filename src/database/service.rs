//! The service file (`~/.pg_service.conf`): named sets of connection parameters.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::parameter::Parameters;
use crate::error::failure;
use crate::project::{Environment, suggestion};

/// The parameters of the service `name`: from `file` if one was named, else from the user's, else from the system's.
pub(super) fn look_up(name: &str, file: Option<&str>, environment: &Environment) -> anyhow::Result<Parameters> {
    let mut known = Vec::new();
    let mut searched = Vec::new();
    for path in candidates(file, environment) {
        let shown = path.display().to_string();
        searched.push(format!("`{shown}`"));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).context(format!("cannot read the service file `{shown}`")),
        };
        if let Some(found) = section(&text, name, &shown, &mut known)? {
            return Ok(found);
        }
    }
    let place = match searched.is_empty() {
        true => "there is no home folder to look for a service file in".to_owned(),
        false => format!("looked in {}; {}", searched.join(", "), suggestion(name, known.iter().map(String::as_str))),
    };
    Err(failure(format!("the service `{name}` is not defined"), place))
}

fn candidates(file: Option<&str>, environment: &Environment) -> Vec<PathBuf> {
    let own = match file {
        Some(file) => Some(PathBuf::from(file)),
        None => environment.home().map(|home| home.join(".pg_service.conf")),
    };
    let system = environment.get("PGSYSCONFDIR").map(|folder| PathBuf::from(folder).join("pg_service.conf"));
    own.into_iter().chain(system).collect()
}

/// The parameters under `[name]`; notes the names of the other sections in `known`.
fn section(text: &str, name: &str, path: &str, known: &mut Vec<String>) -> anyhow::Result<Option<Parameters>> {
    let mut found: Option<Parameters> = None;
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let place = format!("{path}:{}", index + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            // As in libpq, the first section of a name counts.
            inside = title == name && found.is_none();
            known.push(title.to_owned());
            if inside {
                found = Some(Parameters::default());
            }
            continue;
        }
        let Some(parameters) = found.as_mut().filter(|_| inside) else { continue };
        let Some((key, value)) = line.split_once('=') else { bail!("{place}: a line of the service has no `=`") };
        if matches!(key.trim(), "service" | "servicefile") {
            bail!("{place}: a service cannot name another service");
        }
        let origin = format!("the service `{name}` in `{path}`");
        parameters.set(key.trim(), value.trim(), &origin).with_context(|| place)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    const FILE: &str = "# ours\n[prod]\nhost=db.example\nport = 6432\n\n[test]\nhost=test.example\n[broken]\nhots=x\n[prod]\nhost=no\n";

    fn home_with(text: &str) -> (tempfile::TempDir, Environment) {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(".pg_service.conf"), text).unwrap();
        let environment = Environment::empty().with_home(home.path());
        (home, environment)
    }

    #[test]
    fn the_first_section_of_the_name_gives_the_parameters() {
        let (_home, environment) = home_with(FILE);
        let found = look_up("prod", None, &environment).unwrap();
        assert_eq!((found.get("host"), found.get("port")), (Some("db.example"), Some("6432")));
    }

    #[test]
    fn what_the_users_file_lacks_is_looked_up_in_the_systems() {
        let (_home, environment) = home_with(FILE);
        let system = tempfile::tempdir().unwrap();
        fs::write(system.path().join("pg_service.conf"), "[stage]\ndbname=staged\n").unwrap();
        let environment = environment.with("PGSYSCONFDIR", system.path().display().to_string());
        assert_eq!(look_up("stage", None, &environment).unwrap().get("dbname"), Some("staged"));
    }

    #[test]
    fn mistakes_name_the_place_and_the_nearest() {
        let (home, environment) = home_with(FILE);
        let error = report(&look_up("pord", None, &environment).map(|_| ()).unwrap_err());
        assert!(error.contains("did you mean `prod`?") && error.contains(".pg_service.conf"), "{error}");
        let error = report(&look_up("broken", None, &environment).map(|_| ()).unwrap_err());
        let place = format!("{}/.pg_service.conf:9", home.path().display());
        assert!(error.contains(&place) && error.contains("did you mean `host`?"), "{error}");
    }
}
