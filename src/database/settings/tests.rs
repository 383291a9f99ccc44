use super::*;
use crate::error::report;
use std::os::unix::fs::PermissionsExt as _;

fn surroundings() -> Environment {
    Environment::empty().with_user("me")
}

fn settings(text: &str) -> Settings {
    Settings::parse(text, "here", &surroundings()).unwrap()
}

fn complaint(text: &str) -> String {
    report(&Settings::parse(text, "here", &surroundings()).unwrap_err())
}

fn password(settings: &Settings) -> Option<(&str, &str)> {
    settings.endpoints[0].password.as_ref().map(|(secret, origin)| (secret.reveal(), origin.as_str()))
}

#[test]
fn the_defaults_are_libpqs() {
    let settings = settings("postgres://h");
    assert_eq!(settings.display_url(), "postgres://me@h:5432/me");
    assert_eq!(settings.base.get_application_name(), Some("dbtool"));
    assert_eq!(settings.connect_timeout(), Duration::from_secs(10));
    assert_eq!(
        (settings.tls.mode, settings.host(), settings.port()),
        (super::super::tls::Mode::Prefer, "h".into(), 5432)
    );
    let nobody = Settings::parse("postgres://h", "here", &Environment::empty());
    assert!(report(&nobody.unwrap_err()).contains("`PGUSER`"));
}

#[test]
fn variables_fill_what_the_url_leaves_open() {
    let environment = surroundings()
        .with("PGHOST", "variable")
        .with("PGPORT", "99")
        .with("PGUSER", "u")
        .with("PGPASSWORD", "s3cret")
        .with("PGAPPNAME", "mine")
        .with("PGCONNECT_TIMEOUT", "3")
        .with("PGOPTIONS", "-c a=b");
    let settings = Settings::parse("postgres://url/d", "`DATABASE_URL`", &environment).unwrap();
    assert_eq!(settings.display_url(), "postgres://u@url:99/d");
    assert_eq!(password(&settings), Some(("s3cret", "`PGPASSWORD`")));
    assert_eq!(settings.base.get_application_name(), Some("mine"));
    assert_eq!(settings.base.get_options(), Some("-c a=b"));
    assert_eq!((settings.connect_timeout(), settings.origin()), (Duration::from_secs(3), "`DATABASE_URL`"));
    let alone = Settings::from_variables(&environment).unwrap();
    assert_eq!(alone.display_url(), "postgres://u@variable:99/u");
}

#[test]
fn a_service_stands_between_the_url_and_the_variables() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("services");
    std::fs::write(&file, "[s]\nhost=service\nport=1\nuser=service\npassword=s3cret\n").unwrap();
    let environment = surroundings().with("PGPORT", "2").with("PGDATABASE", "variable").with("PGSERVICE", "s");
    let environment = environment.with("PGSERVICEFILE", file.display().to_string());
    let found = Settings::parse("postgres://url@", "here", &environment).unwrap();
    assert_eq!(found.display_url(), "postgres://url@service:1/variable");
    let (text, origin) = password(&found).unwrap();
    assert!(text == "s3cret" && origin.starts_with("the service `s` in"), "{origin}");
    let missing = Settings::parse("service=t", "here", &environment).unwrap_err();
    assert!(report(&missing).contains("the service `t` is not defined"));
}

