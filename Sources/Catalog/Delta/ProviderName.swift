/// The names that providers may have: part of keys in Redis, and of every delta.
package enum ProviderName {
    /// 1 to 63 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit.
    package static func isValid(_ name: String) -> Bool {
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        return (1...63).contains(name.count) && name.first.map(isPlain) == true
            && name.allSatisfy { isPlain($0) || "._-".contains($0) }
    }
}
