/// How many lanes Redis can be laid out with: the engine and consumers agree on it without knowing each other.
package enum LaneCount {
    package static let allowed = 1...1_024
}
