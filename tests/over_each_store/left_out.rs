//! The tests of the commands that are about one store, and therefore are not run over each.

const ABOUT_NONE: &str = "about a machine without a keyring, where nothing was chosen";
const ABOUT_THE_KEYRING: &str =
    "about a keyring that is stopped, locked or killed, or about its labels";

/// By name, and why.
#[rustfmt::skip] // a table: a row is a line
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "doctor::files::a_configuration_that_cannot_be_read_is_2",
        "about the store in the configuration, which the environment comes before",
    ),
    (
        "doctor::report::an_untouched_machine_has_nothing_that_failed_and_stays_untouched",
        "compares every file, and what a store is tried with leaves traces in those of gpg",
    ),
    (
        "doctor::report::looking_changes_neither_content_nor_modes",
        "compares every file, and a store is tried with a dummy, which stores that are files are written by",
    ),
    ("doctor::machine::no_secret_store_is_6_where_it_was_asked_for", ABOUT_NONE),
    ("doctor::machine::doctor_checks_the_secret_store_and_leaves_nothing_in_it", ABOUT_THE_KEYRING),
    ("doctor::report::with_everything_dead_it_gives_up_on_each_and_ends_with_the_worst_code", ABOUT_THE_KEYRING),
    ("login::ends::no_account_is_connected_when_the_keyring_stops_during_the_consent", ABOUT_THE_KEYRING),
    ("login::ends::in_the_real_world_nothing_begins_without_an_app_or_with_a_store_that_is_none", ABOUT_NONE),
    ("login::flags::without_a_browser_or_a_keyring_the_sandbox_plays_both_and_says_so", ABOUT_NONE),
    ("login::kept::of_all_secrets_only_the_long_token_is_kept_and_only_in_the_keyring", ABOUT_THE_KEYRING),
    (
        "refresh::stored_token::a_damaged_token_is_never_sent_and_needs_a_login",
        "writes half a secret into a plain file; what is damaged in a sealed one is in sealed/faults.rs",
    ),
    ("refresh::several::all_needs_a_database_or_a_keyring", ABOUT_NONE),
    ("status::card::a_card_in_a_pipe_is_plain_lines", "compares with a snapshot that names the plain file"),
    (
        "status::card::a_card_on_a_terminal_has_the_headline_first",
        "compares with a snapshot that names the plain file",
    ),
];
