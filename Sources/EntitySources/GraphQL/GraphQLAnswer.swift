internal import Catalog
internal import Ingestion

/// The answer of a GraphQL server, read as the specification has it (7.1).
struct GraphQLAnswer: Sendable {
    /// The whole of it.
    let document: JSON
    let errors: [GraphQLError]
    let requestName: String

    /// None where it is null.
    var data: JSON? {
        guard let data = document["data"], !data.isNull else { return nil }
        return data
    }

    init(_ answer: HTTPAnswer, _ credentials: Credentials) throws(SourceError) {
        requestName = answer.requestName
        do throws(JSONError) {
            document = try JSON(parsing: answer.body)
        } catch {
            throw SourceError(
                .invalidPage,
                "\(answer.requestName): the answer cannot be read: \(error)",
                underlying: error
            )
        }
        errors = (document["errors"]?.array ?? []).map { GraphQLError($0) }
        guard document["data"] != nil || !errors.isEmpty else {
            let start = credentials.excerpt(answer.body).map { "; it begins: \($0)" } ?? ""
            throw SourceError(
                .invalidPage,
                "\(answer.requestName): an answer with neither `data` nor `errors`: is this a GraphQL endpoint?\(start)"
            )
        }
    }
}
