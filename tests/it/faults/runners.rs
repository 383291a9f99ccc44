//! Several runners at once, and one of them killed.

use super::subject::{Subject, end, until};
use crate::support::kill_running;

#[test]
fn two_then_ten_runners_at_once_apply_each_file_once() {
    let subject = Subject::new(18);
    for (runners, killed) in [(2, false), (10, false), (10, true)] {
        let database = subject.before.copy("faults");
        let mut all: Vec<_> = (0..runners).map(|_| subject.begin(&database.url, &["migrate"])).collect();
        if killed {
            let holder = "SELECT coalesce(max(pid), 0) > 0 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                          WHERE locktype = 'advisory' AND datname = current_database() AND granted";
            until(&database, holder, "t");
            // Whoever it is: one that works, or one that waits.
            let mut one = all.swap_remove(0);
            kill_running(one.id().try_into().unwrap());
            one.wait().unwrap();
        }
        let runs: Vec<_> = all.into_iter().map(end).collect();
        for run in &runs {
            assert_eq!(run.code, 0, "{run}");
        }
        let lines =
            |part: &str| runs.iter().flat_map(|run| run.stderr.lines()).filter(|line| line.contains(part)).count();
        let newest = usize::try_from(subject.newest).unwrap();
        if !killed {
            assert_eq!(lines("applied V0"), newest - 1);
            assert_eq!(lines("nothing to apply"), runners - 1);
            assert!(lines("waiting up to 1.0 min") + lines("waiting up to 60.0 s") >= 1, "nobody waited for anybody");
        }
        let versions = "SELECT string_agg(version::text, ' ' ORDER BY version) FROM refinery_schema_history";
        assert_eq!(database.query_text(versions), [["1 2 3 4 5"]]);
        subject.is_after(&database);
    }
}