#[test]
fn a_password_file_is_asked_for_each_host() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    std::fs::write(&file, "a:*:*:*:first\nb:2:d:me:second\nlocalhost:*:*:*:socket\n/own:*:*:*:own\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let environment = surroundings().with_home(home.path());
    let parse = |text: &str| Settings::parse(text, "here", &environment).unwrap();
    let both = parse("postgres://a:1,b:2/d");
    let passwords = both.endpoints.iter().map(|endpoint| endpoint.password.as_ref().unwrap().0.reveal());
    assert_eq!(passwords.collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!(password(&parse("postgres://a:said@a")).unwrap(), ("said", "here"));
    assert_eq!(password(&parse("postgres:///d?host=/tmp")).unwrap().0, "socket");
    assert_eq!(password(&parse("postgres:///d?host=/own")).unwrap().0, "own");
    assert_eq!(password(&parse("host=a passfile=/nowhere")), None);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ignored = parse("postgres://a");
    assert_eq!(password(&ignored), None);
    assert!(ignored.warnings()[0].contains("chmod 600"));
}

#[test]
fn nothing_that_is_shown_holds_the_password() {
    let settings = settings("postgres://app:s3cr%40t@h/d?sslmode=require&options=-c%20a%3Db");
    for shown in [format!("{settings:?}"), settings.to_string(), settings.display_url()] {
        assert!(!shown.contains("s3cr"), "{shown}");
    }
    let whole = settings.url_with_password();
    assert_eq!(whole, "postgres://app:s3cr%40t@h:5432/d?options=-c%20a%3Db&sslmode=require");
    assert_eq!(Settings::parse(&whole, "here", &surroundings()).unwrap().url_with_password(), whole);
}

#[test]
fn hosts_addresses_and_ports_stand_side_by_side() {
    assert_eq!(settings("postgres://a:1,b/d").display_url(), "postgres://me@a:1,b:5432/d");
    assert_eq!(settings("host=a,b port=7").display_url(), "postgres://me@a:7,b:7/me");
    assert_eq!(settings("postgres://[::1]/d").display_url(), "postgres://me@[::1]:5432/d");
    assert_eq!(settings("host=/run/pg dbname=d").display_url(), "postgres://me@%2Frun%2Fpg:5432/d");
    let address = settings("host=name hostaddr=127.0.0.1");
    assert_eq!((address.host(), address.endpoints[0].address), ("name".into(), "127.0.0.1".parse().ok()));
    assert_eq!(settings("hostaddr=127.0.0.1").host(), "127.0.0.1");
    assert!(complaint("host=a,b,c port=1,2").contains("do not fit together"));
    assert_eq!(settings("postgres://h/d").with_dbname("e").display_url(), "postgres://me@h:5432/e");
}

#[test]
fn a_value_that_does_not_fit_is_an_error_with_what_would() {
    assert!(complaint("postgres://h?sslmode=verifyfull").contains("did you mean `verify-full`?"));
    let odd = complaint("postgres://h?sslmode=s3cret");
    assert!(odd.contains("`sslmode` does not take the value that it has") && !odd.contains("s3cret"), "{odd}");
    assert!(complaint("postgres://h:70000").contains("1 to 65535"));
    assert!(complaint("postgres://h?connect_timeout=3s").contains("`connect_timeout` is not a whole number"));
    assert!(complaint("postgres://h?hostaddr=name").contains("`hostaddr` is not an IP address"));
    assert!(complaint("postgres://h?sslrootcert=system&sslmode=require").contains("needs `sslmode=verify-full`"));
    assert!(complaint("postgres://h?sslnegotiation=direct").contains("needs TLS for certain"));
    assert!(complaint("postgres://h?sslcert=/c.pem").contains("has no key"));
    let unknown = complaint("postgres://a:s3cret@h?sslmod=x");
    assert!(unknown.contains("did you mean `sslmode`?") && !unknown.contains("s3cret"), "{unknown}");
}

#[test]
fn a_root_certificate_turns_the_check_of_the_chain_on() {
    use super::super::tls::Check::{Chain, ChainAndName, Nothing};
    let home = tempfile::tempdir().unwrap();
    let environment = surroundings().with_home(home.path());
    let check = |text: &str| Settings::parse(text, "here", &environment).unwrap().tls.check;
    assert_eq!(check("sslmode=require"), Nothing);
    assert_eq!(check("sslmode=require sslrootcert=/ca.pem"), Chain);
    assert_eq!(check("sslmode=prefer sslrootcert=/ca.pem"), Nothing);
    assert_eq!(check("sslmode=verify-ca"), Chain);
    assert_eq!(check("sslmode=verify-full"), ChainAndName);
    assert_eq!(check("sslrootcert=system"), ChainAndName);
    std::fs::create_dir(home.path().join(".postgresql")).unwrap();
    std::fs::write(home.path().join(".postgresql/root.crt"), "").unwrap();
    assert_eq!(check("sslmode=require"), Chain);
}
