/// A condition that another task or process should have brought about did not come.
package struct NeverHappened: Error {}

/// Waits until a condition holds that another task or process brings about.
///
/// It gives up after a minute only so that a test does not hang; no test depends on how long something takes.
package func eventually(_ condition: () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while clock.now < end {
        if try await condition() { return }
        try await clock.sleep(for: .milliseconds(5))
    }
    throw NeverHappened()
}
