import Foundation
import Glibc
import SystemPackage
import TestSupport

/// The root of the image, assembled as the Dockerfile does, around the program that was built with the tests.
///
/// What runs in it does so as in a container: the root cannot be written to, but for the state, and nobody is its user.
struct ContainerRoot {
    let path: String
    /// What is mounted at `/var/lib/tidemark`.
    let state: String

    /// Mounts what a container has, and goes there. The mounts are this process's own, and end with it.
    private static let enter = """
        set -e
        root=$1 state=$2 user=$3
        shift 3
        mount --bind "$root" "$root"
        mount --rbind /dev "$root/dev"
        mount --rbind /proc "$root/proc"
        mount -o remount,bind,ro "$root"
        mount --bind "$state" "$root/var/lib/tidemark"
        exec /usr/sbin/chroot ${user:+--userspec=$user} "$root" "$@"
        """

    init(in directory: String) async throws {
        path = directory + "/root"
        state = directory + "/state"
        try await Tool.run(DeployFolder.file("container/root"), [path, TidemarkProcess.executable.string])
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        chmod(state, 0o777)
        // Under a sanitizer, the program is to pass over the same reports in there.
        let options = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] ?? ""
        if let file = options.firstMatch(of: /suppressions=([^:]+)/)?.1 {
            try write(String(contentsOfFile: String(file), encoding: .utf8), to: String(file))
        }
    }

    /// What a program of the root is to be started by, in the words before its own arguments.
    var launcher: [String] {
        let isRoot = geteuid() == 0
        let namespaces = isRoot ? ["--mount"] : ["--mount", "--map-root-user"]
        // Without root, whoever runs the test is root in there, and nobody outside.
        return ["/usr/bin/unshare"] + namespaces + [
            "sh", "-c", Self.enter, "enter", path, state, isRoot ? "65532:65532" : "",
        ]
    }

    /// Writes a file that the program finds at this path.
    func write(_ text: String, to file: String) throws {
        let target = path + file
        let folder = URL(filePath: target).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: target))
        chmod(target, 0o444)
    }
}
