import Catalog
import Logging
import Testing

@testable import TidemarkCommands

@Suite struct LogLineTests {
    private func line(_ message: String, _ metadata: [(key: String, value: String)]) -> LogLine {
        LogLine(time: 1_795_472_390_745, level: .info, label: "tidemark", message: message, metadata: metadata)
    }

    @Test func textIsForPeople() {
        let line = line("page failed", [("error", "no \"x\"\n"), ("job.id", "a:1"), ("provider.name", "a")])
        #expect(
            line.text(.plain)
                == #"2026-11-23T22:19:50.745Z info     page failed error="no \"x\"\n" job.id=a:1 provider.name=a"#
        )
    }

    @Test func jsonIsOneObject() throws {
        let json = try JSON(parsing: line("a\nb", [("job.id", "a:1"), ("level", "high")]).json)
        #expect(
            json == [
                "time": "2026-11-23T22:19:50.745Z", "level": "info", "logger": "tidemark", "message": "a\nb",
                "job.id": "a:1", "level_": "high",
            ]
        )
    }

    @Test("What a source says cannot forge a log line or steer the terminal")
    func linesCannotBeForged() {
        let text = line("x\n2026 error forged", [("error", "\u{1B}[2J\u{202E}a")]).text(.plain)
        #expect(!text.contains("\n"))
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\u{202E}"))
    }
}
