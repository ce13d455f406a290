/// The lists that the source serves.
package enum RecordList: String, Sendable, Codable, CaseIterable {
    case packages
    case maintainers
}

extension Revision {
    /// How many records a list has.
    package func count(of list: RecordList) -> Int {
        switch list {
        case .packages: packages.count
        case .maintainers: maintainers.count
        }
    }

    /// Appends a record as a JSON object.
    func append(_ list: RecordList, at position: Int, to json: inout [UInt8]) {
        switch list {
        case .packages: append(packages[position], to: &json)
        case .maintainers: append(maintainers[position], to: &json)
        }
    }

    private func append(_ package: PackageRecord, to json: inout [UInt8]) {
        json.append(json: "{\"name\":")
        json.append(quoted: package.name)
        json.append(json: ",\"version\":")
        json.append(quoted: package.version)
        json.append(json: ",\"maintainer\":")
        append(index.maintainers[package.maintainer], to: &json)
        json.append(UInt8(ascii: ","))
        json.append(contentsOf: index.members[package.members])
        json.append(UInt8(ascii: "}"))
    }

    private func append(_ maintainer: Maintainer, to json: inout [UInt8]) {
        json.append(json: "{\"id\":")
        json.append(quoted: maintainer.id)
        json.append(json: ",\"name\":")
        json.append(quoted: maintainer.name)
        json.append(json: ",\"email\":")
        json.append(quoted: maintainer.email)
        json.append(UInt8(ascii: "}"))
    }
}
