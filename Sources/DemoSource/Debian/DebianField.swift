/// The fields of a Debian package paragraph that the demo reads; all others are skipped as they stream by.
package enum DebianField: String, Sendable, Hashable {
    case package = "Package"
    case version = "Version"
    case architecture = "Architecture"
    case section = "Section"
    case priority = "Priority"
    case maintainer = "Maintainer"
    case homepage = "Homepage"
    case source = "Source"
    case preDepends = "Pre-Depends"
    case depends = "Depends"
    case tag = "Tag"
    case description = "Description"
    case installedSize = "Installed-Size"
}

/// One paragraph of `apt-cache dumpavail`: a package. Continuation lines are joined to their field with a newline.
package typealias DebianParagraph = [DebianField: String]
