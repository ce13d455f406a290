internal import Catalog

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
    func append(_ list: RecordList, at position: Int, to json: inout JSONWriter) {
        switch list {
        case .packages: append(packages[position], to: &json)
        case .maintainers: append(maintainers[position], to: &json)
        }
    }

    private func append(_ package: PackageRecord, to json: inout JSONWriter) {
        json.append("{\"name\":")
        json.append(string: package.name)
        json.append(",\"version\":")
        json.append(string: package.version)
        json.append(",\"maintainer\":")
        append(index.maintainers[package.maintainer], to: &json)
        json.append(UInt8(ascii: ","))
        index.members.withUnsafeBufferPointer { members in
            json.append(UnsafeBufferPointer(rebasing: members[package.members]))
        }
        json.append(UInt8(ascii: "}"))
    }

    private func append(_ maintainer: Maintainer, to json: inout JSONWriter) {
        json.append("{\"id\":")
        json.append(string: maintainer.id)
        json.append(",\"name\":")
        json.append(string: maintainer.name)
        json.append(",\"email\":")
        json.append(string: maintainer.email)
        json.append(UInt8(ascii: "}"))
    }
}
