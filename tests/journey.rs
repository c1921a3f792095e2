use crate::support::World;
/// What `sqlite3` says to a question about the sandbox's cache.
#[track_caller]
pub(crate) fn sql(world: &World, question: &str) -> String {
    assert!(crate::support::need("sqlite3"));
    let database = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox/igconnect.sqlite");
    let run = world
        .program("sqlite3", &["-batch", "-readonly"])
        .arg(database)
        .arg(question);
    run.run().assert_code(0).stdout().to_owned()
}
