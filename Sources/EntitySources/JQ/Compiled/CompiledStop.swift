/// Why a compiled expression does not go on.
enum CompiledStop: Error {
    /// The expression raises an error on this input. `?` catches it; otherwise libjq is asked, whose message it is.
    case raised
    /// Something that is left to libjq: the whole expression starts over there.
    case unsupported
    /// `first(f)` has what it wants; by the number of the call.
    case broken(Int)
}
