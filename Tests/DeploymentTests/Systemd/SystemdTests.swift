import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("deploy/systemd") struct SystemdTests {
    /// Calls `body` with the units as they would be installed, but that they start the program that was built here.
    private func withUnits(_ body: ([String]) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var files: [String] = []
            for name in SystemdUnit.names {
                let text = try DeployFolder.text("systemd/" + name)
                    .replacing("/usr/bin/tidemark", with: TidemarkProcess.executable.string)
                // A template is checked as an instance of it.
                let file = "\(directory)/\(name.replacing("@", with: "@1"))"
                try Data(text.utf8).write(to: URL(filePath: file))
                files.append(file)
            }
            try await body(files)
        }
    }

    @Test("systemd-analyze verify finds nothing")
    func verify() async throws {
        try await withUnits { files in
            let result = try await Tool.run("systemd-analyze", ["verify", "--man=no"] + files)
            #expect(result.output + result.errors == "")
        }
    }

    @Test("systemd-analyze security rates each unit as hardened: 1.5 of 10 at most")
    func security() async throws {
        try await withUnits { files in
            for file in files {
                try await Tool.run(
                    "systemd-analyze",
                    ["security", "--offline=true", "--no-pager", "--threshold=15", file]
                )
            }
        }
    }

    @Test("A process that is told to stop goes on with its page: only the program itself gets the signal")
    func signals() throws {
        #expect(try SystemdUnit("tidemark-worker@.service").values("KillMode") == ["mixed"])
    }

    @Test("sysusers and tmpfiles make the user and the folders that the units name")
    func userAndFolders() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/etc", withIntermediateDirectories: true)
            try await Tool.run("systemd-sysusers", ["--root=\(directory)", DeployFolder.file("systemd/sysusers.conf")])
            let users = try String(contentsOfFile: directory + "/etc/passwd", encoding: .utf8)
            #expect(users.contains(/tidemark:x:[0-9]+:[0-9]+:Tidemark:\/var\/lib\/tidemark:\/usr\/sbin\/nologin/))
            for name in SystemdUnit.names {
                let unit = try SystemdUnit(name)
                #expect(unit.values("User") == ["tidemark"] && unit.values("Group") == ["tidemark"])
            }
            try await Tool.run(
                "systemd-tmpfiles",
                ["--root=\(directory)", "--create", DeployFolder.file("systemd/tmpfiles.conf")]
            )
            let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/etc/tidemark/credentials")
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }
}
