/// Waits until a condition holds that another task or process brings about; false when it does not within a minute.
///
/// The minute only ends a test that would otherwise hang; no test depends on how long something takes.
package func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while clock.now < end {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(5))
    }
    return false
}
