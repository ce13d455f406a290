import Foundation
import Testing

@testable import Administration

@Suite struct ProcessMetricsTests {
    private func read(_ name: String) throws -> Double {
        try #require(ProcessMetrics.read().first { $0.name == name }?.samples.first?.value)
    }

    @Test("the process's own figures are those that the system has")
    func own() throws {
        let now = Date().timeIntervalSince1970
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let kilobytes = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Double($0.1) })
        // What is resident is no more than it ever was, but for what came since.
        let resident = try read("process_resident_memory_bytes")
        #expect(resident > 1_048_576 && resident < (kilobytes + 512 * 1_024) * 1_024)
        let start = try read("process_start_time_seconds")
        #expect(start > now - 86_400 && start <= now + 1)
        let before = try read("process_cpu_seconds_total")
        var sum = 0.0
        while try read("process_cpu_seconds_total") == before { sum += Double.random(in: 0...1) }
        #expect(try read("process_cpu_seconds_total") > before && sum >= 0)
    }

    @Test("open files are counted")
    func openFiles() throws {
        #expect(try read("process_open_fds") >= 3)
        let many = (0..<200).map { _ in FileHandle(forReadingAtPath: "/dev/null") }
        #expect(try read("process_open_fds") > 200)
        for file in many { try file?.close() }
    }
}
