extension RequestDescription {
    init(_ request: PreparedRequest, _ credentials: Credentials) {
        var url = request.url.textWithoutQuery
        let (addressed, headers) = credentials.addressed(request)
        let hidden = Set(headers.map(\.name)).subtracting(request.headers.map(\.name))
        if !addressed.parameters.isEmpty {
            url +=
                "?"
                + addressed.parameters.map { parameter in
                    let value = SensitiveName.matches(parameter.name) ? "***" : parameter.value.percentEncoded
                    return "\(parameter.name.percentEncoded)=\(value)"
                }.joined(separator: "&")
        }
        summary = credentials.redacting("\(request.method) \(url)")
        details = headers.map { "\($0.name): \(hidden.contains($0.name) ? "***" : credentials.redacting($0.value))" }
        body = request.body.map { credentials.redacting(String(decoding: $0, as: UTF8.self)) }
    }
}
