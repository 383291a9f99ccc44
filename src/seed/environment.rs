//! Where a seed may be planted. Pure.

use super::model::{Piece, SeedFile, Seeds};
use crate::error::{failure, refusal};

/// Words that mean production, however they are written.
const PRODUCTION: [&str; 3] = ["production", "prod", "live"];

/// Whether a word means production.
pub fn is_production(word: &str) -> bool {
    PRODUCTION.contains(&word.trim().to_lowercase().as_str())
}

/// The environment that counts: the database's own mark, else what the command line says.
///
/// # Errors
/// A refusal, where it is production.
pub fn settle(mark: Option<&str>, said: Option<&str>) -> anyhow::Result<Option<String>> {
    if let Some(mark) = mark.filter(|mark| is_production(mark)) {
        let hint = "seeds are for everything else; if the mark is wrong, its owner changes it with \
                    `ALTER DATABASE ... SET dbtool.environment = '...'`";
        return Err(refusal(format!("the database is marked `{mark}`: nothing is planted in production"), hint));
    }
    if let Some(said) = said.filter(|said| is_production(said)) {
        let hint = "name the environment that this database really is with `--env`";
        return Err(refusal(format!("`--env {said}`: nothing is planted in production"), hint));
    }
    Ok(mark.or(said).map(str::to_owned))
}

/// Keeps the files to plant: those of the names, else all, as far as they are for the environment. Gives those that were
/// left out for it.
///
/// # Errors
/// A name that no file has; a refusal where a file that is named is not for the environment, or none is left.
pub fn choose(seeds: &mut Seeds, names: &[String], environment: Option<&str>) -> anyhow::Result<Vec<SeedFile>> {
    for name in names {
        if !seeds.files.iter().any(|file| file.name == *name) {
            let known: Vec<&str> = seeds.files.iter().map(|file| file.name.as_str()).collect();
            let hint = crate::project::suggestion(name, known);
            return Err(failure(format!("there is no seed `{name}`"), hint));
        }
    }
    let all = std::mem::take(&mut seeds.files);
    let asked = all.into_iter().filter(|file| names.is_empty() || names.contains(&file.name));
    let (fitting, others): (Vec<_>, Vec<_>) = asked.partition(|file| fits(file, environment));
    if let Some(other) = others.first().filter(|_| !names.is_empty() || fitting.is_empty()) {
        return Err(unfit(other, environment));
    }
    seeds.files = fitting;
    match left_alone(seeds, &others) {
        Some(error) => Err(error),
        None => Ok(others),
    }
}

/// A reference to rows that are not planted in this run.
fn left_alone(seeds: &Seeds, others: &[SeedFile]) -> Option<anyhow::Error> {
    let planted: Vec<_> = seeds.pieces().map(Piece::own).collect();
    let all = seeds.pieces().flat_map(Piece::refers_to);
    let (handle, _, at) = all.into_iter().find(|(handle, ..)| !planted.contains(handle))?;
    let message = format!("`{}.{}` is not planted in this run", handle.table.name, handle.name);
    let file = others.iter().find(|file| file.pieces.iter().any(|piece| piece.own() == handle));
    let hint = match file {
        Some(file) => format!("it stands in `{}`, which is not for this environment", file.path),
        None => "name the seed that it stands in, too".to_owned(),
    };
    Some(failure(seeds.complain(&at, &message), hint))
}

/// Whether a file is for an environment.
pub fn fits(file: &SeedFile, environment: Option<&str>) -> bool {
    let named = |all: &Vec<String>| environment.is_some_and(|environment| all.iter().any(|one| one == environment));
    file.environments.as_ref().is_none_or(named)
}

fn unfit(file: &SeedFile, environment: Option<&str>) -> anyhow::Error {
    let for_these = file.environments.clone().unwrap_or_default().join(", ");
    let (message, hint) = match environment {
        Some(environment) => (
            format!("`{}` is for {for_these}, and this is `{environment}`", file.path),
            "add the environment to the file's `environments` if that is meant".to_owned(),
        ),
        None => (
            format!("`{}` is for {for_these}, and which environment this is nobody said", file.path),
            "say it with `--env`, or mark the database: `ALTER DATABASE ... SET dbtool.environment = '...'`".to_owned(),
        ),
    };
    refusal(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Exit, exit_code};

    fn file(name: &str, environments: Option<&[&str]>) -> SeedFile {
        let environments = environments.map(|all| all.iter().map(|one| (*one).to_owned()).collect());
        SeedFile { name: name.into(), path: format!("seeds/{name}.toml"), environments, ..SeedFile::default() }
    }

    #[test]
    fn production_is_refused_and_the_mark_wins() {
        for (mark, said) in [(Some("Production"), Some("dev")), (Some("prod"), None), (None, Some("live"))] {
            assert_eq!(exit_code(&settle(mark, said).unwrap_err()), Exit::Refused);
        }
        assert_eq!(settle(Some("staging"), Some("dev")).unwrap().as_deref(), Some("staging"));
        assert_eq!(settle(None, Some("dev")).unwrap().as_deref(), Some("dev"));
        assert_eq!(settle(None, None).unwrap(), None);
    }

    #[test]
    fn files_are_chosen_by_name_and_environment() {
        let choose = |all: &[&str], environment| {
            let files = vec![file("all", None), file("demo", Some(&["dev", "demo"])), file("load", Some(&["staging"]))];
            let mut seeds = Seeds { files, ..Seeds::default() };
            let names: Vec<String> = all.iter().map(|one| (*one).to_owned()).collect();
            let left = super::choose(&mut seeds, &names, environment)?;
            let names = |files: &[SeedFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().join(" ");
            anyhow::Ok((names(&seeds.files), names(&left)))
        };
        assert_eq!(choose(&[], Some("dev")).unwrap(), ("all demo".into(), "load".into()));
        assert_eq!(choose(&[], None).unwrap().0, "all");
        assert_eq!(exit_code(&choose(&["load"], Some("dev")).unwrap_err()), Exit::Refused);
        assert_eq!(exit_code(&choose(&["load"], None).unwrap_err()), Exit::Refused);
        assert_eq!(exit_code(&choose(&["laod"], None).unwrap_err()), Exit::Failed);
    }
}
