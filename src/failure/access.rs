//! The command that takes the access of others to a file or folder away, on each system.

use std::path::Path;

use crate::account::Platform;

pub(crate) fn make_private(platform: Platform, path: &Path) -> String {
    let path = path.display();
    match platform {
        Platform::Linux | Platform::MacOs => format!("chmod go-rwx {path}"),
        // S-1-3-4 is its owner. Only folders heed (OI) and (CI).
        Platform::Windows => {
            format!("icacls \"{path}\" /inheritance:r /grant:r \"*S-1-3-4:(OI)(CI)F\"")
        }
    }
}
