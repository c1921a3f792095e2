//! A row of the database as an account. A value of the wrong form is an error: other programs may have written it.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};

use crate::account::{
    Account, Fingerprint, Operation, Profile, Scopes, StoreKind, Trouble, Untrusted, from_word,
};

/// The columns that are read. Each name is written once, beside its position.
macro_rules! columns {
    ($($column:ident $name:literal,)*) => {
        #[derive(Clone, Copy)]
        enum Column { $($column,)* TroubleAt }

        const COLUMNS: &str = concat!("SELECT ", $($name, ", ",)*);
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

/// The query of accounts with profile and open journal entry, up to its conditions.
pub(super) fn select(is_current: bool) -> String {
    // Version 1 of the tables had no trouble_at.
    let trouble_at = if is_current { "a.trouble_at" } else { "NULL" };
    format!(
        "{COLUMNS}{trouble_at} FROM account a
         LEFT JOIN profile p ON p.account_id = a.id
         LEFT JOIN journal j ON j.account_id = a.id"
    )
}

pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let word = |column| text(row, column);
    Ok(Account {
        id: required(row, Column::Id)?
            .parse()
            .map_err(|_| misread(Column::Id))?,
        app_scoped_id: word(Column::AppScopedId)?.map(str::to_owned),
        username: Untrusted::new(required(row, Column::Username)?),
        // The account works without its alias and scopes, so malformed ones are left out.
        alias: word(Column::Alias)?.and_then(|alias| alias.parse().ok()),
        is_default: get(row, Column::IsDefault)?,
        app: required(row, Column::App)?.into(),
        store: StoreKind::from_recorded(required(row, Column::Store)?),
        generation: get(row, Column::Generation)?,
        issued_at: instant(row, Column::IssuedAt)?,
        expires_at: instant(row, Column::ExpiresAt)?,
        scopes: Scopes::from_recorded(required(row, Column::Scopes)?).unwrap_or_default(),
        fingerprint: word(Column::Fingerprint)?.map(Fingerprint::from_recorded),
        connected_at: instant(row, Column::ConnectedAt)?.unwrap_or_default(),
        verified_at: instant(row, Column::VerifiedAt)?,
        trouble: word(Column::Trouble)?.map(trouble),
        trouble_at: instant(row, Column::TroubleAt)?,
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

fn get<T: FromSql>(row: &Row<'_>, column: Column) -> rusqlite::Result<T> {
    row.get(column as usize)
}

fn text<'r>(row: &'r Row<'_>, column: Column) -> rusqlite::Result<Option<&'r str>> {
    let value = row.get_ref(column as usize)?;
    value.as_str_or_null().map_err(|_| misread(column))
}

fn required<'r>(row: &'r Row<'_>, column: Column) -> rusqlite::Result<&'r str> {
    text(row, column)?.ok_or_else(|| misread(column))
}

fn instant(row: &Row<'_>, column: Column) -> rusqlite::Result<Option<Timestamp>> {
    Ok(at_second(get(row, column)?))
}

/// Seconds since 1970 as an instant; `None` if they are outside what jiff can represent.
pub(super) fn at_second(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// A word of a newer version is still trouble.
pub(super) fn trouble(word: &str) -> Trouble {
    from_word(word).unwrap_or(Trouble::TokenRefused)
}

/// A word of a newer version is still an operation that has not ended.
pub(super) fn operation(word: &str) -> Operation {
    from_word(word).unwrap_or(Operation::Refresh)
}

fn misread(column: Column) -> rusqlite::Error {
    let why = "unexpected form".into();
    rusqlite::Error::FromSqlConversionFailure(column as usize, Type::Text, why)
}
