import Foundation
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct DemoFolderTests {
    @Test func aFolderOfItsOwnIsRemoved() throws {
        let folder = try DemoFolder(nil)
        #expect(FileManager.default.fileExists(atPath: folder.path))
        folder.removeIfTemporary()
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test("The data of an earlier demo is neither counted nor touched")
    func anEarlierDemoIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            let folder = try DemoFolder(directory + "/new")
            folder.removeIfTemporary()
            #expect(FileManager.default.fileExists(atPath: folder.path))
            try "".write(toFile: folder.path + "/catalog.sqlite", atomically: true, encoding: .utf8)
            #expect {
                try DemoFolder(folder.path)
            } throws: { error in
                (error as? CommandFailure)?.status == .usage
            }
        }
    }
}
