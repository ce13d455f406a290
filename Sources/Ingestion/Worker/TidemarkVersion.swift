/// The version of this build.
package enum TidemarkVersion {
    package static let current = "0.1.0"
}
