/// A condition that another task or process should have brought about did not come.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

/// Waits until a condition holds that another task or process brings about. While it throws, it does not hold.
///
/// It gives up after two minutes only so that a test does not hang; no test depends on how long something takes.
package func eventually(
    file: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(120)
    var failure: (any Error)?
    while clock.now < end {
        do {
            if try await condition() { return }
        } catch {
            failure = error
        }
        try await clock.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(description: "\(file):\(line) never held\(failure.map { ": \($0)" } ?? "")")
}
