/// The bytes of a plugin that passed the gate; only these are loaded, whatever happens to the file.
public struct CheckedImage: Sendable {
    /// As `config/plugins` names it.
    public let plugin: String
    /// The file that they were read from.
    public let source: String
    public let bytes: [UInt8]
    /// In lower-case hexadecimal digits.
    public let sha256: String
    public let image: ELFImage
}
