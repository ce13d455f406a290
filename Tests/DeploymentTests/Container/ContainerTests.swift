import Foundation
import Subprocess
import TestSupport
import Testing

@Suite("deploy/container") struct ContainerTests {
    private static let dockerfile = DeployFolder.file("container/Dockerfile")

    @Test("The program runs in the root of the image, which it cannot write to")
    func itRuns() async throws {
        try await withTemporaryDirectory { directory in
            let root = try await ContainerRoot(in: directory)
            let launcher = root.launcher
            let version = try await Tool.run(launcher[0], launcher.dropFirst() + ["/usr/bin/tidemark", "--version"])
            let outside = try await tidemark("--version", in: directory)
            #expect(version.output == outside.output && !version.output.isEmpty)

            // A shell of the machine that runs the test, to look from the inside.
            try FileManager.default.copyItem(atPath: "/bin/dash", toPath: root.path + "/usr/bin/sh")
            let looks = """
                echo >/tmp/x
                echo >/var/lib/tidemark/x && echo state
                while read -r name ids; do case $name in Uid:|CapEff:) echo $name $ids;; esac; done </proc/$$/status
                """
            let look = try await Tool.run(launcher[0], launcher.dropFirst() + ["/usr/bin/sh", "-c", looks])
            #expect(look.errors == "/usr/bin/sh: 1: cannot create /tmp/x: Read-only file system\n")
            #expect(look.output.hasPrefix("state\n"))
            if geteuid() == 0 {
                #expect(look.output.contains("Uid: 65532 65532 65532 65532\n"))
                #expect(look.output.contains("CapEff: 0000000000000000\n"))
            }
        }
    }

    @Test("The root has one program, and a licence for all that is not ours")
    func contents() async throws {
        try await withTemporaryDirectory { directory in
            let root = try await ContainerRoot(in: directory)
            let files = FileManager.default
            #expect(try files.contentsOfDirectory(atPath: root.path + "/usr/bin") == ["tidemark"])
            #expect(
                try files.contentsOfDirectory(atPath: root.path + "/usr").sorted() == ["bin", "lib", "lib64", "share"]
            )
            #expect(files.fileExists(atPath: root.path + "/etc/ssl/certs/ca-certificates.crt"))

            let packages = try files.contentsOfDirectory(atPath: root.path + "/var/lib/dpkg/status.d")
            for library in [
                "libc6", "libhiredis", "libjq", "libldap", "libsimdjson", "libsqlite3", "libxxhash", "zlib1g",
            ] {
                #expect(packages.contains { $0.hasPrefix(library) }, "\(library) of \(packages)")
            }
            for package in packages {
                #expect(files.fileExists(atPath: "\(root.path)/usr/share/doc/\(package)/copyright"), "\(package)")
            }
            let special = try await Tool.run("find", [root.path, "-type", "f", "-perm", "/6000"])
            #expect(special.output == "", "set-user-id programs")
        }
    }

    @Test(
        "A program that is not there, or a folder that is in use, is refused",
        arguments: [("/nothing", "is no program"), ("/bin/true", "is not empty")]
    )
    func refusals(_ program: String, _ message: String) async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory + "/file"))
            let result = try await Tool.run(DeployFolder.file("container/root"), [directory, program], mayFail: true)
            #expect(result.status == .exited(1))
            #expect(result.errors.contains(message))
        }
    }

    @Test("hadolint, which reads the Dockerfile as Docker does, finds nothing")
    func dockerfile() async throws {
        #expect(try await Tool.run(Tool.python + "hadolint", [Self.dockerfile]).output == "")
    }

    @Test("The image's user is the one that its root knows")
    func user() throws {
        let dockerfile = try DeployFolder.text("container/Dockerfile")
        #expect(dockerfile.contains("\nUSER 65532:65532\n"))
        #expect(try DeployFolder.text("container/root").contains("\nuser=65532\n"))
    }

    @Test("The image is built from all that the package needs")
    func context() throws {
        let lines = try DeployFolder.text("container/Dockerfile").split(separator: "\n")
        let copied = lines.filter { $0.hasPrefix("COPY ") && !$0.contains("--from") }.map {
            $0.split(separator: " ")[1]
        }
        let sent = try DeployFolder.text("container/Dockerfile.dockerignore").split(separator: "\n").filter {
            $0.hasPrefix("!")
        }
        .map { $0.dropFirst() }
        #expect(Set(copied).subtracting(["deploy/packages"]) == Set(sent))
        #expect(Set(sent) == ["Package.swift", "Sources", "Tests", "deploy"])
    }
}
