//! A row as an account: each column is read by its name, text of the past checked as if it were foreign.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};

use crate::account::{
    Account, Fingerprint, Operation, Profile, Scopes, StoreKind, Trouble, Untrusted, from_word,
};

/// What is read of an account, each column once: its place in a row is that of its name here.
macro_rules! columns {
    ($($column:ident $name:literal,)*) => {
        #[derive(Clone, Copy)]
        enum Column { $($column,)* }

        /// Every column of an account, its profile and its open journal entry.
        pub(super) const SELECT: &str = concat!(
            "SELECT ", $($name, ", ",)* "NULL
             FROM account a
             LEFT JOIN profile p ON p.account_id = a.id
             LEFT JOIN journal j ON j.account_id = a.id"
        );
    };
}

columns! {
    Id "a.id",
    AppScopedId "a.app_scoped_id",
    Username "a.username",
    Alias "a.alias",
    IsDefault "a.is_default",
    App "a.app",
    Store "a.store",
    Generation "a.generation",
    IssuedAt "a.issued_at",
    ExpiresAt "a.expires_at",
    Scopes "a.scopes",
    Fingerprint "a.fingerprint",
    ConnectedAt "a.connected_at",
    VerifiedAt "a.verified_at",
    Trouble "a.trouble",
    Name "p.name",
    Biography "p.biography",
    Website "p.website",
    AccountType "p.account_type",
    ProfilePictureUrl "p.profile_picture_url",
    FollowersCount "p.followers_count",
    FollowsCount "p.follows_count",
    MediaCount "p.media_count",
    FetchedAt "p.fetched_at",
    Operation "j.operation",
}

fn get<T: FromSql>(row: &Row<'_>, column: Column) -> rusqlite::Result<T> {
    row.get(column as usize)
}

/// The text of a column where it lies.
fn text<'r>(row: &'r Row<'_>, column: Column) -> rusqlite::Result<Option<&'r str>> {
    let value = row.get_ref(column as usize)?;
    value.as_str_or_null().map_err(|_| misread(column))
}

fn needed<'r>(row: &'r Row<'_>, column: Column) -> rusqlite::Result<&'r str> {
    text(row, column)?.ok_or_else(|| misread(column))
}

pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let word = |column| text(row, column);
    Ok(Account {
        id: needed(row, Column::Id)?
            .parse()
            .map_err(|_| misread(Column::Id))?,
        app_scoped_id: word(Column::AppScopedId)?.map(str::to_owned),
        username: Untrusted::new(needed(row, Column::Username)?),
        alias: word(Column::Alias)?.and_then(|alias| alias.parse().ok()),
        is_default: get(row, Column::IsDefault)?,
        app: needed(row, Column::App)?.into(),
        store: StoreKind::from_recorded(needed(row, Column::Store)?),
        generation: get(row, Column::Generation)?,
        issued_at: instant(row, Column::IssuedAt)?,
        expires_at: instant(row, Column::ExpiresAt)?,
        scopes: Scopes::from_recorded(needed(row, Column::Scopes)?).unwrap_or_default(),
        fingerprint: word(Column::Fingerprint)?.map(Fingerprint::from_recorded),
        connected_at: instant(row, Column::ConnectedAt)?.unwrap_or_default(),
        verified_at: instant(row, Column::VerifiedAt)?,
        trouble: word(Column::Trouble)?.map(trouble),
        trouble_at: None,
        interrupted: word(Column::Operation)?.map(operation),
        profile: profile(row)?,
    })
}

fn profile(row: &Row<'_>) -> rusqlite::Result<Option<Profile>> {
    let Some(fetched_at) = instant(row, Column::FetchedAt)? else {
        return Ok(None);
    };
    let text = |column| Ok::<_, rusqlite::Error>(text(row, column)?.map(Untrusted::new));
    Ok(Some(Profile {
        name: text(Column::Name)?,
        biography: text(Column::Biography)?,
        website: text(Column::Website)?,
        account_type: text(Column::AccountType)?,
        profile_picture_url: text(Column::ProfilePictureUrl)?,
        followers_count: get(row, Column::FollowersCount)?,
        follows_count: get(row, Column::FollowsCount)?,
        media_count: get(row, Column::MediaCount)?,
        fetched_at,
    }))
}

/// A trouble of an unknown name, written by a newer program, is still a trouble.
pub(super) fn trouble(word: &str) -> Trouble {
    from_word(word).unwrap_or(Trouble::TokenRefused)
}

/// An operation of an unknown name is still an operation that has not ended.
pub(super) fn operation(word: &str) -> Operation {
    from_word(word).unwrap_or(Operation::Refresh)
}

fn instant(row: &Row<'_>, column: Column) -> rusqlite::Result<Option<Timestamp>> {
    Ok(at_second(get(row, column)?))
}

/// The instant of a column of seconds.
pub(super) fn at_second(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok())
}

fn misread(column: Column) -> rusqlite::Error {
    let why = "it is not of its form".into();
    rusqlite::Error::FromSqlConversionFailure(column as usize, Type::Text, why)
}
