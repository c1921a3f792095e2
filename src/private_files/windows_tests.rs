//! The same on Windows, where an access list says who may do what.

use std::fs::{self, File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use windows_permissions::constants::{SeObjectType::SE_FILE_OBJECT, SecurityInformation};
use windows_permissions::wrappers::SetSecurityInfo;
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::PrivateFileProblem as Problem;
use super::*;

/// Gives all users these rights, such as `FR` to read, beside this user.
fn give_to_all(path: &Path, rights: &str) {
    let user = windows_permissions::utilities::current_process_sid().unwrap();
    let text = format!("D:P(A;;FA;;;{})(A;;{rights};;;WD)", *user);
    let descriptor: LocalBox<SecurityDescriptor> = text.parse().unwrap();
    let mut options = OpenOptions::new();
    let options = options
        .read(true)
        .access_mode(0x6_0000)
        .custom_flags(0x0200_0000);
    let mut file: File = options.open(path).unwrap();
    let parts = SecurityInformation::Dacl | SecurityInformation::ProtectedDacl;
    SetSecurityInfo(
        &mut file,
        SE_FILE_OBJECT,
        parts,
        None,
        None,
        descriptor.dacl(),
        None,
    )
    .unwrap();
}

fn is_open(path: &Path) -> bool {
    platform::is_open_to_others(&platform::open_for_reading(path).unwrap()).unwrap()
}

#[test]
fn what_is_written_is_private_and_whole() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a").join("b");
    create_private_dir(&folder).unwrap();
    create_private_dir(&folder).unwrap();
    assert_eq!(inspect_dir(&folder), Ok(Access::Private));
    let path = folder.join("key.pem");
    for text in ["first and longer", "second"] {
        write_private(&path, text.as_bytes()).unwrap();
        assert_eq!(read_private(&path, 16).unwrap().as_slice(), text.as_bytes());
    }
    assert!(!is_open(&path));
    let other = folder.join("log");
    drop(open_private(&other).unwrap());
    assert!(!is_open(&other));
    assert!(create_once(&folder.join("seal.key"), b"first").unwrap());
    assert!(!create_once(&folder.join("seal.key"), b"second").unwrap());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
}

#[test]
fn access_of_others_is_taken_away_or_refused() {
    let home = tempfile::tempdir().unwrap();
    let (folder, path) = (home.path().join("f"), home.path().join("f").join("token"));
    create_private_dir(&folder).unwrap();
    write_private(&path, b"x").unwrap();
    let problem = |result: Result<WipedBytes, PrivateFileError>| result.unwrap_err().problem;
    assert!(read_named(&path, 9).is_ok());
    give_to_all(&path, "FR");
    assert_eq!(problem(read_named(&path, 9)), Problem::OpenToOthers);
    // A configuration contains no secret, but names programs to run.
    assert!(read_managed(&path, 9).is_ok());
    give_to_all(&path, "FA");
    for read in [read_named, read_managed] {
        assert_eq!(problem(read(&path, 9)), Problem::WritableByOthers);
    }
    // The file is the program's own, so it takes their access away.
    assert!(read_private(&path, 9).is_ok());
    assert!(!is_open(&path) && read_named(&path, 9).is_ok());
    give_to_all(&folder, "FR");
    assert_eq!(inspect_dir(&folder), Ok(Access::Open));
    create_private_dir(&folder).unwrap();
    assert_eq!(inspect_dir(&folder), Ok(Access::Private));
    give_to_all(&folder, "FA");
    for result in [create_private_dir(&folder), check_dir_to_read(&folder)] {
        assert_eq!(result.unwrap_err().problem, Problem::OpenToOthers);
    }
}
