/// The server's own copy of a plugin's shared library, checked and ready to be mapped.
public struct StagedImage: Hashable, Sendable {
    /// As `config/plugins` names it.
    public let name: String
    /// The file that it was copied from.
    public let source: String
    /// The copy.
    public let path: String
    /// Of the copy's bytes, in lower-case hexadecimal digits.
    public let sha256: String

    public init(name: String, source: String, path: String, sha256: String) {
        self.name = name
        self.source = source
        self.path = path
        self.sha256 = sha256
    }
}
