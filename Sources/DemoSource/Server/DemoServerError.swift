/// The demo server cannot listen on its port.
package struct DemoServerError: Error, Sendable, CustomStringConvertible {
    /// The port that was asked for.
    package let port: Int
    /// The error below, for `String(reflecting:)` only.
    package let underlying: any Error

    package var description: String {
        "cannot listen on 127.0.0.1:\(port): is another program there? Name another port, or 0 for a free one"
    }
}
