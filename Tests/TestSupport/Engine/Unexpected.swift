/// Thrown by a test that got something else than it must.
package struct Unexpected: Error {
    package init() {}
}
