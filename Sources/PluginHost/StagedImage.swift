/// A plugin's file as it was verified and copied to where nobody changes it; what is opened is this copy.
public struct StagedImage: Sendable, Equatable {
    /// The plugin's name, as `config/plugins` has it.
    public var name: String
    /// Where the operator put it, for messages.
    public var source: String
    /// The verified copy, absolute.
    public var path: String
    /// Of the copy's bytes, in hexadecimal.
    public var sha256: String

    public init(name: String, source: String, path: String, sha256: String) {
        self.name = name
        self.source = source
        self.path = path
        self.sha256 = sha256
    }
}
