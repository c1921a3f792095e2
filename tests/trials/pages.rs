//! The pages of a login, its certificate and the daily refresh.
