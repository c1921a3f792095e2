//! The systems whose folders, keyrings and schedulers differ.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// And every other system with XDG folders and the Secret Service.
    Linux,
    MacOs,
    Windows,
}

impl Platform {
    /// The system that this program was built for.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Linux
    };
}
