/// Why a text is no GraphQL document.
struct GraphQLSyntaxError: Error, Hashable {
    let message: String
    let line: Int
}
