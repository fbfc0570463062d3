//! The installation of runtimes: what a missing, failing or interrupted npm client, and an unusable folder lead to. The
//! client here is a shell script.
#![cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use conformance::runtimes::install::{Done, Error, install};
use conformance::runtimes::{Cache, PINNED, Pin, SPECS};
use conformance::targets::Selection;

/// A client that installs a program which answers the probe as Node does.
const CLIENT: &str = r#"
package=$(sed 's/.*"dependencies":{"\([^"]*\)".*/\1/' package.json)
echo "$@" >> "$(dirname "$0")/calls"
mkdir -p "node_modules/$package/bin"
cat > "node_modules/$package/bin/node" <<'END'
#!/bin/sh
echo 'litmus-probe:{"runtime":"node","version":"26.10.0","complete":true,"frame":true}'
END
chmod +x "node_modules/$package/bin/node"
"#;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(client: &str) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("npm");
        fs::write(&script, format!("#!/bin/sh\n{client}")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Place { folder }
    }

    fn cache(&self) -> Cache {
        Cache::new(Some(self.folder.path().join("cache")))
    }

    fn npm(&self) -> PathBuf {
        self.folder.path().join("npm")
    }

    fn install(&self) -> Result<Done, Error> {
        install(&self.cache(), pin("node-26"), self.npm().as_os_str(), &mut || {})
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default().lines().count()
    }

    /// Returns the names in the cache, without that of the lock.
    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path().join("cache")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name != ".lock").collect()
    }
}

fn pin(name: &str) -> &'static Pin {
    PINNED.iter().find(|pin| pin.name == name).unwrap()
}

#[test]
fn a_runtime_is_installed_once() {
    let place = Place::new(CLIENT);
    assert_eq!(place.install().unwrap(), Done::Installed);
    assert_eq!(place.install().unwrap(), Done::AlreadyThere);
    assert_eq!((place.calls(), place.names()), (1, vec!["node-26-26.10.0".to_owned()]));
    assert!(place.cache().executable("node-26").is_some());
    assert!(place.cache().executable("bun").is_none());
}

#[test]
fn what_is_half_written_is_installed_again() {
    let place = Place::new(CLIENT);
    place.install().unwrap();
    fs::write(place.cache().executable("node-26").unwrap(), "").unwrap();
    // The rest of an installation that was interrupted.
    fs::create_dir(place.folder.path().join("cache/.part-x")).unwrap();
    assert_eq!(place.install().unwrap(), Done::Installed);
    assert_eq!((place.calls(), place.names()), (2, vec!["node-26-26.10.0".to_owned()]));
}

#[test]
fn a_client_that_fails_leaves_nothing_behind() {
    for (client, told) in [
        ("echo 'npm error code EAI_AGAIN' >&2; exit 1", "npm cannot reach its registry (EAI_AGAIN)"),
        ("echo 'npm error code EINTEGRITY sha512-x' >&2; exit 1", "does not have the pinned checksum"),
        ("echo 'npm error code ENOSPC' >&2; exit 1", "no space is left for"),
        ("echo 'npm error code E404' >&2; exit 1", "npm failed: exit status: 1: npm error code E404"),
        ("exit 0", "node-26 was installed but does not work: it has no executable"),
    ] {
        let place = Place::new(client);
        let error = place.install().unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
        assert!(place.cache().executable("node-26").is_none());
        if client != "exit 0" {
            assert!(place.names().is_empty(), "{:?}", place.names());
        }
    }
}

#[test]
fn what_does_not_work_after_its_installation_is_reported() {
    let place = Place::new(&CLIENT.replace("echo 'litmus-probe", "exit 9; echo 'litmus-probe"));
    let error = place.install().unwrap_err().to_string();
    let start = "node-26 was installed but does not work:";
    assert!(error.starts_with(start) && error.contains("exit status: 9"), "{error}");
}

#[test]
fn a_missing_client_is_named() {
    let place = Place::new(CLIENT);
    let error = install(&place.cache(), pin("node-26"), "no-such-npm".as_ref(), &mut || {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`no-such-npm` was not found: install Node.js with npm, or name the client with --npm"
    );
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let place = Place::new(CLIENT);
    let file = place.folder.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("below")] {
        let cache = Cache::new(Some(folder.clone()));
        let error = install(&cache, pin("node-26"), place.npm().as_os_str(), &mut || {}).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{}` cannot be used:", folder.display())), "{error}");
    }
    assert_eq!(place.calls(), 0);
}

#[test]
fn the_client_gets_version_and_checksum_of_the_package() {
    let place = Place::new(&format!("cp package-lock.json \"$(dirname \"$0\")/lock\"\n{CLIENT}"));
    place.install().unwrap();
    let lock = fs::read_to_string(place.folder.path().join("lock")).unwrap();
    let package = pin("node-26").package().unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let entry = &lock["packages"][format!("node_modules/{}", package.name)];
    assert_eq!(entry["version"], "26.10.0");
    assert_eq!(entry["integrity"], package.integrity);
    let calls = fs::read_to_string(place.folder.path().join("calls")).unwrap();
    assert!(calls.starts_with("ci --ignore-scripts"), "{calls}");
}

#[test]
fn every_pinned_runtime_has_a_checksum_and_every_mode_a_pin() {
    for pin in &PINNED {
        let package = pin.package().map(|package| package.integrity);
        assert!(package.is_none_or(|checksum| checksum.starts_with("sha512-") && checksum.len() == 95), "{}", pin.name);
    }
    for spec in &SPECS {
        assert!(spec.pin.is_none_or(|name| PINNED.iter().any(|pin| pin.name == name)), "{}", spec.name);
    }
}

#[test]
fn earlier_names_and_runtimes_select_targets() {
    let selects = |pattern: &str, name| Selection::new(&[pattern.to_owned()]).unwrap().selects(name);
    assert!(selects("node-als", "node:als") && selects("NODE-AC", "node:ac-als"));
    assert!(selects("deno", "deno:ac-cped") && selects("*:als", "bun:als"));
    assert!(!selects("node", "node-26:als") && !selects("node:als", "node:ac-als"));
}

#[test]
fn a_folder_is_named_by_the_caller() {
    let cache = Cache::new(Some(PathBuf::from("/somewhere")));
    assert_eq!(cache.folder(), Some(Path::new("/somewhere")));
}
