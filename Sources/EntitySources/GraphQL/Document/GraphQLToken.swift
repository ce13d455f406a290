/// A token of a GraphQL document (GraphQL specification, 2.1), as far as its structure is looked at.
struct GraphQLToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case name(String)
        /// One of `! $ & ( ) : = @ [ ] { | }`, or `...`.
        case punctuator(String)
        /// A string or a number.
        case literal
    }

    let kind: Kind
    /// The line that it stands on, from 1.
    let line: Int
}
