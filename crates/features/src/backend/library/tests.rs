use super::*;

/// The header of an ELF file with one segment of `size` bytes at offset 128.
fn elf(size: u64) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
    bytes[32..40].copy_from_slice(&64_u64.to_le_bytes());
    bytes[54..56].copy_from_slice(&56_u16.to_le_bytes());
    bytes[56..58].copy_from_slice(&1_u16.to_le_bytes());
    bytes[64 + 8..64 + 16].copy_from_slice(&128_u64.to_le_bytes());
    bytes[64 + 32..64 + 40].copy_from_slice(&size.to_le_bytes());
    bytes
}

fn checked(bytes: &[u8]) -> Result<(), BackendError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libonnxruntime.so");
    std::fs::write(&path, bytes).unwrap();
    check(&path)
}

#[test]
#[cfg(all(unix, not(target_vendor = "apple")))]
fn a_library_must_be_as_long_as_its_segments() {
    let mut whole = elf(100);
    whole.resize(228, 0);
    checked(&whole).unwrap();
    let error = checked(&whole[..227]).unwrap_err().to_string();
    assert!(error.contains("cut short"), "{error}");
}

#[test]
#[cfg(all(unix, not(target_vendor = "apple")))]
fn junk_is_no_library() {
    for junk in [
        &b""[..],
        b"\x7fELF",
        b"no library",
        &elf(u64::MAX)[..64],
        &elf(u64::MAX),
    ] {
        assert!(checked(junk).is_err(), "{junk:?}");
    }
}

#[test]
fn a_folder_or_nothing_is_no_library() {
    let folder = tempfile::tempdir().unwrap();
    assert!(check(folder.path()).is_err());
    assert!(check(&folder.path().join("missing.so")).is_err());
}

#[test]
#[cfg(all(unix, not(target_vendor = "apple")))]
fn the_plain_name_comes_first_and_then_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "libonnxruntime.so.1.9.0",
        "libonnxruntime.so.1.32.0",
        "libonnxruntime.so",
        "libonnxruntime_providers_shared.so",
        "libonnxruntime.so.txt",
    ];
    for name in names {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let found = libraries_in(folder.path());
    let found: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(found, [names[2], names[1], names[0]]);
}
